"""DOCX documents.

Input: bytes. Output: `DocumentText`. Members of the archive are read up to a bound, whatever they
unpack to, and parsed as XML of unknown origin. Headings are paragraphs whose style is a heading;
numbers that the word processor counts itself are counted by level.
Source: ISO/IEC 29500-1 (17.3 paragraphs, 17.7 styles).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from clausegraph.artefacts.documents.assemble import assemble
from clausegraph.artefacts.documents.headings import numbered
from clausegraph.artefacts.documents.model import DocumentText, Line, Seal
from clausegraph.artefacts.secure_xml import parse_xml
from clausegraph.artefacts.text import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_MEMBER = 32 * 1024 * 1024
MAX_SMALL_MEMBER = 1024 * 1024
MAX_PARAGRAPHS = 200_000
_MAX_PAGES = 1_000_000
_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, EOFError,
    OSError, ValueError, OverflowError,
)  # fmt: skip
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_PAGES = "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}Pages"
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo)\s?([1-9])", re.IGNORECASE)


def read_docx(data: bytes) -> DocumentText:
    """Read a DOCX document.

    Raises:
        UnreadableError: the archive is damaged, holds no Word document or XML that is refused.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" not in names:
                raise UnreadableError("The archive holds no Word document.")
            body = _member(archive, names, "word/document.xml", MAX_MEMBER)
            styles = _member(archive, names, "word/styles.xml", MAX_SMALL_MEMBER)
            core = _member(archive, names, "docProps/core.xml", MAX_SMALL_MEMBER)
            app = _member(archive, names, "docProps/app.xml", MAX_SMALL_MEMBER)
    except _ZIP_ERRORS as error:
        raise UnreadableError("The DOCX archive is damaged.") from error
    if len(body) > MAX_MEMBER:
        raise UnreadableError(f"The text unpacks to more than {MAX_MEMBER} bytes: it is refused.")
    notes: list[str] = []
    lines = list(_lines(parse_xml(body), _styles(styles), notes))
    pages = _element_text(app, _PAGES)
    count = int(pages) if re.fullmatch("[0-9]{1,7}", pages) else 0
    seals = tuple(
        Seal("XML signature", whole=False)
        for name in sorted(names)
        if re.fullmatch(r"_xmlsignatures/sig\d+\.xml", name)
    )[:50]
    return assemble(
        "DOCX",
        lines,
        title=_element_text(core, _DC_TITLE),
        pages=count if 0 < count <= _MAX_PAGES else 0,
        seals=seals,
        notes=notes,
    )


def _member(archive: zipfile.ZipFile, names: set[str], name: str, limit: int) -> bytes:
    """A member, one byte more than the limit at most: a bomb stays unexploded."""
    if name not in names:
        return b""
    with archive.open(name) as stream:
        return stream.read(limit + 1)


def _element_text(data: bytes, tag: str) -> str:
    try:
        return str(parse_xml(data).findtext(tag) or "").strip() if data else ""
    except UnreadableError:
        return ""


def _styles(data: bytes) -> dict[str, tuple[int, bool]]:
    """Style → level of heading, and whether its numbers are counted."""
    found: dict[str, tuple[int, bool]] = {}
    if not data:
        return found
    try:
        root = parse_xml(data)
    except UnreadableError:
        return found
    for style in root.iter(_W + "style"):
        name = style.find(_W + "name")
        match = _HEADING.match(name.get(_W + "val", "")) if name is not None else None
        level = int(match[1]) if match else _outline(style)
        if level:
            counted = style.find(f"{_W}pPr/{_W}numPr") is not None
            found[style.get(_W + "styleId", "")] = (level, counted)
    return found


def _outline(element: Any) -> int:
    """Level of heading that properties of a paragraph or a style say, 0 for body text."""
    mark = element.find(f"{_W}pPr/{_W}outlineLvl")
    value = mark.get(_W + "val", "") if mark is not None else ""
    return int(value) + 1 if re.fullmatch("[0-8]", value) else 0


def _lines(root: Any, styles: dict[str, tuple[int, bool]], notes: list[str]) -> Iterator[Line]:
    counts = [0] * 10
    for position, paragraph in enumerate(root.iter(_W + "p")):
        if position >= MAX_PARAGRAPHS:
            notes.append(f"Only the first {MAX_PARAGRAPHS} paragraphs were read.")
            return
        text = _text(paragraph)
        level, counted = _level(paragraph, styles)
        if level and text:
            counts[level] += 1
            counts[level + 1 :] = [0] * (9 - level)
            if counted and numbered(text) is None:
                text = ".".join(str(n or 1) for n in counts[1 : level + 1]) + " " + text
        yield Line(text, 0, level if text else 0)


def _level(paragraph: Any, styles: dict[str, tuple[int, bool]]) -> tuple[int, bool]:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = style.get(_W + "val", "") if style is not None else ""
    level, counted = styles.get(name, (0, False))
    if not level and (match := _HEADING.fullmatch(name)):
        level = int(match[1])
    level = level or _outline(paragraph)
    return level, counted or paragraph.find(f"{_W}pPr/{_W}numPr") is not None


def _text(paragraph: Any) -> str:
    parts = []
    for element in paragraph.iter(_W + "t", _W + "tab", _W + "br", _W + "noBreakHyphen"):
        kind = element.tag[len(_W) :]
        parts.append((element.text or "") if kind == "t" else "-" if kind[0] == "n" else " ")
    return " ".join("".join(parts).split())
