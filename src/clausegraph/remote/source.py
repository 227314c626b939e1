"""A store on the network as the source of push-down validation.

Input: compiled queries. Output: their rows. A query that the server refuses is told apart from a
server that does not answer: the first can be asked in smaller parts, the second ends the run.
"""

from __future__ import annotations

from collections.abc import Iterable

from clausegraph.errors import StoreError
from clausegraph.remote.endpoint import Endpoint
from clausegraph.validate.pushdown import Limits, Refused, Row

REFUSALS = frozenset({400, 413, 414, 422, 500, 501})


class EndpointSource:
    """Some graphs of a store, seen as one.

    Args:
        store: where they are.
        graphs: their IRIs.
    """

    def __init__(self, store: Endpoint, graphs: Iterable[str]) -> None:
        self.store = store
        self.graphs = tuple(graphs)

    def select(self, query: str) -> list[Row]:
        """See `clausegraph.validate.pushdown.Source.select`.

        Raises:
            Refused: the server does not take the query.
            StoreError: it gives no whole answer.
        """
        try:
            found = list(self.store.select(query, self.graphs))
        except StoreError as error:
            if error.status in REFUSALS:
                raise Refused(error.seen or error.message) from error
            raise
        return [{n: t for n, t in row.items() if t is not None} for row in found]  # type: ignore[misc]


def limits_of(store: Endpoint) -> Limits:
    """How much one request may hold at this server."""
    return Limits(branches=store.dialect.branches)
