"""What changed between two lists of one country.

Input: an older and a newer list. Output: `Change`, in the order of the newer list, removals last.
Services are the same when their keys overlap; among several with one key the same type, then the
same name, then the order decide. Only current entries are compared: a history repeats them.
Clause: TS 119 612 5.5, 5.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clausegraph.artefacts.trusted_lists.model import (
        Coded,
        Period,
        Provider,
        Service,
        TrustedList,
    )

Kind = Literal[
    "service-added", "service-removed", "status", "type", "additional-information", "qualifiers",
    "identity", "provider", "service-name", "taken-over",
]  # fmt: skip

_MOST_OF_ONE_KEY = 200
"""So many services of one key are told apart; real lists have four."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two lists.

    Attributes:
        kind: what changed.
        provider: name on the newer list, or on the older one for what was removed.
        service: name of the service.
        before: as the older list has it, in words; empty for what was added.
        after: as the newer list has it, in words; empty for what was removed.
        entry: provider and service number on the newer list; None for what was removed.
    """

    kind: Kind
    provider: str
    service: str
    before: str
    after: str
    entry: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class _Entry:
    provider: Provider
    service: Service
    period: Period

    @property
    def keys(self) -> frozenset[bytes]:
        identity = self.period.identity
        own = (c.key_identifier or c.sha256.encode() for c in identity.certificates)
        named = (name.casefold().encode() for name in identity.names)
        # A name identifies only what has no key, such as a registration service.
        return frozenset((*own, *identity.keys)) or frozenset(named)


def compare(older: TrustedList, newer: TrustedList) -> tuple[Change, ...]:
    """The differences between two lists of one country."""
    before, after = list(_entries(older)), list(_entries(newer))
    pairs = _pairs(before, after)
    changes: list[Change] = []
    for number, entry in enumerate(after):
        place = (entry.provider.number, entry.service.number)
        if number not in pairs:
            words = _words(entry.period)
            changes.append(
                Change("service-added", entry.provider.name, entry.period.name, "", words, place)
            )
            continue
        former = before[pairs[number]]
        for kind, one, other in _differences(former, entry):
            changes.append(Change(kind, entry.provider.name, entry.period.name, one, other, place))
    found = set(pairs.values())
    for number, entry in enumerate(before):
        if number not in found:
            words = _words(entry.period)
            changes.append(
                Change("service-removed", entry.provider.name, entry.period.name, words, "", None)
            )
    return tuple(changes)


def _entries(one: TrustedList) -> Iterator[_Entry]:
    for provider, service in one.services():
        if service.current is not None:
            yield _Entry(provider, service, service.current)


def _pairs(before: list[_Entry], after: list[_Entry]) -> dict[int, int]:
    """Number of each entry of the newer list → number of the same on the older one."""
    by_key: dict[bytes, list[int]] = {}
    for number, entry in enumerate(before):
        for key in entry.keys:
            same = by_key.setdefault(key, [])
            if len(same) < _MOST_OF_ONE_KEY:
                same.append(number)
    keys = [entry.keys for entry in after]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for demand in (3, 2, 1, 0):  # the surest pairs first, whatever their order
        for number, entry in enumerate(after):
            if number in pairs:
                continue
            near = sorted({n for key in keys[number] for n in by_key.get(key, ())} - taken)
            fit = next((n for n in near if _likeness(before[n], entry) >= demand), None)
            if fit is not None:
                pairs[number] = fit
                taken.add(fit)
    return pairs


def _likeness(one: _Entry, other: _Entry) -> int:
    same_type = one.period.kind == other.period.kind
    same_name = one.period.name == other.period.name
    same_purpose = one.period.purposes == other.period.purposes
    return same_type * (1 + same_name + same_purpose)


def _differences(one: _Entry, other: _Entry) -> Iterator[tuple[Kind, str, str]]:
    old, new = one.period, other.period
    sides: tuple[tuple[Kind, str, str], ...] = (
        ("status", _status(old), _status(new)),
        ("type", _code(old.kind), _code(new.kind)),
        ("additional-information", _codes(old.additional), _codes(new.additional)),
        ("qualifiers", _qualifiers(old), _qualifiers(new)),
        ("identity", _identity(old), _identity(new)),
        ("provider", one.provider.name, other.provider.name),
        ("service-name", old.name, new.name),
        ("taken-over", ", ".join(old.taken_over_by), ", ".join(new.taken_over_by)),
    )
    for kind, before, after in sides:
        if before != after:
            yield kind, before, after
    if _qualifiers(old) == _qualifiers(new) and old.qualifications != new.qualifications:
        yield "qualifiers", "for other certificates", "criteria changed"


def _words(period: Period) -> str:
    return f"{_code(period.kind)}, {_status(period)}"


def _status(period: Period) -> str:
    since = f"{period.since:%Y-%m-%dT%H:%M:%SZ}" if period.since else "an unknown date"
    return f"{_code(period.status)} since {since}"


def _code(value: Coded) -> str:
    return value.code or value.uri or "none"


def _codes(values: Iterable[Coded]) -> str:
    return ", ".join(sorted({_code(each) for each in values}))


def _qualifiers(period: Period) -> str:
    return _codes(q for each in period.qualifications for q in each.qualifiers)


def _identity(period: Period) -> str:
    identity = period.identity
    values = {c.sha256 for c in identity.certificates} | {key.hex() for key in identity.keys}
    return ", ".join(sorted(values))
