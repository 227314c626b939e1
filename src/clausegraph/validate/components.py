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

from clausegraph.validate import order
from clausegraph.validate.columns import Columns
from clausegraph.validate.literals import lexical_space
from clausegraph.validate.pairs import Ids, Pairs, apart, expand, paired
from clausegraph.validate.shapes import SH, Node, Shape
from clausegraph.validate.term_table import (
    BLANK,
    IRI,
    LITERAL,
    datatype_of,
    language_of,
    value_of,
)

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

    def distinct(self) -> Ids:
        """The value nodes, each once."""
        return self.graph.distinct(self.values)

    def all_of(self, wrong: Ids) -> Pairs:
        """The value nodes that are among some nodes."""
        return self.keep(self.graph.member(self.values, wrong))

    def kinds(self) -> NDArray[np.uint8]:
        """The kind of each value node."""
        return self.graph.terms.kind[self.values]

    def by_suffix(self, test: Callable[[str], object]) -> Mask:
        """A test of datatype or language for each value node; false for what is no literal."""
        table = self.graph.terms
        answers = np.array([bool(test(s)) for s in table.suffixes] + [False], dtype=np.bool_)
        return answers[table.suffix[self.values]]

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
    return rows, np.full(len(rows), -1, dtype=np.int32)


# -- 4.1 value types ------------------------------------------------------------------------


def class_(v: Values, class_iri: object) -> Pairs:
    """Value nodes are instances of a class."""
    members = v.graph.instances(_iri(class_iri))
    return v.keep(~v.graph.member(v.values, members))


def datatype(v: Values, iri: object) -> Pairs:
    """Value nodes are well-typed literals of a datatype."""
    wanted = _iri(iri)
    ok = v.by_suffix(lambda suffix: datatype_of(suffix) == wanted)
    if lexical_space(wanted) is not None:
        judged = v.graph.distinct(v.values[ok])
        ill = judged[~order.well_typed(v.graph.terms, judged, wanted)]
        ok &= ~v.graph.member(v.values, ill)
    return v.keep(~ok)


_KINDS: dict[str, tuple[int, ...]] = {
    "IRI": (IRI,),
    "BlankNode": (BLANK,),
    "Literal": (LITERAL,),
    "BlankNodeOrIRI": (BLANK, IRI),
    "BlankNodeOrLiteral": (BLANK, LITERAL),
    "IRIOrLiteral": (IRI, LITERAL),
}


def node_kind(v: Values, kind: object) -> Pairs:
    """Value nodes are IRIs, blank nodes or literals as stated."""
    allowed = _KINDS[_iri(kind).removeprefix(SH)]
    return v.keep(~np.isin(v.kinds(), allowed))


# -- 4.2 cardinality ------------------------------------------------------------------------


def min_count(v: Values, least: int) -> Pairs:
    """At least so many value nodes."""
    return _nothing(np.flatnonzero(v.counts() < least))


def max_count(v: Values, most: int) -> Pairs:
    """At most so many value nodes."""
    return _nothing(np.flatnonzero(v.counts() > most))


# -- 4.3 ranges -----------------------------------------------------------------------------


def _range(*, bound_first: bool, or_equal: bool) -> Callable[[Values, Node], Pairs]:
    def check(v: Values, bound: Node) -> Pairs:
        terms, distinct = v.graph.terms, v.distinct()
        limit = np.full(len(distinct), v.graph.id(bound), dtype=np.int32)
        pair = (limit, distinct) if bound_first else (distinct, limit)
        return v.all_of(distinct[~order.in_order(terms, *pair, or_equal=or_equal)])

    return check


min_exclusive = _range(bound_first=True, or_equal=False)
min_inclusive = _range(bound_first=True, or_equal=True)
max_exclusive = _range(bound_first=False, or_equal=False)
max_inclusive = _range(bound_first=False, or_equal=True)


# -- 4.4 strings ----------------------------------------------------------------------------


def min_length(v: Values, least: int) -> Pairs:
    """Texts of at least so many characters; never a blank node."""
    return v.all_of(_of_length(v, lambda length: length < least))


def max_length(v: Values, most: int) -> Pairs:
    """Texts of at most so many characters; never a blank node."""
    return v.all_of(_of_length(v, lambda length: length > most))


def _of_length(v: Values, wrong: Callable[[int], bool]) -> Ids:
    """The distinct blank nodes, and the other nodes whose text has a wrong length."""
    distinct = v.distinct()
    blank = v.graph.terms.kind[distinct] == BLANK
    bad = [wrong(len(text)) for text in v.graph.terms.lexical(distinct)]
    return np.asarray(distinct[blank | np.array(bad, dtype=np.bool_)])


