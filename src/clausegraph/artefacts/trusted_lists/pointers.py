"""Pointers of a list to other lists: who may sign them, where they lie.

Input: the root element of a list. Output: the pointers, each with the certificates that it
announces. A pointer that is malformed is noted and left out; a location that is not https is
refused and noted, while the signers that stand beside it count all the same, because the
signature of the list that points covers them and no transport.
Clause: TS 119 612 5.3.13; TS 119 615 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from clausegraph.artefacts.text import UnreadableError, clean
from clausegraph.artefacts.trusted_lists.heads import TSL, territory
from clausegraph.artefacts.trusted_lists.signature import Signer, base64_bytes, read_signer

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_POINTERS = 500
MAX_SIGNERS = 100
"""Greatest number of certificates that one pointer may announce."""
XML_LIST = "application/vnd.etsi.tsl+xml"
_ADDITIONAL = "{http://uri.etsi.org/02231/v2/additionaltypes#}"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pointer to another list.

    Attributes:
        territory: two letters as the lists write them, ``EU`` for the LOTL, or empty.
        location: where the list lies; empty when it is refused.
        refused: the location that is not https, or empty.
        list_type: URI of the type of the list.
        mime_type: ``application/vnd.etsi.tsl+xml`` for a list that software can read.
        schemes: URIs of the community rules.
        signers: the certificates that may sign the list.
    """

    territory: str
    location: str
    refused: str
    list_type: str
    mime_type: str
    schemes: tuple[str, ...]
    signers: tuple[Signer, ...]

    @property
    def is_lotl(self) -> bool:
        """Whether it points to a list of trusted lists."""
        return self.list_type.endswith(("/EUlistofthelists", "/EUlistofthelist"))

    @property
    def is_xml(self) -> bool:
        """Whether it points to a list that software can read; others are for human readers."""
        return self.mime_type in {XML_LIST, ""}


def read_pointers(root: Any) -> tuple[tuple[Pointer, ...], tuple[str, ...]]:
    """The pointers of a list and what was wrong with some of them.

    Args:
        root: the root element of a list, better of its signed bytes.

    Returns:
        pointers in the order of the list; remarks, each a sentence.
    """
    found: list[Pointer] = []
    notes: list[str] = []
    known: dict[bytes, Signer | None] = {}
    path = f"{TSL}SchemeInformation/{TSL}PointersToOtherTSL/{TSL}OtherTSLPointer"
    for number, element in enumerate(root.iterfind(path), 1):
        if number > MAX_POINTERS:
            notes.append(f"The list has more than {MAX_POINTERS} pointers; the rest is left out.")
            break
        found.append(_pointer(element, number, notes, known))
    return tuple(found), tuple(dict.fromkeys(notes))


def _pointer(
    element: Any, number: int, notes: list[str], known: dict[bytes, Signer | None]
) -> Pointer:
    country = territory(_deep(element, f"{TSL}SchemeTerritory"))
    name = f"Pointer {number} ({country or 'no territory'})"
    location = clean(element.findtext(f"{TSL}TSLLocation") or "", 1000)
    refused = ""
    if not _is_https(location):
        location, refused = "", location
        notes.append(
            f"{name}: the location is refused, it is not https: {refused}"
            if refused
            else f"{name}: no location."
        )
    mime_type = clean(_deep(element, f"{_ADDITIONAL}MimeType"), 100).lower()
    signers = tuple(_signers(element, name, notes, known))
    if not signers and mime_type in {XML_LIST, ""}:
        notes.append(f"{name}: no certificate is announced, so no list can be verified by it.")
    return Pointer(
        territory=country,
        location=location,
        refused=refused,
        list_type=clean(_deep(element, f"{TSL}TSLType"), 200),
        mime_type=mime_type,
        schemes=_schemes(element),
        signers=signers,
    )


def _is_https(location: str) -> bool:
    try:
        parts = urlsplit(location)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)


def _deep(element: Any, tag: str) -> str:
    path = f"{TSL}AdditionalInformation/{TSL}OtherInformation/{tag}"
    return str(element.findtext(path) or "").strip()


def _schemes(element: Any) -> tuple[str, ...]:
    path = (
        f"{TSL}AdditionalInformation/{TSL}OtherInformation/{TSL}SchemeTypeCommunityRules/{TSL}URI"
    )
    uris: Iterable[Any] = element.iterfind(path)
    return tuple(clean(u.text or "", 200) for _, u in zip(range(50), uris, strict=False))


def _signers(
    element: Any, name: str, notes: list[str], known: dict[bytes, Signer | None]
) -> Iterable[Signer]:
    path = (
        f"{TSL}ServiceDigitalIdentities/{TSL}ServiceDigitalIdentity/"
        f"{TSL}DigitalId/{TSL}X509Certificate"
    )
    for number, item in enumerate(element.iterfind(path)):
        if number >= MAX_SIGNERS:
            notes.append(f"{name}: more than {MAX_SIGNERS} certificates; the rest is left out.")
            return
        der = base64_bytes(item.text or "")
        if der not in known:
            try:
                known[der] = read_signer(der)
            except UnreadableError:
                known[der] = None
        signer = known[der]
        if signer is None:
            notes.append(f"{name}: a certificate that is announced cannot be read.")
        else:
            yield signer
