"""The plan of a shapes graph: shapes, paths, targets and constraints as values.

Follows SHACL (W3C Recommendation of 20 July 2017), chapters 2 (shapes, targets, paths), 4 (Core
components) and 5 (SPARQL constraints). `clausegraph.validate.shapes_graph` reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from clausegraph.errors import AssetError

Node = ox.NamedNode | ox.BlankNode | ox.Literal
SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
PAIRS = ("equals", "disjoint", "lessThan", "lessThanOrEquals")


class IllFormed(AssetError):
    """The shapes graph breaks a syntax rule of the Recommendation.

    Args:
        message: what is wrong, with the name of the shape.
        expected: what would have been right.
        seen: what was found.
        mend: what to do about it.
    """

    def __init__(
        self,
        message: str,
        *,
        expected: str | None = None,
        seen: str | None = None,
        mend: str | None = None,
    ) -> None:
        super().__init__(message)
        self.expected, self.seen, self.mend = expected, seen, mend
        self._inside = False

    def inside(self, shape: str) -> None:
        """Say in which shape it is, unless that is said already."""
        if not self._inside and shape not in str(self.args[0]):
            self.args = (f"{self.args[0]}, in the shape {shape}",)
        self._inside = True

    def __str__(self) -> str:
        details = (("expected", self.expected), ("seen", self.seen), ("mend", self.mend))
        return "\n".join(
            [str(self.args[0]), *(f"  {label}: {value}" for label, value in details if value)]
        )


class Unsupported(Exception):
    """A shape that has no set-based form here; another engine must take it."""


@dataclass(frozen=True, slots=True)
class Path:
    """A property path (chapter 2.3.1).

    Attributes:
        kind: ``predicate``, ``inverse``, ``sequence``, ``alternative``, ``zeroOrMore``,
            ``oneOrMore`` or ``zeroOrOne``.
        predicate: of a predicate path.
        parts: of the other kinds.
    """

    kind: str
    predicate: str = ""
    parts: tuple[Path, ...] = ()

    def __str__(self) -> str:
        """The path as SPARQL writes it; a predicate path is its bare IRI."""
        return self.predicate if self.kind == "predicate" else self.text()

    def text(self) -> str:
        """The path as SPARQL writes it inside a query."""
        if self.kind == "predicate":
            return f"<{self.predicate}>"
        inner = [p.text() for p in self.parts]
        match self.kind:
            case "inverse":
                return f"^{inner[0]}"
            case "sequence":
                return f"({'/'.join(inner)})"
            case "alternative":
                return f"({'|'.join(inner)})"
        return inner[0] + {"zeroOrMore": "*", "oneOrMore": "+", "zeroOrOne": "?"}[self.kind]

    def predicates(self) -> Iterator[str]:
        """IRIs of all predicates in the path."""
        if self.kind == "predicate":
            yield self.predicate
        for part in self.parts:
            yield from part.predicates()


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT of an ``sh:sparql`` constraint, a validator or a SPARQL target, with its prologue.

    Attributes:
        text: the query, made ready for many nodes.
        messages: own messages, with placeholders.
        bound: what the parameters of a component stand for, by name.
        prologue: its PREFIX lines.
        written: the query as it was written.
        owner: whose query it is, in words.
    """

    text: str
    messages: tuple[str, ...] = ()
    bound: tuple[tuple[str, Node], ...] = ()
    prologue: str = ""
    written: str = ""
    owner: str = "a shape"


@dataclass(frozen=True, slots=True)
class Ask(Select):
    """An ASK validator, as the SELECT of the pairs of focus node and value that it accepts."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of a shape.

    Attributes:
        component: local name of the component, for example ``MinCountConstraintComponent``, or
            the IRI of a component that the shapes graph declares.
        parameter: local name of its main parameter, for example ``minCount``; ``sparql`` and
            ``ask`` of a declared component.
        value: what the component takes: a term, a number, a shape, a list, a `Select` …
    """

    component: str
    parameter: str
    value: object

    @property
    def iri(self) -> str:
        """IRI of the component."""
        return self.component if ":" in self.component else SH + self.component

    def shapes(self) -> Iterator[Shape]:
        """The shapes that it refers to."""
        value = self.value
        if isinstance(value, Qualified):
            yield from (value.shape, *value.siblings)
        else:
            members = value if isinstance(value, tuple) else (value,)
            yield from (v for v in members if isinstance(v, Shape))

    def terms(self) -> Iterator[Node]:
        """The terms that it names."""
        members = self.value if isinstance(self.value, tuple) else (self.value,)
        yield from (v for v in members if isinstance(v, ox.NamedNode | ox.BlankNode | ox.Literal))


@dataclass(slots=True)
class Shape:
    """A node shape, or with a path a property shape."""

    node: Node
    path: Path | None = None
    severity: str = SH + "Violation"
    messages: tuple[str, ...] = ()
    deactivated: bool = False
    constraints: list[Constraint] = field(default_factory=list)
    targets: list[tuple[str, Node | Select]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """IRI, or the label of a blank node."""
        return self.node.value


@dataclass(frozen=True, slots=True)
class Qualified:
    """``sh:qualifiedValueShape`` with its counts and, when disjoint, the sibling shapes."""

    shape: Shape
    siblings: tuple[Shape, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Shapes with targets, and those that another engine must take, with the reason.

    The shapes set aside have their targets, but no constraints.
    """

    roots: tuple[Shape, ...]
    aside: tuple[tuple[Shape, str], ...] = ()

    @property
    def targeted(self) -> list[Shape]:
        """All shapes with targets, sorted by name."""
        return sorted([*self.roots, *(shape for shape, _ in self.aside)], key=lambda s: s.name)

    def reach(self) -> Iterator[tuple[Shape, Shape]]:
        """Each root with each shape that it reaches, itself included."""
        for root in self.roots:
            waiting, seen = [root], set()
            while waiting:
                shape = waiting.pop()
                if id(shape) not in seen:
                    seen.add(id(shape))
                    yield root, shape
                    waiting += [s for c in shape.constraints for s in c.shapes()]

    def predicates(self) -> set[str] | None:
        """Predicates whose triples the Core constraints need; None: all of them."""
        needed = {RDF + "type", RDFS + "subClassOf"}
        for _, shape in self.reach():
            needed |= set(shape.path.predicates()) if shape.path else set()
            for constraint in shape.constraints:
                if constraint.parameter == "closed":
                    return None
                if constraint.parameter in PAIRS and isinstance(constraint.value, ox.NamedNode):
                    needed.add(constraint.value.value)
        for shape in self.targeted:
            needed |= {v.value for kind, v in shape.targets if kind.endswith("Of")}  # type: ignore[union-attr]
        return needed
