"""Bounded reading of YAML with line numbers.

Input: untrusted bytes. Output: a tree of ``Item`` that keeps the line of every value, so that an
error can say where. Size, depth and number of nodes are bounded; anchors and aliases (the means
of YAML bombs), duplicate keys, other tags and bytes that are no UTF-8 are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import yaml

from clausegraph.errors import InputError

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 400_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_RESOLVER = yaml.resolver.Resolver()
_SCALARS = frozenset(_TAG + t for t in ("str", "int", "float", "bool", "null", "timestamp"))


class Item(NamedTuple):
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
        found = _Builder(name).read(text)
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
    if found is None:
        raise InputError("the file is empty", file=name, expected="a mapping of keys", line=1)
    return found


@dataclass(slots=True)
class _Open:
    """A sequence or mapping that is not yet complete.

    Attributes:
        line: where it begins.
        values: the items of a sequence.
        pairs: those of a mapping, else None.
        key: of a mapping, the key whose value comes next.
    """

    line: int
    pairs: dict[str, Item] | None
    values: list[Item] = field(default_factory=list)
    key: str | None = None


class _Builder:
    """Makes items of the events of a parser, which neither recurses nor multiplies anything."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.open: list[_Open] = []
        self.root: Item | None = None

    def read(self, text: str) -> Item | None:
        documents = 0
        for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
            if count > MAX_NODES:
                raise self._bounds(event)
            if isinstance(event, yaml.ScalarEvent):
                self._unnamed(event)
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._unnamed(event)
                self._start(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._end()
            elif isinstance(event, yaml.AliasEvent):
                raise self._alias(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise InputError(
                        "is no valid YAML: there is another document",
                        file=self.name,
                        line=_line(event),
                        mend="keep one document per file",
                    )
        return self.root

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        line = _line(event)
        above = self.open[-1] if self.open else None
        if above is not None and above.pairs is not None and above.key is None:
            if event.value in above.pairs:
                raise InputError(
                    "the key stands twice",
                    file=self.name,
                    line=line,
                    field=event.value,
                    mend="keep one of them; several values are written as a list",
                )
            above.key = event.value
            return
        tag = event.tag
        if tag is None or tag == "!":
            tag = _RESOLVER.resolve(  # type: ignore[no-untyped-call]
                yaml.ScalarNode, event.value, event.implicit
            )
        if tag not in _SCALARS:
            raise InputError(f"tag {tag} is not allowed", file=self.name, line=line)
        self._put(Item(event.value, tag.removeprefix(_TAG), line))

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        line = _line(event)
        above = self.open[-1] if self.open else None
        if above is not None and above.pairs is not None and above.key is None:
            raise InputError("a key must be plain text", file=self.name, line=line)
        self.open.append(_Open(line, {} if isinstance(event, yaml.MappingStartEvent) else None))
        if len(self.open) > MAX_DEPTH:
            raise self._bounds(event)

    def _end(self) -> None:
        done = self.open.pop()
        if done.pairs is None:
            self._put(Item(done.values, "seq", done.line))
        else:
            self._put(Item(done.pairs, "map", done.line))

    def _put(self, item: Item) -> None:
        above = self.open[-1] if self.open else None
        if above is None:
            self.root = item
        elif above.pairs is None:
            above.values.append(item)
        elif above.key is not None:
            above.pairs[above.key] = item
            above.key = None

    def _unnamed(self, event: yaml.NodeEvent) -> None:
        if event.anchor:
            raise self._alias(event)

    def _alias(self, event: yaml.Event) -> InputError:
        return InputError(
            "anchors and aliases are not allowed",
            file=self.name,
            line=_line(event),
            mend="write the value out where it is needed",
        )

    def _bounds(self, event: yaml.Event) -> InputError:
        return InputError(
            "the file is nested too deeply or has too many values",
            file=self.name,
            line=_line(event),
            expected=f"at most {MAX_DEPTH} levels and {MAX_NODES} values",
        )


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
