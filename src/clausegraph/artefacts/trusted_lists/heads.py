"""The head of a trusted list: whose it is, its number, its times.

Input: the root element of a list. Output: `ListHead`. What cannot be read is empty and noted.
Clause: TS 119 612 5.3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clausegraph.artefacts.text import UnreadableError, clean, xml_instant

if TYPE_CHECKING:
    from datetime import datetime

TSL = "{http://uri.etsi.org/02231/v2#}"
MAX_URIS = 200
# Countries that the lists name otherwise than ISO 3166 does (TS 119 615 4.1).
_TERRITORIES = {"GB": "UK", "GR": "EL"}
_LOTL_TYPES = ("/EUlistofthelists", "/EUlistofthelist")


@dataclass(frozen=True, slots=True)
class ListHead:
    """What a list says of itself.

    Attributes:
        territory: two letters as the lists write them (``EL``, ``UK``, ``EU``), or empty.
        sequence: sequence number; None when unreadable.
        version: number of the format.
        issued: UTC; None when unreadable.
        next_update: UTC; None when the list is closed or it is unreadable.
        is_lotl: whether it is a list of trusted lists.
        uris: information about the scheme; a LOTL names here its pivots and the Official Journal.
        notes: what could not be read.
    """

    territory: str = ""
    sequence: int | None = None
    version: str = ""
    issued: datetime | None = None
    next_update: datetime | None = None
    is_lotl: bool = False
    uris: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_head(root: Any) -> ListHead:
    """Read the head of a list from its root element; nothing raises for what it says."""
    scheme = root.find(f"{TSL}SchemeInformation")
    if scheme is None:
        return ListHead(notes=("The list has no scheme information.",))
    notes: list[str] = []
    number = _text(scheme, "TSLSequenceNumber")
    sequence = int(number) if re.fullmatch(r"[0-9]{1,9}", number) else None
    if sequence is None:
        notes.append("The sequence number is no number.")
    uris = scheme.iterfind(f"{TSL}SchemeInformationURI/{TSL}URI")
    return ListHead(
        territory=territory(_text(scheme, "SchemeTerritory")),
        sequence=sequence,
        version=clean(_text(scheme, "TSLVersionIdentifier"), 20),
        issued=_time(_text(scheme, "ListIssueDateTime"), "issue", notes),
        next_update=_time(
            (scheme.findtext(f"{TSL}NextUpdate/{TSL}dateTime") or "").strip(), "next update", notes
        ),
        is_lotl=_text(scheme, "TSLType").endswith(_LOTL_TYPES),
        uris=tuple(
            clean(uri.text or "", 500) for _, uri in zip(range(MAX_URIS), uris, strict=False)
        ),
        notes=tuple(notes),
    )


def territory(value: str) -> str:
    """A country as the lists write it."""
    code = clean(value, 10).upper()
    return _TERRITORIES.get(code, code)


def _text(parent: Any, name: str) -> str:
    return str(parent.findtext(TSL + name) or "").strip()


def _time(value: str, what: str, notes: list[str]) -> datetime | None:
    try:
        return xml_instant(value) if value else None
    except UnreadableError:
        notes.append(f"The {what} time cannot be read.")
        return None
