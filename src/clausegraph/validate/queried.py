"""Which predicates a query can look at, so that the rest of a large graph need not be loaded.

Input: the text of a query. Output: predicates, or None when any triple could matter: a variable as
predicate, a negated property set, a path of length zero (which every node of the graph fulfils).
What cannot be analysed counts as such. rdflib reads the query, since what it gives can be walked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from clausegraph.validate.shapes import Plan, Select

_LEAVES = (str, int, float, set, type(None))  # a term of rdflib is a str
_MOST = 50  # queries; for more than that reading them costs what it spares


def queries(plan: Plan) -> list[str]:
    """The texts of all queries of a plan."""
    found = [v for shape in plan.targeted for _, v in shape.targets if isinstance(v, Select)]
    found += [
        c.value
        for _, shape in plan.reach()
        for c in shape.constraints
        if isinstance(c.value, Select)
    ]
    return sorted({select.text for select in found})


def queried_predicates(texts: Iterable[str]) -> set[str] | None:
    """The predicates that some queries can look at; None: all."""
    listed = list(texts)
    if len(listed) > _MOST:
        return None
    found: set[str] = set()
    for text in listed:
        needed = _predicates(text)
        if needed is None:
            return None
        found |= needed
    return found


def _predicates(text: str) -> set[str] | None:
    from rdflib.plugins.sparql import algebra, parser

    try:
        prologue, query = parser.parseQuery(text)
        names = algebra.translatePrologue(prologue, None)
        query = algebra.traverse(query, visitPost=partial(algebra.translatePName, prologue=names))
        query = algebra.traverse(query, visitPost=algebra.translatePath)
    except Exception:  # noqa: BLE001  # rdflib raises many kinds; the store may know more syntax
        return None
    found: set[str] = set()
    for predicate in _in_patterns(query):
        step = _of_path(predicate)
        if step is None:
            return None
        found |= step
    return found


def _in_patterns(part: object) -> Iterator[object]:
    """What stands in the place of the predicate of every triple pattern; None for the unknown."""
    from pyparsing import ParseResults
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(part, CompValue):
        if part.name == "ServiceGraphPattern":
            yield None
        for name, value in part.items():
            if name == "triples":  # lists with several triples each, one term after the other
                for run in value:
                    yield from run[1::3] if len(run) % 3 == 0 else (None,)
            else:
                yield from _in_patterns(value)
    elif isinstance(part, list | tuple | ParseResults):
        for member in part:
            yield from _in_patterns(member)
    elif not isinstance(part, _LEAVES):
        yield None


def _of_path(predicate: object) -> set[str] | None:
    from rdflib import URIRef, paths

    if isinstance(predicate, URIRef):
        return {str(predicate)}
    if isinstance(predicate, paths.InvPath):
        return _of_path(predicate.arg)
    if isinstance(predicate, paths.MulPath) and predicate.mod == paths.OneOrMore:
        return _of_path(predicate.path)
    if isinstance(predicate, paths.SequencePath | paths.AlternativePath):
        found: set[str] = set()
        for part in predicate.args:
            step = _of_path(part)
            if step is None:
                return None
            found |= step
        return found
    return None
