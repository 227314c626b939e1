"""Profiles add up: the parts in any order are the whole."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausegraph.artefacts.population import profile as module
from clausegraph.artefacts.population.chunks import Worker
from clausegraph.artefacts.population.documents import from_document, to_document
from clausegraph.artefacts.population.profile import Profile
from clausegraph.artefacts.population.rows import Row, fault
from tests.collect.samples import CA, ENCODED_DEFAULT, LEGAL, certificate

from .populations import TASK, ders

BODIES = [
    *ders()[:10],
    *(certificate(serial=n, policies=(f"0.4.0.194112.1.{n % 7}",)) for n in range(1, 8)),
    certificate(CA, ca=True),
    certificate(LEGAL, constraints=ENCODED_DEFAULT),
    certificate(qc=None),
    b"\x30\x03\x02\x01\x01",
]
ROWS = [Row(f"x:{n}", "file", der) for n, der in enumerate(BODIES)] + [fault("x:99", "broken")]
WORKER = Worker(TASK)
bounded = settings(max_examples=60, deadline=None, derandomize=True)


def whole(rows: list[Row]) -> Profile:
    return WORKER.run(rows).profile


@pytest.fixture(params=["usual bounds", "small bounds"])
def _bounds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "small bounds":
        monkeypatch.setattr(module, "MAX_CLASSES", 3)
        monkeypatch.setattr(module, "MAX_VALUES", 2)
        monkeypatch.setattr(module, "MAX_EXAMPLES", 2)
        monkeypatch.setattr(module, "_MAX_RAW", 4)


@pytest.mark.usefixtures("_bounds")
def test_any_split_and_any_order_give_the_whole() -> None:
    @bounded
    @given(st.lists(st.sampled_from(ROWS), max_size=40), st.data())
    def check(rows: list[Row], data: st.DataObject) -> None:
        expected = to_document(whole(rows))
        parts: list[list[Row]] = [[] for _ in range(4)]
        for row in data.draw(st.permutations(rows)):
            parts[data.draw(st.integers(0, 3))].append(row)
        left, right = Profile(), Profile()
        for part in parts[:2]:
            left.merge(whole(part))
        for part in parts[2:]:
            right.merge(whole(part))
        right.merge(left)
        assert to_document(right) == expected

    check()


@pytest.mark.usefixtures("_bounds")
def test_nothing_is_lost_by_the_bounds() -> None:
    found = whole(ROWS)
    assert sum(c.count for c in found.classes.values()) + found.other_classes == found.certificates
    for name in ("key", "signature algorithm", "issuing CA", "year of issue"):
        counted = sum(found.dimensions[name].values()) + found.other_values.get(name, 0)
        assert counted == found.certificates, name
    assert all(len(e.examples) <= module.MAX_EXAMPLES for e in found.exceptions.values())


def test_a_document_gives_the_profile_back() -> None:
    found = whole(ROWS)
    text = json.dumps(to_document(found))
    assert from_document(json.loads(text)) == found


def test_what_is_exceptional_is_named() -> None:
    found = whole(ROWS)
    assert {kind: e.count for kind, e in found.exceptions.items()} == {
        "row-unreadable": 1,
        "not-a-certificate": 1,
        "ca-certificate": 1,
        "parsed-leniently": 1,
        "compliance-missing": 1,
        "device-contradiction": 6,
        "type-contradiction": 6,
    }


def test_a_certificate_without_readable_validity_still_has_an_exemplar() -> None:
    der = certificate().replace(b"260102030405Z", b"269999999999Z")
    found = whole([Row("x", "file", der)])
    (count,) = found.classes.values()
    assert count.features.validity == "unreadable"
    assert count.first is not None
    assert count.first.when is None
    assert "validity-broken" in found.exceptions
