"""Certificates with a CA above them, and lists that know the CA."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from clausegraph.artefacts.trusted_lists.parse import parse_list
from clausegraph.artefacts.trusted_lists.registry import ListState, Registry, Source
from clausegraph.artefacts.x509 import Certificate, parse
from tests.collect.samples import (
    QC,
    digital_id,
    qc_type,
    service,
    statement,
    statements,
    trusted_list,
)

ETSI = "http://uri.etsi.org/TrstSvc/TrustedList/"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
TYPES = {"esign": 1, "eseal": 2, "web": 3}
PURPOSES = {"esign": "ForeSignatures", "eseal": "ForeSeals", "web": "ForWebSiteAuthentication"}


@cache
def key(name: str) -> ec.EllipticCurvePrivateKey:
    """A key of its own for each name."""
    return ec.generate_private_key(ec.SECP256R1())


def qc_statements(
    *types: str, compliance: bool = True, device: bool = False, legislation: bool = False
) -> bytes:
    items = [statement(QC + "1")] if compliance else []
    items += [statement(QC + "4")] if device else []
    items += [qc_type(*(TYPES[t] for t in types))] if types else []
    items += [statement(QC + "7", b"\x30\x04\x13\x02CH")] if legislation else []
    return statements(*items)


def dn(common_name: str, printable: bool = False) -> x509.Name:
    kind = x509.NameOID.COMMON_NAME
    if not printable:
        return x509.Name([x509.NameAttribute(kind, common_name)])
    from cryptography.x509.name import _ASN1Type

    return x509.Name([x509.NameAttribute(kind, common_name, _ASN1Type.PrintableString)])


def issue(
    subject: str = "seal 1",
    issuer: str = "Aurora CA",
    *,
    signer: str = "",
    own_key: str = "",
    at: datetime = datetime(2024, 1, 1, tzinfo=UTC),
    qc: bytes | None = None,
    policies: Sequence[str] = (),
    ca: bool = False,
    usage: Sequence[str] = (),
    purposes: Sequence[str] = (),
    printable_issuer: bool = False,
) -> bytes:
    """One DER certificate, signed with the key called like its issuer unless told otherwise."""
    private = key(signer or issuer)
    public = key(own_key or subject).public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(dn(subject))
        .issuer_name(dn(issuer, printable_issuer))
        .public_key(public)
        .serial_number(7)
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=1000))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(private.public_key()),
            critical=False,
        )
    )
    if policies:
        infos = [x509.PolicyInformation(x509.ObjectIdentifier(p), None) for p in policies]
        builder = builder.add_extension(x509.CertificatePolicies(infos), critical=False)
    if usage:
        names = (
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
            "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
        )  # fmt: skip
        bits = x509.KeyUsage(**{name: name in usage for name in names})
        builder = builder.add_extension(bits, critical=True)
    if purposes:
        oids = [x509.ObjectIdentifier(each) for each in purposes]
        builder = builder.add_extension(x509.ExtendedKeyUsage(oids), critical=False)
    if qc is not None:
        value = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), qc)
        builder = builder.add_extension(value, critical=False)
    return builder.sign(private, hashes.SHA256()).public_bytes(Encoding.DER)


@cache
def ca(name: str = "Aurora CA") -> bytes:
    """The certificate of a CA, always the same one for a name."""
    return issue(name, name, ca=True)


def leaf(*types: str, **options: object) -> Certificate:
    """A certificate for these types, with the statements of a qualified one."""
    named = {k: options.pop(k) for k in ("compliance", "device", "legislation") if k in options}
    statements_ = qc_statements(*types, **named)  # type: ignore[arg-type]
    return parse(issue(qc=statements_, **options))  # type: ignore[arg-type]


def information(*codes: str) -> str:
    return "".join(
        '<Extension Critical="true"><AdditionalServiceInformation>'
        f'<URI xml:lang="en">{ETSI}SvcInfoExt/{code}</URI></AdditionalServiceInformation>'
        "</Extension>"
        for code in codes
    )


def element(qualifiers: Sequence[str], criteria: str) -> str:
    inner = "".join(f'<q:Qualifier uri="{ETSI}SvcInfoExt/{n}"/>' for n in qualifiers)
    return (
        f"<q:QualificationElement><q:Qualifiers>{inner}</q:Qualifiers>{criteria}"
        "</q:QualificationElement>"
    )


def qualifications(*elements: str) -> str:
    inner = "".join(elements)
    return f'<Extension Critical="true"><q:Qualifications>{inner}</q:Qualifications></Extension>'


ANY = '<q:CriteriaList assert="all"/>'


def qualified_as(*qualifiers: str, criteria: str = ANY) -> str:
    return qualifications(element(qualifiers, criteria))


def policy_set(*oids: str, assertion: str = "all", urn: bool = False) -> str:
    prefix = "urn:oid:" if urn else ""
    inner = "".join(
        f'<q:PolicyIdentifier><x:Identifier xmlns:x="http://uri.etsi.org/01903/v1.3.2#">'
        f"{prefix}{oid}</x:Identifier></q:PolicyIdentifier>"
        for oid in oids
    )
    return (
        f'<q:CriteriaList assert="{assertion}"><q:PolicySet>{inner}</q:PolicySet></q:CriteriaList>'
    )


def listed(
    *,
    status: str = "granted",
    since: str = "2016-06-30T22:00:00Z",
    purposes: Sequence[str] = ("ForeSignatures", "ForeSeals", "ForWebSiteAuthentication"),
    extensions: str = "",
    history: str = "",
    identity: str = "",
    kind: str = "CA/QC",
    block: str = "ServiceInformation",
) -> str:
    return service(
        kind=f"http://uri.etsi.org/TrstSvc/Svctype/{kind}",
        status=f"{ETSI}Svcstatus/{status}",
        since=since,
        identity=identity or ("" if block != "ServiceInformation" else digital_id(ca())),
        extensions=information(*purposes) + extensions,
        history=history,
        block=block,
    )


def key_identity(name: str = "Aurora CA") -> str:
    ski = x509.SubjectKeyIdentifier.from_public_key(key(name).public_key()).digest
    return f"<DigitalId><X509SKI>{base64.b64encode(ski).decode()}</X509SKI></DigitalId>"


def source(*services: str, state: ListState = "verified", **options: str) -> Source:
    return Source("list.xml", parse_list(trusted_list(*services, **options)), state)  # type: ignore[arg-type]


def registry(*services: str, **options: str) -> Registry:
    return Registry([source(*services, **options)])  # type: ignore[arg-type]
