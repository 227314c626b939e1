"""Certificates in words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from clausegraph.inspection import Described, Inquiry, inspect_file
from tests.artefacts.pki import Ca, issue
from tests.artefacts.test_archives import make_zip
from tests.collect.samples import (
    ENCODED_DEFAULT,
    NATURAL,
    QC,
    certificate,
    pem,
    pkcs7,
    qc_type,
    resigned,
    statement,
    statements,
)

INQUIRY = Inquiry(datetime(2026, 11, 23, tzinfo=UTC))
COMPLIANCE = statement(QC + "1")


def told(
    tmp_path: Path, data: bytes, name: str = "a.cer", *, keep: bool = False
) -> list[Described]:
    (tmp_path / name).write_bytes(data)
    return inspect_file(tmp_path / name, Inquiry(INQUIRY.as_of, keep))[1:]


def says(thing: Described, about: str) -> str:
    return " | ".join(s.says for s in thing.statements if s.about == about)


def test_a_seal_certificate_in_words(tmp_path: Path) -> None:
    (thing,) = told(tmp_path, certificate())
    assert thing.what == "certificate for electronic seals that claims QCP-l-qscd"
    assert "not proven by a certificate alone" in says(thing, "qualified status")
    assert says(thing, "contradiction") == ""
    assert "not in this file" in says(thing, "signature")


@pytest.mark.parametrize(
    ("policy", "qc", "why"),
    [
        ("1", (COMPLIANCE, statement(QC + "4"), qc_type(2)), "QcSSCD, but policy QCP-l"),
        ("3", (COMPLIANCE, qc_type(2)), "policy QCP-l-qscd, but no QcSSCD"),
        ("2", (COMPLIANCE, statement(QC + "4"), qc_type(2)), "QCP-n-qscd, but QcType says eseal"),
        ("1", (qc_type(2),), "policy QCP-l, but no QcCompliance"),
    ],
)
def test_policy_and_statements_that_disagree(
    tmp_path: Path, policy: str, qc: tuple[bytes, ...], why: str
) -> None:
    der = certificate(policies=("0.4.0.194112.1." + policy,), qc=statements(*qc))
    assert why in says(told(tmp_path, der)[0], "contradiction")


def test_a_person_is_named_only_on_request(tmp_path: Path) -> None:
    der = certificate(NATURAL, qc=statements(COMPLIANCE, qc_type(1)))
    assert "Family" not in str(told(tmp_path, der))
    assert "Family" in str(told(tmp_path, der, keep=True))


def test_bundles_verify_their_own_chains(tmp_path: Path) -> None:
    root, middle = Ca("Root", "r"), Ca("Middle", "m")
    ders = [issue(root, root).der, issue(root, middle, (2020, 2024)).der]
    for data, name in (
        (b"".join(map(pem, ders)), "a.pem"),
        (pkcs7(*ders), "a.p7b"),
        (make_zip({str(n): der for n, der in enumerate(ders)}), "a.zip"),
    ):
        bundle, *things = told(tmp_path, data, name)
        assert bundle.what == "bundle of certificates"
        by_kind = {thing.what: thing for thing in things}
        assert "self-signed" in says(by_kind["root CA certificate"], "signature")
        assert "CN=Root" in says(by_kind["CA certificate"], "signature")
        assert "expired" in says(by_kind["CA certificate"], "chain at the as-of time")


@pytest.mark.parametrize(
    ("data", "about", "why"),
    [
        (resigned(certificate(), serial_number=-5), "serial number", "not positive"),
        (certificate() + b"\0\0", "encoding", "trailing bytes"),
        (certificate(constraints=ENCODED_DEFAULT), "encoding", "lenient"),
    ],
)
def test_odd_certificates(tmp_path: Path, data: bytes, about: str, why: str) -> None:
    assert why in says(told(tmp_path, data)[0], about)


def test_zero_bytes_and_rubbish(tmp_path: Path) -> None:
    assert told(tmp_path, b"") == []
    assert "no certificate" in str(told(tmp_path, b"-----BEGIN X-----", "a.pem"))
    assert "damaged" in str(told(tmp_path, b"PK\x03\x04 rubbish", "a.zip"))
