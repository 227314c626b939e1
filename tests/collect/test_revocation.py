"""CRLs and OCSP responses of a pack: facts, states, answers, successions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from clausegraph.artefacts.revocation.moments import NO_END
from clausegraph.collect import Question, collect
from clausegraph.collect.facts import certificate_iri
from tests.artefacts.signed_lists import holder as signer
from tests.artefacts.signed_lists import lotl, pointer, signed
from tests.artefacts.statuses import LATER, NEXT, NOW, Holder, crl, holder, response, time
from tests.artefacts.trusted_lists.making import listed
from tests.collect.samples import Graph, digital_id, pem, trusted_list

CA = holder()
OTHER = holder("Other CA", serial=2)
SUBJECT = holder("subject", CA, ca=False, serial=0x1234)
RESPONDER = holder("responder", CA, ca=False, serial=0x77, ocsp_signing=True)
FOREIGN = holder("foreign responder", OTHER, ca=False, serial=0x79, ocsp_signing=True)
REVOKED = ((0x1234, NOW - timedelta(days=3), x509.ReasonFlags.key_compromise),)


def gather(
    folder: Path, as_of: object = NOW, anchors: tuple[str, ...] = (), **files: bytes
) -> Graph:
    """The graph of files; an underscore in a name stands for the dot of its suffix."""
    names = [name.replace("_", ".") for name in files]
    for name, data in zip(names, files.values(), strict=True):
        (folder / name).write_bytes(data)
    assert as_of is NOW or as_of is LATER
    question = Question("https://w3id.org/clausegraph/id/t/", as_of, anchors=anchors)
    return Graph(collect(folder, names, question))


def test_a_list_and_its_answer(tmp_path: Path) -> None:
    data = crl(CA, REVOKED, expired_since=time("20260101000000Z"))
    graph = gather(tmp_path, ca_cer=CA.der, s_cer=SUBJECT.der, l_crl=data)
    assert graph.value("signatureState") == "signature-state/verified"
    assert graph.value("signedBy").endswith(CA.certificate.sha256)
    assert graph.value("count", "crl") == "1"
    assert graph.value("currency") == "currency/current"
    assert graph.value("expiredCertsOnCrl") == "true"
    assert graph.value("archiveCutoff") == "2026-01-01T00:00:00Z"
    assert graph.value("status", ["l.crl", "crl-1"][-1]) == "certificate-status/revoked"
    assert graph.value("revocationReason") == "revocation-reason/keyCompromise"
    assert graph.value("about", "crl-1") == "/".join(
        certificate_iri(SUBJECT.certificate.sha256).value.rsplit("/", 2)[-2:]
    )
    assert graph.value("counts") == "true"


def test_pem_files_are_told_apart_by_their_label(tmp_path: Path) -> None:
    list_, answer = crl(CA), response(CA, RESPONDER, 0x1234)
    graph = gather(
        tmp_path,
        ca_pem=pem(CA.der),
        l_crl=pem(list_, "X509 CRL"),
        l_pem=pem(list_, "X509 CRL"),
        o_ors=pem(answer, "OCSP RESPONSE"),
    )
    assert graph.problem() == ""
    assert graph.values("signatureState") == ["signature-state/verified"] * 3


@pytest.mark.parametrize(
    ("signer", "state"), [(RESPONDER, "verified"), (FOREIGN, "failed"), (CA, "verified")]
)
def test_the_responder_decides(tmp_path: Path, signer: Holder, state: str) -> None:
    data = response(CA, signer, 0x1234)
    graph = gather(tmp_path, ca_cer=CA.der, s_cer=SUBJECT.der, r_ocsp=data)
    assert graph.value("signatureState") == f"signature-state/{state}"
    assert len(graph.values("answer")) == (state == "verified")
    assert graph.values("delegated") == ["false" if signer is CA else "true"]


def test_a_responder_that_a_verified_list_names(tmp_path: Path) -> None:
    scheme, nation = signer("Scheme"), signer("Nation")
    rows = (
        listed(identity=digital_id(CA.der)),
        listed(identity=digital_id(FOREIGN.der), kind="Certstatus/OCSP/QC"),
    )
    plain = trusted_list(*rows, signatures=0).replace(b">SE<", b">XA<")
    files = {
        "ca_cer": CA.der,
        "s_cer": SUBJECT.der,
        "r_ocsp": response(CA, FOREIGN, 0x1234),
        "tl_xml": signed(plain, nation, when="2026-03-11T10:00:00Z"),
        "lotl_xml": lotl(scheme, pointer("XA", nation), announced=(scheme,)),
    }
    bare = gather(tmp_path, **files)
    assert "not verified, so it gives no right" in bare.value("because", "ocsp")
    graph = gather(tmp_path, anchors=(scheme.sha256,), **files)
    assert graph.value("signatureState", "ocsp") == "signature-state/verified"
    assert graph.value("delegated") == "false"
    assert graph.value("onList", "ocsp") == "list"
    assert "XA 42, Aurora AB, lists the signer" in graph.value("because", "ocsp")
    assert graph.values("counts") == ["true"]


def test_without_the_ca_nothing_is_silently_fine(tmp_path: Path) -> None:
    graph = gather(tmp_path, l_crl=crl(CA), r_ocsp=response(CA, RESPONDER, 0x1234))
    assert graph.values("signatureState") == ["signature-state/not-verified"] * 2
    assert all("Issuer unknown" in why for why in graph.values("because"))


@pytest.mark.parametrize("name", ["l_crl", "r_ocsp", "r_ors"])
@pytest.mark.parametrize("data", [b"", b"<html></html>", b"0\x82\x01\x00", b"0\x03\x02\x01\x05"])
def test_what_is_none(tmp_path: Path, name: str, data: bytes) -> None:
    assert gather(tmp_path, **{name: data}).problem() == "unreadable"


def test_truncated_files_are_unreadable(tmp_path: Path) -> None:
    graph = gather(tmp_path, l_crl=crl(CA)[:-9], r_ocsp=response(CA, CA, 1)[:-9])
    assert graph.values("status") == ["artefact-status/unreadable"] * 2


def test_times_at_the_as_of_time(tmp_path: Path) -> None:
    future = crl(CA, this_update=NEXT, next_update=NEXT + timedelta(days=1))
    assert gather(tmp_path, l_crl=future).value("currency") == "currency/future"
    assert gather(tmp_path, LATER, l_crl=future).value("currency") == "currency/expired"
    last = gather(tmp_path, LATER, l_crl=crl(CA, next_update=NO_END))
    assert (last.value("lastIssue"), last.value("currency")) == ("true", "currency/current")


def test_a_later_list_shows_what_it_dropped(tmp_path: Path) -> None:
    after = crl(CA, this_update=NEXT, next_update=NEXT + timedelta(days=1))
    graph = gather(tmp_path, b_crl=after, a_crl=crl(CA, REVOKED), o_crl=crl(OTHER))
    assert graph.values("droppedEntries") == ["1"]
    assert graph.value("follows").endswith(["a.crl", "crl"][-1])


def test_good_about_an_expired_certificate_does_not_count_without_a_cutoff(tmp_path: Path) -> None:
    after = LATER + timedelta(days=1)
    plain = response(CA, CA, 0x1234, this_update=LATER, next_update=after)
    dated = response(CA, CA, 0x1234, this_update=LATER, next_update=after,
                     cutoff=time("20260101000000Z"))  # fmt: skip
    graph = gather(tmp_path, LATER, ca_cer=CA.der, s_cer=SUBJECT.der, a_ocsp=plain, b_ocsp=dated)
    assert graph.values("counts") == ["false", "true"]
    assert graph.values("beyondExpiry") == ["false", "true"]


def test_nothing_depends_on_the_order_of_certificates(tmp_path: Path) -> None:
    first = gather(tmp_path, ca_cer=CA.der, s_cer=SUBJECT.der, l_crl=crl(CA))
    second = gather(tmp_path, l_crl=(tmp_path / "l.crl").read_bytes(), s_cer=SUBJECT.der,
                    ca_cer=CA.der)  # fmt: skip
    assert set(map(str, first.triples)) == set(map(str, second.triples))
