"""Certificates and their QC statements."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.x509 import parse as parse_certificate
from clausegraph.artefacts.x509.qcstatements import parse
from clausegraph.collect import archives
from clausegraph.collect.certificates import facts
from clausegraph.collect.gathered import Gathered
from tests.artefacts.test_certificate_model import rich
from tests.collect.samples import (
    ARTEFACT,
    CA,
    ENCODED_DEFAULT,
    LEGAL,
    NATURAL,
    QC,
    Graph,
    certificate,
    oid,
    pem,
    pkcs7,
    qc_type,
    resigned,
    statement,
    statements,
    tlv,
)


def read(data: bytes) -> Graph:
    return Graph(facts(data, ARTEFACT, Gathered()))


def test_all_facts_of_a_seal_certificate() -> None:
    der = certificate()
    graph = read(der)
    sha256 = hashlib.sha256(der).hexdigest()
    assert graph.value("contains") == f"certificate/{sha256}"
    expected = {
        "sha256": sha256,
        "issuerName": "CN=Aurora CA\\, 1,O=Aurora AB,C=SE",
        "subjectName": "CN=Aurora seal,organizationIdentifier=NTRSE-000000,O=Aurora AB,C=SE",
        "serialNumber": "aff",
        "validFrom": "2026-01-02T03:04:05Z",
        "validThrough": "2028-01-02T03:04:05Z",
        "keyType": "EC P-256",
        "keySize": "256",
        "signatureAlgorithm": "ecdsa-with-SHA256",
        "policyOid": "0.4.0.194112.1.3",
        "qcType": "eseal",
        "isCa": "false",
        "subjectKeyIdentifier": "0102",
        "authorityKeyIdentifier": "0a0b",
    }
    assert {prop: graph.value(prop) for prop in expected} == expected
    assert graph.values("qcStatement") == [QC + "1", QC + "4", QC + "6"]
    assert graph.note() == ""


def test_both_parsers_agree() -> None:
    strict, lenient = read(certificate()), read(certificate(constraints=ENCODED_DEFAULT))
    changed = {"sha256", "contains", "parseNote"}
    for prop in {t.predicate.value.rsplit("#")[-1].rsplit("/")[-1] for t in strict.triples}:
        if prop not in changed:
            assert strict.values(prop) == lenient.values(prop), prop
    assert "lenient parser used" in lenient.value("parseNote")


def test_pem_bundle_holds_several() -> None:
    ca = certificate(CA, ca=True, qc=None)
    bundle = b"Subject: text before\n" + pem(certificate()) + b"junk\n" + pem(ca)
    graph = read(bundle)
    assert len(set(graph.values("contains"))) == 2
    assert sorted(graph.values("isCa")) == ["false", "true"]


def test_pem_bundle_with_one_broken_block_keeps_the_others() -> None:
    graph = read(pem(b"\x30\x03\x02\x01\x01") + pem(certificate()) + pem(b"", "X509 CRL"))
    assert len(graph.values("contains")) == 1
    assert graph.problem() == ""
    assert "block 1" in graph.note()


def test_pkcs7_bundles_in_der_and_pem() -> None:
    both = certificate(), certificate(CA, ca=True, qc=None)
    plain = read(pkcs7(*both))
    armoured = read(pem(pkcs7(*both), "PKCS7"))
    assert len(set(plain.values("contains"))) == 2
    assert set(plain.triples) == set(armoured.triples)
    for damaged in (pkcs7(*both)[:60], pem(b"\x30\x03\x06\x01\x01", "PKCS7")):
        assert read(damaged).problem() == "unreadable"


def test_archive_contains_its_certificates() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in (
            ("Given Family.cer", certificate()),
            ("ca.pem", pem(certificate(CA, ca=True, qc=None))),
            ("damaged.cer", b"\x30\x03\x02\x01\x01"),
            ("read.me", b"text"),
            ("link.zip", b"PK\x05\x06"),
        ):
            archive.writestr(zipfile.ZipInfo(name), data)
    graph = Graph(archives.facts(stream.getvalue(), ARTEFACT, Gathered()))
    assert len(graph.values("contains")) == 2
    assert "1 members hold no certificate" in graph.note()
    assert "member 3: The bytes are not a certificate.; member 5: an archive" in graph.note()
    assert "Family" not in graph.note()
    assert Graph(archives.facts(b"PK\x05\x06", ARTEFACT, Gathered())).problem() == "unreadable"


def test_folder_contains_its_certificates(tmp_path: Path) -> None:
    (tmp_path / "a.cer").write_bytes(certificate())
    graph = Graph(archives.folder_facts(tmp_path, ARTEFACT, Gathered()))
    assert len(graph.values("contains")) == 1


def test_names_of_persons_only_when_they_may_be_kept() -> None:
    der = certificate(NATURAL, qc=statements(COMPLIANCE, qc_type(1)))
    graph = read(der)
    assert (
        graph.value("subjectDigest")
        == hashlib.sha256(parse_certificate(der).subject_der).hexdigest()
    )
    kept = Graph(facts(der, ARTEFACT, Gathered(keep_subjects=True)))
    assert "Family" in kept.value("subjectName")
    assert not kept.values("subjectDigest")


def test_facts_of_every_extension() -> None:
    graph = read(rich())
    assert graph.values("keyUsage")[:2] == ["digitalSignature", "nonRepudiation"]
    assert graph.values("alternativeName") == [
        "dns:a.test", "uri:https://a.test/", "ip:192.0.2.1", "rid:1.2.3",
    ]  # fmt: skip
    expected = {
        "extendedKeyUsage": "1.3.6.1.5.5.7.3.2", "pathLength": "2", "ocspUrl": "http://ocsp.test/a",
        "caIssuersUrl": "http://ca.test/a.cer", "crlUrl": "http://crl.test/1",
    }  # fmt: skip
    assert {prop: graph.value(prop) for prop in expected} == expected


def test_private_key_in_the_pack_is_noticed() -> None:
    graph = read(pem(certificate()) + pem(b"key", "PRIVATE KEY"))
    assert "private key" in graph.note()
    assert read(pem(b"key", "EC PRIVATE KEY")).problem() == "unreadable"


def test_trailing_bytes_are_noted_and_not_hashed() -> None:
    der = certificate()
    graph = read(der + b"\0\0\0")
    assert graph.value("sha256") == hashlib.sha256(der).hexdigest()
    assert "3 trailing bytes" in graph.value("parseNote")


@pytest.mark.parametrize(("serial", "seen"), [(-255, "-ff"), (0, "0"), (2**159, "8" + "0" * 39)])
def test_odd_serial_numbers(serial: int, seen: str) -> None:
    graph = read(resigned(certificate(), serial_number=serial))
    assert graph.value("serialNumber") == seen
    assert ("not positive" in graph.note()) == (serial <= 0)


ORGANISATION = LEGAL[:2]
COMPLIANCE = statement(QC + "1")


@pytest.mark.parametrize(
    ("subject", "ca", "qc", "kept"),
    [
        (LEGAL, False, statements(COMPLIANCE, qc_type(2)), True),
        (LEGAL, False, None, True),
        (ORGANISATION, False, None, True),
        (ORGANISATION, False, statements(COMPLIANCE, qc_type(3)), True),
        (CA, True, None, True),
        ((("2.5.4.3", "Root"),), True, None, True),
        (NATURAL, False, statements(COMPLIANCE, qc_type(1)), False),
        (NATURAL, True, None, False),
        ((*LEGAL, ("2.5.4.65", "Pseudo")), False, statements(qc_type(2)), False),
        (LEGAL, False, statements(COMPLIANCE, qc_type(1)), False),
        (ORGANISATION, False, statements(COMPLIANCE), False),
        ((("2.5.4.3", "Somebody"),), False, None, False),
        ((*ORGANISATION, ("2.5.4.5", "PNOSE-190001010000")), False, None, False),
        ((*ORGANISATION, ("1.2.840.113549.1.9.1", "a@example.org")), False, None, False),
        (LEGAL, False, statements(statement("1.3.6.1.5.5.7.11.2",
            tlv(0x30, bytes.fromhex("060704008bec490101")))), False),
        (LEGAL, False, b"\x30\x7f", False),
    ],
)  # fmt: skip
def test_subjects_that_may_be_natural_persons_are_left_out(
    subject: tuple[tuple[str, str], ...], ca: bool, qc: bytes | None, kept: bool
) -> None:
    graph = read(certificate(subject, ca=ca, qc=qc))
    assert bool(graph.values("subjectName")) is kept
    assert graph.value("issuerName")
    if not kept:
        everything = " ".join(str(t) for t in graph.triples)
        assert "Family" not in everything
        assert "190001010000" not in everything


def test_mail_address_of_a_legal_person_is_left_out() -> None:
    graph = read(certificate((*LEGAL, ("1.2.840.113549.1.9.1", "a@example.org"))))
    assert "@" not in graph.value("subjectName")


def test_what_the_bodies_of_statements_say() -> None:
    payment = tlv(
        0x30,
        tlv(0x30, tlv(0x30, oid("0.4.0.19495.1.3"), b"\x0c\x06PSP_AI")),
        b"\x0c\x03FSA", b"\x0c\x05SE-FI",
    )  # fmt: skip
    found = parse(statements(
        statement(QC + "2", tlv(0x30, b"\x13\x03EUR", b"\x02\x01\x05", b"\x02\x01\x06")),
        statement(QC + "3", b"\x02\x01\x0f"),
        statement(QC + "5", tlv(0x30, tlv(0x30, b"\x16\x09https://x", b"\x13\x02en"))),
        statement(QC + "7", tlv(0x30, b"\x13\x02GB")),
        statement(QC + "8", tlv(0x30, oid(QC + "8.3"))),
        statement(QC + "9", tlv(0x30, b"\x13\x02CH")),
        statement("0.4.0.19495.2", payment),
        statement(QC + "4"),
    ))  # fmt: skip
    assert found.limit == (5, 6, "EUR")
    assert found.retention_years == 15
    assert found.locations == [("https://x", "en")]
    assert (found.countries, found.device_countries) == (["GB"], ["CH"])
    assert found.identification == [QC + "8.3"]
    assert found.payment == ((("0.4.0.19495.1.3", "PSP_AI"),), "FSA", "SE-FI")
    assert (found.compliance, found.device) == (False, True)
    assert not found.faults


@pytest.mark.parametrize(
    "broken",
    [
        statement(QC + "6", b"\x02\x01\x01"),
        statement(QC + "6"),
        qc_type(9),
        statement(QC + "5", b"\x05\x00"),
    ],
)
def test_a_broken_statement_hides_no_other(broken: bytes) -> None:
    found = parse(statements(broken, COMPLIANCE))
    assert QC + "1" in found.oids
    assert len(found.oids) == 2
    assert len(found.faults) == 1


def test_statements_that_are_none() -> None:
    with pytest.raises(UnreadableError):
        parse(b"\x02\x01\x01")


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"\x30\x80", b"\x30\x03\x02\x01\x01", b"\x30\x84\xff\xff\xff\xff"]
)
def test_what_is_no_certificate(data: bytes) -> None:
    graph = read(data)
    assert graph.problem() == "unreadable"
    assert not graph.values("contains")


def nested(depth: int) -> bytes:
    data = b"\x05\x00"
    for _ in range(depth):
        data = tlv(0x30, data)
        if len(data) > 60_000:
            break
    return data


def test_deep_nesting_ends_in_words() -> None:
    deep = nested(12_000)
    assert read(deep).problem() == "unreadable"
    graph = read(certificate(qc=deep))
    assert "QC statement" in graph.note()
    assert graph.value("serialNumber")
