"""The violations of a root shape as branches of a query, one or two per constraint.

Input: a root shape of the plan. Output: patterns whose distinct solutions are its results, each
with what is needed to read a solution. Nested ``sh:property`` gives one result per chain of
parents, so the whole chain is projected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from clausegraph.validate.prebinding import MARK
from clausegraph.validate.pushdown.conditions import OF_VALUES, Conditions, where
from clausegraph.validate.pushdown.patterns import (
    THIS,
    Focus,
    Prefixes,
    constant,
    follow,
    merge,
    nullable,
    split_prologue,
    step,
)
from clausegraph.validate.pushdown.source import Row
from clausegraph.validate.report import Result
from clausegraph.validate.shapes import Constraint, Qualified, Select, Shape, Unsupported
from clausegraph.validate.sparql import fill


@dataclass(frozen=True, slots=True)
class Reading:
    """How a solution becomes a result.

    Attributes:
        shape: has the constraint.
        component: IRI.
        rule: IRI of the root shape.
        focus: name of the variable of the focus node.
        value: name of the variable of the value; empty for none.
        path: name of the variable of the path, where the solution gives one.
        messages: filled from the solution; empty: the shape's own message as it stands.
    """

    shape: Shape
    component: str
    rule: str
    focus: str
    value: str = ""
    path: str = ""
    messages: tuple[str, ...] = ()

    def result(self, row: Row) -> Result | None:
        """The result, or None for a solution without focus node."""
        focus = row.get(self.focus)
        if focus is None:
            return None
        shape = self.shape
        value = row.get(self.value) if self.value else None
        if self.messages:
            message = fill(self.messages[0], dict(row))
            if value is None and shape.path is None:
                value = focus
        else:
            message = shape.messages[0] if shape.messages else ""
        place = row.get(self.path) if self.path else None
        path = place.value if isinstance(place, ox.NamedNode) else None
        if path is None and shape.path is not None:
            path = str(shape.path)
        return Result(
            rule=self.rule,
            shape=shape.name,
            component=self.component,
            severity=shape.severity,
            focus=focus,
            path=path,
            value=value,
            message=message,
        )


@dataclass(frozen=True, slots=True)
class Branch:
    """One group of a query.

    Attributes:
        pattern: group graph pattern.
        columns: names of the variables that tell its results apart.
        prefixes: that the pattern uses.
        reading: how its solutions become results.
    """

    pattern: str
    columns: tuple[str, ...]
    prefixes: Prefixes
    reading: Reading


class Compiler:
    """Compiles one root shape.

    Args:
        root: the shape.
        focus: its focus nodes.
        conditions: makes expressions.
    """

    def __init__(self, root: Shape, focus: Focus, conditions: Conditions) -> None:
        self.root = root
        self.focus = focus
        self.conditions = conditions

    def branches(self) -> list[Branch]:
        """All branches.

        Raises:
            Unsupported: a constraint that no single query can ask.
        """
        self.conditions.begin()
        return list(self._shape(self.root, self.focus.pattern, (THIS,)))

    def _shape(self, shape: Shape, before: str, chain: tuple[str, ...]) -> Iterator[Branch]:
        """Branches of a shape whose focus nodes are bound to the end of a chain."""
        if shape.deactivated:
            return
        for constraint in shape.constraints:
            if constraint.parameter == "property":
                child = constraint.value
                assert isinstance(child, Shape)
                if shape.path is None:
                    yield from self._shape(child, before, chain)
                else:
                    value = self.conditions.fresh()
                    seen = follow(before, shape.path, chain[-1], value)
                    yield from self._shape(child, seen, (*chain, value))
            elif constraint.parameter == "ask":
                raise Unsupported("an ASK validator")
            elif constraint.parameter == "sparql":
                yield self._sparql(shape, constraint, chain)
            else:
                yield from self._constraint(shape, constraint, before, chain)

    def _constraint(
        self, shape: Shape, constraint: Constraint, before: str, chain: tuple[str, ...]
    ) -> Iterator[Branch]:
        node, path, make = chain[-1], shape.path, self.conditions

        def branch(pattern: str, value: str = "", *apart: str, place: str = "") -> Branch:
            columns = dict.fromkeys([*chain, *([value] if value else []), *apart])
            reading = Reading(shape, constraint.iri, self.root.name, node[1:], value[1:], place[1:])
            names = tuple(c[1:] for c in columns)
            return Branch(pattern, names, self.focus.prefixes, reading)

        parameter, value = constraint.parameter, constraint.value
        match parameter:
            case "minCount" | "maxCount":
                pattern = self._count(shape, constraint, before, chain)
                if pattern:
                    yield branch(pattern)
            case "hasValue":
                term = constant(value)  # type: ignore[arg-type]  # the reader gives a term
                yield branch(f"{before}{where('!' + make.has_value(path, node, term))}")
            case "closed":
                seen = node if path is None else make.fresh()
                start = before if path is None else follow(before, path, node, seen)
                place, found = make.fresh(), make.fresh()
                pattern = start + make.not_allowed(seen, value, place, found)
                yield branch(pattern, found, seen, place, place=place)
            case _ if isinstance(value, Qualified):
                pattern = self._qualified(shape, value, before, chain)
                if pattern:
                    yield branch(pattern)
            case _ if parameter in OF_VALUES:
                seen = node if path is None else make.fresh()
                start = before if path is None else follow(before, path, node, seen)
                test = make.holds(constraint, seen)
                if test != "true":
                    yield branch(f"{start}{where('!' + test)}", seen)
            case _:
                for v in make.pair_violations(shape, constraint, node, before):
                    yield branch(v.pattern, v.value, *v.apart)

    def _count(
        self, shape: Shape, constraint: Constraint, before: str, chain: tuple[str, ...]
    ) -> str:
        """Chapter 4.2; few values are asked for without counting."""
        path, number = shape.path, constraint.value
        assert path is not None
        assert isinstance(number, int)
        found = self.conditions.fresh()
        seen = follow(before, path, chain[-1], found)
        if constraint.parameter == "maxCount":
            return seen if number == 0 else self._grouped(seen, found, chain, f"> {number}")
        if number <= 0 or (number == 1 and nullable(path)):
            return ""
        one = step(path, chain[-1], found)
        if number == 1:
            return f"{before}FILTER NOT EXISTS {{ {one}}} "
        pattern = seen if nullable(path) else f"{before}OPTIONAL {{ {one}}} "
        return self._grouped(pattern, found, chain, f"< {number}")

    def _qualified(
        self, shape: Shape, value: Qualified, before: str, chain: tuple[str, ...]
    ) -> str:
        """Chapter 4.7.3."""
        path, make = shape.path, self.conditions
        assert path is not None
        wanted = make.qualifies(value)
        if value.minimum is not None and value.minimum <= 1:
            if value.minimum <= 0:
                return ""
            return f"{before}{where('!' + make.at_least(path, chain[-1], 1, wanted))}"
        found = make.fresh()
        if value.maximum is not None:
            seen = follow(before, path, chain[-1], found) + where(wanted(found))
            if value.maximum == 0:
                return seen
            return self._grouped(seen, found, chain, f"> {value.maximum}")
        one = follow("", path, chain[-1], found) + where(wanted(found))
        if nullable(path):
            raise Unsupported("a qualified minimum above one on a path that may have no length")
        return self._grouped(f"{before}OPTIONAL {{ {one}}} ", found, chain, f"< {value.minimum}")

    @staticmethod
    def _grouped(pattern: str, counted: str, chain: tuple[str, ...], condition: str) -> str:
        names = " ".join(chain)
        return (
            f"{{ SELECT {names} WHERE {{ {pattern}}} GROUP BY {names} "
            f"HAVING (COUNT(DISTINCT {counted}) {condition}) }} "
        )

    def _sparql(self, shape: Shape, constraint: Constraint, chain: tuple[str, ...]) -> Branch:
        """Chapter 5: the targets take the place of the mark of focus nodes."""
        select = constraint.value
        assert isinstance(select, Select)
        if len(chain) > 1:
            raise Unsupported("sh:sparql on values of another property shape")
        declared, body = split_prologue(select.text.replace(MARK, f" {self.focus.pattern}"))
        prefixes = dict(self.focus.prefixes)
        merge(prefixes, declared)
        messages = select.messages or shape.messages
        names = _projected(select.text)
        reading = Reading(
            shape, constraint.iri, self.root.name, "this", "value", "path", messages or ("",)
        )
        return Branch(f"{{ {body} }} ", names, tuple(prefixes.items()), reading)


def _projected(query: str) -> tuple[str, ...]:
    """The variables that a SELECT gives, ``this`` first."""
    try:
        found = ox.Store().query(query)
    except SyntaxError as error:
        raise Unsupported(f"a query that does not parse: {error}") from error
    assert isinstance(found, ox.QuerySolutions)
    names = {v.value for v in found.variables}
    return ("this", *sorted(names - {"this"}))
