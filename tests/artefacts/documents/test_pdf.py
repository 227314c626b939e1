"""PDF files: what is read, and what a hostile one costs."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from clausegraph.artefacts import processes
from clausegraph.artefacts.documents.model import Line
from clausegraph.artefacts.documents.pdf import PdfReader, outlined, without_furniture
from clausegraph.artefacts.text import UnreadableError
from clausegraph.cache import accidents
from tests.artefacts.documents.making import (
    empty_pdf,
    encrypted_pdf,
    page_pdf,
    signed_pdf,
    stream,
)
from tests.collect.samples import LEGAL, NATURAL, certificate, key
from tools.make_packs import pdf

TEXT = """# Certificate policy of Example
Version 2.1 of 3 May 2026, effective from 1 June 2026. The text is for the test of the reader.
1. This is a list item in the running text of the document.
## 1 Introduction
The identifier is 0.4.0.194112.1.2 and the requirement is OVR-6.3.5-12 of EN 319 411-2.
## 1.1 Overview
What is to be read by the reader of the policy.
## Contact
Somewhere in the town.
"""


@pytest.fixture(scope="module")
def reader() -> Iterator[PdfReader]:
    with PdfReader() as opened:
        yield opened


def test_text_title_version_dates_and_sections(reader: PdfReader) -> None:
    document = reader.read(pdf.write("Policy (2)", TEXT))
    assert document.titles == ("Policy (2)", "Certificate policy of Example")
    assert (document.version, document.language, document.pages) == ("2.1", "en", 1)
    assert (document.issued, document.effective) == (date(2026, 5, 3), date(2026, 6, 1))
    assert [(s.number, s.heading, s.page, s.sure) for s in document.sections] == [
        ("", "Certificate policy of Example", 1, False),
        ("1", "Introduction", 1, True),
        ("1.1", "Overview", 1, True),
        ("", "Contact", 1, False),
    ]
    assert "list item" in document.sections[0].text
    assert not document.notes


def test_a_scan_says_that_it_holds_no_text(reader: PdfReader) -> None:
    document = reader.read(empty_pdf(2))
    assert document.words == 0
    assert document.notes == ("The PDF holds no text, only images or nothing at all.",)


def test_many_pages_are_read_up_to_a_bound(reader: PdfReader) -> None:
    document = reader.read(empty_pdf(10_000))
    assert document.pages == 10_000
    assert "Only the first 2000 of 10000 pages were read." in document.notes


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (encrypted_pdf(), "encrypted"),
        (b"%PDF-1.4\nnothing follows", "damaged"),
        (b"", "damaged"),
    ],
)
def test_what_is_refused(reader: PdfReader, data: bytes, why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        reader.read(data)


def test_a_file_that_is_cut_off_is_read_and_noted(reader: PdfReader) -> None:
    data = pdf.write("T", TEXT)
    assert "cut off" in " ".join(reader.read(data[: data.rindex(b"%%EOF")]).notes)


def test_time_and_memory_are_bounded_and_the_next_file_is_read() -> None:
    # Forms that draw each other ten times: a billion texts in a small file.
    forms = [
        stream(
            b" ".join([b"/X Do"] * 10) if n < 9 else b"BT /F1 9 Tf (x) Tj ET",
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >>"
            b" /Font << /F1 5 0 R >> >>" % (7 + n),
        )
        for n in range(10)
    ]
    before = accidents()
    bomb = page_pdf(b"/X Do", *forms, resources=b"/XObject << /X 6 0 R >>")
    with PdfReader(time_limit=4) as impatient:
        # On a fast machine the bound on memory is met before the one on time.
        with pytest.raises(UnreadableError, match=r"takes more than|cannot be read"):
            impatient.read(bomb)
        assert accidents() > before, "so that nobody keeps what came of it"
        assert impatient.read(empty_pdf()).pages == 1


def test_a_stream_that_unpacks_to_a_gigabyte_is_survived() -> None:
    packer = zlib.compressobj(9)
    chunk = b" " * (1 << 20)
    packed = b"".join(packer.compress(chunk) for _ in range(256)) + packer.flush()
    data = page_pdf(b"").replace(stream(b""), stream(packed, b"/Filter /FlateDecode"))
    with PdfReader() as careful:
        try:
            assert careful.read(data).words == 0
        except UnreadableError as error:
            assert "PDF" in str(error)  # noqa: PT017 - either outcome is sound
        assert careful.read(empty_pdf()).pages == 1


def test_modules_in_the_working_directory_are_never_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json.py", "pypdfium2.py"):
        (tmp_path / name).write_text("open('ran', 'w').close()", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with PdfReader() as careful:
        assert careful.read(empty_pdf()).pages == 1
    assert not (tmp_path / "ran").exists()


def _cms(subject: tuple[tuple[str, str], ...]) -> bytes:
    signer = x509.load_der_x509_certificate(certificate(subject, qc=None))
    return (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(b"content")
        .add_signer(signer, key(), hashes.SHA256())
        .sign(Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature])
    )


def test_seals_are_noted_with_the_name_of_a_legal_person(reader: PdfReader) -> None:
    (seal,) = reader.read(signed_pdf(_cms(LEGAL))).seals
    assert seal.form == "ETSI.CAdES.detached"
    assert seal.whole
    assert seal.signer == "Aurora AB, Aurora seal"
    assert len(seal.certificate) == 64
    assert seal.stated == datetime(2026, 9, 2, 8, 15, tzinfo=UTC)


def test_a_natural_person_stays_unnamed(reader: PdfReader) -> None:
    (seal,) = reader.read(signed_pdf(_cms(NATURAL))).seals
    assert seal.signer == ""
    assert seal.certificate


def test_bytes_after_the_signature_are_noticed(reader: PdfReader) -> None:
    (seal,) = reader.read(signed_pdf(_cms(LEGAL), tail=b"\n%%EOF\n")).seals
    assert not seal.whole


@pytest.mark.parametrize("cms", [b"", b"\x30\x03\x02\x01\x01", b"\xff" * 40])
def test_a_broken_signature_is_one_without_signer(reader: PdfReader, cms: bytes) -> None:
    (seal,) = reader.read(signed_pdf(cms, b"yesterday")).seals
    assert (seal.signer, seal.certificate, seal.stated) == ("", "", None)


def test_headers_and_footers_are_left_out() -> None:
    words = ("alpha", "beta", "gamma", "delta", "epsilon")
    lines = [
        Line(text, page)
        for page, word in enumerate(words, 1)
        for text in ("CPS of X", f"{word} one", f"{word} two", f"{word} three", f"{page} of 5")
    ]
    kept = [line.text for line in without_furniture(lines)]
    assert kept == [f"{word} {n}" for word in words for n in ("one", "two", "three")]


def test_an_outline_counts_when_its_entries_are_found() -> None:
    lines = [Line("1 One", 1), Line("text", 1), Line("2 Two", 1), Line("Three", 2)]
    outline = [[1, "1 One", 1], [1, "2 Two", 1], [2, "2.1 Three", 2]]
    assert [line.level for line in outlined(lines, outline)] == [1, 0, 1, 2]
    assert all(line.level == 0 for line in outlined(lines, [*outline, *([[1, "Else", 1]] * 3)]))


def test_no_process_for_it_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(module: str) -> None:
        raise OSError(f"no process for {module}")

    monkeypatch.setattr(processes, "start", refuse)
    with PdfReader() as reader:
        reader.prepare()
        with pytest.raises(UnreadableError, match="no process can be started"):
            reader.read(b"%PDF-1.7\n")
