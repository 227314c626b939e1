"""Stacked bars of outcomes as inline SVG.

Input: rows of the view ``coverage``. Output: one bar per row, as positions in percent that the
template writes into SVG. Each outcome has a pattern beside its colour, and each bar a title and a
description in words, so that nobody depends on colour. Source: ``data/codelists/outcome.csv``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clausegraph.report import Row
from clausegraph.report.rows import number

# Order of drawing: what is fulfilled first, what asks for work next, what drops out last.
OUTCOMES: Mapping[str, str] = {
    "met": "Met",
    "inherited": "Inherited",
    "stale": "Stale",
    "disputed": "Disputed",
    "missing": "Missing",
    "undecided": "Undecided",
    "not-applicable": "Not applicable",
}
FULFILLED = ("met", "inherited")
GAPS = ("missing", "disputed", "stale", "undecided")
_ROOM_FOR_NUMBER = 7.0


@dataclass(frozen=True, slots=True)
class Segment:
    """One outcome within a bar; ``x`` and ``width`` in percent of the bar."""

    outcome: str
    label: str
    count: int
    x: str
    width: str
    middle: str
    numbered: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One clause or standard: its segments, numbers and words for those who cannot see it."""

    standard: str
    clause: str
    title: str
    total: int
    applicable: int
    fulfilled: int
    segments: tuple[Segment, ...]
    words: str

    @property
    def share(self) -> int:
        """Fulfilled of applicable, in whole percent, rounded down so that 100 means all."""
        return self.fulfilled * 100 // self.applicable if self.applicable else 0


def bar(row: Row) -> Bar:
    """The stacked bar of one row of the view ``coverage``."""
    counts = {code: number(row, code.replace("-", "_")) for code in OUTCOMES}
    drawn = sum(counts.values())
    segments: list[Segment] = []
    before = 0
    for code, label in OUTCOMES.items():
        count = counts[code]
        if count:
            width = 100 * count / drawn
            x = 100 * before / drawn
            segments.append(
                Segment(
                    outcome=code,
                    label=label,
                    count=count,
                    x=_percent(x),
                    width=_percent(width),
                    middle=_percent(x + width / 2),
                    numbered=width >= _ROOM_FOR_NUMBER,
                )
            )
        before += count
    words = ", ".join(f"{s.count} {s.label.lower()}" for s in segments) or "no requirement"
    return Bar(
        standard=str(row.get("standard") or ""),
        clause=str(row.get("clause") or ""),
        title=str(row.get("title") or ""),
        total=number(row, "total"),
        applicable=drawn - counts["not-applicable"],
        fulfilled=sum(counts[code] for code in FULFILLED),
        segments=tuple(segments),
        words=words,
    )


def _percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"
