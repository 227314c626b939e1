"""Documents in words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from clausegraph.inspection import Inquiry, inspect_file
from tests.artefacts.documents.making import empty_pdf, encrypted_pdf, signed_pdf

INQUIRY = Inquiry(datetime(2026, 11, 23, tzinfo=UTC))
CPS = b"""# CPS of Example
Version 1.0 of 3 May 2026 of the provider, at https://example.test/cps for the users.
# 1 Introduction
By OVR-5.2-02 and 0.4.0.194112.1.2.
# 3 Identification and authentication
# 2 Publication and repository responsibilities
Status information ends after the end of validity and is not given in the OCSP.
"""


def said(tmp_path: Path, name: str, data: bytes) -> dict[str, tuple[str, str]]:
    file = tmp_path / name
    file.write_bytes(data)
    return {
        statement.about: (statement.says, statement.weight)
        for described in inspect_file(file, INQUIRY)[1:]
        for statement in described.statements
    }


def test_a_practice_statement(tmp_path: Path) -> None:
    words = said(tmp_path, "cps.md", CPS)
    assert words["version"] == ("1.0", "fact")
    assert words["date"] == ("2026-05-03", "fact")
    assert words["language"] == ("en", "fact")
    assert words["RFC 3647 chapters"][0].startswith("1 Introduction, 2 Publication")
    assert words["RFC 3647 chapters missing"][1] == "fault"
    assert words["RFC 3647 order"] == (
        "2 Publication and repository responsibilities comes after a later chapter", "fault",
    )  # fmt: skip
    assert "1.1 Overview" in words["RFC 3647 sections not found"][0]
    assert words["requirements cited"][0] == "OVR-5.2-02"
    assert words["status beyond expiry"][1] == "fault"
    assert "trust anchor" not in words


def test_a_disclosure_statement(tmp_path: Path) -> None:
    text = b"<h1>PDS</h1><h2>1 Contact</h2><h2>4 Duties of subscribers</h2><h2>9 Refunds</h2>"
    words = said(tmp_path, "pds.html", text)
    assert words["PDS sections"][0] == "3 of 11 found"
    assert words["PDS sections missing"][0].startswith("2 Certificate type")


@pytest.mark.parametrize(
    ("name", "data", "about", "part", "weight"),
    [
        ("scan.pdf", empty_pdf(), "note", "no text", "doubt"),
        ("locked.pdf", encrypted_pdf(), "text", "encrypted", "fault"),
        ("sealed.pdf", signed_pdf(b""), "seal", "not validated", "fact"),
        ("part.pdf", signed_pdf(b"", tail=b"\n%%EOF"), "seal", "a part", "doubt"),
        ("note.txt", b"Version 2 of 2026-01-01", "version", "2", "fact"),
    ],
)
def test_what_is_odd(
    tmp_path: Path, name: str, data: bytes, about: str, part: str, weight: str
) -> None:
    says, how = said(tmp_path, name, data)[about]
    assert part in says
    assert how == weight


def test_tables_are_no_documents(tmp_path: Path) -> None:
    assert said(tmp_path, "a.csv", b"a,b\n1,2\n") == {}
