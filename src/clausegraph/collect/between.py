"""What a process that checks many packs keeps between them.

Input: a name, made of all that some work reads, and the work. Output: its outcome. Packs of one
supervisory body or one provider hold the same lists and documents: what was worked out of their
bytes is kept while there is room. The process that opens PDF files is kept as well. Nothing
outlives this process: tables and program are those that it has loaded.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from pyoxigraph import NamedNode, Triple

from clausegraph.artefacts.documents.pdf import PdfReader
from clausegraph.cache import accidents, digest
from clausegraph.collect.remembered import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")

ROOM = 64 * 1024 * 1024
"""How much is kept, in bytes as callers estimate them; what was unused longest goes first."""
_TRIPLE = 300
_SOMEWHERE = NamedNode("urn:clausegraph:artefact")
"""Stands for the artefact in facts that are kept; no parser and no codelist makes such an IRI."""


class Between:
    """Outcomes, and what reads PDF files.

    Args:
        room: greatest sum of the weights of outcomes.
    """

    def __init__(self, room: int = ROOM) -> None:
        self.pdfs = PdfReader()
        self._left = room
        self._known: OrderedDict[str, tuple[Any, int]] = OrderedDict()

    def outcome(
        self,
        name: tuple[str | bytes, ...],
        work: Callable[[], _T],
        weight: Callable[[_T], int],
    ) -> _T:
        """The outcome of some work, done now unless it is kept.

        Args:
            name: all that the outcome depends on beside program and tables.
            work: reads nothing else, and nobody changes what it gives. What came about by an
                accident is given and not kept.
            weight: about how many bytes an outcome takes.
        """
        key = digest(*name)
        if key in self._known:
            self._known.move_to_end(key)
            found: _T = self._known[key][0]
            return found
        before = accidents()
        done = work()
        if accidents() == before:
            self._known[key] = done, weight(done)
            self._left -= self._known[key][1]
            while self._left < 0:
                self._left += self._known.popitem(last=False)[1][1]
        return done

    def facts(
        self,
        name: tuple[str | bytes, ...],
        work: Callable[[NamedNode], Outcome],
        artefact: NamedNode,
    ) -> Outcome:
        """The facts of one artefact, worked out for whichever artefact it was seen as first.

        Args:
            name: all that the facts depend on beside the IRI of the artefact.
            work: gives the facts of an artefact of the IRI that it is told, which are about it and
                its fragments.
            artefact: the IRI of the artefact.
        """
        found = self.outcome(name, lambda: _Movable.of(work(_SOMEWHERE)), _Movable.weight)
        return found.at(artefact)


@cache
def between() -> Between:
    """What this process keeps."""
    return Between()


@dataclass(frozen=True, slots=True)
class _Movable:
    """Facts without the IRI of their artefact.

    Attributes:
        rows: predicate, then subject and object: a fragment of the artefact, or a term.
        more: what else later work needs.
    """

    rows: tuple[tuple[NamedNode, Any, Any], ...]
    more: Any

    @classmethod
    def of(cls, found: Outcome) -> _Movable:
        """The facts of `_SOMEWHERE`."""
        return cls(
            tuple((t.predicate, _fragment(t.subject), _fragment(t.object)) for t in found.triples),
            found.more,
        )

    def at(self, artefact: NamedNode) -> Outcome:
        """The same facts of an artefact."""
        place = artefact.value
        nodes: dict[str, NamedNode] = {}

        def term(found: Any) -> Any:
            if type(found) is not str:
                return found
            if found not in nodes:
                nodes[found] = NamedNode(place + found)
            return nodes[found]

        triples = tuple(Triple(term(s), p, term(o)) for p, s, o in self.rows)
        return Outcome(triples, self.more)

    def weight(self) -> int:
        """About how many bytes this takes: triples with short texts, and the text of documents."""
        return _TRIPLE * len(self.rows) + (2 * len(self.more[0]) if self.more else 0)


def _fragment(term: Any) -> Any:
    """What follows the IRI of the artefact, as string; other terms as they are."""
    if isinstance(term, NamedNode):
        head, artefact, fragment = term.value.partition(_SOMEWHERE.value)
        if artefact and not head and fragment[:1] in {"", "#"}:
            return fragment
    return term
