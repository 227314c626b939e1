"""Collects the cases of the rules and validates them with the reference engine.

Purpose: each rule in ``shapes/`` is proved by small files in ``tests/rules/<code>/`` in the
style of the W3C SHACL test suite: data and expected report in one Turtle file.
Input: the shapes (read once per session) and one case file. Output: focus nodes and results.
Clause: none; the rules name theirs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyshacl import validate
from rdflib import RDF, RDFS, BNode, Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, SH

if TYPE_CHECKING:
    from rdflib.term import Node

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(__file__).resolve().parent
CG = Namespace("https://w3id.org/clausegraph/core#")
CGS = Namespace("https://w3id.org/clausegraph/shapes#")
KINDS = ("pass", "fail", "inapplicable")

Result = tuple[str, "Node | None"]


def kind_of(path: Path) -> str | None:
    """The kind that a case file's name says, or None where the name says none."""
    kind, dash, name = path.stem.partition("-")
    fits = path.suffix == ".ttl" and kind in KINDS and dash == "-" and name != ""
    return kind if fits else None


def case_files() -> list[Path]:
    """All case files with a proper name, in a stable order."""
    return sorted(p for p in CASES.glob("*/*") if p.is_file() and kind_of(p))


@dataclass(frozen=True, slots=True)
class Expected:
    """One expected result: its focus node, and the value when the case states it."""

    focus: str
    value: Node | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the engine said about one case."""

    focus_nodes: frozenset[Node]
    results: tuple[tuple[str, Node | None], ...]


class RuleBook:
    """All shapes, and the small shapes graph of each rule."""

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


def read_case(path: Path) -> tuple[Graph, list[Expected]]:
    """Split a case file into data and expected results."""
    data = Graph()
    data.parse(path, format="turtle")
    expected: list[Expected] = []
    for report in list(data.subjects(RDF.type, SH.ValidationReport)):
        for result in list(data.objects(report, SH.result)):
            focus = data.value(result, SH.focusNode)
            assert focus is not None, f"{path.name}: an expected result names no sh:focusNode"
            expected.append(Expected(str(focus), data.value(result, SH.value)))
            data.remove((result, None, None))
        data.remove((report, None, None))
    return data, expected


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


def run(shapes: Graph, rule: URIRef, data: Graph) -> Outcome:
    """Validate data with one rule, as the reference engine does it."""
    _, report, text = validate(data, shacl_graph=shapes, advanced=True, inplace=True)
    assert isinstance(report, Graph), text
    results = tuple(
        (str(report.value(node, SH.focusNode)), report.value(node, SH.value))
        for node in report.objects(None, SH.result)
    )
    return Outcome(frozenset(focus_nodes(shapes, rule, data)), results)


def difference(expected: list[Expected], outcome: Outcome) -> tuple[list[str], list[str]]:
    """Expected results that are missing, and results that nobody expected."""
    seen = Counter(outcome.results)
    missing = []
    # Results with a stated value take their match first, so that the vague ones cannot steal it.
    for wanted in sorted(expected, key=lambda e: (e.value is None, e.focus)):
        candidates = [
            key
            for key, count in seen.items()
            if count and key[0] == wanted.focus and (wanted.value is None or key[1] == wanted.value)
        ]
        if candidates:
            seen[candidates[0]] -= 1
        else:
            missing.append(f"{wanted.focus} value {wanted.value}")
    unexpected = [f"{focus} value {value}" for focus, value in seen.elements()]
    return missing, unexpected


@pytest.fixture(scope="session")
def rulebook() -> RuleBook:
    """The shapes of the repository, read once."""
    return RuleBook(ROOT / "shapes")
