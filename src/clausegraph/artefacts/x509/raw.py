"""The parts of a certificate as encoded, for comparison byte by byte.

Input: DER. Output: slices of it: issuer, subject, subjectPublicKeyInfo. Parsers give names back
decoded or encoded anew, which is useless where another implementation compared bytes. Names are
decoded here too, whatever string types stand in them.
Clause: RFC 5280 4.1, 4.1.2.4.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from clausegraph.artefacts.media import element
from clausegraph.artefacts.x509.names import Attributes

_OCTETS, _OID, _SEQUENCE, _SET, _EXTENSIONS = 0x04, 0x06, 0x30, 0x31, 0xA3
_STRINGS = {
    0x0C: "utf-8", 0x12: "utf-8", 0x13: "utf-8", 0x14: "utf-8", 0x16: "utf-8", 0x1A: "utf-8",
    0x1C: "utf-32-be", 0x1E: "utf-16-be",
}  # fmt: skip
_MAX_ATTRIBUTES = 200


class Parts(NamedTuple):
    """Slices of the certificate; empty where its outer structure is broken."""

    issuer: bytes = b""
    subject: bytes = b""
    spki: bytes = b""


def parts(der: bytes) -> Parts:
    """Cut the names and the key out of a certificate."""
    outer = element(der, 0)
    body = element(der, outer[1]) if outer else None
    if body is None:
        return Parts()
    values: list[bytes] = []
    position, end = body[1], body[2]
    while len(values) < 6 and position < end and (field := element(der, position)) is not None:
        if field[0] != 0xA0 or values:  # the version, absent in version 1, comes first
            values.append(der[position : field[2]])
        position = field[2]
    if len(values) < 6:
        return Parts()
    return Parts(values[2], values[4], values[5])


def attributes(name: bytes) -> Attributes:
    """The attributes of a name, in encoded order; a value of no string type as ``#hex``.

    Raises:
        ValueError: it is no name.
    """
    rdns = []
    count = 0
    for rdn in children(name, _SEQUENCE):
        pairs = []
        for attribute in children(rdn, _SET):
            kind, value = children(attribute, _SEQUENCE)
            pairs.append((dotted(kind), _value(value)))
            count += 1
        if count > _MAX_ATTRIBUTES:
            raise ValueError("too many attributes")
        rdns.append(pairs)
    return rdns


def extensions(der: bytes) -> list[tuple[str, bool, bytes]]:
    """The extensions of a certificate as (OID, critical, value), in encoded order.

    Raises:
        ValueError: the certificate or an extension is broken.
    """
    body = children(children(der, _SEQUENCE)[0], _SEQUENCE)
    if body[-1][0] != _EXTENSIONS:
        return []
    found = []
    for extension in children(children(body[-1], _EXTENSIONS)[0], _SEQUENCE):
        fields = children(extension, _SEQUENCE)
        critical = len(fields) == 3 and fields[1][:2] == b"\x01\x01" and fields[1][2:] != b"\0"
        value = element(fields[-1], 0)
        if value is None or value[0] != _OCTETS or not 2 <= len(fields) <= 3:
            raise ValueError("no extension")
        found.append((dotted(fields[0]), critical, fields[-1][value[1] :]))
    return found


@lru_cache(maxsize=1024)
def dotted(der: bytes) -> str:
    """An object identifier in dotted form.

    Raises:
        ValueError: it is none.
    """
    found = element(der, 0)
    if found is None or found[0] != _OID or not 0 < found[2] - found[1] <= 64:
        raise ValueError("no object identifier")
    arcs: list[int] = []
    arc = 0
    for byte in der[found[1] : found[2]]:
        arc = arc << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(arc)
            arc = 0
    if not arcs:
        raise ValueError("no object identifier")
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


def children(der: bytes, tag: int) -> list[bytes]:
    """The elements within an element of a tag, as encoded.

    Raises:
        ValueError: it has another tag, or an element sticks out of it.
    """
    outer = element(der, 0)
    if outer is None or outer[0] != tag or outer[2] > len(der):
        raise ValueError("unexpected structure")
    found = []
    position = outer[1]
    while position < outer[2]:
        child = element(der, position)
        if child is None or child[2] > outer[2]:
            raise ValueError("unexpected structure")
        found.append(der[position : child[2]])
        position = child[2]
    return found


def _value(der: bytes) -> str:
    found = element(der, 0)
    if found is None:
        raise ValueError("no value")
    encoding = _STRINGS.get(found[0])
    content = der[found[1] : found[2]]
    if encoding is None:
        return "#" + (der if found[0] >= _SEQUENCE else content).hex()
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode("latin-1")
