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
    values: list[bytes] = []
    position, end = body[1], body[2]
    while len(values) < 6 and position < end and (field := element(der, position)) is not None:
        if field[0] != 0xA0 or values:  # the version, absent in version 1, comes first
            values.append(der[position : field[2]])
        position = field[2]
    if len(values) < 6:
        return Parts()
    return Parts(values[2], values[4], values[5])
