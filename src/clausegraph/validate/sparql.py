"""``sh:sparql`` and SPARQL targets for whole sets of focus nodes at once.

Input: queries made ready by `clausegraph.validate.prebinding`, and a store. A constraint costs
one query, however many focus nodes: they are marked in a scratch graph, which the query joins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
import pyoxigraph as ox

from clausegraph.errors import AssetError
from clausegraph.periods import CUSTOM
from clausegraph.validate.components import Hits, Values
from clausegraph.validate.prebinding import FOCUS, MARKED, SCRATCH
from clausegraph.validate.shapes import Node, Select, Unsupported

_FOCUS, _MARKED = ox.NamedNode(FOCUS), ox.NamedNode(MARKED)
_SCRATCH = ox.NamedNode(SCRATCH)
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


class SparqlSource:
    """The data graph in a store.

    Args:
        store: holds the data graph as its default graph.
    """

    def __init__(self, store: ox.Store) -> None:
        self.store = store

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> SparqlSource:
        """A store of its own for some triples."""
        store = ox.Store()
        store.extend(ox.Quad(*t) for t in triples)
        return cls(store)

    def hits(self, seen: Values, select: Select) -> Hits:
        """Violations of a constraint: one per distinct solution (chapter 5.3).

        Raises:
            AssetError: a query that does not parse.
            Unsupported: a focus node that cannot be given to the query.
        """
        rows: dict[Node, list[int]] = {}
        terms = seen.graph.terms
        for row, node in enumerate(seen.focus.tolist()):
            rows.setdefault(terms[node], []).append(row)
        found: list[tuple[int, Node | None, str, tuple[str, ...]]] = []
        is_node_shape = seen.shape.path is None
        messages = select.messages or seen.shape.messages
        for solution in self._solutions(select.text, list(rows)):
            this = solution.pop("this", None)
            if this not in rows:
                continue
            value = solution.get("value") or (this if is_node_shape else None)
            path = solution.get("path")
            texts = tuple(fill(m, {"this": this, **solution}) for m in messages)
            place = path.value if isinstance(path, ox.NamedNode) else ""
            found += [(row, value, place, texts) for row in rows[this]]
        return Hits(
            np.array([f[0] for f in found], dtype=np.int64),
            np.array([-1] * len(found), dtype=np.int64),
            [f[2] for f in found],
            [f[3] for f in found],
            [f[1] for f in found],
        )

    def targets(self, select: Select) -> set[Node]:
        """The nodes that a SPARQL target gives as ``?this``."""
        return {s["this"] for s in self.ask(select.text) if "this" in s}

    def _solutions(self, query: str, nodes: Iterable[Node]) -> Iterator[dict[str, Node]]:
        """The distinct solutions for the given nodes."""
        marks = []
        for node in nodes:
            if isinstance(node, ox.Literal):
                raise Unsupported("a literal as focus node of sh:sparql")
            marks.append(ox.Quad(node, _FOCUS, _MARKED, _SCRATCH))
        self.store.clear_graph(_SCRATCH)
        self.store.extend(marks)
        seen = set()
        try:
            for solution in self.ask(query):
                key = tuple(sorted((k, str(v)) for k, v in solution.items()))
                if key not in seen:
                    seen.add(key)
                    yield solution
        finally:
            self.store.clear_graph(_SCRATCH)

    def ask(self, query: str) -> Iterator[dict[str, Node]]:
        """Solutions of a SELECT over the graph.

        Raises:
            AssetError: the query does not parse or is no SELECT.
        """
        try:
            found = self.store.query(query, custom_functions=CUSTOM)
        except SyntaxError as error:
            raise AssetError(f"a query of a shape does not parse: {error}\n{query}") from error
        if not isinstance(found, ox.QuerySolutions):
            raise AssetError(f"a query of a shape is no SELECT:\n{query}")
        names = [v.value for v in found.variables]
        for solution in found:
            yield {n: t for n in names if (t := solution[n]) is not None}


def fill(message: str, values: dict[str, Node]) -> str:
    """A message with ``{?name}`` and ``{$name}`` replaced (chapter 5.3.2)."""
    return _PLACEHOLDER.sub(lambda m: values[m[1]].value if m[1] in values else m[0], message)
