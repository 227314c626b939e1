"""What a file is, told from its content and only then from its name.

Input: the first bytes and the suffix. Output: a kind, which selects the collector, and a media
type. An HTML page that was saved as ``list.xml`` is HTML: a login page or an error page is a
frequent result of automated downloads.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from pathlib import PurePosixPath

_HEAD = 64 * 1024
# Possessive, so that many comments cannot make the search exponential.
_HTML = re.compile(
    rb"\s*+(?:<\?xml[^>]{0,200}\?>\s*+)?(?:<!--(?:(?!-->).)*+-->\s*+)*+"
    rb"<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
_XML = re.compile(rb"\s*<(?:\?xml|!--|!DOCTYPE|[A-Za-z_])")
_LIST = re.compile(rb"<(?:[\w.-]{1,40}:)?TrustServiceStatusList[\s>/]")


class Kind(Enum):
    """Kinds of artefacts that are told apart."""

    EMPTY = auto()
    CERTIFICATE = auto()
    PEM = auto()
    CRL = auto()
    OCSP = auto()
    PKCS7 = auto()
    DER = auto()
    TRUSTED_LIST = auto()
    XML = auto()
    HTML = auto()
    PDF = auto()
    DOCX = auto()
    ZIP = auto()
    TAR = auto()
    MARKDOWN = auto()
    TEXT = auto()
    OTHER = auto()


_BINARY_MAGIC = (
    (b"%PDF-", Kind.PDF, "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", Kind.OTHER, "image/png"),
    (b"\xff\xd8\xff", Kind.OTHER, "image/jpeg"),
    (b"\x1f\x8b", Kind.TAR, "application/gzip"),
    (b"\xd0\xcf\x11\xe0", Kind.OTHER, "application/x-ole-storage"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OFFICE_TYPES = {
    ".docx": (Kind.DOCX, _OFFICE + "wordprocessingml.document"),
    ".xlsx": (Kind.OTHER, _OFFICE + "spreadsheetml.sheet"),
    ".pptx": (Kind.OTHER, _OFFICE + "presentationml.presentation"),
    ".odt": (Kind.OTHER, "application/vnd.oasis.opendocument.text"),
    ".ods": (Kind.OTHER, "application/vnd.oasis.opendocument.spreadsheet"),
}
_TEXT_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".ttl": "text/turtle",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
_CERTIFICATE_SUFFIXES = frozenset({".cer", ".crt", ".der", ".pem"})
_BUNDLE_SUFFIXES = frozenset({".p7b", ".p7c", ".p7m", ".p7s", ".spc"})
_DER_KINDS = frozenset({Kind.CERTIFICATE, Kind.PEM, Kind.CRL, Kind.OCSP, Kind.PKCS7, Kind.DER})
_TAR_MARK = slice(257, 262)
# What a name promises; a file that keeps the promise in no way is unreadable.
_PROMISES = {
    **dict.fromkeys(_CERTIFICATE_SUFFIXES, (_DER_KINDS, "a certificate in PEM or DER form")),
    **dict.fromkeys(_BUNDLE_SUFFIXES, (_DER_KINDS, "a PKCS #7 bundle in PEM or DER form")),
    ".crl": (_DER_KINDS, "a CRL"),
    ".ocsp": (_DER_KINDS, "an OCSP response"),
    ".ors": (_DER_KINDS, "an OCSP response"),
    ".xml": (frozenset({Kind.XML, Kind.TRUSTED_LIST}), "an XML document"),
    ".xtsl": (frozenset({Kind.TRUSTED_LIST}), "a trusted list"),
    ".tsl": (frozenset({Kind.TRUSTED_LIST}), "a trusted list"),
    ".pdf": (frozenset({Kind.PDF}), "a PDF document"),
    ".docx": (frozenset({Kind.DOCX}), "a DOCX document"),
}
_PEM_LABEL = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_PEM_KINDS = {b"X509 CRL": Kind.CRL, b"OCSP RESPONSE": Kind.OCSP}
_NAMES = {
    Kind.HTML: "an HTML page",
    Kind.TEXT: "plain text",
    Kind.PDF: "a PDF document",
    Kind.XML: "an XML document",
    Kind.TRUSTED_LIST: "a trusted list",
    Kind.OTHER: "bytes of no known form",
}


def sniff(head: bytes, name: str) -> tuple[Kind, str]:
    """The kind and the media type of a file.

    Args:
        head: its first bytes, better all of them.
        name: its name, whose suffix decides only between kinds that look alike.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if not head:
        return Kind.EMPTY, "application/x-empty"
    for magic, kind, media in _BINARY_MAGIC:
        if head.startswith(magic):
            return kind, media
    if head[_TAR_MARK] == b"ustar":
        return Kind.TAR, "application/x-tar"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _OFFICE_TYPES.get(suffix, (Kind.ZIP, "application/zip"))
    if head[0] == 0x30 and not _is_plain_text(head) and (found := _der(head)) is not None:
        return found
    return _text(head, suffix)


