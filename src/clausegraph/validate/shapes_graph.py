"""Reads a shapes graph into a plan, once.

Input: triples of a shapes graph. Output: `Plan`. What no set-based evaluator can do is set aside
with the reason; what the Recommendation forbids raises `IllFormed`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

import pyoxigraph as ox

from clausegraph.validate.prebinding import Forbidden, NotSetBased, prepare
from clausegraph.validate.shapes import (
    PAIRS,
    RDF,
    RDFS,
    SH,
    Constraint,
    IllFormed,
    Node,
    Path,
    Plan,
    Qualified,
    Select,
    Shape,
    Unsupported,
)

_TYPE = RDF + "type"
_ONE_SHAPE = ("node", "property", "not")
_SHAPE_LIST = ("and", "or", "xone")
_TERM = ("class", "hasValue", *PAIRS)
_RANGE = ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive")
_COUNT = ("minCount", "maxCount", "minLength", "maxLength")
_ONCE = (
    "datatype", "nodeKind", "minCount", "maxCount", "minLength", "maxLength", "in", "languageIn",
    "uniqueLang", "closed", *_RANGE,
)  # fmt: skip
_ONLY_ON_PATHS = ("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals",
                  "qualifiedValueShape")  # fmt: skip
_TARGETS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf", "target")
_MAX_DEPTH = 100
_PREFIX = re.compile(r"([A-Za-z][\w-]*|(?<![\w-])):")
_TRUE = ox.Literal("true", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))


def read_shapes(triples: Iterable[ox.Triple]) -> Plan:
    """Read a shapes graph.

    Args:
        triples: the shapes graph, as parsed (a store may rewrite literals).

    Raises:
        IllFormed: the graph breaks a syntax rule.
    """
    return ShapesReader(triples).plan()


class ShapesReader:
    """A shapes graph by subject and predicate, and the shapes read from it so far."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.of: dict[Node, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        self.parents: dict[Node, list[Node]] = defaultdict(list)
        for t in triples:
            subject, value = t.subject, t.object
            if isinstance(subject, ox.Triple) or isinstance(value, ox.Triple):
                continue
            self.of[subject][t.predicate.value].append(value)
            if t.predicate.value == SH + "property":
                self.parents[value].append(subject)
        self.own_parameters = self._custom_parameters()
        self.prefixes: dict[tuple[Node, ...], list[tuple[str, str]]] = {}
        self.done: dict[Node, Shape] = {}
        self.open: list[Node] = []

    def plan(self) -> Plan:
        """All shapes with targets."""
        roots, aside = [], []
        for node in sorted(self.of, key=str):
            targets = list(self._targets(node))
            if not targets:
                continue
            try:
                shape = self.shape(node)
            except Unsupported as reason:
                aside.append((Shape(node, targets=targets), str(reason)))
                continue
            shape.targets = targets
            roots.append(shape)
        return Plan(tuple(roots), tuple(aside))

    # -- access -----------------------------------------------------------------------------

    def values(self, node: Node, local: str) -> list[Node]:
        """The values of a SHACL property."""
        found = self.of.get(node)
        return found.get(SH + local, []) if found else []

    def one(self, node: Node, local: str) -> Node | None:
        """The value of a SHACL property that has at most one."""
        values = self.values(node, local)
        if len(values) > 1:
            raise IllFormed(f"sh:{local} of {node}: expected one value, found {len(values)}")
        return values[0] if values else None

    def items(self, head: Node) -> list[Node]:
        """The members of an RDF list."""
        found: list[Node] = []
        seen = set()
        while head != ox.NamedNode(RDF + "nil"):
            first = self.of[head][RDF + "first"] if head in self.of else []
            rest = self.of[head][RDF + "rest"] if head in self.of else []
            if head in seen or len(first) != 1 or len(rest) != 1:
                raise IllFormed(f"{head} is no well-formed RDF list")
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return found

    def _custom_parameters(self) -> set[str]:
        """Parameters of SPARQL-based constraint components (chapter 6)."""
        found = set()
        for facts in list(self.of.values()):
            for parameter in facts.get(SH + "parameter", []):
                found |= {p.value for p in self.values(parameter, "path")}
        return {p for p in found if not p.startswith(SH)}

    # -- shapes -----------------------------------------------------------------------------

    def _targets(self, node: Node) -> Iterator[tuple[str, Node | Select]]:
        facts = self.of[node]
        for kind in _TARGETS:
            for value in sorted(facts.get(SH + kind, []), key=str):
                if kind == "target":
                    select = self.one(value, "select")
                    if select is None:
                        raise IllFormed(f"the target of {node} is no SPARQL target")
                    yield "select", Select(self.prologue(value, select.value) + select.value)
                else:
                    yield kind, value
        types = {t.value for t in facts.get(_TYPE, [])}
        if RDFS + "Class" in types and types & {SH + "NodeShape", SH + "PropertyShape"}:
            yield "targetClass", node

    def prologue(self, node: Node, query: str) -> str:
        """PREFIX lines that ``sh:prefixes`` declares (chapter 5.2.1), those that a query uses."""
        used = set(_PREFIX.findall(query))
        declared = self.declared(tuple(self.values(node, "prefixes")))
        return "".join(f"PREFIX {p}: <{n}>\n" for p, n in declared if p in used)

    def declared(self, sources: tuple[Node, ...]) -> list[tuple[str, str]]:
        """Prefix and namespace of all declarations of some nodes, sorted."""
        if sources not in self.prefixes:
            found = set()
            waiting, seen = list(sources), set()
            while waiting:
                source = waiting.pop()
                if source in seen:
                    continue
                seen.add(source)
                waiting += self.of[source].get("http://www.w3.org/2002/07/owl#imports", [])
                for declaration in self.values(source, "declare"):
                    prefix, namespace = (self.one(declaration, k) for k in ("prefix", "namespace"))
                    if prefix is None or namespace is None:
                        raise IllFormed(f"a prefix declaration of {source} is incomplete")
                    found.add((prefix.value, namespace.value))
            self.prefixes[sources] = sorted(found)
        return self.prefixes[sources]

    def shape(self, node: Node) -> Shape:
        """A shape and all that it refers to."""
        if node in self.done:
            return self.done[node]
        if node in self.open:
            raise Unsupported("recursive shape")
        if len(self.open) > _MAX_DEPTH:
            raise Unsupported("shapes nested too deeply")
        if isinstance(node, ox.Literal):
            raise IllFormed(f"{node} is given as a shape")
        used = self.own_parameters & set(self.of[node])
        if used:
            raise Unsupported(f"own constraint component with {min(used)}")
        self.open.append(node)
        try:
            shape = Shape(node)
            path = self.one(node, "path")
            shape.path = self.path(path) if path is not None else None
            severity = self.one(node, "severity")
            shape.severity = severity.value if severity is not None else shape.severity
            shape.messages = self.messages(node)
            shape.deactivated = self.flag(node, "deactivated")
            shape.constraints = list(self.constraints(node, shape.path is not None))
        finally:
            self.open.pop()
        self.done[node] = shape
        return shape

    def messages(self, node: Node) -> tuple[str, ...]:
        """Own messages, sorted."""
        return tuple(sorted(m.value for m in self.values(node, "message")))

    def flag(self, node: Node, local: str) -> bool:
        """Whether a SHACL property is true."""
        value = self.one(node, local)
        return value == _TRUE

    def path(self, node: Node) -> Path:
        """A property path (chapter 2.3.1)."""
        if isinstance(node, ox.NamedNode):
            return Path("predicate", node.value)
        if self.of[node].get(RDF + "first"):
            parts = tuple(self.path(p) for p in self.items(node))
            if len(parts) < 2:
                raise IllFormed("a sequence path has at least two members")
            return Path("sequence", parts=parts)
        kinds: dict[str, Callable[[Node], Path]] = {
            "inversePath": lambda v: Path("inverse", parts=(self.path(v),)),
            "alternativePath": lambda v: Path(
                "alternative", parts=tuple(self.path(p) for p in self.items(v))
            ),
            "zeroOrMorePath": lambda v: Path("zeroOrMore", parts=(self.path(v),)),
            "oneOrMorePath": lambda v: Path("oneOrMore", parts=(self.path(v),)),
            "zeroOrOnePath": lambda v: Path("zeroOrOne", parts=(self.path(v),)),
        }
        for local, make in kinds.items():
            value = self.one(node, local)
            if value is not None:
                return make(value)
        raise IllFormed(f"{node} is no well-formed property path")

    # -- constraints ------------------------------------------------------------------------

    def constraints(self, node: Node, on_path: bool) -> Iterator[Constraint]:
        """The constraints of a shape, in a fixed order."""
        for local in _ONCE:
            self.one(node, local)
        for local in _ONLY_ON_PATHS:
            if not on_path and self.values(node, local):
                raise IllFormed(f"sh:{local} stands in the node shape {node}")
        for local in (*_TERM, "datatype", "nodeKind"):
            for value in self.values(node, local):
                yield _constraint(local, value)
        for local in _RANGE:
            for value in self.values(node, local):
                if not isinstance(value, ox.Literal):
                    raise IllFormed(f"sh:{local} of {node} is no literal")
                yield _constraint(local, value)
        for local in _COUNT:
            for value in self.values(node, local):
                yield _constraint(local, self.number(node, local, value))
        for pattern in self.values(node, "pattern"):
            flags = self.one(node, "flags")
            yield _constraint("pattern", (pattern.value, flags.value if flags else ""))
        for local in ("in", "languageIn"):
            for value in self.values(node, local):
                yield _constraint(local, tuple(self.items(value)))
        if self.flag(node, "uniqueLang"):
            yield _constraint("uniqueLang", True)
        if self.flag(node, "closed"):
            yield _constraint("closed", self.allowed(node))
        for local in _ONE_SHAPE:
            for value in self.values(node, local):
                child = self.shape(value)
                if local == "property" and child.path is None:
                    raise IllFormed(f"sh:property of {node} has no sh:path")
                yield _constraint(local, child)
        for local in _SHAPE_LIST:
            for value in self.values(node, local):
                yield _constraint(local, tuple(self.shape(v) for v in self.items(value)))
        yield from self.qualified(node)
        for value in self.values(node, "sparql"):
            if self.flag(value, "deactivated"):
                continue
            select = self.one(value, "select")
            if select is None:
                raise IllFormed(f"sh:sparql of {node} has no sh:select")
            path = self.one(node, "path")
            text = self.prologue(value, select.value) + self.query(node, select.value, path)
            yield _constraint("sparql", Select(text, self.messages(value)))

    def query(self, node: Node, text: str, path: Node | None) -> str:
        """A SELECT made ready for all focus nodes at once (chapter 5.3.1)."""
        try:
            return prepare(text, self.path(path).text() if path is not None else None)
        except Forbidden as error:
            raise IllFormed(f"sh:sparql of {node}: {error}") from error
        except NotSetBased as error:
            raise Unsupported(str(error)) from error

    def number(self, node: Node, local: str, value: Node) -> int:
        """A whole number."""
        try:
            return int(value.value)
        except ValueError:
            raise IllFormed(f"sh:{local} of {node} is no whole number: {value}") from None

    def allowed(self, node: Node) -> frozenset[str]:
        """Predicates that a closed shape allows (chapter 4.8.1)."""
        found = set()
        for child in self.values(node, "property"):
            path = self.one(child, "path")
            if isinstance(path, ox.NamedNode):
                found.add(path.value)
        ignored = self.one(node, "ignoredProperties")
        if ignored is not None:
            found |= {v.value for v in self.items(ignored)}
        return frozenset(found)

    def qualified(self, node: Node) -> Iterator[Constraint]:
        """Chapter 4.7.3."""
        shapes = self.values(node, "qualifiedValueShape")
        if not shapes:
            return
        siblings: list[Node] = []
        if self.flag(node, "qualifiedValueShapesDisjoint"):
            for parent in self.parents[node]:
                for other in self.values(parent, "property"):
                    siblings += self.values(other, "qualifiedValueShape")
        for local in ("qualifiedMinCount", "qualifiedMaxCount"):
            count = self.one(node, local)
            if count is None:
                continue
            number = self.number(node, local, count)
            for value in shapes:
                others = tuple(self.shape(s) for s in dict.fromkeys(siblings) if s != value)
                low, high = (number, None) if local == "qualifiedMinCount" else (None, number)
                yield _constraint(local, Qualified(self.shape(value), others, low, high))


def _constraint(parameter: str, value: object) -> Constraint:
    name = "SPARQL" if parameter == "sparql" else parameter[0].upper() + parameter[1:]
    return Constraint(f"{name}ConstraintComponent", parameter, value)
