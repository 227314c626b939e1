"""Every view: header, columns, types, total order, and the same rows from a second engine.

The rows come from an example pack up to its outcomes; results of validation are made up here, so
that no SHACL engine is needed. For rdflib the dataset is cut down to a few requirements.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.sparql import prepareQuery

from clausegraph import catalog, pipeline, views
from clausegraph.collect import Question, collect
from clausegraph.errors import InputError
from clausegraph.infer import infer
from clausegraph.outcomes import decide
from clausegraph.periods import CUSTOM
from clausegraph.store import Dataset
from tools.build_docs import VIEWS_PAGE, views_page

from .conftest import ROOT

CG = "https://w3id.org/clausegraph/core#"
SH = "http://www.w3.org/ns/shacl#"
EARL = "http://www.w3.org/ns/earl#"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
VIEWS = {path.stem: path for path in sorted((ROOT / "queries" / "views").glob("*.rq"))}
REQUIREMENT = "https://w3id.org/clausegraph/catalogue/en-319-411-2/2.6.1/OVR-6.3.5-12"
CHOSEN = re.compile(
    r"/(OVR-6\.3\.5-1\d|REQ-7\.4\.1-0\d|CSS-6\.3\.10-01|OVR-6\.4\.1-01|OVR-6\.8\.6-01|REQ-7\.14\.3-0\d)$"
)
PARAMS = {"explain": {"requirement": REQUIREMENT}}
ALL = (*views.ALL_GRAPHS,)
TYPES: dict[str, type] = {
    "iri": str, "string": str, "term": str, "integer": int, "boolean": bool,
    "decimal": Decimal, "dateTime": datetime,
}  # fmt: skip

each_view = pytest.mark.parametrize("name", VIEWS)


def _results(dataset: Dataset) -> list[ox.Triple]:
    """A failed, a passed and an untested rule, and two findings of the failed one."""
    codes = {
        t.object.value: t.subject
        for t in dataset.triples("rules")
        if t.predicate.value == "http://purl.org/dc/terms/identifier"
    }
    count = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    triples = []
    for code, outcome in zip(sorted(codes), ("failed", "passed", "untested"), strict=False):
        run = ox.NamedNode(f"{dataset.base}rule-run/{code}")
        number = ox.Literal("0" if outcome == "untested" else "2", datatype=count)
        triples += [
            ox.Triple(run, RDF_TYPE, ox.NamedNode(EARL + "Assertion")),
            ox.Triple(run, ox.NamedNode(EARL + "test"), codes[code]),
            ox.Triple(run, ox.NamedNode(EARL + "result"), ox.NamedNode(EARL + outcome)),
            ox.Triple(run, ox.NamedNode(CG + "count"), number),
        ]
    for number in ("1", "2"):
        result = ox.NamedNode(f"{dataset.base}result/{number}")
        triples += [
            ox.Triple(result, RDF_TYPE, ox.NamedNode(SH + "ValidationResult")),
            ox.Triple(result, ox.NamedNode(CG + "rule"), codes[min(codes)]),
            ox.Triple(result, ox.NamedNode(SH + "focusNode"), ox.NamedNode(dataset.base)),
            ox.Triple(result, ox.NamedNode(SH + "resultMessage"), ox.Literal("Expected x.")),
            ox.Triple(result, ox.NamedNode(SH + "value"), ox.Literal(f"value {number}")),
        ]
    return triples


def _population(base: str) -> list[ox.Triple]:
    """The profile of a population: one class, one exception."""
    text = f"""@prefix cg: <{CG}> . @prefix dcterms: <http://purl.org/dc/terms/> .
    @prefix schema: <http://schema.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    @base <{base}> .
    <p.csv> dcterms:identifier "p.csv" ; cg:contains <p.csv#profile> .
    <p.csv#profile> a cg:PopulationProfile ; cg:count 3 .
    <p.csv#class> a cg:CertificateClass ; dcterms:isPartOf <p.csv#profile> ; cg:count 3 ;
        dcterms:title "RSA" ; cg:example <c> ; schema:validFrom "2026-01-01T00:00:00Z"^^xsd:dateTime .
    <p.csv#e> a cg:PopulationException ; dcterms:isPartOf <p.csv#profile> ; cg:count 1 ;
        dcterms:type <https://w3id.org/clausegraph/catalogue/population-exception/repeated> ;
        cg:sourceLocation "p.csv:4" ; cg:example <p.csv#e-1> .
    <p.csv#e-1> a cg:PopulationRow ; dcterms:identifier "p.csv:4" ; cg:note "Repeated." ."""
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]


