"""Validation pushed down to real servers: the same results as in the embedded store."""

from __future__ import annotations

from collections import Counter

import pytest

from clausegraph.errors import StoreError
from clausegraph.remote.endpoint import Endpoint
from clausegraph.remote.source import EndpointSource, limits_of
from clausegraph.validate.pushdown import Refused, StoreSource, push_down
from clausegraph.validate.run import by_columns
from clausegraph.validate.shapes_graph import read_shapes
from clausegraph.validate.sparql import SparqlSource
from tests.conftest import ROOT
from tests.rules.cases import CASES, CODES, Shapes, read_case
from tests.validate.graphs import parse, setting

GRAPH = "http://test.example/graph"
SHAPES = """
ex:S a sh:NodeShape ; sh:targetClass ex:Certificate ;
  sh:property ex:serial , ex:issuer , ex:from , ex:size , ex:chain ;
  sh:or ( [ sh:path ex:revoked ; sh:maxCount 0 ] [ sh:path ex:reason ; sh:minCount 1 ] ) .
ex:serial sh:path ex:serialNumber ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ;
  sh:pattern "^[0-9a-f]+$" ; sh:maxLength 20 .
ex:issuer sh:path ex:issuedBy ; sh:class ex:Authority ; sh:in ( ex:ca0 ex:ca1 ) ; sh:nodeKind sh:IRI .
ex:from sh:path ex:validFrom ; sh:datatype xsd:dateTime ; sh:lessThan ex:validUntil .
ex:size sh:path ex:keySize ; sh:minInclusive 256 ; sh:not [ sh:in ( 300 ) ] .
ex:chain sh:path ( ex:issuedBy [ sh:zeroOrMorePath ex:issuedBy ] ) ; sh:property ex:named .
ex:named sh:path ex:name ; sh:minCount 1 ; sh:message "the authority has no name" .
"""
DATA = """
ex:Authority rdfs:subClassOf ex:Agent . ex:Root rdfs:subClassOf ex:Authority .
ex:ca0 a ex:Root ; ex:name "root" . ex:ca1 a ex:Authority ; ex:issuedBy ex:ca0 .
""" + "".join(
    f'ex:c{n} a ex:Certificate ; ex:serialNumber "{"xyz" if n % 7 == 0 else format(n * 99, "x")}" ; '
    f"ex:issuedBy ex:ca{n % 3} ; ex:keySize {200 if n % 5 == 0 else 300 if n % 11 == 0 else 256} ; "
    f'ex:validFrom "2025-0{n % 9 + 1}-01T00:00:00Z"^^xsd:dateTime ; '
    f'ex:validUntil "2025-05-01T00:00:00Z"^^xsd:dateTime '
    + ("; ex:revoked true . " if n % 4 == 0 else ". ")
    for n in range(60)
)


def test_constraints_of_many_kinds(store: Endpoint) -> None:
    plan, data = read_shapes(parse(SHAPES)), parse(DATA)
    store.put(GRAPH, data)
    expected = push_down(plan, StoreSource(SparqlSource.of(data).store))
    before = store.requests
    found = push_down(plan, EndpointSource(store, [GRAPH]), limits=limits_of(store))
    assert found.left == {}
    assert found.focus_counts == expected.focus_counts
    assert Counter(r.key for r in found.results) == Counter(r.key for r in expected.results)
    assert len({r.component for r in found.results}) == 8
    assert store.requests - before <= 6
    store.delete(GRAPH)


# Virtuoso finds no empty text in a text, and compares STR of an instant as an instant.
EDGES = (
    "workflow.assurance.list-format-superseded", "workflow.intake.document-void-identifier",
    "workflow.intake.document-unknown-identifier",
)  # fmt: skip


@pytest.fixture(scope="module")
def rule_shapes() -> Shapes:
    return Shapes(ROOT / "shapes")


@pytest.mark.parametrize("code", [*CODES[::40], *EDGES])
def test_cases_of_some_rules(code: str, store: Endpoint, rule_shapes: Shapes) -> None:
    rule = list(rule_shapes.exact(code)[0])
    for path in sorted((CASES / code).glob("*.ttl")):
        data, _ = read_case(path)
        plan, graph, source, focus = setting(rule, data)
        expected, _ = by_columns(plan, graph, source, focus)
        store.put(GRAPH, data)
        found = push_down(plan, EndpointSource(store, [GRAPH]), limits=limits_of(store))
        assert found.left == {}, path.name
        assert Counter(r.key for r in found.results) == Counter(r.key for r in expected), path.name
        assert found.focus_counts == {name: len(nodes) for name, nodes in focus.items()}
    store.delete(GRAPH)


def test_a_refused_query_is_told_apart_from_a_dead_server(store: Endpoint) -> None:
    source = EndpointSource(store, [GRAPH])
    with pytest.raises(Refused):
        source.select("SELECT ?this WHERE { this is no SPARQL }")
    store.where = type(store.where)("http://127.0.0.1:9/query", "", "")
    store.http.limits = type(store.http.limits)(attempts=1)
    with pytest.raises(StoreError):
        source.select("SELECT ?this WHERE { ?this ?p ?o }")
