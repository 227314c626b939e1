"""Periods of time: what the rules need and SPARQL engines compute differently or not at all.

Input and output: RDF terms. Months and years end on the same day of the month, or on its last day
when there is none (Regulation 1182/71, Article 3). Working days are Monday to Friday: public
holidays are national and not known here. Instants are UTC.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyoxigraph as ox

_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None

FUNCTIONS = "https://w3id.org/clausegraph/function#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_DURATION = re.compile(
    r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)


def parse(duration: str) -> tuple[int, timedelta]:
    """Months and the rest of an ISO 8601 duration.

    Raises:
        ValueError: no duration.
    """
    match = _DURATION.fullmatch(duration)
    if match is None or duration.endswith(("P", "T")):
        raise ValueError(duration)
    sign = -1 if match[1] else 1
    years, months, weeks, days, hours, minutes = (int(match[i] or 0) for i in range(2, 8))
    rest = timedelta(
        days=7 * weeks + days, hours=hours, minutes=minutes, seconds=float(match[8] or 0)
    )
    return sign * (12 * years + months), sign * rest


def shift(instant: datetime, duration: str, sign: int = 1) -> datetime:
    """An instant moved by a duration, forward (sign 1) or back (sign -1).

    Raises:
        ValueError: no duration, or outside the calendar.
    """
    months, rest = parse(duration)
    index = instant.year * 12 + instant.month - 1 + sign * months
    year, month = divmod(index, 12)
    day = min(instant.day, calendar.monthrange(year, month + 1)[1])
    return instant.replace(year=year, month=month + 1, day=day) + sign * rest


def working_days(instant: datetime, duration: str) -> datetime:
    """An instant some working days later; the day of the event does not count."""
    days = parse(duration)[1].days
    while days > 0:
        instant += timedelta(days=1)
        days -= instant.weekday() < 5
    return instant


def _instant(term: object) -> datetime:
    return datetime.fromisoformat(str(getattr(term, "value", ""))).astimezone(UTC)


def _term(value: datetime) -> ox.Literal:
    text = value.isoformat(timespec="seconds").replace("+00:00", "Z")
    return ox.Literal(text, datatype=ox.NamedNode(_XSD + "dateTime"))


def _later(start: object, duration: object) -> ox.Literal | None:
    return _guarded(shift, start, duration, 1)


def _earlier(start: object, duration: object) -> ox.Literal | None:
    return _guarded(shift, start, duration, -1)


def _working(start: object, duration: object) -> ox.Literal | None:
    return _guarded(working_days, start, duration)


def _guarded(function: object, start: object, duration: object, *more: int) -> ox.Literal | None:
    """An error of SPARQL (unbound) for terms that are no instant or duration."""
    try:
        return _term(function(_instant(start), str(getattr(duration, "value", "")), *more))  # type: ignore[operator]
    except (ValueError, OverflowError):
        return None


def _seconds(duration: object) -> ox.Literal | None:
    try:
        months, rest = parse(str(getattr(duration, "value", "")))
    except ValueError:
        return None
    # A month counts as 31 days: a latency is never shorter than it is.
    seconds = int(rest.total_seconds()) + months * 31 * 86_400
    return ox.Literal(str(seconds), datatype=ox.NamedNode(_XSD + "integer"))


def _between(start: object, end: object) -> ox.Literal | None:
    """Seconds from one instant to another, rounded up: a latency is never shorter than it is."""
    try:
        seconds = math.ceil((_instant(end) - _instant(start)).total_seconds())
    except (ValueError, OverflowError):
        return None
    return ox.Literal(str(seconds), datatype=ox.NamedNode(_XSD + "integer"))


CUSTOM: dict[ox.NamedNode, Callable[..., _Term]] = {
    ox.NamedNode(FUNCTIONS + "later"): _later,
    ox.NamedNode(FUNCTIONS + "earlier"): _earlier,
    ox.NamedNode(FUNCTIONS + "workingDaysLater"): _working,
    ox.NamedNode(FUNCTIONS + "seconds"): _seconds,
    ox.NamedNode(FUNCTIONS + "secondsBetween"): _between,
}
