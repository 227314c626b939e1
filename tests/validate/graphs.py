"""Graphs and shapes of tests, and one way to run each engine over them."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox

from clausegraph.validate.columns import Columns
from clausegraph.validate.focus import focus_nodes
from clausegraph.validate.reference import run_pyshacl
from clausegraph.validate.report import Result
from clausegraph.validate.run import by_columns
from clausegraph.validate.shapes import Plan
from clausegraph.validate.shapes_graph import read_shapes
from clausegraph.validate.sparql import SparqlSource

PREFIXES = """
@prefix ex: <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
Found = Counter[tuple[str, ...]]


def parse(turtle: str) -> list[ox.Triple]:
    return [q.triple for q in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]


def key(r: Result) -> tuple[str, ...]:
    """All but the shape: blank ones have no name that two runs share."""
    return str(r.focus), r.path or "", str(r.value), r.component, r.severity


def setting(
    shapes: list[ox.Triple], data: list[ox.Triple]
) -> tuple[Plan, Columns, SparqlSource, dict[str, set[object]]]:
    plan = read_shapes(shapes)
    graph, source = Columns(data), SparqlSource.of(data)
    return plan, graph, source, {s.name: focus_nodes(s, graph, source) for s in plan.targeted}


def fast(shapes: str | list[ox.Triple], data: str | list[ox.Triple]) -> list[Result]:
    """Set-based results; a shape that needs another engine is an error."""
    shapes = parse(shapes) if isinstance(shapes, str) else shapes
    data = parse(data) if isinstance(data, str) else data
    plan, graph, source, focus = setting(shapes, data)
    results, left = by_columns(plan, graph, source, focus)
    assert not left, plan.aside
    return results


def reference(shapes: list[ox.Triple], data: list[ox.Triple]) -> list[Result]:
    """Results of pySHACL for the same focus nodes."""
    _, _, _, focus = setting(shapes, data)
    return run_pyshacl(data, shapes, {n: f for n, f in focus.items() if f})


def counted(results: list[Result]) -> Found:
    return Counter(map(key, results))
