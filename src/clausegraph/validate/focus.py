"""Focus nodes of a shape (SHACL chapter 2.1.3, and SPARQL targets of the Advanced Features)."""

from __future__ import annotations

import pyoxigraph as ox

from clausegraph.validate.columns import Columns, Ids
from clausegraph.validate.shapes import Node, Select, Shape
from clausegraph.validate.sparql import SparqlSource


def focus_nodes(shape: Shape, graph: Columns, sparql: SparqlSource | None) -> set[Node]:
    """All focus nodes that the targets of a shape declare."""
    found: set[Node] = set()
    for kind, value in shape.targets:
        if isinstance(value, Select):
            assert sparql is not None
            found |= sparql.targets(value)
        elif kind == "targetNode":
            found.add(value)
        else:
            assert isinstance(value, ox.NamedNode | ox.BlankNode)
            found |= {graph.terms[i] for i in _ids(kind, value.value, graph)}
    return found


def _ids(kind: str, iri: str, graph: Columns) -> Ids:
    if kind == "targetClass":
        return graph.instances(iri)
    subjects, objects = graph.table(iri)
    return subjects if kind == "targetSubjectsOf" else objects
