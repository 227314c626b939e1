"""Queries that do not parse: the error names the shape, the place in the query, and the cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausegraph.errors import InputError
from clausegraph.validate.query_faults import check_queries
from clausegraph.validate.shapes import IllFormed
from clausegraph.validate.shapes_graph import read_shapes
from clausegraph.validate.standalone import validate_files
from tests.validate.graphs import PREFIXES, fast, parse

CONSTRAINT = 'ex:S sh:targetNode ex:a ; sh:sparql [ sh:select """{}""" ] .'
TARGET = 'ex:S sh:target [ sh:select """{}""" ] ; sh:nodeKind sh:IRI .'
COMPONENT = """
ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:c ] ; sh:validator [ sh:ask \"\"\"{}\"\"\" ] .
ex:S sh:targetNode ex:a ; ex:c 1 ."""


@pytest.mark.parametrize(
    ("shapes", "query", "said"),
    [
        (CONSTRAINT, "SELECT $this {\n  $this <x:p> ?o FILTER(?o > )\n}",
         ["the shape <http://example.org/S>", "line 2, column 18", "seen: FILTER(?o > )"]),
        (CONSTRAINT, "SELECT $this {\n  $this <x:p> ?o", ["line 2, column 17", "seen: the end of the query"]),
        (CONSTRAINT, "SELECT $this { $this x:p ?o FILTER(?o > xsd:byte(1)) }", ["seen: x:, xsd:", "sh:prefixes"]),
        (CONSTRAINT, "SELECT $this ?v { $this <x:p> ?o } GROUP BY $this",
         ["the shape <http://example.org/S>", "seen: The SELECT contains a variable that is unbound"]),
        (TARGET, "SELECT ?this {\n ?this <x:p> }", ["the target of <http://example.org/S>", "line 2, column 2", "seen: ?this <x:p> }"]),
        (COMPONENT, "ASK { $value <x:p> }", ["the component http://example.org/C, used by <http://example.org/S>", "column 7"]),
    ],
)  # fmt: skip
def test_what_is_said(shapes: str, query: str, said: list[str]) -> None:
    text = shapes.format(query)
    with pytest.raises(IllFormed) as early:
        check_queries(read_shapes(parse(text)))
    with pytest.raises(IllFormed) as late:
        fast(text, "ex:a ex:p ex:b .")
    assert str(early.value) == str(late.value)
    assert [part for part in said if part not in str(early.value)] == []


def test_the_place_counts_from_the_query_and_not_from_its_prefixes() -> None:
    declared = "ex:p sh:declare [ sh:prefix 'x' ; sh:namespace 'http://x/' ] ."
    query = "SELECT $this { $this x:p }"
    shape = f"ex:S sh:targetNode ex:a ; sh:sparql [ sh:prefixes ex:p ; sh:select '{query}' ] ."
    with pytest.raises(IllFormed, match="line 1, column 16") as found:
        fast(declared + shape, "ex:a ex:p ex:b .")
    assert found.value.seen == "$this x:p }"


def test_a_shape_without_focus_nodes_is_no_excuse(tmp_path: Path) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(
        PREFIXES + "ex:S sh:targetClass ex:None ; sh:sparql [ sh:select 'SELECT $this {' ] ."
    )
    data.write_text(PREFIXES + "ex:a ex:p ex:b .")
    with pytest.raises(InputError, match=r"the shape <http://example\.org/S>") as found:
        validate_files([data], [shapes])
    assert (
        found.value.mend
        == "mend the query from there on: a bracket, a dot or an operand may be missing"
    )
