"""The profile of a population: what a million certificates have in common, in bounded memory.

Input: certificates and faulty rows, in any order, or other profiles. Output: one value. Adding is
commutative and associative to the byte: a profile of parts merged in any order is the profile of
the whole. Bounds keep that property: of too many classes, values or examples those with the
smallest hashes stay, so that it never depends on the order which ones.
"""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from clausegraph.artefacts.population.features import Features, features, raw_key

if TYPE_CHECKING:
    from clausegraph.artefacts.x509 import Certificate

MAX_CLASSES = 1000
"""Greatest number of classes that are kept apart; the rest is counted together."""
MAX_VALUES = 1000
"""Greatest number of values of one dimension."""
MAX_EXAMPLES = 50
"""Greatest number of examples of one kind of exception."""
NEVER = 1 << 60
_MAX_RAW = 4 * MAX_CLASSES
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


class Exemplar(NamedTuple):
    """A certificate that stands for others, ordered by time, then by hash, then by place.

    Attributes:
        moment: seconds since 1970; `NEVER` when the validity cannot be read.
        sha256: of the certificate, hexadecimal.
        locator: where it stands in the source.
        der: the certificate.
    """

    moment: int
    sha256: str
    locator: str
    der: bytes

    @property
    def when(self) -> datetime | None:
        """The moment, UTC; None when it cannot be read."""
        return None if self.moment == NEVER else _EPOCH + self.moment * _SECOND


class Example(NamedTuple):
    """An exceptional certificate or row; ``der`` is empty for a row without certificate."""

    digest: str
    locator: str
    note: str
    der: bytes


@dataclass(slots=True)
class ClassCount:
    """How many certificates a class has, and its extremes in time.

    Attributes:
        features: what they have in common.
        count: rows, a repeated certificate counted each time.
        first: earliest notBefore; any certificate when no validity can be read.
        last_issued: latest notBefore.
        last_expiring: latest notAfter.
        revocation: what CRLs say of them, by status; empty when none was asked.
    """

    features: Features
    count: int = 0
    first: Exemplar | None = None
    last_issued: Exemplar | None = None
    last_expiring: Exemplar | None = None
    revocation: dict[str, int] = field(default_factory=dict)

    def merge(self, other: ClassCount) -> None:
        """Take another count of the same class in."""
        self.count += other.count
        self.first = _least(self.first, other.first)
        self.last_issued = _latest(self.last_issued, other.last_issued)
        self.last_expiring = _latest(self.last_expiring, other.last_expiring)
        for status, number in other.revocation.items():
            self.revocation[status] = self.revocation.get(status, 0) + number


@dataclass(slots=True)
class ExceptionCount:
    """How often something exceptional was met, and the examples with the smallest digests."""

    count: int = 0
    examples: list[Example] = field(default_factory=list)

    def add(self, example: Example) -> None:
        """Count one, and keep it when it is among the smallest."""
        self.count += 1
        self._keep([example])

    def merge(self, other: ExceptionCount) -> None:
        """Take another count of the same kind in."""
        self.count += other.count
        self._keep(other.examples)

    def _keep(self, more: list[Example]) -> None:
        last = self.examples[-1] if len(self.examples) == MAX_EXAMPLES else None
        if last is None or any(example < last for example in more):
            self.examples = sorted({*self.examples, *more})[:MAX_EXAMPLES]


