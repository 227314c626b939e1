"""Shapes without set-based form go to pySHACL: just those, under their own names, said so."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from clausegraph.validate.run import Engine
from clausegraph.validate.standalone import validate_files
from tests.validate.graphs import PREFIXES

LIMIT = 'sh:sparql [ sh:select "SELECT $this { $this <http://example.org/p> ?o } LIMIT 1" ]'
RECURSIVE = "sh:property [ sh:path ex:p ; sh:node ex:R ; sh:maxCount 0 ]"


def found(folder: Path, shapes: str, data: str, engine: Engine = Engine.fast) -> tuple[
    Counter[tuple[str, ...]], dict[str, str]
]:  # fmt: skip
    for name, text in (("shapes", shapes), ("data", data)):
        (folder / f"{name}.ttl").write_text(PREFIXES + text)
    validation = validate_files([folder / "data.ttl"], [folder / "shapes.ttl"], engine=engine)
    results = Counter(
        (r.rule.rpartition("/")[2], str(r.focus).rpartition("/")[2], r.component.rpartition("#")[2], r.message)
        for r in validation.report.results
    )  # fmt: skip
    return results, dict(validation.by_reference)


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        (f"ex:R sh:targetNode ex:a ; {RECURSIVE} .", "recursive shape"),
        (f"ex:R sh:targetNode ex:a ; {LIMIT} .", "LIMIT or OFFSET"),
        (f"ex:R sh:targetNode ex:a, 'x' ; sh:node [ {LIMIT} ] .", "LIMIT or OFFSET"),
        ('ex:R sh:targetNode ex:a ; sh:sparql [ sh:select "SELECT $this (COUNT(?o) AS ?n) { $this ?p ?o }" ] .',
         "an aggregate that is not grouped by $this"),
        ('ex:R sh:targetNode ex:a, 1 ; sh:sparql [ sh:select "SELECT $this { $this <http://example.org/p> ?o }" ] .',
         "a literal as focus node of sh:sparql"),
    ],
)  # fmt: skip
def test_the_reason_is_given_and_the_other_shapes_stay(
    tmp_path: Path, shapes: str, reason: str
) -> None:
    other = "ex:Other sh:targetClass ex:C ; sh:message 'own' ; sh:property [ sh:path ex:q ; sh:minCount 1 ] ; sh:class ex:D ."
    results, by_reference = found(tmp_path, shapes + other, "ex:a ex:p ex:b . ex:c a ex:C .")
    assert by_reference == {"http://example.org/R": reason}
    assert {r for r in results if r[0] == "R"}
    assert {r: n for r, n in results.items() if r[0] == "Other"} == {
        ("Other", "c>", "MinCountConstraintComponent", ""): 1,
        ("Other", "c>", "ClassConstraintComponent", "own"): 1,
    }


def test_a_shape_that_is_used_by_it_keeps_its_constraints(tmp_path: Path) -> None:
    shapes = (
        "ex:R sh:targetNode ex:a ; sh:node ex:T ; sh:property [ sh:path ex:p ; sh:node ex:R ] ."
        "ex:T a sh:NodeShape ; sh:targetNode ex:z ; sh:nodeKind sh:Literal ."
    )
    results, _ = found(tmp_path, shapes, "ex:a ex:p ex:b .")
    assert results == Counter(
        {
            ("R", "a>", "NodeConstraintComponent", ""): 2,
            ("T", "z>", "NodeKindConstraintComponent", ""): 1,
        }
    )


def test_a_class_that_is_a_shape_is_not_run_twice(tmp_path: Path) -> None:
    shapes = (
        f"ex:R sh:targetNode ex:a ; {RECURSIVE} ."
        "ex:M rdfs:subClassOf rdfs:Class . ex:K a ex:M, sh:NodeShape ; sh:nodeKind sh:Literal ."
    )
    for engine in Engine:
        results, _ = found(tmp_path, shapes, "ex:a ex:p ex:b . ex:k a ex:K .", engine)
        assert results[("K", "k>", "NodeKindConstraintComponent", "")] == 1


def test_messages_of_the_reference_engine_are_not_ours(tmp_path: Path) -> None:
    shapes = (
        "ex:S sh:targetNode ex:a ; sh:class ex:C ; sh:property [ sh:path ex:p ; sh:maxCount 0 ; sh:message 'own' ] ;"
        "sh:sparql [ sh:message 'of {$this}' ; sh:select 'SELECT $this { $this ?p ?o }' ] ."
    )
    results, _ = found(tmp_path, shapes, "ex:a ex:p ex:b .", Engine.both)
    assert sorted(r[3] for r in results) == ["", "of http://example.org/a", "own"]


def test_ill_typed_literals_are_results_and_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shapes = "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:datatype xsd:date ] ."
    data = 'ex:a ex:p "abc"^^<http://www.w3.org/2001/XMLSchema#date> .'
    results, _ = found(tmp_path, shapes.replace("xsd:date", "<http://www.w3.org/2001/XMLSchema#date>"), data, Engine.both)  # fmt: skip
    assert len(results) == 1
    assert not caplog.records
