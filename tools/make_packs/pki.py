"""A small certificate hierarchy for the example packs.

Purpose: make root, issuing, internal and end-entity certificates with qualified certificate
statements (ETSI EN 319 412-5), all of a fictional provider in the user-assigned territory XA.
Inputs: fixed names and dates. Outputs: keys (in memory only) and DER certificates.
Clause: EN 319 411-2 clause 6.6.1.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
    ObjectIdentifier,
)

PROVIDER = "Aurora Trust Services"
TERRITORY = "XA"
HOST = "aurora-trust.example"
QC_STATEMENTS = ObjectIdentifier("1.3.6.1.5.5.7.1.3")
TSL_SIGNING = ObjectIdentifier("0.4.0.2231.3.0")
QC_COMPLIANCE = "0.4.0.1862.1.1"
QC_SSCD = "0.4.0.1862.1.4"
QC_PDS = "0.4.0.1862.1.5"
QC_TYPE = "0.4.0.1862.1.6"
QC_TYPES = {"esign": "0.4.0.1862.1.6.1", "eseal": "0.4.0.1862.1.6.2"}


class _Identifiers(core.SequenceOf):  # type: ignore[misc]  # asn1crypto has no type hints
    _child_spec = core.ObjectIdentifier


class _PdsLocation(core.Sequence):  # type: ignore[misc]
    _fields = [("url", core.IA5String), ("language", core.PrintableString)]  # noqa: RUF012


class _PdsLocations(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _PdsLocation


class _Statement(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("statement_id", core.ObjectIdentifier),
        ("statement_info", core.Any, {"optional": True}),
    ]


class _Statements(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Statement


@dataclass(frozen=True)
class Holder:
    """A certificate with its private key, which never leaves memory."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)


@dataclass(frozen=True)
class SubjectProfile:
    """What tells one kind of end-entity certificate from another."""

    policy_oid: str
    qc_type: str
    device: bool
    slug: str


def instant(text: str) -> datetime:
    """Read ``2026-11-22`` or ``2026-11-22T06:00`` as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def serial(label: str) -> int:
    """A stable positive serial number derived from a label."""
    return int.from_bytes(hashlib.sha256(label.encode()).digest()[:8], "big") >> 1


def name(common_name: str, **extra: str) -> x509.Name:
    """A distinguished name of the provider, or of a subject when ``pseudonym`` is given."""
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, TERRITORY)]
    if "pseudonym" in extra:
        attributes += [
            x509.NameAttribute(NameOID.PSEUDONYM, extra["pseudonym"]),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, extra["serial"]),
        ]
    else:
        attributes += [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, extra.get("organisation", PROVIDER)),
            x509.NameAttribute(
                NameOID.ORGANIZATION_IDENTIFIER, extra.get("identifier", "NTRXA-0000001")
            ),
        ]
    return x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _usage(*names: str) -> x509.KeyUsage:
    fields = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{field: field in names for field in fields})


def _policies(oid: str, slug: str) -> x509.CertificatePolicies:
    url = f"https://{HOST}/{slug}/cps"
    return x509.CertificatePolicies([x509.PolicyInformation(ObjectIdentifier(oid), [url])])


def _statements(profile: SubjectProfile) -> x509.UnrecognizedExtension:
    entries = [_Statement({"statement_id": QC_COMPLIANCE})]
    if profile.device:
        entries.append(_Statement({"statement_id": QC_SSCD}))
    pds = _PdsLocations([{"url": f"https://{HOST}/{profile.slug}/pds-en.pdf", "language": "en"}])
    entries += [
        _Statement({"statement_id": QC_PDS, "statement_info": pds}),
        _Statement(
            {"statement_id": QC_TYPE, "statement_info": _Identifiers([QC_TYPES[profile.qc_type]])}
        ),
    ]
    return x509.UnrecognizedExtension(QC_STATEMENTS, _Statements(entries).dump())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, start: str, end: str
) -> x509.CertificateBuilder:
    label = f"{subject.rfc4514_string()}|{start}"
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial(label))
        .not_valid_before(instant(start))
        .not_valid_after(instant(end))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _below(
    builder: x509.CertificateBuilder, issuer: Holder, slug: str, *, responder: bool = False
) -> x509.CertificateBuilder:
    """Add what every certificate under another CA carries: issuer key and status locations.

    The certificate of a responder names no responder, which would make its check circular.
    """
    access = [
        x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS,
            x509.UniformResourceIdentifier(f"http://{HOST}/{slug}/ca.cer"),
        ),
    ]
    if not responder:
        access.insert(
            0,
            x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP,
                x509.UniformResourceIdentifier(f"http://ocsp.{HOST}/{slug}"),
            ),
        )
    point = x509.DistributionPoint(
        [x509.UniformResourceIdentifier(f"http://crl.{HOST}/{slug}.crl")], None, None, None
    )
    identifier = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
        issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    )
    return (
        builder.add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityInformationAccess(access), critical=False)
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
    )


def root(common_name: str, start: str, end: str) -> Holder:
    """A self-signed root CA."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = name(common_name)
    builder = (
        _builder(subject, subject, key, start, end)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    )
    return Holder(key, builder.sign(key, hashes.SHA256()))


def subordinate(common_name: str, issuer: Holder, start: str, end: str) -> Holder:
    """A CA directly above end entities."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(name(common_name), issuer.certificate.subject, key, start, end)
    builder = (
        _below(builder, issuer, "root")
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(_policies("2.5.29.32.0", "root"), critical=False)
    )
    return Holder(key, builder.sign(issuer.key, hashes.SHA256()))


def qualified(
    subject: x509.Name, issuer: Holder, profile: SubjectProfile, start: str, end: str
) -> Holder:
    """An end-entity certificate with policy identifier and qualified certificate statements."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(subject, issuer.certificate.subject, key, start, end)
    builder = (
        _below(builder, issuer, profile.slug)
        .add_extension(_usage("content_commitment"), critical=True)
        .add_extension(_policies(profile.policy_oid, profile.slug), critical=False)
        .add_extension(_statements(profile), critical=False)
    )
    return Holder(key, builder.sign(issuer.key, hashes.SHA256()))


def list_signer(common_name: str, organisation: str, start: str, end: str) -> Holder:
    """A self-signed certificate of the scheme operator, limited to signing trusted lists."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = name(common_name, organisation=organisation, identifier="GOVXA-0000002")
    builder = (
        _builder(subject, subject, key, start, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([TSL_SIGNING]), critical=False)
    )
    return Holder(key, builder.sign(key, hashes.SHA256()))


def helper(common_name: str, issuer: Holder, start: str, end: str, *, ocsp: bool = False) -> Holder:
    """A certificate of the provider itself: document signing, or OCSP responder."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(name(common_name), issuer.certificate.subject, key, start, end)
    builder = _below(builder, issuer, "internal", responder=ocsp).add_extension(
        _usage("digital_signature") if ocsp else _usage("content_commitment"), critical=True
    )
    if ocsp:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False
        ).add_extension(x509.OCSPNoCheck(), critical=False)
    return Holder(key, builder.sign(issuer.key, hashes.SHA256()))
