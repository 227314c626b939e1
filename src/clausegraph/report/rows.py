"""Reading rows: numbers, order, groups, and the few limits that several sections share.

Input: rows of views. Output: plain values. Nothing here knows what a row is about.
"""

from __future__ import annotations

from collections.abc import Iterable

from clausegraph.report import Row

NO_OWNER = "No owner named"
SOUND = ("sound", "current")
SOON_DAYS = 90


def number(row: Row, name: str) -> int:
    """A whole number of a row, 0 when absent."""
    value = row.get(name)
    if isinstance(value, int):
        return int(value)
    text = str(value or "0")
    return int(text) if text.lstrip("-").isdigit() else 0


def by_order(rows: Iterable[Row]) -> list[Row]:
    """The rows by their column ``order``."""
    return sorted(rows, key=lambda row: number(row, "order"))


def by(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """The rows by the value of a column, in the order in which values first stand."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(row.get(column) or ""), []).append(row)
    return groups
