"""The strict certificate parser: cryptography, DER as RFC 5280 wants it.

Input: one DER certificate. Output: a ``Certificate`` or ``RefusedError`` with the reason. Warnings
count as refusals, so that odd encodings are noted and not passed over.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID

from clausegraph.artefacts.text import UnreadableError, clean
from clausegraph.artefacts.x509 import qcstatements
from clausegraph.artefacts.x509.model import KEY_USAGES, MAX_URL, Certificate
from clausegraph.artefacts.x509.names import Attributes, algorithm, curve, name_text
from clausegraph.artefacts.x509.raw import parts

_T = TypeVar("_T")
_MAX_ISSUERS = 1024
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
    issuer_der, subject_der, spki_der = parts(der)
    found = Certificate(
        der=der,
        issuer=_issuer(issuer_der, cert),
        subject=_attributes(cert.subject),
        issuer_der=issuer_der,
        subject_der=subject_der,
        spki_der=spki_der,
        serial=cert.serial_number,
        not_before=cert.not_valid_before_utc,
        not_after=cert.not_valid_after_utc,
        signature_algorithm=algorithm(cert.signature_algorithm_oid.dotted_string),
        is_ca=False,
    )
    found.key_type, found.key_size = _key(cert)
    for extension in cert.extensions:
        value = extension.value
        oid = extension.oid.dotted_string
        found.extensions.append((oid, extension.critical))
        reader = _READERS.get(type(value))
        if reader is not None:
            reader(found, value)
        elif oid == qcstatements.EXTENSION and isinstance(value, x509.UnrecognizedExtension):
            try:
                found.qc = qcstatements.parse(value.value)
            except UnreadableError as error:
                found.qc.faults.append(str(error))
    return found


_issuers: dict[bytes, Attributes] = {}


def _issuer(der: bytes, cert: x509.Certificate) -> Attributes:
    """The issuer's name: certificates of one population share it, so it is decoded once."""
    known = _issuers.get(der)
    if known is None:
        if len(_issuers) >= _MAX_ISSUERS:
            _issuers.clear()
        known = _issuers[der] = _attributes(cert.issuer)
    return known


def _attributes(name: x509.Name) -> Attributes:
    return [
        [
            (a.oid.dotted_string, a.value if isinstance(a.value, str) else "#" + a.value.hex())
            for a in rdn
        ]
        for rdn in name.rdns
    ]


def _constraints(found: Certificate, value: x509.BasicConstraints) -> None:
    found.is_ca = value.ca
    found.path_length = value.path_length


def _own_key(found: Certificate, value: x509.SubjectKeyIdentifier) -> None:
    found.subject_key = value.digest


def _issuer_key(found: Certificate, value: x509.AuthorityKeyIdentifier) -> None:
    found.authority_key = value.key_identifier or b""


def _policies(found: Certificate, value: x509.CertificatePolicies) -> None:
    found.policies = [policy.policy_identifier.dotted_string for policy in value]


def _usage(found: Certificate, value: x509.KeyUsage) -> None:
    bits = [
        value.digital_signature,
        value.content_commitment,
        value.key_encipherment,
        value.data_encipherment,
        value.key_agreement,
        value.key_cert_sign,
        value.crl_sign,
        value.key_agreement and value.encipher_only,
        value.key_agreement and value.decipher_only,
    ]
    found.key_usage = [name for name, bit in zip(KEY_USAGES, bits, strict=True) if bit]


def _extended_usage(found: Certificate, value: x509.ExtendedKeyUsage) -> None:
    found.extended_key_usage = [usage.dotted_string for usage in value]


def _access(found: Certificate, value: x509.AuthorityInformationAccess) -> None:
    for access in value:
        if isinstance(access.access_location, x509.UniformResourceIdentifier):
            url = clean(access.access_location.value, MAX_URL)
            if access.access_method == AuthorityInformationAccessOID.OCSP:
                found.ocsp_urls.append(url)
            elif access.access_method == AuthorityInformationAccessOID.CA_ISSUERS:
                found.issuer_urls.append(url)


def _crls(found: Certificate, value: x509.CRLDistributionPoints) -> None:
    for point in value:
        for place in point.full_name or ():
            if isinstance(place, x509.UniformResourceIdentifier):
                found.crl_urls.append(clean(place.value, MAX_URL))


def _alt_names(found: Certificate, value: x509.SubjectAlternativeName) -> None:
    found.alt_names = [clean(_alt_name(each), MAX_URL) for each in value]


def _alt_name(each: x509.GeneralName) -> str:
    if isinstance(each, x509.OtherName):  # a user principal name, for example
        return f"other:{each.type_id.dotted_string}"
    if isinstance(each, x509.RegisteredID):
        return f"rid:{each.value.dotted_string}"
    if isinstance(each, x509.DirectoryName):
        return f"dir:{name_text(_attributes(each.value))}"
    return f"{_ALT_NAMES[type(each)]}:{each.value}"


_ALT_NAMES: dict[type[x509.GeneralName], str] = {
    x509.DNSName: "dns",
    x509.UniformResourceIdentifier: "uri",
    x509.IPAddress: "ip",
    x509.RFC822Name: "email",
}
_READERS: dict[type[x509.ExtensionType], Callable[[Certificate, Any], None]] = {
    x509.BasicConstraints: _constraints,
    x509.SubjectKeyIdentifier: _own_key,
    x509.AuthorityKeyIdentifier: _issuer_key,
    x509.CertificatePolicies: _policies,
    x509.KeyUsage: _usage,
    x509.ExtendedKeyUsage: _extended_usage,
    x509.AuthorityInformationAccess: _access,
    x509.CRLDistributionPoints: _crls,
    x509.SubjectAlternativeName: _alt_names,
}


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
