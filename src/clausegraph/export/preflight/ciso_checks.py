"""Checks of libraries and audit rows for CISO Assistant.

Input: parts of the format ``ciso``: libraries as YAML, audit rows as CSV. Output: place and message
of each hit. Facts: a library has an integer version, an update that does not raise it is ignored;
URNs hold no spaces, slashes or capitals; one packager name is reserved; a mapping has one of two
keys; a row without the column ``assessable`` is skipped without a word.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from clausegraph.export.package import Part

_Hits = Iterator[tuple[str, str]]
_URN = re.compile(
    r"urn:([a-z0-9._-]+):risk:(library|framework|req_node|req_mapping_set):[a-z0-9._:+-]+"
)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _bytes(part: Part) -> bytes:
    return part.content if isinstance(part.content, bytes) else part.content.read_bytes()


def _libraries(parts: Sequence[Part]) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in parts:
        if part.path.endswith((".yaml", ".yml")):
            tree = yaml.load(_bytes(part).decode(), Loader=_LOADER)  # noqa: S506 - a safe loader
            yield part.path, tree if isinstance(tree, dict) else {}


def _members(value: Any) -> list[dict[str, Any]]:
    """An object, or the objects of a list."""
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, dict)]


def _nodes(library: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    objects = library.get("objects") or {}
    for key in ("framework", "frameworks"):
        for framework in _members(objects.get(key)):
            yield from _members(framework.get("requirement_nodes"))


def library_keys(parts: Sequence[Part], rule: Mapping[str, Any]) -> _Hits:
    """Keys that every library has."""
    for name, library in _libraries(parts):
        for key in rule["required"]:
            if library.get(key) in (None, "", {}):
                yield name, f"the library lacks {key}"


def library_version(parts: Sequence[Part], _rule: Mapping[str, Any]) -> _Hits:
    """The version is a whole number."""
    for name, library in _libraries(parts):
        version = library.get("version")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            yield name, f"the version is a whole number from 1 on, not {version!r}"


def urns(parts: Sequence[Part], rule: Mapping[str, Any]) -> _Hits:
    """Every URN is well formed, stands once, and is not of a reserved packager."""
    for name, library in _libraries(parts):
        seen: set[str] = set()
        for where, urn, defines in _all_urns(library, "", None):
            match = _URN.fullmatch(urn)
            if match is None:
                yield f"{name}{where}", f"{urn} is no URN that is taken"
            elif match[1] in rule["reserved"]:
                yield f"{name}{where}", f"the packager {match[1]} is reserved"
            if defines and urn in seen:
                yield f"{name}{where}", f"{urn} stands twice"
            if defines:
                seen.add(urn)


def _all_urns(value: Any, where: str, key: str | None) -> Iterator[tuple[str, str, bool]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _all_urns(member, f"{where}/{name}", str(name))
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _all_urns(member, f"{where}/{number}", key)
    elif isinstance(value, str) and key is not None and (key == "urn" or key.endswith("_urn")):
        yield where, value, key == "urn"


def mapping_keys(parts: Sequence[Part], _rule: Mapping[str, Any]) -> _Hits:
    """Either the plural key of mapping sets or the deprecated one."""
    for name, library in _libraries(parts):
        objects = library.get("objects") or {}
        if "requirement_mapping_set" in objects:
            both = "requirement_mapping_sets" in objects
            text = "both keys of mapping sets stand there" if both else "the key is deprecated"
            yield f"{name}/objects/requirement_mapping_set", text


def requirement_parents(parts: Sequence[Part], _rule: Mapping[str, Any]) -> _Hits:
    """A node whose parent is not there hangs nowhere."""
    for name, library in _libraries(parts):
        nodes = list(_nodes(library))
        known = {str(n.get("urn")) for n in nodes}
        for node in nodes:
            parent = node.get("parent_urn")
            if parent is not None and parent not in known:
                yield f"{name}: {node.get('ref_id')}", f"its parent {parent} is not there"


def audit_rows(parts: Sequence[Part], rule: Mapping[str, Any]) -> _Hits:
    """Rows that would be skipped, or whose result is not known."""
    for part in parts:
        if not part.path.endswith(".csv"):
            continue
        rows = list(csv.DictReader(io.StringIO(_bytes(part).decode("utf-8-sig"))))
        for number, row in enumerate(rows, 2):
            where = f"{part.path}:{number}"
            if not (row.get("ref_id") or row.get("urn")):
                yield where, "the row has neither ref_id nor urn"
            if "assessable" not in row:
                yield where, "the row has no column assessable and is skipped without a word"
            result = row.get("compliance_result")
            if result and result not in rule["results"]:
                yield where, f"{result} is no compliance result"


CHECKS = {
    "library-keys": library_keys,
    "library-version": library_version,
    "urns": urns,
    "mapping-keys": mapping_keys,
    "requirement-parents": requirement_parents,
    "audit-rows": audit_rows,
}
