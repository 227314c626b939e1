"""Whether a bundle is closed: every reference in it resolves, within it.

Input: documents by file name. Output: one `Broken` per reference that leads nowhere, with a JSON
pointer. JSON schemas say nothing of references, and the validators at hand miss some (an
``observation-uuid``, the target of a finding, the finding of an item of a plan of action), so this
check is our own. A reference resolves in its own document, or for what OSCAL calls the effective
data model in the documents that it imports. Source: OSCAL, "URI usage" and the index constraints of
its metaschemas.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Any


@dataclass(frozen=True, slots=True, order=True)
class Broken:
    """Something in a document that is not as it must be.

    Attributes:
        document: file name in the bundle.
        pointer: JSON pointer (RFC 6901).
        kind: what is wrong, a short code.
        message: one sentence.
    """

    document: str
    pointer: str
    kind: str
    message: str


# Name of a list → what its members are called in an index, and which key names them.
_DECLARED = {
    "observations": ("observation", "uuid"),
    "risks": ("risk", "uuid"),
    "findings": ("finding", "uuid"),
    "components": ("component", "uuid"),
    "parties": ("party", "uuid"),
    "locations": ("location", "uuid"),
    "users": ("user", "uuid"),
    "inventory-items": ("inventory-item", "uuid"),
    "resources": ("resource", "uuid"),
    "activities": ("activity", "uuid"),
    "tasks": ("task", "uuid"),
    "assessment-platforms": ("assessment-platform", "uuid"),
    "by-components": ("implementation", "uuid"),
    "statements": ("implementation", "uuid"),
    "remediations": ("response", "uuid"),
    "roles": ("role", "id"),
    "controls": ("control", "id"),
    "parts": ("part", "id"),
    "params": ("param", "id"),
}
# Key of a reference → index, and whether imported documents count too.
_REFERENCES = {
    "observation-uuid": ("observation", False),
    "risk-uuid": ("risk", False),
    "finding-uuid": ("finding", False),
    "role-id": ("role", False),
    "role-ids": ("role", False),
    "party-uuid": ("party", False),
    "party-uuids": ("party", False),
    "member-of-organizations": ("party", False),
    "location-uuids": ("location", False),
    "response-uuid": ("response", False),
    "component-uuid": ("component", True),
    "implementation-uuid": ("component", True),
    "task-uuid": ("task", True),
    "activity-uuid": ("activity", True),
    "implementation-statement-uuid": ("implementation", True),
    "control-id": ("control", True),
    "with-ids": ("control", True),
    "id-ref": ("control", True),
    "statement-id": ("part", True),
    "statement-ids": ("part", True),
    "target-id": ("part", True),
    "objective-id": ("part", True),
    "param-id": ("param", True),
}
_ACTORS = {"tool": "component", "assessment-platform": "assessment-platform", "party": "party"}
# Where a document names one that it builds on, and the kinds that may stand there.
_IMPORTS = {
    "imports": ("catalog", "profile"),
    "import-profile": ("profile",),
    "import-ssp": ("system-security-plan",),
    "import-ap": ("assessment-plan",),
    "import-component-definitions": ("component-definition",),
    "source-resource": ("catalog", "profile"),
    "target-resource": ("catalog", "profile"),
}


@dataclass(slots=True)
class _Document:
    kind: str
    body: Json
    index: dict[str, set[str]] = field(default_factory=dict)
    imported: list[str] = field(default_factory=list)


def check(documents: Mapping[str, Json]) -> list[Broken]:
    """The references of a bundle that lead nowhere, sorted.

    Args:
        documents: path in the bundle → parsed document, one top-level key each.
    """
    broken: list[Broken] = []
    known: dict[str, _Document] = {}
    for name, document in documents.items():
        if not isinstance(document, dict) or len(document) != 1:
            broken.append(Broken(name, "", "no-document", "expected one top-level object"))
            continue
        [(kind, body)] = document.items()
        known[name] = _Document(kind, body)
        for key, value, _ in walk(body):
            _declare(known[name].index, key, value)
    for name, each in known.items():
        broken += _imports(name, each, known)
    for name, each in known.items():
        reach = _reach(name, known)
        for key, value, pointer in walk(each.body):
            where = f"/{each.kind}{pointer}"
            broken += _references(name, each, known, reach, key, value, where)
        broken += _selection(name, each, known)
    return sorted(broken)


def walk(value: Json, pointer: str = "") -> Iterator[tuple[str, Json, str]]:
    """Every member of every object: its key, value and JSON pointer."""
    if isinstance(value, dict):
        for key, member in value.items():
            place = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            yield key, member, place
            yield from walk(member, place)
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from walk(member, f"{pointer}/{number}")


def _declare(index: dict[str, set[str]], key: str, value: Json) -> None:
    kind, name = _DECLARED.get(key, ("", ""))
    if kind and isinstance(value, list):
        found = index.setdefault(kind, set())
        found.update(str(m[name]) for m in value if isinstance(m, dict) and name in m)


def resolve(name: str, href: str) -> str:
    """A relative reference from a document of the bundle, as a path of the bundle."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), href.partition("#")[0]))


