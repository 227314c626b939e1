"""Instants as people write them, in their one canonical form.

Input: text. Output: ``xsd:dateTime`` in UTC with ``Z``. Imports nothing of ours, since every
command reads its as-of time first.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

_DATETIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?\s*([Zz]|[+-]\d\d:?\d\d)")


class ValueProblem(ValueError):
    """A value that does not fit its type: what was expected and how to mend it."""

    def __init__(self, expected: str, mend: str = "") -> None:
        super().__init__(expected)
        self.expected = expected
        self.mend = mend


def canonical_instant(text: str) -> str:
    """An instant with time zone as ``YYYY-MM-DDThh:mm:ssZ`` in UTC.

    Raises:
        ValueProblem: no date, or no time zone.
    """
    mend = "write date, time and zone, for example 2026-11-23T09:30:00Z"
    if not _DATETIME.fullmatch(text.strip()):
        raise ValueProblem("an instant with a time zone", mend)
    try:
        value = datetime.fromisoformat(text.strip().upper().replace(" ", "T", 1).replace(" ", ""))
    except ValueError as error:
        raise ValueProblem("an instant that exists in the calendar", mend) from error
    value = value.astimezone(UTC)
    stamp = value.strftime("%Y-%m-%dT%H:%M:%S").zfill(19)
    fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
    return f"{stamp}{fraction}Z"
