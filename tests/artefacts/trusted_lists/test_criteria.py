"""Criteria of qualifiers: every kind, and logic with unknown parts against brute force."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausegraph.artefacts.trusted_lists.criteria import matches, unknown_parts
from clausegraph.artefacts.trusted_lists.model import (
    Assertion,
    CriteriaList,
    Criterion,
    ExtendedKeyUsage,
    KeyUsage,
    PolicySet,
    SubjectAttributes,
    UnknownCriterion,
)
from clausegraph.artefacts.x509 import Certificate
from tests.artefacts.trusted_lists import making

CERTIFICATE = Certificate(
    policies=["1.2.3", "1.2.4"],
    key_usage=["nonRepudiation", "cRLSign"],
    extended_key_usage=["1.3.6.1.5.5.7.3.1"],
    subject=[[("2.5.4.3", "x")], [("2.5.4.42", "y")]],
)


@pytest.mark.parametrize(
    ("criterion", "met"),
    [
        (PolicySet(("1.2.3",)), True),
        (PolicySet(("1.2.3", "1.2.4")), True),
        (PolicySet(("1.2.3", "1.2.5")), False),
        (KeyUsage((("nonRepudiation", True),)), True),
        (KeyUsage((("nonRepudiation", True), ("digitalSignature", False))), True),
        # One bit that fits is not enough.
        (KeyUsage((("nonRepudiation", True), ("digitalSignature", True))), False),
        (KeyUsage((("crlSign", True),)), True),
        (ExtendedKeyUsage(("1.3.6.1.5.5.7.3.1",)), True),
        (ExtendedKeyUsage(("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2")), False),
        (SubjectAttributes(("2.5.4.42",)), True),
        (SubjectAttributes(("2.5.4.42", "2.5.4.10")), False),
        (UnknownCriterion("x"), None),
    ],
)
def test_each_kind(criterion: Criterion, met: bool | None) -> None:
    assert matches(criterion, CERTIFICATE) is met


def test_without_key_usage_no_bit_is_set() -> None:
    bare = Certificate(key_usage=None)
    assert matches(KeyUsage((("nonRepudiation", False),)), bare) is True
    assert matches(KeyUsage((("nonRepudiation", True),)), bare) is False


LEAVES: dict[Criterion, bool | None] = {
    PolicySet(("1.2.3",)): True,
    PolicySet(("9",)): False,
    UnknownCriterion("u1"): None,
    UnknownCriterion("u2"): None,
}
ASSERTIONS: tuple[Assertion, ...] = ("all", "atLeastOne", "none")
TREES = st.recursive(
    st.sampled_from(list(LEAVES)),
    lambda inner: st.builds(
        CriteriaList, st.sampled_from(ASSERTIONS), st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=8,
)


def two_valued(tree: Criterion, values: dict[Criterion, bool]) -> bool:
    if not isinstance(tree, CriteriaList):
        return values[tree]
    results = [two_valued(each, values) for each in tree.members]
    return {"all": all(results), "atLeastOne": any(results), "none": not any(results)}[
        tree.assertion
    ]


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_what_is_decided_holds_however_unknown_parts_turn_out(tree: Criterion) -> None:
    decided = matches(tree, CERTIFICATE)
    outcomes = set()
    for first in (True, False):
        for second in (True, False):
            values = {k: bool(v) for k, v in LEAVES.items()}
            values |= {UnknownCriterion("u1"): first, UnknownCriterion("u2"): second}
            outcomes.add(two_valued(tree, values))
    if decided is not None:
        assert outcomes == {decided}
    if not unknown_parts(tree):
        assert decided is not None


@pytest.mark.parametrize("urn", [True, False])
def test_policies_are_read_with_and_without_urn(urn: bool) -> None:
    listed = making.listed(
        extensions=making.qualified_as("QCForESeal", criteria=making.policy_set("1.2.3", urn=urn))
    )
    period = making.source(listed).content.providers[0].services[0].periods[0]
    assert matches(period.qualifications[0].criteria, CERTIFICATE) is True


@pytest.mark.parametrize(
    "criteria",
    [
        "",
        '<q:CriteriaList assert="most"/>',
        '<q:CriteriaList assert="all"><q:Odd/></q:CriteriaList>',
        '<q:CriteriaList assert="all"><q:otherCriteriaList><a:Odd/></q:otherCriteriaList></q:CriteriaList>',
        '<q:CriteriaList assert="all"><q:KeyUsage><q:KeyUsageBit name="odd">true</q:KeyUsageBit></q:KeyUsage></q:CriteriaList>',
        making.policy_set("http://example.org/policy"),
        making.policy_set(),
    ],
)
def test_what_cannot_be_evaluated_is_undecided_and_named(criteria: str) -> None:
    listed = making.listed(extensions=making.qualified_as("NotQualified", criteria=criteria))
    period = making.source(listed).content.providers[0].services[0].periods[0]
    found = period.qualifications[0].criteria
    assert matches(found, CERTIFICATE) is None
    assert unknown_parts(found)
