"""Views, and queries of the user's own, run in a store over the graphs of packs.

Input: manifests of packs, the name of a view or a text. Output: the rows that the embedded store
gives for the same graphs, in the same order. Only rows travel, but for a view that the store
refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import pyoxigraph as ox

from clausegraph import catalog, views
from clausegraph.errors import AssetError, InputError, StoreError
from clausegraph.remote import manifest as manifests
from clausegraph.remote import text
from clausegraph.remote.endpoint import Endpoint, Solution
from clausegraph.remote.graphs import restored
from clausegraph.remote.manifest import SHARED, Manifest
from clausegraph.remote.pull import fits, unchanged
from clausegraph.remote.source import REFUSALS
from clausegraph.store import FIXED, GRAPHS
from clausegraph.views import Row, Value

Tell = Callable[[str], None]


def view(
    store: Endpoint,
    packs: Iterable[Manifest],
    name: str,
    params: Mapping[str, str],
    tell: Tell = lambda _why: None,
) -> list[tuple[Manifest, list[Row]]]:
    """A view over each of some packs.

    Args:
        store: where the packs are.
        packs: their manifests.
        name: of the view.
        params: values of its parameters, as text.
        tell: told why, when the store refuses it: then the graphs that the view reads are fetched,
            and it is evaluated here.

    Returns:
        the rows by pack, each in the order that the view promises.

    Raises:
        InputError: see `clausegraph.views.rows`.
        StoreError: no whole answer, or a push meanwhile.
    """
    query = catalog.view(name)
    asked = text.bound(query.text, views.bind(query, params))
    tell = _once(tell)
    own = list(packs)
    fits(store, own, manifests.read(store, SHARED))
    found = []
    for each in own:
        solutions = _solutions(store, graphs(each, query.graphs), query, asked, tell)
        found.append((each, in_order(views.typed(query, solutions), query.order)))
    unchanged(store, own)
    return found


def rows(store: Endpoint, pack: Manifest, name: str, tell: Tell = lambda _why: None) -> list[Row]:
    """The rows of a view without parameters over a pack, as `clausegraph.views.rows` gives them.

    Args:
        store: where the pack is.
        pack: its manifest.
        name: of the view.
        tell: see `view`.

    Raises:
        StoreError: no whole answer.
        AssetError: the view does not give the columns of its header.
    """
    query = catalog.view(name)
    found = _solutions(store, graphs(pack, query.graphs), query, query.text, tell)
    return in_order(views.typed(query, found), query.order)


def _solutions(
    store: Endpoint, names: list[str], query: catalog.Query, asked: str, tell: Tell
) -> Iterable[Solution]:
    """The solutions of a view; evaluated here when the store refuses it, and only then."""
    try:
        return list(store.select(asked, names, order=query.order))
    except StoreError as error:
        if error.status not in REFUSALS:
            raise
        tell(" ".join((error.seen or error.message).split()))
    here = ox.Store()
    for name in names:
        here.extend(ox.Quad(*triple) for triple in restored(store.get(name)))
    found = here.query(asked)
    if not isinstance(found, ox.QuerySolutions):
        raise AssetError(f"the view {query.id} is no SELECT")
    variables = [v.value for v in found.variables]
    return [{name: solution[name] for name in variables} for solution in found]


def _once(tell: Tell) -> Tell:
    """The same reason for the next pack says nothing new."""
    said: set[str] = set()

    def telling(why: str) -> None:
        if why not in said:
            said.add(why)
            tell(why)

    return telling


def own(store: Endpoint, packs: Iterable[Manifest], query: str) -> tuple[list[str], list[Row]]:
    """A query of the user's own over all graphs of some packs, seen as one.

    Args:
        store: where the packs are.
        packs: their manifests.
        query: SELECT, ASK or CONSTRUCT.

    Returns:
        columns, and rows of text.

    Raises:
        InputError: SERVICE, an update, a syntax error, or too many rows.
        StoreError: no whole answer, or a push meanwhile.
    """
    text.refused(query)
    chosen = list(packs)
    fits(store, chosen, manifests.read(store, SHARED))
    seen = [GRAPHS + name for name in FIXED]
    seen += [e.graph for m in chosen for e in m.graphs if e.count]
    kind, _ = text.form(query)
    rows: list[Row] = []
    if kind == "ASK":
        columns = ["answer"]
        rows.append({"answer": store.ask(query, seen)})
    elif kind == "CONSTRUCT":
        columns = ["subject", "predicate", "object"]
        triples = set(store.construct(query, seen))
        rows = [
            dict(zip(columns, (str(t.subject), str(t.predicate), str(t.object)), strict=True))
            for t in sorted(triples, key=str)
        ]
    else:
        columns = []
        for solution in store.select(query, seen):
            columns = list(solution)
            rows.append({n: _plain(t) for n, t in solution.items()})
            if len(rows) > views.MAX_ROWS:
                raise InputError(
                    "the query gives too many rows", expected=f"{views.MAX_ROWS} at most"
                )
    unchanged(store, chosen)
    return columns, rows


def graphs(pack: Manifest, names: Iterable[str]) -> list[str]:
    """The IRIs of graphs of a pack by their short names, ``cases`` for all of its cases."""
    found = []
    for name in names:
        if name in FIXED:
            found.append(GRAPHS + name)
            continue
        found += [
            entry.graph
            for entry in pack.graphs
            if (short := pack.short(entry)) == name
            or (name == "cases" and short.startswith("cases/"))
        ]
    return found


def in_order(rows: list[Row], order: Sequence[str]) -> list[Row]:
    """Rows sorted as SPARQL sorts values of one type: unbound first, texts by code point.

    Servers sort texts in their own ways.
    """

    def key(row: Row) -> list[tuple[bool, Value]]:
        return [
            (row[name] is not None, row[name] if row[name] is not None else "") for name in order
        ]

    return sorted(rows, key=key)


def _plain(term: object) -> str | None:
    return None if term is None else str(getattr(term, "value", term))
