"""Collects the cases of the rules and validates them as ``--engine both`` does.

Purpose: each rule in ``shapes/`` is proved by small files in ``tests/rules/<code>/`` in the
style of the W3C SHACL test suite: data and expected report in one Turtle file.
Input: the shapes (read once per session) and one case file. Output: focus nodes and results, which
the set-based engine and pySHACL agree on; focus nodes are found by rdflib once more.
Clause: none; the rules name theirs.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, BNode, Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, SH

from clausegraph.validate.columns import Columns
from clausegraph.validate.focus import focus_nodes as focus_nodes_of
from clausegraph.validate.rdflib_terms import Converter
from clausegraph.validate.report import Result
from clausegraph.validate.run import by_columns
from clausegraph.validate.shapes import Plan
from clausegraph.validate.sparql import SparqlSource
from tests.rules.cases import CASES, Shapes, Stated

if TYPE_CHECKING:
    from rdflib.term import Node

ROOT = Path(__file__).resolve().parents[2]
CG = Namespace("https://w3id.org/clausegraph/core#")
CGS = Namespace("https://w3id.org/clausegraph/shapes#")
KINDS = ("pass", "fail", "inapplicable")


def kind_of(path: Path) -> str | None:
    """The kind that a case file's name says, or None where the name says none."""
    kind, dash, name = path.stem.partition("-")
    fits = path.suffix == ".ttl" and kind in KINDS and dash == "-" and name != ""
    return kind if fits else None


def case_files() -> list[Path]:
    """All case files with a proper name, in a stable order."""
    return sorted(p for p in CASES.glob("*/*") if p.is_file() and kind_of(p))


class RuleBook:
    """All shapes, and the small shapes graph of each rule: for rdflib, and as a plan."""

    def __init__(self, folder: Path) -> None:
        self.graph = Graph()
        for path in sorted(folder.glob("*.ttl")):
            self.graph.parse(path, format="turtle")
        self.rules = {
            str(self.graph.value(rule, DCTERMS.identifier)): rule
            for rule in self.graph.subjects(RDF.type, CG.Rule)
            if isinstance(rule, URIRef)
        }
        self._parts: dict[str, Graph] = {}
        self.exact = Shapes(folder).exact

    def shapes_of(self, code: str) -> Graph:
        """The description of one rule: everything that its shape reaches inside the shapes."""
        if code not in self._parts:
            self._parts[code] = self._reach(self.rules[code])
        return self._parts[code]

    def _reach(self, start: URIRef) -> Graph:
        part = Graph()
        todo: list[Node] = [start]
        done: set[Node] = set()
        while todo:
            node = todo.pop()
            if node in done:
                continue
            done.add(node)
            for predicate, value in self.graph.predicate_objects(node):
                part.add((node, predicate, value))
                if predicate != SH.declare and (
                    isinstance(value, BNode) or str(value).startswith(str(CGS))
                ):
                    todo.append(value)
        return self._with_prefixes(part)

    def _with_prefixes(self, part: Graph) -> Graph:
        """Keep the declared prefixes that the queries use: parsing all costs more than a case."""
        text = " ".join(map(str, part.objects(None, SH.select)))
        for owner, declaration in list(part.subject_objects(SH.declare)):
            if f"{self.graph.value(declaration, SH.prefix)}:" in text:
                part += self.graph.triples((declaration, None, None))
            else:
                part.remove((owner, SH.declare, declaration))
        return part


def focus_nodes(shapes: Graph, rule: URIRef, data: Graph) -> set[Node]:
    """The nodes that the targets of a rule choose, counted without the engine under test."""
    found: set[Node] = set(shapes.objects(rule, SH.targetNode))
    for cls in shapes.objects(rule, SH.targetClass):
        for kind in data.transitive_subjects(RDFS.subClassOf, cls):
            found.update(data.subjects(RDF.type, kind))
    for predicate in shapes.objects(rule, SH.targetSubjectsOf):
        found.update(data.subjects(predicate, None))
    for predicate in shapes.objects(rule, SH.targetObjectsOf):
        found.update(data.objects(None, predicate))
    namespaces = {
        str(shapes.value(prefix, SH.prefix)): URIRef(str(shapes.value(prefix, SH.namespace)))
        for prefix in shapes.subjects(SH.namespace, None)
    }
    for target in shapes.objects(rule, SH.target):
        select = str(shapes.value(target, SH.select))
        for row in data.query(select, initNs=namespaces):
            found.add(row[0])  # type: ignore[index]
    return found


def run(plan: Plan, data: list[ox.Triple]) -> tuple[list[Result], dict[str, set[Any]]]:
    """Set-based results without any fallback, and the focus nodes of each shape."""
    graph, source = Columns(data), SparqlSource.of(data)
    focus = {s.name: focus_nodes_of(s, graph, source) for s in plan.targeted}
    results, left = by_columns(plan, graph, source, focus)
    assert not left, plan.aside
    return results, focus


def for_rdflib(data: list[ox.Triple]) -> Graph:
    """The same graph for rdflib."""
    convert, graph = Converter(), Graph()
    for t in data:
        graph.add(convert.triple(t))
    return graph


def difference(expected: list[Stated], results: list[Result]) -> tuple[list[Stated], list[Stated]]:
    """Expected results that are missing, and results that nobody expected."""
    seen = Counter((str(r.focus), None if r.value is None else str(r.value)) for r in results)
    missing = []
    # Results with a stated value take their match first, so that the vague ones cannot steal it.
    for focus, value in sorted(expected, key=lambda e: (e[1] is None, e[0])):
        candidates = [
            key
            for key, count in seen.items()
            if count and key[0] == focus and value in {None, key[1]}
        ]
        if candidates:
            seen[candidates[0]] -= 1
        else:
            missing.append((focus, value))
    return missing, list(seen.elements())


@pytest.fixture(scope="session")
def rulebook() -> RuleBook:
    """The shapes of the repository, read once."""
    return RuleBook(ROOT / "shapes")
