"""The terms and literals from which collectors build triples.

Input: strings, numbers, instants as a parser found them. Output: pyoxigraph terms that every
RDF syntax and store accepts: instants are canonical ``xsd:dateTime`` with ``Z``, text holds no
character that N-Triples or XML refuses and is bounded in length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.artefacts.text import clean, utc
from clausegraph.terms import CG_NS, DCAT_NS, DCTERMS_NS, RDF_NS, SCHEMA_NS, XSD_NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_CATALOGUE = "https://w3id.org/clausegraph/catalogue/"
_CERTIFICATE = "https://w3id.org/clausegraph/id/certificate/"
_DATE_TIME = NamedNode(XSD_NS + "dateTime")
_INTEGER = NamedNode(XSD_NS + "integer")

TYPE = NamedNode(RDF_NS + "type")
IDENTIFIER = NamedNode(DCTERMS_NS + "identifier")
TITLE = NamedNode(DCTERMS_NS + "title")
KIND = NamedNode(DCTERMS_NS + "type")
ISSUED = NamedNode(DCTERMS_NS + "issued")
CREATOR = NamedNode(DCTERMS_NS + "creator")
PUBLISHER = NamedNode(DCTERMS_NS + "publisher")
SPATIAL = NamedNode(DCTERMS_NS + "spatial")
BYTE_SIZE = NamedNode(DCAT_NS + "byteSize")
MEDIA_TYPE = NamedNode(DCAT_NS + "mediaType")
VERSION = NamedNode(DCAT_NS + "version")
SERIAL_NUMBER = NamedNode(SCHEMA_NS + "serialNumber")
VALID_FROM = NamedNode(SCHEMA_NS + "validFrom")
VALID_THROUGH = NamedNode(SCHEMA_NS + "validThrough")
NUMBER_OF_PAGES = NamedNode(SCHEMA_NS + "numberOfPages")


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
    # isoformat pads the year to four digits, which strftime does not do everywhere.
    stamp = utc(value).replace(tzinfo=None).isoformat()
    if "." in stamp:
        stamp = stamp.rstrip("0")
    return Literal(f"{stamp}Z", datatype=_DATE_TIME)


def problem(artefact: NamedNode, status: str, why: str) -> Iterator[Triple]:
    """The facts of a file that yields no others: its status and the reason."""
    yield Triple(artefact, STATUS, code("artefact-status", status))
    yield Triple(artefact, NOTE, text(why))
