"""What the JSON schemas let pass and no reference shows: identifiers, lists, counts, editions.

Input: documents by file name. Output: one `Broken` per defect. UUIDs are of version 4 or 5 and
stand once in a document; identifiers are tokens and stand once in a catalog; no list is empty; a
group holds groups or controls; withdrawn controls are not selected; an item of a plan of action has
one finding and at most one observation; a statement says what does it; all documents name one known
edition of OSCAL. Source: OSCAL data types and metaschema constraints; ServiceNow's page on the
import of plans of action.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from clausegraph.export.oscal.closure import Broken, resolve, selected_controls, walk

Json = Any

VERSIONS = ("1.1.2", "1.2.1", "1.2.3")
_UUID = re.compile(
    r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}"
)
_TOKEN = re.compile(r"[^\W\d][\w.-]*")
_TOKENS = frozenset({"id", "control-id", "statement-id", "target-id", "role-id", "param-id"})
_STATES = {
    "status": {
        "satisfied", "not-satisfied", "operational", "under-development",
        "under-major-modification", "disposition", "other",
    },
    "implementation-status": {
        "implemented", "partial", "planned", "alternative", "not-applicable",
    },
}  # fmt: skip


def check(documents: Mapping[str, Json]) -> list[Broken]:
    """The defects of a bundle, sorted."""
    broken: list[Broken] = []
    for name, document in documents.items():
        if isinstance(document, dict) and len(document) == 1:
            [(kind, body)] = document.items()
            broken += _values(name, kind, body)
            broken += _duplicates(name, kind, body)
            broken += _shape(name, kind, body)
    broken += _editions(documents)
    broken += _withdrawn(documents)
    return sorted(broken)


def _values(name: str, kind: str, body: Json) -> Iterator[Broken]:
    for key, value, pointer in walk(body):
        where = f"/{kind}{pointer}"
        if value in ([], {}) and key not in ("include-all", "flat"):
            yield Broken(name, where, "empty", f"{key} is empty and has to be left out")
        elif key == "uuid" and not (isinstance(value, str) and _UUID.fullmatch(value)):
            yield Broken(name, where, "uuid", f"{value} is no UUID of version 4 or 5")
        elif key in _TOKENS and "/system-ids" not in pointer and "/system-id/" not in pointer:
            external = "/external-ids/" in pointer or "/threat-ids/" in pointer
            if not external and not (isinstance(value, str) and _TOKEN.fullmatch(value)):
                yield Broken(name, where, "token", f"{value!r} is no token")
        elif key in _STATES and isinstance(value, dict):
            state = value.get("state", "other")
            if state not in {*_STATES[key], "other"}:
                yield Broken(name, where, "state", f"{state!r} is no state")


def _duplicates(name: str, kind: str, body: Json) -> Iterator[Broken]:
    uuids = Counter(v for k, v, _ in walk(body) if k == "uuid" and isinstance(v, str))
    for value in sorted(v for v, count in uuids.items() if count > 1):
        # The tool is one subject, defined in each result that it made.
        if _same(body, value):
            continue
        yield Broken(name, f"/{kind}", "duplicate", f"the UUID {value} stands twice")
    if kind == "catalog":
        ids = Counter(v for k, v, _ in walk(body) if k == "id" and isinstance(v, str))
        for value in sorted(v for v, count in ids.items() if count > 1):
            yield Broken(name, f"/{kind}", "duplicate", f"the identifier {value} stands twice")


def _same(body: Json, uuid: str) -> bool:
    """Whether all objects with a UUID are equal and define a component or platform."""
    found = [
        m
        for key, value, _ in walk(body)
        if key in ("components", "assessment-platforms") and isinstance(value, list)
        for m in value
        if isinstance(m, dict) and m.get("uuid") == uuid
    ]
    total = sum(1 for k, v, _ in walk(body) if k == "uuid" and v == uuid)
    return len(found) == total and all(m == found[0] for m in found)


def _shape(name: str, kind: str, body: Json) -> Iterator[Broken]:
    for key, value, pointer in walk(body):
        if not isinstance(value, list):
            continue
        for number, member in enumerate(value):
            if not isinstance(member, dict):
                continue
            where = f"/{kind}{pointer}/{number}"
            if key == "groups" and "groups" in member and "controls" in member:
                yield Broken(name, where, "group", "a group holds groups or controls, not both")
            elif key == "poam-items":
                yield from _item(name, where, member)
            elif key == "implemented-requirements" and kind == "system-security-plan":
                yield from _implemented(name, where, member)


def _item(name: str, where: str, item: Mapping[str, Json]) -> Iterator[Broken]:
    findings = len(item.get("related-findings", []))
    observations = len(item.get("related-observations", []))
    if findings != 1 or observations > 1:
        message = f"an item has one finding and at most one observation, not {findings} and "
        yield Broken(name, where, "item", f"{message}{observations}")


def _implemented(name: str, where: str, requirement: Mapping[str, Json]) -> Iterator[Broken]:
    statements = requirement.get("statements", [])
    parts = [*statements, requirement]
    if not any(isinstance(p, dict) and p.get("by-components") for p in parts):
        yield Broken(name, where, "by-component", "no component says how it is met")
    control = str(requirement.get("control-id"))
    for statement in statements:
        if not str(statement.get("statement-id")).startswith(control):
            message = f"{statement.get('statement-id')} is no statement of {control}"
            yield Broken(name, where, "statement-id", message)


def _editions(documents: Mapping[str, Json]) -> Iterator[Broken]:
    first = ""
    for name, document in documents.items():
        [(kind, body)] = document.items() if isinstance(document, dict) else [("", {})]
        version = body.get("metadata", {}).get("oscal-version") if isinstance(body, dict) else None
        first = first or str(version)
        where = f"/{kind}/metadata/oscal-version"
        if version not in VERSIONS:
            yield Broken(name, where, "edition", f"{version} is none of {', '.join(VERSIONS)}")
        elif version != first:
            yield Broken(name, where, "edition", f"{version} here, {first} in the bundle")


def _withdrawn(documents: Mapping[str, Json]) -> Iterator[Broken]:
    gone: dict[str, set[str]] = {}
    for name, document in documents.items():
        for key, value, _ in walk(document):
            if key == "controls" and isinstance(value, list):
                for control in value:
                    marks = control.get("props", []) if isinstance(control, dict) else []
                    if {"name": "status", "value": "withdrawn"} in marks:
                        gone.setdefault(name, set()).add(str(control.get("id")))
    for name, document in documents.items():
        profile = document.get("profile") if isinstance(document, dict) else None
        if not isinstance(profile, dict):
            continue
        sources = {resolve(name, str(i.get("href"))) for i in profile.get("imports", [])}
        for control in sorted(selected_controls(profile)):
            if any(control in gone.get(source, ()) for source in sources):
                yield Broken(name, "/profile/imports", "withdrawn", f"{control} is withdrawn")
