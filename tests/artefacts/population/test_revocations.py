"""Members of a population against the CRLs of their issuer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.x509 import DeltaCRLIndicator, IssuingDistributionPoint, ReasonFlags

from clausegraph.artefacts.population import Population, Source, Task, profile_source
from clausegraph.artefacts.population import run as module
from clausegraph.artefacts.population.revocations import Revocations, revocations
from clausegraph.artefacts.revocation import read_crl
from tests.artefacts.statuses import NOW, crl, holder

from .populations import b64, kinds, places, shown

CA, OTHER = holder(), holder("Other CA", serial=2)
MEMBERS = [holder("member", CA, ca=False, serial=number).der for number in range(11, 18)]
FOREIGN = holder("member", OTHER, ca=False, serial=11).der
THEN = NOW - timedelta(days=3)
FINAL, HOLD = ReasonFlags.key_compromise, ReasonFlags.certificate_hold
LIST = crl(CA, ((11, THEN, FINAL), (12, THEN, None), (13, THEN, HOLD), (99, THEN, FINAL)))


def asked(*lists: bytes) -> Revocations:
    found = revocations((read_crl(each), CA.certificate) for each in lists)
    assert found is not None
    return found


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setattr(module, "CHUNK_ROWS", 3)
    path = tmp_path / "issued.csv"
    path.write_text("".join(b64(der) + "\n" for der in [*MEMBERS, FOREIGN]))
    return Source(path)


def profiled(source: Source, **options: object) -> Population:
    return profile_source(source, Task(NOW, revocations=asked(LIST)), **options)  # type: ignore[arg-type]


def test_revoked_and_held_are_counted_by_reason_and_class(source: Source) -> None:
    found = profiled(source)
    counts = {
        "revoked: keyCompromise": 1, "revoked: no reason given": 1, "on hold": 1,
        "on no list": 4, "no CRL of its issuer": 1,
    }  # fmt: skip
    assert found.profile.dimensions["revocation"] == counts
    by_class: dict[str, int] = {}
    for each in found.profile.classes.values():
        for status, number in each.revocation.items():
            by_class[status] = by_class.get(status, 0) + number
    assert by_class == counts
    assert {k: n for k, n in kinds(found).items() if k != "validity-broken"} == {
        "revoked": 2, "on-hold": 1, "revoked-not-found": 1,
    }  # fmt: skip
    assert places(found, "on-hold") == ["issued.csv:3"]
    (missing,) = places(found, "revoked-not-found")
    assert missing.endswith("serial number 63")
    assert found.lists == (read_crl(LIST).sha256,)


def test_processes_and_checkpoints_change_nothing(source: Source, tmp_path: Path) -> None:
    alone = profiled(source)
    kept = tmp_path / "kept"
    for options in ({"jobs": 2}, {"checkpoint": kept}, {"checkpoint": kept}):
        other = profiled(source, **options)
        assert shown(other) == shown(alone)
        assert other == alone


def test_another_list_is_another_question(source: Source, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    profiled(source, checkpoint=kept)
    task = Task(NOW, revocations=asked(crl(CA)))
    found = profile_source(source, task, checkpoint=kept)
    assert found.profile.dimensions["revocation"] == {"on no list": 7, "no CRL of its issuer": 1}


def test_without_lists_nothing_is_said(source: Source) -> None:
    found = profile_source(source, Task(NOW))
    assert "revocation" not in found.profile.dimensions
    assert "revoked" not in kinds(found)


@pytest.mark.parametrize(
    ("later", "status"),
    [
        (crl(CA, this_update=NOW + timedelta(hours=1)), {11: "revoked", 13: "on no list"}),
        (crl(CA, ((13, NOW, FINAL),), this_update=NOW + timedelta(hours=1)), {13: "revoked"}),
        (
            crl(CA, ((13, NOW, ReasonFlags.remove_from_crl), (14, NOW, FINAL)),
                this_update=NOW + timedelta(hours=1), extensions=(DeltaCRLIndicator(7),)),
            {13: "on no list", 14: "revoked", 11: "revoked"},
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("turn", [1, -1])
def test_the_newest_word_counts_and_a_final_one_stays(
    later: bytes, status: dict[int, str], turn: int
) -> None:
    table = asked(*[LIST, later][::turn])
    for number, expected in status.items():
        member = holder("member", CA, ca=False, serial=number).certificate
        assert table.status(member)[0].partition(":")[0] == expected


def test_another_key_and_an_indirect_list_say_nothing() -> None:
    twin = holder("Test CA", serial=77)  # the same name, another key
    assert asked(LIST).status(holder("member", CA, ca=False, serial=11).certificate)[1]
    signed = holder("twin member", twin, ca=False, serial=11).certificate
    signed.authority_key = twin.certificate.subject_key
    assert asked(LIST).status(signed) == ("no CRL of its issuer", "")
    point = IssuingDistributionPoint(None, None, False, False, None, True, False)
    indirect = read_crl(crl(CA, ((11, THEN, FINAL),), extensions=(point,)))
    assert revocations([(indirect, CA.certificate)]) is None