def broken_promise(kind: Kind, name: str) -> str | None:
    """Why the content contradicts the name, or None when it does not."""
    if kind is Kind.EMPTY:
        return "The file is empty."
    promise = _PROMISES.get(PurePosixPath(name).suffix.lower())
    if promise is None or kind in promise[0]:
        return None
    return f"Expected {promise[1]} by its name, found {_NAMES.get(kind, 'another kind of file')}."


def _text(head: bytes, suffix: str) -> tuple[Kind, str]:
    # UTF-16 is no business of ours, but markup in it should still be called markup.
    start = head[:_HEAD].replace(b"\0", b"")
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        start = start.removeprefix(mark)
    if suffix == ".md":
        return Kind.MARKDOWN, "text/markdown"
    if _HTML.match(start):
        return Kind.HTML, "text/html"
    if _XML.match(start):
        if _LIST.search(start):
            return Kind.TRUSTED_LIST, "application/vnd.etsi.tsl+xml"
        if suffix not in {".txt", ".htm", ".html"}:
            return Kind.XML, "application/xml"
    if start.startswith(b"-----BEGIN ") or (
        suffix in _CERTIFICATE_SUFFIXES | _BUNDLE_SUFFIXES | {".crl", ".ocsp", ".ors"}
        and b"-----BEGIN " in head
    ):
        return _pem(head), "application/x-pem-file"
    if suffix in {".htm", ".html"}:
        return Kind.HTML, "text/html"
    if suffix in {".txt", ".text"} and (
        head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in head[:_HEAD]
    ):
        return Kind.TEXT, "text/plain"  # UTF-16, or a code page
    if b"\0" in head[:_HEAD] or not _is_utf8(head[:_HEAD]):
        return Kind.OTHER, "application/octet-stream"
    return Kind.TEXT, _TEXT_TYPES.get(suffix, "text/plain")


def _pem(head: bytes) -> Kind:
    """The kind of the first block: what is neither CRL nor response counts as certificates."""
    label = _PEM_LABEL.search(head)
    return _PEM_KINDS.get(label[1], Kind.PEM) if label else Kind.PEM


def _is_plain_text(head: bytes) -> bool:
    """Whether this is text that happens to begin with the digit 0, the tag of a sequence."""
    return _is_utf8(head[:_HEAD]) and not _CONTROLS.search(head[:_HEAD])


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3 and len(head) == _HEAD  # cut inside a character
    return True


def _der(head: bytes) -> tuple[Kind, str] | None:
    """Tell DER structures apart by the tags of their first elements."""
    outer = element(head, 0)
    first = element(head, outer[1]) if outer else None
    if outer is None or first is None:
        return None
    if first[0] == 0x0A:
        return Kind.OCSP, "application/ocsp-response"
    if first[0] == 0x06:
        return Kind.PKCS7, "application/pkcs7-mime"
    if first[0] != 0x30:
        return Kind.DER, "application/octet-stream"
    tags = _tags(head, first[1], 4)
    if tags[:1] == [0xA0] or tags == [0x02, 0x30, 0x30, 0x30]:
        return Kind.CERTIFICATE, "application/pkix-cert"
    if tags[2:3] in ([0x17], [0x18]) or tags[3:] in ([0x17], [0x18]):
        return Kind.CRL, "application/pkix-crl"
    return Kind.DER, "application/octet-stream"


def element(data: bytes, start: int) -> tuple[int, int, int] | None:
    """Tag, start of content and end of the element at an offset (the end may lie outside)."""
    if start + 2 > len(data):
        return None
    tag, length = data[start], data[start + 1]
    begin = start + 2
    if length & 0x80:
        count = length & 0x7F
        if count > 4 or begin + count > len(data):
            return None
        # Indefinite length (count 0) is BER: its end is unknown here.
        length = int.from_bytes(data[begin : begin + count], "big") if count else len(data)
        begin += count
    return tag, begin, begin + length


def _tags(data: bytes, start: int, count: int) -> list[int]:
    tags: list[int] = []
    while len(tags) < count and (found := element(data, start)) is not None:
        tags.append(found[0])
        start = found[2]
    return tags


def der_length(data: bytes) -> int:
    """The length of the first DER element, or of all data when it cannot be told."""
    found = element(data, 0)
    return min(found[2], len(data)) if found else len(data)