def _imports(name: str, document: _Document, known: Mapping[str, _Document]) -> Iterator[Broken]:
    for key, value, pointer in walk(document.body):
        allowed = _IMPORTS.get(key)
        members = value if isinstance(value, list) else [value]
        if key == "source" and isinstance(value, str) and "/control-implementations/" in pointer:
            allowed, members = ("catalog", "profile"), [{"href": value}]
        if allowed is None:
            continue
        for member in members:
            href = member.get("href") if isinstance(member, dict) else None
            if not isinstance(href, str):
                continue
            target = resolve(name, href)
            where = f"/{document.kind}{pointer}"
            if target not in known:
                yield Broken(name, where, "import", f"{href} is not in the bundle")
            elif known[target].kind not in allowed:
                message = f"{href} is a {known[target].kind}, expected {' or '.join(allowed)}"
                yield Broken(name, where, "import", message)
            else:
                document.imported.append(target)


def _reach(name: str, known: Mapping[str, _Document]) -> list[_Document]:
    """The document and all that it imports, directly or not; circles end."""
    found: dict[str, _Document] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found[each] = known[each]
            waiting += known[each].imported
    return list(found.values())


def _references(
    name: str,
    document: _Document,
    known: Mapping[str, _Document],
    reach: list[_Document],
    key: str,
    value: Json,
    where: str,
) -> Iterator[Broken]:
    kind, wide = _REFERENCES.get(key, ("", False))
    if key in ("actors", "subjects", "include-subjects", "exclude-subjects"):
        name_key = "actor-uuid" if key == "actors" else "subject-uuid"
        for number, member in enumerate(value if isinstance(value, list) else []):
            if isinstance(member, dict) and name_key in member:
                stated = str(member.get("type"))
                index = _ACTORS.get(stated, stated) if key == "actors" else stated
                at = f"{where}/{number}/{name_key}"
                yield from _lookup(
                    name, document, reach, index, True, name_key, member[name_key], at
                )
    elif key == "href" and isinstance(value, str):
        yield from _href(name, document, known, value, where)
    elif kind:
        for member in value if isinstance(value, list) else [value]:
            yield from _lookup(name, document, reach, kind, wide, key, member, where)


def _lookup(
    name: str,
    document: _Document,
    reach: list[_Document],
    kind: str,
    wide: bool,
    key: str,
    value: Json,
    where: str,
) -> Iterator[Broken]:
    places = reach if wide else [document]
    if any(str(value) in place.index.get(kind, ()) for place in places):
        return
    yield Broken(name, where, key, f"{value} is no {kind} of this document or its imports")


def _href(
    name: str, document: _Document, known: Mapping[str, _Document], href: str, where: str
) -> Iterator[Broken]:
    if href.startswith("#"):
        if href[1:] not in document.index.get("resource", ()):
            yield Broken(name, where, "href", f"{href} is no resource of the back matter")
    elif ":" not in href.partition("/")[0] and "/rlinks/" not in where:
        target = resolve(name, href)
        if target not in known and not any(f"/{key}" in where for key in _IMPORTS):
            yield Broken(name, where, "href", f"{href} is not in the bundle")


def _selection(name: str, document: _Document, known: Mapping[str, _Document]) -> Iterator[Broken]:
    """What stands between profile and plan: each selected control once, and no other one."""
    if document.kind != "system-security-plan":
        return
    profiles = [known[i] for i in document.imported if known[i].kind == "profile"]
    selected = {c for p in profiles for c in selected_controls(p.body)}
    requirements = document.body.get("control-implementation", {}).get(
        "implemented-requirements", []
    )
    stated = [str(r.get("control-id")) for r in requirements if isinstance(r, dict)]
    where = f"/{document.kind}/control-implementation/implemented-requirements"
    if any("include-all" in i for p in profiles for i in p.body.get("imports", [])):
        return
    for control in sorted(set(stated) - selected):
        yield Broken(name, where, "not-selected", f"the profile does not select {control}")
    for control in sorted(selected - set(stated)):
        yield Broken(name, where, "not-implemented", f"nothing is said of {control}")
    for control in sorted({c for c in stated if stated.count(c) > 1}):
        yield Broken(name, where, "stated-twice", f"{control} stands twice")


def selected_controls(profile: Json) -> set[str]:
    """The control identifiers that a profile selects by name."""
    return {
        str(control)
        for each in profile.get("imports", [])
        for selection in each.get("include-controls", [])
        for control in selection.get("with-ids", [])
    }
