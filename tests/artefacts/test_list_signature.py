"""Signatures of lists: what holds, what is refused and why."""

from __future__ import annotations

import base64
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.trusted_lists import signature
from clausegraph.artefacts.trusted_lists.heads import read_head
from clausegraph.artefacts.trusted_lists.signature import SignatureError, check, read_signer
from tests.artefacts.signed_lists import (
    OTHER_PURPOSE,
    TSL,
    holder,
    signed,
    unsigned,
)
from tools.make_packs.xades import DS, ENVELOPED, EXCLUSIVE, XADES

bounded = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
OPERATOR = holder("Operator")
LIST = signed(unsigned(), OPERATOR)
SIGNATURE = f"{{{DS}}}Signature"


def tree(data: bytes) -> etree._Element:
    return etree.fromstring(data)


def text(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def test_a_signature_that_holds() -> None:
    found = check(LIST)
    assert found.signer.sha256 == OPERATOR.sha256
    assert found.signer.country == "XA"
    assert found.signer.oddities == ()
    assert found.signing_time == datetime(2026, 3, 1, tzinfo=UTC)
    assert found.algorithm == "ecdsa-sha256"
    assert found.notes == ()
    assert b"Signature" not in found.signed
    assert read_head(tree(found.signed)).territory == "XA"


def test_reference_by_the_identifier_of_the_root() -> None:
    assert check(signed(unsigned(identifier="list"), OPERATOR, uri="#list"))


def test_another_canonical_form_is_noted() -> None:
    inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    root = tree(unsigned())
    data = text(root)
    # Both forms are the same bytes where the root uses every namespace that it declares.
    data = data.replace(b' xmlns:a="http://uri.etsi.org/02231/v2/additionaltypes#"', b"")
    found = check(signed(data, OPERATOR, transforms=(ENVELOPED, inclusive)))
    assert "another canonical form" in found.notes[0]


def test_a_signing_time_that_is_none_is_refused() -> None:
    with pytest.raises(SignatureError, match="cannot be verified"):
        check(signed(unsigned(), OPERATOR, when="yesterday"))


@pytest.mark.parametrize(
    ("signer", "said"),
    [
        (holder("CA", ca=True), "The signer is a CA."),
        (holder("Client", purpose=OTHER_PURPOSE), "not that of trusted lists"),
    ],
)
def test_odd_signers_are_noted(signer: object, said: str) -> None:
    assert said in " ".join(read_signer(signer.der).oddities)  # type: ignore[attr-defined]


def changed(data: bytes) -> bytes:
    return data.replace(b">Operator<", b">Imposter<", 1)


def moved_body() -> bytes:
    """The signed list hides in an object of the signature, another one takes its place."""
    root = tree(signed(unsigned(identifier="list"), OPERATOR, uri="#list"))
    proof = root.find(SIGNATURE)
    assert proof is not None
    root.remove(proof)
    outer = tree(unsigned("XB", sequence=666))
    outer.append(proof)
    etree.SubElement(proof, f"{{{DS}}}Object").append(root)
    return text(outer)


def body_beside() -> bytes:
    """The signed list stands as a second child, the root is another one."""
    root = tree(signed(unsigned(identifier="list"), OPERATOR, uri="#list"))
    proof = root.find(SIGNATURE)
    assert proof is not None
    outer = tree(unsigned("XB"))
    outer.append(proof)
    outer.append(root)
    return text(outer)


def twin_identifier(name: str) -> bytes:
    """A second element with the identifier that is signed, under another attribute's name."""
    root = tree(signed(unsigned(identifier="list"), OPERATOR, uri="#list"))
    twin = etree.Element(f"{{{TSL}}}SchemeInformation")
    twin.set(name, "list")
    root.insert(0, twin)
    return text(root)


def signature_inside(path: str) -> bytes:
    """The signature is no child of the root but hides deeper."""
    root = tree(LIST)
    proof = root.find(SIGNATURE)
    place = root.find(path)
    assert proof is not None
    assert place is not None
    place.append(proof)
    return text(root)


def signature_in_object() -> bytes:
    """A foreign, empty signature carries the real one in an object."""
    root = tree(LIST)
    proof = root.find(SIGNATURE)
    assert proof is not None
    outer = etree.SubElement(root, SIGNATURE)
    etree.SubElement(outer, f"{{{DS}}}Object").append(proof)
    return text(root)


def child_signed() -> bytes:
    """Only the head of the list is signed; providers can be added at will."""
    data = unsigned().replace(b"<SchemeInformation>", b'<SchemeInformation Id="head">')
    return signed(
        data, OPERATOR, uri="#head", covered=f"{{{TSL}}}SchemeInformation", transforms=(EXCLUSIVE,)
    )


def second_signature() -> bytes:
    return signed(LIST, holder("Second"))


def unsigned_properties() -> bytes:
    """Properties that the signature does not cover stand before those that it does."""
    root = tree(LIST)
    properties = root.find(f".//{{{XADES}}}SignedProperties")
    assert properties is not None
    properties.set("Id", "others")
    return text(root)


def foreign_certificate() -> bytes:
    mine = base64.b64encode(OPERATOR.der)
    return LIST.replace(mine, base64.b64encode(holder("Thief").der))


def with_method(old: str, new: str) -> bytes:
    assert old.encode() in LIST
    return LIST.replace(old.encode(), new.encode())


REFUSED: list[tuple[Callable[[], bytes], str]] = [
    (lambda: unsigned(), "0 signatures"),
    (second_signature, "2 signatures"),
    (signature_in_object, "2 signatures"),
    (lambda: changed(LIST), "changed after signing"),
    (lambda: LIST.replace(b"2026-03-01T00:00:00Z</xades", b"2026-03-02T00:00:00Z</xades"),
     "changed after signing"),
    (moved_body, "No reference of the signature covers the whole list"),
    (body_beside, "No reference"),
    (lambda: twin_identifier("Id"), "stands twice"),
    (lambda: twin_identifier("ID"), "stands twice"),
    (lambda: twin_identifier("{http://www.w3.org/XML/1998/namespace}id"), "stands twice"),
    (lambda: signature_inside(f"{{{TSL}}}SchemeInformation"), "no child of the list"),
    (child_signed, "No reference"),
    (unsigned_properties, "something else"),
    (foreign_certificate, "another certificate"),
    (lambda: LIST.replace(b"<ds:KeyInfo>", b"<ds:KeyInfo><!--").replace(
        b"</ds:KeyInfo>", b"--></ds:KeyInfo>"), "carries no certificate"),
    (lambda: LIST.replace(base64.b64encode(OPERATOR.der), b"Zm9v"), "another certificate"),
    (lambda: with_method("ecdsa-sha256", "rsa-sha256"), "cannot be verified"),
    (lambda: with_method("xmldsig-more#ecdsa-sha256", "hmac#x"), "cannot be verified"),
    (lambda: with_method(
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"), "cannot be verified"),
    (lambda: with_method(ENVELOPED, "http://www.w3.org/TR/1999/REC-xslt-19991116"), "transformed"),
    (lambda: with_method(ENVELOPED, "http://www.w3.org/2000/09/xmldsig#base64"), "transformed"),
    (lambda: signed(unsigned(), OPERATOR, transforms=(ENVELOPED, EXCLUSIVE, EXCLUSIVE)),
     "more than once"),
    (lambda: signed(unsigned(), OPERATOR, transforms=(ENVELOPED, *(EXCLUSIVE,) * 9)),
     "more than three transforms"),
    (lambda: signed(unsigned(), OPERATOR, uri="https://lists.example/other.xml"), "No reference"),
    (lambda: signed(unsigned(), OPERATOR, uri="#xpointer(/)"), "No reference"),
    (lambda: with_method(f'CanonicalizationMethod Algorithm="{EXCLUSIVE}', 'CanonicalizationMethod '
                         'Algorithm="urn:x'), "Unknown canonicalization"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "said"), REFUSED)
def test_refused_with_a_reason(make: Callable[[], bytes], said: str) -> None:
    with pytest.raises(SignatureError, match=said):
        check(make())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html><body>Service unavailable</body></html>", "HTML page"),
        (LIST[: len(LIST) // 2], "not well-formed"),
        (LIST + LIST, "not well-formed"),
        (LIST.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1), "DOCTYPE"),
        (LIST.replace(b"<TSLSequenceNumber>7", b"<TSLSequenceNumber>&a;"), "not well-formed"),
        (b"", "is empty"),
    ],
)
def test_what_is_no_list(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        check(data)


def test_a_declared_encoding_shows_no_other_document() -> None:
    data = unsigned().replace(b">Operator<", ">Opérateur<".encode())
    whole = signed(data, OPERATOR)
    other = whole.replace(b"UTF-8", b"ISO-8859-1", 1)
    assert other != whole
    assert check(other).signed == check(whole).signed


def test_comments_change_nothing_that_is_read() -> None:
    data = LIST.replace(b"<TSLSequenceNumber>7", b"<TSLSequenceNumber><!-- 8 -->7")
    assert read_head(tree(check(data).signed)).sequence == 7


def test_a_huge_list_is_refused_before_it_is_parsed() -> None:
    class Huge(bytes):
        def __len__(self) -> int:
            return 500 * 1024 * 1024

    tracemalloc.start()
    with pytest.raises(UnreadableError, match="more than"):
        check(Huge(b"<"))
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
    assert signature.MAX_LIST < 500 * 1024 * 1024


def test_no_reason_tells_a_name() -> None:
    """Signers of lists are people at times; reasons of libraries carry their names."""
    person = holder("Given Family")
    data = LIST.replace(base64.b64encode(OPERATOR.der), base64.b64encode(person.der))
    with pytest.raises(SignatureError) as caught:
        check(data)
    assert "Family" not in str(caught.value)


@given(
    edits=st.lists(
        st.tuples(st.integers(0, len(LIST) - 1), st.binary(max_size=3)), min_size=1, max_size=4
    )
)
@bounded
def test_damage_never_yields_other_content(edits: list[tuple[int, bytes]]) -> None:
    data = bytearray(LIST)
    for place, value in edits:
        data[place : place + max(len(value), 1)] = value
    try:
        found = check(bytes(data))
    except UnreadableError:
        return
    assert found.signed == check(LIST).signed
    assert found.signer.sha256 == OPERATOR.sha256


@given(data=st.binary(max_size=200))
@bounded
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        check(data)
    with pytest.raises(UnreadableError):
        read_signer(data)
