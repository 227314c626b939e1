"""The certificates of a file: DER, PEM, several PEM blocks.

Input: the bytes of a file. Output: DER certificates with notes on what surrounded them.
"""

from __future__ import annotations

import binascii
import re

from clausegraph.artefacts.media import der_length
from clausegraph.artefacts.text import UnreadableError

_PEM = re.compile(
    rb"-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \1-----",
)
_PEM_CERTIFICATES = frozenset({b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE"})
_MAX_BLOCKS = 10_000


def split(data: bytes) -> tuple[list[tuple[bytes, str]], list[str]]:
    """The DER certificates of a file, each with a parse note or "", and notes on the file.

    Raises:
        UnreadableError: the file holds no certificate.
    """
    if data[:1] == b"\x30":
        length = der_length(data)
        extra = len(data) - length
        note = f"{extra} trailing bytes after the certificate were ignored" if extra else ""
        return [(data[:length], note)], []
    blocks: list[tuple[bytes, str]] = []
    notes: list[str] = []
    for label, body in _PEM.findall(data):
        if label.endswith(b"PRIVATE KEY"):
            notes.append("The file holds a private key: remove it from the pack.")
        if label not in _PEM_CERTIFICATES:
            continue
        if len(blocks) >= _MAX_BLOCKS:
            notes.append(f"Only the first {_MAX_BLOCKS} PEM blocks were read.")
            break
        try:
            der = binascii.a2b_base64(body)
        except binascii.Error:
            notes.append("A PEM block is no base64 text.")
            continue
        length = der_length(der)  # OpenSSL's TRUSTED CERTIFICATE adds its own data
        extra = len(der) - length
        note = f"{extra} trailing bytes after the certificate were ignored" if extra else ""
        blocks.append((der[:length], note))
    if not blocks:
        raise UnreadableError(" ".join(dict.fromkeys(["The file holds no certificate.", *notes])))
    return blocks, list(dict.fromkeys(notes))
