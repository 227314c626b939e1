"""Parts that every OSCAL document shares: texts, properties, roles, parties, metadata.

Input: rows of views. Output: plain JSON values in the order that the OSCAL models give them. Empty
lists are illegal in OSCAL, so `filled` drops them; strings are one line without space around;
markup is CommonMark, so that its marks are escaped. Source: OSCAL 1.1.2, layer metadata
(https://pages.nist.gov/OSCAL/).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from clausegraph.views import Value

Json = dict[str, Any]

NAMESPACE = "https://w3id.org/clausegraph/core"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_MARKS = re.compile(r"([\\`*_<>\[\]#|])")
_ESCAPED = re.compile(r"\\([\\`*_<>\[\]#|])")
_NO_TOKEN = re.compile(r"[^\w.-]+")


def filled(**values: Any) -> Json:
    """The values that are there, names with ``_`` for ``-``; ``in_`` and the like lose the last."""
    return {
        key.rstrip("_").replace("_", "-"): value
        for key, value in values.items()
        if value is not None and value not in ("", [], {})
    }


def line(value: Value) -> str:
    """A value as the one-line text of a property or name."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return instant(value)
    return " ".join(_CONTROL.sub(" ", str(value)).split())


def markup(value: Value) -> str:
    """A value as CommonMark that reads as the plain text it is, on one line."""
    return _MARKS.sub(r"\\\1", line(value))


def plain(text: str) -> str:
    """Words of an assessor without the escapes that `markup` writes."""
    return _ESCAPED.sub(r"\1", text).strip()


def instant(value: datetime) -> str:
    """An instant in UTC, as OSCAL writes it."""
    text = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S").zfill(19)
    return text + "Z"


def token(text: str) -> str:
    """Text as a token: a letter or ``_`` first, then letters, digits, ``.``, ``-``, ``_``."""
    clean = _NO_TOKEN.sub("-", text).strip("-") or "_"
    return clean if clean[0].isalpha() or clean[0] == "_" else f"_{clean}"


def prop(name: str, value: Value, **more: str) -> list[Json]:
    """A property of our own namespace, as a list of one; of none where there is no value."""
    if value is None or not line(value):
        return []
    return [{"name": name, "ns": NAMESPACE, "value": line(value), **more}]


def props(name: str, values: Value) -> list[Json]:
    """One property per member of a ``; `` list."""
    members = str(values).split("; ") if values else []
    return [p for member in members for p in prop(name, member)]


def standard_prop(name: str, value: str) -> Json:
    """A property that OSCAL itself defines."""
    return {"name": name, "value": line(value)}


def responsible(owners: Value) -> list[Json]:
    """Responsible roles of a ``; `` list of role codes."""
    return [{"role-id": code} for code in (str(owners).split("; ") if owners else [])]


def roles(rows: Iterable[Mapping[str, Value]]) -> list[Json]:
    """The roles of the metadata, each once, from the view ``roles``."""
    found: dict[str, Json] = {}
    for row in rows:
        found.setdefault(
            str(row["code"]),
            {
                "id": str(row["code"]),
                "title": markup(row["label"]),
                "description": markup(row["definition"]),
            },
        )
    return list(found.values())


def actor(kind: str, uuid: str) -> list[Json]:
    """Origins with one actor: ``tool`` or ``party``."""
    return [{"actors": [{"type": kind, "actor-uuid": uuid}]}]
