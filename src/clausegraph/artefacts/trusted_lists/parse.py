"""From the XML of a trusted list to its values.

Input: the bytes or the root element of a list of format version 4, 5 or 6. Output: `TrustedList`.
Nothing that a list says makes the parser drop a service: what cannot be read is noted. An entry of
a history without a certificate inherits those of its service, because lists give them there by key
identifier or subject name only.
Clause: TS 119 612 5.3 to 5.6 (V1.1.1 for version 4, V2.x for 5 and 6).
"""

from __future__ import annotations

import binascii
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from clausegraph.artefacts import x509
from clausegraph.artefacts.secure_xml import parse_xml
from clausegraph.artefacts.text import UnreadableError, clean, xml_instant
from clausegraph.artefacts.trusted_lists.extensions import read_extensions
from clausegraph.artefacts.trusted_lists.heads import TSL, read_head
from clausegraph.artefacts.trusted_lists.model import (
    SERVICE_TYPES,
    STATUSES,
    Coded,
    Identity,
    ListedCertificate,
    Period,
    Provider,
    Service,
    TrustedList,
)
from clausegraph.artefacts.trusted_lists.wording import child_text, coded, preferred

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_VERSIONS = frozenset({"4", "5", "6"})
_SERVICE_TYPE = "http://uri.etsi.org/TrstSvc/Svctype/"


def parse_list(data: bytes) -> TrustedList:
    """Read a trusted list.

    Args:
        data: the file, or the bytes of it that its signature covers.

    Raises:
        UnreadableError: the bytes are no trusted list, or refused (DOCTYPE, too large, too deep).
    """
    root = parse_xml(data)
    if root.tag != f"{TSL}TrustServiceStatusList":
        raise UnreadableError("The XML is not a trusted list of TS 119 612.")
    return _Reader().read(root, hashlib.sha256(data).hexdigest())