@dataclass(slots=True)
class Profile:
    """The profile.

    Attributes:
        rows: rows of the source, faulty ones included.
        certificates: certificates read, a repeated one counted each time.
        classes: by id of the features.
        other_classes: certificates of classes that are not kept apart.
        dimensions: dimension to value to certificates.
        other_values: dimension to certificates whose value is not kept apart.
        exceptions: by code of the codelist population-exception.
    """

    rows: int = 0
    certificates: int = 0
    classes: dict[str, ClassCount] = field(default_factory=dict)
    other_classes: int = 0
    dimensions: dict[str, dict[str, int]] = field(default_factory=dict)
    other_values: dict[str, int] = field(default_factory=dict)
    exceptions: dict[str, ExceptionCount] = field(default_factory=dict)

    def exception(self, kind: str, example: Example) -> None:
        """Count one exceptional row or certificate."""
        self.exceptions.setdefault(kind, ExceptionCount()).add(example)

    def merge(self, other: Profile) -> None:
        """Take the profile of another part of the population in."""
        self.rows += other.rows
        self.certificates += other.certificates
        self.other_classes += other.other_classes
        for key, count in other.classes.items():
            mine = self.classes.setdefault(key, ClassCount(count.features))
            mine.merge(count)
        for name, values in other.dimensions.items():
            mine_values = self.dimensions.setdefault(name, {})
            for value, number in values.items():
                mine_values[value] = mine_values.get(value, 0) + number
        for name, number in other.other_values.items():
            self.other_values[name] = self.other_values.get(name, 0) + number
        for kind, exception in other.exceptions.items():
            self.exceptions.setdefault(kind, ExceptionCount()).merge(exception)
        self.bound()

    def bound(self) -> None:
        """Fold what exceeds the bounds; of equal inputs always the same."""
        if len(self.classes) > MAX_CLASSES:
            for key in sorted(self.classes)[MAX_CLASSES:]:
                self.other_classes += self.classes.pop(key).count
        for name, values in self.dimensions.items():
            if len(values) > MAX_VALUES:
                kept = heapq.nsmallest(MAX_VALUES, values, key=_order)
                total = sum(values.values())
                self.dimensions[name] = {value: values[value] for value in kept}
                rest = total - sum(self.dimensions[name].values())
                self.other_values[name] = self.other_values.get(name, 0) + rest


class Counter:
    """Counts certificates into a profile, quickly: the features of a class are made once."""

    def __init__(self) -> None:
        self.profile = Profile()
        self._known: dict[tuple[object, ...], ClassCount] = {}
        self._years: dict[int | None, int] = {}

    def add(
        self, cert: Certificate, locator: str, conclusion: str = "", revocation: str = ""
    ) -> None:
        """Count one certificate."""
        key = raw_key(cert, conclusion)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MAX_RAW:
                self._flush()
            found = self._known[key] = ClassCount(features(cert, conclusion))
        found.count += 1
        if revocation:
            found.revocation[revocation] = found.revocation.get(revocation, 0) + 1
        start, end = cert.not_before, cert.not_after
        year = start.year if start else None
        self._years[year] = self._years.get(year, 0) + 1
        if start is None or end is None:
            exemplar = Exemplar(NEVER, cert.sha256, locator, cert.der)
            found.first = _least(found.first, exemplar)
            return
        moment = (start - _EPOCH) // _SECOND
        first, last = found.first, found.last_issued
        if first is None or moment <= first.moment:
            found.first = _least(first, Exemplar(moment, cert.sha256, locator, cert.der))
        if last is None or moment >= last.moment:
            found.last_issued = _latest(last, Exemplar(moment, cert.sha256, locator, cert.der))
        moment, last = (end - _EPOCH) // _SECOND, found.last_expiring
        if last is None or moment >= last.moment:
            found.last_expiring = _latest(last, Exemplar(moment, cert.sha256, locator, cert.der))

    def _flush(self) -> None:
        part = Profile()
        for count in self._known.values():
            part.certificates += count.count
            key = count.features.id
            part.classes.setdefault(key, ClassCount(count.features)).merge(count)
            for name, value in count.features.dimensions():
                values = part.dimensions.setdefault(name, {})
                values[value] = values.get(value, 0) + count.count
            for status, number in count.revocation.items():
                values = part.dimensions.setdefault("revocation", {})
                values[status] = values.get(status, 0) + number
        for year, number in self._years.items():
            value = "unreadable" if year is None else str(year)
            values = part.dimensions.setdefault("year of issue", {})
            values[value] = values.get(value, 0) + number
        self._known.clear()
        self._years.clear()
        self.profile.merge(part)

    def finish(self) -> Profile:
        """The profile of everything that was added."""
        self._flush()
        return self.profile


def _order(value: str) -> bytes:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).digest()


def _least(a: Exemplar | None, b: Exemplar | None) -> Exemplar | None:
    return min(a, b) if a is not None and b is not None else a or b


def _latest(a: Exemplar | None, b: Exemplar | None) -> Exemplar | None:
    if a is None or b is None:
        return a or b
    if a.moment != b.moment:
        return a if a.moment > b.moment else b
    return min(a, b)
