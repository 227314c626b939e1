"""Set-based evaluation: every constraint for all focus nodes of its shape at once.

Input: a plan, the graph as columns, and for SPARQL constraints a store with the same graph.
Output: results in the one report form. Nested shapes (SHACL chapters 4.6 and 4.7) are answered
once per distinct node, as a mask; results of ``sh:property`` come from the property shape itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from clausegraph.validate.columns import Columns
from clausegraph.validate.components import COMPONENTS, Hits, Mask, Values
from clausegraph.validate.pairs import Ids, Pairs
from clausegraph.validate.report import Result
from clausegraph.validate.shapes import Ask, Constraint, Node, Plan, Qualified, Select, Shape
from clausegraph.validate.sparql import SparqlSource
from clausegraph.validate.validators import rejected

_UNKNOWN, _NO, _YES = np.int8(-1), np.int8(0), np.int8(1)


class Evaluator:
    """Evaluates shapes over one graph.

    Args:
        graph: the data graph.
        sparql: the same graph in a store; without it ``sh:sparql`` cannot be evaluated.
    """

    def __init__(self, graph: Columns, sparql: SparqlSource | None = None) -> None:
        self.graph = graph
        self.sparql = sparql
        self._conforming: dict[int, Ids] = {}

    def prepare(self, plan: Plan) -> None:
        """Number the constants of all shapes first, so that masks keep their size."""
        self.graph.ids(
            term for _, shape in plan.reach() for c in shape.constraints for term in c.terms()
        )

    def run(self, shape: Shape, nodes: Ids | Iterable[Node]) -> list[Result]:
        """All results of a root shape.

        Args:
            shape: the shape.
            nodes: its focus nodes, or their numbers in the graph; each once.

        Raises:
            Unsupported: the shape cannot be evaluated set-wise for these nodes.
        """
        focus = nodes if isinstance(nodes, np.ndarray) else self.graph.ids(sorted(nodes, key=str))
        return list(self.results(shape, focus, shape.name))

    def results(self, shape: Shape, focus: Ids, rule: str) -> Iterator[Result]:
        """Results of a shape for focus nodes, which may repeat."""
        if shape.deactivated or not len(focus):
            return
        seen = self._values(shape, focus)
        for constraint in shape.constraints:
            if constraint.parameter == "property":
                child = constraint.value
                assert isinstance(child, Shape)
                yield from self.results(child, seen.values, rule)
            else:
                yield from self._report(seen, constraint, rule)

    def _values(self, shape: Shape, focus: Ids) -> Values:
        if shape.path is None:
            return Values(self.graph, shape, focus, np.arange(len(focus), dtype=np.int32), focus)
        return Values(self.graph, shape, focus, *self.graph.follow(shape.path, focus))

    def _report(self, seen: Values, constraint: Constraint, rule: str) -> Iterator[Result]:
        hits = self._hits(seen, constraint)
        shape, terms = seen.shape, self.graph.terms
        path = str(shape.path) if shape.path is not None else None
        component = constraint.iri
        own = shape.messages[0] if shape.messages else ""
        for n, (row, value) in enumerate(
            zip(hits.rows.tolist(), hits.values.tolist(), strict=True)
        ):
            message = hits.messages[n][0] if hits.messages and hits.messages[n] else own
            term = hits.extra[n] if hits.extra else (terms[value] if value >= 0 else None)
            yield Result(
                rule=rule,
                shape=shape.name,
                component=component,
                severity=shape.severity,
                focus=terms[int(seen.focus[row])],
                path=hits.paths[n] or path if hits.paths else path,
                value=term,
                message=message,
            )

    # -- constraints ------------------------------------------------------------------------

    def _hits(self, seen: Values, constraint: Constraint) -> Hits:
        simple = COMPONENTS.get(constraint.parameter)
        found: Pairs | Hits
        if simple is not None:
            found = simple(seen, constraint.value)
        elif constraint.parameter == "sparql":
            found = self._sparql(seen, constraint.value)
        elif constraint.parameter == "ask":
            found = self._ask(seen, constraint.value)
        elif constraint.parameter.startswith("qualified"):
            found = self._qualified(seen, constraint.value)
        else:
            found = seen.keep(~self._logical(seen.values, constraint))
        return found if isinstance(found, Hits) else Hits(*found)

    def _logical(self, values: Ids, constraint: Constraint) -> Mask:
        """Chapters 4.6 and 4.7.1: which values fulfil the constraint."""
        shapes = constraint.value if isinstance(constraint.value, tuple) else (constraint.value,)
        each = [self.conforms(s, values) for s in shapes if isinstance(s, Shape)]
        count = np.sum(each, axis=0) if each else np.zeros(len(values), dtype=np.int64)
        match constraint.parameter:
            case "not":
                return np.asarray(count == 0)
            case "or":
                return np.asarray(count > 0)
            case "xone":
                return np.asarray(count == 1)
        return np.asarray(count == len(each))  # and, node, property

    def _qualified(self, seen: Values, value: object) -> Pairs:
        """Chapter 4.7.3."""
        assert isinstance(value, Qualified)
        ok = self.conforms(value.shape, seen.values)
        for sibling in value.siblings:
            ok &= ~self.conforms(sibling, seen.values)
        counts = seen.counts(ok)
        wrong = np.zeros(len(counts), dtype=np.bool_)
        if value.minimum is not None:
            wrong |= counts < value.minimum
        if value.maximum is not None:
            wrong |= counts > value.maximum
        rows = np.flatnonzero(wrong)
        return rows, np.full(len(rows), -1, dtype=np.int32)

    def _sparql(self, seen: Values, value: object) -> Hits:
        assert isinstance(value, Select)
        assert self.sparql is not None
        return self.sparql.hits(seen, value)

    def _ask(self, seen: Values, value: object) -> Hits:
        assert isinstance(value, Ask)
        assert self.sparql is not None
        return rejected(self.sparql, seen, value)

    def conforms(self, shape: Shape, nodes: Ids) -> Mask:
        """Whether each node conforms to a shape; worked out once per distinct node."""
        state = self._conforming.get(id(shape))
        if state is None or len(state) < len(self.graph.terms):
            state = np.full(len(self.graph.terms), _UNKNOWN)
            self._conforming[id(shape)] = state
        fresh = np.unique(nodes[state[nodes] == _UNKNOWN])
        if len(fresh):
            ok = np.ones(len(fresh), dtype=np.bool_)
            if not shape.deactivated:
                seen = self._values(shape, fresh)
                for constraint in shape.constraints:
                    ok[self._hits(seen, constraint).rows] = False
            state[fresh] = np.where(ok, _YES, _NO)
        return np.asarray(state[nodes] == _YES)
