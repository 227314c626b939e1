"""Checks of OSCAL bundles for readers of OSCAL.

Input: parts of the format ``oscal``. Output: place and message of each hit. References and
identifiers are looked at by `clausegraph.export.oscal.closure` and ``soundness``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from clausegraph.export.oscal import closure, soundness
from clausegraph.export.package import Part

_Hits = Iterator[tuple[str, str]]


def _documents(parts: Sequence[Part]) -> Mapping[str, Any]:
    """Path below the folder of the format → parsed document; what is no JSON is left out."""
    return _parsed(tuple(parts))


# Every rule of a target looks at the same files; one parse and one walk serve them all.
@lru_cache(maxsize=1)
def _parsed(parts: tuple[Part, ...]) -> Mapping[str, Any]:
    found = {}
    for part in parts:
        data = part.content if isinstance(part.content, bytes) else part.content.read_bytes()
        try:
            document = json.loads(data)
        except (ValueError, RecursionError):
            continue
        if isinstance(document, dict) and len(document) == 1:
            found[part.path.partition("/")[2]] = document
    return found


@lru_cache(maxsize=1)
def _defects(parts: tuple[Part, ...]) -> list[closure.Broken]:
    return soundness.check(_parsed(parts))


def _kinds(documents: Mapping[str, Any]) -> dict[str, str]:
    return {name: next(iter(document)) for name, document in documents.items()}


def media(parts: Sequence[Part], rule: Mapping[str, Any]) -> _Hits:
    """Only files of one suffix, and nothing but documents in them."""
    documents = _documents(parts)
    for part in parts:
        if not part.path.endswith(rule["suffix"]):
            yield part.path, f"only {rule['suffix']} files are taken"
        elif part.path.partition("/")[2] not in documents:
            yield part.path, "is no OSCAL document"


def edition(parts: Sequence[Part], rule: Mapping[str, Any]) -> _Hits:
    """Only some editions."""
    allowed = [str(v) for v in rule["only"]]
    for name, document in _documents(parts).items():
        [body] = document.values()
        version = str(body.get("metadata", {}).get("oscal-version"))
        if version not in allowed:
            yield name, f"names edition {version}; only {', '.join(allowed)} is taken"


def needs(parts: Sequence[Part], rule: Mapping[str, Any]) -> _Hits:
    """A document that is never taken alone."""
    kinds = _kinds(_documents(parts))
    for name, kind in kinds.items():
        if kind == rule["document"]:
            for other in rule["beside"]:
                if other not in kinds.values():
                    yield name, f"is taken only together with a {other}, which is not there"


def one_finding(parts: Sequence[Part], _rule: Mapping[str, Any]) -> _Hits:
    """Items of a plan of action with several findings or observations."""
    for broken in _defects(tuple(parts)):
        if broken.kind == "item":
            yield f"{broken.document}{broken.pointer}", broken.message


def sound(parts: Sequence[Part], _rule: Mapping[str, Any]) -> _Hits:
    """Identifiers, empty lists, groups, states."""
    for broken in _defects(tuple(parts)):
        if broken.kind != "item":
            yield f"{broken.document}{broken.pointer}", broken.message


def closed(parts: Sequence[Part], _rule: Mapping[str, Any]) -> _Hits:
    """References that lead nowhere: what holds them is left out, silently."""
    for broken in closure.check(_documents(parts)):
        yield f"{broken.document}{broken.pointer}", broken.message


def kinds(parts: Sequence[Part], rule: Mapping[str, Any]) -> _Hits:
    """Kinds of documents that are not taken."""
    for name, kind in _kinds(_documents(parts)).items():
        if kind not in rule["only"]:
            yield name, f"a {kind} is not taken and may be left out of the upload"


CHECKS = {
    "media": media,
    "edition": edition,
    "needs": needs,
    "one-finding": one_finding,
    "sound": sound,
    "closed": closed,
    "kinds": kinds,
}
