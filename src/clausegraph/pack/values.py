"""Checks and canonical forms of single values of a pack.

Input: text as written. Output: the text that goes into the graph. Instants become canonical
``xsd:dateTime`` with ``Z``; OIDs, hashes and serial numbers stay strings (``docs/model.md``).
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from urllib.parse import quote, urlsplit

from clausegraph.instants import ValueProblem, canonical_instant

MAX_TEXT = 20_000

_OID = re.compile(r"[0-2](\.(0|[1-9]\d{0,38})){1,40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
_INTEGER = re.compile(r"-?\d{1,18}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
LOCAL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}")


def text(value: str) -> str:
    """Text without characters that RDF syntaxes refuse."""
    if len(value) > MAX_TEXT:
        raise ValueProblem(f"at most {MAX_TEXT} characters", "put long text into a document")
    if not value.strip():
        raise ValueProblem("some text", "leave the key out when there is nothing to say")
    if _CONTROL.search(value):
        raise ValueProblem("text without control characters")
    return value


def file_path(value: str) -> str:
    """A path inside the pack, percent-encoded for its IRI."""
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or "\\" in value or ":" in value or not path.parts:
        raise ValueProblem(
            "a path inside the pack", "copy the file into artefacts/ and name it from there"
        )
    return quote(path.as_posix(), safe="/")


def url(value: str) -> str:
    """An http or https URL."""
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise ValueProblem("a URL") from error
    if (
        parts.scheme not in {"http", "https"}
        or not parts.netloc
        or re.search(r'[\s<>"{}|\\^`]', value)
    ):
        raise ValueProblem("a URL that starts with https:// or http://")
    return value


def _match(pattern: re.Pattern[str], value: str, expected: str, mend: str = "") -> str:
    if not pattern.fullmatch(value):
        raise ValueProblem(expected, mend)
    return value


def _decimal(value: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise ValueProblem("a number") from error
    if not number.is_finite() or abs(number) > Decimal(10) ** 18:
        raise ValueProblem("a finite number below 10^18")
    return f"{number:f}"


def literal(kind: str, value: str, tag: str) -> str | bool:
    """Check a literal of a type of the pack format.

    Args:
        kind: type of the table, for example ``datetime``.
        value: as written.
        tag: what YAML takes it for (``str``, ``bool``, ``int`` …).

    Raises:
        ValueProblem: it does not fit.
    """
    match kind:
        case "text":
            return text(value)
        case "bool":
            if tag == "bool" or value in {"true", "false"}:
                return value.lower() in {"true", "yes", "on", "y"}
            raise ValueProblem("true or false")
        case "int":
            return str(int(_match(_INTEGER, value, "a whole number")))
        case "decimal":
            return _decimal(value)
        case "datetime":
            return canonical_instant(value)
        case "duration":
            return _match(_DURATION, value, "an ISO 8601 duration", "for example P24M or PT24H")
        case "oid":
            return _match(
                _OID, value, "an object identifier", 'digits and dots, quoted: "0.4.0.194112.1.2"'
            )
        case "sha256":
            return _match(_SHA256, value.lower(), "a SHA-256 digest, 64 hexadecimal digits")
        case "file":
            return file_path(value)
        case "url":
            return url(value)
    raise AssertionError(kind)
