"""Bounded reading of YAML with line numbers.

Input: untrusted bytes. Output: a tree of ``Item`` that keeps the line of every value, so that an
error can say where. Size, depth and number of nodes are bounded; anchors and aliases (the means
of YAML bombs), duplicate keys, other tags and bytes that are no UTF-8 are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from clausegraph.errors import InputError

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 400_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_SCALARS = frozenset(_TAG + t for t in ("str", "int", "float", "bool", "null", "timestamp"))


@dataclass(frozen=True, slots=True)
class Item:
    """A value with its line.

    Attributes:
        value: text of a scalar, list of items, or mapping of key to item.
        tag: ``str``, ``int``, ``bool``, ``null`` …, ``seq`` or ``map``.
        line: counted from 1.
    """

    value: str | list[Item] | dict[str, Item]
    tag: str
    line: int


def read_bytes(path: Path, name: str, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a text file, if it is not too large.

    Raises:
        InputError: missing, unreadable or over the limit.
    """
    try:
        size = path.stat().st_size
        if size > limit:
            raise InputError(
                "the file is too large to be read as text",
                file=name,
                expected=f"at most {limit} bytes",
                seen=f"{size} bytes",
                mend="split it, or put it under artefacts/ if it is evidence",
            )
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", file=name) from error


def decode(data: bytes, name: str) -> str:
    """Bytes as UTF-8 text.

    Raises:
        InputError: no UTF-8; says the line.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            "the file is not UTF-8 text",
            file=name,
            line=line,
            seen=f"byte 0x{data[error.start]:02x} at offset {error.start}",
            mend="save the file as UTF-8",
        ) from error


def read_yaml(path: Path, name: str) -> Item:
    """Read one YAML file.

    Args:
        path: the file.
        name: how errors call it, relative to the pack.

    Raises:
        InputError: with file and line.
    """
    text = decode(read_bytes(path, name), name)
    try:
        _refuse_aliases(text, name)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise InputError(
            f"is no valid YAML: {error.problem or error.context}",
            file=name,
            line=mark.line + 1 if mark else None,
            mend="check indentation, colons and quotes on this line",
        ) from error
    except yaml.YAMLError as error:
        raise InputError(f"is no valid YAML: {error}", file=name) from error
    if node is None:
        raise InputError("the file is empty", file=name, expected="a mapping of keys", line=1)
    return _Converter(name).item(node, 0)


def _refuse_aliases(text: str, name: str) -> None:
    """Look at the events first: aliases multiply when composed, depth recurses."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InputError(
                "anchors and aliases are not allowed",
                file=name,
                line=_line(event),
                mend="write the value out where it is needed",
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH or count > MAX_NODES:
            raise InputError(
                "the file is nested too deeply or has too many values",
                file=name,
                line=_line(event),
                expected=f"at most {MAX_DEPTH} levels and {MAX_NODES} values",
            )


def _line(node: yaml.Node | yaml.Event) -> int:
    return node.start_mark.line + 1 if node.start_mark else 1


class _Converter:
    def __init__(self, name: str) -> None:
        self.name = name

    def item(self, node: yaml.Node, depth: int) -> Item:
        line = _line(node)
        if isinstance(node, yaml.ScalarNode):
            if node.tag not in _SCALARS:
                raise InputError(f"tag {node.tag} is not allowed", file=self.name, line=line)
            return Item(node.value, node.tag.removeprefix(_TAG), line)
        if isinstance(node, yaml.SequenceNode):
            return Item([self.item(n, depth + 1) for n in node.value], "seq", line)
        if not isinstance(node, yaml.MappingNode):
            raise InputError("unexpected kind of value", file=self.name, line=line)
        return Item(dict(self._pairs(node, depth)), "map", line)

    def _pairs(self, node: yaml.MappingNode, depth: int) -> Iterator[tuple[str, Item]]:
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise InputError("a key must be plain text", file=self.name, line=_line(key))
            if key.value in seen:
                raise InputError(
                    "the key stands twice",
                    file=self.name,
                    line=_line(key),
                    field=key.value,
                    mend="keep one of them; several values are written as a list",
                )
            seen.add(key.value)
            yield key.value, self.item(value, depth + 1)
