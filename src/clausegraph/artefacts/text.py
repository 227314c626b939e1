"""Text and times of unknown origin, made safe for every syntax that they will meet.

Input: strings as a parser found them. Output: strings without characters that N-Triples or XML
refuse, bounded in length; instants in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

MAX_TEXT = 2000

# Control characters, surrogates and non-characters: lone surrogates cannot be encoded at all,
# the others are refused by XML or by strict N-Triples readers.
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?(Z|[+-]\d\d:\d\d)?"
)


class UnreadableError(Exception):
    """The bytes are not what they should be; the message says why, without personal data."""


def clean(value: str, limit: int = MAX_TEXT) -> str:
    """The text with refused characters replaced, white space trimmed and length bounded."""
    text = value[: limit + 1]
    if not text.isprintable():  # what is printable is never refused, and known sooner
        text = _REFUSED.sub("\ufffd", text)
    text = text.strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def utc(value: datetime) -> datetime:
    """A time in UTC; one without zone counts as UTC.

    Raises:
        UnreadableError: the time does not exist in UTC (years 0 and 10000).
    """
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except (OverflowError, ValueError) as error:
        raise UnreadableError("time out of range") from error


def xml_instant(value: str) -> datetime:
    """A lexical XML dateTime, with or without zone, in UTC.

    Raises:
        UnreadableError: the text is no dateTime.
    """
    match = _INSTANT.fullmatch(value.strip())
    if not match:
        raise UnreadableError(f"no dateTime: {clean(value, 40)!r}")
    fraction = (match[7] or "")[:6].ljust(6, "0")
    zone = (match[8] or "Z").replace("Z", "+00:00")
    stamp = "-".join(match.group(1, 2, 3)) + "T" + ":".join(match.group(4, 5, 6))
    try:
        return utc(datetime.fromisoformat(f"{stamp}.{fraction}{zone}"))
    except ValueError as error:
        raise UnreadableError(f"no dateTime: {clean(value, 40)!r}") from error
