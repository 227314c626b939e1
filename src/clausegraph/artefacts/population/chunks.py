"""Some rows of a population become a result of their own: the work of one process.

Input: a chunk of rows, the task (what is asked of each). Output: a `ChunkResult`, which depends
on nothing but these. A row that cannot be read, or on which a parser fails, becomes an exception
of the profile and never ends the run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from clausegraph.artefacts.population.checks import Authorities, exceptions
from clausegraph.artefacts.population.decode import certificates
from clausegraph.artefacts.population.profile import Counter, Example, Profile
from clausegraph.artefacts.population.revocations import HOLD, Revocations
from clausegraph.artefacts.population.rows import Row, RowError
from clausegraph.artefacts.population.spool import SUB, serial_key, subject_key
from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.x509 import Certificate, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

Conclude = Callable[[Certificate], str]
"""What trusted lists say of a certificate, in a few words that many certificates share."""
_MAX_NOTE = 300


class Concluder(Protocol):
    """Makes the function that concludes; travels to the processes, so it is small."""

    def prepare(self) -> Conclude:
        """Load what conclusions need."""

    def digest(self) -> str:
        """Changes when a conclusion might."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of each certificate.

    Attributes:
        as_of: time that counts as now, UTC.
        authorities: DER of the CA certificates at hand.
        verify: whether signatures are verified against them.
        concluder: asks trusted lists; None when they are not asked.
        revocations: what verified CRLs say; None when none is at hand.
    """

    as_of: datetime
    authorities: tuple[bytes, ...] = ()
    verify: bool = False
    concluder: Concluder | None = None
    revocations: Revocations | None = None

    def digest(self) -> bytes:
        """Changes when the result of a chunk might."""
        found = hashlib.sha256(f"{self.as_of.isoformat()} {self.verify}".encode())
        for der in sorted(self.authorities):
            found.update(hashlib.sha256(der).digest())
        found.update((self.concluder.digest() if self.concluder else "").encode())
        found.update((self.revocations.digest() if self.revocations else "").encode())
        return found.digest()


class ChunkResult(NamedTuple):
    """What a chunk adds to the whole.

    Attributes:
        profile: the profile of its rows.
        serials: records of serial numbers for the spool.
        keys: records of public keys for the spool.
    """

    profile: Profile
    serials: bytes
    keys: bytes


class Worker:
    """Counts chunks; made once per process."""

    def __init__(self, task: Task) -> None:
        self._as_of = task.as_of
        self._authorities = Authorities(task.authorities, verify=task.verify)
        self._revocations = task.revocations
        self._conclude = task.concluder.prepare() if task.concluder else None

    def run(self, rows: Sequence[Row]) -> ChunkResult:
        """The result of one chunk."""
        counter = Counter()
        serials = bytearray()
        keys = bytearray()
        for number, row in enumerate(rows):
            try:
                for sub, (locator, der, note) in enumerate(certificates(row)):
                    place = (number * SUB + min(sub, SUB - 1)).to_bytes(8, "big")
                    cert = self._one(counter, locator, der, note)
                    if cert is None:
                        continue
                    tail = bytes.fromhex(cert.sha256[:32]) + place
                    serials += serial_key(cert) + tail
                    keys += subject_key(cert) + tail
            except RowError as error:
                _refuse(counter.profile, error.kind, row.raw, row.locator, str(error))
            except Exception as error:  # noqa: BLE001 - one row never ends the run
                why = f"The row could not be processed: {type(error).__name__}."
                _refuse(counter.profile, "processing-failed", row.raw, row.locator, why)
        profile = counter.finish()
        profile.rows += len(rows)
        return ChunkResult(profile, bytes(serials), bytes(keys))

    def _one(self, counter: Counter, locator: str, der: bytes, note: str) -> Certificate | None:
        try:
            cert = parse(der)
        except UnreadableError as error:
            _refuse(counter.profile, "not-a-certificate", der, locator, str(error))
            return None
        if note:
            cert.notes.append(note)
        conclusion = self._conclude(cert) if self._conclude else ""
        status, since = self._revocations.status(cert) if self._revocations else ("", "")
        counter.add(cert, locator, conclusion, status)
        if status == HOLD or status.startswith("revoked"):
            kind = "on-hold" if status == HOLD else "revoked"
            self._note(counter, kind, cert, locator, f"{status}, since {since or 'no date'}")
        for kind, why in exceptions(cert, self._as_of):
            self._note(counter, kind, cert, locator, why)
        for kind, why in self._authorities.exceptions(cert):
            self._note(counter, kind, cert, locator, why)
        return cert

    @staticmethod
    def _note(counter: Counter, kind: str, cert: Certificate, locator: str, why: str) -> None:
        counter.profile.exception(kind, Example(cert.sha256, locator, why[:_MAX_NOTE], cert.der))


def crashed(row: Row) -> ChunkResult:
    """The result of a row whose process died."""
    profile = Profile(rows=1)
    why = "The process that parsed the row died."
    _refuse(profile, "processing-failed", row.raw, row.locator, why)
    return ChunkResult(profile, b"", b"")


def _refuse(profile: Profile, kind: str, raw: bytes, locator: str, why: str) -> None:
    digest = hashlib.sha256(raw).hexdigest()
    profile.exception(kind, Example(digest, locator, why[:_MAX_NOTE], b""))
