"""What changed for the providers of a pack between two of its lists of one country.

Input: the lists gathered. Output: changes, each with what it is, both sides in words and both
lists: evidence for triage that something about the service has changed on the list.
Clause: TS 119 612 5.5; EN 319 411-2 OVR-6.3.5-12.
"""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from clausegraph.collect.facts import KIND, TITLE, TYPE, cg, code, text
from clausegraph.collect.list_entries import period_iri, shown_providers
from clausegraph.collect.trusted_lists import list_iri

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clausegraph.artefacts.trusted_lists.compare import Change
    from clausegraph.collect.gathered import Gathered, ListFile
    from clausegraph.collect.question import Question

_CHANGE = cg("ListChange")
_FROM = cg("from")
_TO = cg("to")
_PROVIDER_NAME = cg("providerName")
_BECAUSE = cg("because")
_ENTRY = cg("entry")


def facts(gathered: Gathered, question: Question) -> Iterator[Triple]:
    """The changes from each list of a country to its next one in the pack.

    Args:
        gathered: ``lists`` and ``certificates`` are read.
        question: says which providers the pack has to do with.
    """
    countries: dict[str, list[ListFile]] = {}
    for file in gathered.lists:
        head = file.content.head
        if not head.is_lotl and head.territory and head.sequence is not None:
            countries.setdefault(head.territory, []).append(file)
    for _, files in sorted(countries.items()):
        ordered = sorted(files, key=lambda f: (f.content.head.sequence or 0, f.artefact.value))
        for older, newer in pairwise(ordered):
            if older.content.head.sequence != newer.content.head.sequence:
                yield from _changes(older, newer, gathered, question)


def _changes(
    older: ListFile, newer: ListFile, gathered: Gathered, question: Question
) -> Iterator[Triple]:
    from clausegraph.artefacts.trusted_lists.compare import compare

    names = {
        provider.name
        for file in (older, newer)
        for provider in file.content.providers
        if provider.number in shown_providers(file, gathered, question)
    }
    for change in compare(older.content, newer.content):
        if change.provider in names:
            yield from _change_facts(older, newer, change, question.base)


def _change_facts(older: ListFile, newer: ListFile, change: Change, base: str) -> Iterator[Triple]:
    parts = (
        older.content.sha256, newer.content.sha256, change.kind, change.provider, change.service,
        change.before, change.after, str(change.entry),
    )  # fmt: skip
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
    node = NamedNode(f"{base}list-change/{digest}")
    yield Triple(node, TYPE, _CHANGE)
    yield Triple(node, KIND, code("list-change", change.kind))
    yield Triple(node, _FROM, list_iri(older.artefact.value))
    yield Triple(node, _TO, list_iri(newer.artefact.value))
    if change.provider:
        yield Triple(node, _PROVIDER_NAME, text(change.provider))
    if change.service:
        yield Triple(node, TITLE, text(change.service))
    if change.entry is not None:
        yield Triple(node, _ENTRY, period_iri(newer.artefact.value, *change.entry))
    words = f"{change.before or 'nothing'} → {change.after or 'nothing'}"
    yield Triple(node, _BECAUSE, text(words))
