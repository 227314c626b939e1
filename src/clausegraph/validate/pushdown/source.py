"""Where compiled queries are asked: anything that answers a SPARQL 1.1 SELECT with rows.

This room knows no network. `StoreSource` asks an embedded store; ``clausegraph.remote`` has a
source that asks an endpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

import pyoxigraph as ox

from clausegraph.periods import CUSTOM
from clausegraph.validate.shapes import Node

Row = Mapping[str, Node]


class Refused(Exception):
    """A source does not answer this query, for example because it is too large for it.

    A connection that fails is another error: it ends the run.
    """


class Source(Protocol):
    """Answers SELECT queries over one data graph."""

    def select(self, query: str) -> Iterable[Row]:
        """All solutions, each with its bound variables only.

        Raises:
            Refused: the source cannot answer this query.
        """
        ...


class StoreSource:
    """A data graph in an embedded store.

    Args:
        store: holds the data graph as its default graph, or the graphs that queries name.
    """

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self.requests = 0

    def select(self, query: str) -> Iterator[Row]:
        """See `Source.select`."""
        self.requests += 1
        try:
            found = self.store.query(query, custom_functions=CUSTOM)
        except SyntaxError as error:
            raise Refused(str(error)) from error
        assert isinstance(found, ox.QuerySolutions)
        names = [v.value for v in found.variables]
        for solution in found:
            yield {n: t for n in names if (t := solution[n]) is not None}
