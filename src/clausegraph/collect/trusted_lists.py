"""Trusted lists (ETSI TS 119 612, format versions 4 to 6) and lists of trusted lists.

Input: the bytes of a list. Output: the list, its services with type, status, identities,
additional information and qualifiers, and their history. The signature is **not** verified here
and the list says so. Extensions that are not understood, critical ones too, are noted; they
never drop a service. A history entry without a certificate inherits the certificates of its
service, because lists give them there by key identifier or subject name only.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.artefacts import x509
from clausegraph.artefacts.secure_xml import parse_xml
from clausegraph.artefacts.text import UnreadableError, clean, xml_instant
from clausegraph.collect.facts import (
    CONTAINS,
    ISSUED,
    KIND,
    NOTE,
    PUBLISHER,
    SPATIAL,
    STATUS,
    TITLE,
    TYPE,
    VALID_FROM,
    VERSION,
    cg,
    code,
    instant,
    problem,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clausegraph.collect.gathered import Gathered

_TSL = "{http://uri.etsi.org/02231/v2#}"
_TAKEN_OVER = "{http://uri.etsi.org/02231/v2/additionaltypes#}TakenOverBy"
_QUALIFICATIONS = (
    "{http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#}Qualifications"
)
_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_VERSIONS = frozenset({"4", "5", "6"})
_SERVICE_TYPE = "http://uri.etsi.org/TrstSvc/Svctype/"

# The codes of the codelists tl-service-type, tl-status, tl-additional and tl-qualifier; any
# other URI is kept as it is, so that the graph names no concept that nobody defined.
SERVICE_TYPES = frozenset({
    "CA-QC", "Certstatus-OCSP-QC", "Certstatus-CRL-QC", "TSA-QTST", "EDS-Q", "EDS-REM-Q",
    "PSES-Q", "QESValidation-Q", "RemoteQSigCDManagement-Q", "RemoteQSealCDManagement-Q",
    "EAA-Q", "ElectronicArchiving-Q", "Ledgers-Q", "CA-PKC", "NationalRootCA-QC",
    "Certstatus-OCSP", "Certstatus-CRL", "TSA", "TSA-TSS-QC", "TSA-TSS-AdESQCandQES", "ACA",
    "RA", "RA-nothavingPKIid", "IdV", "IdV-nothavingPKIid", "SignaturePolicyAuthority",
    "Archiv", "TLIssuer", "unspecified",
})  # fmt: skip
STATUSES = frozenset({
    "granted", "withdrawn", "recognisedatnationallevel", "deprecatedatnationallevel",
    "setbynationallaw", "deprecatedbynationallaw", "undersupervision", "supervisionincessation",
    "supervisionceased", "supervisionrevoked", "accredited", "accreditationceased",
    "accreditationrevoked",
})  # fmt: skip
ADDITIONAL = frozenset({"ForeSignatures", "ForeSeals", "ForWebSiteAuthentication", "RootCA-QC"})
QUALIFIERS = frozenset({
    "QCWithQSCD", "QCNoQSCD", "QCQSCDStatusAsInCert", "QCQSCDManagedOnBehalf", "QCWithSSCD",
    "QCNoSSCD", "QCSSCDStatusAsInCert", "QCForESig", "QCForESeal", "QCForWSA",
    "QCForLegalPerson", "QCStatement", "NotQualified",
})  # fmt: skip

_PERSONAL = re.compile(
    r"(?:^|[,+/ ])(?:OID\.)?(?:GIVENNAME|GN|G|SURNAME|SN|PSEUDONYM|2\.5\.4\.(?:4|42|65))\s*=",
    re.IGNORECASE,
)
_LIST = cg("TrustedList")
_SERVICE = cg("ListedService")
_HISTORY = cg("ListedServiceHistory")
_ON_LIST = cg("onList")
_ENTRY = cg("entry")
_HISTORY_OF = cg("history")
_PROVIDER_NAME = cg("providerName")
_TYPE_URI = cg("serviceTypeUri")
_STATUS_URI = cg("statusUri")
_IDENTITY = cg("digitalIdentity")
_SKI = cg("subjectKeyIdentifier")
_ADDITIONAL_TERM = cg("additionalInformation")
_QUALIFIER_TERM = cg("qualifier")
_FORMAT_VERSION = cg("formatVersion")
_NEXT_UPDATE = cg("nextUpdate")
_SIGNATURE_STATE = cg("signatureState")
_NOT_VERIFIED = code("signature-state", "not-verified")


def facts(data: bytes, artefact: NamedNode, _gathered: Gathered) -> Iterator[Triple]:
    """The facts of a trusted list.

    Args:
        data: the content of the file.
        artefact: the IRI of the file; list and entries are named by its fragments.
    """
    try:
        root = parse_xml(data)
        if root.tag != f"{_TSL}TrustServiceStatusList":
            raise UnreadableError("The XML is not a trusted list of TS 119 612.")
    except UnreadableError as error:
        yield from problem(artefact, "unreadable", str(error))
        return
    yield from _ListReader(artefact).read(root)


class _ListReader:
    """Reads one list; holds the IRIs and the key identifiers of certificates met before."""

    def __init__(self, artefact: NamedNode) -> None:
        self.artefact = artefact
        self.node = NamedNode(f"{artefact.value}#list")
        self._keys: dict[str, str] = {}

    def read(self, root: Any) -> Iterator[Triple]:
        yield Triple(self.artefact, CONTAINS, self.node)
        yield Triple(self.node, TYPE, _LIST)
        yield from self._scheme(root)
        yield Triple(self.node, _SIGNATURE_STATE, _NOT_VERIFIED)
        signatures = len(root.findall(_SIGNATURE))
        if signatures != 1:
            yield self._note(self.node, f"The list has {signatures} signatures instead of one.")
        providers = root.iterfind(f"{_TSL}TrustServiceProviderList/{_TSL}TrustServiceProvider")
        for p, provider in enumerate(providers, 1):
            name = _preferred(provider.find(f"{_TSL}TSPInformation/{_TSL}TSPName"))
            services = provider.iterfind(f"{_TSL}TSPServices/{_TSL}TSPService")
            for s, service in enumerate(services, 1):
                yield from self._service(service, f"#entry-{p}-{s}", name)

    def _scheme(self, root: Any) -> Iterator[Triple]:
        scheme = root.find(f"{_TSL}SchemeInformation")
        if scheme is None:
            yield self._note(self.node, "The list has no scheme information.")
            return
        version = _child_text(scheme, "TSLVersionIdentifier")
        if version not in _VERSIONS:
            yield self._note(self.node, f"Format version {version!r} is not one of 4, 5 and 6.")
        for term, value in (
            (SPATIAL, _child_text(scheme, "SchemeTerritory")),
            (VERSION, _child_text(scheme, "TSLSequenceNumber")),
            (_FORMAT_VERSION, version),
            (PUBLISHER, _preferred(scheme.find(f"{_TSL}SchemeOperatorName"))),
        ):
            if value:
                yield Triple(self.node, term, text(value))
        yield from self._time(self.node, ISSUED, "issue", _child_text(scheme, "ListIssueDateTime"))
        following = scheme.findtext(f"{_TSL}NextUpdate/{_TSL}dateTime") or ""
        yield from self._time(self.node, _NEXT_UPDATE, "next update", following)
        kind = _child_text(scheme, "TSLType")
        if kind.endswith(("/EUlistofthelists", "/EUlistofthelist")):
            yield self._note(self.node, "A list of trusted lists: it points to lists of countries.")

    def _service(self, service: Any, fragment: str, provider: str) -> Iterator[Triple]:
        node = NamedNode(self.artefact.value + fragment)
        yield Triple(self.node, _ENTRY, node)
        yield Triple(node, TYPE, _SERVICE)
        information = service.find(f"{_TSL}ServiceInformation")
        identities: list[str] = []
        if information is None:
            yield self._note(node, "The entry has no service information.")
        else:
            yield from self._entry(node, information, provider, identities, ())
        history = service.iterfind(f"{_TSL}ServiceHistory/{_TSL}ServiceHistoryInstance")
        for number, instance in enumerate(history, 1):
            past = NamedNode(f"{node.value}-history-{number}")
            yield Triple(node, _HISTORY_OF, past)
            yield Triple(past, TYPE, _HISTORY)
            yield from self._entry(past, instance, provider, [], tuple(identities))

    def _entry(
        self,
        node: NamedNode,
        information: Any,
        provider: str,
        identities: list[str],
        inherited: tuple[str, ...],
    ) -> Iterator[Triple]:
        """What an entry and a history instance have in common; fills ``identities``."""
        yield Triple(node, _ON_LIST, self.node)
        if provider:
            yield Triple(node, _PROVIDER_NAME, text(provider))
        title = _preferred(information.find(f"{_TSL}ServiceName"))
        if title:
            yield Triple(node, TITLE, text(title))
        yield from self._kind_and_status(node, information)
        since = _child_text(information, "StatusStartingTime")
        yield from self._time(node, VALID_FROM, "status starting", since)
        identity = information.find(f"{_TSL}ServiceDigitalIdentity")
        yield from self._identity(node, identity, identities, inherited)
        extensions = information.iterfind(f"{_TSL}ServiceInformationExtensions/{_TSL}Extension")
        seen: set[Triple] = set()
        for extension in extensions:
            for triple in self._extension(node, extension):
                if triple not in seen:
                    seen.add(triple)
                    yield triple

    def _kind_and_status(self, node: NamedNode, information: Any) -> Iterator[Triple]:
        uri = _child_text(information, "ServiceTypeIdentifier")
        kind = uri.removeprefix(_SERVICE_TYPE).rstrip("/").replace("/", "-")
        if uri.startswith(_SERVICE_TYPE) and kind in SERVICE_TYPES:
            yield Triple(node, KIND, code("tl-service-type", kind))
        elif uri:
            yield Triple(node, _TYPE_URI, text(uri))
        else:
            yield self._note(node, "The entry has no service type.")
        uri = _child_text(information, "ServiceStatus")
        status = _known(uri, STATUSES)
        if status:
            yield Triple(node, STATUS, code("tl-status", status))
        elif uri:
            yield Triple(node, _STATUS_URI, text(uri))
        else:
            yield self._note(node, "The entry has no status.")

    def _identity(
        self, node: NamedNode, identity: Any, identities: list[str], inherited: tuple[str, ...]
    ) -> Iterator[Triple]:
        keys: list[str] = []
        notes: list[str] = []
        names: list[str] = []
        for item in () if identity is None else identity.iterfind(f"{_TSL}DigitalId/*"):
            value = item.text or ""
            if item.tag == f"{_TSL}X509Certificate":
                der = _base64(value)
                if der:
                    sha256 = hashlib.sha256(der).hexdigest()
                    identities.append(sha256)
                    keys.append(self._key_of(der, sha256))
                else:
                    notes.append("A certificate of the identity is no base64 text.")
            elif item.tag == f"{_TSL}X509SKI":
                key = _base64(value)
                if key:
                    keys.append(key.hex())
                else:
                    notes.append("A key identifier of the identity is no base64 text.")
            elif item.tag == f"{_TSL}X509SubjectName":
                names.append(" ".join(value.split()))
        own = identities or inherited
        keys += [self._keys.get(sha256, "") for sha256 in own]
        if not own and not keys:  # else the name adds nothing, and it may be a person's
            notes += [f"Subject name: {name}" for name in names if not _PERSONAL.search(name)]
        for sha256 in dict.fromkeys(own):
            yield Triple(node, _IDENTITY, Literal(sha256))
        for hexadecimal in dict.fromkeys(filter(None, keys)):
            yield Triple(node, _SKI, text(hexadecimal))
        for note in dict.fromkeys(notes):
            yield self._note(node, note)

    def _key_of(self, der: bytes, sha256: str) -> str:
        """The key identifier of a listed certificate, so that issued ones can be matched."""
        if sha256 not in self._keys:
            self._keys[sha256] = x509.subject_key_identifier(der).hex()
        return self._keys[sha256]

    def _extension(self, node: NamedNode, extension: Any) -> Iterator[Triple]:
        for content in extension:
            if content.tag == f"{_TSL}AdditionalServiceInformation":
                uri = _child_text(content, "URI")
                value = _known(uri, ADDITIONAL)
                if value:
                    yield Triple(node, _ADDITIONAL_TERM, code("tl-additional", value))
                else:
                    yield self._note(node, f"Unknown additional service information: {uri}")
            elif content.tag == _QUALIFICATIONS:
                yield from self._qualifiers(node, content)
            elif content.tag == _TAKEN_OVER:
                name = _preferred(content.find("{*}TSPName"))
                yield self._note(node, f"Taken over by: {name or 'not named'}")
            elif content.tag == f"{_TSL}ExpiredCertsRevocationInfo":
                since = clean(content.text or "", 40)
                yield self._note(node, f"Revocation information of expired certificates: {since}")
            else:
                critical = (extension.get("Critical") or "").strip() in {"true", "1"}
                grade = "critical" if critical else "non-critical"
                local = str(content.tag).rpartition("}")[2]
                yield self._note(node, f"Unknown {grade} extension {local}")

    def _qualifiers(self, node: NamedNode, qualifications: Any) -> Iterator[Triple]:
        for qualifier in qualifications.iterfind(
            "{*}QualificationElement/{*}Qualifiers/{*}Qualifier"
        ):
            uri = (qualifier.get("uri") or "").strip()
            value = _known(uri, QUALIFIERS)
            if value:
                yield Triple(node, _QUALIFIER_TERM, code("tl-qualifier", value))
            else:
                yield self._note(node, f"Unknown qualifier: {uri}")

    def _time(self, node: NamedNode, term: NamedNode, what: str, value: str) -> Iterator[Triple]:
        if not value.strip():
            yield self._note(node, f"No {what} time is given.")
            return
        try:
            yield Triple(node, term, instant(xml_instant(value)))
        except UnreadableError as error:
            yield self._note(node, f"The {what} time is unreadable: {error}.")

    @staticmethod
    def _note(node: NamedNode, note: str) -> Triple:
        return Triple(node, NOTE, text(note))


def _child_text(parent: Any, name: str) -> str:
    return str(parent.findtext(_TSL + name) or "").strip()


def _preferred(names: Any) -> str:
    """The English name of several, else the first."""
    if names is None:
        return ""
    first = ""
    for name in names.iterfind(f"{_TSL}Name"):
        value = " ".join((name.text or "").split())
        if value and (name.get(_LANG) or "").lower().startswith("en"):
            return value
        first = first or value
    return first


def _known(uri: str, values: frozenset[str]) -> str:
    """The last segment of an ETSI URI when it is one of the values, else an empty text."""
    head, _, last = uri.rstrip("/").rpartition("/")
    known = last in values and head.startswith(("http://uri.etsi.org/", "https://uri.etsi.org/"))
    return last if known else ""


def _base64(value: str) -> bytes:
    try:
        return binascii.a2b_base64("".join(value.split()), strict_mode=True)
    except (ValueError, binascii.Error):  # ValueError: not ASCII
        return b""
