"""Facts of documents: what they state, their sections, passages and seals, and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from clausegraph.artefacts.x509 import parse
from clausegraph.collect import collect, documents
from clausegraph.collect.gathered import Gathered
from clausegraph.collect.question import Question
from tests.artefacts.documents.making import docx, empty_pdf, encrypted_pdf, paragraphs, signed_pdf
from tests.collect.samples import ARTEFACT, CA, Graph, certificate
from tools.make_packs import pdf

NOTICE = """# Notice to relying parties of Example
Version 1.2 of 3 May 2026, at https://example.test/notice for the users of the service.

## 4.5 Trust anchor
The trust anchor is the service digital identifier in the trusted list, see 411-2:OVR-6.3.5-12.
SHA-256 of it: {digest}. The policy is 0.4.0.194112.1.2.

#### 4.5.1.1 Deep
By REQ-7.1-01.
"""


@pytest.fixture
def gathered() -> Iterator[Gathered]:
    found = Gathered()
    with found.pdfs:
        yield found


def test_markdown_facts(gathered: Gathered) -> None:
    text = NOTICE.format(digest="ab" * 32)
    graph = Graph(documents.markdown_facts(text.encode(), ARTEFACT, gathered))
    assert graph.values("title", "sample") == ["Notice to relying parties of Example"]
    assert graph.value("version") == "1.2"
    assert graph.value("issued") == "2026-05-03T00:00:00Z"
    assert graph.value("language") == "en"
    printed = gathered.documents[ARTEFACT.value]
    assert int(graph.value("wordCount")) == len(printed.words.split()) > 40
    assert printed.digests == ("ab" * 32,)
    assert graph.value("policyOid") == "0.4.0.194112.1.2"
    assert graph.value("printedDigest") == "ab" * 32
    assert graph.value("page") == "https://example.test/notice"
    assert graph.values("contains") == ["section-n1", "section-4.5", "passage-1"]
    assert graph.values("identifier", "section-4.5") == ["4.5"]
    assert graph.values("citedIdentifier", "section-4.5") == ["411-2:OVR-6.3.5-12", "REQ-7.1-01"]
    assert graph.values("type", "passage-1") == ["Passage", "statement-kind/trust-anchor"]
    assert graph.values("holds", "passage-1") == ["true"]
    assert "trust anchor" in graph.value("description")


def test_sections_are_placed_and_named_once(gathered: Gathered) -> None:
    text = "# 4.9 Revocation\n# 4.9 Revocation\n# Privacy policy\n"
    graph = Graph(documents.markdown_facts(text.encode(), ARTEFACT, gathered))
    assert graph.values("contains") == ["section-4.9", "section-4.9-2", "section-n3"]
    assert graph.values("closeMatch", "section-4.9") == ["rfc-3647/4.9"]
    assert graph.values("closeMatch", "section-n3") == ["pds/8"]


def test_lines_that_only_stand_out_stay_out_of_the_graph(gathered: Gathered) -> None:
    data = pdf.write(
        "Policy", "# Given Family\nThe text of the policy.\n## 1 Introduction\nMore.\n"
    )
    graph = Graph(documents.pdf_facts(data, ARTEFACT, gathered))
    assert graph.values("contains") == ["section-1"]
    assert graph.values("pageStart") == ["1"]
    assert graph.value("numberOfPages") == "1"


def test_a_scan_is_read_and_says_so(gathered: Gathered) -> None:
    graph = Graph(documents.pdf_facts(empty_pdf(), ARTEFACT, gathered))
    assert graph.problem() == ""
    assert graph.value("wordCount") == "0"
    assert "no text" in graph.note()


def test_an_encrypted_file_is_unreadable(gathered: Gathered) -> None:
    graph = Graph(documents.pdf_facts(encrypted_pdf(), ARTEFACT, gathered))
    assert graph.problem() == "unreadable"
    assert "password" in graph.note()
    assert not gathered.documents


def test_seals_are_noted(gathered: Gathered) -> None:
    graph = Graph(documents.pdf_facts(signed_pdf(b""), ARTEFACT, gathered))
    assert graph.values("type") == ["DocumentSeal"]
    assert graph.value("format") == "ETSI.CAdES.detached"
    assert graph.value("coversWholeFile") == "true"
    assert graph.value("signatureState") == "signature-state/not-verified"
    assert graph.value("created") == "2026-09-02T08:15:00Z"
    assert graph.values("creator") == []


def test_only_text_files_are_documents(gathered: Gathered) -> None:
    table = NamedNode(ARTEFACT.value + ".csv")
    note = NamedNode(ARTEFACT.value + ".TXT")
    assert not list(documents.text_facts(b"a,b", table, gathered))
    assert Graph(documents.text_facts(b"a b", note, gathered)).value("wordCount") == "2"


def test_html_and_docx(gathered: Gathered) -> None:
    page = Graph(documents.html_facts(b"<title>A &amp; B</title><h1>1 C</h1>", ARTEFACT, gathered))
    assert page.values("title", "sample") == ["A & B"]
    assert page.values("identifier") == ["1"]
    data = docx(word__document=paragraphs(("Heading1", "2 Publication"), ("Normal", "x")))
    assert Graph(documents.docx_facts(data, ARTEFACT, gathered)).values("identifier") == ["2"]


def test_certificates_of_the_hierarchy_are_mentioned(gathered: Gathered) -> None:
    named, printed, other = (
        certificate((*CA[:2], ("2.5.4.3", name)), ca=True)
        for name in ("Aurora Issuing CA", "Second CA of ours", "Third CA of ours")
    )
    for der in (named, printed, other):
        found = parse(der)
        gathered.certificates[found.sha256] = found
    text = f"Issued by aurora\n issuing CA, digest {parse(printed).sha256.upper()}."
    list(documents.markdown_facts(text.encode(), ARTEFACT, gathered))
    question = Question("https://example.test/", datetime(2026, 1, 1, tzinfo=UTC))
    graph = Graph(documents.mentions(gathered, question))
    assert graph.values("mentions") == [
        f"certificate/{parse(der).sha256}" for der in (named, printed)
    ]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("binary.md", bytes(range(256)) * 9, "binary"),
        ("locked.pdf", encrypted_pdf(), "password"),
        ("broken.pdf", b"%PDF-1.4 and no more", "damaged"),
        (
            "entities.docx",
            docx(word__document="<!DOCTYPE d [<!ENTITY a 'b'>]><d>&a;</d>"),
            "DOCTYPE",
        ),
        ("page.pdf", b"<html>Please log in</html>", "HTML page"),
    ],
)
def test_files_that_cannot_be_read_say_why(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(data)
    question = Question("https://example.test/", datetime(2026, 1, 1, tzinfo=UTC))
    graph = Graph(collect(tmp_path, [name], question))
    assert graph.problem() == "unreadable"
    assert said in graph.note()
    assert not graph.values("wordCount")


def test_the_same_files_give_the_same_facts(tmp_path: Path) -> None:
    names = ["a.pdf", "b.md", "c.txt", "d.html"]
    text = NOTICE.format(digest="cd" * 32)
    for name, data in zip(
        names,
        (pdf.write("Notice", text), text.encode(), text.encode("utf-16"), b"<h1>1 A</h1>"),
        strict=True,
    ):
        (tmp_path / name).write_bytes(data)
    question = Question("https://example.test/", datetime(2026, 1, 1, tzinfo=UTC))
    first = list(collect(tmp_path, names, question))
    assert first == list(collect(tmp_path, names, question))
    assert len(set(first)) == len(first)
    digests = [t for t in first if t.predicate.value.endswith("printedDigest")]
    assert len(digests) == 3