_EMPTY_STORE = ox.Store()
_BATCH = 5_000


def pattern(v: Values, value: tuple[str, str]) -> Pairs:
    """Matched by SPARQL's own REGEX, whose engine takes linear time whatever the pattern."""
    regex, flags = (str(ox.Literal(x)) for x in value)
    terms, distinct = v.graph.terms, v.distinct()
    texts = distinct[terms.kind[distinct] != BLANK]
    wrong = distinct[terms.kind[distinct] == BLANK].tolist()
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        table = "".join(
            f"({i}{_quoted(text)})"
            for i, text in zip(batch.tolist(), terms.texts(batch), strict=True)
        )
        # What does not match is asked for, since it is less; no answer counts as no match.
        test = f"COALESCE(REGEX(?s, {regex}, {flags}), false)"
        query = f"SELECT ?i {{ VALUES (?i ?s) {{ {table} }} FILTER(!{test}) }}"
        solutions = _EMPTY_STORE.query(query)
        assert isinstance(solutions, ox.QuerySolutions)
        wrong += [int(row[0].value) for row in solutions]
    return v.all_of(np.array(wrong, dtype=np.int32))


def _quoted(text: str) -> str:
    """IRI or lexical form of a term, as a plain literal of SPARQL."""
    if text[0] != '"':
        return str(ox.Literal(value_of(text)))
    return text if text[-1] == '"' else text[: text.rindex('"') + 1]


def pattern_fault(regex: str, flags: str) -> str | None:
    """Why a pattern cannot be matched, or None when it can."""
    query = f"SELECT (REGEX('', {ox.Literal(regex)}, {ox.Literal(flags)}) AS ?x) {{}}"
    solutions = _EMPTY_STORE.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    if next(iter(solutions))[0] is not None:
        return None
    shown = regex if len(regex) < 80 else f"{regex[:80]}…"
    return f"{shown!r} with flags {flags!r} is no regular expression of XPath in linear time"


def language_in(v: Values, ranges: tuple[Node, ...]) -> Pairs:
    """Language tags within given ranges."""
    allowed = [r.value.lower() for r in ranges]

    def right(suffix: str) -> bool:
        tag = language_of(suffix)
        return bool(tag) and any(r == "*" or tag == r or tag.startswith(f"{r}-") for r in allowed)

    return v.keep(~v.by_suffix(right))


def unique_lang(v: Values, _true: object) -> Hits:
    """One result per focus node and language that occurs more than once."""
    table = v.graph.terms
    numbers: dict[str, int] = {}
    number = [
        numbers.setdefault(tag, len(numbers)) if (tag := language_of(suffix)) else -1
        for suffix in table.suffixes
    ]
    tags = np.array([*number, -1], dtype=np.int32)[table.suffix[v.values]]
    tagged = tags >= 0
    pairs, times = np.unique(paired(v.rows[tagged], tags[tagged]), return_counts=True)
    return Hits(*_nothing(apart(pairs[times > 1])[0]))


# -- 4.5 property pairs ---------------------------------------------------------------------


def equals(v: Values, predicate: object) -> Pairs:
    """The same values as another property has."""
    rows, values = v.other(predicate)
    here, there = paired(v.rows, v.values), paired(rows, values)
    only_here, only_there = ~np.isin(here, there), ~np.isin(there, here)
    return (
        np.concatenate([v.rows[only_here], rows[only_there]]),
        np.concatenate([v.values[only_here], values[only_there]]),
    )


def disjoint(v: Values, predicate: object) -> Pairs:
    """No value that another property has."""
    return v.keep(np.isin(paired(v.rows, v.values), paired(*v.other(predicate))))


def _pairwise(v: Values, predicate: object, *, or_equal: bool) -> Pairs:
    """Every pair of a value and a value of the other property must be in order."""
    step, others = expand(*v.other(predicate), v.rows)
    rows, values = v.rows[step], v.values[step]
    wrong = ~order.in_order(v.graph.terms, values, others, or_equal=or_equal)
    return rows[wrong], values[wrong]


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
        return Hits(*_nothing(np.empty(0, dtype=np.int32)))
    return Hits(np.concatenate(rows), np.concatenate(values), paths)


def has_value(v: Values, term: Node) -> Pairs:
    """A given term is among the value nodes."""
    have = v.counts(v.values == v.graph.id(term))
    return _nothing(np.flatnonzero(have == 0))


def in_(v: Values, terms: tuple[Node, ...]) -> Pairs:
    """Value nodes are members of a list."""
    return v.keep(~v.graph.member(v.values, v.graph.ids(terms)))


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
