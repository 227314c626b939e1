"""The parts of a certificate as encoded, for comparison byte by byte.

Input: DER. Output: slices of it: issuer, subject, subjectPublicKeyInfo. Parsers give names back
decoded or encoded anew, which is useless where another implementation compared bytes.
Clause: RFC 5280 4.1.
"""

from __future__ import annotations

from typing import NamedTuple

from clausegraph.artefacts.media import element


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
    fields: list[tuple[int, bytes]] = []
    position = body[1]
    while len(fields) < 7 and position < body[2] and (field := element(der, position)) is not None:
        fields.append((field[0], der[position : field[2]]))
        position = field[2]
    if fields and fields[0][0] == 0xA0:  # the version, absent in version 1
        del fields[0]
    values = [value for _, value in fields]
    if len(values) < 6:
        return Parts()
    return Parts(values[2], values[4], values[5])
