"""Signers that a trusted list names: whose list, in which state, at which time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from clausegraph.artefacts.revocation import read_crl, read_ocsp
from clausegraph.artefacts.revocation.trust import judge_list, judge_response
from clausegraph.artefacts.trusted_lists.parse import parse_list
from clausegraph.artefacts.trusted_lists.registry import ListState, Registry, Source
from clausegraph.artefacts.trusted_lists.status_services import StatusServices
from tests.artefacts.statuses import NOW, Holder, crl, holder, response
from tests.artefacts.trusted_lists.making import listed
from tests.collect.samples import digital_id, trusted_list

CA = holder()
OTHER = holder("Other CA", serial=2)
FOREIGN = holder("foreign responder", OTHER, ca=False, serial=0x79, ocsp_signing=True)
EXPIRED = holder("old responder", OTHER, ca=False, serial=0x7A, end=NOW - timedelta(days=1))
CRL_ISSUER = holder("CRL issuer", serial=3)
KNOWN = [CA.certificate]


def source(
    *services: tuple[Holder, str, dict[str, str]],
    state: ListState = "verified",
    territory: str = "SE",
) -> Source:
    rows = [listed(identity=digital_id(h.der), kind=kind, **more) for h, kind, more in services]  # type: ignore[arg-type]
    content = parse_list(trusted_list(*rows))
    head = replace(content.head, territory=territory)
    return Source("list.xml", replace(content, head=head), state)


def services(*sources: Source) -> StatusServices:
    return StatusServices(Registry(sources))


AUTHORITY = (CA, "CA/QC", {})
PAST = listed(
    block="ServiceHistoryInstance", kind="Certstatus/OCSP/QC", since="2020-01-01T00:00:00Z"
)


@pytest.mark.parametrize(
    ("kind", "more", "list_state", "responder", "state", "words"),
    [
        ("Certstatus/OCSP/QC", {}, "verified", FOREIGN, "verified", "granted from 2016-06-30"),
        ("Certstatus/OCSP", {"status": "recognisedatnationallevel"}, "verified", FOREIGN,
         "verified", "SE 42, Aurora AB, lists the signer as Certstatus-OCSP"),
        ("Certstatus/OCSP/QC", {"status": "undersupervision"}, "verified", FOREIGN, "verified",
         "undersupervision"),
        ("Certstatus/OCSP/QC", {"status": "withdrawn", "history": PAST}, "verified", FOREIGN,
         "failed", "no good status"),
        ("Certstatus/OCSP/QC", {"since": "2026-06-01T00:00:01Z", "history": PAST}, "verified",
         FOREIGN, "verified", "granted from 2020-01-01 to 2026-06-01"),
        ("Certstatus/OCSP/QC", {"since": "2026-06-01T00:00:01Z"}, "verified", FOREIGN, "failed",
         "not at the time of signing"),
        ("Certstatus/OCSP/QC", {}, "not-verified", FOREIGN, "failed", "is not verified"),
        ("Certstatus/OCSP/QC", {}, "failed", FOREIGN, "failed", "is not verified"),
        ("Certstatus/CRL/QC", {}, "verified", FOREIGN, "failed", "No list at hand names it"),
        ("TSA/QTST", {}, "verified", FOREIGN, "failed", "No list at hand names it"),
        ("Certstatus/OCSP/QC", {}, "verified", EXPIRED, "failed", "not issued by the CA"),
    ],
)  # fmt: skip
def test_a_responder_that_the_list_of_the_ca_names(
    kind: str,
    more: dict[str, str],
    list_state: ListState,
    responder: Holder,
    state: str,
    words: str,
) -> None:
    asked = services(source(AUTHORITY, (responder, kind, more), state=list_state))
    judged = judge_response(read_ocsp(response(CA, responder, 0x1234)), KNOWN, asked)
    assert (judged.state, words in judged.reason) == (state, True), judged.reason
    assert (judged.listing is not None) == (state == "verified")
    assert not judged.delegated or judged.state == "failed"
    assert judged.issuers == (tuple(KNOWN) if state == "verified" else ())


def test_the_list_of_another_country_does_not_help() -> None:
    foreign = source((FOREIGN, "Certstatus/OCSP/QC", {}), territory="XA")
    found = read_ocsp(response(CA, FOREIGN, 0x1234))
    judged = judge_response(found, KNOWN, services(source(AUTHORITY), foreign))
    assert (judged.state, "does not show the CA" in judged.reason) == ("failed", True)


def test_a_responder_whose_certificate_only_the_list_has() -> None:
    bare = read_ocsp(response(CA, FOREIGN, 0x1234, with_certificate=False))
    asked = services(source(AUTHORITY, (FOREIGN, "Certstatus/OCSP/QC", {})))
    assert judge_response(bare, KNOWN).state == "not-verified"
    assert judge_response(bare, KNOWN, asked).state == "verified"


def test_a_right_from_the_ca_needs_no_list() -> None:
    delegated = holder("responder", CA, ca=False, serial=0x77, ocsp_signing=True)
    asked = services(source(AUTHORITY, (delegated, "Certstatus/OCSP/QC", {})))
    judged = judge_response(read_ocsp(response(CA, delegated, 5)), KNOWN, asked)
    assert (judged.state, judged.listing, judged.delegated) == ("verified", None, True)


@pytest.mark.parametrize(
    ("kind", "list_state", "state"),
    [
        ("Certstatus/CRL/QC", "verified", "verified"),
        ("Certstatus/CRL", "verified", "verified"),
        ("Certstatus/CRL/QC", "not-verified", "not-verified"),
        ("Certstatus/OCSP/QC", "verified", "not-verified"),
    ],
)
def test_an_issuer_of_crls_that_a_list_names(kind: str, list_state: ListState, state: str) -> None:
    asked = services(source(AUTHORITY, (CRL_ISSUER, kind, {}), state=list_state))
    judged = judge_list(read_crl(crl(CRL_ISSUER)), KNOWN, asked)
    assert (judged.state, judged.listing is not None) == (state, state == "verified")
