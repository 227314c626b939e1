"""``validate``: formats, exit codes, and what stands on which stream."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner, Result

from clausegraph.cli.app import app
from clausegraph.errors import InputError
from tests.validate.graphs import PREFIXES

DATA = 'ex:a a ex:C ; ex:p "01"^^xsd:integer . ex:b a ex:C ; ex:p 2 , 3 .'
SHAPES = """
ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:severity sh:Warning ; sh:property ex:P .
ex:P sh:path ex:p ; sh:maxCount 1 ; sh:severity sh:Warning ; sh:message "one only" .
ex:T a sh:NodeShape ; sh:targetClass ex:Nothing ; sh:nodeKind sh:IRI .
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data.ttl").write_text(PREFIXES + DATA)
    (tmp_path / "good.ttl").write_text(PREFIXES + "ex:a a ex:C ; ex:p 1 .")
    (tmp_path / "shapes.ttl").write_text(PREFIXES + SHAPES)
    return tmp_path


def run(folder: Path, data: str, *options: str) -> Result:
    shapes = str(folder / "shapes.ttl")
    return CliRunner().invoke(app, ["validate", str(folder / data), "--shapes", shapes, *options])


def test_text_has_a_line_per_shape_and_the_first_results(folder: Path) -> None:
    result = run(folder, "data.ttl")
    assert result.exit_code == 1
    lines = [line.split("\t") for line in result.output.splitlines()]
    assert ["http://example.org/S", "failed", "2", "0", "1", "0"] in lines
    assert ["http://example.org/T", "untested", "0", "0", "0", "0"] in lines
    assert any(line[-2:] == ["MaxCount", "one only"] for line in lines)
    assert "one only" not in run(folder, "data.ttl", "--show", "0").output


def test_json_and_turtle_say_the_same(folder: Path) -> None:
    document = json.loads(run(folder, "data.ttl", "--format", "json").output)
    turtle = run(folder, "data.ttl", "--format", "turtle").output
    facts = [q.triple for q in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]
    messages = [t.object.value for t in facts if t.predicate.value.endswith("resultMessage")]
    assert document["conforms"] is False
    assert [r["message"] for r in document["results"]] == messages == ["one only"]
    assert {s["shape"]: s["outcome"] for s in document["shapes"]} == {
        "http://example.org/S": "failed", "http://example.org/T": "untested",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "options", "code"),
    [
        ("good.ttl", [], 0),
        ("data.ttl", ["--fail-on", "warning"], 1),
        ("data.ttl", ["--fail-on", "violation"], 0),
        ("data.ttl", ["--fail-on", "never"], 0),
        ("data.ttl", ["--engine", "both"], 1),
        ("data.ttl", ["--no-cache"], 1),
    ],
)
def test_exit_codes(folder: Path, data: str, options: list[str], code: int) -> None:
    assert run(folder, data, *options).exit_code == code


def test_a_file_that_cannot_be_used(folder: Path) -> None:
    result = run(folder, "gone.ttl")
    assert isinstance(result.exception, InputError)
    assert result.exception.exit_code == 2
    (folder / "data.ttl").write_text(PREFIXES + DATA + "oops")
    result = run(folder, "data.ttl", "--out", str(folder / "report.txt"))
    assert isinstance(result.exception, InputError)
    assert result.stdout == ""
    assert not (folder / "report.txt").exists()


def test_the_report_goes_to_a_file_whole(folder: Path) -> None:
    result = run(folder, "data.ttl", "--format", "turtle", "--out", str(folder / "report.ttl"))
    assert result.stdout == ""
    assert (folder / "report.ttl").read_text() == run(
        folder, "data.ttl", "--format", "turtle"
    ).output


def test_shapes_for_another_engine_are_named_on_standard_error(folder: Path) -> None:
    (folder / "shapes.ttl").write_text(
        PREFIXES + "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:q ; sh:node ex:S ] ."
    )
    result = run(folder, "data.ttl")
    assert "http://example.org/S: evaluated by pySHACL (recursive shape)" in result.stderr
    assert "pySHACL" not in result.stdout


def test_a_graph_is_never_blocked(folder: Path) -> None:
    result = run(folder, "data.ttl", "--fail-on", "blocked")
    assert isinstance(result.exception, InputError)
    assert result.exception.field == "--fail-on"
