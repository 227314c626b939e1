"""Artefacts that the tests make themselves: certificates and small trusted lists.

Everything is fixed (serial numbers, times, names) except the keys, which no test looks at.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache

from asn1crypto import core
from asn1crypto import x509 as lenient
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates
from pyoxigraph import Literal, NamedNode, Triple

ARTEFACT = NamedNode("https://w3id.org/clausegraph/id/test/artefacts/sample")
CG = "https://w3id.org/clausegraph/core#"
QC = "0.4.0.1862.1."

LEGAL = (
    ("2.5.4.6", "SE"),
    ("2.5.4.10", "Aurora AB"),
    ("2.5.4.97", "NTRSE-000000"),
    ("2.5.4.3", "Aurora seal"),
)
NATURAL = (
    ("2.5.4.6", "SE"),
    ("2.5.4.42", "Given"),
    ("2.5.4.4", "Family"),
    ("2.5.4.3", "Given Family"),
)
CA = (("2.5.4.6", "SE"), ("2.5.4.10", "Aurora AB"), ("2.5.4.3", "Aurora CA, 1"))


@cache
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def name(pairs: Iterable[tuple[str, str]]) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.ObjectIdentifier(o), v) for o, v in pairs])


def tlv(tag: int, *parts: bytes) -> bytes:
    """A DER element with a length below 65,536."""
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    return bytes([tag, 0x82]) + len(body).to_bytes(2, "big") + body


def oid(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


def statement(dotted: str, body: bytes = b"") -> bytes:
    return tlv(0x30, oid(dotted), body)


def statements(*items: bytes) -> bytes:
    return tlv(0x30, *items)


def qc_type(*numbers: int) -> bytes:
    return statement(QC + "6", tlv(0x30, *(oid(f"{QC}6.{n}") for n in numbers)))


SEAL_STATEMENTS = statements(statement(QC + "1"), statement(QC + "4"), qc_type(2))


def certificate(
    subject: Sequence[tuple[str, str]] = LEGAL,
    *,
    ca: bool = False,
    policies: Sequence[str] = ("0.4.0.194112.1.3",),
    qc: bytes | None = SEAL_STATEMENTS,
    serial: int = 0x0AFF,
    constraints: bytes = b"",
) -> bytes:
    """One DER certificate, strict in every respect unless ``constraints`` are given raw."""
    basic: x509.ExtensionType = x509.BasicConstraints(ca=ca, path_length=None)
    if constraints:
        basic = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.19"), constraints)
    public = key().public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(CA))
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
        .not_valid_after(datetime(2028, 1, 2, 3, 4, 5, tzinfo=UTC))
        .add_extension(basic, critical=True)
        .add_extension(x509.SubjectKeyIdentifier(b"\x01\x02"), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier(b"\x0a\x0b", None, None), critical=False)
    )
    if policies:
        infos = [x509.PolicyInformation(x509.ObjectIdentifier(p), None) for p in policies]
        builder = builder.add_extension(x509.CertificatePolicies(infos), critical=False)
    if qc is not None:
        value = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), qc)
        builder = builder.add_extension(value, critical=False)
    return builder.sign(key(), hashes.SHA256()).public_bytes(Encoding.DER)


def resigned(der: bytes, **changes: object) -> bytes:
    """The certificate with fields of its body changed; the signature no longer fits."""
    cert = lenient.Certificate.load(der)
    for field, value in changes.items():
        cert["tbs_certificate"][field] = value
    return bytes(cert.dump(force=True))


ENCODED_DEFAULT = b"\x30\x03\x01\x01\x00"
"""Basic constraints with ``cA FALSE`` spelt out, which DER forbids and real ones contain."""


def pem(der: bytes, label: str = "CERTIFICATE") -> bytes:
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{body}-----END {label}-----\n".encode()


def pkcs7(*ders: bytes) -> bytes:
    """A bundle in DER."""
    loaded = [x509.load_der_x509_certificate(der) for der in ders]
    return serialize_certificates(loaded, Encoding.DER)


def service(
    *,
    kind: str = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC",
    status: str = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted",
    since: str = "2016-06-30T22:00:00Z",
    identity: str = "",
    extensions: str = "",
    history: str = "",
    block: str = "ServiceInformation",
) -> str:
    """A service; with ``block="ServiceHistoryInstance"`` an entry of its history."""
    body = f"""<{block}><ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier>
<ServiceName><Name xml:lang="sv">Tjänst</Name><Name xml:lang="en">Service  one</Name></ServiceName>
<ServiceDigitalIdentity>{identity}</ServiceDigitalIdentity><ServiceStatus>{status}</ServiceStatus>
<StatusStartingTime>{since}</StatusStartingTime>
<ServiceInformationExtensions>{extensions}</ServiceInformationExtensions></{block}>"""
    if block != "ServiceInformation":
        return body
    return f"<TSPService>{body}<ServiceHistory>{history}</ServiceHistory></TSPService>"


def digital_id(der: bytes) -> str:
    encoded = base64.b64encode(der).decode()
    return f"<DigitalId><X509Certificate>\n{encoded}\n</X509Certificate></DigitalId>"


def trusted_list(
    *services: str,
    version: str = "5",
    issued: str = "2026-03-11T10:00:00Z",
    next_update: str = "<dateTime>2026-09-10T10:00:00Z</dateTime>",
    prolog: str = '<?xml version="1.0" encoding="UTF-8"?>',
    signatures: int = 1,
) -> bytes:
    text = f"""{prolog}<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#"
 xmlns:q="http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
 xmlns:a="http://uri.etsi.org/02231/v2/additionaltypes#"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><SchemeInformation>
<TSLVersionIdentifier>{version}</TSLVersionIdentifier><TSLSequenceNumber>42</TSLSequenceNumber>
<TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric</TSLType>
<SchemeOperatorName><Name xml:lang="en">Operator</Name></SchemeOperatorName>
<SchemeTerritory>SE</SchemeTerritory><ListIssueDateTime>{issued}</ListIssueDateTime>
<NextUpdate>{next_update}</NextUpdate></SchemeInformation>
<TrustServiceProviderList><TrustServiceProvider><TSPInformation>
<TSPName><Name xml:lang="en">Aurora AB</Name></TSPName></TSPInformation>
<TSPServices>{"".join(services)}</TSPServices></TrustServiceProvider></TrustServiceProviderList>
{"<ds:Signature/>" * signatures}</TrustServiceStatusList>"""
    return text.encode()


class Graph:
    """Triples with short look-ups: the last part of a property's IRI names it."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = list(triples)

    def values(self, prop: str, subject: str | None = None) -> list[str]:
        """Values of a property; codes and classes by the last two parts of their IRI."""
        return [
            _short(t.object)
            for t in self.triples
            if _local(t.predicate) == prop and (subject is None or _local(t.subject) == subject)
        ]

    def value(self, prop: str, subject: str | None = None) -> str:
        found = self.values(prop, subject)
        assert len(found) == 1, f"{prop}: {found}"
        return found[0]

    def problem(self) -> str:
        """The artefact status, or an empty text."""
        states = [v for v in self.values("status") if v.startswith("artefact-status/")]
        assert len(states) <= 1
        return states[0].removeprefix("artefact-status/") if states else ""

    def note(self) -> str:
        return " | ".join(self.values("note") + self.values("parseNote"))


def _local(node: object) -> str:
    assert isinstance(node, NamedNode)
    return node.value.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def _short(node: object) -> str:
    if isinstance(node, Literal):
        return node.value
    assert isinstance(node, NamedNode)
    return "/".join(node.value.rsplit("#", 1)[-1].rsplit("/", 2)[-2:])
