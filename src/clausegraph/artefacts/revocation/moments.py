"""Times as CRLs and OCSP responses encode them, the odd ones of the real world included.

Input: the tag and the content of a DER time. Output: an instant in UTC, or none, and a note where
the encoding is not the one that the profile demands: UTCTime in place of GeneralizedTime, fractions
of a second, missing seconds, an offset in place of Z, a year before 1.
Clause: RFC 5280 4.1.2.5, 5.1.2.4; RFC 6960 4.2.2.1; ITU-T X.690 11.7, 11.8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from clausegraph.artefacts.revocation.elements import GENERALIZED_TIME, UTC_TIME
from clausegraph.artefacts.text import clean

_UTC = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?()(Z|[+-]\d{4})?", re.ASCII)
_GENERALIZED = re.compile(
    r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,](\d{1,20}))?(Z|[+-]\d{4})?", re.ASCII
)
NO_END = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The nextUpdate of a last CRL or response: no other follows (EN 319 411-1 CSS-6.3.9-06)."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as read.

    Attributes:
        at: the instant, UTC; None when the value is no date.
        note: what is odd about its encoding, or an empty text.
    """

    at: datetime | None
    note: str = ""


def moment(tag: int, content: bytes, *, generalized: bool = False) -> Moment:
    """Read a time.

    Args:
        tag: of the element.
        content: of the element.
        generalized: whether the profile demands GeneralizedTime here.
    """
    text = content[:64].decode("ascii", "replace")
    pattern = {UTC_TIME: _UTC, GENERALIZED_TIME: _GENERALIZED}.get(tag)
    if pattern is None or len(content) > 64:
        return Moment(None, "no time")
    match = pattern.fullmatch(text)
    value = _value(match, short=tag == UTC_TIME) if match else None
    if match is None or value is None:
        return Moment(None, f"no date: {clean(text, 40)!r}")
    notes = []
    if generalized and tag == UTC_TIME:
        notes.append(f"UTCTime {text} in place of GeneralizedTime{_meant(text)}")
    if match[7]:
        notes.append(f"fractions of a second in {text}")
    if match[6] is None:
        notes.append(f"no seconds in {text}")
    if match[8] != "Z":
        notes.append(f"no Z in {text}")
    return Moment(value, "; ".join(notes))


def _value(match: re.Match[str], *, short: bool) -> datetime | None:
    year = int(match[1])
    if short:
        year += 1900 if year >= 50 else 2000
    fraction = int((match[7] or "")[:6].ljust(6, "0"))
    zone = match[8] or "Z"
    try:
        offset = UTC
        if zone != "Z":
            minutes = int(zone[1:3]) * 60 + int(zone[3:5])
            offset = timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes))
        month, day, hour, minute, second = (int(match[n] or 0) for n in range(2, 7))
        value = datetime(year, month, day, hour, minute, second, fraction, tzinfo=offset)
        return value.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _meant(text: str) -> str:
    """What the same digits say as GeneralizedTime without seconds, where that is a date too."""
    match = _GENERALIZED.fullmatch(text)
    value = _value(match, short=False) if match else None
    if value is None or not 1950 <= value.year < 2100:
        return ""
    return f" (the digits would also read as {value:%Y-%m-%dT%H:%MZ})"
