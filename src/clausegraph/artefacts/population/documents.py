"""Profiles and results of chunks as JSON values, for the checkpoint.

Input: a value. Output: a document that gives the same value back. No pickle: the file may have
been written by anybody.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from clausegraph.artefacts.population.chunks import ChunkResult
from clausegraph.artefacts.population.features import Features
from clausegraph.artefacts.population.profile import (
    ClassCount,
    Example,
    ExceptionCount,
    Exemplar,
    Profile,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_document(profile: Profile) -> dict[str, Any]:
    """The profile as JSON values, sorted."""
    return {
        "rows": profile.rows,
        "certificates": profile.certificates,
        "other_classes": profile.other_classes,
        "other_values": dict(sorted(profile.other_values.items())),
        "dimensions": {
            name: dict(sorted(values.items()))
            for name, values in sorted(profile.dimensions.items())
        },
        "classes": [
            {
                "features": {n: getattr(c.features, n) for n in Features.__slots__},
                "count": c.count,
                "first": _packed(c.first),
                "last_issued": _packed(c.last_issued),
                "last_expiring": _packed(c.last_expiring),
                "revocation": dict(sorted(c.revocation.items())),
            }
            for _, c in sorted(profile.classes.items())
        ],
        "exceptions": {
            kind: {"count": e.count, "examples": [_packed(x) for x in e.examples]}
            for kind, e in sorted(profile.exceptions.items())
        },
    }


def from_document(document: Mapping[str, Any]) -> Profile:
    """The profile back from `to_document`.

    Raises:
        KeyError, TypeError, ValueError: it is no such document.
    """
    profile = Profile(
        rows=document["rows"],
        certificates=document["certificates"],
        other_classes=document["other_classes"],
        other_values=dict(document["other_values"]),
        dimensions={name: dict(values) for name, values in document["dimensions"].items()},
    )
    for item in document["classes"]:
        stated: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in item["features"].items()
        }
        made = Features(**stated)
        profile.classes[made.id] = ClassCount(
            made,
            item["count"],
            _exemplar(item["first"]),
            _exemplar(item["last_issued"]),
            _exemplar(item["last_expiring"]),
            revocation=dict(item["revocation"]),
        )
    for kind, item in document["exceptions"].items():
        examples = [Example(a, b, c, base64.b64decode(der)) for a, b, c, der in item["examples"]]
        profile.exceptions[kind] = ExceptionCount(item["count"], examples)
    return profile


def _packed(item: Exemplar | Example | None) -> list[Any] | None:
    return None if item is None else [*item[:3], base64.b64encode(item[3]).decode()]


def _exemplar(item: list[Any] | None) -> Exemplar | None:
    if item is None:
        return None
    moment, sha256, locator, der = item
    return Exemplar(moment, sha256, locator, base64.b64decode(der))


def result_document(result: ChunkResult) -> dict[str, Any]:
    """A result as JSON values."""
    return {
        "profile": to_document(result.profile),
        "serials": base64.b64encode(result.serials).decode(),
        "keys": base64.b64encode(result.keys).decode(),
    }


def result_of(document: Mapping[str, Any]) -> ChunkResult:
    """A result back from `result_document`.

    Raises:
        KeyError, TypeError, ValueError: it is no such document.
    """
    return ChunkResult(
        from_document(document["profile"]),
        base64.b64decode(document["serials"]),
        base64.b64decode(document["keys"]),
    )
