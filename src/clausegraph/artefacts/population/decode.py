"""A row becomes certificates: base64, hexadecimal, PEM or DER, whatever it holds.

Input: a row. Output: DER certificates with locator and note. Runs in the processes that parse, so
that the reader of the source stays fast.
"""

from __future__ import annotations

import binascii
import json
import re
from typing import TYPE_CHECKING, Any

from clausegraph.artefacts.media import der_length
from clausegraph.artefacts.population.rows import Row, RowError
from clausegraph.artefacts.text import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEX = re.compile(rb"30[0-9A-Fa-f\s:]+")
_START = re.compile(r"\s*(?:-----BEGIN |MI[I-L]|3082|30:82|LS0tLS1CRUdJTi)")
_BODY = re.compile(rb"-----BEGIN [A-Z0-9 ]{1,40}-----([^-]*)-----END ")
_SPACE = b" \t\r\n"


def looks_like_certificate(text: str) -> bool:
    """Whether a cell may hold a certificate, told from its first characters."""
    return _START.match(text) is not None


def json_paths(value: dict[str, Any]) -> dict[str, str]:
    """The texts of an object by key, one level of nesting included (``a.b``)."""
    found: dict[str, str] = {}
    for key, item in value.items():
        if isinstance(item, str):
            found[key] = item
        elif isinstance(item, dict):
            found |= {f"{key}.{k}": v for k, v in item.items() if isinstance(v, str)}
    return found


def certificates(row: Row) -> Iterator[tuple[str, bytes, str]]:
    """Locator, DER and note ("" for none) of each certificate of a row.

    Raises:
        RowError: it holds none.
    """
    locator, form, raw = row
    if form == "pem":
        yield (locator, *_der(_base64(raw)))
    elif form == "text":
        yield (locator, *_der(_cell(raw)))
    elif form == "json":
        yield (locator, *_der(_cell(_json(raw))))
    elif form == "file":
        yield from _file(locator, raw)
    else:
        kind = "private-key" if form == "key" else "row-unreadable"
        raise RowError(kind, raw.decode())


def _file(locator: str, raw: bytes) -> Iterator[tuple[str, bytes, str]]:
    from clausegraph.artefacts.x509.bundles import split

    try:
        blocks, notes = split(raw)
    except UnreadableError as error:
        raise RowError("not-a-certificate", str(error)) from error
    several = len(blocks) > 1
    for number, (der, note) in enumerate(blocks, 1):
        yield f"{locator}#{number}" if several else locator, der, note
    if any("private key" in note for note in notes):
        raise RowError("private-key", "The source holds a private key: remove it.")
    if notes:
        raise RowError("row-unreadable", " ".join(notes))


def _json(raw: bytes) -> bytes:
    path, _, line = raw.partition(b"\n")
    twice: set[str] = set()

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            keys = [key for key, _ in items]
            twice.update(key for key in found if keys.count(key) > 1)
        return found

    try:
        value = json.loads(line, object_pairs_hook=pairs)
    except (ValueError, RecursionError) as error:
        raise RowError("row-unreadable", "The line is no JSON.") from error
    keys = [] if path == b"." else path.decode().split(".")
    if twice & set(keys):
        raise RowError("row-unreadable", "The key of the certificate stands twice in the line.")
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, str):
        raise RowError("row-unreadable", "The line has no text under the key of the certificate.")
    return value.encode("utf-8", "surrogatepass")


def _cell(raw: bytes) -> bytes:
    """The bytes that a cell stands for."""
    text = raw.strip(_SPACE)
    if not text:
        raise RowError("row-unreadable", "The cell is empty.")
    if text.startswith(b"-----BEGIN "):
        if b"PRIVATE KEY-----" in text:
            raise RowError("private-key", "The source holds a private key: remove it.")
        body = _BODY.match(text.replace(b"\\n", b"\n"))
        if body is None:
            raise RowError("row-unreadable", "The PEM block of the cell is not closed.")
        return _base64(body[1])
    if _HEX.fullmatch(text):
        digits = bytes(c for c in text if c not in b" \t\r\n:")
        try:
            return binascii.a2b_hex(digits)
        except binascii.Error as error:
            raise RowError("row-unreadable", "The cell is no hexadecimal text.") from error
    der = _base64(text)
    return _cell(der) if der.startswith(b"-----BEGIN ") else der


def _base64(text: bytes) -> bytes:
    try:
        return binascii.a2b_base64(b"".join(text.split()), strict_mode=True)
    except binascii.Error as error:
        raise RowError("row-unreadable", "The certificate is no base64 text.") from error


def _der(der: bytes) -> tuple[bytes, str]:
    if der[:1] != b"\x30":
        raise RowError("not-a-certificate", "The bytes are not a certificate.")
    length = der_length(der)
    extra = len(der) - length
    note = f"{extra} trailing bytes after the certificate were ignored" if extra else ""
    return der[:length], note
