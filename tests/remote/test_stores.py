"""The transport against real servers: exact terms, large results, graphs, updates."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from clausegraph.errors import StoreError
from clausegraph.remote.endpoint import Endpoint
from tests.servers import ROWS

GRAPH = "http://test.example/graph"
XSD = "http://www.w3.org/2001/XMLSchema#"
MANY = 2 * ROWS + 17


@pytest.fixture(autouse=True)
def _clean(store: Endpoint) -> Iterator[None]:
    yield
    store.delete(GRAPH)


def literal(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))


def triple(value: ox.NamedNode | ox.Literal, number: int = 0) -> ox.Triple:
    return ox.Triple(ox.NamedNode(f"http://x/{number}"), ox.NamedNode("http://x/p"), value)


def many() -> list[ox.Triple]:
    return [triple(ox.Literal(f"v{n % 7}"), n) for n in range(MANY)]


EXACT = (
    literal("true", "boolean"), literal("false", "boolean"), literal("P2Y", "duration"),
    literal("P1DT2H", "duration"), literal("7", "integer"), literal("-5", "integer"),
    literal("2026-01-01T00:00:00Z", "dateTime"), literal("2026-01-01", "date"),
    literal("2026", "gYear"), literal("2026-03", "gYearMonth"), literal("http://x", "anyURI"),
    literal("AQ==", "base64Binary"), literal("abc", "date"), literal("zzz", "boolean"),
    ox.Literal("a\nb\t\"c\" \\ é 😀"), ox.Literal(""), ox.Literal("  "), ox.Literal("x", language="en-gb"),
    ox.Literal("{?x} <http://x> # '''"), ox.NamedNode("http://x/a?b=c&d=%20é"),
)  # fmt: skip


@pytest.mark.parametrize("term", EXACT, ids=str)
def test_terms_come_back_as_they_went(store: Endpoint, term: ox.NamedNode | ox.Literal) -> None:
    store.put(GRAPH, [triple(term)])
    assert list(store.get(GRAPH)) == [triple(term)]
    (row,) = store.select("SELECT ?o WHERE { ?s ?p ?o }", [GRAPH])
    assert row == {"o": term}


@pytest.mark.parametrize(
    ("term", "stored"),
    [
        (literal("01", "integer"), {literal("1", "integer")}),
        (literal("4.0", "decimal"), {literal("4", "decimal")}),
        (literal("1.10", "decimal"), {literal("1.1", "decimal")}),
    ],
)
def test_known_rewritings(store: Endpoint, term: ox.Literal, stored: set[ox.Literal]) -> None:
    store.put(GRAPH, [triple(term)])
    assert {t.object for t in store.get(GRAPH)} == stored


def test_a_large_graph_comes_whole(store: Endpoint) -> None:
    store.put(GRAPH, many())
    assert store.count(GRAPH) == MANY
    assert sorted(map(str, store.get(GRAPH))) == sorted(map(str, many()))


def test_a_large_result_comes_whole_and_in_order(store: Endpoint) -> None:
    store.put(GRAPH, many())
    query = "PREFIX x: <http://x/> # SELECT\nSELECT ?s ?o WHERE { ?s x:p ?o } ORDER BY ?o ?s"
    rows = list(store.select(query, [GRAPH], order=("o", "s")))
    assert len(rows) == MANY
    keys = [(row["o"].value, row["s"].value) for row in rows]  # type: ignore[union-attr]
    assert keys == sorted(keys)
    assert len(set(keys)) == MANY


def test_a_large_construct_comes_whole(store: Endpoint) -> None:
    store.put(GRAPH, many())
    query = "CONSTRUCT { ?o <http://x/of> ?s . } WHERE { ?s <http://x/p> ?v BIND(IRI(CONCAT('http://o/', ?v)) AS ?o) }"
    assert len(set(store.construct(query, [GRAPH]))) == MANY


def test_ask(store: Endpoint) -> None:
    store.put(GRAPH, [triple(literal("true", "boolean"))])
    assert store.ask("ASK { ?s ?p true }", [GRAPH])
    assert not store.ask("ASK { ?s ?p false }", [GRAPH])


def test_graphs_are_seen_as_one_and_no_others(store: Endpoint) -> None:
    store.put(GRAPH, [triple(ox.Literal("here"), 1)])
    store.put(GRAPH + "/2", [triple(ox.Literal("there"), 1)])
    store.put(GRAPH + "/3", [triple(ox.Literal("nowhere"), 1)])
    query = "SELECT ?a ?b WHERE { ?s <http://x/p> ?a, ?b FILTER(?a < ?b) }"
    rows = list(store.select(query, [GRAPH, GRAPH + "/2"]))
    assert [(r["a"], r["b"]) for r in rows] == [(ox.Literal("here"), ox.Literal("there"))]
    for number in "23":
        store.delete(f"{GRAPH}/{number}")
    assert store.count(GRAPH + "/2") == 0


def test_append_update_and_delete(store: Endpoint) -> None:
    store.put(GRAPH, [triple(ox.Literal("a"))])
    store.put(GRAPH, [triple(ox.Literal("b"))], append=True)
    assert store.count(GRAPH) == 2
    store.put(GRAPH, [triple(ox.Literal("c"))])
    assert list(store.get(GRAPH)) == [triple(ox.Literal("c"))]
    store.update(f"MOVE <{GRAPH}> TO <{GRAPH}/2>")
    assert (store.count(GRAPH), store.count(GRAPH + "/2")) == (0, 1)
    store.delete(GRAPH + "/2")
    store.delete(GRAPH + "/2")
    assert list(store.get(GRAPH + "/2")) == []


def test_a_query_that_is_none_is_refused_with_the_words_of_the_server(store: Endpoint) -> None:
    with pytest.raises(StoreError, match="refuses the request") as caught:
        list(store.select("SELECT ?s WHERE { ?s ?p"))
    assert caught.value.status in {400, 500}


def test_virtuoso_refuses_wrong_passwords(virtuoso: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from clausegraph.remote.endpoint import connect

    monkeypatch.setenv("CLAUSEGRAPH_STORE_USER", "dba")
    monkeypatch.setenv("CLAUSEGRAPH_STORE_PASSWORD", "wr0ng")
    with pytest.raises(StoreError, match="refuses these credentials") as caught:
        connect(virtuoso).count(GRAPH)
    assert "wr0ng" not in str(caught.value)
