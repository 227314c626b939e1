"""Codes, dates and messages in words for people.

Input: values of rows. Output: short texts. Nothing here reads the clock: whatever is relative is
relative to the as-of time of the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from clausegraph.report import Value
from clausegraph.report.labels import CODES, DEADLINES

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CAPITALS = frozenset({
    "ca", "cab", "cir", "cp", "cps", "crl", "csirt", "dora", "eidas", "hsm", "nis2", "ocsp", "oid",
    "pds", "pki", "qcp", "qscd", "qtsp", "tl", "tsp",
})  # fmt: skip
_DEADLINE = re.compile(r"([a-z0-9-]+?)-(\d+)(h|wd|d|m|y)")
_UNITS = {"h": "hour", "wd": "working day", "d": "day", "m": "month", "y": "year"}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAY = 86_400
_COMMA = re.compile(r"(?<!\\),(?=\w)")
_NUMBERED = re.compile(r"(?<=-)\d+$")
_RUN = 4


def capital(text: str) -> str:
    """The text with a capital first letter, unless it begins with a path or an identifier."""
    first = text.split(" ", 1)[0].rstrip(",.;:")
    return text[:1].upper() + text[1:] if first.replace("-", "").isalpha() else text


def local(iri: Value, base: Value) -> str:
    """An IRI without the base of the pack; an IRI from elsewhere stays whole."""
    text, prefix = str(iri or ""), str(base or "").rstrip("/") + "/"
    return text[len(prefix) :] if len(prefix) > 1 and text.startswith(prefix) else text


def words(value: Value) -> str:
    """A code such as ``certificate-policy-owner`` as its label; anything else unchanged."""
    text = "" if value is None else str(value)
    return CODES.get(text) or spelt(text)


def spelt(text: str) -> str:
    """A code in words by its spelling alone; anything else unchanged."""
    if not _CODE.fullmatch(text):
        return text
    spoken = [part.upper() if part in _CAPITALS else part for part in text.split("-")]
    return capital(" ".join(spoken))


def spaced(value: Value) -> str:
    """A distinguished name with a blank after each comma, so that it breaks there."""
    return _COMMA.sub(", ", str(value or ""))


def roles(value: Value) -> tuple[str, ...]:
    """The members of a column that lists codes, in words."""
    return tuple(words(code) for code in listed(value))


def deadline(value: Value) -> str:
    """A deadline's id in words: ``change-1m`` becomes ``Notice of change …, 1 month``."""
    hit = _DEADLINE.fullmatch(str(value or ""))
    if not hit:
        return words(value)
    return f"{DEADLINES.get(hit[1]) or words(hit[1])}, {plural(int(hit[2]), _UNITS[hit[3]])}"


def listed(value: Value) -> list[str]:
    """The members of a column that holds a list."""
    return [part for part in (p.strip() for p in str(value or "").split(";")) if part]


def moment(value: Value) -> datetime | None:
    """The instant that a column holds, if it holds one."""
    text = str(value or "")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day(value: Value) -> str:
    """A date in words, with the time when it is not midnight UTC."""
    when = moment(value)
    if when is None:
        return str(value or "")
    when = when.astimezone(UTC)
    date = f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
    return date if (when.hour, when.minute) == (0, 0) else f"{date}, {when:%H:%M} UTC"


def date(value: Value) -> str:
    """A date in words without the time, for registers in which days count."""
    return day(value).partition(",")[0] if moment(value) else str(value or "")


def distance(value: Value, as_of: Value) -> str:
    """How far an instant lies from the as-of time: ``in 12 days``, ``3 hours ago``."""
    when, now = moment(value), moment(as_of)
    if when is None or now is None:
        return ""
    seconds = int((when - now).total_seconds())
    size = abs(seconds)
    if size < 3_600:
        return "now" if size < 60 else _relative(size // 60, "minute", seconds)
    if size < 2 * _DAY:
        return _relative(size // 3_600, "hour", seconds)
    if size < 120 * _DAY:
        return _relative(size // _DAY, "day", seconds)
    return _relative(round(size / (30.44 * _DAY)), "month", seconds)


def _relative(count: int, unit: str, sign: int) -> str:
    noun = unit if count == 1 else unit + "s"
    return f"in {count} {noun}" if sign > 0 else f"{count} {noun} ago"


def duration(seconds: Value) -> str:
    """A number of seconds in its two largest units: ``2 hours 32 minutes``."""
    if not isinstance(seconds, int):
        return ""
    parts, left = [], abs(int(seconds))
    for unit, size in (("day", _DAY), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(plural(count, unit))
    return ("minus " if seconds < 0 else "") + (" ".join(parts[:2]) or "0 seconds")


def days_until(value: Value, as_of: Value) -> int | None:
    """Whole days from the as-of time, negative in the past."""
    when, now = moment(value), moment(as_of)
    return None if when is None or now is None else (when - now).days


def plural(count: int, one: str, many: str = "") -> str:
    """``1 stop condition``, ``3 stop conditions``."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def joined(parts: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    found = list(parts)
    return (
        found[0]
        if len(found) == 1
        else " and ".join([", ".join(found[:-1]), found[-1]])
        if found
        else ""
    )


def said_once(names: Iterable[str]) -> str:
    """Names with what they share said once: ``EN 319 401 REQ-5-01 to REQ-5-04, REQ-5-06; …``."""
    groups: dict[str, list[str]] = {}
    for name in names:
        front, _, last = name.rpartition(" ")
        groups.setdefault(front, []).append(last)
    return "; ".join(
        f"{front} {', '.join(_runs(found))}".strip() for front, found in groups.items()
    )


def _runs(names: Iterable[str]) -> Iterator[str]:
    """Names of which four or more in unbroken count become ``first to last``."""
    run: list[str] = []
    for name in (*names, ""):
        if run and _NUMBERED.sub(_next, run[-1]) == name != run[-1]:
            run.append(name)
            continue
        yield from run if len(run) < _RUN else (f"{run[0]} to {run[-1]}",)
        run = [name] if name else []


def _next(hit: re.Match[str]) -> str:
    return str(int(hit[0]) + 1).zfill(len(hit[0]))


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """Sort key that puts 6.9 before 6.10."""
    return tuple(
        (0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", text) if part
    )


def clause_of_two(clause: str) -> str:
    """The clause of the first two levels: ``6.3`` for ``6.3.5``."""
    return ".".join(clause.split(".")[:2])
