"""Documents: title and number of pages where they are cheap to find.

Input: the bytes of a PDF, DOCX, HTML page or Markdown text. Output: ``dcterms:title`` and
``schema:numberOfPages`` of the artefact, and notes on signs of damage. Only the standard library
is used and every search is bounded; nothing is said about what cannot be found cheaply.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from clausegraph.artefacts.secure_xml import parse_xml
from clausegraph.artefacts.text import UnreadableError
from clausegraph.collect.facts import (
    NOTE,
    NUMBER_OF_PAGES,
    TITLE,
    integer,
    problem,
)
from clausegraph.collect.facts import text as literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clausegraph.collect.gathered import Gathered

_HEAD = 64 * 1024
_MEMBER_LIMIT = 1024 * 1024
_MAX_PAGES = 1_000_000
_HTML_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{1,2000})<", re.IGNORECASE)
_PDF_PAGE_TREE = re.compile(rb"/Type\s{0,9}/Pages\b")
_PDF_COUNT = re.compile(rb"/Count\s{1,9}(\d{1,7})\b")
_PAGE_TREE_NODES = 5000
_PDF_TITLE = re.compile(
    rb"/Title\s{0,9}(?:\(((?:[^()\\]|\\.){1,1000})\)|<([0-9A-Fa-f\s]{2,4000})>)", re.DOTALL
)
_PDF_INFO = re.compile(rb"/Info\s{1,9}(\d{1,9})\s{1,9}(\d{1,9})\s{1,9}R")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b""}
_DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_PAGES = "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}Pages"
_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, EOFError,
    OSError, ValueError, OverflowError,
)  # fmt: skip


def markdown_facts(data: bytes, artefact: NamedNode, _gathered: Gathered) -> Iterator[Triple]:
    """The first heading of a Markdown text."""
    lines = data[:_HEAD].decode("utf-8", "replace").splitlines()
    heading = next((line for line in lines if line.startswith("# ")), "")
    yield from _described(artefact, heading[2:].strip().rstrip("#"), 0)


def html_facts(data: bytes, artefact: NamedNode, _gathered: Gathered) -> Iterator[Triple]:
    """The title of an HTML page."""
    match = _HTML_TITLE.search(data[:_HEAD])
    title = unescape(match[1].decode("utf-8", "replace")) if match else ""
    yield from _described(artefact, title, 0)


def pdf_facts(data: bytes, artefact: NamedNode, _gathered: Gathered) -> Iterator[Triple]:
    """Title and page count of a PDF whose objects are not compressed."""
    if b"%%EOF" not in data[-2048:]:
        yield Triple(artefact, NOTE, literal("The PDF has no end mark: it may be cut off."))
    # In an encrypted file the strings are encrypted, the page tree is not.
    title = "" if b"/Encrypt" in data else _pdf_title(data)
    yield from _described(artefact, title, _pdf_pages(data))


def docx_facts(data: bytes, artefact: NamedNode, _gathered: Gathered) -> Iterator[Triple]:
    """Title and page count that a DOCX document states about itself."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            core = _member(archive, "docProps/core.xml")
            app = _member(archive, "docProps/app.xml")
            if "word/document.xml" not in archive.namelist():
                yield from problem(artefact, "unreadable", "The archive holds no Word document.")
                return
    except _ZIP_ERRORS:
        yield from problem(artefact, "unreadable", "The DOCX archive is damaged.")
        return
    pages = _element_text(app, _PAGES)
    count = int(pages) if re.fullmatch("[0-9]{1,7}", pages) else 0
    yield from _described(artefact, _element_text(core, _DC_TITLE), count)


def _described(artefact: NamedNode, title: str, pages: int) -> Iterator[Triple]:
    words = " ".join(title.split())
    if words:
        yield Triple(artefact, TITLE, literal(words))
    if 0 < pages <= _MAX_PAGES:
        yield Triple(artefact, NUMBER_OF_PAGES, integer(pages))


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The first bytes of a member: a bomb stays unexploded."""
    if name not in archive.namelist():
        return b""
    with archive.open(name) as stream:
        return stream.read(_MEMBER_LIMIT)


def _element_text(data: bytes, tag: str) -> str:
    try:
        return str(parse_xml(data).findtext(tag) or "").strip() if data else ""
    except UnreadableError:
        return ""


def _pdf_pages(data: bytes) -> int:
    """The greatest count of the nodes of the page tree, which is that of its root."""
    pages = 0
    for node in islice(_PDF_PAGE_TREE.finditer(data), _PAGE_TREE_NODES):
        start = data.rfind(b"<<", max(0, node.start() - 20_000), node.start())
        end = data.find(b">>", node.end(), node.end() + 20_000)
        if start >= 0 and end >= 0 and (count := _PDF_COUNT.search(data, start, end)):
            pages = max(pages, int(count[1]))
    return pages


def _pdf_title(data: bytes) -> str:
    """The title in the information dictionary, not one of the outline."""
    info = _PDF_INFO.search(data)
    if not info:
        return ""
    start = re.search(rb"(?<!\d)%s\s{1,9}%s\s{1,9}obj\b" % (info[1], info[2]), data)
    if not start:
        return ""
    scope = data[start.end() : start.end() + 8192].partition(b"endobj")[0]
    match = _PDF_TITLE.search(scope)
    if not match:
        return ""
    if match[2] is not None:
        digits = b"".join(match[2].split())
        raw = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    else:
        raw = re.sub(rb"\\([0-7]{1,3}|\r\n|.)", _unescape, match[1], flags=re.DOTALL)
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "replace")
    return raw.decode("latin-1")  # PDFDocEncoding differs only in rare punctuation


def _unescape(match: re.Match[bytes]) -> bytes:
    value = match[1]
    if value[:1].isdigit() and value[:1] < b"8":
        return bytes([int(value, 8) & 0xFF])
    if value in {b"\n", b"\r", b"\r\n"}:
        return b""
    return _ESCAPES.get(value, value)
