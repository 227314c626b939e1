"""Typed rows of a view as bytes, and back.

Input: rows of Python values, the header of the view. Output: the same rows. JSON has no decimals
and no instants: they stand as text, and the types of the header's columns bring them back.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clausegraph.catalog import Query
    from clausegraph.views import Row, Value

_READ: dict[str, Callable[[str], Value]] = {
    "decimal": Decimal,
    "dateTime": datetime.fromisoformat,
}


def pack_rows(rows: Sequence[Row]) -> bytes:
    """Rows as bytes."""
    plain = [[_plain(value) for value in row.values()] for row in rows]
    return zlib.compress(json.dumps(plain, ensure_ascii=False).encode(), 1)


def _plain(value: Value) -> str | int | bool | None:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def unpack_rows(data: bytes, view: Query) -> list[Row]:
    """The rows that were packed for a view."""
    names = [column.name for column in view.returns]
    rows: list[Row] = [
        dict(zip(names, values, strict=True)) for values in json.loads(zlib.decompress(data))
    ]
    for column in view.returns:
        if (read := _READ.get(column.type)) is not None:
            for row in rows:
                if (text := row[column.name]) is not None:
                    row[column.name] = read(str(text))
    return rows
