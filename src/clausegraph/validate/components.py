"""The Core constraint components that look at value nodes (SHACL chapters 4.1 to 4.5, 4.8).

Each function takes the value nodes of all focus nodes at once, as two arrays: ``rows`` (index
into the focus nodes) and ``values``; it gives the rows that violate, with the value that is
reported (-1 for none). What depends only on a term is asked once per distinct term.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from clausegraph.validate.columns import NONE, Columns, Ids, Pairs
from clausegraph.validate.literals import less, well_typed
from clausegraph.validate.shapes import SH, Node, Shape

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Values:
    """What a component sees.

    Attributes:
        graph: the data graph.
        shape: the shape whose constraint is checked.
        focus: focus nodes, may repeat.
        rows: for each value node, the index of its focus node.
        values: the value nodes.
    """

    graph: Columns
    shape: Shape
    focus: Ids
    rows: Ids
    values: Ids

    def where(self, test: Callable[[Node], bool]) -> Pairs:
        """The value nodes whose term passes a test."""
        return self.keep(self.mask(test))

    def mask(self, test: Callable[[Node], bool]) -> Mask:
        """The test for each value node, made once per distinct term."""
        distinct, back = np.unique(self.values, return_inverse=True)
        terms = self.graph.terms
        return np.array([test(terms[i]) for i in distinct], dtype=np.bool_)[back]

    def keep(self, mask: Mask) -> Pairs:
        """The value nodes that a mask marks."""
        return self.rows[mask], self.values[mask]

    def counts(self, mask: Mask | None = None) -> Ids:
        """Number of (marked) value nodes of each focus node."""
        rows = self.rows if mask is None else self.rows[mask]
        return np.bincount(rows, minlength=len(self.focus)).astype(np.int64)

    def other(self, predicate: object) -> Pairs:
        """Rows and objects of another property of the focus nodes."""
        return self.graph.objects(_iri(predicate), self.focus)


@dataclass(frozen=True, slots=True)
class Hits:
    """Violations: rows of focus nodes, values (-1: none), paths and messages when they differ."""

    rows: Ids
    values: Ids
    paths: list[str] | None = None
    messages: list[tuple[str, ...]] | None = None
    extra: list[Node | None] = field(default_factory=list)


def _iri(term: object) -> str:
    assert isinstance(term, ox.NamedNode)
    return term.value


def _nothing(rows: Ids) -> Pairs:
    return rows, np.full(len(rows), NONE)


# -- 4.1 value types ------------------------------------------------------------------------


def class_(v: Values, class_iri: object) -> Pairs:
    """Value nodes are instances of a class."""
    members = v.graph.instances(_iri(class_iri))
    return v.keep(~np.isin(v.values, members))


def datatype(v: Values, iri: object) -> Pairs:
    """Value nodes are well-typed literals of a datatype."""
    wanted = _iri(iri)

    def wrong(term: Node) -> bool:
        return (
            not isinstance(term, ox.Literal)
            or term.datatype.value != wanted
            or not well_typed(term)
        )

    return v.where(wrong)


_KINDS: dict[str, tuple[type[Node], ...]] = {
    "IRI": (ox.NamedNode,),
    "BlankNode": (ox.BlankNode,),
    "Literal": (ox.Literal,),
    "BlankNodeOrIRI": (ox.BlankNode, ox.NamedNode),
    "BlankNodeOrLiteral": (ox.BlankNode, ox.Literal),
    "IRIOrLiteral": (ox.NamedNode, ox.Literal),
}


def node_kind(v: Values, kind: object) -> Pairs:
    """Value nodes are IRIs, blank nodes or literals as stated."""
    allowed = _KINDS[_iri(kind).removeprefix(SH)]
    return v.where(lambda term: not isinstance(term, allowed))


# -- 4.2 cardinality ------------------------------------------------------------------------


def min_count(v: Values, least: int) -> Pairs:
    """At least so many value nodes."""
    return _nothing(np.flatnonzero(v.counts() < least))


def max_count(v: Values, most: int) -> Pairs:
    """At most so many value nodes."""
    return _nothing(np.flatnonzero(v.counts() > most))


# -- 4.3 ranges -----------------------------------------------------------------------------


def _range(test: Callable[[Node, object], bool | None]) -> Callable[[Values, object], Pairs]:
    return lambda v, bound: v.where(lambda term: test(term, bound) is not True)


min_exclusive = _range(lambda term, bound: less(bound, term, or_equal=False))
min_inclusive = _range(lambda term, bound: less(bound, term, or_equal=True))
max_exclusive = _range(lambda term, bound: less(term, bound, or_equal=False))
max_inclusive = _range(lambda term, bound: less(term, bound, or_equal=True))


# -- 4.4 strings ----------------------------------------------------------------------------


def min_length(v: Values, least: int) -> Pairs:
    """Texts of at least so many characters; never a blank node."""
    return v.where(lambda t: isinstance(t, ox.BlankNode) or len(t.value) < least)


def max_length(v: Values, most: int) -> Pairs:
    """Texts of at most so many characters; never a blank node."""
    return v.where(lambda t: isinstance(t, ox.BlankNode) or len(t.value) > most)


_EMPTY_STORE = ox.Store()
_BATCH = 5_000


def pattern(v: Values, value: tuple[str, str]) -> Pairs:
    """Matched by SPARQL's own REGEX, whose engine takes linear time whatever the pattern."""
    regex, flags = (str(ox.Literal(x)) for x in value)
    distinct = np.unique(v.values)
    matching: list[int] = []
    texts = [
        (int(i), str(ox.Literal(term.value)))
        for i in distinct
        if not isinstance(term := v.graph.terms[i], ox.BlankNode)
    ]
    for start in range(0, len(texts), _BATCH):
        table = "".join(f"({i} {text})" for i, text in texts[start : start + _BATCH])
        query = f"SELECT ?i {{ VALUES (?i ?s) {{ {table} }} FILTER(REGEX(?s, {regex}, {flags})) }}"
        solutions = _EMPTY_STORE.query(query)
        assert isinstance(solutions, ox.QuerySolutions)
        matching += [int(row[0].value) for row in solutions]
    return v.keep(~np.isin(v.values, np.array(matching, dtype=np.int64)))


