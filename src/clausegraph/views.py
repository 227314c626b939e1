"""Runs a named view, or a query of the user's own, and gives typed rows.

Input: a dataset and the name of a file in ``queries/views``. Output: rows whose columns are those
of the header, with Python values (instants with time zone, whole numbers, truth values, text).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal

import pyoxigraph as ox

from clausegraph import catalog
from clausegraph.errors import AssetError, InputError
from clausegraph.store import Dataset, Term

Value = str | int | bool | Decimal | datetime | None
Row = dict[str, Value]

MAX_ROWS = 1_000_000
ALL_GRAPHS = (
    "catalogue", "rules", "run", "declared", "cases", "collected", "inferred", "results",
    "outcomes",
)  # fmt: skip
# Keywords, but not ?service, cg:service or graph:x.
_WORD = r"(?<![\w?$:-])({})(?![\w:-])"
_FORBIDDEN = re.compile(
    _WORD.format("SERVICE|INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|COPY|MOVE|ADD"), re.IGNORECASE
)
_NAMED = re.compile(_WORD.format("GRAPH|FROM"), re.IGNORECASE)
_QUOTED = re.compile(
    r"'''.*?'''|\"\"\".*?\"\"\"|'[^'\n]*'|\"[^\"\n]*\"|<[^<>\s]*>|#[^\n]*", re.DOTALL
)


def columns(name: str) -> list[str]:
    """The columns of a view, in order."""
    return [column.name for column in catalog.view(name).returns]


def rows(dataset: Dataset, name: str, **params: str) -> list[Row]:
    """Run a view.

    Args:
        dataset: graphs of a pack, or the shipped ones for views that need no more.
        name: name of the view.
        params: values of its parameters, as text.

    Raises:
        InputError: no such view, unknown or missing parameter, or an IRI that is none.
        AssetError: the view does not give the columns of its header.
    """
    query = catalog.view(name)
    bound = bind(query, params)
    return typed(
        query, dataset.select(query.text, query.graphs, bound, restricted=query.restricted)
    )


def typed(query: catalog.Query, solutions: Iterable[Mapping[str, Term | None]]) -> list[Row]:
    """The solutions of a view as rows of Python values.

    Raises:
        AssetError: the columns are not those of its header, or a required one is empty.
    """
    names = [column.name for column in query.returns]
    found: list[Row] = []
    for solution in solutions:
        if not found and list(solution) != names:
            raise AssetError(
                f"view {query.id}: columns {list(solution)} are not those of its header"
            )
        found.append({c.name: _value(solution[c.name], c, query.id) for c in query.returns})
    return found


def several(dataset: Dataset, names: Iterable[str]) -> list[list[Row]]:
    """Run views without parameters, two at a time: the store lets go of Python's lock meanwhile.

    Raises:
        InputError, AssetError: see `rows`.
    """
    dataset.merged(ALL_GRAPHS)  # so that no view writes into the store that another one reads
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda name: rows(dataset, name), names))


def bind(query: catalog.Query, params: Mapping[str, str]) -> dict[str, Term]:
    """The parameters of a view as terms.

    Raises:
        InputError: unknown or missing parameter, or an IRI that is none.
    """
    expected = {p.name: p for p in query.params}
    unknown = sorted(set(params) - set(expected))
    missing = sorted(n for n, p in expected.items() if not p.optional and n not in params)
    if unknown or missing:
        raise InputError(
            f"view {query.id}: " + ("unknown" if unknown else "missing") + " parameter",
            expected=", ".join(expected) or "no parameter",
            seen=", ".join(unknown or missing),
            mend="write --param NAME=VALUE",
        )
    bound: dict[str, Term] = {}
    for key, value in params.items():
        try:
            bound[key] = ox.NamedNode(value) if expected[key].type == "iri" else ox.Literal(value)
        except ValueError as error:
            raise InputError(
                f"view {query.id}: parameter {key} is no IRI", expected="an IRI", seen=value
            ) from error
    return bound


def _value(term: Term | None, column: catalog.Column, view: str) -> Value:
    if term is None:
        if not column.optional:
            raise AssetError(f"view {view}: column {column.name} is empty")
        return None
    text = str(getattr(term, "value", term))
    match column.type:
        case "integer":
            return int(text)
        case "decimal":
            return Decimal(text)
        case "boolean":
            return text in {"true", "1"}
        case "dateTime":
            return datetime.fromisoformat(text)
    return text


def run_text(dataset: Dataset, text: str) -> tuple[list[str], list[Row]]:
    """Run a query of the user's own over all graphs seen as one.

    Args:
        dataset: graphs of a pack.
        text: SPARQL 1.1 SELECT, ASK or CONSTRUCT.

    Returns:
        columns and rows of text.

    Raises:
        InputError: SERVICE or an update, a syntax error, or too many rows.
    """
    code = _QUOTED.sub(" ", text)
    forbidden = _FORBIDDEN.search(code)
    if forbidden:
        raise InputError(
            f"{forbidden[0].upper()} is not run here",
            expected="SELECT, ASK or CONSTRUCT without SERVICE",
            mend="queries read this pack only; nothing leaves this machine",
        )
    try:
        if _NAMED.search(code):
            store = dataset.named(ALL_GRAPHS)
            union = [dataset.graph(name) for name in dataset.names(ALL_GRAPHS)]
            result = store.query(text, default_graph=[*union])
        else:
            result = dataset.merged(ALL_GRAPHS).query(text)
        if isinstance(result, ox.QueryBoolean):
            return ["answer"], [{"answer": bool(result)}]
        if isinstance(result, ox.QueryTriples):
            names = ["subject", "predicate", "object"]
            return names, [
                {n: str(x) for n, x in zip(names, (t.subject, t.predicate, t.object), strict=True)}
                for t in result
            ]
        names = [v.value for v in result.variables]
        found: list[Row] = []
        for solution in result:
            if len(found) >= MAX_ROWS:
                raise InputError("the query gives too many rows", expected=f"{MAX_ROWS} at most")
            found.append({n: _text(solution[n]) for n in names})
    except (SyntaxError, ValueError, RuntimeError, OSError) as error:
        raise InputError(f"the query cannot be run: {error}") from error
    return names, found


def _text(term: object) -> str | None:
    if term is None:
        return None
    return str(getattr(term, "value", term))
