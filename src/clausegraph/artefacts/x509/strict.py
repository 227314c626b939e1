"""The strict certificate parser: cryptography, DER as RFC 5280 wants it.

Input: one DER certificate. Output: a ``Certificate`` or ``RefusedError`` with the reason. Warnings
count as refusals, so that odd encodings are noted and not passed over.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

from clausegraph.artefacts.text import UnreadableError, clean
from clausegraph.artefacts.x509 import qcstatements
from clausegraph.artefacts.x509.model import Certificate
from clausegraph.artefacts.x509.names import Attributes, algorithm, curve

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")
_REFUSALS = (
    ValueError, TypeError, KeyError, OverflowError, AttributeError, Warning,
    UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)  # fmt: skip


class RefusedError(Exception):
    """The strict parser does not accept the certificate."""


def _strictly(read: Callable[[], _T]) -> _T:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return read()
        except _REFUSALS as error:
            raise RefusedError(clean(str(error), 200) or type(error).__name__) from error


def parse_strict(der: bytes) -> Certificate:
    """Read one certificate.

    Raises:
        RefusedError: it is not what DER and RFC 5280 demand.
    """
    return _strictly(lambda: _read(der))


def subject_key_identifier(der: bytes) -> bytes:
    """The subject key identifier of a certificate, empty when it has none.

    Raises:
        RefusedError: the certificate is not strictly readable.
    """
    return _strictly(lambda: _subject_key(x509.load_der_x509_certificate(der)))


def _subject_key(cert: x509.Certificate) -> bytes:
    for extension in cert.extensions:
        if isinstance(extension.value, x509.SubjectKeyIdentifier):
            return extension.value.digest
    return b""


def _read(der: bytes) -> Certificate:
    cert = x509.load_der_x509_certificate(der)
    found = Certificate(
        issuer=_attributes(cert.issuer),
        subject=_attributes(cert.subject),
        serial=cert.serial_number,
        not_before=cert.not_valid_before_utc,
        not_after=cert.not_valid_after_utc,
        signature_algorithm=algorithm(cert.signature_algorithm_oid.dotted_string),
        is_ca=False,
    )
    found.key_type, found.key_size = _key(cert)
    for extension in cert.extensions:
        value = extension.value
        if isinstance(value, x509.BasicConstraints):
            found.is_ca = value.ca
        elif isinstance(value, x509.SubjectKeyIdentifier):
            found.subject_key = value.digest
        elif isinstance(value, x509.AuthorityKeyIdentifier):
            found.authority_key = value.key_identifier or b""
        elif isinstance(value, x509.CertificatePolicies):
            found.policies = [policy.policy_identifier.dotted_string for policy in value]
        elif (
            isinstance(value, x509.UnrecognizedExtension)
            and extension.oid.dotted_string == qcstatements.EXTENSION
        ):
            try:
                found.qc = qcstatements.parse(value.value)
            except UnreadableError as error:
                found.qc.faults.append(str(error))
    return found


def _attributes(name: x509.Name) -> Attributes:
    return [
        [
            (a.oid.dotted_string, a.value if isinstance(a.value, str) else "#" + a.value.hex())
            for a in rdn
        ]
        for rdn in name.rdns
    ]


def _key(cert: x509.Certificate) -> tuple[str, int]:
    key = cert.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {curve(key.curve.name)}", key.curve.key_size
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "Ed25519", 256
    if isinstance(key, ed448.Ed448PublicKey):
        return "Ed448", 456
    if isinstance(key, dsa.DSAPublicKey):
        return "DSA", key.key_size
    return algorithm(cert.public_key_algorithm_oid.dotted_string), 0
