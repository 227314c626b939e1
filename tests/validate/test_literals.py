"""Lexical spaces and order of literals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausegraph.validate.literals import XSD, less, well_typed


def lit(text: str, kind: str = "string") -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("integer", ["0", "01", "+7", "-3", "9" * 30], ["", "1.0", "1e3", "1_000", "abc", "9" * 5000]),
        ("byte", ["127", "-128"], ["128", "-129", "300"]),
        ("unsignedByte", ["0", "255"], ["-1", "256"]),
        ("positiveInteger", ["1"], ["0", "-1"]),
        ("nonPositiveInteger", ["0", "-5"], ["1"]),
        ("decimal", ["1", "1.", ".5", "-1.50"], ["1e3", "INF", "."]),
        ("double", ["1e3", "INF", "-INF", "NaN", "1.5E-3"], ["inf", "1e", ""]),
        ("boolean", ["true", "false", "0", "1"], ["TRUE", "yes", ""]),
        ("date", ["2026-11-23", "2024-02-29", "2026-11-23Z", "2026-11-23+14:00", "-0001-01-01"],
         ["2026-02-29", "2026-13-01", "2026-11-23T00:00:00", "abc", "26-11-23", "2026-11-23+14:30"]),
        ("dateTime", ["2026-11-23T10:00:00", "2026-11-23T24:00:00Z", "2026-11-23T10:00:00.5+01:00",
                      "12026-01-01T00:00:00Z"],
         ["2026-11-23", "20261123T100000Z", "2026-11-23T25:00:00", "2026-11-23T10:00", "2026-02-30T00:00:00Z"]),
        ("dateTimeStamp", ["2026-11-23T10:00:00Z"], ["2026-11-23T10:00:00"]),
        ("time", ["10:00:00", "24:00:00Z"], ["24:00:01", "10:00"]),
        ("duration", ["P1Y", "PT5M", "-P1DT2H", "P1Y2M3DT4H5M6.7S"], ["P", "PT", "1Y", "P1H"]),
        ("dayTimeDuration", ["PT5M", "P3DT1S"], ["P1Y", "P1M", "P"]),
        ("yearMonthDuration", ["P1Y", "P14M"], ["P1D", "P"]),
        ("gYear", ["2026"], ["26"]),
        ("gMonthDay", ["--02-29"], ["02-29"]),
        ("hexBinary", ["", "0aFF"], ["0a0", "xx"]),
        ("base64Binary", ["", "aGk=", "aG k="], ["a", "aGk", "====", "a" * 100_001]),
        ("language", ["en", "de-CH"], ["", "e_n"]),
        ("anyURI", ["x"], []),
    ],
)  # fmt: skip
def test_lexical_space(kind: str, good: list[str], bad: list[str]) -> None:
    assert [t for t in good if not well_typed(lit(t, kind))] == []
    assert [t for t in bad if well_typed(lit(t, kind))] == []


def test_other_datatypes_are_not_judged() -> None:
    assert well_typed(ox.Literal("?", datatype=ox.NamedNode("http://example.org/own")))
    assert well_typed(ox.Literal("x", language="en"))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (lit("1", "integer"), lit("1.5", "decimal"), True),
        (lit("2", "integer"), lit("1e0", "double"), False),
        (lit("9" * 400, "integer"), lit("INF", "double"), False),
        (lit("NaN", "double"), lit("1", "integer"), False),
        (lit("1", "integer"), lit("1"), None),
        (lit("300", "byte"), lit("400", "integer"), None),
        (lit("false", "boolean"), lit("1", "boolean"), True),
        (lit("a"), lit("b"), True),
        (lit("2026-01-01", "date"), lit("2026-01-02", "date"), True),
        (lit("2026-01-01", "date"), lit("2026-01-02T00:00:00Z", "dateTime"), None),
        (lit("2026-01-01T24:00:00Z", "dateTime"), lit("2026-01-02T00:00:00.1Z", "dateTime"), True),
        (lit("2026-01-01T12:00:00+02:00", "dateTime"), lit("2026-01-01T11:00:00Z", "dateTime"), True),
        (lit("2026-01-01T12:00:00", "dateTime"), lit("2026-01-01T13:00:00Z", "dateTime"), None),
        (lit("2026-01-01T12:00:00", "dateTime"), lit("2026-01-02T13:00:00Z", "dateTime"), True),
        (lit("2026-01-03T12:00:00Z", "dateTime"), lit("2026-01-02T01:00:00", "dateTime"), False),
        (lit("-0044-03-15T00:00:00Z", "dateTime"), lit("0001-01-01T00:00:00Z", "dateTime"), True),
        (ox.Literal("a", language="en"), ox.Literal("b", language="en"), None),
        (ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), None),
    ],
)  # fmt: skip
def test_order(a: object, b: object, expected: bool | None) -> None:
    assert less(a, b, or_equal=False) is expected


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3), st.integers())
def test_numbers_compare_like_numbers(a: Decimal, b: int) -> None:
    left, right = lit(f"{a:f}", "decimal"), lit(str(b), "integer")
    assert less(left, right, or_equal=False) is (a < b)
    assert less(left, right, or_equal=True) is (a <= b)


instants = st.datetimes(timezones=st.timezones() | st.just(UTC)).map(
    lambda d: d.astimezone(UTC) if d.utcoffset() is None else d
)


@given(instants, st.integers(-840, 840))
def test_a_shifted_instant_is_the_same_instant(at: datetime, minutes: int) -> None:
    text = at.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    sign, size = ("-", -minutes) if minutes < 0 else ("+", minutes)
    try:
        local = text + timedelta(minutes=minutes)
    except OverflowError:
        return
    zoned = lit(f"{local.isoformat()}{sign}{size // 60:02}:{size % 60:02}", "dateTime")
    plain = lit(text.isoformat() + "Z", "dateTime")
    assert less(zoned, plain, or_equal=True) is True
    assert less(plain, zoned, or_equal=True) is True
