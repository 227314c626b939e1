"""Reads a shapes graph into a plan, once.

Input: triples of a shapes graph. Output: `Plan`. What no set-based evaluator can do is set aside
with the reason; what the Recommendation forbids raises `IllFormed`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import pyoxigraph as ox

from clausegraph.validate.components import pattern_fault
from clausegraph.validate.custom import Components
from clausegraph.validate.facts import IMPORTS, TYPE, Facts
from clausegraph.validate.paths import read_path
from clausegraph.validate.prebinding import Forbidden, NotSetBased, check_target, prepare
from clausegraph.validate.shapes import (
    PAIRS,
    RDFS,
    SH,
    Constraint,
    IllFormed,
    Node,
    Plan,
    Qualified,
    Select,
    Shape,
    Unsupported,
)
from clausegraph.validate.syntax import check

_TARGETS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf", "target")
_ELSEWHERE = ("expression", "js")  # constraints that only the reference engine knows
_MAX_DEPTH = 100
_NODE_SHAPE = ox.NamedNode(SH + "NodeShape")
_PROPERTY_SHAPE = ox.NamedNode(SH + "PropertyShape")
_TRUE = ox.Literal("true", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))
_PREFIX = re.compile(r"(?:[A-Za-z][\w.-]*)?")
_LAST_NAME = re.compile(r"[\w.-]*\Z")
_NAMESPACE = re.compile(r"[^\s<>\"{}|\\^`]*")
_STRING = "http://www.w3.org/2001/XMLSchema#string"


def read_shapes(triples: Iterable[ox.Triple]) -> Plan:
    """Read a shapes graph.

    Args:
        triples: the shapes graph, as parsed (a store may rewrite literals).

    Raises:
        IllFormed: the graph breaks a syntax rule.
    """
    return ShapesReader(triples).plan()


@lru_cache(maxsize=1)
def shared_plan(shapes: tuple[ox.Triple, ...]) -> Plan:
    """What `read_shapes` gives, read once for all packs that are judged by the same shapes."""
    return read_shapes(shapes)


class ShapesReader:
    """A shapes graph by subject and predicate, and the shapes read from it so far."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.facts = Facts(triples)
        self.components = Components(self.facts, self.prologue)
        self._prefixes: dict[tuple[Node, ...], dict[str, str]] = {}
        self._parents: dict[Node, list[Node]] | None = None
        self._shape_classes = self.facts.classes(SH + "NodeShape") | self.facts.classes(
            SH + "PropertyShape"
        )
        self._classes = self.facts.classes(RDFS + "Class")
        self._done: dict[Node, Shape] = {}
        self._open: list[Node] = []

    def plan(self) -> Plan:
        """All shapes with targets; shapes without are read too, for their faults."""
        targeted: list[tuple[str, Node, list[tuple[str, Node | Select]]]] = []
        others: list[tuple[str, Node]] = []
        for node, about in self.facts.of.items():
            targets = list(self._targets(node, about))
            if targets:
                targeted.append((str(node), node, targets))
            elif _NODE_SHAPE in (types := about.get(TYPE, ())) or _PROPERTY_SHAPE in types:
                others.append((str(node), node))
        roots, aside = [], []
        for _, node in sorted(others, key=lambda o: o[0]):
            with contextlib.suppress(Unsupported):
                self.shape(node)
        for _, node, targets in sorted(targeted, key=lambda t: t[0]):
            try:
                shape = self.shape(node)
            except Unsupported as reason:
                aside.append((Shape(node, targets=targets), str(reason)))
                continue
            shape.targets = targets
            roots.append(shape)
        return Plan(tuple(roots), tuple(aside))

    # -- targets ----------------------------------------------------------------------------

    def _targets(
        self, node: Node, about: dict[str, list[Node]]
    ) -> Iterator[tuple[str, Node | Select]]:
        for name in _TARGETS:
            values = about.get(name)
            if values is None:
                continue
            check(node, {name: values})
            for value in sorted(values, key=str) if len(values) > 1 else values:
                if name == "target":
                    yield "select", self._select_target(node, value)
                else:
                    yield name, value
        if self._is_implicit(node, about.get(TYPE, ())):
            yield "targetClass", node

    def _is_implicit(self, node: Node, types: Sequence[Node]) -> bool:
        """A class that is a shape (chapter 2.1.3.3)."""
        classes = {t.value for t in types}
        if classes.isdisjoint(self._classes) or classes.isdisjoint(self._shape_classes):
            return False
        if not isinstance(node, ox.NamedNode):
            raise IllFormed(f"{node} is both a class and a shape, and must be an IRI")
        return True

    def _select_target(self, node: Node, target: Node) -> Select:
        check(target, self.facts.about(target))
        select = self.facts.one(target, "select")
        if select is None:
            raise IllFormed(f"the target {target} of {node} is no SPARQL target (no sh:select)")
        try:
            check_target(select.value)
        except Forbidden as error:
            raise IllFormed(f"the target {target} of {node}: {error}") from error
        prologue = self.prologue(target, select.value)
        return Select(
            prologue + select.value,
            prologue=prologue,
            written=select.value,
            owner=f"the target of {node}",
        )

    # -- prefixes ---------------------------------------------------------------------------

    def prologue(self, node: Node, query: str) -> str:
        """PREFIX lines that ``sh:prefixes`` declares (chapter 5.2.1), those that a query uses."""
        declared = self._declared(tuple(self.facts.values(node, "prefixes")))
        return "".join([declared[prefix] for prefix in sorted(_prefixes(query) & declared.keys())])

    def _declared(self, sources: tuple[Node, ...]) -> dict[str, str]:
        """The PREFIX lines of all declarations of some nodes, by prefix."""
        if sources not in self._prefixes:
            found: dict[str, str] = {}
            waiting, seen = list(sources), set()
            while waiting:
                source = waiting.pop()
                if source in seen:
                    continue
                seen.add(source)
                waiting += self.facts.values(source, IMPORTS)
                for declaration in self.facts.values(source, "declare"):
                    prefix, namespace = self._declaration(source, declaration)
                    if found.setdefault(prefix, namespace) != namespace:
                        raise IllFormed(f"prefix {prefix}: stands for two namespaces")
            self._prefixes[sources] = {
                prefix: f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in found.items()
            }
        return self._prefixes[sources]

    def _declaration(self, source: Node, declaration: Node) -> tuple[str, str]:
        check(declaration, self.facts.about(declaration))
        prefix, namespace = (self.facts.one(declaration, k) for k in ("prefix", "namespace"))
        if prefix is None or namespace is None:
            raise IllFormed(f"a prefix declaration of {source} is incomplete")
        if not _PREFIX.fullmatch(prefix.value) or not _NAMESPACE.fullmatch(namespace.value):
            raise IllFormed(f"{source}: {prefix} or {namespace} cannot stand in a query")
        return prefix.value, namespace.value

    # -- shapes -----------------------------------------------------------------------------

    def shape(self, node: Node) -> Shape:
        """A shape and all that it refers to.

        Raises:
            IllFormed: it breaks a syntax rule.
            Unsupported: it has no set-based form.
        """
        done = self._done.get(node)
        if done is not None:
            return done
        if node in self._open:
            raise Unsupported("recursive shape")
        if len(self._open) > _MAX_DEPTH:
            raise Unsupported("shapes nested too deeply")
        if isinstance(node, ox.Literal):
            raise IllFormed(f"{node} is given as a shape")
        about = self.facts.about(node)
        self._open.append(node)
        try:
            check(node, about)
            shape = Shape(node)
            if "path" in about:
                shape.path = read_path(self.facts, about["path"][0])
            self._check_kind(node, shape)
            if "severity" in about:
                shape.severity = about["severity"][0].value
            shape.messages = _messages(about)
            shape.deactivated = "deactivated" in about and _is_true(about["deactivated"])
            shape.constraints = list(self._constraints(shape, about))
        except IllFormed as error:
            if isinstance(node, ox.NamedNode):  # a reader finds no shape by a blank node
                error.inside(str(node))
            raise
        finally:
            self._open.pop()
        self._done[node] = shape
        return shape

    def _check_kind(self, node: Node, shape: Shape) -> None:
        """Node shapes have no path, property shapes have one (chapters 2.2 and 2.3)."""
        types = self.facts.values(node, TYPE)
        if shape.path is not None and _NODE_SHAPE in types:
            raise IllFormed(f"the node shape {node} has a sh:path")
        if shape.path is None and _PROPERTY_SHAPE in types:
            raise IllFormed(f"the property shape {node} has no sh:path")

    # -- constraints ------------------------------------------------------------------------

    def _constraints(self, shape: Shape, about: dict[str, list[Node]]) -> Iterator[Constraint]:
        """The constraints of a shape, in the order of `_MAKERS`."""
        for name in _ELSEWHERE:
            if name in about:
                raise Unsupported(f"sh:{name}")
        for _, name in sorted([(_RANK[name], name) for name in about if name in _RANK]):
            for value in about[name]:
                made = _MAKERS[name](self, shape, value)
                if made is not None:
                    yield Constraint(_COMPONENT[name], name, made)
        if self.components.predicates:
            yield from self.components.constraints(shape.node, shape.path, shape.messages)

    def _pattern(self, shape: Shape, value: Node) -> tuple[str, str]:
        flags = self.facts.one(shape.node, "flags")
        made = value.value, flags.value if flags is not None else ""
        fault = pattern_fault(*made)
        if fault:
            raise IllFormed(f"sh:pattern of {shape.node} cannot be used: {fault}")
        return made

    def _list(self, _shape: Shape, value: Node) -> tuple[Node, ...]:
        return tuple(self.facts.items(value))

    def _languages(self, shape: Shape, value: Node) -> tuple[Node, ...]:
        found = self.facts.items(value)
        for tag in found:
            if not isinstance(tag, ox.Literal) or tag.datatype.value != _STRING:
                raise IllFormed(f"sh:languageIn of {shape.node}: {tag} is no string")
        return tuple(found)

    def _closed(self, shape: Shape, value: Node) -> frozenset[str] | None:
        """Predicates that a closed shape allows (chapter 4.8.1)."""
        found = set()
        for child in self.facts.values(shape.node, "property"):
            path = self.facts.one(child, "path")
            if isinstance(path, ox.NamedNode):
                found.add(path.value)
        ignored = self.facts.one(shape.node, "ignoredProperties")
        for term in self.facts.items(ignored) if ignored is not None else ():
            if not isinstance(term, ox.NamedNode):
                raise IllFormed(f"sh:ignoredProperties of {shape.node}: {term} is no IRI")
            found.add(term.value)
        return frozenset(found) if _is_true([value]) else None

    def _node_shape(self, shape: Shape, value: Node) -> Shape:
        child = self.shape(value)
        if child.path is not None:
            raise IllFormed(f"sh:node of {shape.node} is a property shape: {value}")
        return child

    def _property_shape(self, shape: Shape, value: Node) -> Shape:
        child = self.shape(value)
        if child.path is None:
            raise IllFormed(f"sh:property of {shape.node} has no sh:path: {value}")
        return child

    def _shapes(self, _shape: Shape, value: Node) -> tuple[Shape, ...]:
        return tuple([self.shape(v) for v in self.facts.items(value)])

    def _qualified_shape(self, shape: Shape, _value: Node) -> None:
        about = self.facts.about(shape.node)
        if "qualifiedMinCount" not in about and "qualifiedMaxCount" not in about:
            raise IllFormed(f"sh:qualifiedValueShape of {shape.node} has no count")

    def _at_least(self, shape: Shape, value: Node) -> Qualified | None:
        counted = self._counted(shape)
        return Qualified(*counted, minimum=int(value.value)) if counted else None

    def _at_most(self, shape: Shape, value: Node) -> Qualified | None:
        counted = self._counted(shape)
        return Qualified(*counted, maximum=int(value.value)) if counted else None

    def _counted(self, shape: Shape) -> tuple[Shape, tuple[Shape, ...]] | None:
        """The qualified value shape of a shape and its siblings (chapter 4.7.3)."""
        node = shape.node
        value = self.facts.one(node, "qualifiedValueShape")
        if value is None:
            if shape.path is None:
                return None  # the W3C suite wants it ignored in node shapes
            raise IllFormed(f"{node} counts values, but has no sh:qualifiedValueShape")
        siblings: list[Node] = []
        if _is_true(self.facts.values(node, "qualifiedValueShapesDisjoint")):
            for parent in self._parents_of(node):
                for other in self.facts.values(parent, "property"):
                    siblings += self.facts.values(other, "qualifiedValueShape")
        others = tuple([self.shape(s) for s in dict.fromkeys(siblings) if s != value])
        return self.shape(value), others

    def _parents_of(self, node: Node) -> list[Node]:
        """The shapes that have a property shape as value of ``sh:property``."""
        if self._parents is None:
            self._parents = {}
            for parent, about in self.facts.of.items():
                for child in about.get("property", ()):
                    self._parents.setdefault(child, []).append(parent)
        return self._parents.get(node, [])

    def _sparql(self, shape: Shape, value: Node) -> Select | None:
        """A SELECT made ready for all focus nodes at once (chapter 5.3.1)."""
        about = self.facts.about(value)
        check(value, about)
        if "select" not in about:
            raise IllFormed(f"sh:sparql of {shape.node} has no sh:select")
        if _is_true(about.get("deactivated", ())):
            return None
        text = about["select"][0].value
        try:
            ready = prepare(text, shape.path.text() if shape.path is not None else None)
        except Forbidden as error:
            raise IllFormed(f"sh:sparql of {shape.node}: {error}") from error
        except NotSetBased as error:
            raise Unsupported(str(error)) from error
        prologue = self.prologue(value, text)
        return Select(
            prologue + ready,
            _messages(about),
            prologue=prologue,
            written=text,
            owner=f"the shape {shape.node}",
        )


