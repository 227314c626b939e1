"""Digests by value, and names for blank nodes that depend on the content only."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from clausegraph.remote.graphs import GENID, digest, portable, restored

XSD = "http://www.w3.org/2001/XMLSchema#"
GRAPH = "http://x/g"


def triples(*objects: ox.Literal) -> list[ox.Triple]:
    return [ox.Triple(ox.NamedNode("http://x/s"), ox.NamedNode("http://x/p"), o) for o in objects]


def literal(value: str, kind: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(XSD + kind))


SAME = (
    ("4.0", "4", "decimal"), ("01", "1", "integer"), ("1.5E0", "1.5", "double"), ("1", "true", "boolean"),
    ("PT30H", "P1DT6H", "duration"), ("P2Y", "P24M", "duration"), ("PT1.50S", "PT1.5S", "dayTimeDuration"),
    ("2026-01-01T00:00:00.500Z", "2026-01-01T00:00:00.5Z", "dateTime"),
    ("2026-01-01T00:00:00.000+02:00", "2026-01-01T00:00:00+02:00", "dateTime"),
)  # fmt: skip
OTHER = (
    ("4.1", "4", "decimal"), ("10", "1", "integer"), ("0", "true", "boolean"), ("P1M", "P30D", "duration"),
    ("PT1M", "P1M", "duration"), ("-P1D", "P1D", "duration"), ("nonsense", "P", "duration"),
    ("2026-01-01T00:00:10Z", "2026-01-01T00:00:1Z", "dateTime"), ("0010", "0001", "string"),
    ("2026-01-01", "2026-01-10", "date"), ("x", "y", "integer"),
)  # fmt: skip


@pytest.mark.parametrize(("one", "other", "kind"), SAME)
def test_one_value_has_one_digest(one: str, other: str, kind: str) -> None:
    assert digest(triples(literal(one, kind))) == digest(triples(literal(other, kind)))


@pytest.mark.parametrize(("one", "other", "kind"), OTHER)
def test_other_values_have_other_digests(one: str, other: str, kind: str) -> None:
    assert digest(triples(literal(one, kind))) != digest(triples(literal(other, kind)))


def test_a_literal_is_not_its_datatype_or_language() -> None:
    forms = [
        ox.Literal("1"),
        literal("1", "integer"),
        literal("1", "decimal"),
        ox.Literal("1", language="en"),
    ]
    assert len({digest(triples(f)) for f in forms}) == len(forms)
    assert digest(triples(ox.Literal("x", language="en-GB"))) == digest(
        triples(ox.Literal("x", language="en-gb"))
    )


def parsed(text: str) -> list[ox.Triple]:
    return [
        t.triple
        for t in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    ]


def test_blank_nodes_get_names_by_content() -> None:
    text = "@prefix : <http://x/> . :a :b [ :c ( 1 2 ) ] , [ :c 3 ] ."
    first, again = portable(GRAPH, parsed(text)), portable(GRAPH, parsed(text))
    assert first == again
    assert first != portable("http://x/other", parsed(text))
    assert not any(isinstance(x, ox.BlankNode) for t in first for x in (t.subject, t.object))
    back = restored(first)
    assert not any(GENID in str(t) for t in back)
    kept = [ox.Dataset(ox.Quad(*t) for t in graph) for graph in (back, parsed(text))]
    for each in kept:
        each.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert kept[0] == kept[1]
