"""Focus nodes of a shape (SHACL chapter 2.1.3, and SPARQL targets of the Advanced Features)."""

from __future__ import annotations

import numpy as np
import pyoxigraph as ox

from clausegraph.validate.columns import Columns
from clausegraph.validate.pairs import Ids
from clausegraph.validate.shapes import Node, Select, Shape
from clausegraph.validate.sparql import SparqlSource


def focus_nodes(shape: Shape, graph: Columns, sparql: SparqlSource | None) -> set[Node]:
    """All focus nodes that the targets of a shape declare."""
    return {graph.terms[i] for i in focus_ids(shape, graph, sparql).tolist()}


def focus_ids(shape: Shape, graph: Columns, sparql: SparqlSource | None) -> Ids:
    """Their numbers in the graph, sorted; a node that is not there yet gets one."""
    found = []
    for kind, value in shape.targets:
        if isinstance(value, Select):
            assert sparql is not None
            if nodes := sparql.targets(value):
                found.append(graph.terms.ids(sorted(map(str, nodes))))
        elif kind == "targetNode":
            found.append(graph.ids([value]))
        else:
            assert isinstance(value, ox.NamedNode | ox.BlankNode)
            found.append(_ids(kind, value.value, graph))
    return graph.distinct(np.concatenate(found)) if found else np.empty(0, dtype=np.int32)


def _ids(kind: str, iri: str, graph: Columns) -> Ids:
    if kind == "targetClass":
        return graph.instances(iri)
    subjects, objects = graph.table(iri)
    return subjects if kind == "targetSubjectsOf" else objects
