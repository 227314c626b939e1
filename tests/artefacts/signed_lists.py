"""Signed lists that the tests make themselves: signers, pointers, national lists, LOTLs.

Everything is fixed except the keys. The signatures are made by the tool that signs the lists of
the example packs.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from lxml import etree

from tools.make_packs.xades import ENVELOPED, EXCLUSIVE, sign

TSL = "http://uri.etsi.org/02231/v2#"
GENERIC = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric"
LOTL = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists"
XML = "application/vnd.etsi.tsl+xml"
TSL_SIGNING = ObjectIdentifier("0.4.0.2231.3.0")


@dataclass(frozen=True)
class Holder:
    """A key with its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.der).hexdigest()


@cache
def holder(
    name: str,
    country: str = "XA",
    since: int = 2020,
    until: int = 2030,
    *,
    serial: int = 1,
    ca: bool = False,
    purpose: ObjectIdentifier = TSL_SIGNING,
    reuse: str = "",
) -> Holder:
    """A signer; the same arguments give the same one, ``reuse`` the key of another name."""
    key = _key(reuse or name)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(datetime(since, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(until, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Holder(key, certificate)


@cache
def _key(name: str) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


OTHER_PURPOSE = ExtendedKeyUsageOID.CLIENT_AUTH


def pointer(
    territory: str,
    *signers: Holder,
    kind: str = GENERIC,
    location: str = "https://lists.example/list.xml",
    mime: str = XML,
    certificates: Sequence[str] = (),
) -> str:
    """A pointer; ``certificates`` are texts beside those of the signers."""
    texts = [base64.b64encode(s.der).decode() for s in signers] + list(certificates)
    identities = "".join(
        "<ServiceDigitalIdentity><DigitalId><X509Certificate>"
        f"{text}</X509Certificate></DigitalId></ServiceDigitalIdentity>"
        for text in texts
    )
    return f"""<OtherTSLPointer><ServiceDigitalIdentities>{identities}</ServiceDigitalIdentities>
<TSLLocation>{location}</TSLLocation><AdditionalInformation>
<OtherInformation><TSLType>{kind}</TSLType></OtherInformation>
<OtherInformation><SchemeTerritory>{territory}</SchemeTerritory></OtherInformation>
<OtherInformation><SchemeTypeCommunityRules><URI xml:lang="en">urn:rules</URI>
</SchemeTypeCommunityRules></OtherInformation>
<OtherInformation><a:MimeType>{mime}</a:MimeType></OtherInformation>
</AdditionalInformation></OtherTSLPointer>"""


def unsigned(
    territory: str = "XA",
    *pointers: str,
    kind: str = GENERIC,
    sequence: int | str = 7,
    issued: str = "2026-03-01T00:00:00Z",
    next_update: str = "2026-09-01T00:00:00Z",
    uris: Sequence[str] = (),
    version: int = 6,
    identifier: str = "",
    body: str = "",
) -> bytes:
    """A list without signature."""
    links = "".join(f'<URI xml:lang="en">{uri}</URI>' for uri in uris)
    name = f' Id="{identifier}"' if identifier else ""
    update = f"<dateTime>{next_update}</dateTime>" if next_update else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<TrustServiceStatusList xmlns="{TSL}" xmlns:a="http://uri.etsi.org/02231/v2/additionaltypes#"{name}>
<SchemeInformation><TSLVersionIdentifier>{version}</TSLVersionIdentifier>
<TSLSequenceNumber>{sequence}</TSLSequenceNumber><TSLType>{kind}</TSLType>
<SchemeOperatorName><Name xml:lang="en">Operator</Name></SchemeOperatorName>
<SchemeInformationURI>{links}</SchemeInformationURI>
<SchemeTerritory>{territory}</SchemeTerritory>
<PointersToOtherTSL>{"".join(pointers)}</PointersToOtherTSL>
<ListIssueDateTime>{issued}</ListIssueDateTime><NextUpdate>{update}</NextUpdate>
</SchemeInformation><TrustServiceProviderList>{body}</TrustServiceProviderList>
</TrustServiceStatusList>""".encode()


def signed(
    data: bytes,
    signer: Holder,
    *,
    uri: str = "",
    covered: str = "",
    transforms: tuple[str, ...] = (ENVELOPED, EXCLUSIVE),
    when: str = "2026-03-01T00:00:00Z",
) -> bytes:
    """The list with an enveloped signature; ``covered`` is the path of what is signed instead."""
    root = etree.fromstring(data)
    part = root.find(covered) if covered else None
    sign(root, signer.key, signer.der, when, covered=part, uri=uri, transforms=transforms)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def lotl(
    signer: Holder,
    *pointers: str,
    announced: Sequence[Holder] = (),
    territory: str = "XA",
    sequence: int = 1,
    issued: str = "2026-01-01T00:00:00Z",
    next_update: str = "2026-07-01T00:00:00Z",
    uris: Sequence[str] = (),
) -> bytes:
    """A signed LOTL that announces its own signers and points to lists."""
    own = pointer(territory, *announced, kind=LOTL, location="https://lists.example/lotl.xml")
    return signed(
        unsigned(
            territory, own, *pointers, kind=LOTL, sequence=sequence, issued=issued,
            next_update=next_update, uris=uris,
        ),
        signer,
    )  # fmt: skip
