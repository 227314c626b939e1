"""A trusted list in the shape of ETSI TS 119 612 (format version 6), signed.

Purpose: the list of the fictional territory XA with the provider's services, each identified by
its CA certificate, with history. Signed by an enveloped XML signature with XAdES properties.
Inputs: entries and the scheme operator's holder. Outputs: XML bytes.
Clause: EN 319 411-2 clause 6.3.5 (OVR-6.3.5-12 names the list as trust anchor).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from cryptography import x509
from lxml import etree

from tools.make_packs.pki import PROVIDER, TERRITORY, Holder
from tools.make_packs.xades import XADES, sign

TSL = "http://uri.etsi.org/02231/v2#"
SIE = "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
ADD = "http://uri.etsi.org/02231/v2/additionaltypes#"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TRUST = "http://uri.etsi.org/TrstSvc"
INFO = f"{TRUST}/TrustedList/SvcInfoExt"


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
    sign(root, operator.key, operator.der, issued)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
