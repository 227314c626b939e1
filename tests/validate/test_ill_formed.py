"""Shapes that break a syntax rule are refused, with the shape and the reason.

SHACL's own shapes for shapes (core/complex/shacl-shacl of the W3C suite) are the second opinion
on those rules that they can express.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml

from clausegraph.validate.shapes import IllFormed
from clausegraph.validate.shapes_graph import read_shapes
from tests.conftest import SHARED
from tests.validate.graphs import fast, parse
from tests.validate.w3c import triples

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("ill_formed.yaml").read_text(encoding="utf-8")
)
SUITE = SHARED / "w3c-shacl-tests" / "tests" / "core" / "complex"


BIG = {
    "NESTED": f"ex:S a sh:NodeShape ; sh:pattern '{'(' * 100_000}a{')' * 100_000}' .",
    "DIGITS": f"ex:S a sh:NodeShape ; sh:minLength {'9' * 5000} .",
    "LEVELS": f"ex:S a sh:PropertyShape ; sh:path {'[ sh:inversePath ' * 5000} ex:p {']' * 5000} .",
}


def graph_of(case: dict[str, Any]) -> list[ox.Triple]:
    body = f"ex:S a sh:NodeShape ; sh:targetNode ex:a ; {case.get('body')} ."
    graph = case.get("graph") or body
    return parse(BIG.get(graph, graph))


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['rule']}: {c['says']}")
def test_ill_formed_shapes_are_refused(case: dict[str, Any]) -> None:
    with pytest.raises(IllFormed) as refusal:
        read_shapes(graph_of(case))
    assert case["says"] in str(refusal.value)


@pytest.mark.parametrize(
    "body",
    [
        "sh:property [ sh:path ex:p ; sh:minCount '1' ]",
        "sh:property [ sh:path ex:p ; sh:node [ sh:not [ sh:pattern '(' ] ] ]",
        "sh:or ( [ sh:property [ sh:minLength 1 ] ] )",
    ],
)
def test_a_fault_of_a_shape_without_name_says_in_which_shape_it_is(body: str) -> None:
    with pytest.raises(IllFormed) as refusal:
        read_shapes(parse(f"ex:S a sh:NodeShape ; sh:targetNode ex:a ; {body} ."))
    assert str(refusal.value).endswith("in the shape <http://example.org/S>")


@pytest.fixture(scope="module")
def shapes_for_shapes() -> list[ox.Triple]:
    return triples(SUITE / "shacl-shacl-data-shapes.ttl")


@pytest.mark.shared
@pytest.mark.parametrize(
    "case", [c for c in CASES if c.get("core", True)], ids=lambda c: f"{c['rule']}: {c['says']}"
)
def test_the_shapes_for_shapes_agree(
    case: dict[str, Any], shapes_for_shapes: list[ox.Triple]
) -> None:
    assert fast(shapes_for_shapes, graph_of(case))
