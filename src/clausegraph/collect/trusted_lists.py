"""The facts of trusted lists (ETSI TS 119 612, format versions 4 to 6) and lists of trusted lists.

Input: the bytes of a list. Output: what the list says of itself; the list is kept for other
collectors: `list_trust` (whether it can be trusted), `list_entries` (its services), `conclusions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.trusted_lists.parse import parse_list
from clausegraph.collect.facts import (
    CONTAINS,
    ISSUED,
    NOTE,
    PUBLISHER,
    SPATIAL,
    TYPE,
    VERSION,
    cg,
    instant,
    integer,
    problem,
    text,
)
from clausegraph.collect.gathered import ListFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clausegraph.artefacts.trusted_lists.model import TrustedList
    from clausegraph.collect.gathered import Gathered

_LIST = cg("TrustedList")
_FORMAT_VERSION = cg("formatVersion")
_NEXT_UPDATE = cg("nextUpdate")
_COUNT = cg("count")


def facts(data: bytes, artefact: NamedNode, gathered: Gathered) -> Iterator[Triple]:
    """The facts of a trusted list.

    Args:
        data: the content of the file.
        artefact: the IRI of the file; list and entries are named by its fragments.
        gathered: keeps the list for the facts that need several files.
    """
    try:
        found = _read(data, gathered)
    except UnreadableError as error:
        yield from problem(artefact, "unreadable", str(error))
        return
    gathered.lists.append(ListFile(artefact, data, found))
    yield from _list_facts(found, artefact)


def _read(data: bytes, gathered: Gathered) -> TrustedList:
    if gathered.between is None:
        return parse_list(data)
    return gathered.between.outcome(
        ("list", data), lambda: parse_list(data), lambda _: 8 * len(data)
    )


def list_iri(artefact: str) -> NamedNode:
    """The IRI of the list in a file, from the IRI of the file."""
    return NamedNode(f"{artefact}#list")


def _list_facts(found: TrustedList, artefact: NamedNode) -> Iterator[Triple]:
    node, head = list_iri(artefact.value), found.head
    yield Triple(artefact, CONTAINS, node)
    yield Triple(node, TYPE, _LIST)
    for term, value in (
        (SPATIAL, head.territory),
        (VERSION, "" if head.sequence is None else str(head.sequence)),
        (_FORMAT_VERSION, head.version),
        (PUBLISHER, found.operator),
    ):
        if value:
            yield Triple(node, term, text(value))
    for term, moment in ((ISSUED, head.issued), (_NEXT_UPDATE, head.next_update)):
        if moment is not None:
            yield Triple(node, term, instant(moment))
    notes = list(found.notes)
    if head.next_update is None and not any("next update" in note for note in notes):
        notes.append("No next update time is given: the list is closed.")
    if head.is_lotl:
        notes.append("A list of trusted lists: it points to lists of countries.")
    else:
        yield Triple(node, _COUNT, integer(sum(1 for _ in found.services())))
    for note in dict.fromkeys(notes):
        yield Triple(node, NOTE, text(note))
