"""No bytes make a collector raise, and its terms survive N-Triples."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from clausegraph.artefacts.documents.pdf import PdfReader
from clausegraph.artefacts.media import broken_promise, sniff
from clausegraph.artefacts.text import clean
from clausegraph.artefacts.x509 import parse as parse_certificate
from clausegraph.collect import (
    archives,
    certificates,
    conclusions,
    documents,
    list_changes,
    list_entries,
    revocation,
    trusted_lists,
)
from clausegraph.collect.facts import text
from clausegraph.collect.gathered import Gathered
from clausegraph.collect.question import Question
from tests.artefacts.statuses import NOW, crl, holder, response, time
from tests.artefacts.test_archives import make_tar, make_zip
from tests.artefacts.test_certificate_model import rich
from tests.artefacts.trusted_lists import making
from tests.collect.samples import (
    ARTEFACT,
    CA,
    SEAL_STATEMENTS,
    certificate,
    digital_id,
    pem,
    pkcs7,
    trusted_list,
)

Collector = Callable[[bytes, NamedNode, Gathered], Iterator[Triple]]
bounded = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)

CERTIFICATE = certificate()
BUNDLE = pem(CERTIFICATE) + pem(certificate(CA, ca=True))
LIST = trusted_list(
    making.listed(
        identity=digital_id(certificate(CA, ca=True, qc=None)),
        extensions=making.qualified_as("QCForESeal", criteria=making.policy_set("1.2.3", urn=True)),
        history=making.listed(block="ServiceHistoryInstance", since="2015-01-01T00:00:00Z"),
    )
)
QUESTION = Question("https://w3id.org/clausegraph/id/test/", NOW)
AUTHORITY = holder()
CRL = crl(AUTHORITY, ((5, NOW, None),), expired_since=time("20260101000000Z"))
RESPONSE = response(AUTHORITY, AUTHORITY, 5, revoked=NOW, cutoff=time("20260101000000Z"))
PDF = b"%PDF-1.4\n1 0 obj<</Type/Pages/Count 3>>endobj 5 0 obj<</Title(T\\051)>> /Info 5 0 R %%EOF"
DOCX = io.BytesIO()
with zipfile.ZipFile(DOCX, "w") as archive:
    for member in ("word/document.xml", "docProps/core.xml", "docProps/app.xml"):
        archive.writestr(zipfile.ZipInfo(member), "<d/>")  # a ZipInfo has a fixed date
PDFS = PdfReader()
SUBJECTS: list[tuple[Collector, bytes]] = [
    (certificates.facts, CERTIFICATE),
    (certificates.facts, BUNDLE),
    (certificates.facts, rich()),
    (certificates.facts, pkcs7(CERTIFICATE)),
    (archives.facts, make_zip({"a.cer": CERTIFICATE})),
    (archives.facts, make_tar({"a.pem": BUNDLE})),
    (trusted_lists.facts, LIST),
    (revocation.crl_facts, CRL),
    (revocation.ocsp_facts, RESPONSE),
    (documents.pdf_facts, PDF),
    (documents.docx_facts, DOCX.getvalue()),
    (documents.html_facts, b"<html><title>&#xd800;&#0;x</title>"),
    (documents.markdown_facts, b"# Title \xff"),
]


def check(collector: Collector, data: bytes) -> None:
    known = {AUTHORITY.certificate.sha256: AUTHORITY.certificate}
    gathered = Gathered(certificates=known, pdfs=PDFS)
    triples = list(collector(data, ARTEFACT, gathered))
    parsed = parse_certificate(CERTIFICATE)
    gathered.certificates.setdefault(parsed.sha256, parsed)
    for relation in (
        list_entries.facts,
        conclusions.facts,
        list_changes.facts,
        revocation.facts,
    ):
        triples += relation(gathered, QUESTION)
    written = serialize(triples, format=RdfFormat.N_TRIPLES)
    assert written is not None
    read = {quad.triple for quad in parse(io.BytesIO(written), format=RdfFormat.N_TRIPLES)}
    assert read == set(triples)


@pytest.mark.parametrize(("collector", "sample"), SUBJECTS)
@given(
    edits=st.lists(st.tuples(st.integers(0, 20_000), st.binary(max_size=4)), min_size=1, max_size=6)
)
@bounded
def test_damaged_bytes(collector: Collector, sample: bytes, edits: list[tuple[int, bytes]]) -> None:
    data = bytearray(sample)
    for place, value in edits:
        start = place % len(data)
        data[start : start + max(len(value), 1)] = value
        if not data:
            data = bytearray(b"\0")
    check(collector, bytes(data))


@pytest.mark.parametrize("collector", sorted({c for c, _ in SUBJECTS}, key=str))
@given(data=st.binary(max_size=300))
@bounded
def test_arbitrary_bytes(collector: Collector, data: bytes) -> None:
    check(collector, data)


@pytest.mark.parametrize("mask", [0x80, 0x21])
def test_every_byte_of_a_certificate_damaged_in_turn(mask: int) -> None:
    for place in range(len(CERTIFICATE)):
        damaged = bytearray(CERTIFICATE)
        damaged[place] ^= mask
        assert list(certificates.facts(bytes(damaged), ARTEFACT, Gathered()))


@given(place=st.integers(0, len(SEAL_STATEMENTS) - 1), value=st.integers(0, 255))
@bounded
def test_damaged_statements_in_a_sound_certificate(place: int, value: int) -> None:
    damaged = bytearray(SEAL_STATEMENTS)
    damaged[place] = value
    check(certificates.facts, CERTIFICATE.replace(SEAL_STATEMENTS, bytes(damaged)))


@given(cut=st.integers(0, len(LIST)))
@bounded
def test_cut_off_lists(cut: int) -> None:
    check(trusted_lists.facts, LIST[:cut])


@given(data=st.binary(max_size=60), name=st.sampled_from(["a.cer", "a.xml", "a.pdf", "a", "a.md"]))
@bounded
def test_every_file_has_a_kind(data: bytes, name: str) -> None:
    for head in (data, b"\x30" + data):
        kind, media = sniff(head, name)
        assert "/" in media
        why = broken_promise(kind, name)
        assert why is None or why.endswith(".")


@given(value=st.text(st.characters(exclude_categories=())))
@bounded
def test_any_text_becomes_a_literal(value: str) -> None:
    assert text(value).value == clean(value)
    assert clean(clean(value)) == clean(value)
    clean(value).encode()
