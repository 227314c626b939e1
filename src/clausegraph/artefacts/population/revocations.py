"""Which members of a population the CRLs of their issuer name.

Input: CRLs whose signature is verified. Output: `Revocations`: a table by issuer name and serial
number, which is asked about each certificate while the rows stream by. Its size is that of the
lists, never that of the population. Only serial numbers are compared, so nobody is named.
Clause: RFC 5280 5.2.4, 5.3.1; EN 319 411-1 6.3.9.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from clausegraph.artefacts.population.spool import entry_key
from clausegraph.artefacts.revocation.crl import entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clausegraph.artefacts.revocation.model import RevocationList
    from clausegraph.artefacts.x509 import Certificate

HOLD = "on hold"
ABSENT = "on no list"
UNCOVERED = "no CRL of its issuer"


class Named(NamedTuple):
    """An entry: serial number, what the list says, since when, hash of the list."""

    serial: int
    status: str
    since: str
    source: str


@dataclass(frozen=True)
class Revocations:
    """What CRLs say, by certificate.

    Attributes:
        named: entries by `entry_key` of issuer and serial number.
        keys: subject key identifiers of the CAs covered, by encoded name; one may be empty.
        lists: SHA-256 of the CRLs, sorted.
    """

    named: Mapping[bytes, Named] = field(default_factory=dict)
    keys: Mapping[bytes, frozenset[bytes]] = field(default_factory=dict)
    lists: tuple[str, ...] = ()

    def status(self, certificate: Certificate) -> tuple[str, str]:
        """What the lists say of a certificate, and since when, as text; empty where nothing."""
        keys = self.keys.get(certificate.issuer_der)
        own = certificate.authority_key
        if certificate.serial is None or keys is None:
            return UNCOVERED, ""
        if own and own not in keys and b"" not in keys:
            return UNCOVERED, ""
        found = self.named.get(entry_key(certificate.issuer_der, certificate.serial))
        return (ABSENT, "") if found is None else (found.status, found.since)

    def digest(self) -> str:
        """Changes when an answer might."""
        found = hashlib.sha256(" ".join(self.lists).encode())
        for name, keys in sorted(self.keys.items()):
            found.update(name)
            found.update(b"".join(sorted(keys)))
        return found.hexdigest()


def revocations(lists: Iterable[tuple[RevocationList, Certificate]]) -> Revocations | None:
    """The entries of CRLs, the newest word on each certificate.

    A final revocation stays where a later list drops it; a hold stands only on the newest. Of an
    indirect CRL it is not told whose certificates it names, so it is left out.

    Args:
        lists: verified CRLs with the certificate of the CA that signed each.

    Returns:
        None where no list is left.
    """
    used = [(found, ca) for found, ca in lists if found.scope is None or not found.scope.indirect]
    if not used:
        return None
    named: dict[bytes, Named] = {}
    keys: dict[bytes, set[bytes]] = {}
    used.sort(key=lambda one: (str(one[0].this_update), one[0].base_number is not None,
                               one[0].sha256))  # fmt: skip
    held: dict[bytes, set[bytes]] = {}
    for found, ca in used:
        issuer = ca.subject_der
        keys.setdefault(issuer, set()).add(ca.subject_key)
        holds = held.setdefault(issuer, set())
        if found.base_number is None:
            for key in holds:
                named.pop(key, None)
            holds.clear()
        for entry in entries(found):
            key = entry_key(issuer, entry.serial)
            if entry.reason == "removeFromCRL":
                if key in holds:
                    holds.discard(key)
                    named.pop(key, None)
                continue
            status = f"revoked: {entry.reason or 'no reason given'}"
            if entry.reason == "certificateHold":
                status = HOLD
                holds.add(key)
            else:
                holds.discard(key)
            since = entry.revoked_at.isoformat() if entry.revoked_at else ""
            named[key] = Named(entry.serial, status, since, found.sha256)
    covered = {name: frozenset(each) for name, each in keys.items()}
    return Revocations(named, covered, tuple(sorted({found.sha256 for found, _ in used})))


def counted_words(counts: Mapping[str, int]) -> str:
    """Counts by status in words: ``2 revoked: keyCompromise, 1 on hold``; empty for none."""
    return ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
