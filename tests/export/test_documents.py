"""Documents: same bytes, every requirement in the running text, nothing clipped, nothing run."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from clausegraph.export import Options, Part, Projection, produce
from clausegraph.export.documents.blocks import Document, Facts, Heading, Paragraph, Table, table
from clausegraph.export.documents.docx import written as docx_of
from clausegraph.export.documents.html import written as html_of
from clausegraph.export.documents.pdf import written as pdf_of

LONG = Document(
    "long",
    "Title <b>& more</b>",
    "running head",
    (
        Heading(1, "One"),
        Paragraph("Text with → arrow, ünï, Ελληνικά and a <script>alert(1)</script>."),
        Facts((("Label", "value"), ("Empty", ""))),
        Table(("A", "B"), (1, 3), (("q" * 300, "word " * 4000), ("last", "END-OF-TABLE"))),
    ),
)


@pytest.fixture(scope="module")
def files(borealis: Projection) -> dict[str, Part]:
    return {p.path: p for p in produce(borealis, ["docx", "pdf", "html"], Options())}


def text_of_pdf(data: bytes) -> list[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_range() for page in document]


def squeezed(text: str) -> str:
    """Letters, digits and stops only: readers see breaks of lines as hyphens of several kinds."""
    return re.sub(r"[^0-9A-Za-z.]", "", text)


def text_of_docx(data: bytes) -> tuple[Any, str]:
    import docx

    file = docx.Document(io.BytesIO(data))
    body = file.element.body
    return file, "\n".join(t.text or "" for t in body.iter() if str(t.tag).endswith("}t"))


def content(part: Part) -> bytes:
    assert isinstance(part.content, bytes)
    return part.content


def test_same_pack_same_bytes(files: dict[str, Part], borealis: Projection) -> None:
    assert {p.path: p for p in produce(borealis, ["docx", "pdf", "html"], Options())} == files


def test_one_document_per_case_and_format(files: dict[str, Part], borealis: Projection) -> None:
    names = {str(r["case"]).removeprefix(borealis.base) for r in borealis.rows("cases")}
    for suffix in ("docx", "pdf", "html"):
        wanted = {f"documents/cases/{n}.{suffix}" for n in names} | {f"documents/report.{suffix}"}
        assert {n for n in files if n.endswith(suffix)} == wanted


def test_every_requirement_finding_and_page_number_is_there(
    files: dict[str, Part], borealis: Projection
) -> None:
    pages = text_of_pdf(content(files["documents/report.pdf"]))
    for number, text in enumerate(pages, 1):
        assert f"page {number} of {len(pages)}" in text
        assert "borealis-eseal, as of 23 Nov 2026" in text
    whole = squeezed("".join(pages))
    _, words = text_of_docx(content(files["documents/report.docx"]))
    for row in borealis.rows("outcomes"):
        assert str(row["identifier"]) in words
        assert squeezed(str(row["identifier"])) in whole
    for row in borealis.rows("findings"):
        assert str(row["code"]) in words
        assert squeezed(str(row["code"])) in whole


def test_nothing_of_a_long_cell_is_lost_in_print() -> None:
    whole = "".join(text_of_pdf(pdf_of(LONG, "1")))
    assert squeezed(whole).count("word") == 4000
    assert squeezed(whole).count("q") == 300
    assert "END-OF-TABLE" in whole
    assert "<script>" in whole
    assert "[U+0395]" in whole


def test_word_document_has_heads_and_fields(aurora: Projection) -> None:
    file, words = text_of_docx(docx_of(LONG, aurora))
    xml = file.element.body.xml
    assert "w:tblHeader" in xml
    assert file.sections[0].header.paragraphs[0].text == "running head"
    assert "NUMPAGES" in file.sections[0].footer._element.xml
    assert "Ελληνικά" in words
    assert words.count("word ") == 3999  # the last one ends the cell


def test_pages_run_nothing(aurora: Projection) -> None:
    page = html_of(LONG, aurora)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page


def test_an_empty_table_says_so() -> None:
    assert table(("A",), (1,), []) == (Paragraph("None."),)
