"""What changed between two lists."""

from __future__ import annotations

import pytest

from clausegraph.artefacts.trusted_lists.compare import Change, compare
from tests.artefacts.trusted_lists.making import (
    ANY,
    ca,
    key_identity,
    listed,
    policy_set,
    qualified_as,
    source,
)
from tests.collect.samples import digital_id

OTHER = digital_id(ca("Other"))


def kinds(older: list[str], newer: list[str]) -> list[str]:
    return [c.kind for c in compare(source(*older).content, source(*newer).content)]


@pytest.mark.parametrize(
    ("newer", "expected"),
    [
        ([listed()], []),
        ([listed(status="withdrawn")], ["status"]),
        ([listed(since="2020-01-01T00:00:00Z")], ["status"]),
        ([listed(kind="CA/PKC")], ["type"]),
        ([listed(purposes=["ForeSeals"])], ["additional-information"]),
        ([listed(extensions=qualified_as("QCForESeal"))], ["qualifiers"]),
        ([listed(identity=digital_id(ca()) + OTHER)], ["identity"]),
        ([listed(), listed(identity=OTHER)], ["service-added"]),
        ([], ["service-removed"]),
        ([listed(identity=OTHER)], ["service-added", "service-removed"]),
    ],
)
def test_kinds_of_change(newer: list[str], expected: list[str]) -> None:
    assert kinds([listed()], newer) == expected


def test_criteria_alone_may_change() -> None:
    one = qualified_as("QCForESeal", criteria=ANY)
    other = qualified_as("QCForESeal", criteria=policy_set("1.2.3"))
    assert kinds([listed(extensions=one)], [listed(extensions=other)]) == ["qualifiers"]


def test_a_certificate_issued_anew_for_the_same_key_is_the_same_service() -> None:
    assert kinds([listed(identity=key_identity())], [listed()]) == ["identity"]


def test_services_with_one_key_are_told_apart_whatever_their_order() -> None:
    ones = [listed(), listed(kind="Certstatus/OCSP/QC"), listed(purposes=["ForeSeals"])]
    assert kinds(ones, ones[::-1]) == []
    assert kinds(ones, ones[1:]) == ["service-removed"]


def test_both_sides_are_named() -> None:
    (change,) = compare(source(listed()).content, source(listed(status="withdrawn")).content)
    assert change == Change(
        "status",
        "Aurora AB",
        "Service one",
        "granted since 2016-06-30T22:00:00Z",
        "withdrawn since 2016-06-30T22:00:00Z",
        (1, 1),
    )
