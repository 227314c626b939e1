"""SPARQL-based constraint components: read, and turned into set-based queries (SHACL chapter 6).

The parameters of a component are constants for each shape that uses it. A SELECT validator thus
becomes the query of an ``sh:sparql`` constraint with constants; an ASK validator becomes a SELECT
of the pairs of focus node and value that it accepts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import pyoxigraph as ox

from clausegraph.validate.facts import Facts
from clausegraph.validate.prebinding import Forbidden, NotSetBased, prepare, prepare_ask
from clausegraph.validate.shapes import (
    SH,
    Ask,
    Constraint,
    IllFormed,
    Node,
    Path,
    Select,
    Unsupported,
)
from clausegraph.validate.syntax import check

_LOCAL_NAME = re.compile(r"[A-Za-z_]\w*$", re.ASCII)
_RESERVED = frozenset({"this", "shapesGraph", "currentShape", "path", "PATH", "value"})
_VALIDATORS = ("validator", "nodeValidator", "propertyValidator")
Prologue = Callable[[Node, str], str]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a component: its predicate, and the variable that stands for its value."""

    predicate: str
    name: str
    optional: bool


class Components:
    """The components that a shapes graph declares.

    Args:
        facts: the shapes graph.
        prologue: gives the PREFIX lines for a node with a query, and the query.
    """

    def __init__(self, facts: Facts, prologue: Prologue) -> None:
        self._facts = facts
        self._prologue = prologue
        self._all: dict[Node, tuple[Parameter, ...]] = {}
        owners = [node for node, about in facts.of.items() if "parameter" in about]
        for node in sorted(owners, key=str):
            declared = any(facts.values(node, kind) for kind in _VALIDATORS)
            if declared or facts.is_a(node, SH + "ConstraintComponent"):
                self._all[node] = self._parameters(node)
        self.predicates = frozenset(p.predicate for ps in self._all.values() for p in ps)
        facts.keep(self.predicates)

    def _parameters(self, component: Node) -> tuple[Parameter, ...]:
        found = []
        for node in self._facts.values(component, "parameter"):
            check(node, self._facts.about(node))
            path = self._facts.one(node, "path")
            name = _LOCAL_NAME.search(path.value) if isinstance(path, ox.NamedNode) else None
            if path is None or name is None or name[0] in _RESERVED:
                raise IllFormed(
                    f"a parameter of {component} has no path whose local name can be a variable"
                )
            optional = self._facts.one(node, "optional")
            found.append(
                Parameter(path.value, name[0], optional is not None and optional.value == "true")
            )
        if all(p.optional for p in found) or len({p.name for p in found}) < len(found):
            raise IllFormed(f"{component}: parameters need distinct names, and one is mandatory")
        return tuple(sorted(found, key=lambda p: p.predicate))

    def constraints(
        self, shape: Node, path: Path | None, messages: tuple[str, ...]
    ) -> Iterator[Constraint]:
        """The constraints that a shape declares by the parameters it has."""
        about = self._facts.about(shape)
        if self.predicates.isdisjoint(about):
            return
        for component, parameters in self._all.items():
            used = [p for p in parameters if p.predicate in about]
            if not all(p in used for p in parameters if not p.optional):
                continue
            choices = [about[p.predicate] for p in used]
            if len(parameters) > 1 and any(len(c) > 1 for c in choices):
                raise IllFormed(f"{shape} has two values for a parameter of {component}")
            for values in product(*choices):
                bound = tuple((p.name, v) for p, v in zip(used, values, strict=True))
                yield self._constraint(component, shape, path, bound, messages)

    def _constraint(
        self,
        component: Node,
        shape: Node,
        path: Path | None,
        bound: tuple[tuple[str, Node], ...],
        messages: tuple[str, ...],
    ) -> Constraint:
        """Chapter 6.2.3: the validator for this kind of shape, with the parameters put in."""
        kind = "nodeValidator" if path is None else "propertyValidator"
        chosen = self._facts.values(component, kind) or self._facts.values(component, "validator")
        if not chosen:
            raise IllFormed(f"{component} has no validator for the shape {shape}")
        validator = min(chosen, key=str)
        check(validator, self._facts.about(validator))
        name = component.value
        if any(isinstance(v, ox.BlankNode) for _, v in bound):
            raise Unsupported(f"a blank node as parameter of {name}")
        own = tuple(sorted(m.value for m in self._facts.values(validator, "message")))
        said = own or messages
        select = self._facts.one(validator, "select")
        ask = self._facts.one(validator, "ask")
        constants = {n: str(v) for n, v in bound}
        owner = f"the component {name}, used by {shape},"
        try:
            if select is not None:
                text = prepare(select.value, path.text() if path else None, constants)
                lines = self._prologue(validator, select.value)
                query = Select(lines + text, said, bound, lines, select.value, owner)
                return Constraint(name, "sparql", query)
            if ask is not None:
                text = prepare_ask(ask.value, constants)
                lines = self._prologue(validator, ask.value)
                asked = Ask(lines + text, said, bound, lines, ask.value, owner)
                return Constraint(name, "ask", asked)
        except Forbidden as error:
            raise IllFormed(f"a validator of {component}: {error}") from error
        except NotSetBased as error:
            raise Unsupported(str(error)) from error
        if self._facts.values(validator, "jsFunctionName"):
            raise Unsupported(f"a JavaScript validator of {name}")
        raise IllFormed(f"a validator of {component} has neither sh:select nor sh:ask")
