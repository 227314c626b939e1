"""Titles and page counts of documents, and archives that lie."""

from __future__ import annotations

import io
import zipfile

import pytest

from clausegraph.collect import documents
from clausegraph.collect.gathered import Gathered
from tests.collect.samples import ARTEFACT, Graph

PDF = (
    b"%%PDF-1.4\n1 0 obj<</Type/Pages/Kids[2 0 R 3 0 R]/Count 12>>endobj\n"
    b"4 0 obj<</Title (Outline)>>endobj\n5 0 obj<</Title %s/Author(Nobody)>>endobj\n"
    b"trailer<</Info 5 0 R>>\n%%%%EOF\n"
)


def docx(**members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("string", "title"),
    [
        (b"(Practice statement)", "Practice statement"),
        (b"(Caf\\351 \\(CPS\\)\\\n v1)", "Café (CPS) v1"),
        (b"<FEFF00430050>", "CP"),
        (b"<4350>", "CP"),
    ],
)
def test_pdf_title_and_pages(string: bytes, title: str) -> None:
    graph = Graph(documents.pdf_facts(PDF % string, ARTEFACT, Gathered()))
    assert graph.value("title") == title
    assert graph.value("numberOfPages") == "12"
    assert "Nobody" not in str(graph.triples)
    assert graph.note() == ""


def test_pdf_cut_off_or_encrypted() -> None:
    whole = PDF % b"(T)"
    assert "cut off" in Graph(documents.pdf_facts(whole[:60], ARTEFACT, Gathered())).note()
    encrypted = Graph(
        documents.pdf_facts(whole.replace(b"/Info", b"/Encrypt 9 0 R/Info"), ARTEFACT, Gathered())
    )
    assert not encrypted.values("title")


@pytest.mark.parametrize(
    ("html", "title"),
    [(b"<title>A &amp;\n B</title>", "A & B"), (b"<TITLE lang='en'>x</TITLE>", "x"), (b"<p>", "")],
)
def test_html_title(html: bytes, title: str) -> None:
    graph = Graph(documents.html_facts(html, ARTEFACT, Gathered()))
    assert graph.values("title") == ([title] if title else [])


@pytest.mark.parametrize(
    ("markdown", "title"), [("text\r\n# CPS #\r\n# Two", "CPS"), ("#no", ""), ("## Second", "")]
)
def test_markdown_title(markdown: str, title: str) -> None:
    graph = Graph(documents.markdown_facts(markdown.encode(), ARTEFACT, Gathered()))
    assert graph.values("title") == ([title] if title else [])


def test_docx_title_and_pages() -> None:
    core = '<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title> The CP </dc:title></c>'
    app = (
        '<P xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Pages>7</Pages></P>"
    )
    data = docx(word__document="<d/>", docProps__core=core, docProps__app=app)
    graph = Graph(documents.docx_facts(data, ARTEFACT, Gathered()))
    assert graph.value("title") == "The CP"
    assert graph.value("numberOfPages") == "7"


def test_docx_that_is_none_or_a_bomb() -> None:
    assert (
        Graph(documents.docx_facts(docx(other="<d/>"), ARTEFACT, Gathered())).problem()
        == "unreadable"
    )
    bomb = docx(word__document="<d/>", docProps__core="<c>" + " " * 30_000_000 + "</c>")
    assert Graph(documents.docx_facts(bomb, ARTEFACT, Gathered())).triples == []
