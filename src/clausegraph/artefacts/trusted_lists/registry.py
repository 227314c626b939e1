"""Which listed services stand above a certificate, or are the CA that it belongs to.

Input: lists with their provenance, CA certificates that lie between. Output: `Match`. Services are
found by issuer name first and by key then, since thousands of certificates are asked for; a key
counts when the certificate is signed with it. Where a list gives no certificate but only a key
identifier, or the algorithm is not supported, the authority key identifier has to do, and the match
says so.
Clause: TS 119 612 5.5.3; TS 119 615 4.4; RFC 5280 7.1.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from clausegraph.artefacts.x509.comparison import name_key
from clausegraph.artefacts.x509.raw import parts
from clausegraph.artefacts.x509.signing import signed_with

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from clausegraph.artefacts.trusted_lists.model import (
        Period,
        Provider,
        Service,
        TrustedList,
    )
    from clausegraph.artefacts.x509 import Certificate
    from clausegraph.artefacts.x509.comparison import NameKey

How = Literal["signature", "key-identifier", "identity"]
ListState = Literal["verified", "failed", "not-verified"]
_RANK: dict[ListState, int] = {"verified": 2, "not-verified": 1, "failed": 0}
_MAX_DEPTH = 6


@dataclass(frozen=True)
class Source:
    """A list with what is known of its signature.

    Attributes:
        name: name of the file or IRI of it, as the caller knows it.
        content: the list.
        state: ``verified``, ``failed`` or ``not-verified``.
        reason: why it is not verified, a sentence.
        lotl: name of the list of lists that announces the signer; empty when none does.
    """

    name: str
    content: TrustedList
    state: ListState = "not-verified"
    reason: str = ""
    lotl: str = ""

    def outdated(self, now: datetime) -> bool:
        """Whether the list has passed its next update."""
        following = self.content.head.next_update
        return following is not None and following < now

    def known(self, now: datetime) -> bool:
        """Whether the list had been issued by then; one without date counts as known."""
        issued = self.content.head.issued
        return issued is None or issued <= now


@dataclass(frozen=True)
class Match:
    """A service that a certificate leads to.

    Attributes:
        source: the list.
        provider: its provider.
        service: the service.
        key: subjectPublicKeyInfo that matched; empty for a match by key identifier alone.
        identifier: key identifier that matched; empty when the key itself did.
        how: ``signature`` (the certificate is signed with the key), ``key-identifier``, or
            ``identity`` (the certificate is that of the service).
        through: SHA-256 of the CA certificates between certificate and service, from below.
    """

    source: Source
    provider: Provider
    service: Service
    key: bytes
    identifier: bytes
    how: How
    through: tuple[str, ...] = ()

    def at(self, moment: datetime) -> Period | None:
        """The state of the service at a time; None when it had none with this identity."""
        period = self.service.at(moment)
        if period is None:
            return None
        identity = period.identity
        if not identity.certificates:
            return period
        held = any(
            _spki(each.der) == self.key if self.key else each.key_identifier == self.identifier
            for each in identity.certificates
        )
        return period if held else None


@dataclass(frozen=True, slots=True)
class _Place:
    source: Source
    provider: Provider
    service: Service


class Registry:
    """The services of lists, ready to be asked.

    Of several lists of one country the one to rest on is used: a verified one before an unverified
    one, one that was known before one of the future, then the latest. The others are kept in
    ``unused``.
    """

    def __init__(
        self,
        sources: Iterable[Source],
        between: Iterable[Certificate] = (),
        now: datetime | None = None,
    ) -> None:
        """Index the lists.

        Args:
            sources: lists, in any order.
            between: CA certificates that may stand between certificates and listed services.
            now: time by which a list counts as known, UTC; without it all of them do.
        """
        ordered = sorted(sources, key=lambda each: _worth(each, now), reverse=True)
        chosen: dict[str, Source] = {}
        for source in ordered:
            chosen.setdefault(source.content.head.territory or source.name, source)
        self.sources = sorted(chosen.values(), key=lambda each: each.content.title)
        self.unused = [each for each in ordered if each not in chosen.values()]
        self._between = list(between)
        self._latest: tuple[Certificate, tuple[Match, ...]] | None = None
        self._names: dict[NameKey, dict[bytes, list[_Place]]] = defaultdict(dict)
        self._identifiers: dict[bytes, list[_Place]] = defaultdict(list)
        self._key_identifiers: dict[bytes, set[bytes]] = defaultdict(set)
        for source in self.sources:
            for provider, service in source.content.services():
                self._add(_Place(source, provider, service))
        self._above: dict[NameKey, list[Certificate]] = defaultdict(list)
        for certificate in sorted(self._between, key=lambda each: each.sha256):
            subject = name_key(certificate.subject_der)
            if certificate.is_ca and subject is not None:
                self._above[subject].append(certificate)

    def issuers(self, certificate: Certificate) -> tuple[Match, ...]:
        """The services that issued a certificate, or stand nearest above it.

        Services for qualified certificates count first, wherever they stand; without any, those of
        other kinds that were met on the way.
        """
        if self._latest is None or self._latest[0] is not certificate:
            # One certificate is mostly asked for at several times in a row.
            self._latest = certificate, self._search(certificate)
        return self._latest[1]

    def _search(self, certificate: Certificate) -> tuple[Match, ...]:
        others: list[Match] = []
        level: list[tuple[Certificate, tuple[str, ...]]] = [(certificate, ())]
        seen = {certificate.sha256}
        for _ in range(_MAX_DEPTH):
            matches = [m for each, through in level for m in self._direct(each, through)]
            if any(_issues(match.service) for match in matches):
                return tuple(matches)
            others = others or matches
            above: list[tuple[Certificate, tuple[str, ...]]] = []
            for each, through in level:
                for parent in self._parents(each):
                    if parent.sha256 not in seen:
                        seen.add(parent.sha256)
                        above.append((parent, (*through, parent.sha256)))
            if not above:
                break
            level = above
        return tuple(others)

    def identified(self, certificate: Certificate) -> tuple[Match, ...]:
        """The services whose digital identity is the name and key of a CA certificate."""
        subject = name_key(certificate.subject_der)
        known = self._names.get(subject, {}) if subject is not None else {}
        key = certificate.spki_der
        found = [
            Match(place.source, place.provider, place.service, key, b"", "identity")
            for place in known.get(key, ())
        ]
        own = certificate.subject_key
        found += [
            Match(place.source, place.provider, place.service, b"", own, "key-identifier")
            for place in (self._identifiers.get(own, ()) if own else ())
        ]
        return tuple(found)

    def superseded(self, certificate: Certificate) -> tuple[Match, ...]:
        """The services of lists that are not in use which issued a certificate."""
        return self._older.issuers(certificate) if self.unused else ()

    @cached_property
    def _older(self) -> Registry:
        return Registry((s for s in self.unused if s.state != "failed"), self._between)

    def _add(self, place: _Place) -> None:
        certificates = {c for p in place.service.periods for c in p.identity.certificates}
        for certificate in sorted(certificates, key=lambda each: each.sha256):
            _, subject, key = parts(certificate.der)
            name = name_key(subject) if key else None
            if name is None:
                continue
            places = self._names[name].setdefault(key, [])
            if place not in places[-1:]:
                places.append(place)
            self._key_identifiers[key].add(certificate.key_identifier)
        if not certificates:
            identifiers = {key for p in place.service.periods for key in p.identity.keys}
            for identifier in sorted(identifiers):
                self._identifiers[identifier].append(place)

    def _direct(self, certificate: Certificate, through: tuple[str, ...]) -> list[Match]:
        issuer = name_key(certificate.issuer_der)
        found: list[Match] = []
        authority = certificate.authority_key
        for key, places in (self._names.get(issuer, {}) if issuer is not None else {}).items():
            how = self._how(certificate, key)
            if how is not None:
                found += [
                    Match(p.source, p.provider, p.service, key, b"", how, through) for p in places
                ]
        for place in self._identifiers.get(authority, ()) if authority else ():
            found.append(
                Match(
                    place.source, place.provider, place.service, b"", authority,
                    "key-identifier", through,
                )
            )  # fmt: skip
        return found

    def _how(self, certificate: Certificate, key: bytes) -> How | None:
        signed = signed_with(certificate.der, key)
        if signed is not None:
            return "signature" if signed else None
        authority = certificate.authority_key
        known = authority and authority in self._key_identifiers[key]
        return "key-identifier" if known else None

    def _parents(self, certificate: Certificate) -> Sequence[Certificate]:
        issuer = name_key(certificate.issuer_der)
        above = self._above.get(issuer, ()) if issuer is not None else ()
        return [each for each in above if signed_with(certificate.der, each.spki_der)]


def _worth(source: Source, now: datetime | None) -> tuple[int, bool, float, int, str]:
    head = source.content.head
    issued = head.issued.timestamp() if head.issued else 0.0
    known = now is None or source.known(now)
    return _RANK[source.state], known, issued, head.sequence or 0, source.content.sha256


def _issues(service: Service) -> bool:
    return any(period.kind.code == "CA-QC" for period in service.periods)


@lru_cache(maxsize=4096)
def _spki(der: bytes) -> bytes:
    """The key of a listed certificate, asked for once per certificate below it and time."""
    return parts(der).spki