def _prefixes(query: str) -> set[str]:
    """What stands before a colon in a query: every prefix that it uses, and perhaps more."""
    found = set()
    for piece in query.split(":")[:-1]:
        if piece[-1:] <= " ":
            found.add("")
            continue
        word = piece.rsplit(None, 1)[-1]
        if not word.isalnum():
            word = _LAST_NAME.search(word)[0]  # type: ignore[index]  # it may be empty
        found.add(word)
    return found


def _is_true(values: Sequence[Node]) -> bool:
    return _TRUE in values


def _messages(about: Mapping[str, list[Node]]) -> tuple[str, ...]:
    """Own messages, sorted."""
    found = about.get("message")
    return tuple(sorted([m.value for m in found])) if found else ()


Maker = Callable[[ShapesReader, Shape, Node], object]


def _term(_reader: ShapesReader, _shape: Shape, value: Node) -> Node:
    return value


def _number(_reader: ShapesReader, _shape: Shape, value: Node) -> int:
    return int(value.value)


def _only_true(_reader: ShapesReader, _shape: Shape, value: Node) -> bool | None:
    return True if _is_true([value]) else None


def _any_shape(reader: ShapesReader, _shape: Shape, value: Node) -> Shape:
    return reader.shape(value)


_MAKERS: dict[str, Maker] = {
    **dict.fromkeys(
        ("class", "hasValue", *PAIRS, "datatype", "nodeKind", "minExclusive", "minInclusive",
         "maxExclusive", "maxInclusive"),
        _term,
    ),
    **dict.fromkeys(("minCount", "maxCount", "minLength", "maxLength"), _number),
    "pattern": ShapesReader._pattern,
    "in": ShapesReader._list,
    "languageIn": ShapesReader._languages,
    "uniqueLang": _only_true,
    "closed": ShapesReader._closed,
    "node": ShapesReader._node_shape,
    "property": ShapesReader._property_shape,
    "not": _any_shape,
    **dict.fromkeys(("and", "or", "xone"), ShapesReader._shapes),
    "qualifiedValueShape": ShapesReader._qualified_shape,
    "qualifiedMinCount": ShapesReader._at_least,
    "qualifiedMaxCount": ShapesReader._at_most,
    "sparql": ShapesReader._sparql,
}  # fmt: skip
_RANK = {name: rank for rank, name in enumerate(_MAKERS)}
_COMPONENT = {
    name: ("SPARQL" if name == "sparql" else name[0].upper() + name[1:]) + "ConstraintComponent"
    for name in _MAKERS
}
