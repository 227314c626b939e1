"""Elements of DER with their bounds checked.

Input: bytes and offsets. Output: tags and offsets; nothing is copied, so that a list with hundreds
of thousands of entries costs no more than its own size.
Clause: ITU-T X.690 8.1, 10.1.
"""

from __future__ import annotations

from typing import NamedTuple

from clausegraph.artefacts.media import element
from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.x509.names import Attributes
from clausegraph.artefacts.x509.raw import attributes, dotted

BOOLEAN, INTEGER, BITS, OCTETS, OID, ENUMERATED = 0x01, 0x02, 0x03, 0x04, 0x06, 0x0A
SEQUENCE, UTC_TIME, GENERALIZED_TIME = 0x30, 0x17, 0x18
MAX_CHILDREN = 20_000
"""Greatest number of children that are listed at once; entries of a CRL are walked instead."""
_MAX_INTEGER = 64


class Element(NamedTuple):
    """One element: its tag, its first octet, its content and its end."""

    tag: int
    begin: int
    start: int
    end: int


def at(data: bytes, place: int, limit: int, tag: int | None = None) -> Element:
    """The element at an offset, which ends at or before the limit.

    Raises:
        UnreadableError: there is none, it is cut off, or its tag is another.
    """
    found = element(data, place) if place < limit else None
    if found is None or found[2] > limit:
        raise UnreadableError("The structure is cut off or is not DER.")
    if tag is not None and found[0] != tag:
        raise UnreadableError("The structure has another type of element than expected.")
    return Element(found[0], place, found[1], found[2])


def children(data: bytes, parent: Element) -> list[Element]:
    """The elements inside another.

    Raises:
        UnreadableError: one of them is broken, or there are too many.
    """
    found = []
    place = parent.start
    while place < parent.end:
        child = at(data, place, parent.end)
        found.append(child)
        place = child.end
        if len(found) > MAX_CHILDREN:
            raise UnreadableError("The structure has too many elements.")
    return found


def only(data: bytes, parent: Element, tag: int | None = None) -> Element:
    """The one element inside an explicit tag.

    Raises:
        UnreadableError: it is broken.
    """
    return at(data, parent.start, parent.end, tag)


def content(data: bytes, found: Element) -> bytes:
    """The content of an element."""
    return data[found.start : found.end]


def encoded(data: bytes, found: Element) -> bytes:
    """The whole element."""
    return data[found.begin : found.end]


def integer(data: bytes, found: Element) -> int:
    """The value of an INTEGER or ENUMERATED of at most 64 octets.

    Raises:
        UnreadableError: it is empty or longer.
    """
    value = content(data, found)
    if not 0 < len(value) <= _MAX_INTEGER:
        raise UnreadableError("An integer is empty or too long.")
    return int.from_bytes(value, "big", signed=True)


def oid(data: bytes, found: Element) -> str:
    """An object identifier, dotted.

    Raises:
        UnreadableError: it is none.
    """
    try:
        return dotted(encoded(data, found))
    except ValueError as error:
        raise UnreadableError("An object identifier cannot be read.") from error


def bits(data: bytes, found: Element) -> bytes:
    """The octets of a BIT STRING without unused bits.

    Raises:
        UnreadableError: it is empty or has unused bits.
    """
    value = content(data, found)
    if found.tag != BITS or value[:1] != b"\0":
        raise UnreadableError("A bit string cannot be read.")
    return value[1:]


def name(der: bytes) -> Attributes:
    """A name, decoded.

    Raises:
        UnreadableError: it is none.
    """
    try:
        return attributes(der)
    except (ValueError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError("A name cannot be read.") from error


def extensions(data: bytes, parent: Element) -> list[tuple[str, bool, bytes]]:
    """Extensions as (OID, critical, value), in encoded order; parent is their SEQUENCE.

    Raises:
        UnreadableError: one of them is broken.
    """
    found = []
    for each in children(data, parent):
        fields = children(data, each)
        if not 2 <= len(fields) <= 3 or fields[-1].tag != OCTETS:
            raise UnreadableError("An extension is broken.")
        critical = len(fields) == 3 and content(data, fields[1]) != b"\0"
        found.append((oid(data, fields[0]), critical, content(data, fields[-1])))
    return found
