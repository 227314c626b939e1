"""A plan asked of a source: few queries out, violations back.

Order of requests: the subclass closure (only where a class is named), the number of focus nodes
of each target, the focus nodes of targets that have few, then the violations of the shapes that
met any. What cannot be asked is given
back by name, for another engine; it is never taken as passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from clausegraph.validate.pushdown.batches import DEFAULT, Limits, ask
from clausegraph.validate.pushdown.branches import Branch, Compiler
from clausegraph.validate.pushdown.conditions import Conditions
from clausegraph.validate.pushdown.patterns import (
    THIS,
    Closure,
    Focus,
    Prefixes,
    class_closure,
    focus_pattern,
)
from clausegraph.validate.pushdown.source import Source
from clausegraph.validate.report import Result
from clausegraph.validate.shapes import Plan, Shape, Unsupported


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a source answered.

    Attributes:
        results: of the shapes that it evaluated, sorted.
        focus_counts: number of focus nodes, for each shape whose targets it could find.
        left: names of the shapes that it could not evaluate, each with the reason.
        native: number of shapes that it evaluated.
        lexical: names of evaluated shapes that judge how a literal is written; a store that
            rewrites literals may judge them differently.
    """

    results: tuple[Result, ...]
    focus_counts: Mapping[str, int]
    left: Mapping[str, str]
    native: int
    lexical: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """The focus pattern of some shapes, as part of a request."""

    pattern: str
    prefixes: Prefixes
    columns: tuple[str, ...] = ("this",)


def push_down(
    plan: Plan, source: Source, graphs: Iterable[str] = (), limits: Limits = DEFAULT
) -> Pushed:
    """Evaluate a plan in a source.

    Args:
        plan: shapes.
        source: answers queries.
        graphs: IRIs of the graphs that are seen as one; none: the default graph of the source.
        limits: of one request.
    """
    clause = "".join(f"FROM <{g}> " for g in graphs)
    closure = class_closure(source, clause) if _names_classes(plan) else {}
    left = {shape.name: reason for shape, reason in plan.aside}
    focus: dict[str, Focus] = {}
    for shape in plan.targeted:
        try:
            focus[shape.name] = focus_pattern(shape, closure)
        except Unsupported as reason:
            left[shape.name] = str(reason)
    users: dict[Target, list[str]] = {}
    for name, found in focus.items():
        users.setdefault(Target(found.pattern, found.prefixes), []).append(name)
    counted, refused = _count(list(users), source, limits, clause)
    left |= {name: why for target, why in refused.items() for name in users[target]}
    counts = {name: n for target, n in counted.items() for name in users[target]}
    few = [t for t, n in counted.items() if 0 < n <= limits.nodes and t.pattern[0] == "{"]
    for target, pattern in _inlined(few, source, limits, clause).items():
        focus |= dict.fromkeys(users[target], Focus(pattern))
    roots = [s for s in plan.roots if s.name not in left and counts[s.name]]
    branches = list(_compile(roots, focus, closure, left))
    asked = ask(source, branches, limits, clause)
    for branch, why in asked.refused:
        left[branch.reading.rule] = why
    results = []
    for branch, row in asked.rows:
        result = branch.reading.result(row)
        if result is not None and result.rule not in left:
            results.append(result)
    return Pushed(
        results=tuple(sorted(results, key=lambda r: r.key)),
        focus_counts=counts,
        left=left,
        native=sum(s.name not in left for s in plan.targeted),
        lexical=tuple(s.name for s in plan.roots if s.name not in left and looks_at_forms(s)),
    )


def _names_classes(plan: Plan) -> bool:
    kinds = {kind for shape in plan.targeted for kind, _ in shape.targets}
    return "targetClass" in kinds or any(
        c.parameter == "class" for _, shape in plan.reach() for c in shape.constraints
    )


def _count(
    targets: Sequence[Target], source: Source, limits: Limits, clause: str
) -> tuple[dict[Target, int], dict[Target, str]]:
    """Number of focus nodes of each target, and the targets that were refused."""
    asked = ask(source, targets, limits, clause, counted=True)
    refused = dict(asked.refused)
    counts = {target: 0 for target in targets if target not in refused}
    counts |= {target: int(row["count"].value) for target, row in asked.rows}
    return counts, refused


def _inlined(
    targets: Sequence[Target], source: Source, limits: Limits, clause: str
) -> dict[Target, str]:
    """Patterns that name the focus nodes themselves, where a query can name them."""
    nodes: dict[Target, set[str]] = {}
    for target, row in ask(source, targets, limits, clause).rows:
        node = row.get("this")
        found = nodes.setdefault(target, set())
        found.add("" if node is None or isinstance(node, ox.BlankNode) else str(node))
    return {
        target: f"VALUES {THIS} {{ {' '.join(sorted(found))} }} "
        for target, found in nodes.items()
        if "" not in found
    }


def _compile(
    roots: Sequence[Shape], focus: Mapping[str, Focus], closure: Closure, left: dict[str, str]
) -> Iterable[Branch]:
    conditions = Conditions(closure)
    for root in roots:
        try:
            yield from Compiler(root, focus[root.name], conditions).branches()
        except Unsupported as reason:
            left[root.name] = str(reason)


_FORMS = frozenset({"datatype", "pattern", "minLength", "maxLength", "in", "hasValue", "maxCount"})


def looks_at_forms(root: Shape) -> bool:
    """Whether a shape judges how a literal is written, not only its value.

    ``sh:in`` and ``sh:hasValue`` compare terms exactly, and ``sh:maxCount`` counts ``1`` and
    ``01`` as two.
    """
    plan = Plan((root,))
    return any(c.parameter in _FORMS for _, shape in plan.reach() for c in shape.constraints)
