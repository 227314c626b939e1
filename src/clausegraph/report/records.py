"""Intake and closure records as cards: a title and its fields.

Input: rows of the views ``intake-record`` and ``closure-record``. Output: records in the order of
the pack file, with several values of one field together. Source: the intake and closure gates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from clausegraph.report import Row, Value
from clausegraph.report.labels import PROPERTIES
from clausegraph.report.messages import named
from clausegraph.report.words import capital, natural, spelt, words

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PROVIDER = re.compile(r"\b(provider|tsp|qtsp)\b", re.IGNORECASE)
_NAME = re.compile(r"(registered )?name|title", re.IGNORECASE)
_UNSHOWN = frozenset({"title", "sourceLocation"})


@dataclass(slots=True)
class Record:
    """One card.

    Attributes:
        key: local id, for what needs to find it.
        location: file and line, when the rows say so.
        fields: label → values.
    """

    key: str
    title: str
    location: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)


def records(rows: Iterable[Row]) -> list[Record]:
    """Cards of the rows, in the order of the pack file where locations are known."""
    found: dict[str, Record] = {}
    for row in rows:
        name = named(row.get("record"))
        record = found.setdefault(name, Record(name, capital(spelt(name))))
        _fill(record, str(row.get("field") or ""), row.get("value"))
    return sorted(found.values(), key=lambda r: natural(r.location))


def _fill(record: Record, name: str, value: Value) -> None:
    if name == "title":
        record.title = str(value)
    if name == "sourceLocation":
        record.location = str(value)
    if name in _UNSHOWN or value is None:
        return
    hyphened = _HUMP.sub("-", name).lower() if _HUMP.search(name) else name
    label = PROPERTIES.get(name, capital(spelt(hyphened)))
    text = {"true": "yes", "false": "no"}.get(str(value), named(value))
    record.fields.setdefault(label, []).append(
        words(text) if name in ("type", "ownerRole") else text
    )


def intake(rows: Iterable[Row]) -> list[Record]:
    """Cards of the intake record: what stands in the pack file, without the cases."""
    return [record for record in records(rows) if not record.location.startswith("cases/")]


def provider(rows: Iterable[Row]) -> str:
    """Name of the provider that the intake record states, if it does."""
    for record in records(rows):
        if _PROVIDER.search(record.key):
            names = [v for label, v in record.fields.items() if _NAME.fullmatch(label)]
            return names[0][0] if names else record.title if record.location else ""
    return ""
