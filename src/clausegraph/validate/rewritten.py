"""Literals that the embedded store writes in another form, and the way back to the exact terms.

Input: the data graph as columns, which hold terms as they were written. Output: for a query, by
what the store gives, the term that the data hold; or `Unsupported` where that cannot be told: the
data hold two forms of one value (the store takes them for one), or the query looks at how a value
is written. Then pySHACL evaluates the shape, over exact terms.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from functools import lru_cache

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from clausegraph.validate.columns import Columns
from clausegraph.validate.literals import INTEGERS, XSD
from clausegraph.validate.pairs import Ids
from clausegraph.validate.query_text import OWN, QueryText
from clausegraph.validate.shapes import Unsupported
from clausegraph.validate.term_table import TermTable, datatype_of

_REWRITTEN = frozenset(
    XSD + kind
    for kind in (
        *INTEGERS, "decimal", "double", "float", "boolean", "dateTime", "dateTimeStamp", "date",
        "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay", "duration",
        "dayTimeDuration", "yearMonthDuration",
    )
)  # fmt: skip
_NOBODY: Ids = np.empty(0, dtype=np.int32)
_LINE = "<urn:n:{}> <urn:p> {} .\n"


def any_rewritten(literals: Iterable[ox.Literal]) -> bool:
    """Whether the store writes one of these in another form."""
    kept = {str(t) for t in literals if t.datatype.value in _REWRITTEN}
    return bool(_stored(sorted(kept)))


@lru_cache(maxsize=4096)
def stored(text: str) -> str:
    """A literal as the store writes it; both as N-Triples writes them."""
    return _stored([text]).get(0, text)


def _stored(texts: list[str]) -> dict[int, str]:
    """By place, those that the store writes in another form, and that form."""
    store = ox.Store()
    lines = "".join(_LINE.format(n, text) for n, text in enumerate(texts))
    store.extend(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))
    found = {}
    for quad in store:
        place, text = int(quad.subject.value[6:]), str(quad.object)
        if text != texts[place]:
            found[place] = text
    return found


def forms_of(terms: TermTable, numbers: Ids) -> dict[str, str]:
    """Those of some terms that the store writes in another form, and that form."""
    later = numbers[numbers >= terms.frozen]
    held = numbers[numbers < terms.frozen]
    waiting = [t for t in terms.texts(later) if t[0] == '"' and _datatype(t) in _REWRITTEN]
    suffix = terms.suffix[held]
    for number, text in enumerate(terms.suffixes):
        datatype = datatype_of(text)
        if text.startswith("^^") and datatype in _REWRITTEN:
            some = held[suffix == number]
            some = some[~_plain(terms, some, text, datatype.removeprefix(XSD))]
            waiting += terms.texts(some)
    return {waiting[place]: text for place, text in _stored(waiting).items()}


def _datatype(text: str) -> str:
    return datatype_of(text[text.rindex('"') + 1 :])


class Rewritten:
    """The literals of a graph that the store writes in another form.

    Args:
        graph: the data graph, with all predicates that queries look at.
    """

    def __init__(self, graph: Columns) -> None:
        self._graph = graph
        every = np.arange(graph.terms.frozen, dtype=np.int32)
        self._forms = forms_of(graph.terms, every)
        self._numbers = np.sort(graph.terms.ids(self._forms))
        self._names: dict[frozenset[str] | None, dict[str, str]] = {}

    def __bool__(self) -> bool:
        return bool(self._forms)

    def names(
        self,
        predicates: frozenset[str] | None,
        others: Mapping[str, str] | None = None,
        nodes: Iterable[str] = (),
    ) -> dict[str, str]:
        """By what the store writes, the exact terms that a query can meet.

        Args:
            predicates: that it looks at, with `OWN`; None: all.
            nodes: focus nodes, for `OWN`.
            others: further literals that it is given, each with its form in the store.

        Raises:
            Unsupported: the store takes two of these terms for one.
        """
        if not self._forms and not others:
            return {}
        own = predicates is not None and OWN in predicates
        if predicates not in self._names or others or own:
            graph, given = self._graph, dict(others or {})
            tables = map(graph.table, graph.predicates if predicates is None else predicates)
            objects = [_NOBODY, *(objects for _, objects in tables)]
            if own:
                focus = np.unique(graph.terms.ids(nodes))
                objects += [graph.objects(name, focus)[1] for name in graph.predicates]
            met = np.unique(np.concatenate(objects))
            texts = list(graph.terms.texts(met[np.isin(met, self._numbers)]))
            forms = {text: self._forms[text] for text in texts} | given
            numbers = graph.terms.ids(forms.values())
            plain = {*graph.terms.texts(numbers[np.isin(numbers, met)])}
            names = one_each(forms, plain | {text for text in given if given[text] == text})
            if others or own:
                return names
            self._names[predicates] = names
        return self._names[predicates]


def one_each(forms: Mapping[str, str], plain: Container[str]) -> dict[str, str]:
    """By form, the one term that the store writes so.

    Args:
        forms: by exact term, its form.
        plain: terms that stay as they are.

    Raises:
        Unsupported: several terms have one form.
    """
    names: dict[str, str] = {}
    for exact, form in sorted(forms.items()):
        if exact == form:
            continue
        other = form if form in plain else names.setdefault(form, exact)
        if other != exact:
            both = " and ".join(sorted((exact, other)))
            raise Unsupported(f"{both} in the data, which the store takes for one")
    return names


def _plain(terms: TermTable, numbers: Ids, suffix: str, kind: str) -> NDArray[np.bool_]:
    """Which literals surely stay as they are; the rest is asked of the store."""
    starts = terms.starts[numbers] + 1
    ends = terms.ends[numbers] - len(suffix.encode()) - 1
    length = ends - starts

    def at(places: NDArray[np.int64]) -> NDArray[np.uint8]:
        return np.asarray(terms.bytes[np.minimum(places, len(terms.bytes) - 1)])

    first, second = at(starts), at(starts + 1)
    digit = (first >= ord("1")) & (first <= ord("9"))
    if kind == "integer":
        negative = (first == ord("-")) & (second >= ord("1")) & (second <= ord("9"))
        return np.asarray(digit | negative | ((first == ord("0")) & (length == 1)))
    if kind == "boolean":
        return np.asarray(length > 1)
    if kind == "dateTime":
        midnight = (at(starts + 11) == ord("2")) & (at(starts + 12) == ord("4"))
        utc = (length == 20) & (at(ends - 1) == ord("Z"))
        return np.asarray(digit & (utc | (length == 19)) & ~midnight)
    if kind == "date":
        return np.asarray(digit & (length == 10))
    return np.zeros(len(numbers), dtype=np.bool_)


def way_back(
    query: QueryText, names: Mapping[str, str], formed: Mapping[str, str], shown: frozenset[str]
) -> None:
    """Refuse a query whose answer over the store need not be that over the exact terms.

    Args:
        query: its text.
        names: as `Rewritten.names` gives them for it.
        formed: those of them that it looks at as they are written.
        shown: variables that a result shows.

    Raises:
        Unsupported: with the reason.
    """
    computed = shown & query.computed
    for literal in sorted(query.constants | (query.operands if computed else frozenset())):
        if literal in names or stored(literal) != literal:
            raise Unsupported(f"{literal} in a pattern of a query, which the store rewrites")
    if formed:
        raise Unsupported(
            f"a query that looks at how literals are written, and {formed[min(formed)]} in the "
            "data, which the store rewrites"
        )
    if names and computed:
        example = names[min(names)]
        raise Unsupported(f"?{min(computed)} is computed of literals such as {example}")
