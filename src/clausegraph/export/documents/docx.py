"""Documents as DOCX with python-docx: headings, running heads, page numbers, tables.

Input: `Document` values. Output: one DOCX each, the same bytes each time. Head rows of tables are
repeated on every page. Source: ECMA-376-1 (WordprocessingML).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from clausegraph.export.archives import CORE, core_properties, fixed
from clausegraph.export.documents.blocks import Block, Document, Facts, Heading, Paragraph, Table
from clausegraph.export.documents.content import documents
from clausegraph.export.package import Part
from clausegraph.export.projection import Projection, Request
from clausegraph.export.workbook.model import cell_text

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WIDTH_CM, _HEAD = 17.0, "DCE6EC"


def parts(request: Request) -> Iterator[Part]:
    """``report.docx`` and one file per case."""
    pack = request.projection
    for document in documents(pack):
        yield Part(f"{document.name}.docx", MEDIA_TYPE, written(document, pack))


def written(document: Document, pack: Projection) -> bytes:
    """The document as DOCX."""
    import docx
    from docx.shared import Cm, Pt

    file = docx.Document()
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)
    file.styles["Normal"].font.size = Pt(9)
    file.styles["Normal"].paragraph_format.space_after = Pt(4)
    section.header.paragraphs[0].text = cell_text(document.running)
    _page_numbers(section.footer.paragraphs[0], pack.version)
    file.add_heading(cell_text(document.title), 0)
    for block in document.blocks:
        _add(file, block)
    stream = io.BytesIO()
    file.save(stream)
    core = core_properties(document.title, document.running, pack.version, pack.stamp)
    return fixed(stream.getvalue(), {CORE: core})


def _add(file: Any, block: Block) -> None:
    match block:
        case Heading(level, text):
            file.add_heading(cell_text(text), level)
        case Paragraph(text):
            file.add_paragraph(cell_text(text))
        case Facts(rows):
            _table(file, None, (24, 76), rows)
        case Table(columns, shares, rows):
            _table(file, columns, shares, rows)


def _table(
    file: Any, head: tuple[str, ...] | None, shares: tuple[int, ...], rows: tuple[Any, ...]
) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm

    lines = [*([head] if head else []), *rows]
    if not lines:
        return
    table = file.add_table(rows=len(lines), cols=len(shares))
    table.style, table.autofit = "Table Grid", False
    widths = [Cm(_WIDTH_CM * share / sum(shares)) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    # Cells are taken from the XML once: the accessors of python-docx search a table anew each time.
    for line, row in zip(lines, table._tbl.tr_lst, strict=True):
        for text, cell, width in zip(line, row.tc_lst, widths, strict=True):
            cell.width = width
            _fill(cell, text, bold=line is head, file=file)
    if head:
        _mark(table._tbl.tr_lst[0], "w:tblHeader")
        for cell in table._tbl.tr_lst[0].tc_lst:
            properties = cell.get_or_add_tcPr()
            shade = {qn("w:val"): "clear", qn("w:color"): "auto", qn("w:fill"): _HEAD}
            properties.append(properties.makeelement(qn("w:shd"), shade))
    file.add_paragraph()


def _mark(row: Any, name: str) -> None:
    """A switch of a row: repeated as a heading, or not broken across pages."""
    from docx.oxml.ns import qn

    properties = row.get_or_add_trPr()
    properties.append(properties.makeelement(qn(name), {qn("w:val"): "true"}))


def _fill(cell: Any, text: str, *, bold: bool, file: Any) -> None:
    from docx.shared import Pt
    from docx.text.paragraph import Paragraph as Text

    run = Text(cell.p_lst[0], file).add_run(cell_text(text))
    run.font.size, run.font.bold = Pt(7.5), bold
    run.font.name = "Arial"


def _page_numbers(paragraph: Any, version: str) -> None:
    """``clausegraph 1.0 · page 1 of 9``, the numbers as fields."""
    paragraph.add_run(f"clausegraph {version} · page ")
    _field(paragraph, "PAGE")
    paragraph.add_run(" of ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph: Any, code: str) -> None:
    from docx.oxml.ns import qn

    node = paragraph._p.makeelement(qn("w:fldSimple"), {qn("w:instr"): code})
    paragraph._p.append(node)
