"""Rows as JSON and CSV for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _json_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, Decimal):
        return float(value)
    return value


def as_json(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows as a JSON list of objects, keys in the order of the columns."""
    plain = [{key: _json_value(value) for key, value in row.items()} for row in rows]
    return json.dumps(plain, indent=1, ensure_ascii=False)


def as_csv(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Rows as RFC 4180 CSV with a header; text that a spreadsheet would run is quoted with '."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_csv_value(row.get(column)) for column in columns])
    return stream.getvalue()


def _csv_value(value: object) -> str:
    plain = _json_value(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    text = str(plain)
    return "'" + text if isinstance(value, str) and text.startswith(_FORMULA) else text
