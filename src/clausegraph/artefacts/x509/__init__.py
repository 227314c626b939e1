"""Certificates: the strict parser first, the lenient one where it refuses.

Input: DER. Output: `Certificate`. The strict parser is cryptography, the lenient one asn1crypto;
where the strict one refuses or warns, the reason stays in ``notes``.
Clause: RFC 5280; EN 319 412-1 to -5.
"""

from __future__ import annotations

from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.x509.model import Certificate
from clausegraph.artefacts.x509.raw import parts

__all__ = ["MAX_CERTIFICATE", "Certificate", "parse", "subject_key_identifier"]

MAX_CERTIFICATE = 128 * 1024
"""Greatest size of one certificate: decoding an endless OID or name takes quadratic time."""


def parse(der: bytes) -> Certificate:
    """Read one certificate, strictly first.

    Raises:
        UnreadableError: not even the lenient parser finds a certificate.
    """
    if len(der) > MAX_CERTIFICATE:
        raise UnreadableError(f"The certificate has more than {MAX_CERTIFICATE} bytes.")
    from clausegraph.artefacts.x509.lenient import parse_lenient
    from clausegraph.artefacts.x509.strict import RefusedError, parse_strict

    try:
        certificate = parse_strict(der)
    except RefusedError as refusal:
        certificate = parse_lenient(der)
        certificate.strict = False
        certificate.notes.insert(0, f"lenient parser used, the strict one says: {refusal}")
        certificate.der = der
        certificate.issuer_der, certificate.subject_der, certificate.spki_der = parts(der)
    return certificate


def subject_key_identifier(der: bytes) -> bytes:
    """The subject key identifier of a certificate, empty when there is none to be read."""
    if len(der) > MAX_CERTIFICATE:
        return b""
    from clausegraph.artefacts.x509 import lenient, strict

    try:
        return strict.subject_key_identifier(der)
    except strict.RefusedError:
        return lenient.subject_key_identifier(der)
