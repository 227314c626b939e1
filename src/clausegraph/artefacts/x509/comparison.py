"""When two distinguished names are the same name.

Input: names as encoded. Output: a key that is equal for names that match. Strings are compared
whatever their ASN.1 type, without regard to case and with runs of white space as one, as RFC 5280
asks for; lists and certificates of one CA often differ in just that.
Clause: RFC 5280 7.1; RFC 4518 2 (in the parts that real names need).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TypeAlias

from clausegraph.artefacts.media import element
from clausegraph.artefacts.x509.raw import children

NameKey: TypeAlias = tuple[frozenset[tuple[bytes, str]], ...]
"""Relative names in encoded order, each a set of (encoded OID, comparable value)."""

_SEQUENCE, _SET, _OID = 0x30, 0x31, 0x06
_ENCODINGS = {
    0x0C: "utf-8", 0x12: "ascii", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1A: "ascii",
    0x1C: "utf-32-be", 0x1E: "utf-16-be",
}  # fmt: skip


@lru_cache(maxsize=16384)
def name_key(der: bytes) -> NameKey | None:
    """The key of a name; None when its structure is broken or empty.

    Args:
        der: the name as encoded, for example `Certificate.issuer_der`.
    """
    try:
        relative = tuple(
            frozenset(_pair(attribute) for attribute in children(part, _SET))
            for part in children(der, _SEQUENCE)
        )
    except ValueError:
        return None
    return relative or None


def same_name(one: bytes, other: bytes) -> bool:
    """Whether two encoded names match; broken names match only when equal byte by byte."""
    if one == other:
        return True
    key = name_key(one)
    return key is not None and key == name_key(other)


def _pair(attribute: bytes) -> tuple[bytes, str]:
    kind, value = children(attribute, _SEQUENCE)
    oid, content = element(kind, 0), element(value, 0)
    if oid is None or oid[0] != _OID or content is None:
        raise ValueError("no attribute")
    return kind[oid[1] :], _comparable(content[0], value[content[1] :])


def _comparable(tag: int, content: bytes) -> str:
    encoding = _ENCODINGS.get(tag)
    if encoding is None:
        return f"#{tag:02x}{content.hex()}"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        # Strings declared as one type and filled as another are common: UTF-8 is the usual one.
        text = content.decode("utf-8", "backslashreplace")
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
