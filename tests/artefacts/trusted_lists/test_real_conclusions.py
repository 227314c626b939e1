"""Conclusions on real certificates from real lists: counts, contradictions, inherited identity."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from clausegraph.artefacts.trusted_lists.anchors import official_anchors
from clausegraph.artefacts.trusted_lists.conclude import Conclusion, conclude
from clausegraph.artefacts.trusted_lists.lotl import assess
from clausegraph.artefacts.trusted_lists.model import CriteriaList, Criterion, UnknownCriterion
from clausegraph.artefacts.trusted_lists.parse import parse_list
from clausegraph.artefacts.trusted_lists.registry import Registry, Source
from clausegraph.artefacts.x509 import Certificate, parse

FOLDER = Path(__file__).parents[4] / "shared" / "artefacts"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
DEVICE = "0.4.0.1862.1.4"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the folder of real artefacts is absent"),
]


@cache
def sources() -> tuple[Source, ...]:
    files = {
        str(path): path.read_bytes()
        for part in ("lotl", "tl")
        for path in sorted((FOLDER / part).glob("*.xml"))
    }
    states = assess(files, official_anchors())
    return tuple(
        Source(name, parse_list(data), states[name].state, states[name].reason)
        for name, data in files.items()
        if not states[name].head.is_lotl
    )


@cache
def found() -> dict[str, tuple[Certificate, Conclusion, Conclusion]]:
    certificates = {p.name: parse(p.read_bytes()) for p in sorted((FOLDER / "certs").iterdir())}
    registry = Registry(sources(), certificates.values())
    return {
        name: (
            each,
            conclude(registry, each, each.not_before or NOW, NOW),
            conclude(registry, each, NOW, NOW),
        )
        for name, each in certificates.items()
    }


def test_counts_at_issuance_and_now() -> None:
    at_issuance = Counter((n[:4], one.result) for n, (_, one, _) in found().items())
    assert at_issuance == {
        ("real", "qualified"): 190,
        ("real", "not-qualified"): 49,
        ("real", "unlisted"): 2,
        ("test", "unlisted"): 32,
    }
    now = Counter((n[:4], two.result) for n, (_, _, two) in found().items())
    assert now == {
        ("real", "qualified"): 181,
        ("real", "not-qualified"): 50,
        ("real", "undetermined"): 8,
        ("real", "unlisted"): 2,
        ("test", "unlisted"): 32,
    }


def test_every_match_is_by_the_key_that_signed() -> None:
    hows = Counter(m.how for _, one, _ in found().values() for m in one.matches)
    assert set(hows) == {"signature"}


def test_what_fails_says_which_leg() -> None:
    for _, one, two in found().values():
        for each in (one, two):
            failing = [leg.name for leg in each.legs if leg.result == "fails"]
            if each.result in {"not-qualified", "unlisted"}:
                assert failing
            if each.result == "qualified":
                assert failing == []
            assert all(leg.reason for leg in each.legs)


def test_lists_past_their_next_update_are_named() -> None:
    outdated = {s.content.title for _, _, two in found().values() for s in two.outdated}
    assert {"DE 22", "ES 184", "FR 174"} <= outdated
    assert "BE 81" not in outdated


def test_contradictions_of_policy_and_device() -> None:
    """OID .1 with QcSSCD and OID .3 without it occur in real certificates."""
    seal, device = "0.4.0.194112.1.1", "0.4.0.194112.1.3"
    certificates = [c for c, _, _ in found().values()]
    assert any(seal in c.policies and DEVICE in c.qc.oids for c in certificates)
    assert any(device in c.policies and DEVICE not in c.qc.oids for c in certificates)


def test_no_state_of_a_service_for_certificates_is_without_identity() -> None:
    for source in sources():
        for _, service in source.content.services():
            for period in service.periods:
                if period.kind.code == "CA-QC":
                    assert period.identity.certificates or period.identity.keys


def test_every_criterion_of_every_list_is_known() -> None:
    def unknown(criterion: Criterion) -> bool:
        if isinstance(criterion, CriteriaList):
            return any(unknown(each) for each in criterion.members)
        return isinstance(criterion, UnknownCriterion)

    qualifications = [
        each
        for source in sources()
        for _, service in source.content.services()
        for period in service.periods
        for each in period.qualifications
    ]
    assert len(qualifications) > 1000
    assert not [each for each in qualifications if unknown(each.criteria)]


def test_inherited_identity_is_what_most_of_the_past_rests_on() -> None:
    rests = Counter(
        period.identity.inherited
        for _, one, _ in found().values()
        for match in one.matches[:1]
        if one.result == "qualified" and (period := match.at(one.moment)) is not None
    )
    assert rests[True] > 30
