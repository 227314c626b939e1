"""Pointers to other lists: read whole, oddities noted, nothing fatal."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from clausegraph.artefacts.trusted_lists.heads import read_head
from clausegraph.artefacts.trusted_lists.pointers import MAX_POINTERS, MAX_SIGNERS, read_pointers
from tests.artefacts.signed_lists import LOTL, holder, pointer, unsigned

bounded = settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
ONE, TWO = holder("One"), holder("Two")


def root(*pointers: str) -> etree._Element:
    return etree.fromstring(unsigned("EU", *pointers, kind=LOTL))


def test_a_pointer_with_everything() -> None:
    (found,), notes = read_pointers(root(pointer("XA", ONE, TWO)))
    assert notes == ()
    assert (found.territory, found.location) == ("XA", "https://lists.example/list.xml")
    assert (found.is_xml, found.is_lotl, found.refused) == (True, False, "")
    assert found.schemes == ("urn:rules",)
    assert [s.sha256 for s in found.signers] == [ONE.sha256, TWO.sha256]


@pytest.mark.parametrize(
    "location",
    ["http://lists.example/list.xml", "ftp://x/y", "file:///etc/passwd", "//x", "https://"],
)
def test_a_location_that_is_not_https_is_refused(location: str) -> None:
    (found,), notes = read_pointers(root(pointer("XA", ONE, location=location)))
    assert (found.location, found.refused) == ("", location)
    assert "not https" in notes[0]
    assert found.signers


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (pointer("XA", ONE, location=""), "no location"),
        (pointer("XA"), "no certificate is announced"),
        (pointer("XA", ONE, certificates=["Zm9v"]), "cannot be read"),
        (pointer("XA", ONE, certificates=["%%%"]), "cannot be read"),
        (pointer("", ONE, location="http://x"), "no territory"),
        (pointer("XA", *[ONE] * (MAX_SIGNERS + 1)), "more than"),
    ],
)
def test_malformed_pointers_are_noted(one: str, said: str) -> None:
    found, notes = read_pointers(root(one, pointer("XB", TWO)))
    assert said in " ".join(notes)
    assert [s.sha256 for s in found[1].signers] == [TWO.sha256]


def test_human_readable_lists_need_no_certificate() -> None:
    (found,), notes = read_pointers(root(pointer("XA", mime="application/pdf")))
    assert not found.is_xml
    assert notes == ()


def test_too_many_pointers() -> None:
    found, notes = read_pointers(root(*[pointer("XA")] * (MAX_POINTERS + 1)))
    assert len(found) == MAX_POINTERS
    assert "more than" in notes[-1]


@pytest.mark.parametrize(("written", "meant"), [("GR", "EL"), ("gb", "UK"), (" xa ", "XA")])
def test_territories_as_lists_write_them(written: str, meant: str) -> None:
    assert read_pointers(root(pointer(written, ONE)))[0][0].territory == meant


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (unsigned(sequence="x"), "sequence number"),
        (unsigned(issued="now"), "issue time"),
        (unsigned(next_update="later"), "next update"),
        (b'<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#"/>', "scheme information"),
    ],
)
def test_heads_that_cannot_be_read(data: bytes, said: str) -> None:
    assert said in " ".join(read_head(etree.fromstring(data)).notes)


TAGS = st.sampled_from(
    ["OtherTSLPointer", "ServiceDigitalIdentities", "TSLLocation", "AdditionalInformation",
     "OtherInformation", "SchemeTerritory", "TSLType", "DigitalId", "X509Certificate"]
)  # fmt: skip
TREES = st.recursive(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8),
    lambda inner: st.lists(st.tuples(TAGS, inner), max_size=4),
    max_leaves=20,
)


def build(parent: etree._Element, content: object) -> None:
    if isinstance(content, str):
        parent.text = content.replace("\ufffe", "").replace("\uffff", "")
        return
    assert isinstance(content, list)
    for tag, inner in content:
        build(etree.SubElement(parent, f"{{http://uri.etsi.org/02231/v2#}}{tag}"), inner)


@given(content=TREES)
@bounded
def test_no_tree_raises(content: object) -> None:
    whole = root()
    place = whole.find(".//{*}PointersToOtherTSL")
    assert place is not None
    build(place, content)
    found, notes = read_pointers(whole)
    assert all(
        note.endswith((".", "left out.")) or "://" in note or "https:" in note for note in notes
    )
    assert all(not p.location or p.location.startswith("https://") for p in found)
