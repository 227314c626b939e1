"""CRLs and OCSP responses that the tests make themselves, with every defect that is asked for.

Everything is fixed (names, numbers, times) except the keys, which no test looks at.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from asn1crypto import core
from asn1crypto import x509 as lenient
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from clausegraph.artefacts.x509 import Certificate, parse
from tests.collect.samples import name, oid, tlv

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2028, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
NEXT = datetime(2026, 6, 2, tzinfo=UTC)
LATER = datetime(2028, 6, 1, tzinfo=UTC)
NO_CHECK = "1.3.6.1.5.5.7.48.1.5"
GENERALIZED = 0x18
UTC_TIME = 0x17


@dataclass(frozen=True)
class Holder:
    """A certificate and its key."""

    der: bytes
    key: ec.EllipticCurvePrivateKey

    @property
    def certificate(self) -> Certificate:
        return parse(self.der)


@cache
def holder(
    common_name: str = "Test CA",
    issuer: Holder | None = None,
    *,
    ca: bool = True,
    serial: int = 1,
    crl_sign: bool = True,
    ocsp_signing: bool = False,
    start: datetime = START,
    end: datetime = END,
    crl_url: str = "",
) -> Holder:
    """A CA, a responder or an end entity."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = name((("2.5.4.6", "SE"), ("2.5.4.10", "Aurora AB"), ("2.5.4.3", common_name)))
    signer = issuer.key if issuer else key
    issuer_name = x509.load_der_x509_certificate(issuer.der).subject if issuer else subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if ca:
        usage = x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=crl_sign,
            encipher_only=False, decipher_only=False,
        )  # fmt: skip
        builder = builder.add_extension(usage, critical=True)
    if ocsp_signing:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False
        ).add_extension(x509.OCSPNoCheck(), critical=False)
    if crl_url:
        place = [x509.UniformResourceIdentifier(crl_url)]
        builder = builder.add_extension(
            x509.CRLDistributionPoints([x509.DistributionPoint(place, None, None, None)]),
            critical=False,
        )
    return Holder(builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER), key)


def crl(
    issuer: Holder,
    entries: tuple[tuple[int, datetime, x509.ReasonFlags | None], ...] = (),
    *,
    this_update: datetime = NOW,
    next_update: datetime = NEXT,
    expired_since: bytes | None = None,
    extensions: tuple[x509.ExtensionType, ...] = (),
    signer: Holder | None = None,
) -> bytes:
    """A CRL; ``expired_since`` is the raw DER of ExpiredCertsOnCRL."""
    subject = x509.load_der_x509_certificate(issuer.der)
    key = subject.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(subject.subject)
        .last_update(this_update)
        .next_update(next_update)
        .add_extension(x509.CRLNumber(7), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key), critical=False
        )
    )
    if expired_since is not None:
        value = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.60"), expired_since)
        builder = builder.add_extension(value, critical=False)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    for serial, when, reason in entries:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when)
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign((signer or issuer).key, hashes.SHA256()).public_bytes(Encoding.DER)


def response(
    issuer: Holder,
    responder: Holder,
    serial: int,
    *,
    revoked: datetime | None = None,
    unknown: bool = False,
    this_update: datetime = NOW,
    produced: bytes | None = None,
    next_update: datetime | None = NEXT,
    cutoff: bytes | None = None,
    with_certificate: bool = True,
    hash_name: str = "sha1",
) -> bytes:
    """A response; ``cutoff`` and ``produced`` are raw DER of times."""
    certificate = lenient.Certificate.load(issuer.der)
    hashed = [
        hashlib.new(hash_name, value, usedforsecurity=False).digest()
        for value in (certificate.subject.dump(), bytes(certificate.public_key["public_key"]))
    ]
    method = tlv(
        0x30, oid({"sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1"}[hash_name])
    )
    identity = tlv(0x30, method, *(tlv(0x04, each) for each in hashed), _integer(serial))
    status = tlv(0x82) if unknown else tlv(0x80)
    if revoked is not None:
        status = tlv(0xA1, _moment(revoked), tlv(0xA0, b"\x0a\x01\x01"))
    later = tlv(0xA0, _moment(next_update)) if next_update is not None else b""
    extension = tlv(0x30, oid("1.3.6.1.5.5.7.48.1.6"), tlv(0x04, cutoff or b""))
    extensions = tlv(0xA1, tlv(0x30, extension)) if cutoff is not None else b""
    single = tlv(0x30, identity, status, _moment(this_update), later, extensions)
    key = lenient.Certificate.load(responder.der).public_key.sha1
    body = tlv(
        0x30,
        tlv(0xA2, tlv(0x04, key)),
        produced or _moment(this_update),
        tlv(0x30, single),
    )
    basic = tlv(
        0x30,
        body,
        bytes(SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}).dump()),
        tlv(0x03, b"\0", responder.key.sign(body, ec.ECDSA(hashes.SHA256()))),
        tlv(0xA0, tlv(0x30, responder.der)) if with_certificate else b"",
    )
    kind = oid("1.3.6.1.5.5.7.48.1.1")
    return tlv(0x30, b"\x0a\x01\x00", tlv(0xA0, tlv(0x30, kind, tlv(0x04, basic))))


def _moment(value: datetime) -> bytes:
    return time(f"{value:%Y%m%d%H%M%S}Z")


def _integer(value: int) -> bytes:
    return bytes(core.Integer(value).dump())


def time(text: str, tag: int = GENERALIZED) -> bytes:
    """A raw DER time."""
    return tlv(tag, text.encode("ascii"))
