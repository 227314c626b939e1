"""Markdown, plain text, HTML and DOCX, good and hostile."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausegraph.artefacts.documents import docx, plain
from clausegraph.artefacts.documents.docx import read_docx
from clausegraph.artefacts.documents.html import read_html
from clausegraph.artefacts.documents.model import DocumentText
from clausegraph.artefacts.documents.plain import read_markdown, read_text
from clausegraph.artefacts.text import UnreadableError
from tests.artefacts.documents import making
from tests.artefacts.documents.making import W, paragraphs

bounded = settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
MARKDOWN = b"""# CPS of Example
Version 1.0, 2026-02-03.

## 4.9 Revocation
On *request*.

Contents
--------
```
# no heading
```
### 4.9.1 When
Always.
"""


def heads(document: DocumentText) -> list[tuple[str, str, int]]:
    return [(s.number, s.heading, s.level) for s in document.sections]


def test_markdown() -> None:
    document = read_markdown(MARKDOWN)
    assert document.titles == ("CPS of Example",)
    assert (document.version, document.issued) == ("1.0", date(2026, 2, 3))
    assert heads(document) == [
        ("", "CPS of Example", 1),
        ("4.9", "Revocation", 2),
        ("", "Contents", 2),
        ("4.9.1", "When", 3),
    ]
    assert document.sections[1].text == "On request."


def test_plain_text_with_numbers_passes_over_the_contents() -> None:
    text = (
        "Certificate policy\n1 Introduction ........ 3\n2 Publication 4\n\n"
        "1 Introduction\nWords that run on\n  2. a list item, not a heading.\n"
        "12 March 2026\n2 Publication\nMore words\n2.1 Repositories\n1 First item of a list\n"
    )
    assert heads(read_text(text.encode())) == [
        ("1", "Introduction", 1), ("2", "Publication", 1), ("2.1", "Repositories", 2),
    ]  # fmt: skip


def test_plain_text_with_underlined_headings() -> None:
    assert heads(read_text(b"Policy\n======\ntext\n\n1. Scope\n--------\nmore\n")) == [
        ("", "Policy", 1), ("1", "Scope", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert read_text("Déclaration\n".encode(encoding)).titles == ("Déclaration",)


@pytest.mark.parametrize("read", [read_markdown, read_text])
def test_binary_data_are_no_text(read: Callable[[bytes], DocumentText]) -> None:
    with pytest.raises(UnreadableError, match="binary"):
        read(bytes(range(256)) * 20)


def test_a_text_too_long_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clausegraph.artefacts.documents.assemble.MAX_TEXT", 1000)
    document = read_text(b"word of text\n" * 400)
    assert document.words < 400
    assert document.notes == ("Only the first 1000 characters were read.",)


def test_html() -> None:
    page = b"""<!DOCTYPE html><html lang="fr"><head><title>Notice &amp; more</title>
    <style>h1 {}</style></head><body><h1>Notice</h1><p>One <b>two</b><br>three</p>
    <script>alert("never")</script><h2>3.1&nbsp;Naming</h2><table><tr><td>a</td><td>b</td></tr>
    </table><noscript>hidden</noscript><p hidden>after</p></body></html>"""
    document = read_html(page)
    assert document.titles == ("Notice & more", "Notice")
    assert document.language == "fr"
    assert heads(document) == [("", "Notice", 1), ("3.1", "Naming", 2)]
    assert document.sections[0].text == "One two\nthree"
    assert document.sections[1].text == "a\nb\nafter"


@pytest.mark.parametrize(
    "page",
    [
        b"<p>" * 100_000,
        b"<p " + b"a=1 " * 100_000 + b">x",
        b'<p title="' + b"x" * 3_000_000 + b'">x</p>',
        b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><p>&a;</p>",
        b'<?xml version="1.0" encoding="utf-7"?><html><p>x</p></html>',
        b'<meta charset="zip"><p>x',
        b"<html></html>",
        b"\xff\xfe<\0p\0>\0x\0",
    ],
)
def test_hostile_html(page: bytes) -> None:
    try:
        document = read_html(page)
    except UnreadableError:
        return
    assert "root:" not in document.text
    assert document.words <= 100_000


def test_docx_with_heading_styles_and_counted_numbers() -> None:
    styles = (
        f'<w:styles {W}><w:style w:styleId="H1"><w:name w:val="heading 1"/>'
        '<w:pPr><w:numPr/></w:pPr></w:style><w:style w:styleId="H2"><w:name w:val="Own"/>'
        '<w:pPr><w:numPr/><w:outlineLvl w:val="1"/></w:pPr></w:style></w:styles>'
    )
    core = '<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title> The CP </dc:title></c>'
    app = (
        '<P xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Pages>7</Pages></P>"
    )
    body = paragraphs(
        ("Normal", "Cover"), ("H1", "Introduction"), ("H2", "Overview"), ("Normal", "Text."),
        ("H1", "Publication"), ("H2", "2.4 Access"), ("Heading3", "Deep"),
    )  # fmt: skip
    document = read_docx(
        making.docx(
            word__document=body, word__styles=styles, docProps__core=core, docProps__app=app,
            _xmlsignatures__sig1="<s/>",
        )
    )  # fmt: skip
    assert (document.titles, document.pages) == (("The CP", "Cover"), 7)
    assert heads(document) == [
        ("1", "Introduction", 1), ("1.1", "Overview", 2), ("2", "Publication", 1),
        ("2.4", "Access", 2), ("", "Deep", 3),
    ]  # fmt: skip
    assert document.sections[1].text == "Text."
    assert [seal.form for seal in document.seals] == ["XML signature"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (making.docx(other="<d/>"), "no Word document"),
        (b"PK\x03\x04 and nothing", "damaged"),
        (making.docx(word__document="<!DOCTYPE d [<!ENTITY a 'b'>]><d>&a;</d>"), "DOCTYPE"),
        (making.docx(word__document="<d><open></d>"), "well-formed"),
        (making.docx(word__document="<d>" * 200 + "</d>" * 200), "nested"),
    ],
)
def test_docx_that_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        read_docx(data)


def test_a_bomb_is_refused_before_it_unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    whole = zipfile.ZipExtFile.read

    def read(self: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        asked.append(n or -1)
        return whole(self, n)

    monkeypatch.setattr(docx, "MAX_MEMBER", 1_000_000)
    monkeypatch.setattr(zipfile.ZipExtFile, "read", read)
    with pytest.raises(UnreadableError, match="unpacks to more"):
        read_docx(making.docx(word__document="<d>" + " " * 30_000_000 + "</d>"))
    assert all(0 < size <= 1024 * 1024 + 1 for size in asked)


def test_a_bomb_in_the_properties_only_costs_them() -> None:
    data = making.docx(
        word__document=paragraphs(("Normal", "Text")), docProps__core="<c>" + " " * 9_000_000
    )
    assert read_docx(data).titles == ("Text",)


SAMPLES: list[tuple[Callable[[bytes], DocumentText], bytes]] = [
    (read_markdown, MARKDOWN),
    (read_text, plain.decode(MARKDOWN).encode("utf-16")),
    (read_html, b"<html><h1>1 One</h1><p>text &#xd800; <b>x</b></p><script>y</script></html>"),
    (read_docx, making.docx(word__document=paragraphs(("Heading1", "One"), ("Normal", "text")))),
]


@pytest.mark.parametrize(("read", "sample"), SAMPLES)
@given(edits=st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=4)), max_size=6))
@bounded
def test_damaged_bytes(
    read: Callable[[bytes], DocumentText], sample: bytes, edits: list[tuple[int, bytes]]
) -> None:
    data = bytearray(sample)
    for place, value in edits:
        start = place % len(data)
        data[start : start + len(value)] = value
    survives(read, bytes(data))


@pytest.mark.parametrize("read", [read for read, _ in SAMPLES])
@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda t: t.encode("utf-8", "surrogatepass")),
    )
)
@bounded
def test_arbitrary_bytes(read: Callable[[bytes], DocumentText], data: bytes) -> None:
    survives(read, data)


def survives(read: Callable[[bytes], DocumentText], data: bytes) -> None:
    try:
        document = read(data)
    except UnreadableError:
        return
    assert document.words == len(document.text.split())
