"""Revocation information: CRLs and OCSP responses, what they say and by what right.

Input: bytes of a file. Output: `RevocationList` and `Response` with notes on odd encodings, the
state of their signatures, and answers about certificates.
Clause: RFC 5280 5; RFC 6960; EN 319 411-1 6.3.10; EN 319 411-2 6.3.10.
"""

from __future__ import annotations

import binascii
import re

from clausegraph.artefacts.media import der_length
from clausegraph.artefacts.revocation.crl import parse_crl
from clausegraph.artefacts.revocation.model import Entry, Response, RevocationList, SingleAnswer
from clausegraph.artefacts.revocation.ocsp import parse_ocsp
from clausegraph.artefacts.text import UnreadableError

__all__ = [
    "Entry", "Response", "RevocationList", "SingleAnswer", "parse_crl", "parse_ocsp", "read_crl",
    "read_ocsp",
]  # fmt: skip

_PEM = re.compile(rb"-----BEGIN (X509 CRL|OCSP RESPONSE)-----([^-]*)-----END \1-----")


def read_crl(data: bytes) -> RevocationList:
    """The CRL of a file, DER or PEM.

    Raises:
        UnreadableError: the file holds none.
    """
    der, note = _block(data, b"X509 CRL", "a CRL")
    found = parse_crl(der)
    found.notes += [note] if note else []
    return found


def read_ocsp(data: bytes) -> Response:
    """The OCSP response of a file, DER or PEM.

    Raises:
        UnreadableError: the file holds none.
    """
    der, note = _block(data, b"OCSP RESPONSE", "an OCSP response")
    found = parse_ocsp(der)
    found.notes += [note] if note else []
    return found


def _block(data: bytes, label: bytes, what: str) -> tuple[bytes, str]:
    notes = []
    if data[:1] != b"\x30":
        blocks = [body for kind, body in _PEM.findall(data) if kind == label]
        if not blocks:
            raise UnreadableError(f"The file holds no block of {what}.")
        if len(blocks) > 1:
            notes.append(f"only the first of {len(blocks)} PEM blocks was read")
        try:
            data = binascii.a2b_base64(blocks[0])
        except binascii.Error as error:
            raise UnreadableError("The PEM block is no base64 text.") from error
    length = der_length(data)
    if extra := len(data) - length:
        notes.append(f"{extra} trailing bytes after {what} were ignored")
    return data[:length], "; ".join(notes)