def _revocation(base: str) -> list[ox.Triple]:
    """A declared revocation."""
    text = f"""@prefix cg: <{CG}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @base <{base}> .
    <r> a cg:Revocation ; cg:requestedAt "2026-09-01T08:00:00Z"^^xsd:dateTime ;
        cg:publishedOnCrlAt "2026-09-01T10:00:00Z"^^xsd:dateTime ."""
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """All graphs of an example pack."""
    folder = ROOT / "data" / "packs" / "borealis-eseal"
    checked = pipeline.load(folder, datetime(2026, 11, 23, tzinfo=UTC))
    made = checked.dataset
    made.add(
        collect(folder, checked.pack.artefacts, Question(checked.pack.base, checked.as_of)),
        "collected",
    )
    made.add(_population(made.base), "collected")
    made.add(_revocation(made.base), "declared")
    infer(made)
    made.add(_results(made), "results")
    decide(made)
    return made


def _copy(dataset: Dataset, *, keep: Any = None, seed: int = 0) -> Dataset:
    """The same graphs, inserted in another order; with ``keep`` only some triples."""
    copy = Dataset(dataset.base)
    for graph in dataset.names(ALL):
        triples = [t for t in dataset.triples(graph) if keep is None or keep(t)]
        random.Random(seed).shuffle(triples)  # noqa: S311 - no secret
        copy.add(triples, graph)
    return copy


@pytest.fixture(scope="module")
def shuffled(dataset: Dataset) -> Dataset:
    """The same triples in another order."""
    return _copy(dataset, seed=7)


@pytest.fixture(autouse=True)
def _literals_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


@pytest.fixture(scope="module")
def small(dataset: Dataset) -> Dataset:
    """What stands around a few requirements, small enough for an engine in Python."""
    kinds: dict[str, set[str]] = {}
    for t in dataset.triples(*ALL):
        if t.predicate == RDF_TYPE and isinstance(t.subject, ox.NamedNode):
            kinds.setdefault(t.object.value.removeprefix(CG), set()).add(t.subject.value)
    chosen = {r for r in kinds["Requirement"] if CHOSEN.search(r)}
    rules = {
        t.object.value for t in dataset.triples("results") if t.predicate.value == EARL + "test"
    }
    dropped = (kinds["Requirement"] - chosen) | (kinds["Rule"] - rules)
    for kind in ("Applicability", "Reference", "EditionBridge", "Hop"):
        dropped |= {
            t.subject.value
            for t in dataset.triples(*ALL)
            if t.subject.value in kinds[kind] and getattr(t.object, "value", "") in dropped
        }
    shape = re.compile(r"https://w3id\.org/clausegraph/shapes#")

    def keep(t: ox.Triple) -> bool:
        subject, value = t.subject.value, getattr(t.object, "value", "")
        if shape.match(subject) and subject not in rules:
            return False
        return isinstance(t.subject, ox.NamedNode) and not {subject, value} & dropped

    return _copy(dataset, keep=keep)


@each_view
def test_header_tells_what_the_query_gives(name: str) -> None:
    query = catalog.parse_query(VIEWS[name])
    assert (query.id, query.kind) == (name, "view")
    assert query.question.endswith("?")
    assert query.graphs
    prepared = prepareQuery(query.text)
    assert [str(v) for v in prepared.algebra.PV] == [c.name for c in query.returns]
    header = re.search(r"^# order: (.*)$", query.text, re.MULTILINE)
    ordered = re.findall(r"\bORDER BY ((?:\?\w+ ?)+)", query.text)
    assert header is not None
    assert header[1].split() == ordered[-1].split()
    assert {v[1:] for v in header[1].split()} <= {c.name for c in query.returns}
    assert not any(function.value in query.text for function in CUSTOM)


@pytest.mark.parametrize(
    ("requirement", "label", "value"),
    [
        ("en-319-401/3.2.1/REQ-7.12-01", "mapped to", ", 5.8"),
        ("en-319-411-1/1.5.1/OVR-5.1-01", "cited in", ", 1, Introduction"),
    ],
)
def test_explain_names_the_sections_of_documents(
    dataset: Dataset, requirement: str, label: str, value: str
) -> None:
    iri = f"https://w3id.org/clausegraph/catalogue/{requirement}"
    rows = views.rows(dataset, "explain", requirement=iri)
    (row,) = (r for r in rows if r["section"] == "document")
    assert row["label"] == label
    assert str(row["value"]) == "Certification practice statement of Borealis eSeal" + value


