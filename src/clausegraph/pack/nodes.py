"""From a tree of YAML values to JSON-LD: keys, types, codes and references are checked here.

Input: ``Item`` trees and the pack format. Output: plain JSON-LD nodes with ``id`` and ``type`` on
every node; all problems are collected, so that one run reports them all.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from clausegraph.errors import InputError
from clausegraph.instants import ValueProblem
from clausegraph.pack.format import Block, Key, PackFormat, vocabulary
from clausegraph.pack.reading import Item
from clausegraph.pack.values import LOCAL_ID, literal

Json = dict[str, Any]


@dataclass(slots=True)
class Where:
    """Which file a value stands in and the way of keys that leads to it."""

    file: str
    trail: tuple[str, ...] = ()

    def down(self, key: str) -> Where:
        """One key deeper."""
        return Where(self.file, (*self.trail, key))

    @property
    def field(self) -> str:
        """The way as text."""
        return ".".join(self.trail)


@dataclass(slots=True)
class Reference:
    """A mention of another node, checked when all files are read."""

    target: str
    where: Where
    line: int


@dataclass(slots=True)
class NodeBuilder:
    """Builds the nodes of one pack and remembers what must be checked across files."""

    format: PackFormat
    base: str
    known: Collection[str]
    errors: list[InputError] = field(default_factory=list)
    ids: dict[str, tuple[str, int]] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    files: dict[str, tuple[str, int]] = field(default_factory=dict)

    def problem(self, message: str, where: Where, line: int, **details: str | None) -> None:
        """Remember an input error."""
        self.errors.append(
            InputError(message, file=where.file, line=line, field=where.field or None, **details)
        )

    def node(self, item: Item, block: Block, where: Where, fallback: str) -> Json | None:
        """One node of a block.

        Args:
            item: its mapping.
            block: what keys it may have.
            where: its place.
            fallback: its local id when it states none.
        """
        if not isinstance(item.value, dict):
            self.problem(
                f"a {block.name} is written as keys with values",
                where,
                item.line,
                expected=f"keys such as {', '.join(list(block.keys)[:4])}",
                seen=item.tag,
            )
            return None
        local = self._identity(item, where, fallback)
        node: Json = {
            "id": local,
            "type": self.format.expand(block.cls),
            "cg:inPack": {"id": self.base},
            "cg:sourceLocation": f"{where.file}:{item.line}",
        }
        for name, value in item.value.items():
            if name in {"id", "@id", "@context", "type"}:
                continue
            key = block.keys.get(name)
            if key is None:
                self._unknown_key(name, block, where, value.line)
                continue
            converted = self._values(value, key, where.down(name), local)
            if converted:
                node[name] = converted if len(converted) > 1 else converted[0]
        return node

    def _identity(self, item: Item, where: Where, fallback: str) -> str:
        keys = item.value if isinstance(item.value, dict) else {}
        stated = keys.get("id") or keys.get("@id")
        if stated is None:
            local, line = fallback, item.line
        elif not isinstance(stated.value, str) or not (
            stated.value == "./" or LOCAL_ID.fullmatch(stated.value)
        ):
            self.problem(
                "the id cannot be used in an IRI",
                where.down("id"),
                stated.line,
                expected="letters, digits, dot, hyphen and underscore",
                seen=str(stated.value)[:80],
            )
            return fallback
        else:
            local, line = stated.value, stated.line
        if local in self.ids:
            file, first = self.ids[local]
            self.problem(
                f"the id {local!r} stands twice",
                where.down("id"),
                line,
                expected="one node per id",
                seen=f"first at {file}:{first}",
                mend="rename one of the two, and what refers to it",
            )
        self.ids[local] = (where.file, line)
        return local

    def _unknown_key(self, name: str, block: Block, where: Where, line: int) -> None:
        near = difflib.get_close_matches(name, block.keys, n=1)
        self.problem(
            f"unknown key {name!r} in {block.name}",
            where.down(name),
            line,
            expected="one of " + ", ".join(["id", *block.keys]),
            seen=name,
            mend=f"did you mean {near[0]!r}?" if near else "remove it",
        )

    def _values(self, item: Item, key: Key, where: Where, parent: str) -> list[Any]:
        if item.tag == "null":
            return []
        if isinstance(item.value, list):
            if not key.many:
                self.problem(
                    "one value is expected, not a list",
                    where,
                    item.line,
                    seen=f"{len(item.value)} values",
                )
                return []
            items: Iterable[Item] = item.value
        else:
            items = [item]
        found = []
        for number, each in enumerate(items, 1):
            value = self._value(each, key, where, f"{parent.rstrip('./')}/{key.name}/{number}")
            if value is not None:
                found.append(value)
        return found

    def _value(self, item: Item, key: Key, where: Where, fallback: str) -> Any:
        if key.is_block:
            return self.node(item, self.format.blocks[key.type], where, fallback.lstrip("/"))
        if not isinstance(item.value, str):
            self.problem(
                "a single value is expected", where, item.line, expected=key.type, seen=item.tag
            )
            return None
        return self._scalar(item.value, item.tag, item.line, key, where)

    def _scalar(self, value: str, tag: str, line: int, key: Key, where: Where) -> Any:
        if key.scheme:
            return self._code(value, line, key.scheme, where)
        if key.type == "ref":
            if not LOCAL_ID.fullmatch(value):
                self.problem("is no id of a node", where, line, seen=value[:80])
                return None
            self.references.append(Reference(value, where, line))
            return value
        if key.type == "target":
            return self._target(value, line, where)
        try:
            result = literal(key.type, value, tag)
        except ValueProblem as error:
            self.problem(
                f"{value[:80]!r} does not fit",
                where,
                line,
                expected=error.expected,
                seen=value[:80],
                mend=error.mend or None,
            )
            return None
        if key.type == "file" and isinstance(result, str):
            self.files.setdefault(result, (where.file, line))
        return result

    def _code(self, value: str, line: int, scheme: str, where: Where) -> str | None:
        prefix = vocabulary(scheme)
        if prefix + value in self.known:
            return value
        codes = sorted(k.removeprefix(prefix) for k in self.known if k.startswith(prefix))
        near = difflib.get_close_matches(value, codes, n=1, cutoff=0.5)
        shown = ", ".join(codes[:24]) + (" …" if len(codes) > 24 else "")
        self.problem(
            f"unknown {scheme} {value!r}",
            where,
            line,
            expected=f"one of {shown}",
            seen=value,
            mend=f"did you mean {near[0]!r}?" if near else None,
        )
        return None

    def _target(self, value: str, line: int, where: Where) -> str | None:
        prefix, _, local = value.partition(":")
        full = self.format.prefixes.get(prefix, "") + local if local else ""
        if (full if prefix in self.format.prefixes else value) in self.known:
            return value
        same = [
            k for k in self.known if full and k.startswith(self.format.prefixes.get(prefix, "?"))
        ]
        near = difflib.get_close_matches(full, same, n=1, cutoff=0.7)
        hint = (
            f"did you mean {prefix}:{near[0].removeprefix(self.format.prefixes[prefix])!s}?"
            if near
            else (
                "write standard:identifier, for example 411-2:OVR-6.3.5-12, 401:REQ-7.8-13 or "
                "401:clause/7.8; `clausegraph catalogue WORD` finds identifiers"
            )
        )
        self.problem(
            f"no requirement, clause or provision is called {value[:80]!r}",
            where,
            line,
            expected="an identifier of the catalogue",
            seen=value[:80],
            mend=hint,
        )
        return None

    def check_references(self) -> None:
        """Every mentioned node must exist somewhere in the pack."""
        for reference in self.references:
            if reference.target not in self.ids:
                near = difflib.get_close_matches(reference.target, self.ids, n=1)
                self.problem(
                    f"no node has the id {reference.target!r}",
                    reference.where,
                    reference.line,
                    expected="the id of a node of this pack",
                    seen=reference.target,
                    mend=f"did you mean {near[0]!r}?" if near else "add the node or correct the id",
                )
