"""A dataset that keeps all triples in one store, for many packs at once.

Input: triples, N-Triples of our own, rules. Output: the store with what the rules give. Graphs are
not told apart; who needs one graph and no other asks a dataset of one pack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import local

import pyoxigraph as ox

from clausegraph.errors import AssetError, InputError
from clausegraph.periods import CUSTOM
from clausegraph.store import Dataset

_NT = ox.RdfFormat.N_TRIPLES


class OneStore(Dataset):
    """Triples in one store, which keeps each once and does not tell graphs apart.

    What rules give goes from store to store as N-Triples: making an object of each triple costs
    about as much as the rules themselves, and threads wait for one another meanwhile.
    """

    def __init__(self, base: str) -> None:
        super().__init__(base)
        self._last = local()  # text and what it gave, of the rule that a thread ran last

    def _add(self, quads: Iterable[ox.Quad], graph: str) -> int:  # noqa: ARG002
        given = dict.fromkeys(quads)  # counting what the store holds would cost more
        self._store.extend(given)
        return len(given)

    def extend(self, text: bytes) -> None:
        """Add triples, given as N-Triples of our own."""
        # A store wrote them: their IRIs need no second check, which is a fifth of the time.
        self._store.load(text, format=_NT, lenient=True)

    def written(self) -> bytes:
        """All triples as N-Triples, in no order."""
        return self._store.dump(format=_NT, from_graph=ox.DefaultGraph()) or b""

    def construct(
        self,
        text: str,
        graphs: Iterable[str],
        into: str,
        *,
        restricted: bool = False,
    ) -> int:
        """Run a CONSTRUCT over the store and add its triples.

        Returns:
            the number of triples that it gave and had not given the time before, when it is run
            again and again.

        Raises:
            AssetError: not a CONSTRUCT.
            InputError: it asks for some graphs and no others.
        """
        store = self.restricted(graphs) if restricted else self.merged(graphs)
        result = store.query(text, custom_functions=CUSTOM)
        if not isinstance(result, ox.QueryTriples):
            raise AssetError(f"a CONSTRUCT query was expected to write {into}")
        given = set((result.serialize(format=_NT) or b"").splitlines())
        seen = self._last.given if getattr(self._last, "text", None) == text else set()
        fresh = given - seen
        self._last.text, self._last.given = text, given | seen
        if fresh:
            self.extend(b"\n".join(fresh) + b"\n")
        return len(fresh)

    def clear(self, graph: str) -> None:
        """Nothing: what rules write here is written once."""

    def triples(self, *graphs: str) -> Iterator[ox.Triple]:  # noqa: ARG002
        """All triples, whatever graphs are asked for."""
        for quad in self._store:
            yield quad.triple

    def merged(self, graphs: Iterable[str]) -> ox.Store:  # noqa: ARG002
        """The one store."""
        return self._store

    def restricted(self, graphs: Iterable[str]) -> ox.Store:  # noqa: ARG002
        """Refused.

        Raises:
            InputError: always.
        """
        raise InputError(
            "the graphs of several packs in one store are not told apart",
            expected="a query without GRAPH and FROM",
            mend="ask one pack",
        )

    named = restricted
