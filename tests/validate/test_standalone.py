"""Validation of files: by shipped and by given shapes, and the standard report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest

from clausegraph import pipeline
from clausegraph.errors import InputError
from clausegraph.store import nquads
from clausegraph.validate import standalone
from clausegraph.validate.report import SH
from clausegraph.validate.run import DATA_GRAPHS, Disagreement, Engine
from clausegraph.validate.standalone import validate_files
from clausegraph.validate.standard_report import as_turtle
from tests.conftest import ROOT
from tests.validate.graphs import PREFIXES
from tests.validate.test_w3c import CORE, SUITE
from tests.validate.w3c import RDF_TYPE, Case, Graph, sh, triples

SHAPES = """
ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:datatype xsd:integer ] .
ex:T a sh:NodeShape ; sh:targetClass ex:Nothing ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .
"""
DATA = '_:x a ex:C ; ex:p "01"^^xsd:integer , "abc"^^xsd:integer . [] a ex:C ; ex:p ex:a .'
RESULT = (
    "focusNode",
    "resultPath",
    "resultSeverity",
    "sourceConstraintComponent",
    "sourceShape",
    "value",
)


def written(folder: Path, **files: str) -> list[Path]:
    for name, text in files.items():
        (folder / f"{name}.ttl").write_text(PREFIXES + text)
    return [folder / f"{name}.ttl" for name in files]


def test_blank_nodes_lexical_forms_and_silence(tmp_path: Path) -> None:
    data, shapes = written(tmp_path, data=DATA, shapes=SHAPES)
    found = validate_files([data], [shapes])
    assert [(str(r.focus), str(r.value)) for r in found.report.results] == [
        ("_:b2", "<http://example.org/a>"),
        ("_:x", '"abc"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    ]
    assert found.report.focus_counts == {"http://example.org/S": 2, "http://example.org/T": 0}
    assert found.by_reference == {}
    assert as_turtle(found) == as_turtle(validate_files([data], [shapes]))


def test_a_value_keeps_its_form_in_the_report(tmp_path: Path) -> None:
    shapes = (
        "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:in ( 1 ) ] ."
    )
    data, given = written(tmp_path, data='ex:a ex:p "01"^^xsd:integer .', shapes=shapes)
    assert 'sh:value "01"^^<http://www.w3.org/2001/XMLSchema#integer>' in as_turtle(
        validate_files([data], [given])
    )


@pytest.mark.parametrize("engine", list(Engine))
def test_a_recursive_shape_goes_to_the_reference_and_is_named(
    tmp_path: Path, engine: Engine
) -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:node ex:S ; sh:maxCount 0 ] ."
    data, given = written(tmp_path, data="ex:a ex:p ex:b .", shapes=shapes)
    found = validate_files([data], [given], engine=engine)
    assert "MaxCount" in str(found.report.results)
    reason = "asked for" if engine is Engine.pyshacl else "recursive shape"
    assert found.by_reference == {"http://example.org/S": reason}


@pytest.mark.parametrize("large", [0, 1 << 20])
def test_a_query_sees_the_whole_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(standalone, "_LARGE", large)
    select = "PREFIX e: <http://example.org/> SELECT $this ?value WHERE { $this a e:C ; ?any ?value . FILTER isLiteral(?value) }"
    shapes = "".join(
        f'ex:{name} a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:select "{select}{end}" ] .'
        for name, end in (("S", ""), ("T", " LIMIT 9"))
    )
    data, given = written(tmp_path, data='ex:a a ex:C ; ex:p "1" ; ex:q "2" .', shapes=shapes)
    for engine in Engine:
        found = validate_files([data], [given], engine=engine)
        assert [str(r.value) for r in found.report.results] == ['"1"', '"2"'] * 2
    assert list(validate_files([data], [given]).by_reference) == ["http://example.org/T"]


@pytest.mark.parametrize(
    ("shapes", "note"),
    [
        ("ex:S a sh:NodeShape ; sh:nodeKind sh:IRI .", "no shape has a target"),
        (
            "ex:S a sh:NodeShape ; sh:targetClass ex:Nothing ; sh:nodeKind sh:IRI .",
            "no shape has a focus node",
        ),
        (
            "ex:S sh:targetNode ex:a ; sh:nodeKind sh:IRI . ex:o owl:imports ex:more .",
            "example.org/more> is imported",
        ),
        (
            "ex:S sh:targetNode ex:a ; sh:nodeKind sh:IRI . ex:o owl:imports ex:o ; a owl:Ontology .",
            None,
        ),
    ],
)
def test_what_conforms_for_want_of_a_test_is_said(
    tmp_path: Path, shapes: str, note: str | None
) -> None:
    owl = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    data, given = written(tmp_path, data="ex:a ex:p 1 .", shapes=owl + shapes)
    found = validate_files([data], [given])
    assert found.report.results == ()
    assert (found.notes == ()) if note is None else (note in found.notes[0])


@pytest.mark.parametrize(("large", "looked_at"), [(0, 3), (1 << 20, 4)])
def test_of_a_large_graph_a_query_gets_what_it_can_look_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int, looked_at: int
) -> None:
    monkeypatch.setattr(standalone, "_LARGE", large)
    select = "PREFIX e: <http://example.org/> SELECT $this ?value WHERE { $this e:p/e:q ?value }"
    shapes = f'ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:select "{select}" ] .'
    data, given = written(
        tmp_path, data="ex:a a ex:C ; ex:p ex:b ; ex:other 1 . ex:b ex:q 2 .", shapes=shapes
    )
    found = validate_files([data], [given])
    assert (len(found.report.results), found.triples) == (1, looked_at)


def test_two_engines_that_differ_are_an_error(tmp_path: Path) -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:minInclusive '2026-01-01T00:00:00Z'^^xsd:dateTime ] ."
    data, given = written(tmp_path, data="ex:a ex:p 5 .", shapes=shapes)
    assert len(validate_files([data], [given]).report.results) == 1
    with pytest.raises(Disagreement):
        validate_files([data], [given], engine=Engine.both)


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ("ex:S sh:targetNode ex:a ; sh:minCount 1 .", "minCount"),
        (
            "ex:S sh:targetNode ex:a . <urn:g> sh:entailment <http://www.w3.org/ns/entailment/RDFS> .",
            "entailment",
        ),
        ('ex:S sh:targetNode ex:a ; sh:sparql [ sh:select "SELECT $this WHERE {" ] .', "parse"),
        ("ex:S sh:targetNode ex:a ; sh:property [ sh:class ex:C ] .", "path"),
    ],
)
def test_ill_formed_shapes_are_an_error_of_the_input(
    tmp_path: Path, shapes: str, said: str
) -> None:
    data, given = written(tmp_path, data="ex:a ex:p 1 .", shapes=shapes)
    with pytest.raises(InputError, match=said) as caught:
        validate_files([data], [given])
    assert "shapes.ttl" in str(caught.value)


def test_shipped_shapes_over_an_exported_pack_say_what_check_says(tmp_path: Path) -> None:
    pack = min((ROOT / "data" / "packs").iterdir())
    checked = pipeline.check(pack, datetime(2026, 11, 23, tzinfo=UTC)).dataset
    file = tmp_path / "pack.nq"
    file.write_text(nquads(checked, *(g for g in DATA_GRAPHS if g != "catalogue")))
    found = validate_files([file])
    results = set(checked.triples("results"))
    failed = {t.subject for t in results if t.object == ox.NamedNode(SH + "ValidationResult")}
    assert len(found.report.results) == len(failed)
    assert sorted(r.message for r in found.report.results) == sorted(
        t.object.value for t in results if t.predicate == ox.NamedNode(SH + "resultMessage")
    )
    assert found.by_reference == {}


def report_of(found: list[ox.Triple]) -> list[ox.Triple]:
    """The part of a report that the Recommendation fixes, with its paths."""
    graph = Graph(found)
    (top,) = [t.subject for t in found if t.predicate == sh("conforms")]

    def below(node: object) -> Iterator[ox.Triple]:
        for t in found:
            if t.subject == node:
                yield t
                if isinstance(t.object, ox.BlankNode):
                    yield from below(t.object)

    kept = [t for t in found if t.subject == top and t.predicate == sh("conforms")]
    for node in graph.objects(top, sh("result")):
        kept += [
            ox.Triple(top, sh("result"), node),
            ox.Triple(node, RDF_TYPE, sh("ValidationResult")),
        ]
        kept += [ox.Triple(node, sh(p), o) for p in RESULT for o in graph.objects(node, sh(p))]
        kept += [
            t
            for path in graph.objects(node, sh("resultPath"))
            if isinstance(path, ox.BlankNode)
            for t in below(path)
        ]
    return kept


def canonical(found: list[ox.Triple]) -> ox.Dataset:
    dataset = ox.Dataset(ox.Quad(*t) for t in found)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


@pytest.mark.shared
@pytest.mark.parametrize("case", CORE, ids=lambda c: c.name)
def test_reports_of_the_w3c_suite_are_isomorphic(case: Case) -> None:
    found = validate_files([case.data], [case.shapes], base=case.data.as_uri())
    ours = [q.triple for q in ox.parse(as_turtle(found), format=ox.RdfFormat.TURTLE)]
    assert canonical(report_of(ours)) == canonical(
        report_of(triples(SUITE / "core" / f"{case.name}.ttl"))
    )
