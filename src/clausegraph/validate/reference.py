"""The reference engine: pySHACL over an rdflib copy of the graphs.

Input: triples, shapes and their focus nodes. Output: results. Only triples whose predicate the
shapes mention are copied, since rdflib terms are costly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from clausegraph.errors import AssetError
from clausegraph.validate.report import Node, Result
from clausegraph.validate.shapes import Path

if TYPE_CHECKING:
    import rdflib
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result as QueryResult
    from rdflib.term import Node as RdflibNode

SH = "http://www.w3.org/ns/shacl#"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
_PNAME = re.compile(r"(?<![\w?$<])([A-Za-z][\w-]*)?:([A-Za-z_][\w-]*)")
_PREFIX = re.compile(r"PREFIX\s+([\w-]*):\s*<[^<>\s]*>\s*", re.IGNORECASE)
_TARGETS = {
    SH + kind
    for kind in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")
}
_QUERIES = {SH + "select", SH + "ask"}
_IRI = re.compile(r"<([^<>\s\"{}|\\^`]+)>")
_VARIABLE_PREDICATE = re.compile(r"[?$]\w+\s+[?$]\w+\s+[?$<\w\"]")


def run_pyshacl(
    data: Iterable[ox.Triple],
    shapes: Iterable[ox.Triple],
    focus: Mapping[str, Iterable[Node]],
    rules: Mapping[str, str],
    *,
    whole: bool = False,
) -> Iterator[Result]:
    """Validate with pySHACL.

    Args:
        data: the data graph.
        shapes: the shapes graph.
        focus: by name of a shape, its focus nodes. They take the place of the targets that the
            shapes declare, so that every engine looks at the same nodes.
        rules: the root shape that a shape belongs to, by name.
        whole: give it the whole data graph when a shape is a query, not only the predicates that
            the text of the query spells out as our own queries do.

    Raises:
        AssetError: the engine refused our shapes.
    """
    import pyshacl
    import rdflib

    convert = _Converter()
    source = list(shapes)
    shape_graph = rdflib.Graph()
    named: dict[str, Node] = {}
    for triple in source:
        if triple.predicate.value not in _TARGETS:
            shape_graph.add(convert.triple(triple))
        elif not isinstance(triple.subject, ox.Triple):
            named[triple.subject.value] = triple.subject
    target_node, deactivated = rdflib.URIRef(SH + "targetNode"), rdflib.URIRef(SH + "deactivated")
    for name, subject in named.items():
        nodes = list(focus.get(name, ()))
        for node in nodes:
            shape_graph.add((convert.term(subject), target_node, convert.term(node)))
        if not nodes:
            shape_graph.add((convert.term(subject), deactivated, rdflib.Literal(True)))
    graph = prepared_graph()
    queries = whole and any(t.predicate.value in _QUERIES for t in source)
    needed = None if queries else _predicates(source)
    for triple in data:
        if needed is None or triple.predicate.value in needed:
            graph.add(convert.triple(triple))
    try:
        _, report, _ = pyshacl.validate(
            graph, shacl_graph=shape_graph, advanced=True, inplace=True, meta_shacl=False
        )
    except Exception as error:  # pySHACL raises many kinds; none of them is the pack's fault
        raise AssetError(f"pySHACL could not run the shapes: {error}") from error
    if not isinstance(report, rdflib.Graph):
        raise AssetError(f"pySHACL gave no report: {report}")
    yield from _results(report, rules)


def prepared_graph() -> rdflib.Graph:
    """An empty graph that parses the text of a query once, however often it is asked.

    pySHACL asks the query of an ``sh:sparql`` constraint anew for every focus node; reading the
    text takes rdflib several times as long as answering it.
    """
    import rdflib
    from rdflib.plugins.sparql import prepareQuery

    prepared: dict[str, Query] = {}

    class PreparedGraph(rdflib.Graph):
        def query(self, query_object: str | Query, *args: Any, **named: Any) -> QueryResult:
            if isinstance(query_object, str):
                found = prepared.get(query_object)
                if found is None:
                    found = prepared[query_object] = prepareQuery(_lean(query_object))
                query_object = found
            return super().query(query_object, *args, **named)

    return PreparedGraph()


def _lean(query: str) -> str:
    """A query without the prefixes that it does not use: each costs rdflib time to read."""
    used = {prefix for prefix, _ in _PNAME.findall(_PREFIX.sub("", query))}
    return _PREFIX.sub(lambda m: m[0] if m[1] in used else "", query)


def _predicates(shapes: Iterable[ox.Triple]) -> set[str] | None:
    """IRIs that the shapes mention anywhere, or None when some shape asks for any predicate."""
    prefixes: dict[str, str] = {}
    parts: dict[str, dict[str, str]] = {}
    texts: list[str] = []
    needed = {_RDF_TYPE, _SUBCLASS}
    for t in shapes:
        value = t.object
        if isinstance(value, ox.NamedNode):
            needed.add(value.value)
        elif t.predicate.value == SH + "closed":
            return None
        elif isinstance(value, ox.Literal):
            if t.predicate.value in _QUERIES:
                texts.append(value.value)
            elif t.predicate.value in {SH + "prefix", SH + "namespace"}:
                parts.setdefault(str(t.subject), {})[t.predicate.value] = value.value
    for part in parts.values():
        prefixes[part.get(SH + "prefix", "")] = part.get(SH + "namespace", "")
    for text in texts:
        if _VARIABLE_PREDICATE.search(text.partition("{")[2]):  # not in the projection
            return None
        needed.update(_IRI.findall(text))
        for prefix, local in _PNAME.findall(text):
            if prefix in prefixes:
                needed.add(prefixes[prefix] + local)
    return needed


class _Converter:
    """Turns pyoxigraph terms into rdflib terms, each distinct term once."""

    def __init__(self) -> None:
        self._cache: dict[object, RdflibNode] = {}

    def triple(self, t: ox.Triple) -> tuple[RdflibNode, RdflibNode, RdflibNode]:
        return self.term(t.subject), self.term(t.predicate), self.term(t.object)

    def term(self, term: object) -> RdflibNode:
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


def _back(node: RdflibNode | None) -> Node | None:
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


def _path(graph: rdflib.Graph, node: RdflibNode) -> Path:
    """A property path of a report."""
    from rdflib import RDF, BNode
    from rdflib.collection import Collection

    if not isinstance(node, BNode):
        return Path("predicate", str(node))
    if graph.value(node, RDF.first) is not None:
        return Path("sequence", parts=tuple(_path(graph, n) for n in Collection(graph, node)))
    for predicate, value in graph.predicate_objects(node):
        kind = str(predicate).removeprefix(SH).removesuffix("Path")
        members = Collection(graph, value) if kind == "alternative" else [value]
        return Path(kind, parts=tuple(_path(graph, n) for n in members))
    raise AssetError("a result has a path that is none")


def _results(report: rdflib.Graph, rules: Mapping[str, str]) -> Iterator[Result]:
    import rdflib

    sh = rdflib.Namespace(SH)
    for node in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        if not isinstance(next(report.subjects(sh.result, node), None), rdflib.term.Node):
            continue  # a detail of another result
        shape = str(report.value(node, sh.sourceShape))
        focus = _back(report.value(node, sh.focusNode))
        path = report.value(node, sh.resultPath)
        if focus is None:
            raise AssetError(f"a result of shape {shape} has no focus node")
        messages = sorted(str(m) for m in report.objects(node, sh.resultMessage))
        yield Result(
            rule=rules.get(shape, shape),
            shape=shape,
            component=str(report.value(node, sh.sourceConstraintComponent)),
            severity=str(report.value(node, sh.resultSeverity)),
            focus=focus,
            path=str(_path(report, path)) if path is not None else None,
            value=_back(report.value(node, sh.value)),
            message=messages[0] if messages else "",
        )
