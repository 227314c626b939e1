"""What is done with the text of a query: only where it means something, never inside strings."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from clausegraph import catalog
from clausegraph.errors import AssetError, InputError
from clausegraph.remote import text
from clausegraph.remote.endpoint import made

A = ox.NamedNode("http://x/a")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * {}", "SELECT"),
        ("# ASK {}\nPREFIX ask: <http://x/select#> ask {}", "ASK"),
        ("PREFIX select: <http://x/>\nBASE <http://SELECT>\nCONSTRUCT {} WHERE {}", "CONSTRUCT"),
        ("describe <http://x>", "DESCRIBE"),
    ],
)
def test_form(query: str, expected: str) -> None:
    name, start = text.form(query)
    assert name == expected
    assert query[start:].upper().startswith(expected)


@pytest.mark.parametrize("query", ["", "# SELECT * {}", "INSERT DATA {}", "'SELECT'", "<SELECT>"])
def test_no_form(query: str) -> None:
    with pytest.raises(InputError):
        text.form(query)


def test_parameters_become_terms_in_the_pattern_only() -> None:
    query = 'SELECT ?p ?q { ?p <http://?p> ?pq . # ?p\n ?q ?x "?p" FILTER(?p != $p) } ORDER BY ?p'
    assert text.bound(query, {"p": A}) == (
        'SELECT (<http://x/a> AS ?p) ?q { <http://x/a> <http://?p> ?pq . # ?p\n ?q ?x "?p" '
        "FILTER(<http://x/a> != <http://x/a>) } ORDER BY ?p"
    )


@pytest.mark.parametrize(
    "value", ['" . } ; DROP ALL #', "'''", "a\\\"b", "\n\r\t", "}} UNION {{", "\u202e"]
)  # fmt: skip
def test_a_value_cannot_leave_its_place(value: str) -> None:
    store = ox.Store()
    store.add(ox.Quad(A, A, ox.Literal(value)))
    store.add(ox.Quad(A, A, ox.Literal("other")))
    query = text.bound("SELECT ?o ?s { ?s ?p ?o }", {"o": ox.Literal(value)})
    assert [row["o"] for row in store.query(query)] == [ox.Literal(value)]  # type: ignore[union-attr, index]


@pytest.mark.parametrize(
    "query", ["SELECT ?p { BIND(1 AS ?p) }", "SELECT ?p { { SELECT ?p { ?p ?q ?r } } }"]
)
def test_a_parameter_that_is_no_plain_variable_is_refused(query: str) -> None:
    with pytest.raises(AssetError):
        text.bound(query, {"p": A})


def test_every_view_with_parameters_can_be_bound() -> None:
    queries = [q for q in catalog.queries("views") if q.params]
    assert queries
    for query in queries:
        names = {p.name: ox.NamedNode(f"http://x/{p.name}") for p in query.params}
        found = ox.Store().query(text.bound(query.text, names))
        assert isinstance(found, ox.QuerySolutions)
        assert [v.value for v in found.variables] == [c.name for c in query.returns]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://x> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'x\\'' . service silent <http://x> { ?s ?p ?o } } # '",
        "INSERT DATA { <http://x> <http://x> 1 }",
        "CLEAR ALL",
        "DESCRIBE <http://x>",
        "SELECT * {",
    ],
)
def test_refused_queries(query: str) -> None:
    with pytest.raises(InputError):
        text.refused(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service ?p 'SERVICE' }  # SERVICE",
        "PREFIX service: <http://x/> ASK { ?s service:service ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_queries_that_read_are_not_refused(query: str) -> None:
    text.refused(query)


def test_pages_and_counts_of_every_view_parse() -> None:
    for query in catalog.queries("views"):
        for derived in (
            text.counted(query.text),
            text.page(query.text, query.order, 10, 20),
        ):
            assert isinstance(ox.Store().query(derived), ox.QuerySolutions), query.id


def test_pages_of_a_query_with_limit_and_values() -> None:
    store = ox.Store()
    store.extend(ox.Quad(A, A, ox.Literal(f"{n:02}")) for n in range(20))
    query = "SELECT ?o { ?s ?p ?o VALUES ?s { <http://x/a> } } ORDER BY DESC(?o) LIMIT 10 # end"
    found = store.query(text.page(query, ["o"], 3, 8))
    assert [row["o"].value for row in found] == ["18", "19"]  # type: ignore[union-attr, index]


def test_a_template_is_filled_here() -> None:
    query = "PREFIX x: <http://x/> CONSTRUCT { ?s x:b ?o . [] x:c '}' } WHERE { ?s x:a ?o }"
    prologue, template, pattern = text.template(query)
    assert pattern == "{ ?s x:a ?o }"
    rows: list[dict[str, object]] = [{"s": A, "o": ox.Literal("}")}, {"s": A, "o": None}]
    triples = set(made(prologue, template, rows))  # type: ignore[arg-type]
    assert {str(t.predicate) for t in triples} == {"<http://x/b>", "<http://x/c>"}
    assert len(triples) == 3


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3",
        "SELECT * { { ?s ?p ?o } }",
    ],
)
def test_other_constructs_are_refused(query: str) -> None:
    with pytest.raises(InputError):
        text.template(query)
