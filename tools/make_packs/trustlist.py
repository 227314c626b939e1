"""A trusted list and a list of lists in the shape of ETSI TS 119 612 (format version 6), signed.

Purpose: the list of the fictional territory XA with the provider's services, each identified by
its CA certificate, with history; and the list that announces who may sign it. Signed by an
enveloped XML signature with XAdES properties.
Inputs: entries and the holders of the scheme operator. Outputs: XML bytes.
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
PLACE = "https://scheme-xa.example/"


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


@dataclass(frozen=True)
class Issue:
    """An issue of a list: its number, when it was issued and when the next one is due, with Z."""

    sequence: int
    issued: str
    next_update: str


@dataclass(frozen=True)
class Pointer:
    """Where a list lies and the certificates (DER) that may sign it."""

    kind: str
    location: str
    signers: tuple[bytes, ...]


def _scheme(root: etree._Element, kind: str, name: str, issue: Issue, *pointers: Pointer) -> None:
    scheme = _el(root, "SchemeInformation")
    _el(scheme, "TSLVersionIdentifier", "6")
    _el(scheme, "TSLSequenceNumber", str(issue.sequence))
    _el(scheme, "TSLType", f"{TRUST}/TrustedList/TSLType/{kind}")
    _names(scheme, "SchemeOperatorName", "Fictional Scheme Operator of Territory XA")
    _address(
        scheme, "SchemeOperatorAddress", "office@scheme-xa.example", "https://scheme-xa.example/"
    )
    _names(scheme, "SchemeName", name)
    _uris(scheme, "SchemeInformationURI", f"{PLACE}trusted-list")
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
    if pointers:
        holder = _el(scheme, "PointersToOtherTSL")
        for pointer in pointers:
            _pointer(_el(holder, "OtherTSLPointer"), pointer)
    _el(scheme, "ListIssueDateTime", issue.issued)
    _el(_el(scheme, "NextUpdate"), "dateTime", issue.next_update)
    _uris(scheme, "DistributionPoints", f"{PLACE}trusted-list/{root.get('Id')}.xml")


def _pointer(element: etree._Element, pointer: Pointer) -> None:
    identities = _el(element, "ServiceDigitalIdentities")
    for der in pointer.signers:
        identity = _el(_el(identities, "ServiceDigitalIdentity"), "DigitalId")
        _el(identity, "X509Certificate", base64.b64encode(der).decode())
    _el(element, "TSLLocation", pointer.location)
    additional = _el(element, "AdditionalInformation")
    kind = f"{TRUST}/TrustedList/TSLType/{pointer.kind}"
    _el(_el(additional, "OtherInformation"), "TSLType", kind)
    _el(_el(additional, "OtherInformation"), "SchemeTerritory", TERRITORY)
    mime = _el(additional, "OtherInformation")
    _el(mime, f"{{{ADD}}}MimeType", "application/vnd.etsi.tsl+xml")


def _root(identifier: str) -> etree._Element:
    root = etree.Element(f"{{{TSL}}}TrustServiceStatusList", nsmap={None: TSL})  # type: ignore[dict-item]
    root.set("Id", identifier)
    root.set("TSLTag", "http://uri.etsi.org/19612/TSLTag")
    return root


def _finished(root: etree._Element, signer: Holder, issue: Issue) -> bytes:
    etree.indent(root)
    sign(root, signer.key, signer.der, issue.issued)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def build_lotl(signer: Holder, listed: tuple[bytes, ...], issue: Issue) -> bytes:
    """Make and sign the list of lists, which points to itself and to the list of the territory.

    Args:
        signer: who signs the list of lists.
        listed: certificates (DER) that may sign the list of the territory.
        issue: number and times.

    Returns:
        The XML file.
    """
    root = _root("lotl-xa")
    place = f"{PLACE}trusted-list/"
    _scheme(
        root,
        "EUlistofthelists",
        "XA:Example list of trusted lists of a fictional territory",
        issue,
        Pointer("EUlistofthelists", f"{place}lotl-xa.xml", (signer.der,)),
        Pointer("EUgeneric", f"{place}tl-xa.xml", listed),
    )
    return _finished(root, signer, issue)


def build(services: list[Service], operator: Holder, issue: Issue) -> bytes:
    """Make and sign the list.

    Args:
        services: the entries, in order.
        operator: who signs.
        issue: number and times.

    Returns:
        The XML file.
    """
    root = _root("tl-xa")
    _scheme(root, "EUgeneric", "XA:Example trusted list of a fictional territory", issue)
    provider = _el(_el(root, "TrustServiceProviderList"), "TrustServiceProvider")
    info = _el(provider, "TSPInformation")
    _names(info, "TSPName", PROVIDER)
    _names(info, "TSPTradeName", "NTRXA-0000001")
    _address(info, "TSPAddress", "info@aurora-trust.example", "https://aurora-trust.example/")
    _uris(info, "TSPInformationURI", "https://aurora-trust.example/")
    listed = _el(provider, "TSPServices")
    for service in services:
        _entry(listed, service)
    return _finished(root, operator, issue)
