"""Identifiers printed in a text: requirements, object identifiers, addresses, digests.

Input: a text. Output: the identifiers in the order in which they first occur.
"""

from __future__ import annotations

import re

from clausegraph.artefacts.documents.model import MAX_TEXT

MAX_FOUND = 2000

_FAMILIES = ("OVR", "GEN", "REG", "REV", "DIS", "SDP", "CSS", "REQ", "PRO")
_STARTS = tuple(f"{family}-" for family in _FAMILIES)
_REQUIREMENT = re.compile(
    rf"\b({'|'.join(_FAMILIES)})-"
    r"(\d{1,2}(?:\.\d{1,2}){0,4}(?:-\d{1,2}(?=-))?)-"
    r"(\d{1,3}[A-Za-z]{0,2})\b"
)
# The standard, when it is printed right before the identifier, with its version or not.
_STANDARD = re.compile(
    r"\b(401|411-1|411-2)(?:[\s,:()\[\]]|\bV\d[\d.]{1,8}|\brequirements?\b){1,20}$"
)
_NEAR = 40
_OID = re.compile(r"(?<![\d.])[0-2](?:\.\d{1,39}){4,20}(?![\d]|\.\d)")
_URL = re.compile(r"\bhttps?://[^\s<>\"'(){}|\\^`\[\]]{3,500}", re.IGNORECASE)
_DIGEST = re.compile(
    r"(?<![0-9A-Fa-f])(?<!:[0-9A-Fa-f]{2}:)(?<! [0-9A-F]{2} )"
    r"(?:[0-9A-Fa-f][ :\n-]{0,2}){63}[0-9A-Fa-f]"
    r"(?![0-9A-Fa-f]|:[0-9A-Fa-f]{2}:| [0-9A-F]{2} )"
)
# The same without its surroundings, found several times faster: most texts hold none.
_DIGITS = re.compile(r"(?:[0-9A-Fa-f][ :\n-]{0,2}){63}[0-9A-Fa-f]")
_BROKEN = re.compile(r"-\n(?=\d)")


def requirements(text: str) -> tuple[str, ...]:
    """Identifiers of requirements, as a pack writes them where the standard is printed too.

    ``OVR-6.3.5-12`` alone stays as it is; after ``EN 319 411-2`` it becomes
    ``411-2:OVR-6.3.5-12``.
    """
    text = text[:MAX_TEXT]
    if not any(start in text for start in _STARTS):  # most sections cite nothing
        return ()
    text = _BROKEN.sub("-", text)
    found: dict[str, None] = {}
    for match in _REQUIREMENT.finditer(text):
        near = _STANDARD.search(text[max(0, match.start() - _NEAR) : match.start()])
        prefix = f"{near[1]}:" if near else ""
        found.setdefault(f"{prefix}{match[1]}-{match[2]}-{match[3]}")
        if len(found) >= MAX_FOUND:
            break
    return tuple(found)


def policy_oids(text: str) -> tuple[str, ...]:
    """Object identifiers with five arcs or more, which certificate policies have."""
    return _all(_OID, text)


def addresses(text: str) -> tuple[str, ...]:
    """Addresses that begin with http or https, without the punctuation that follows them."""
    return tuple(dict.fromkeys(url.rstrip(".,;:!?") for url in _all(_URL, text)))


def digests(text: str) -> tuple[str, ...]:
    """SHA-256 digests in hexadecimal, whole or in groups, in lower case without separators."""
    if not _DIGITS.search(text[:MAX_TEXT]):
        return ()
    return tuple(
        dict.fromkeys(re.sub(r"[^0-9a-f]", "", found.lower()) for found in _all(_DIGEST, text))
    )


def _all(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for match in pattern.finditer(text[:MAX_TEXT]):
        found.setdefault(match[0])
        if len(found) >= MAX_FOUND:
            break
    return tuple(found)
