"""Chains: who issued whom, every path upwards, and whether it stands at a given time.

Input: certificates. Output: issuers verified by signature, all paths of a certificate up to
self-signed ones (bounded), and per path and time what is wrong with it. A key with several
certificates (cross-certificates, renewed CAs) and a name with several keys (re-keyed CAs) give
several issuers or paths; nothing is decided by key identifiers, which the issuer writes freely.
Policies and name constraints of paths are not evaluated.
Clause: RFC 5280 6.1 (validity, names, signatures, basic constraints, key usage), 7.1 (names).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clausegraph.artefacts.x509.comparison import NameKey, name_key, same_name
from clausegraph.artefacts.x509.names import name_text
from clausegraph.artefacts.x509.signing import signed_with

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from clausegraph.artefacts.x509.model import Certificate

MAX_DEPTH = 12
MAX_PATHS = 50
_MAX_STEPS = 2_000
_MAX_CANDIDATES = 100
_WEAK_HASHES = ("md5", "sha1")

Path = tuple["Certificate", ...]
"""From a certificate up to the last one that is known, each issued by the next."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a path at a time.

    Attributes:
        state: ``sound``; ``unfit`` (a link may not issue), ``not-yet-valid``, ``expired`` (a
            link at that time), ``open`` (the last certificate is not self-signed and its issuer
            is unknown), ``untold`` (a validity cannot be read).
        faults: in words, from the certificate upwards.
    """

    state: str
    faults: tuple[str, ...] = ()


_ORDER = ("sound", "open", "expired", "not-yet-valid", "unfit", "untold")


@dataclass(slots=True)
class Hierarchy:
    """Certificates by the name of their subject.

    Attributes:
        certificates: all that are known, by SHA-256.
    """

    certificates: dict[str, Certificate]
    _by_name: dict[NameKey, list[Certificate]] = field(default_factory=dict)
    _issuers: dict[str, tuple[Certificate, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, certificates: Iterable[Certificate]) -> Hierarchy:
        """A hierarchy of these certificates; the same ones give the same, whatever their order."""
        known = {cert.sha256: cert for cert in certificates}
        hierarchy = cls({sha256: known[sha256] for sha256 in sorted(known)})
        for cert in hierarchy.certificates.values():
            key = name_key(cert.subject_der)
            if key is not None and cert.spki_der:
                hierarchy._by_name.setdefault(key, []).append(cert)
        return hierarchy

    def issuers(self, cert: Certificate) -> tuple[Certificate, ...]:
        """The known certificates with the issuer's name whose key verifies the signature.

        A self-signed certificate is among its own issuers. Several issuers are several
        certificates of one key, since a signature fits one key only.
        """
        found = self._issuers.get(cert.sha256)
        if found is None:
            candidates = self.named_like_issuer(cert)[:_MAX_CANDIDATES]
            # The named key first: others are tried where identifiers are missing or wrong.
            candidates.sort(key=lambda other: other.subject_key != cert.authority_key)
            good = {
                key
                for key in dict.fromkeys(other.spki_der for other in candidates)
                if signed_with(cert.der, key)
            }
            ordered = sorted(candidates, key=lambda other: other.sha256)
            found = tuple(other for other in ordered if other.spki_der in good)
            self._issuers[cert.sha256] = found
        return found

    def named_like_issuer(self, cert: Certificate) -> list[Certificate]:
        """The known certificates whose subject has the name of the issuer."""
        key = name_key(cert.issuer_der)
        return [] if key is None else list(self._by_name.get(key, ()))

    def paths(self, cert: Certificate) -> tuple[Path, ...]:
        """Every path upwards, shortest first, at most `MAX_PATHS` of at most `MAX_DEPTH`.

        No path holds a name together with a key twice, so that cross-certificates between two
        CAs end. A self-signed certificate ends its path.
        """
        ended: list[Path] = []
        open_paths: list[Path] = [(cert,)]
        steps = 0
        while open_paths and len(ended) < MAX_PATHS and steps < _MAX_STEPS:
            steps += 1
            path = open_paths.pop(0)
            last = path[-1]
            if is_self_signed(last) or len(path) >= MAX_DEPTH:
                ended.append(path)
                continue
            seen = {(one.subject_der, one.spki_der) for one in path}
            upper = [
                issuer
                for issuer in self.issuers(last)
                if (issuer.subject_der, issuer.spki_der) not in seen
            ]
            if upper:
                open_paths += [(*path, issuer) for issuer in upper]
            else:
                ended.append(path)
        return tuple(ended)

    def rekeyed(self, cert: Certificate) -> tuple[Certificate, ...]:
        """Other CA certificates of the same name with another key."""
        key = name_key(cert.subject_der)
        if key is None:
            return ()
        return tuple(
            other
            for other in self._by_name.get(key, ())
            if other.is_ca and other.spki_der != cert.spki_der
        )


def is_self_signed(cert: Certificate) -> bool:
    """Whether a certificate names itself as issuer and is signed with its own key."""
    return same_name(cert.issuer_der, cert.subject_der) and bool(
        signed_with(cert.der, cert.spki_der)
    )


def best(paths: Iterable[Path], at: datetime) -> tuple[Path, Verdict]:
    """The path that stands best at a time, and what is wrong with it.

    Args:
        paths: at least one, see `Hierarchy.paths`.
        at: UTC.
    """
    judged = [(path, judge(path, at)) for path in paths]
    return min(
        judged, key=lambda item: (_ORDER.index(item[1].state), len(item[1].faults), len(item[0]))
    )


def judge(path: Path, at: datetime) -> Verdict:
    """Whether every link of a path stands at a time.

    Args:
        path: from the certificate upwards; signatures are those of `Hierarchy.issuers`.
        at: UTC.
    """
    states: list[str] = []
    faults: list[str] = []
    for position, cert in enumerate(path):
        for state, fault in _link_faults(path, position, at):
            states.append(state)
            faults.append(f"{title(cert, position)} {fault}")
    last = path[-1]
    if not is_self_signed(last):
        states.append("open")
        issuer = name_text(last.issuer) if last.issuer else "an unreadable name"
        faults.append(f"no certificate of the issuer {issuer} is at hand whose key verifies it")
    worst = max(states, key=_ORDER.index, default="sound")
    return Verdict(worst, tuple(faults))


def _link_faults(path: Path, position: int, at: datetime) -> list[tuple[str, str]]:
    cert = path[position]
    found = []
    if cert.not_before is None or cert.not_after is None:
        found.append(("untold", "has a validity that cannot be read"))
    elif at < cert.not_before:
        found.append(("not-yet-valid", f"is valid only from {_day(cert.not_before)}"))
    elif at > cert.not_after:
        found.append(("expired", f"expired on {_day(cert.not_after)}"))
    if position == 0:
        return found
    anchor = position == len(path) - 1 and is_self_signed(cert)
    if not cert.is_ca and not (anchor and not cert.extensions):  # version 1 knows no CA mark
        found.append(("unfit", "is no CA certificate by its basic constraints"))
    if cert.key_usage is not None and "keyCertSign" not in cert.key_usage:
        found.append(("unfit", "may not sign certificates by its key usage"))
    below = sum(
        not same_name(one.issuer_der, one.subject_der) for one in path[1:position]
    )  # self-issued ones do not count
    if cert.path_length is not None and below > cert.path_length:
        found.append(
            ("unfit", f"allows {cert.path_length} CA certificates below it, there are {below}")
        )
    return found


def title(cert: Certificate, position: int = 1) -> str:
    """What a certificate is called in a message; an end entity may be a person, so never by name.

    Args:
        cert: the certificate.
        position: its place in a path; 0 is the end.
    """
    if position == 0 or cert.subject is None or not cert.keeps_subject:
        return "the certificate" if position == 0 else "an issuer without a readable name"
    return f"CA {name_text(cert.subject)}"


def weak_signature(cert: Certificate) -> bool:
    """Whether the signature of a certificate uses MD5 or SHA-1, which only a root may still do."""
    return cert.signature_algorithm.lower().replace("-", "").startswith(
        _WEAK_HASHES
    ) or cert.signature_algorithm.lower().endswith(_WEAK_HASHES)


def _day(moment: datetime) -> str:
    return moment.isoformat()[:10]
