"""The W3C test suite, read in place: test cases and the comparison of reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

import pyoxigraph as ox

from clausegraph.validate.facts import Facts
from clausegraph.validate.paths import read_path
from clausegraph.validate.shapes import SH, Node

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def sh(local: str) -> ox.NamedNode:
    return ox.NamedNode(SH + local)


def triples(path: Path) -> list[ox.Triple]:
    found = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=path.as_uri())
    return [quad.triple for quad in found]


@dataclass(frozen=True)
class Case:
    """One test: data, shapes, and the expected report (None: a failure is expected)."""

    name: str
    data: Path
    shapes: Path
    conforms: bool | None
    results: Counter[tuple[str, ...]]


class Graph:
    """Look-ups in a list of triples."""

    def __init__(self, found: list[ox.Triple]) -> None:
        self.found = found

    def objects(self, s: object, p: ox.NamedNode) -> list[Node]:
        return [t.object for t in self.found if t.subject == s and t.predicate == p]  # type: ignore[misc]

    def one(self, s: object, p: ox.NamedNode) -> Node | None:
        return next(iter(self.objects(s, p)), None)


def cases(file: Path) -> Iterator[Case]:
    found = triples(file)
    graph, facts = Graph(found), Facts(found)
    for t in found:
        if t.predicate == RDF_TYPE and t.object == ox.NamedNode(SHT + "Validate"):
            action = graph.one(t.subject, ox.NamedNode(MF + "action"))
            result = graph.one(t.subject, ox.NamedNode(MF + "result"))
            data, shapes = (
                Path(unquote(urlparse(graph.one(action, ox.NamedNode(SHT + g)).value).path))
                for g in ("dataGraph", "shapesGraph")
            )
            conforms = graph.one(result, sh("conforms"))
            expected: Counter[tuple[str, ...]] = Counter()
            for node in graph.objects(result, sh("result")):
                path = graph.one(node, sh("resultPath"))
                messages = [m.value for m in graph.objects(node, sh("resultMessage"))]
                expected[
                    (
                        label(graph.one(node, sh("focusNode"))),
                        str(read_path(facts, path)) if path is not None else "",
                        label(graph.one(node, sh("value"))),
                        label(graph.one(node, sh("sourceConstraintComponent"))),
                        label(graph.one(node, sh("sourceShape"))),
                        label(graph.one(node, sh("resultSeverity"))),
                        *sorted(messages),
                    )
                ] += 1
            yield Case(
                f"{file.parent.name}/{file.stem}",
                data,
                shapes,
                None if conforms is None else conforms.value in {"true", "1"},
                expected,
            )


def label(term: Node | None) -> str:
    """A term; blank nodes are all alike (no test of the suite needs more)."""
    return "" if term is None else "_:" if isinstance(term, ox.BlankNode) else str(term)