class _Reader:
    """Reads one list; holds the certificates met before, since many services repeat them."""

    def __init__(self) -> None:
        self._certificates: dict[bytes, ListedCertificate] = {}

    def read(self, root: Any, sha256: str) -> TrustedList:
        head = read_head(root)
        notes = list(head.notes)
        scheme = root.find(f"{TSL}SchemeInformation")
        if head.version not in _VERSIONS and scheme is not None:
            notes.append(f"Format version {head.version!r} is not one of 4, 5 and 6.")
        signatures = len(root.findall(_SIGNATURE))
        if signatures != 1:
            notes.append(f"The list has {signatures} signatures instead of one.")
        providers = root.iterfind(f"{TSL}TrustServiceProviderList/{TSL}TrustServiceProvider")
        return TrustedList(
            sha256=sha256,
            head=head,
            operator="" if scheme is None else preferred(scheme.find(f"{TSL}SchemeOperatorName")),
            providers=tuple(self._provider(n, each) for n, each in enumerate(providers, 1)),
            signatures=signatures,
            notes=tuple(notes),
        )

    def _provider(self, number: int, provider: Any) -> Provider:
        information = provider.find(f"{TSL}TSPInformation")
        trade_names: list[str] = []
        name = ""
        if information is not None:
            name = preferred(information.find(f"{TSL}TSPName"))
            trade = information.iterfind(f"{TSL}TSPTradeName/{TSL}Name")
            trade_names = [clean(each.text or "", 200) for each in trade]
        services = provider.iterfind(f"{TSL}TSPServices/{TSL}TSPService")
        return Provider(
            number,
            name,
            tuple(self._service(n, each) for n, each in enumerate(services, 1)),
            tuple(dict.fromkeys(trade_names)),
        )

    def _service(self, number: int, service: Any) -> Service:
        information = service.find(f"{TSL}ServiceInformation")
        history = service.iterfind(f"{TSL}ServiceHistory/{TSL}ServiceHistoryInstance")
        past = [self._period(n, each) for n, each in enumerate(history, 1)]
        if information is None:
            return Service(number, _with_ends(past))
        current = self._period(0, information)
        past = [_inheriting(each, current.identity) for each in past]
        return Service(number, (current, *_with_ends(past, current.since)))

    def _period(self, number: int, element: Any) -> Period:
        notes: list[str] = []
        extensions = read_extensions(
            element.iterfind(f"{TSL}ServiceInformationExtensions/{TSL}Extension")
        )
        kind = _kind(child_text(element, "ServiceTypeIdentifier"))
        status = coded(child_text(element, "ServiceStatus"), STATUSES)
        if not kind.uri:
            notes.append("The entry has no service type.")
        if not status.uri:
            notes.append("The entry has no status.")
        return Period(
            number=number,
            kind=kind,
            status=status,
            since=_time(child_text(element, "StatusStartingTime"), notes),
            until=None,
            name=preferred(element.find(f"{TSL}ServiceName")),
            identity=self._identity(element.find(f"{TSL}ServiceDigitalIdentity")),
            additional=extensions.additional,
            qualifications=extensions.qualifications,
            taken_over_by=extensions.taken_over_by,
            expired_since=extensions.expired_since,
            expired_text=extensions.expired_text,
            unknown=extensions.unknown,
            notes=(*notes, *extensions.notes),
        )

    def _identity(self, element: Any) -> Identity:
        certificates: list[ListedCertificate] = []
        keys: list[bytes] = []
        names: list[str] = []
        notes: list[str] = []
        for item in () if element is None else element.iterfind(f"{TSL}DigitalId/*"):
            value = item.text or ""
            if item.tag == f"{TSL}X509Certificate":
                if der := _base64(value):
                    certificates.append(self._certificate(der))
                else:
                    notes.append("A certificate of the identity is no base64 text.")
            elif item.tag == f"{TSL}X509SKI":
                if key := _base64(value):
                    keys.append(key)
                else:
                    notes.append("A key identifier of the identity is no base64 text.")
            elif item.tag == f"{TSL}X509SubjectName":
                names.append(clean(" ".join(value.split())))
        return Identity(
            tuple(dict.fromkeys(certificates)),
            tuple(dict.fromkeys(keys)),
            tuple(dict.fromkeys(names)),
            notes=tuple(dict.fromkeys(notes)),
        )

    def _certificate(self, der: bytes) -> ListedCertificate:
        known = self._certificates.get(der)
        if known is None:
            sha256 = hashlib.sha256(der).hexdigest()
            known = ListedCertificate(der, sha256, x509.subject_key_identifier(der))
            self._certificates[der] = known
        return known


def _inheriting(past: Period, current: Identity) -> Period:
    """An entry of a history with the certificates of its service, unless it has its own."""
    own = past.identity
    if own.certificates or not current.certificates:
        return past
    return replace(past, identity=replace(own, certificates=current.certificates, inherited=True))


def _with_ends(past: Sequence[Period], end: datetime | None = None) -> tuple[Period, ...]:
    """The periods of a history, each ending where the next one begins, in their listed order.

    A list should give them from the latest to the earliest; some do not, so times decide and the
    order as listed only among equal times. What begins after its own end has no duration.
    """
    latest_first = sorted(
        (each for each in past if each.since is not None),
        key=lambda each: each.since or end,  # type: ignore[arg-type,return-value]
        reverse=True,
    )
    ends: dict[int, datetime | None] = {}
    for each in latest_first:
        ends[each.number] = end
        end = each.since if end is None or (each.since and each.since < end) else end
    return tuple(
        replace(each, until=ends[each.number]) if each.number in ends else each for each in past
    )


def _kind(uri: str) -> Coded:
    name = uri.removeprefix(_SERVICE_TYPE).rstrip("/").replace("/", "-")
    known = uri.startswith(_SERVICE_TYPE) and name in SERVICE_TYPES
    return Coded(uri, name if known else "")


def _time(value: str, notes: list[str]) -> datetime | None:
    if not value:
        notes.append("No status starting time is given.")
        return None
    try:
        return xml_instant(value)
    except UnreadableError as error:
        notes.append(f"The status starting time is unreadable: {error}.")
        return None


def _base64(value: str) -> bytes:
    try:
        return binascii.a2b_base64("".join(value.split()), strict_mode=True)
    except (ValueError, binascii.Error):  # ValueError: not ASCII
        return b""
