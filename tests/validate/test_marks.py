"""How focus nodes reach a query: by their class, or by marks that are taken away again."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from clausegraph.errors import AssetError
from clausegraph.validate.run import by_columns
from tests.validate.graphs import counted, parse, reference, setting

QUERY = "SELECT $this ?value WHERE { $this <http://example.org/p> ?value . FILTER(?value > 1) }"
TWICE = (
    "SELECT $this (COUNT(?v) AS ?value) WHERE { $this ?p ?v } GROUP BY $this HAVING (COUNT(?v) > 1)"
)
DATA = """ex:D rdfs:subClassOf ex:C .
ex:a a ex:C ; ex:p 1, 2 . ex:b a ex:D ; ex:p 3, 4 . ex:c a ex:E ; ex:p 5 . _:x a ex:E ; ex:p 6 .
"""


@pytest.mark.parametrize("query", [QUERY, TWICE])
@pytest.mark.parametrize(
    ("target", "marked"),
    [
        ("sh:targetClass ex:E", False),
        ("sh:targetClass ex:D", False),
        ("sh:targetClass ex:C", True),  # the instance of its subclass has another type
        ("sh:targetClass ex:E, ex:D", True),
        ("sh:targetNode ex:a, ex:c", True),
        ("sh:targetSubjectsOf ex:p", True),
    ],
)
def test_both_ways_give_what_the_reference_gives(query: str, target: str, marked: bool) -> None:
    shapes = parse(f"ex:S a sh:NodeShape ; {target} ; sh:sparql [ sh:select '{query}' ] .")
    data = parse(DATA)
    plan, graph, source, focus = setting(shapes, data)
    written = []
    extend = source.store.extend

    class Watched:
        """The store, with a note of what is written into it."""

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

        def extend(self, quads: object) -> None:
            written.append(quads)
            extend(quads)  # type: ignore[arg-type]

    store, source.store = source.store, Watched()  # type: ignore[assignment]
    results, left = by_columns(plan, graph, source, focus)
    assert not left
    assert bool(written) == marked
    assert len(results) > 0
    assert counted(results) == counted(reference(shapes, data))
    assert {quad.graph_name for quad in store} == {ox.DefaultGraph()}


def test_marks_are_taken_away_when_a_query_fails() -> None:
    shapes = parse(
        "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:sparql [ sh:select 'SELECT $this WHERE { $this }' ] ."
    )
    plan, graph, source, focus = setting(shapes, parse(DATA))
    with pytest.raises(AssetError):
        by_columns(plan, graph, source, focus)
    assert {quad.graph_name for quad in source.store} == {ox.DefaultGraph()}


def test_two_constraints_of_a_shape_and_nested_shapes_keep_their_own_nodes() -> None:
    shapes = parse(f"""ex:S a sh:NodeShape ; sh:targetNode ex:a, ex:b ;
        sh:sparql [ sh:select '{QUERY}' ] , [ sh:select '{TWICE}' ] ;
        sh:node [ sh:sparql [ sh:select '{QUERY}' ] ] .
    ex:T a sh:NodeShape ; sh:targetNode ex:c ; sh:sparql [ sh:select '{QUERY}' ] .""")
    data = parse(DATA)
    plan, graph, source, focus = setting(shapes, data)
    results, _ = by_columns(plan, graph, source, focus)
    assert len(results) == 3 + 2 + 2 + 1
    assert counted(results) == counted(reference(shapes, data))
