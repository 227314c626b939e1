"""The reference engine: pySHACL over an rdflib copy of the graphs.

Input: triples, shapes and their focus nodes. Output: results. Only triples whose predicate the
shapes mention are copied, since rdflib terms are costly.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from clausegraph.errors import AssetError
from clausegraph.validate.rdflib_terms import Converter, from_rdflib, path_from_rdflib
from clausegraph.validate.report import Node, Result
from clausegraph.validate.shapes import Select

if TYPE_CHECKING:
    import rdflib
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result as QueryResult

SH = "http://www.w3.org/ns/shacl#"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
_PNAME = re.compile(r"(?<![\w?$<])([A-Za-z][\w-]*)?:([A-Za-z_][\w-]*)")
_PREFIX = re.compile(r"PREFIX\s+([\w-]*):\s*<[^<>\s]*>\s*", re.IGNORECASE)
_CLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#Class")
_VALIDATORS = {SH + kind for kind in ("validator", "nodeValidator", "propertyValidator")}
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
    *,
    whole: bool = False,
) -> list[Result]:
    """Validate with pySHACL.

    Args:
        data: the data graph.
        shapes: the shapes graph.
        focus: by name of a shape, its focus nodes. They take the place of the targets that the
            shapes declare, so that every engine looks at the same nodes.
        whole: give it the whole data graph when a shape is a query, not only the predicates that
            the text of the query spells out as our own queries do.

    Raises:
        AssetError: the engine refused our shapes.
    """
    with _quiet():
        return list(_run(data, shapes, focus, whole=whole))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without rdflib's log of ill-typed literals: what they mean stands in the results."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _run(
    data: Iterable[ox.Triple],
    shapes: Iterable[ox.Triple],
    focus: Mapping[str, Iterable[Node]],
    *,
    whole: bool,
) -> Iterator[Result]:
    import pyshacl
    import rdflib

    convert = Converter()
    source = list(shapes)
    shape_graph = rdflib.Graph()
    for triple in _without_targets(source):
        shape_graph.add(convert.triple(triple))
    subjects = {t.subject.value: t.subject for t in source if not isinstance(t.subject, ox.Triple)}
    target_node = rdflib.URIRef(SH + "targetNode")
    for name, nodes in focus.items():
        for node in nodes:
            shape_graph.add((convert.term(subjects[name]), target_node, convert.term(node)))
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
        raise AssetError(f"pySHACL could not run the shapes: {str(error)[:300]}") from error
    if not isinstance(report, rdflib.Graph):
        raise AssetError(f"pySHACL gave no report: {report}")
    yield from _results(report, _owners(source, focus), _OwnMessages(source))


def exact_targets(data: Iterable[ox.Triple], select: Select) -> set[Node]:
    """The nodes that a SPARQL target gives as ``?this``, by rdflib, which rewrites no literal.

    Raises:
        AssetError: the query cannot be run.
    """
    import rdflib

    convert, graph = Converter(), prepared_graph()
    for triple in data:
        graph.add(convert.triple(triple))
    try:
        rows = graph.query(select.text).bindings
        found = [row.get(rdflib.Variable("this")) for row in rows]
    except Exception as error:  # rdflib raises many kinds
        raise AssetError(f"rdflib could not run {select.owner}: {str(error)[:300]}") from error
    return {node for term in found if (node := from_rdflib(term)) is not None}


def _without_targets(shapes: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The shapes without the targets that they declare; what has no target is not run alone.

    A class that is a shape is its own target (chapter 2.1.3.3), so it is no class here.
    """
    source = list(shapes)
    classes = {_CLASS} | {
        t.subject for t in source if t.predicate.value == _SUBCLASS and t.object == _CLASS
    }
    for t in source:
        implicit = t.predicate.value == _RDF_TYPE and t.object in classes
        if t.predicate.value not in _TARGETS and not implicit:
            yield t


def _owners(shapes: Iterable[ox.Triple], roots: Iterable[str]) -> dict[str, str]:
    """By name of a shape, the root shape that reports its results."""
    below: dict[str, list[str]] = {}
    for t in shapes:
        if t.predicate.value == SH + "property" and not isinstance(t.subject, ox.Triple):
            below.setdefault(t.subject.value, []).append(t.object.value)  # type: ignore[union-attr]
    owners: dict[str, str] = {}
    for root in sorted(roots):
        waiting = [root]
        while waiting:
            shape = waiting.pop()
            if owners.setdefault(shape, root) == root:
                waiting += [s for s in below.get(shape, ()) if s not in owners]
    return owners


class _OwnMessages:
    """Which shapes state a message; pySHACL writes one of its own for the others."""

    def __init__(self, shapes: Iterable[ox.Triple]) -> None:
        source = list(shapes)
        speaking = {
            t.subject
            for t in source
            if t.predicate.value == SH + "message"
            or (t.predicate.value == SH + "select" and "?message" in t.object.value)  # type: ignore[union-attr]
        }
        self._shapes = {s.value for s in speaking if not isinstance(s, ox.Triple)}
        self._queries = {
            t.subject.value  # type: ignore[union-attr]
            for t in source
            if t.predicate.value == SH + "sparql" and t.object in speaking
        }
        self._validators = any(
            t.predicate.value in _VALIDATORS and t.object in speaking for t in source
        )

    def has(self, shape: str, component: str) -> bool:
        """Whether a result of a shape and component has a message of the shapes graph."""
        if shape in self._shapes:
            return True
        if component == SH + "SPARQLConstraintComponent":
            return shape in self._queries
        return self._validators and not component.startswith(SH)


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


def _results(
    report: rdflib.Graph, owners: Mapping[str, str], messages: _OwnMessages
) -> Iterator[Result]:
    import rdflib

    sh = rdflib.Namespace(SH)
    for node in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        if not isinstance(next(report.subjects(sh.result, node), None), rdflib.term.Node):
            continue  # a detail of another result
        shape = str(report.value(node, sh.sourceShape))
        focus = from_rdflib(report.value(node, sh.focusNode))
        path = report.value(node, sh.resultPath)
        if focus is None:
            raise AssetError(f"a result of shape {shape} has no focus node")
        component = str(report.value(node, sh.sourceConstraintComponent))
        said = sorted(str(m) for m in report.objects(node, sh.resultMessage))
        yield Result(
            rule=owners.get(shape, shape),
            shape=shape,
            component=component,
            severity=str(report.value(node, sh.resultSeverity)),
            focus=focus,
            path=str(path_from_rdflib(report, path)) if path is not None else None,
            value=from_rdflib(report.value(node, sh.value)),
            message=said[0] if said and messages.has(shape, component) else "",
        )
