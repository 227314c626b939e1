"""The walk from anchors through lists of lists to national lists."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausegraph.artefacts.trusted_lists.anchors import Anchor, official_anchors, with_own
from clausegraph.artefacts.trusted_lists.lotl import TrustState, assess
from tests.artefacts.signed_lists import (
    LOTL,
    Holder,
    holder,
    lotl,
    pointer,
    signed,
    unsigned,
)

A, B, C = holder("A"), holder("B"), holder("C")
NATION, OTHER = holder("Nation"), holder("Other")
POINTERS = (pointer("XA", NATION), pointer("XB", OTHER))
FIRST = lotl(A, *POINTERS, announced=(A, B), sequence=1, issued="2026-01-01T00:00:00Z")
SECOND = lotl(B, *POINTERS, announced=(B, C), sequence=2, issued="2026-02-01T00:00:00Z")
PIVOTS = [f"https://lists.example/lotl-pivot-{n}.xml" for n in (2, 1)]
THIRD = lotl(C, *POINTERS, announced=(C,), sequence=3, issued="2026-03-01T00:00:00Z", uris=PIVOTS)
NATIONAL = signed(unsigned("XA", issued="2026-03-15T00:00:00Z"), NATION)
OWN = (Anchor(A.sha256),)


def time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def oj(signer: Holder, day: str, number: str = "C 1") -> Anchor:
    return Anchor(signer.sha256, number, time(day))


def state(
    files: dict[str, bytes], anchors: tuple[Anchor, ...] = OWN, name: str = "tl", at: str = ""
) -> TrustState:
    return assess(files, anchors, time(at) if at else None)[name]


def test_from_the_anchor_to_a_national_list() -> None:
    files = {"tl": NATIONAL, "third": THIRD, "second": SECOND, "first": FIRST}
    states = assess(files, OWN)
    assert list(states) == list(files)
    assert {s.state for s in states.values()} == {"verified"}
    found = states["tl"]
    assert found.chain == ("first", "second", "third")
    assert found.announced_by == "third"
    assert found.anchor == OWN[0]
    assert not found.anchor.official
    assert (found.matched, found.later_lotl, found.reason) == ("certificate", False, "")
    assert found.at == time("2026-03-15")
    assert found.signed is not None
    assert found.signed.signer.sha256 == NATION.sha256
    assert states["first"].announced_by == ""
    assert states["second"].announced_by == "first"


@given(order=st.permutations(["tl", "first", "second", "third"]))
@settings(max_examples=12, deadline=None, derandomize=True)
def test_order_of_the_files_changes_nothing(order: list[str]) -> None:
    files = {"tl": NATIONAL, "first": FIRST, "second": SECOND, "third": THIRD}
    assert assess({n: files[n] for n in order}, OWN) == assess(files, OWN)


def test_a_dropped_signer_is_out() -> None:
    late = lotl(A, *POINTERS, announced=(A,), sequence=3, issued="2026-03-01T00:00:00Z")
    found = state({"first": FIRST, "second": SECOND, "late": late}, name="late")
    assert found.state == "verified"  # an anchor of the pack is not bound to a time …
    official = (oj(A, "2025-12-01"),)
    found = state({"first": FIRST, "second": SECOND, "late": late}, official, "late")
    assert found.state == "failed"  # … one of the Official Journal is
    assert "LOTL 2 no longer announces it" in found.reason


def test_a_missing_pivot_is_told() -> None:
    found = state({"first": FIRST, "third": THIRD}, name="third")
    assert found.state == "not-verified"
    assert "not at hand: 2." in found.reason
    assert state({"first": FIRST, "third": THIRD, "tl": NATIONAL}).announced_by == "first"


def test_a_stranger_signs_no_lotl() -> None:
    stranger = lotl(holder("Stranger"), *POINTERS, announced=(A,), sequence=2)
    found = state({"first": FIRST, "x": stranger}, name="x")
    assert found.state == "failed"
    assert "nor announced by LOTL 1" in found.reason
    alone = state({"x": stranger}, (oj(A, "2025-12-01"),), "x")
    assert alone.state == "not-verified"
    assert "no other anchor is named" in alone.reason
    europe = lotl(holder("Stranger"), announced=(A,), territory="EU")
    assert state({"x": europe}, (oj(A, "2025-12-01"),), "x").state == "failed"


def test_the_official_journal_begins_anew() -> None:
    """A publication newer than the last pivot replaces what that pivot announces."""
    anchors = (oj(A, "2025-12-01"), oj(OTHER, "2026-02-15", "C 2"))
    again = lotl(OTHER, announced=(OTHER,), sequence=3, issued="2026-03-01T00:00:00Z")
    files = {"first": FIRST, "second": SECOND, "x": again}
    found = state(files, anchors, "x")
    assert (found.state, found.chain) == ("verified", ())
    assert found.anchor == anchors[1]
    assert state(files | {"x": THIRD}, anchors, "x").state == "failed"


def test_an_anchor_published_later_counts_and_says_so() -> None:
    found = state({"x": FIRST}, (oj(A, "2026-06-01"),), "x")
    assert found.state == "verified"
    assert "after the LOTL was issued" in found.notes[-1]


def test_a_later_lotl_may_announce_the_signer_and_it_is_said() -> None:
    before = signed(unsigned("XA", issued="2025-06-01T00:00:00Z"), NATION)
    found = state({"first": FIRST, "tl": before})
    assert (found.state, found.later_lotl) == ("verified", True)
    assert "was issued after the time of verification" in found.notes[-1]
    other = signed(unsigned("XA", issued="2025-06-01T00:00:00Z"), holder("Forgotten"))
    found = state({"first": FIRST, "tl": other})
    assert found.state == "not-verified"  # pre-eIDAS lists end here, too
    assert "No trusted LOTL issued by the time" in found.reason


def test_a_lotl_past_its_next_update_is_noted() -> None:
    late = signed(unsigned("XA", issued="2026-08-15T00:00:00Z"), NATION)
    found = state({"first": FIRST, "tl": late})
    assert found.state == "verified"
    assert "past its next update" in found.notes[-1]
    unknown = signed(unsigned("XA", issued="2026-08-15T00:00:00Z"), holder("New"))
    found = state({"first": FIRST, "tl": unknown})
    assert found.state == "not-verified"
    assert "The LOTL in force is not at hand" in found.reason


@pytest.mark.parametrize(
    ("signer", "said"),
    [
        (OTHER, "announced for XB, not for XA"),
        (holder("Nobody"), "does not announce this signer"),
        (A, "does not announce this signer"),
    ],
)
def test_signers_without_right(signer: Holder, said: str) -> None:
    found = state({"first": FIRST, "tl": signed(unsigned("XA"), signer)})
    assert found.state == "failed"
    assert said in found.reason


def test_a_list_cannot_announce_its_own_signer() -> None:
    mine = holder("Mine")
    own = signed(unsigned("XA", pointer("XA", mine), pointer("XA", mine, kind=LOTL)), mine)
    assert state({"tl": own}).state == "not-verified"
    assert "No trusted LOTL is at hand" in state({"tl": own}).reason
    assert state({"first": FIRST, "tl": own}).state == "failed"
    posing = lotl(mine, pointer("XA", mine), announced=(mine,), sequence=5)
    files = {"first": FIRST, "lotl": posing, "tl": own}
    assert {state(files, name=n).state for n in ("lotl", "tl")} == {"failed"}


@pytest.mark.parametrize(("since", "until"), [(2020, 2025), (2027, 2030)])
def test_signer_not_valid_at_the_time(since: int, until: int) -> None:
    signer = holder(f"Brief {since}", since=since, until=until)
    word = lotl(A, pointer("XA", signer), announced=(A,))
    found = state({"first": word, "tl": signed(unsigned("XA"), signer)})
    assert found.state == "failed"
    assert f"valid from {since}-01-01 to {until}-01-01" in found.reason


def test_another_time_than_the_issue() -> None:
    signer = holder("Until 2027", until=2027)
    word = lotl(A, pointer("XA", signer), announced=(A,), next_update="2030-01-01T00:00:00Z")
    files = {"first": word, "tl": signed(unsigned("XA"), signer)}
    assert state(files).state == "verified"
    assert state(files, at="2026-12-31").at == time("2026-12-31")
    assert state(files, at="2027-06-01").state == "failed"


def test_lotl_signed_by_an_expired_signer() -> None:
    gone = holder("Gone", until=2025)
    word = lotl(gone, announced=(A,))
    found = state({"x": word}, (Anchor(gone.sha256),), "x")
    assert found.state == "failed"
    assert "not at the time of verification" in found.reason


def test_a_certificate_issued_anew_for_the_same_key() -> None:
    anew = holder("Nation again", serial=2, reuse="Nation")
    found = state({"first": FIRST, "tl": signed(unsigned("XA"), anew)})
    assert (found.state, found.matched) == ("verified", "key")
    assert "another one for the same key" in found.notes[-1]


def test_no_lotl_for_the_territory() -> None:
    found = state({"first": FIRST, "tl": signed(unsigned("XC"), NATION)})
    assert found.state == "not-verified"
    assert "points to a list of XC" in found.reason


def test_broken_lists_say_why_and_vouch_for_nothing() -> None:
    broken = FIRST.replace(b"Operator<", b"Imposter<")
    states = assess({"first": broken, "tl": NATIONAL}, OWN)
    assert states["first"].state == "failed"
    assert "changed after signing" in states["first"].reason
    assert states["first"].head.sequence == 1  # what it claims
    assert states["first"].pointers == ()
    assert states["tl"].state == "not-verified"


@pytest.mark.parametrize(
    "kind", [LOTL, "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric"]
)
def test_a_list_without_time_of_issue(kind: str) -> None:
    timeless = signed(unsigned("XA", kind=kind, issued="soon"), A)
    found = state({"first": FIRST, "x": timeless}, name="x")
    assert found.state == "failed"
    assert "does not say when" in found.reason


def test_an_own_anchor_has_no_say_where_the_official_journal_has() -> None:
    mine = holder("Mine")
    official = lotl(A, pointer("DE", NATION), announced=(A,), territory="EU")
    private = lotl(mine, pointer("DE", OTHER), announced=(mine,), sequence=9)
    anchors = (oj(A, "2025-12-01"), Anchor(mine.sha256))
    files = {"eu": official, "own": private, "tl": signed(unsigned("DE"), OTHER)}
    states = assess(files, anchors)
    assert states["own"].state == "verified"
    assert states["tl"].state == "failed"
    assert state(files | {"tl": signed(unsigned("DE"), NATION)}, anchors).state == "verified"


def test_two_lotls_with_one_number() -> None:
    twin = lotl(A, announced=(A,), sequence=1, issued="2026-01-02T00:00:00Z")
    assert "same sequence number" in state({"a": FIRST, "b": twin}, name="b").notes[-1]
    assert "same sequence number" not in " ".join(state({"a": FIRST, "b": FIRST}, name="b").notes)


def test_a_refused_location_is_said_of_the_list() -> None:
    word = lotl(A, pointer("XA", NATION, location="http://x.example/tl.xml"), announced=(A,))
    found = state({"first": word, "tl": signed(unsigned("XA"), NATION)})
    assert found.state == "verified"
    assert "not https" in found.notes[-1]


@given(
    edits=st.lists(
        st.tuples(st.integers(0, len(SECOND) - 1), st.binary(max_size=3)), min_size=1, max_size=3
    )
)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_damaged_lotl_never_vouches_for_more(edits: list[tuple[int, bytes]]) -> None:
    data = bytearray(SECOND)
    for place, value in edits:
        data[place : place + max(len(value), 1)] = value
    found = assess({"first": FIRST, "second": bytes(data), "tl": NATIONAL}, OWN)
    if found["second"].trusted:
        assert found["second"].head == assess({"first": FIRST, "s": SECOND}, OWN)["s"].head
    else:
        assert found["second"].reason
        assert found["tl"].announced_by == "first"


def test_anchors_are_those_of_the_official_journal() -> None:
    found = official_anchors()
    assert {(a.publication, a.published) for a in found} == {
        ("2019/C 276/01", time("2019-08-16")),
        ("C/2026/1944", time("2026-04-15")),
    }
    assert len(found) == 14
    assert all(len(a.sha256) == 64 and a.official for a in found)
    assert with_own(["AB" * 32])[-1] == Anchor("ab" * 32)
