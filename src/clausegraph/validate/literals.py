"""Literals: lexical spaces of the XML Schema datatypes, and the order that SPARQL gives them.

Follows XML Schema Part 2 (lexical spaces), SPARQL 1.1 chapter 17.3 (comparison). Dates are
compared like instants at their start. Values that SPARQL cannot compare give None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial

import pyoxigraph as ox

XSD = "http://www.w3.org/2001/XMLSchema#"
_INT = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_ZONE = r"(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_DAY = r"(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(\.[0-9]+)?"
_DATE = re.compile(_DAY + _ZONE)
_DATETIME = re.compile(_DAY + "T(?:" + _CLOCK + r"|24:00:00(?:\.0+)?)" + _ZONE)
_DURATION = re.compile(
    r"-?P(?=.)([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?"
)
INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None), "nonNegativeInteger": (0, None), "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1), "int": (-(2**31), 2**31 - 1), "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127), "unsignedLong": (0, 2**64 - 1), "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1), "unsignedByte": (0, 255),
}  # fmt: skip
_PATTERNS = {
    "boolean": re.compile("true|false|0|1"),
    "decimal": _DECIMAL,
    "double": _DOUBLE,
    "float": _DOUBLE,
    "time": re.compile(f"(?:{_CLOCK}|24:00:00(?:\\.0+)?){_ZONE}"),
    "gYear": re.compile(r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})" + _ZONE),
    "gYearMonth": re.compile(r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})-(0[1-9]|1[0-2])" + _ZONE),
    "gMonth": re.compile(r"--(0[1-9]|1[0-2])" + _ZONE),
    "gMonthDay": re.compile(r"--(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])" + _ZONE),
    "gDay": re.compile(r"---(0[1-9]|[12][0-9]|3[01])" + _ZONE),
    "duration": _DURATION,
    "dayTimeDuration": re.compile(
        r"-?P(?=.)([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?"
    ),
    "yearMonthDuration": re.compile(r"-?P(?=.)([0-9]+Y)?([0-9]+M)?"),
    "hexBinary": re.compile("([0-9a-fA-F]{2})*"),
    "base64Binary": re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"),
    "language": re.compile("[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
}
_SPACE = " \t\r\n"
_SECONDS_14_HOURS = 14 * 3600
_LONGEST_NUMBER = 4000


def well_typed(literal: ox.Literal) -> bool:
    """Whether the text of a literal lies in the lexical space of its datatype."""
    test = lexical_space(literal.datatype.value)
    return test is None or test(literal.value)


@lru_cache(maxsize=256)
def lexical_space(datatype: str) -> Callable[[str], bool] | None:
    """A test of texts for membership in the lexical space; None when every text is a member."""
    if not datatype.startswith(XSD):
        return None
    kind = datatype[len(XSD) :]
    if kind in INTEGERS:
        return partial(_is_whole, *INTEGERS[kind])
    if kind in {"date", "dateTime", "dateTimeStamp"}:
        return partial(_is_instant, kind)
    pattern = _PATTERNS.get(kind)
    return None if pattern is None else partial(_matches, pattern, kind == "base64Binary")


def _is_whole(low: int | None, high: int | None, text: str) -> bool:
    value = _whole(text.strip(_SPACE))
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


def _is_instant(kind: str, text: str) -> bool:
    text = text.strip(_SPACE)
    found = (_DATE if kind == "date" else _DATETIME).fullmatch(text)
    zoned = kind != "dateTimeStamp" or _zoned(text)
    return found is not None and _day(found) is not None and zoned


def _matches(pattern: re.Pattern[str], without_space: bool, text: str) -> bool:
    text = re.sub(r"\s", "", text) if without_space else text.strip(_SPACE)
    return pattern.fullmatch(text) is not None


def _zoned(text: str) -> bool:
    return text.endswith("Z") or re.search(r"[+-]\d\d:\d\d$", text) is not None


def _whole(text: str) -> int | None:
    # Python refuses longer numbers, and so should evidence.
    if len(text) > _LONGEST_NUMBER or not _INT.fullmatch(text):
        return None
    return int(text)


def _day(found: re.Match[str]) -> int | None:
    """Days since a fixed day, or None when the month is shorter."""
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    # The Gregorian calendar repeats every 400 years; Python's starts with year 1.
    cycles, within = divmod(year - 1, 400)
    try:
        return date(within + 1, month, day).toordinal() + cycles * 146_097
    except ValueError:
        return None


@lru_cache(maxsize=65_536)
def _key(literal: ox.Literal) -> tuple[str, object, bool] | None:
    """Kind of order, place in it, and (for instants) whether it has a time zone."""
    datatype = literal.datatype.value
    if not datatype.startswith(XSD) or not well_typed(literal):
        return None
    kind, text = datatype[len(XSD) :], literal.value.strip(_SPACE)
    if kind in INTEGERS:
        return "number", _whole(text), True
    if kind == "decimal":
        return ("number", Decimal(text), True) if len(text) <= _LONGEST_NUMBER else None
    if kind in {"double", "float"}:
        return "number", float(text.replace("INF", "inf")), True
    if kind == "boolean":
        return "boolean", text in {"true", "1"}, True
    if kind == "string":
        return "string", literal.value, True
    if kind in {"dateTime", "dateTimeStamp", "date"}:
        return _instant(text, "date" if kind == "date" else "dateTime")
    return None


def _instant(text: str, kind: str) -> tuple[str, object, bool] | None:
    found = (_DATE if kind == "date" else _DATETIME).fullmatch(text)
    day = _day(found) if found else None
    if found is None or day is None:
        return None
    seconds = Decimal(day * 86_400)
    if kind == "dateTime":
        if found[4] is None:
            seconds += 86_400  # 24:00:00 is the start of the next day
        else:
            seconds += int(found[4]) * 3600 + int(found[5]) * 60 + int(found[6])
            seconds += Decimal("0" + found[7]) if found[7] else 0
    zone = found[found.re.groups]
    if zone and zone != "Z":
        shift = (int(zone[1:3]) * 60 + int(zone[4:6])) * 60
        seconds -= shift if zone[0] == "+" else -shift
    return kind, seconds, zone is not None


def less(a: object, b: object, *, or_equal: bool) -> bool | None:
    """``a < b`` or ``a <= b`` of two terms, None when they cannot be compared."""
    if not isinstance(a, ox.Literal) or not isinstance(b, ox.Literal):
        return None
    left, right = _key(a), _key(b)
    if left is None or right is None or left[0] != right[0]:
        return None
    x, y = left[1], right[1]
    if left[0] == "number" and isinstance(x, float) != isinstance(y, float):
        x, y = _float(x), _float(y)
    if x != x or y != y:  # NaN
        return False
    if left[2] != right[2]:
        return _less_across_zones(x, y, left_zoned=left[2])
    return bool(x <= y) if or_equal else bool(x < y)  # type: ignore[operator]


def _float(number: object) -> float:
    try:
        return float(number)  # type: ignore[arg-type]
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")  # type: ignore[operator]


def _less_across_zones(x: object, y: object, *, left_zoned: bool) -> bool | None:
    """One instant has no time zone: decided only when 14 hours either way agree."""
    assert isinstance(x, Decimal)
    assert isinstance(y, Decimal)
    early, late = (y - _SECONDS_14_HOURS, y + _SECONDS_14_HOURS) if left_zoned else (y, y)
    first, last = (x, x) if left_zoned else (x - _SECONDS_14_HOURS, x + _SECONDS_14_HOURS)
    if last < early:
        return True
    return False if first > late else None
