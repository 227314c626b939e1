"""A trusted list in the shape of ETSI TS 119 612 (format version 6), signed.

Purpose: the list of the fictional territory XA with the provider's services, each identified by
its CA certificate, with history. Signed by an enveloped XML signature with XAdES properties.
Inputs: entries and the scheme operator's holder. Outputs: XML bytes.
Clause: EN 319 411-2 clause 6.3.5 (OVR-6.3.5-12 names the list as trust anchor).
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

from tools.make_packs.pki import PROVIDER, TERRITORY, Holder

TSL = "http://uri.etsi.org/02231/v2#"
SIE = "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
ADD = "http://uri.etsi.org/02231/v2/additionaltypes#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
DS = "http://www.w3.org/2000/09/xmldsig#"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TRUST = "http://uri.etsi.org/TrstSvc"
INFO = f"{TRUST}/TrustedList/SvcInfoExt"
C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"


@dataclass(frozen=True)
class Period:
    """A status with its start."""

    status: str
    since: str


@dataclass(frozen=True)
class Service:
    """One service entry."""

    title: str
    kind: str
    identity: Holder
    now: Period
    past: tuple[Period, ...] = ()
    additional: tuple[str, ...] = ()
    qualifiers: tuple[str, ...] = ()
    policy_oid: str = ""
    extra: dict[str, str] = field(default_factory=dict)


def _el(parent: etree._Element, tag: str, text: str | None = None, **attrs: str) -> etree._Element:
    element = etree.SubElement(parent, tag if tag.startswith("{") else f"{{{TSL}}}{tag}")
    element.text = text
    for key, value in attrs.items():
        element.set(XML_LANG if key == "lang" else key, value)
    return element


def _names(parent: etree._Element, tag: str, text: str) -> None:
    _el(_el(parent, tag), "Name", text, lang="en")


def _uris(parent: etree._Element, tag: str, *uris: str) -> None:
    holder = _el(parent, tag)
    for uri in uris:
        _el(holder, "URI", uri, lang="en")


def _address(parent: etree._Element, tag: str, mail: str, page: str) -> None:
    address = _el(parent, tag)
    postal = _el(_el(address, "PostalAddresses"), "PostalAddress", lang="en")
    _el(postal, "StreetAddress", "1 Fictional Square")
    _el(postal, "Locality", "Sampletown")
    _el(postal, "PostalCode", "00001")
    _el(postal, "CountryName", TERRITORY)
    electronic = _el(address, "ElectronicAddress")
    _el(electronic, "URI", f"mailto:{mail}", lang="en")
    _el(electronic, "URI", page, lang="en")


def _identity(parent: etree._Element, holder: Holder, *, full: bool) -> None:
    identity = _el(parent, "ServiceDigitalIdentity")
    if full:
        _el(_el(identity, "DigitalId"), "X509Certificate", base64.b64encode(holder.der).decode())
    subject = holder.certificate.subject.rfc4514_string()
    _el(_el(identity, "DigitalId"), "X509SubjectName", subject)
    key = holder.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    _el(_el(identity, "DigitalId"), "X509SKI", base64.b64encode(key.digest).decode())


def _extensions(parent: etree._Element, service: Service) -> None:
    if not service.additional and not service.qualifiers:
        return
    extensions = _el(parent, "ServiceInformationExtensions")
    for uri in service.additional:
        extension = _el(extensions, "Extension", Critical="true")
        _el(_el(extension, "AdditionalServiceInformation"), "URI", f"{INFO}/{uri}", lang="en")
    if service.qualifiers:
        extension = _el(extensions, "Extension", Critical="true")
        element = _el(_el(extension, f"{{{SIE}}}Qualifications"), f"{{{SIE}}}QualificationElement")
        qualifiers = _el(element, f"{{{SIE}}}Qualifiers")
        for code in service.qualifiers:
            _el(qualifiers, f"{{{SIE}}}Qualifier", uri=f"{INFO}/{code}")
        criteria = _el(element, f"{{{SIE}}}CriteriaList", **{"assert": "atLeastOne"})
        policies = _el(criteria, f"{{{SIE}}}PolicySet")
        identifier = _el(policies, f"{{{SIE}}}PolicyIdentifier")
        _el(identifier, f"{{{XADES}}}Identifier", service.policy_oid)


def _entry(parent: etree._Element, service: Service) -> None:
    entry = _el(parent, "TSPService")
    info = _el(entry, "ServiceInformation")
    kind = f"{TRUST}/Svctype/{service.kind}"
    _el(info, "ServiceTypeIdentifier", kind)
    _names(info, "ServiceName", service.title)
    _identity(info, service.identity, full=True)
    _el(info, "ServiceStatus", f"{TRUST}/TrustedList/Svcstatus/{service.now.status}")
    _el(info, "StatusStartingTime", service.now.since)
    _extensions(info, service)
    if service.past:
        history = _el(entry, "ServiceHistory")
        for period in service.past:
            instance = _el(history, "ServiceHistoryInstance")
            _el(instance, "ServiceTypeIdentifier", kind)
            _names(instance, "ServiceName", service.title)
            _identity(instance, service.identity, full=False)
            _el(instance, "ServiceStatus", f"{TRUST}/TrustedList/Svcstatus/{period.status}")
            _el(instance, "StatusStartingTime", period.since)
            _extensions(instance, service)


def _scheme(root: etree._Element, sequence: int, issued: str, next_update: str) -> None:
    scheme = _el(root, "SchemeInformation")
    _el(scheme, "TSLVersionIdentifier", "6")
    _el(scheme, "TSLSequenceNumber", str(sequence))
    _el(scheme, "TSLType", f"{TRUST}/TrustedList/TSLType/EUgeneric")
    _names(scheme, "SchemeOperatorName", "Fictional Scheme Operator of Territory XA")
    _address(
        scheme, "SchemeOperatorAddress", "office@scheme-xa.example", "https://scheme-xa.example/"
    )
    _names(scheme, "SchemeName", "XA:Example trusted list of a fictional territory")
    _uris(scheme, "SchemeInformationURI", "https://scheme-xa.example/trusted-list")
    _el(scheme, "StatusDeterminationApproach", f"{TRUST}/TrustedList/StatusDetn/EUappropriate")
    _uris(
        scheme,
        "SchemeTypeCommunityRules",
        f"{TRUST}/TrustedList/schemerules/EUcommon",
        f"{TRUST}/TrustedList/schemerules/{TERRITORY}",
    )
    _el(scheme, "SchemeTerritory", TERRITORY)
    notice = _el(scheme, "PolicyOrLegalNotice")
    _el(notice, "TSLLegalNotice", "Fictional list for examples; it grants nothing.", lang="en")
    _el(scheme, "HistoricalInformationPeriod", "65535")
    _el(scheme, "ListIssueDateTime", issued)
    _el(_el(scheme, "NextUpdate"), "dateTime", next_update)
    _uris(scheme, "DistributionPoints", "https://scheme-xa.example/trusted-list/tl-xa.xml")


def build(
    services: list[Service], operator: Holder, sequence: int, issued: str, next_update: str
) -> bytes:
    """Make and sign the list.

    Args:
        services: the entries, in order.
        operator: who signs.
        sequence: the sequence number.
        issued: date and time of issue, with Z.
        next_update: date and time of the next issue, with Z.

    Returns:
        The XML file.
    """
    root = etree.Element(f"{{{TSL}}}TrustServiceStatusList", nsmap={None: TSL})  # type: ignore[dict-item]
    root.set("Id", "tl-xa")
    root.set("TSLTag", "http://uri.etsi.org/19612/TSLTag")
    _scheme(root, sequence, issued, next_update)
    provider = _el(_el(root, "TrustServiceProviderList"), "TrustServiceProvider")
    info = _el(provider, "TSPInformation")
    _names(info, "TSPName", PROVIDER)
    _names(info, "TSPTradeName", "NTRXA-0000001")
    _address(info, "TSPAddress", "info@aurora-trust.example", "https://aurora-trust.example/")
    _uris(info, "TSPInformationURI", "https://aurora-trust.example/")
    listed = _el(provider, "TSPServices")
    for service in services:
        _entry(listed, service)
    etree.indent(root)
    _sign(root, operator, issued)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _digest(element: etree._Element) -> str:
    data = etree.tostring(element, method="c14n", exclusive=True)
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def _reference(parent: etree._Element, uri: str, digest: str, *transforms: str) -> etree._Element:
    reference = _el(parent, f"{{{DS}}}Reference", URI=uri)
    holder = _el(reference, f"{{{DS}}}Transforms")
    for algorithm in transforms:
        _el(holder, f"{{{DS}}}Transform", Algorithm=algorithm)
    _el(reference, f"{{{DS}}}DigestMethod", Algorithm="http://www.w3.org/2001/04/xmlenc#sha256")
    _el(reference, f"{{{DS}}}DigestValue", digest)
    return reference


def _sign(root: etree._Element, operator: Holder, when: str) -> None:
    document = _digest(root)
    signature = etree.SubElement(root, f"{{{DS}}}Signature", nsmap={"ds": DS})
    signature.set("Id", "signature")
    signed_info = _el(signature, f"{{{DS}}}SignedInfo")
    value = _el(signature, f"{{{DS}}}SignatureValue")
    data = _el(_el(signature, f"{{{DS}}}KeyInfo"), f"{{{DS}}}X509Data")
    _el(data, f"{{{DS}}}X509Certificate", base64.b64encode(operator.der).decode())
    holder = _el(signature, f"{{{DS}}}Object")
    qualifying = etree.SubElement(
        holder, f"{{{XADES}}}QualifyingProperties", nsmap={"xades": XADES}, Target="#signature"
    )
    properties = _el(qualifying, f"{{{XADES}}}SignedProperties", Id="signed-properties")
    own = _el(properties, f"{{{XADES}}}SignedSignatureProperties")
    _el(own, f"{{{XADES}}}SigningTime", when)
    certificate = _el(_el(own, f"{{{XADES}}}SigningCertificateV2"), f"{{{XADES}}}Cert")
    digest = _el(certificate, f"{{{XADES}}}CertDigest")
    _el(digest, f"{{{DS}}}DigestMethod", Algorithm="http://www.w3.org/2001/04/xmlenc#sha256")
    fingerprint = base64.b64encode(hashlib.sha256(operator.der).digest()).decode()
    _el(digest, f"{{{DS}}}DigestValue", fingerprint)
    _el(signed_info, f"{{{DS}}}CanonicalizationMethod", Algorithm=C14N)
    _el(
        signed_info,
        f"{{{DS}}}SignatureMethod",
        Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    )
    _reference(signed_info, "", document, f"{DS}enveloped-signature", C14N)
    reference = _reference(signed_info, "#signed-properties", _digest(properties), C14N)
    reference.set("Type", "http://uri.etsi.org/01903#SignedProperties")
    signed = etree.tostring(signed_info, method="c14n", exclusive=True)
    r, s = decode_dss_signature(operator.key.sign(signed, ec.ECDSA(hashes.SHA256())))
    value.text = base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
