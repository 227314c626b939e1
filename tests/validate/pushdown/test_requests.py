"""What is asked: few requests, bounded ones, halves of what a server refuses, nothing silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyoxigraph as ox
import pytest

from clausegraph.validate.pushdown import Limits, Pushed, Refused, Row, StoreSource, push_down
from clausegraph.validate.shapes_graph import read_shapes
from clausegraph.validate.sparql import SparqlSource
from tests.validate.graphs import fast, parse

EX = "http://example.org/"
SHAPES = "".join(
    f"ex:S{n} a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:P{n} . "
    f'ex:P{n} sh:path ex:p{n} ; sh:minCount 1 ; sh:maxCount 1 ; sh:message "number {n}" . '
    for n in range(8)
)
DATA = "ex:a a ex:C ; ex:p1 1 , 2 ; ex:p2 3 . ex:b a ex:C ; ex:p3 4 ."


class Choosy(StoreSource):
    """A store that refuses some queries."""

    def __init__(self, data: str, refuses: Callable[[str], bool]) -> None:
        super().__init__(SparqlSource.of(parse(data)).store)
        self.refuses = refuses
        self.texts: list[str] = []

    def select(self, query: str) -> Iterator[Row]:
        self.texts.append(query)
        if self.refuses(query):
            raise Refused("the query is too large")
        return super().select(query)


def run(refuses: Callable[[str], bool], limits: Limits | None = None) -> tuple[Pushed, Choosy]:
    source = Choosy(DATA, refuses)
    return push_down(read_shapes(parse(SHAPES)), source, limits=limits or Limits()), source


def test_eight_shapes_take_three_requests() -> None:
    found, source = run(lambda _: False)
    assert len(source.texts) == 3  # subclasses, focus nodes, violations
    assert sorted(r.key for r in found.results) == sorted(r.key for r in fast(SHAPES, DATA))
    assert found.native == 8


def test_requests_are_bounded() -> None:
    found, source = run(lambda _: False, Limits(branches=3, characters=500))
    assert len(source.texts) > 6
    assert max(t.count("AS ?cgBranch)") for t in source.texts) <= 3
    assert len(found.results) == len(fast(SHAPES, DATA))


@pytest.mark.parametrize("most", [1, 2, 5])
def test_what_is_refused_comes_in_halves(most: int) -> None:
    found, source = run(lambda q: q.count("AS ?cgBranch)") > most)
    assert sorted(r.key for r in found.results) == sorted(r.key for r in fast(SHAPES, DATA))
    assert found.left == {}
    assert len(source.texts) > 3


def test_what_is_refused_alone_is_named() -> None:
    found, _ = run(lambda q: f"<{EX}p1>" in q)
    assert found.left == {f"{EX}S1": "the query is too large"}
    assert found.native == 7
    assert not [r for r in found.results if r.rule == f"{EX}S1"]
    assert len([r for r in found.results if r.rule == f"{EX}S2"]) == 1


def test_a_refused_target_has_no_count() -> None:
    found, _ = run(lambda q: "COUNT" in q)
    assert set(found.left) == {f"{EX}S{n}" for n in range(8)}
    assert found.focus_counts == {}
    assert found.results == ()


def test_shapes_without_focus_nodes_are_not_asked() -> None:
    shapes = SHAPES.replace("ex:C", "ex:Nothing")
    source = Choosy(DATA, lambda _: False)
    found = push_down(read_shapes(parse(shapes)), source)
    assert set(found.focus_counts.values()) == {0}
    assert len(source.texts) == 2


def test_few_focus_nodes_are_written_into_the_queries() -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p1 , ex:p3 ; sh:class ex:D ."
    for nodes, requests, named in ((50, 4, True), (1, 3, False)):
        source = Choosy(DATA, lambda _: False)
        found = push_down(read_shapes(parse(shapes)), source, limits=Limits(nodes=nodes))
        assert len(found.results) == 2
        assert len(source.texts) == requests
        assert (f"VALUES ?this {{ <{EX}a> <{EX}b> }}" in source.texts[-1]) is named


def test_graphs_are_named() -> None:
    store = ox.Store()
    for name in ("one", "two"):
        store.add(
            ox.Quad(
                ox.NamedNode(EX + name),
                ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
                ox.NamedNode(EX + "C"),
                ox.NamedNode(f"{EX}graph/{name}"),
            )
        )
    plan = read_shapes(parse(SHAPES))
    found = push_down(plan, StoreSource(store), [f"{EX}graph/one"])
    assert {r.focus.value for r in found.results} == {f"{EX}one"}
    both = push_down(plan, StoreSource(store), [f"{EX}graph/one", f"{EX}graph/two"])
    assert len(both.results) == 2 * len(found.results)


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ("sh:targetNode ex:a ; sh:not [ sh:path ex:p1 ; sh:maxCount 9 ]", "a count of 10"),
        ("sh:targetNode ex:a ; sh:hasValue []", "blank node"),
    ],
)
def test_what_has_no_query_is_named(shape: str, reason: str) -> None:
    plan = read_shapes(parse(f"ex:S a sh:NodeShape ; {shape} ."))
    found = push_down(plan, StoreSource(SparqlSource.of(parse(DATA)).store))
    assert list(found.left) == [f"{EX}S"]
    assert reason in found.left[f"{EX}S"]
    assert found.native == 0


def test_shared_shapes_do_not_blow_up() -> None:
    levels = "".join(
        f"ex:L{n} sh:or ( [ sh:path ex:p1 ; sh:node ex:L{n + 1} ] ex:L{n + 1} ) . "
        for n in range(20)
    )
    plan = read_shapes(
        parse(
            f"ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:node ex:L0 . {levels} ex:L20 sh:class ex:C ."
        )
    )
    found = push_down(plan, StoreSource(ox.Store()))
    assert found.left == {f"{EX}S": "shapes nested too deeply for one query"}


def test_own_shapes_that_judge_how_literals_are_written_are_named() -> None:
    shapes = (
        "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p1 ; sh:datatype xsd:byte ] ."
        "ex:T a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p1 ; sh:minCount 1 ] ."
    )
    found = push_down(read_shapes(parse(shapes)), StoreSource(SparqlSource.of(parse(DATA)).store))
    assert found.lexical == (f"{EX}S",)
