"""What makes one certificate of a population exceptional.

Input: a certificate, the CA certificates at hand, the as-of time. Output: codes of the codelist
population-exception, each with a note. Repeated serial numbers, keys and certificates need the
whole population: see `clausegraph.artefacts.population.spool`.
Clause: EN 319 411-2 6.6.1 (statements and policy OIDs), RFC 5280 4.1.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.x509 import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from clausegraph.artefacts.x509 import Certificate

_QUALIFIED = "0.4.0.194112.1."
_COMPLIANCE = "0.4.0.1862.1.1"
_DEVICE = "0.4.0.1862.1.4"
_DEVICE_POLICIES = frozenset({_QUALIFIED + "2", _QUALIFIED + "3"})
# The type of certificate that goes with each policy; QcType may be absent for signatures.
_TYPES = {
    _QUALIFIED + "0": "esign",
    _QUALIFIED + "1": "eseal",
    _QUALIFIED + "2": "esign",
    _QUALIFIED + "3": "eseal",
    _QUALIFIED + "4": "web",
    _QUALIFIED + "5": "web",
    _QUALIFIED + "6": "web",
}


class Authorities:
    """The CA certificates that may have issued a population.

    Args:
        ders: DER of each; what is no certificate is passed over.
        verify: whether signatures are verified too.
    """

    def __init__(self, ders: Iterable[bytes], *, verify: bool = False) -> None:
        self._by_name: dict[bytes, list[Certificate]] = {}
        self._verify = verify
        for der in ders:
            try:
                cert = parse(der)
            except UnreadableError:
                continue
            self._by_name.setdefault(cert.subject_der, []).append(cert)

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def exceptions(self, cert: Certificate) -> Iterator[tuple[str, str]]:
        """What the CAs say against a certificate; nothing when no CA is known."""
        if not self._by_name:
            return
        issuers = [
            ca
            for ca in self._by_name.get(cert.issuer_der, ())
            if not (cert.authority_key and ca.subject_key) or cert.authority_key == ca.subject_key
        ]
        if not issuers:
            yield "issuer-unknown", "No CA certificate at hand has its issuer's name and key."
            return
        ends = [ca.not_after for ca in issuers if ca.not_after is not None]
        if cert.not_after is not None and ends and cert.not_after > max(ends):
            yield "beyond-issuer", "It is valid for longer than its issuer's certificate."
        if self._verify and not any(_signed_by(cert, ca) for ca in issuers):
            yield "signature-invalid", "The key of its issuer does not verify its signature."


def _signed_by(cert: Certificate, issuer: Certificate) -> bool:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        x509.load_der_x509_certificate(cert.der).verify_directly_issued_by(
            x509.load_der_x509_certificate(issuer.der)
        )
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def exceptions(cert: Certificate, as_of: datetime) -> Iterator[tuple[str, str]]:
    """What a certificate alone says against itself."""
    if not cert.strict or cert.notes:
        yield "parsed-leniently", "; ".join(cert.notes)
    if cert.serial is not None and cert.serial <= 0:
        yield "serial-not-positive", "The serial number is not positive."
    if cert.is_ca is not False:
        yield "ca-certificate", "It is a CA certificate, or may be one."
    start, end = cert.not_before, cert.not_after
    if start is None or end is None or end < start:
        yield "validity-broken", "The validity cannot be read or ends before it starts."
    elif start > as_of:
        yield "not-yet-valid", "It is valid from a time after the as-of time."
    yield from _statements(cert)


def _statements(cert: Certificate) -> Iterator[tuple[str, str]]:
    claimed = [oid for oid in cert.policies if oid.startswith(_QUALIFIED)]
    if not claimed:
        return
    statements = cert.qc.oids
    if _COMPLIANCE not in statements:
        yield "compliance-missing", f"It claims {claimed[0]} without the statement QcCompliance."
    device = _DEVICE in statements
    if device and not _DEVICE_POLICIES.issuperset(claimed):
        yield "device-contradiction", f"It claims {claimed[0]} and carries the QSCD statement."
    elif not device and _DEVICE_POLICIES.intersection(claimed):
        yield "device-contradiction", f"It claims {claimed[0]} without the QSCD statement."
    types = cert.qc.types or ["esign"]
    wanted = {_TYPES[oid] for oid in claimed if oid in _TYPES}
    if wanted and not wanted.intersection(types):
        yield "type-contradiction", f"It claims {claimed[0]}, its type is {', '.join(types)}."
