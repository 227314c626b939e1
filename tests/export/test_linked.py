"""Linked data: a file parses to the canonical graph that it was written from."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from clausegraph.export import Options, Projection, produce
from clausegraph.export.linked.canonical import canonical_hash, canonical_quads


def quads_of(content: object, syntax: ox.RdfFormat) -> list[ox.Quad]:
    assert isinstance(content, bytes)
    return list(ox.parse(content, format=syntax))


@pytest.mark.parametrize("pack", ["aurora", "borealis"])
def test_trig_round_trip_is_an_identity(pack: str, request: pytest.FixtureRequest) -> None:
    projection: Projection = request.getfixturevalue(pack)
    [part] = produce(projection, ["trig"], Options())
    read = quads_of(part.content, ox.RdfFormat.TRIG)
    written = list(projection.quads(projection.graphs()))
    assert canonical_quads(read) == canonical_quads(written)
    assert canonical_hash(read) == canonical_hash(written)


def test_the_hash_sees_one_changed_term(aurora: Projection) -> None:
    quads = list(aurora.quads(["declared"]))
    changed = ox.Quad(
        quads[0].subject, quads[0].predicate, ox.Literal("other"), quads[0].graph_name
    )
    assert canonical_hash(quads) != canonical_hash([changed, *quads[1:]])
    assert canonical_hash(quads) == canonical_hash(list(reversed(quads)))


def test_blank_node_names_do_not_matter() -> None:
    predicate, graph = ox.NamedNode("https://w3id.org/clausegraph/core#part"), ox.DefaultGraph()

    def ring(*names: str) -> list[ox.Quad]:
        nodes = [ox.BlankNode(n) for n in names]
        return [
            ox.Quad(a, predicate, b, graph)
            for a, b in zip(nodes, [*nodes[1:], nodes[0]], strict=True)
        ]

    assert canonical_hash(ring("a", "b", "c")) == canonical_hash(ring("z", "x", "y"))
    assert canonical_hash(ring("a", "b", "c")) != canonical_hash(ring("a", "b"))