def test_a_mapped_section_that_the_document_lacks_stands_for_itself(dataset: Dataset) -> None:
    rows = [r for r in views.rows(dataset, "document-coverage") if r["how"] == "declared"]
    assert [(r["section"], r["heading"], r["page"]) for r in rows] == [("5.8", None, None)]


@each_view
def test_rows_have_the_declared_types(name: str, dataset: Dataset) -> None:
    rows = views.rows(dataset, name, **PARAMS.get(name, {}))
    assert rows, "the example has no row for this view"
    for row in rows:
        for column in catalog.view(name).returns:
            value = row[column.name]
            if value is None:
                assert column.optional
                continue
            assert type(value) is TYPES[column.type]
            if column.type == "iri":
                assert re.match(r"[a-z]+:", str(value))
            if isinstance(value, datetime):
                assert value.tzinfo is not None


@each_view
def test_order_is_total(name: str, dataset: Dataset, shuffled: Dataset) -> None:
    params = PARAMS.get(name, {})
    rows = views.rows(dataset, name, **params)
    keys = [
        v[1:]
        for v in re.findall(r"^# order: (.*)$", catalog.view(name).text, re.MULTILINE)[0].split()
    ]
    found = [tuple(row[key] for key in keys) for row in rows]
    assert len(found) == len(set(found))
    assert views.rows(shuffled, name, **params) == rows


def _typed(value: str | None, column: catalog.Column) -> object:
    if value is None:
        return None
    if column.type == "dateTime":
        return datetime.fromisoformat(value)
    return int(value) if column.type == "integer" else value


def _of_rdflib(dataset: Dataset, query: catalog.Query, params: dict[str, str]) -> Iterator[Any]:
    graph = rdflib.Graph()
    lines = "".join(f"{t} .\n" for t in sorted(map(str, dataset.triples(*query.graphs))))
    graph.parse(data=lines, format="nt")
    bound = {key: rdflib.URIRef(value) for key, value in params.items()}
    for solution in graph.query(query.text, initBindings=bound):
        values = [None if v is None else str(v) for v in solution]
        yield tuple(_typed(v, c) for v, c in zip(values, query.returns, strict=True))


@each_view
def test_rdflib_gives_the_same_rows(name: str, small: Dataset) -> None:
    query, params = catalog.view(name), PARAMS.get(name, {})
    bound = {key: ox.NamedNode(value) for key, value in params.items()}
    ours = [
        tuple(_typed(getattr(row[c.name], "value", None), c) for c in query.returns)
        for row in small.select(query.text, query.graphs, bound, restricted=query.restricted)
    ]
    theirs = list(_of_rdflib(small, query, params))
    assert sorted(map(repr, theirs)) == sorted(map(repr, ours))
    assert ours


def test_the_page_of_views_is_that_of_the_files() -> None:
    page = VIEWS_PAGE.read_text(encoding="utf-8")
    assert page == views_page(), "run `make docs`"
    for name in VIEWS:
        assert f"| `{name}` |" in page
        assert (
            ", ".join(f"{c.name}{'?' * c.optional} {c.type}" for c in catalog.view(name).returns)
            in page
        )


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service <http://example.org/p> ?graph }",
        "PREFIX cg: <https://w3id.org/clausegraph/core#> SELECT * { ?case cg:service ?add ; cg:from ?from }",
        "PREFIX add: <http://example.org/> SELECT * { ?s add:move $load }",
    ],
)
def test_names_that_look_like_keywords_are_no_keywords(text: str) -> None:
    assert views.run_text(Dataset("http://example.org/"), text)[1] == []


@pytest.mark.parametrize("before", [" ", ".", "}", ";", "{", "\n", "#c\n"])
def test_service_is_refused_whatever_stands_before(before: str) -> None:
    text = f"SELECT * {{ ?s ?p ?o {before}SeRvIcE <http://x.example/> {{ ?a ?b ?c }} }}"
    with pytest.raises(InputError, match="SERVICE"):
        views.run_text(Dataset("http://example.org/"), text)


def test_several_views_at_once_give_what_each_gives_alone(dataset: Dataset) -> None:
    names = [name for name in VIEWS if name not in PARAMS]
    assert views.several(dataset, names) == [views.rows(dataset, name) for name in names]
