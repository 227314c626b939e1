"""Calendar arithmetic of deadlines."""
# ruff: noqa: DTZ001  # bounds of a strategy carry no zone

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausegraph.periods import parse, shift, working_days


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "duration", "sign", "end"),
    [
        ("2026-06-01", "P12M", 1, "2027-06-01"),
        ("2026-06-01", "P1Y", 1, "2027-06-01"),
        ("2026-01-31", "P1M", 1, "2026-02-28"),
        ("2024-02-29", "P1Y", 1, "2025-02-28"),
        ("2026-03-31", "P1M", -1, "2026-02-28"),
        ("2026-01-15", "P3M", -1, "2025-10-15"),
        ("2026-01-31", "PT24H", 1, "2026-02-01"),
        ("2026-01-31", "P2W", 1, "2026-02-14"),
    ],
)
def test_shift(start: str, duration: str, sign: int, end: str) -> None:
    assert shift(_at(start), duration, sign) == _at(end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-23", "2026-11-26"),  # Monday to Thursday
        ("2026-11-26", "2026-12-01"),  # Thursday over a weekend to Tuesday
        ("2026-11-28", "2026-12-02"),  # Saturday to Wednesday
        ("2026-11-29", "2026-12-02"),  # Sunday to Wednesday
    ],
)
def test_three_working_days(start: str, end: str) -> None:
    assert working_days(_at(start), "P3D") == _at(end)


@pytest.mark.parametrize("text", ["", "P", "PT", "1Y", "P1X", "P1Y1", "P1.5Y"])
def test_no_duration(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the text is all that the error holds
        parse(text)


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)),
    st.integers(0, 200),
)
def test_days_are_undone(start: datetime, days: int) -> None:
    moved = shift(start.replace(tzinfo=UTC), f"P{days}D")
    assert moved - timedelta(days=days) == start.replace(tzinfo=UTC)
    assert shift(moved, f"P{days}D", -1) == start.replace(tzinfo=UTC)
