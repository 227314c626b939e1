"""Trusted lists in words: what one file proves by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from clausegraph.inspection import Described, Inquiry, inspect_file
from tests.artefacts.signed_lists import holder, lotl, pointer, signed, unsigned

NOW = Inquiry(datetime(2026, 11, 23, tzinfo=UTC))
OPERATOR = holder("Operator")


def described(data: bytes, folder: Path) -> Described:
    file = folder / "list.xml"
    file.write_bytes(data)
    return inspect_file(file, NOW)[-1]


def said(found: Described, about: str) -> list[tuple[str, str]]:
    return [(s.weight, s.says) for s in found.statements if s.about == about]


def test_a_national_list(tmp_path: Path) -> None:
    found = described(signed(unsigned(next_update="2027-01-01T00:00:00Z"), OPERATOR), tmp_path)
    assert found.what == "trusted list of XA, sequence number 7"
    ((weight, says),) = said(found, "signature")
    assert weight == "proof"
    assert says.startswith("holds, covers the whole list, ecdsa-sha256, made 2026-03-01")
    ((weight, says),) = said(found, "right to sign")
    assert weight == "doubt"
    assert "cannot be told from this file alone. No trusted LOTL is at hand" in says
    assert said(found, "next update") == [("fact", "by 2027-01-01")]
    assert said(found, "services") == [("fact", "0")]


def test_a_list_of_lists(tmp_path: Path) -> None:
    data = lotl(OPERATOR, pointer("XB", OPERATOR), announced=(OPERATOR,))
    found = described(data, tmp_path)
    assert found.what == "list of trusted lists of XA, sequence number 1"
    assert said(found, "pointers") == [("fact", "1, to the lists of XB")]
    assert OPERATOR.sha256 in said(found, "pointer to itself")[0][1]
    assert "another list is in force" in said(found, "next update")[0][1]
    assert not said(found, "services")


@pytest.mark.parametrize(
    ("data", "about", "words"),
    [
        (unsigned(), "signature", "0 signatures"),
        (signed(unsigned(), OPERATOR).replace(b">Operator<", b">Other<"), "signature", "changed"),
        (signed(unsigned(issued="2027-01-01T00:00:00Z"), OPERATOR), "issued", "in the future"),
        (signed(unsigned(issued="soon"), OPERATOR), "issued", "no time that can be read"),
        (signed(unsigned(issued="soon"), OPERATOR), "right to sign", "does not say when"),
        (signed(unsigned(), OPERATOR)[:-20], "form", "not well-formed"),
    ],
)
def test_faults(data: bytes, about: str, words: str, tmp_path: Path) -> None:
    ((weight, says),) = said(described(data, tmp_path), about)
    assert weight == "fault"
    assert words in says


@pytest.mark.parametrize(
    ("data", "about", "words"),
    [
        (signed(unsigned(next_update=""), OPERATOR), "next update", "closed"),
        (signed(unsigned(), holder("CA", ca=True)), "note", "The signer is a CA."),
        (signed(unsigned(sequence="x"), OPERATOR), "note", "sequence number is no number"),
    ],
)
def test_doubts(data: bytes, about: str, words: str, tmp_path: Path) -> None:
    found = said(described(data, tmp_path), about)
    assert [w for w, s in found if words in s] == ["doubt"]


def test_a_signer_that_has_expired_since(tmp_path: Path) -> None:
    found = described(signed(unsigned(), holder("Brief", until=2026)), tmp_path)
    assert "expired since; the signature counts for its time" in said(found, "signer")[0][1]
