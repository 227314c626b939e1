"""Whether a node conforms, as a SPARQL expression (SHACL chapters 4.1 to 4.8).

Input: a constraint or a shape, and a variable. Output: an expression that is true or false and
never an error. Terms are compared by ``sameTerm``: ``=`` and ``IN`` compare values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, count

import pyoxigraph as ox

from clausegraph.validate.pushdown.lexical import has_datatype, in_order, pair_in_order, text
from clausegraph.validate.pushdown.patterns import (
    Closure,
    constant,
    follow,
    instance,
    nullable,
    step,
)
from clausegraph.validate.shapes import SH, Constraint, Node, Path, Qualified, Shape, Unsupported

MAX_COUNT_IN_EXPRESSION = 5
MAX_DEPTH = 60
MAX_NESTED = 500
_KINDS = {
    "IRI": "isIRI({0})",
    "BlankNode": "isBlank({0})",
    "Literal": "isLiteral({0})",
    "BlankNodeOrIRI": "!isLiteral({0})",
    "BlankNodeOrLiteral": "!isIRI({0})",
    "IRIOrLiteral": "!isBlank({0})",
}
_ORDER = {"minExclusive": ">", "minInclusive": ">=", "maxExclusive": "<", "maxInclusive": "<="}
ORDERED_PAIRS = {"lessThan": "<", "lessThanOrEquals": "<="}
OF_VALUES = frozenset(
    {
        "class", "datatype", "nodeKind", "minLength", "maxLength", "pattern", "languageIn", "in",
        "node", "and", "or", "not", "xone", *_ORDER,
    }
)  # fmt: skip
"""Parameters whose constraint looks at one value node at a time."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A pattern whose solutions are violations.

    Attributes:
        pattern: group graph pattern.
        value: the variable of the reported value; empty for none.
        apart: variables that tell results apart which otherwise look alike.
    """

    pattern: str
    value: str = ""
    apart: tuple[str, ...] = ()


class Conditions:
    """Makes expressions.

    Args:
        closure: see `clausegraph.validate.pushdown.patterns.class_closure`.
    """

    def __init__(self, closure: Closure) -> None:
        self.closure = closure
        self._number = count(1)
        self._nested = 0

    def begin(self) -> None:
        """Start the next root shape: what one may hold is bounded anew."""
        self._nested = 0

    def fresh(self) -> str:
        """A variable that stands nowhere else."""
        return f"?v{next(self._number)}"

    # -- of one value node ------------------------------------------------------------------

    def holds(self, constraint: Constraint, var: str, depth: int = 0) -> str:
        """Whether one value node fulfils a constraint of `OF_VALUES`."""
        value = constraint.value
        match constraint.parameter:
            case "class":
                return f"EXISTS {{ {instance(var, _iri(value), self.closure, self.fresh())}}}"
            case "datatype":
                return has_datatype(var, _iri(value))
            case "nodeKind":
                return f"({_KINDS[_iri(value).removeprefix(SH)].format(var)})"
            case "minLength":
                return f"(!isBlank({var}) && STRLEN(STR({var})) >= {value})"
            case "maxLength":
                return f"(!isBlank({var}) && STRLEN(STR({var})) <= {value})"
            case "pattern":
                return _pattern(var, value)
            case "languageIn":
                return _language_in(var, value)
            case "in":
                return same_as_one(var, value)
            case "node" | "and" | "or" | "not" | "xone":
                return self._logical(constraint, var, depth)
        operator = _ORDER[constraint.parameter]
        bound = value
        assert isinstance(bound, ox.Literal)
        return in_order(var, operator, str(bound), bound)

    def _logical(self, constraint: Constraint, var: str, depth: int) -> str:
        shapes = constraint.value if isinstance(constraint.value, tuple) else (constraint.value,)
        each = [self.conforms(s, var, depth + 1) for s in shapes if isinstance(s, Shape)]
        match constraint.parameter:
            case "not":
                return f"(!{each[0]})"
            case "or":
                return f"({' || '.join(each)})" if each else "false"
            case "xone":
                terms = " + ".join(f"IF({e}, 1, 0)" for e in each)
                return f"(({terms}) = 1)" if each else "false"
        return f"({' && '.join(each)})" if each else "true"

    # -- of a shape -------------------------------------------------------------------------

    def conforms(self, shape: Shape, node: str, depth: int = 0) -> str:
        """Whether a node conforms to a shape.

        Raises:
            Unsupported: a constraint that has no expression.
        """
        # A shape that others share is written out for each of them, which may double at each level.
        self._nested += 1
        if depth > MAX_DEPTH or self._nested > MAX_NESTED:
            raise Unsupported("shapes nested too deeply for one query")
        if shape.deactivated:
            return "true"
        parts = [self._fulfils(shape, c, node, depth) for c in shape.constraints]
        parts = [p for p in parts if p != "true"]
        if not parts:
            return "true"
        return parts[0] if len(parts) == 1 else f"({' && '.join(parts)})"

    def _fulfils(self, shape: Shape, constraint: Constraint, node: str, depth: int) -> str:
        parameter, value, path = constraint.parameter, constraint.value, shape.path
        if parameter == "property":
            child = value
            assert isinstance(child, Shape)
            return self.every(path, node, lambda v: self.conforms(child, v, depth + 1))
        if parameter in OF_VALUES:
            return self.every(path, node, lambda v: self.holds(constraint, v, depth))
        match parameter:
            case "minCount":
                assert path is not None
                return self.at_least(path, node, _whole(value))
            case "maxCount":
                assert path is not None
                return f"(!{self.at_least(path, node, _whole(value) + 1)})"
            case "hasValue":
                return self.has_value(path, node, constant(_term(value)))
            case "closed":
                return self.every(
                    path, node, lambda v: f"NOT EXISTS {{ {self.not_allowed(v, value)}}}"
                )
        if isinstance(value, Qualified):
            assert path is not None
            wanted = self.qualifies(value, depth)
            found = "true"
            if value.minimum is not None:
                found = self.at_least(path, node, value.minimum, wanted)
            if value.maximum is not None:
                found = f"(!{self.at_least(path, node, value.maximum + 1, wanted)})"
            return found
        violations = self.pair_violations(shape, constraint, node, "")
        return f"({' && '.join(f'NOT EXISTS {{ {v.pattern}}}' for v in violations)})"

    def qualifies(self, value: Qualified, depth: int = 0) -> Callable[[str], str]:
        """Whether a value node counts (chapter 4.7.3)."""

        def counts(var: str) -> str:
            parts = [self.conforms(value.shape, var, depth + 1)]
            parts += [f"!{self.conforms(s, var, depth + 1)}" for s in value.siblings]
            return f"({' && '.join(parts)})"

        return counts

    def every(self, path: Path | None, node: str, test: Callable[[str], str]) -> str:
        """Whether all value nodes pass a test."""
        if path is None:
            return test(node)
        value = self.fresh()
        expression = test(value)
        if expression == "true":
            return expression
        pattern = f"{step(path, node, value)}FILTER(!{expression}) "
        found = f"NOT EXISTS {{ {pattern}}}"
        return f"({test(node)} && {found})" if nullable(path) else found

    def at_least(
        self, path: Path, node: str, number: int, test: Callable[[str], str] | None = None
    ) -> str:
        """Whether so many value nodes exist that pass a test, by as many joins.

        Raises:
            Unsupported: a number for which joins would cost too much.
        """
        if number <= 0:
            return "true"
        if number > MAX_COUNT_IN_EXPRESSION:
            raise Unsupported(f"a count of {number} inside another shape")
        values = [self.fresh() for _ in range(number)]
        pattern = "".join(follow("", path, node, v) for v in values)
        tests = [f"!sameTerm({a}, {b})" for a, b in combinations(values, 2)]
        tests += [test(v) for v in values] if test else []
        return f"EXISTS {{ {pattern}{where(*tests)}}}"

    def has_value(self, path: Path | None, node: str, term: str) -> str:
        """Whether a term is among the value nodes."""
        if path is None:
            return is_term(node, term)
        found = f"EXISTS {{ {step(path, node, term)}}}"
        return f"({found} || {is_term(node, term)})" if nullable(path) else found

    def not_allowed(self, node: str, allowed: object, predicate: str = "", value: str = "") -> str:
        """The pattern of triples that a closed shape does not allow (chapter 4.8.1)."""
        assert isinstance(allowed, frozenset)
        predicate, value = predicate or self.fresh(), value or self.fresh()
        names = ", ".join(f"<{iri}>" for iri in sorted(allowed))
        test = where(f"{predicate} NOT IN ({names})") if allowed else ""
        return f"{node} {predicate} {value} . {test}"

    # -- pairs of value nodes (chapters 4.4.5 and 4.5) --------------------------------------

    def pair_violations(
        self, shape: Shape, constraint: Constraint, node: str, before: str
    ) -> list[Violation]:
        """The violations of a constraint that looks at two values at once.

        Args:
            shape: has the constraint.
            constraint: ``equals``, ``disjoint``, ``lessThan`` and its like, or ``uniqueLang``.
            node: focus node.
            before: pattern that binds it.

        Raises:
            Unsupported: another parameter.
        """
        path = shape.path
        value = node if path is None else self.fresh()
        seen = before if path is None else follow(before, path, node, value)
        parameter = constraint.parameter
        if parameter == "uniqueLang":
            assert path is not None
            return [self._unique_lang(path, node, value, seen)]
        if parameter not in ("equals", "disjoint", *ORDERED_PAIRS):
            raise Unsupported(f"sh:{parameter} inside another shape")
        predicate = f"<{_iri(constraint.value)}>"
        if parameter == "disjoint":
            return [Violation(f"{seen}{node} {predicate} {value} . ", value)]
        other = self.fresh()
        if parameter == "equals":
            here = self.has_value(path, node, other)
            return [
                Violation(f"{seen}FILTER NOT EXISTS {{ {node} {predicate} {value} }} ", value),
                Violation(f"{before}{node} {predicate} {other} . FILTER(!{here}) ", other),
            ]
        test = pair_in_order(value, ORDERED_PAIRS[parameter], other)
        pattern = f"{seen}{node} {predicate} {other} . FILTER(!{test}) "
        return [Violation(pattern, value, (other,))]

    def _unique_lang(self, path: Path, node: str, value: str, seen: str) -> Violation:
        other, tag = self.fresh(), self.fresh()
        # A node that is its own value has no language: paths of no length add nothing here.
        tests = where(
            f"isLiteral({value}) && isLiteral({other})",
            f'LANG({value}) != ""',
            f"LCASE(LANG({value})) = LCASE(LANG({other}))",
            f"!sameTerm({value}, {other})",
        )
        bind = f"BIND(LCASE(LANG({value})) AS {tag}) "
        return Violation(f"{seen}{step(path, node, other)}{tests}{bind}", "", (tag,))


def where(*tests: str) -> str:
    """A FILTER that demands all tests, nothing for none."""
    return f"FILTER({' && '.join(tests)}) " if tests else ""


def is_term(var: str, term: str) -> str:
    """Whether a variable holds a term, given as a variable or as SPARQL text.

    A literal is compared part by part: what the negation of ``sameTerm`` with a constant gives
    is not right in every engine.
    """
    if term.startswith("?"):
        return f"sameTerm({var}, {term})"
    if term.startswith("<"):
        return f"({var} = {term})"
    parsed = next(iter(ox.parse(f"<urn:s> <urn:p> {term} .", format=ox.RdfFormat.N_TRIPLES))).object
    assert isinstance(parsed, ox.Literal)
    if parsed.language:
        kind = f"LCASE(LANG({var})) = {text(parsed.language.lower())}"
    else:
        kind = f"DATATYPE({var}) = <{parsed.datatype.value}>"
    return f"(isLiteral({var}) && STR({var}) = {text(parsed.value)} && {kind})"


def same_as_one(var: str, terms: object) -> str:
    """Whether a variable holds one of some terms, exactly."""
    assert isinstance(terms, tuple)
    names = [constant(t) for t in terms if isinstance(t, ox.NamedNode)]
    each = [f"{var} IN ({', '.join(names)})"] if names else []
    each += [is_term(var, constant(t)) for t in terms if not isinstance(t, ox.NamedNode)]
    return f"({' || '.join(each)})" if each else "false"


def _pattern(var: str, value: object) -> str:
    assert isinstance(value, tuple)
    regex, flags = value
    more = f", {text(flags)}" if flags else ""
    return f"(!isBlank({var}) && COALESCE(REGEX(STR({var}), {text(regex)}{more}), false))"


def _language_in(var: str, ranges: object) -> str:
    assert isinstance(ranges, tuple)
    each = [f"LANGMATCHES(LANG({var}), {text(r.value)})" for r in ranges]
    return f"(isLiteral({var}) && COALESCE({' || '.join(each) or 'false'}, false))"


def _iri(term: object) -> str:
    assert isinstance(term, ox.NamedNode)
    return term.value


def _term(value: object) -> Node:
    assert isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal)
    return value


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value
