"""The terms and literals from which collectors build triples.

Input: strings, numbers, instants as a parser found them. Output: pyoxigraph terms that every
RDF syntax and store accepts: instants are canonical ``xsd:dateTime`` with ``Z``, text holds no
character that N-Triples or XML refuses and is bounded in length.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.terms import CG_NS, DCAT_NS, DCTERMS_NS, RDF_NS, SCHEMA_NS, XSD_NS

if TYPE_CHECKING:
    from collections.abc import Iterator

_CATALOGUE = "https://w3id.org/clausegraph/catalogue/"
_CERTIFICATE = "https://w3id.org/clausegraph/id/certificate/"
MAX_TEXT = 2000
_DATE_TIME = NamedNode(XSD_NS + "dateTime")
_INTEGER = NamedNode(XSD_NS + "integer")

# Control characters, surrogates and non-characters: lone surrogates cannot be encoded at all,
# the others are refused by XML or by strict N-Triples readers.
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?(Z|[+-]\d\d:\d\d)?"
)

TYPE = NamedNode(RDF_NS + "type")
IDENTIFIER = NamedNode(DCTERMS_NS + "identifier")
TITLE = NamedNode(DCTERMS_NS + "title")
KIND = NamedNode(DCTERMS_NS + "type")
ISSUED = NamedNode(DCTERMS_NS + "issued")
PUBLISHER = NamedNode(DCTERMS_NS + "publisher")
SPATIAL = NamedNode(DCTERMS_NS + "spatial")
BYTE_SIZE = NamedNode(DCAT_NS + "byteSize")
MEDIA_TYPE = NamedNode(DCAT_NS + "mediaType")
VERSION = NamedNode(DCAT_NS + "version")
SERIAL_NUMBER = NamedNode(SCHEMA_NS + "serialNumber")
VALID_FROM = NamedNode(SCHEMA_NS + "validFrom")
VALID_THROUGH = NamedNode(SCHEMA_NS + "validThrough")
NUMBER_OF_PAGES = NamedNode(SCHEMA_NS + "numberOfPages")


class UnreadableError(Exception):
    """The bytes are not what they should be; the message says why, without personal data."""


def cg(name: str) -> NamedNode:
    """A term of the core vocabulary."""
    return NamedNode(CG_NS + name)


STATUS = cg("status")
NOTE = cg("note")
SHA256 = cg("sha256")
CONTAINS = cg("contains")


def code(scheme: str, value: str) -> NamedNode:
    """A value of a codelist, for example ``code("tl-status", "granted")``."""
    return NamedNode(f"{_CATALOGUE}{scheme}/{quote(value, safe='')}")


def certificate_iri(sha256: str) -> NamedNode:
    """The IRI of a certificate, which depends on nothing but its bytes."""
    return NamedNode(_CERTIFICATE + sha256)


def clean(value: str, limit: int = MAX_TEXT) -> str:
    """The text with refused characters replaced, white space trimmed and length bounded."""
    text = _REFUSED.sub("\ufffd", value[: limit + 1]).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def text(value: str) -> Literal:
    """A plain literal."""
    return Literal(clean(value))


def integer(value: int) -> Literal:
    """An integer literal."""
    return Literal(str(value), datatype=_INTEGER)


def boolean(value: bool) -> Literal:
    """A boolean literal."""
    return Literal(value)


def instant(value: datetime) -> Literal:
    """A time as canonical ``xsd:dateTime`` in UTC.

    Raises:
        UnreadableError: the time does not exist in UTC (years 0 and 10000).
    """
    try:
        moment = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except (OverflowError, ValueError) as error:
        raise UnreadableError("time out of range") from error
    # isoformat pads the year to four digits, which strftime does not do everywhere.
    stamp = moment.replace(tzinfo=None).isoformat()
    if "." in stamp:
        stamp = stamp.rstrip("0")
    return Literal(f"{stamp}Z", datatype=_DATE_TIME)


def parse_instant(value: str) -> Literal:
    """A lexical XML dateTime, with or without zone, as canonical literal.

    Raises:
        UnreadableError: the text is no dateTime.
    """
    match = _INSTANT.fullmatch(value.strip())
    if not match:
        raise UnreadableError(f"no dateTime: {clean(value, 40)!r}")
    fraction = (match[7] or "")[:6].ljust(6, "0")
    zone = (match[8] or "Z").replace("Z", "+00:00")
    stamp = "-".join(match.group(1, 2, 3)) + "T" + ":".join(match.group(4, 5, 6))
    try:
        return instant(datetime.fromisoformat(f"{stamp}.{fraction}{zone}"))
    except ValueError as error:
        raise UnreadableError(f"no dateTime: {clean(value, 40)!r}") from error


def problem(artefact: NamedNode, status: str, why: str) -> Iterator[Triple]:
    """The facts of a file that yields no others: its status and the reason."""
    yield Triple(artefact, STATUS, code("artefact-status", status))
    yield Triple(artefact, NOTE, text(why))
