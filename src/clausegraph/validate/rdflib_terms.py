"""Terms and paths between pyoxigraph and rdflib, exactly as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from clausegraph.errors import AssetError
from clausegraph.validate.shapes import SH, Node, Path

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node as RdflibNode


class Converter:
    """Turns pyoxigraph terms into rdflib terms, each distinct term once."""

    def __init__(self) -> None:
        self._cache: dict[object, RdflibNode] = {}

    def triple(self, t: ox.Triple) -> tuple[RdflibNode, RdflibNode, RdflibNode]:
        """A triple."""
        return self.term(t.subject), self.term(t.predicate), self.term(t.object)

    def term(self, term: object) -> RdflibNode:
        """A term; nothing in it is normalised."""
        found = self._cache.get(term)
        if found is None:
            found = self._cache[term] = self._make(term)
        return found

    @staticmethod
    def _make(term: object) -> RdflibNode:
        import rdflib

        if isinstance(term, ox.NamedNode):
            return rdflib.URIRef(term.value)
        if isinstance(term, ox.BlankNode):
            return rdflib.BNode(term.value)
        if isinstance(term, ox.Literal):
            if term.language:
                return rdflib.Literal(term.value, lang=term.language)
            datatype = term.datatype.value
            if datatype == "http://www.w3.org/2001/XMLSchema#string":
                return rdflib.Literal(term.value)
            return rdflib.Literal(term.value, datatype=rdflib.URIRef(datatype), normalize=False)
        raise AssetError(f"unexpected term {term}")


def from_rdflib(node: RdflibNode | None) -> Node | None:
    """A term of rdflib as a term of pyoxigraph."""
    import rdflib

    if node is None:
        return None
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        if node.datatype is not None:
            return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)))
        return ox.Literal(str(node))
    return ox.BlankNode(str(node))


def path_from_rdflib(graph: rdflib.Graph, node: RdflibNode) -> Path:
    """A property path of a report."""
    from rdflib import RDF, BNode
    from rdflib.collection import Collection

    if not isinstance(node, BNode):
        return Path("predicate", str(node))
    if graph.value(node, RDF.first) is not None:
        return Path(
            "sequence", parts=tuple(path_from_rdflib(graph, n) for n in Collection(graph, node))
        )
    for predicate, value in graph.predicate_objects(node):
        kind = str(predicate).removeprefix(SH).removesuffix("Path")
        members = Collection(graph, value) if kind == "alternative" else [value]
        return Path(kind, parts=tuple(path_from_rdflib(graph, n) for n in members))
    raise AssetError("a result has a path that is none")
