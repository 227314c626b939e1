"""A shapes graph by subject and property, in the form that the reader of shapes wants.

Input: triples. Properties of the SHACL namespace are known by their local name; of other
vocabularies only what shapes are read by (types, lists, imports, parameters of own components)
is kept. A property of the SHACL namespace that nobody here evaluates is refused: a misspelt
``sh:minCuont`` would otherwise pass in silence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

import pyoxigraph as ox

from clausegraph.validate.shapes import RDF, RDFS, SH, IllFormed, Node

TYPE, FIRST, REST, IMPORTS, SUBCLASS = (
    "rdf:type",
    "rdf:first",
    "rdf:rest",
    "owl:imports",
    "rdfs:sub",
)
_NIL = ox.NamedNode(RDF + "nil")
_TARGETS = "targetNode targetClass targetSubjectsOf targetObjectsOf target"
_VOCABULARY = f"""
{_TARGETS} path inversePath alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath
severity message deactivated name description order group defaultValue
class datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive
minLength maxLength pattern flags languageIn uniqueLang equals disjoint lessThan lessThanOrEquals
not and or xone node property qualifiedValueShape qualifiedMinCount qualifiedMaxCount
qualifiedValueShapesDisjoint closed ignoredProperties hasValue in
sparql select ask prefixes declare prefix namespace parameter optional labelTemplate validator
nodeValidator propertyValidator
resultAnnotation annotationProperty annotationVarName annotationValue
entailment shapesGraph suggestedShapesGraph shapesGraphWellFormed
conforms result detail focusNode resultPath value sourceShape sourceConstraint
sourceConstraintComponent resultSeverity resultMessage
expression nodes filterShape union intersection returnType
js jsFunctionName jsLibrary jsLibraryURL
""".split()
_LOCAL = {SH + name: name for name in _VOCABULARY} | {
    RDF + "type": TYPE,
    RDF + "first": FIRST,
    RDF + "rest": REST,
    RDFS + "subClassOf": SUBCLASS,
    "http://www.w3.org/2002/07/owl#imports": IMPORTS,
}
_PARTS = (
    "property", "node", "not", "qualifiedValueShape", FIRST, "path", "sparql", "target",
    "declare", "parameter", "validator", "nodeValidator", "propertyValidator",
)  # fmt: skip
_NOTHING: dict[str, list[Node]] = {}


class Facts:
    """A shapes graph.

    Attributes:
        of: by subject and property, the values.

    Raises:
        IllFormed: a property of the SHACL namespace that is not evaluated.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._triples = triples if isinstance(triples, list) else list(triples)
        self.of: dict[Node, dict[str, list[Node]]] = {}
        others = self._index(_LOCAL)
        unknown = {p for p in others if p.startswith(SH)}
        if unknown:
            self._refuse(unknown)
        self._below: dict[str, list[str]] | None = None

    def _index(self, names: dict[str, str]) -> set[str]:
        """Keep the triples of some predicates; gives the other predicates."""
        of, others, several = self.of, set(), []
        for t in self._triples:
            iri = t.predicate.value
            name = names.get(iri)
            if name is None:
                others.add(iri)
                continue
            subject, value = t.subject, t.object
            if isinstance(value, ox.Triple) or isinstance(subject, ox.Triple):
                raise IllFormed(f"{subject}: {name} has a triple as value")
            facts = of.get(subject)
            if facts is None:
                of[subject] = {name: [value]}
            elif (values := facts.get(name)) is None:
                facts[name] = [value]
            else:
                values.append(value)
                several.append(values)
        for values in {id(values): values for values in several}.values():
            values[:] = dict.fromkeys(values)  # a graph is a set, a file may repeat itself
        return others

    def _refuse(self, unknown: set[str]) -> None:
        """Properties that nobody evaluates, where they stand at something of SHACL's."""
        plain = {TYPE, FIRST, REST, IMPORTS, SUBCLASS}
        named = {v for about in self.of.values() for name in _PARTS for v in about.get(name, ())}
        for t in self._triples:
            iri = t.predicate.value
            if iri in unknown:
                about = self.of.get(t.subject, _NOTHING)  # type: ignore[arg-type]
                types = {v.value for v in about.get(TYPE, ())}
                if (
                    t.subject in named
                    or about.keys() - plain
                    or any(v.startswith(SH) for v in types)
                ):
                    name = iri.removeprefix(SH)
                    close = get_close_matches(name, _VOCABULARY, 1)
                    hint = f"; sh:{close[0]} is meant?" if close else ""
                    raise IllFormed(
                        f"sh:{name} of {t.subject} is no property that SHACL 1.0 evaluates{hint}"
                    )

    def keep(self, predicates: Collection[str]) -> None:
        """Index further predicates, under their IRIs."""
        if predicates:
            self._index({p: p for p in predicates if p not in _LOCAL})

    def about(self, node: Node) -> dict[str, list[Node]]:
        """All that is kept about a node."""
        return self.of.get(node, _NOTHING)

    def values(self, node: Node, name: str) -> list[Node]:
        """The values of a property."""
        return self.of.get(node, _NOTHING).get(name, [])

    def one(self, node: Node, name: str) -> Node | None:
        """The value of a property that has at most one."""
        values = self.values(node, name)
        if len(values) > 1:
            raise IllFormed(f"sh:{name} of {node}: expected one value, found {len(values)}")
        return values[0] if values else None

    def items(self, head: Node) -> list[Node]:
        """The members of an RDF list."""
        found: list[Node] = []
        seen = set()
        while head != _NIL:
            first, rest = self.values(head, FIRST), self.values(head, REST)
            if head in seen or len(first) != 1 or len(rest) != 1:
                raise IllFormed(f"{head} is no well-formed RDF list")
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return found

    def classes(self, iri: str) -> frozenset[str]:
        """A class and its subclasses in this graph."""
        if self._below is None:
            self._below = {}
            for node, facts in self.of.items():
                for parent in facts.get(SUBCLASS, ()):
                    self._below.setdefault(parent.value, []).append(node.value)
        found, waiting = {iri}, [iri]
        while waiting:
            fresh = set(self._below.get(waiting.pop(), ())) - found
            found |= fresh
            waiting += fresh
        return frozenset(found)

    def is_a(self, node: Node, iri: str) -> bool:
        """Whether a node is a SHACL instance of a class (chapter 1.1)."""
        classes = self.classes(iri)
        return any(t.value in classes for t in self.values(node, TYPE))
