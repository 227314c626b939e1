"""Documents as PDF with ReportLab: page numbers, running heads, tables that break between rows.

Input: `Document` values. Output: one PDF each, the same bytes each time. ReportLab is pure Python,
BSD-licensed and brings its fonts along; its tables break within long rows and repeat their head.
Characters that its font lacks are shown by their code point rather than dropped. Source: ISO 32000.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from clausegraph.export.documents.blocks import Block, Document, Facts, Heading, Paragraph, Table
from clausegraph.export.documents.content import documents
from clausegraph.export.package import Part
from clausegraph.export.projection import Request

_SOFTER = {"→": "->", "≥": ">=", "≤": "<=", "\u2011": "-"}
_MARGIN, _HEAD = 42, "#1F3A4D"


def parts(request: Request) -> Iterator[Part]:
    """``report.pdf`` and one file per case."""
    pack = request.projection
    for document in documents(pack):
        yield Part(f"{document.name}.pdf", "application/pdf", written(document, pack.version))


def written(document: Document, version: str) -> bytes:
    """The document as PDF."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Paragraph as Text
    from reportlab.platypus import SimpleDocTemplate

    _fonts()
    styles = _styles()
    stream = io.BytesIO()
    template = SimpleDocTemplate(
        stream, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=56,
        bottomMargin=50, title=document.title, author=f"clausegraph {version}",
        subject=document.running, invariant=1,
    )  # fmt: skip
    story: list[Any] = [Text(_safe(document.title), styles["title"])]
    for block in document.blocks:
        story += _flow(block, styles, template.width)
    total = _Pages()
    # Two passes, the first of which counts the pages.
    for _ in range(2):
        total.seen = 0
        stream.seek(0)
        stream.truncate()
        template.build(
            list(_again(story)),
            onFirstPage=partial(_frame, document, version, total),
            onLaterPages=partial(_frame, document, version, total),
            canvasmaker=partial(Canvas, invariant=1),
        )
        total.all = total.seen
    return stream.getvalue()


class _Pages:
    """How many pages were begun, and how many there are."""

    seen = 0
    all = 0


def _again(story: list[Any]) -> list[Any]:
    from copy import deepcopy

    return deepcopy(story)


def _frame(document: Document, version: str, total: _Pages, canvas: Any, template: Any) -> None:
    """Running head and foot."""
    total.seen += 1
    width, height = template.pagesize
    canvas.saveState()
    canvas.setFont("Vera", 7.5)
    canvas.setFillColor("#555555")
    canvas.drawString(_MARGIN, height - 34, _plain(document.running))
    canvas.drawRightString(width - _MARGIN, height - 34, f"clausegraph {version}")
    canvas.drawRightString(width - _MARGIN, 28, f"page {total.seen} of {total.all or '?'}")
    canvas.setStrokeColor("#BBBBBB")
    canvas.line(_MARGIN, height - 40, width - _MARGIN, height - 40)
    canvas.restoreState()


@cache
def _fonts() -> frozenset[int]:
    """The fonts that come with ReportLab; what characters they have."""
    import reportlab
    from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
    from reportlab.pdfbase.ttfonts import TTFont

    folder = Path(reportlab.__file__).parent / "fonts"
    for name, file in (("Vera", "Vera.ttf"), ("VeraBd", "VeraBd.ttf")):
        registerFont(TTFont(name, str(folder / file)))
    registerFontFamily("Vera", normal="Vera", bold="VeraBd", italic="Vera", boldItalic="VeraBd")
    return frozenset(TTFont("Vera", str(folder / "Vera.ttf")).face.charToGlyph)


def _plain(text: str) -> str:
    """Text in characters that the font has."""
    has = _fonts()
    soft = "".join(_SOFTER.get(c, c) for c in text)
    return "".join(c if ord(c) in has or c in "\n\t" else f"[U+{ord(c):04X}]" for c in soft)


def _safe(text: str) -> str:
    return escape(_plain(text)).replace("\n", "<br/>")


def _styles() -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle

    base = ParagraphStyle("base", fontName="Vera", fontSize=8, leading=10.5, splitLongWords=1)
    return {
        "title": ParagraphStyle(
            "t", base, fontName="VeraBd", fontSize=15, leading=19, spaceAfter=8
        ),
        "h1": ParagraphStyle(
            "h1", base, fontName="VeraBd", fontSize=11, leading=14, spaceBefore=12, spaceAfter=5,
            keepWithNext=1,
        ),
        "h2": ParagraphStyle(
            "h2", base, fontName="VeraBd", spaceBefore=6, spaceAfter=2, keepWithNext=1
        ),
        "text": ParagraphStyle("p", base, spaceBefore=3, spaceAfter=5),
        "cell": ParagraphStyle("c", base, fontSize=7, leading=8.8),
        "head": ParagraphStyle(
            "h", base, fontName="VeraBd", fontSize=7, leading=8.8, textColor="#FFFFFF"
        ),
        "label": ParagraphStyle("l", base, fontName="VeraBd", fontSize=7.5, leading=9.5),
    }  # fmt: skip


def _flow(block: Block, styles: dict[str, Any], width: float) -> list[Any]:
    from reportlab.platypus import LongTable
    from reportlab.platypus import Paragraph as Text

    match block:
        case Heading(level, text):
            return [Text(_safe(text), styles[f"h{level}"])]
        case Paragraph(text):
            return [Text(_safe(text), styles["text"])]
        case Facts(rows):
            cells = [[Text(_safe(a), styles["label"]), Text(_safe(b), styles["cell"])]
                     for a, b in rows]  # fmt: skip
            if not cells:
                return []
            return [LongTable(cells, [width * 0.24, width * 0.76], style=_grid(head=False))]
        case Table(columns, shares, rows):
            whole = sum(shares)
            cells = [[Text(_safe(c), styles["head"]) for c in columns]]
            cells += [[Text(_safe(c), styles["cell"]) for c in row] for row in rows]
            widths = [width * share / whole for share in shares]
            return [LongTable(cells, widths, repeatRows=1, splitInRow=1, style=_grid(head=True))]


def _grid(*, head: bool) -> list[tuple[Any, ...]]:
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, "#BBBBBB"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    return [*style, ("BACKGROUND", (0, 0), (-1, 0), _HEAD)] if head else style
