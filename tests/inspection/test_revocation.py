"""CRLs and OCSP responses in words: signer, times, and what counts beyond expiry."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from clausegraph.inspection import Inquiry, inspect_file
from tests.artefacts.statuses import LATER, NEXT, NOW, crl, holder, response, time
from tests.collect.samples import tlv

CA = holder()
FOREIGN = holder("foreign", holder("Other CA", serial=2), ca=False, ocsp_signing=True)
PLAIN = crl(CA, ((5, NOW, None),))


def described(folder: Path, name: str, data: bytes) -> tuple[str, list[tuple[str, str, str]]]:
    (folder / name).write_bytes(data)
    thing = inspect_file(folder / name, Inquiry(NOW))[1]
    return thing.what, [(s.about, s.weight, s.says) for s in thing.statements]


@pytest.mark.parametrize(
    ("since", "weight", "words"),
    [
        (None, "doubt", "proves nothing"),
        (time("20250101000000Z"), "fact", "absence means not revoked"),
        (time("20270101000000Z"), "fault", "after the list itself"),
        (time("-0011129230216Z"), "fault", "cannot be read"),
    ],
)
def test_list_beyond_expiry(tmp_path: Path, since: bytes | None, weight: str, words: str) -> None:
    what, said = described(tmp_path, "a.crl", crl(CA, expired_since=since))
    assert what == "CRL"
    (beyond,) = [each for each in said if each[0] == "beyond expiry"]
    assert (beyond[1], words in beyond[2]) == (weight, True)
    assert any(about == "signature" and way == "doubt" for about, way, _ in said)


@pytest.mark.parametrize(
    ("cutoff", "weight", "words"),
    [
        (None, "doubt", "Without archive cutoff"),
        (time("20250101000000Z"), "fact", "2025-01-01T00:00:00Z or later"),
        (time("-0011129230216Z"), "fault", "no date"),
    ],
)
def test_good_beyond_expiry(tmp_path: Path, cutoff: bytes | None, weight: str, words: str) -> None:
    _, said = described(tmp_path, "a.ocsp", response(CA, CA, 0x1F, cutoff=cutoff))
    assert ("certificate 1f", "fact", "good") in said
    (beyond,) = [each for each in said if each[0] == "beyond expiry"]
    assert (beyond[1], words in beyond[2]) == (weight, True)


def test_signature_of_a_response(tmp_path: Path) -> None:
    weights = {
        each[1]
        for signer in (CA, FOREIGN)
        for each in described(tmp_path, "a.ors", response(CA, signer, 5))[1]
        if each[0] == "signature"
    }
    assert weights == {"proof", "doubt"}


def test_revoked_and_no_answer(tmp_path: Path) -> None:
    _, said = described(tmp_path, "a.ocsp", response(CA, CA, 5, revoked=NOW))
    assert ("certificate 5", "fact", "revoked since 2026-06-01T00:00:00Z, keyCompromise") in said
    what, _ = described(tmp_path, "b.ocsp", tlv(0x30, b"\x0a\x01\x06"))
    assert what == "OCSP response without an answer"


@pytest.mark.parametrize(("name", "data"), [("a.crl", PLAIN), ("a.ocsp", response(CA, CA, 5))])
def test_damaged(tmp_path: Path, name: str, data: bytes) -> None:
    what, said = described(tmp_path, name, data[:-5])
    assert (what.startswith("damaged"), said[0][1]) == (True, "fault")


def test_times_are_told_at_the_as_of_time(tmp_path: Path) -> None:
    future = crl(CA, this_update=NEXT, next_update=LATER + timedelta(days=1))
    _, said = described(tmp_path, "a.crl", future)
    assert [way for about, way, _ in said if about == "times"] == ["fault"]
