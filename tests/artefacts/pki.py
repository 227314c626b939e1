"""Small hierarchies that the tests make themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from clausegraph.artefacts.x509 import Certificate, parse
from tests.collect.samples import name

Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


@cache
def key(label: str) -> Key:
    """One key per label: ``rsa…``, ``pss…``, ``ed…``, else P-256."""
    if label.startswith(("rsa", "pss")):
        return rsa.generate_private_key(65537, 2048)
    if label.startswith("ed"):
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1())


def year(number: int) -> datetime:
    return datetime(number, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Ca:
    """A name with a key, and how it signs."""

    title: str
    label: str
    sha1: bool = False

    @property
    def x509_name(self) -> x509.Name:
        return name((("2.5.4.6", "SE"), ("2.5.4.10", "Aurora AB"), ("2.5.4.3", self.title)))


def issue(
    issuer: Ca,
    subject: Ca,
    years: tuple[int, int] = (2020, 2040),
    *,
    ca: bool = True,
    path_length: int | None = None,
    sign_certificates: bool = True,
    serial: int = 1,
    issuer_title: str | None = None,
) -> Certificate:
    """A certificate of one CA for another or for an end entity."""
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=ca and sign_certificates,
        crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    named = Ca(issuer_title or issuer.title, issuer.label)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject.x509_name)
        .issuer_name(named.x509_name)
        .public_key(key(subject.label).public_key())
        .serial_number(serial)
        .not_valid_before(year(years[0]))
        .not_valid_after(year(years[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
        .add_extension(usage, critical=True)
    )
    digest = None if issuer.label.startswith("ed") else hashes.SHA256()
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if issuer.label.startswith("pss") else None
    signed = builder.sign(key(issuer.label), digest, rsa_padding=pss)
    return parse(signed.public_bytes(Encoding.DER))