def language_in(v: Values, ranges: tuple[Node, ...]) -> Pairs:
    """Language tags within given ranges."""
    allowed = [r.value.lower() for r in ranges]

    def wrong(term: Node) -> bool:
        tag = (term.language or "").lower() if isinstance(term, ox.Literal) else ""
        return not tag or not any(r == "*" or tag == r or tag.startswith(f"{r}-") for r in allowed)

    return v.where(wrong)


def unique_lang(v: Values, _true: object) -> Hits:
    """One result per focus node and language that occurs more than once."""
    tags = [
        (term.language or "").lower() if isinstance(term := v.graph.terms[i], ox.Literal) else ""
        for i in v.values
    ]
    seen: dict[tuple[int, str], int] = {}
    for row, tag in zip(v.rows.tolist(), tags, strict=True):
        if tag:
            seen[row, tag] = seen.get((row, tag), 0) + 1
    rows = np.array([row for (row, _), n in seen.items() if n > 1], dtype=np.int64)
    return Hits(*_nothing(rows))


# -- 4.5 property pairs ---------------------------------------------------------------------


def _key(v: Values, rows: Ids, values: Ids) -> Ids:
    return rows * max(len(v.graph.terms), 1) + values


def equals(v: Values, predicate: object) -> Pairs:
    """The same values as another property has."""
    rows, values = v.other(predicate)
    here, there = _key(v, v.rows, v.values), _key(v, rows, values)
    only_here, only_there = ~np.isin(here, there), ~np.isin(there, here)
    return (
        np.concatenate([v.rows[only_here], rows[only_there]]),
        np.concatenate([v.values[only_here], values[only_there]]),
    )


def disjoint(v: Values, predicate: object) -> Pairs:
    """No value that another property has."""
    return v.keep(np.isin(_key(v, v.rows, v.values), _key(v, *v.other(predicate))))


def _pairwise(v: Values, predicate: object, *, or_equal: bool) -> Pairs:
    """Every pair of a value and a value of the other property must be in order."""
    rows, others = v.other(predicate)
    by_row: dict[int, list[int]] = {}
    for row, other in zip(rows.tolist(), others.tolist(), strict=True):
        by_row.setdefault(row, []).append(other)
    terms = v.graph.terms
    found = [
        (row, value)
        for row, value in zip(v.rows.tolist(), v.values.tolist(), strict=True)
        for other in by_row.get(row, ())
        if less(terms[value], terms[other], or_equal=or_equal) is not True
    ]
    table = np.array(found, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def less_than(v: Values, predicate: object) -> Pairs:
    """Each value less than each of another property."""
    return _pairwise(v, predicate, or_equal=False)


def less_than_or_equals(v: Values, predicate: object) -> Pairs:
    """Each value at most each of another property."""
    return _pairwise(v, predicate, or_equal=True)


# -- 4.8 other ------------------------------------------------------------------------------


def closed(v: Values, allowed: frozenset[str]) -> Hits:
    """No properties but the allowed ones."""
    rows, values, paths = [], [], []
    for predicate in v.graph.predicates:
        if predicate not in allowed:
            step, objects = v.graph.objects(predicate, v.values)
            rows.append(v.rows[step])
            values.append(objects)
            paths += [predicate] * len(objects)
    if not rows:
        return Hits(*_nothing(np.empty(0, dtype=np.int64)))
    return Hits(np.concatenate(rows), np.concatenate(values), paths)


def has_value(v: Values, term: Node) -> Pairs:
    """A given term is among the value nodes."""
    have = v.counts(v.values == v.graph.id(term))
    return _nothing(np.flatnonzero(have == 0))


def in_(v: Values, terms: tuple[Node, ...]) -> Pairs:
    """Value nodes are members of a list."""
    return v.keep(~np.isin(v.values, v.graph.ids(terms)))


COMPONENTS: dict[str, Callable[..., Pairs | Hits]] = {
    "class": class_,
    "datatype": datatype,
    "nodeKind": node_kind,
    "minCount": min_count,
    "maxCount": max_count,
    "minExclusive": min_exclusive,
    "minInclusive": min_inclusive,
    "maxExclusive": max_exclusive,
    "maxInclusive": max_inclusive,
    "minLength": min_length,
    "maxLength": max_length,
    "pattern": pattern,
    "languageIn": language_in,
    "uniqueLang": unique_lang,
    "equals": equals,
    "disjoint": disjoint,
    "lessThan": less_than,
    "lessThanOrEquals": less_than_or_equals,
    "closed": closed,
    "hasValue": has_value,
    "in": in_,
}
