"""Files looked at together: what one proves about another, and by which file it was proved."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausegraph.inspection import Inquiry, Statement, companions, inspect_file
from tests.artefacts.signed_lists import holder as signer
from tests.artefacts.signed_lists import lotl, pointer, signed
from tests.artefacts.statuses import NOW, crl, holder, response
from tests.artefacts.trusted_lists.making import listed
from tests.collect.samples import digital_id, trusted_list

CA, OTHER = holder(), holder("Other CA", serial=2)
LEAF = holder("subject", CA, ca=False, serial=0x1234)
DELEGATED = holder("responder", CA, ca=False, serial=0x77, ocsp_signing=True)
FOREIGN = holder("foreign responder", OTHER, ca=False, serial=0x79, ocsp_signing=True)
CRL_ISSUER = holder("CRL issuer", serial=3)
SCHEME, NATION = signer("Scheme"), signer("Nation")
ROWS = (
    listed(identity=digital_id(CA.der)),
    listed(identity=digital_id(FOREIGN.der), kind="Certstatus/OCSP/QC"),
    listed(identity=digital_id(CRL_ISSUER.der), kind="Certstatus/CRL/QC"),
)
FILES = {
    "ca.cer": CA.der,
    "other.cer": OTHER.der,
    "leaf.cer": LEAF.der,
    "a.crl": crl(CA),
    "forged.crl": crl(CA, signer=OTHER),
    "issuer.crl": crl(CRL_ISSUER),
    "ca.ocsp": response(CA, CA, 5),
    "delegated.ocsp": response(CA, DELEGATED, 5),
    "foreign.ocsp": response(CA, FOREIGN, 5),
    "lotl.xml": lotl(SCHEME, pointer("XA", NATION), announced=(SCHEME,)),
    "tl.xml": signed(
        trusted_list(*ROWS, signatures=0).replace(b">SE<", b">XA<"),
        NATION,
        when="2026-03-11T10:00:00Z",
    ),
}


def said(folder: Path, asked: str, beside: list[str], about: str) -> Statement:
    paths = [folder / name for name in (asked, *beside)]
    for path in paths:
        if path.name in FILES:
            path.write_bytes(FILES[path.name])
    inquiry = Inquiry(NOW, companions=companions(paths, (SCHEME.sha256,)))
    (found,) = [s for s in inspect_file(paths[0], inquiry)[-1].statements if s.about == about]
    return found


@pytest.mark.parametrize(
    ("asked", "beside", "weight", "words"),
    [
        ("leaf.cer", ["ca.cer"], "proof", "in ca.cer"),
        ("leaf.cer", ["other.cer"], "doubt", "not in any file given"),
        ("a.crl", [], "doubt", "Name its file too"),
        ("a.crl", ["absent.cer"], "doubt", "Name its file too"),
        ("a.crl", ["ca.cer"], "proof", "certificate of the issuer in ca.cer"),
        ("a.crl", ["other.cer"], "doubt", "Issuer unknown"),
        ("forged.crl", ["ca.cer"], "fault", "does not fit"),
        ("issuer.crl", ["ca.cer", "tl.xml", "lotl.xml"], "proof", "trusted list in tl.xml: XA 42"),
        ("issuer.crl", ["ca.cer", "tl.xml"], "doubt", "Issuer unknown"),
        ("ca.ocsp", ["ca.cer"], "proof", "the CA whose certificate is in ca.cer"),
        ("delegated.ocsp", ["ca.cer"], "proof", "delegated responder of the CA"),
        ("delegated.ocsp", ["other.cer"], "doubt", "Issuer unknown"),
        ("foreign.ocsp", ["ca.cer"], "fault", "without right"),
        ("foreign.ocsp", ["ca.cer", "tl.xml"], "fault", "gives no right"),
        ("foreign.ocsp", ["ca.cer", "tl.xml", "lotl.xml"], "proof", "trusted list in tl.xml"),
    ],
)
def test_signatures(tmp_path: Path, asked: str, beside: list[str], weight: str, words: str) -> None:
    found = said(tmp_path, asked, beside, "signature")
    assert (found.weight, words in found.says) == (weight, True), found.says


@pytest.mark.parametrize(
    ("beside", "weight", "words"),
    [
        ([], "doubt", "this file alone"),
        (["lotl.xml"], "proof", "the list of lists in lotl.xml announces it"),
    ],
)
def test_the_right_to_sign_a_list(
    tmp_path: Path, beside: list[str], weight: str, words: str
) -> None:
    found = said(tmp_path, "tl.xml", beside, "right to sign")
    assert (found.weight, words in found.says) == (weight, True), found.says
