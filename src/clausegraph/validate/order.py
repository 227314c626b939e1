"""Which literals are well-typed and which come before which, for whole arrays of them.

Input: a table of terms and numbers of terms. Whole numbers of at most 18 digits, instants in UTC
to the second and dates without a zone are read as arrays of bytes; every other literal is asked
one by one of `clausegraph.validate.literals`, whose answers these agree with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from clausegraph.validate import literals
from clausegraph.validate.literals import INTEGERS, XSD
from clausegraph.validate.pairs import Ids
from clausegraph.validate.term_table import TermTable

Mask = NDArray[np.bool_]
Whole = NDArray[np.int64]
_SLOW, _NUMBER, _INSTANT, _DATE = 0, 1, 2, 3
_DIGITS = 18
_BEFORE = np.array([0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334], dtype=np.int64)
_LENGTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)


def well_typed(terms: TermTable, numbers: Ids, datatype: str) -> Mask:
    """Which literals of one datatype lie in its lexical space.

    Args:
        terms: the table.
        numbers: literals of the datatype.
        datatype: its IRI.
    """
    test = literals.lexical_space(datatype)
    if test is None:
        return np.ones(len(numbers), dtype=np.bool_)
    ok: Mask = keys(terms, numbers)[0] != _SLOW
    rest = np.flatnonzero(~ok)
    ok[rest] = [test(text) for text in terms.lexical(numbers[rest])]
    return ok


def in_order(terms: TermTable, first: Ids, second: Ids, *, or_equal: bool) -> Mask:
    """For each pair whether ``first < second`` (or ``<=``); false when they cannot be compared."""
    kind, value = keys(terms, first)
    other_kind, other = keys(terms, second)
    found = np.asarray(value <= other if or_equal else value < other)
    rest = np.flatnonzero((kind != other_kind) | (kind == _SLOW))
    if len(rest):
        pairs = zip(first[rest].tolist(), second[rest].tolist(), strict=True)
        found[rest] = [
            literals.less(terms[a], terms[b], or_equal=or_equal) is True for a, b in pairs
        ]
    return found


def keys(terms: TermTable, numbers: Ids) -> tuple[NDArray[np.uint8], Whole]:
    """Kind of order and place in it; kind 0 for what must be asked one by one."""
    kind = np.zeros(len(numbers), dtype=np.uint8)
    value = np.zeros(len(numbers), dtype=np.int64)
    later = np.flatnonzero(numbers >= terms.frozen)
    if len(later):
        distinct, back = np.unique(numbers[later], return_inverse=True)
        table = TermTable.of(map(terms.text, distinct.tolist()))
        late_kind, late_value = keys(table, np.arange(len(table)))
        kind[later], value[later] = late_kind[back], late_value[back]
    here = np.flatnonzero(numbers < terms.frozen)
    places = numbers[here]
    read_kind, read_value = _read(terms, terms.suffix[places])
    kind[here], value[here] = read_kind[places], read_value[places]
    return kind, value


def _read(terms: TermTable, suffixes: Ids) -> tuple[NDArray[np.uint8], Whole]:
    """The keys of the terms in the bytes, those with the given suffixes read; each once."""
    if terms.keys is None:
        size = terms.frozen
        terms.keys = np.zeros(size, dtype=np.uint8), np.zeros(size, dtype=np.int64)
    kind, value = terms.keys
    for place, (code, read) in _readers(terms, suffixes):
        if place in terms.read:
            continue
        terms.read.add(place)
        chosen = np.flatnonzero(terms.suffix[: terms.frozen] == place)
        start = terms.starts[chosen] + 1
        length = terms.ends[chosen] - start - len(terms.suffixes[place].encode()) - 1
        ok, found = read(terms.bytes, start, length)
        kind[chosen[ok]], value[chosen[ok]] = code, found[ok]
    return kind, value


_Reader = Callable[[NDArray[np.uint8], Whole, Whole], tuple[Mask, Whole]]


def _readers(terms: TermTable, suffix: Ids) -> Iterator[tuple[int, tuple[int, _Reader]]]:
    """The suffixes that occur and have a reader."""
    for place, text in enumerate(terms.suffixes):
        if text.startswith("^^<" + XSD) and (suffix == place).any():
            local = text[len("^^<" + XSD) : -1]
            if local in INTEGERS:
                yield place, (_NUMBER, _whole(*INTEGERS[local]))
            elif local in {"dateTime", "dateTimeStamp"}:
                yield place, (_INSTANT, _instant)
            elif local == "date":
                yield place, (_DATE, _date)


def _whole(low: int | None, high: int | None) -> _Reader:
    """Whole numbers within bounds, at most 18 digits long, with no sign but a minus."""

    def read(run: NDArray[np.uint8], start: Whole, length: Whole) -> tuple[Mask, Whole]:
        negative = (length > 0) & (run[start] == ord("-"))
        first, digits = start + negative, length - negative
        ok = (digits > 0) & (digits <= _DIGITS)
        value = np.zeros(len(start), dtype=np.int64)
        for place in range(int(digits[ok].max(initial=0))):
            here = np.flatnonzero(ok & (digits > place))
            digit = run[first[here] + place].astype(np.int64) - ord("0")
            value[here] = value[here] * 10 + digit
            ok[here] &= (digit >= 0) & (digit <= 9)
        value[negative] *= -1
        # Eighteen digits stay far within 64 bits, so wider bounds need no look.
        if low is not None and low > -(2**62):
            ok &= value >= low
        if high is not None and high < 2**62:
            ok &= value <= high
        return ok, value

    return read


def _number(run: NDArray[np.uint8], start: Whole, width: int) -> tuple[Mask, Whole]:
    """A number of fixed width."""
    ok = np.ones(len(start), dtype=np.bool_)
    value = np.zeros(len(start), dtype=np.int64)
    for place in range(width):
        digit = run[start + place].astype(np.int64) - ord("0")
        ok &= (digit >= 0) & (digit <= 9)
        value = value * 10 + digit
    return ok, value


def _date(run: NDArray[np.uint8], start: Whole, length: Whole) -> tuple[Mask, Whole]:
    """``YYYY-MM-DD``: days since the day before the year 1."""
    ok = length == len("YYYY-MM-DD")
    return _day(run, np.where(ok, start, 0), ok)


def _day(run: NDArray[np.uint8], start: Whole, ok: Mask) -> tuple[Mask, Whole]:
    parts = []
    for offset, width in ((0, 4), (5, 2), (8, 2)):
        good, number = _number(run, np.where(ok, start + offset, 0), width)
        ok = ok & good
        parts.append(number)
    ok &= (run[np.where(ok, start + 4, 0)] == ord("-")) & (
        run[np.where(ok, start + 7, 0)] == ord("-")
    )
    year, month, day = parts
    ok &= (year >= 1) & (month >= 1) & (month <= 12)
    month = np.where(ok, month, 1)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    ok &= (day >= 1) & (day <= _LENGTH[month] + (leap & (month == 2)))
    past = year - 1
    days = past * 365 + past // 4 - past // 100 + past // 400
    return ok, days + _BEFORE[month] + (leap & (month > 2)) + day


def _instant(run: NDArray[np.uint8], start: Whole, length: Whole) -> tuple[Mask, Whole]:
    """``YYYY-MM-DDThh:mm:ssZ``: seconds since the same moment."""
    ok = length == len("YYYY-MM-DDThh:mm:ssZ")
    for offset, sign in ((10, "T"), (13, ":"), (16, ":"), (19, "Z")):
        ok = ok & (run[np.where(ok, start + offset, 0)] == ord(sign))
    ok, seconds = _day(run, np.where(ok, start, 0), ok)
    seconds = seconds * 86_400
    for offset, unit, most in ((11, 3600, 23), (14, 60, 59), (17, 1, 59)):
        good, number = _number(run, np.where(ok, start + offset, 0), 2)
        ok = ok & good & (number <= most)
        seconds = seconds + number * unit
    return ok, seconds
