"""The reference engine: pySHACL over an rdflib copy of the graphs.

Input: dataset and the rules that have focus nodes. Output: results. Only triples whose predicate
the shapes mention are copied, since rdflib terms are costly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from clausegraph.errors import AssetError
from clausegraph.store import Dataset
from clausegraph.validate.report import Node, Result
from clausegraph.validate.targets import DATA_GRAPHS, RuleTarget

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
_IRI = re.compile(r"<([^<>\s\"{}|\\^`]+)>")
_VARIABLE_PREDICATE = re.compile(r"[?$]\w+\s+[?$]\w+\s+[?$<\w\"]")

_SHAPE_RULES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX cg: <https://w3id.org/clausegraph/core#>
SELECT ?rule ?shape WHERE { ?rule a cg:Rule ; (sh:property|sh:node)* ?shape }
"""


def run_pyshacl(dataset: Dataset, targets: Iterable[RuleTarget]) -> Iterator[Result]:
    """Validate with pySHACL.

    Args:
        dataset: with shapes in ``rules``.
        targets: the rules with their focus nodes. They take the place of the targets that the
            shapes declare, so that every engine looks at the same nodes; a rule without any is
            left out.

    Raises:
        AssetError: the engine refused our shapes.
    """
    import pyshacl
    import rdflib
    from rdflib.namespace import RDF

    convert = _Converter()
    shapes = rdflib.Graph()
    for triple in dataset.triples("rules"):
        if triple.predicate.value not in _TARGETS:
            shapes.add(convert.triple(triple))
    target_node, deactivated = rdflib.URIRef(SH + "targetNode"), rdflib.URIRef(SH + "deactivated")
    for target in targets:
        rule = rdflib.URIRef(target.rule)
        for focus in target.focus:
            shapes.add((rule, target_node, convert.term(focus)))
        if not target.focus:
            shapes.add((rule, deactivated, rdflib.Literal(True)))
    data = prepared_graph()
    needed = _predicates(dataset)
    for triple in dataset.triples(*DATA_GRAPHS):
        if needed is None or triple.predicate.value in needed:
            data.add(convert.triple(triple))
    try:
        _, report, _ = pyshacl.validate(
            data, shacl_graph=shapes, advanced=True, inplace=True, meta_shacl=False
        )
    except Exception as error:  # pySHACL raises many kinds; none of them is the pack's fault
        raise AssetError(f"pySHACL could not run the shapes: {error}") from error
    if not isinstance(report, rdflib.Graph):
        raise AssetError(f"pySHACL gave no report: {report}")
    yield from _results(report, _rules_of_shapes(dataset))


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


def _rules_of_shapes(dataset: Dataset) -> dict[str, str]:
    found = {}
    for row in dataset.select(_SHAPE_RULES, ["rules"]):
        rule, shape = row["rule"], row["shape"]
        if isinstance(rule, ox.NamedNode) and isinstance(shape, ox.NamedNode):
            found[shape.value] = rule.value
    return found


def _predicates(dataset: Dataset) -> set[str] | None:
    """IRIs that the shapes mention anywhere, or None when some query asks for any predicate."""
    prefixes: dict[str, str] = {}
    texts: list[str] = []
    needed = {_RDF_TYPE, _SUBCLASS}
    for t in dataset.triples("rules"):
        if isinstance(t.object, ox.NamedNode):
            needed.add(t.object.value)
        elif isinstance(t.object, ox.Literal) and t.predicate.value == SH + "select":
            texts.append(t.object.value)
    query = "SELECT ?p ?n WHERE { ?d <%sprefix> ?p ; <%snamespace> ?n }" % (SH, SH)  # noqa: UP031
    for row in dataset.select(query, ["rules"]):
        p, n = row["p"], row["n"]
        if isinstance(p, ox.Literal) and isinstance(n, ox.Literal):
            prefixes[p.value] = n.value
    for text in texts:
        if _VARIABLE_PREDICATE.search(text):
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


def _results(report: rdflib.Graph, rules: dict[str, str]) -> Iterator[Result]:
    import rdflib

    sh = rdflib.Namespace(SH)
    for node in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        if not isinstance(next(report.subjects(sh.result, node), None), rdflib.term.Node):
            continue  # a detail of another result
        shape = str(report.value(node, sh.sourceShape))
        focus = _back(report.value(node, sh.focusNode))
        path = report.value(node, sh.resultPath)
        if focus is None or shape not in rules:
            raise AssetError(f"a result of shape {shape} belongs to no rule")
        messages = sorted(str(m) for m in report.objects(node, sh.resultMessage))
        yield Result(
            rule=rules[shape],
            shape=shape,
            component=str(report.value(node, sh.sourceConstraintComponent)),
            severity=str(report.value(node, sh.resultSeverity)),
            focus=focus,
            path=str(path) if isinstance(path, rdflib.URIRef) else None,
            value=_back(report.value(node, sh.value)),
            message=messages[0] if messages else "",
        )
