"""Lexical spaces and comparability in SPARQL: the same as in Python, for many literals."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from clausegraph.validate.literals import less, well_typed
from clausegraph.validate.pushdown.lexical import XSD, has_datatype, in_order, pair_in_order

TEXTS = [
    "", "0", "1", "-1", "+7", "007", "-0", "127", "128", "-129", "255", "256", "65536", "4294967295",
    "18446744073709551615", "18446744073709551616", "-9223372036854775808", "9223372036854775808",
    "1.0", ".5", "5.", ".", "1e3", "1e", "INF", "NaN", "true", "TRUE", " 1 ", "1_000", "x",
    "2026-01-01", "2026-02-29", "2024-02-29", "1900-02-29", "2000-02-29", "2026-13-01", "2026-04-31",
    "0000-01-01", "-0004-02-29", "12024-02-29", "02024-01-01", "2026-01-01Z", "2026-01-01+14:00", "2026-01-01+14:01",
    "2026-01-01T00:00:00Z", "2026-01-01T24:00:00", "2026-01-01T24:00:01", "2026-01-01T23:59:60Z",
    "2026-01-01T00:00:00.125-05:30", "20260101T000000Z", "00:00:00", "24:00:00Z", "25:00:00",
    "2026", "2026-01", "--02", "--02-30", "---31", "---32", "P", "PT", "P1Y", "P1YT", "P1Y2M3DT4H5M6.7S", "-P1D", "PT1H", "P1M",
    "0f", "0g", "f", "YQ==", "YQ=", "Y Q = =", "en", "en-GB", "toolonglanguage",
]  # fmt: skip
KINDS = [
    "boolean", "integer", "decimal", "double", "date", "dateTime", "dateTimeStamp", "time", "gYear",
    "gYearMonth", "gMonth", "gMonthDay", "gDay", "duration", "dayTimeDuration", "yearMonthDuration",
    "hexBinary", "base64Binary", "language", "nonNegativeInteger", "positiveInteger",
    "nonPositiveInteger", "negativeInteger", "long", "int", "short", "byte", "unsignedLong",
    "unsignedInt", "unsignedShort", "unsignedByte",
]  # fmt: skip


def literal(text: str, kind: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


def answers(expression: str, **values: object) -> bool:
    """The expression for constants: the parser of queries keeps what a store would rewrite."""
    for name, value in values.items():
        expression = expression.replace(f"?{name}", str(value))
    return bool(ox.Store().query(f"ASK {{ FILTER({expression}) }}"))


@pytest.mark.parametrize("kind", KINDS)
def test_lexical_spaces(kind: str) -> None:
    # The text is judged under a datatype of no meaning, since the engine rewrites known ones.
    neutral = "http://example.org/neutral"
    expression = has_datatype("?v", XSD + kind).replace(f"= <{XSD}{kind}>", f"= <{neutral}>")
    right = set()
    for text in TEXTS:
        judged = answers(expression, v=ox.Literal(text, datatype=ox.NamedNode(neutral)))
        assert judged is well_typed(literal(text, kind)), (kind, text)
        right.add(judged)
    assert right == {True, False}


VALUES = [
    literal("1", "integer"), literal("2", "integer"), literal("1.5", "decimal"), literal("1e0", "double"),
    ox.Literal("a"), ox.Literal("b"), ox.Literal("a", language="en"), literal("true", "boolean"),
    literal("2026-01-01", "date"), literal("2026-01-01T00:00:00Z", "dateTime"),
    literal("2026-06-01T00:00:00", "dateTime"), literal("x", "integer"), literal("P1D", "duration"),
    literal("10:00:00", "time"), ox.NamedNode("http://example.org/a"),
]  # fmt: skip


@pytest.mark.parametrize("bound", VALUES, ids=str)
def test_comparison_where_sparql_can_compare(bound: ox.Literal) -> None:
    for value in VALUES:
        for operator, or_equal in (("<", False), ("<=", True)):
            expected = less(value, bound, or_equal=or_equal) is True
            if isinstance(bound, ox.Literal):
                one = in_order("?v", operator, str(bound), bound)
                assert answers(one, v=value) is expected, (value, bound)
            pair = pair_in_order("?v", operator, "?w")
            assert answers(pair, v=value, w=bound) is expected, (value, bound)
