"""Every field of a certificate, by both parsers."""

from __future__ import annotations

import ipaddress
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from clausegraph.artefacts.x509 import Certificate, parse
from clausegraph.artefacts.x509.lenient import parse_lenient
from clausegraph.artefacts.x509.strict import parse_strict
from tests.collect.samples import CA, LEGAL, SEAL_STATEMENTS, key, name


def rich() -> bytes:
    """A certificate with every extension that is read."""
    uri = x509.UniformResourceIdentifier
    access = x509.AuthorityInformationAccess([
        x509.AccessDescription(AuthorityInformationAccessOID.OCSP, uri("http://ocsp.test/a")),
        x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, uri("http://ca.test/a.cer")),
    ])  # fmt: skip
    points = x509.CRLDistributionPoints([
        x509.DistributionPoint([uri("http://crl.test/1")], None, None, None),
        x509.DistributionPoint(None, x509.RelativeDistinguishedName(list(name(CA))[:1]), None, None),
    ])  # fmt: skip
    names = x509.SubjectAlternativeName([
        x509.DNSName("a.test"), x509.RFC822Name("seal@a.test"), uri("https://a.test/"),
        x509.IPAddress(ipaddress.ip_address("192.0.2.1")), x509.DirectoryName(name(LEGAL[:1])),
        x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
        x509.OtherName(x509.ObjectIdentifier("1.2.4"), b"\x0c\x01a"),
    ])  # fmt: skip
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False,
        data_encipherment=False, key_agreement=True, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=True,
    )  # fmt: skip
    policies = [x509.PolicyInformation(x509.ObjectIdentifier(p), None) for p in ("1.2.5", "1.2.6")]
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(LEGAL))
        .issuer_name(name(CA))
        .public_key(key().public_key())
        .serial_number(7)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
    )
    for value, critical in (
        (x509.BasicConstraints(ca=True, path_length=2), True),
        (usage, True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False),
        (access, False),
        (points, False),
        (names, False),
        (x509.SubjectKeyIdentifier(b"\x01"), False),
        (x509.AuthorityKeyIdentifier(b"\x02", None, None), False),
        (x509.CertificatePolicies(policies), False),
        (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), SEAL_STATEMENTS), False),
    ):  # fmt: skip
        builder = builder.add_extension(value, critical=critical)
    return builder.sign(key(), hashes.SHA256()).public_bytes(Encoding.DER)


def test_every_field_is_filled() -> None:
    cert = parse(rich())
    assert cert.strict
    assert (cert.is_ca, cert.path_length) == (True, 2)
    assert cert.key_usage == ["digitalSignature", "nonRepudiation", "keyAgreement", "decipherOnly"]
    assert cert.extended_key_usage == ["1.3.6.1.5.5.7.3.2"]
    assert cert.ocsp_urls == ["http://ocsp.test/a"]
    assert cert.issuer_urls == ["http://ca.test/a.cer"]
    assert cert.crl_urls == ["http://crl.test/1"]
    assert cert.alt_names == [
        "dns:a.test", "email:seal@a.test", "uri:https://a.test/", "ip:192.0.2.1",
        "dir:C=SE", "rid:1.2.3", "other:1.2.4",
    ]  # fmt: skip
    assert ("2.5.29.19", True) in cert.extensions
    assert len(cert.extensions) == 10
    assert cert.policies == ["1.2.5", "1.2.6"]
    assert all((cert.der, cert.issuer_der, cert.subject_der, cert.spki_der, cert.sha256))


def test_both_parsers_fill_the_same() -> None:
    strict, lenient = parse_strict(rich()), parse_lenient(rich())
    parts = {"der", "issuer_der", "subject_der", "spki_der"}  # the caller fills them
    for field in fields(Certificate):
        if field.name not in parts:
            assert getattr(strict, field.name) == getattr(lenient, field.name), field.name


@pytest.mark.parametrize("usage", [None, []])
def test_absent_key_usage_is_told_from_an_empty_one(usage: list[str] | None) -> None:
    cert = Certificate(key_usage=usage)
    assert (cert.key_usage is None) == (usage is None)
