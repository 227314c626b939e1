"""Reads property paths from a shapes graph (SHACL chapter 2.3.1)."""

from __future__ import annotations

import pyoxigraph as ox

from clausegraph.validate.facts import FIRST, Facts
from clausegraph.validate.shapes import IllFormed, Node, Path

_KINDS = {
    "inversePath": "inverse",
    "alternativePath": "alternative",
    "zeroOrMorePath": "zeroOrMore",
    "oneOrMorePath": "oneOrMore",
    "zeroOrOnePath": "zeroOrOne",
}
_MAX_DEPTH = 50


def read_path(facts: Facts, node: Node, depth: int = 0) -> Path:
    """The path that a node describes.

    Raises:
        IllFormed: it is none, refers to itself, or is nested too deeply.
    """
    if isinstance(node, ox.NamedNode):
        return Path("predicate", node.value)
    if depth > _MAX_DEPTH:
        raise IllFormed(f"the property path {node} refers to itself or is nested too deeply")
    about = facts.about(node)
    if FIRST in about:
        return Path("sequence", parts=_members(facts, node, "sequence", depth))
    found = [name for name in _KINDS if name in about]
    if len(found) != 1:
        raise IllFormed(f"{node} is no well-formed property path")
    value = facts.one(node, found[0])
    assert value is not None
    kind = _KINDS[found[0]]
    if kind == "alternative":
        return Path(kind, parts=_members(facts, value, kind, depth))
    return Path(kind, parts=(read_path(facts, value, depth + 1),))


def _members(facts: Facts, head: Node, kind: str, depth: int) -> tuple[Path, ...]:
    parts = tuple(read_path(facts, member, depth + 1) for member in facts.items(head))
    if len(parts) < 2:
        raise IllFormed(f"the {kind} path {head} has less than two members")
    return parts
