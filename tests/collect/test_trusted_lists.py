"""Trusted lists: facts, oddities, and what is refused."""

from __future__ import annotations

import csv
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clausegraph.artefacts.trusted_lists import model
from clausegraph.collect import list_entries
from clausegraph.collect.gathered import Gathered
from clausegraph.collect.question import Question
from clausegraph.collect.trusted_lists import facts
from tests.collect.samples import (
    ARTEFACT,
    CA,
    Graph,
    certificate,
    digital_id,
    service,
    trusted_list,
)

ETSI = "http://uri.etsi.org/TrstSvc/TrustedList/"
QUESTION = Question("https://w3id.org/clausegraph/id/test/", datetime(2026, 6, 1, tzinfo=UTC))
CODELISTS = Path(__file__).parents[2] / "data" / "codelists"


def read(data: bytes) -> Graph:
    gathered = Gathered()
    head = list(facts(data, ARTEFACT, gathered))
    return Graph([*head, *list_entries.facts(gathered, QUESTION)])


def information(uri: str) -> str:
    return (
        '<Extension Critical="true"><AdditionalServiceInformation>'
        f'<URI xml:lang="en">{uri}</URI></AdditionalServiceInformation></Extension>'
    )


def qualifications(*names: str) -> str:
    inner = "".join(f'<q:Qualifier uri="{ETSI}SvcInfoExt/{n}"/>' for n in names)
    return (
        '<Extension Critical="true"><q:Qualifications><q:QualificationElement><q:Qualifiers>'
        f"{inner}</q:Qualifiers></q:QualificationElement></q:Qualifications></Extension>"
    )


@pytest.mark.parametrize("version", ["4", "5", "6"])
def test_list_facts(version: str) -> None:
    graph = read(trusted_list(service(), version=version))
    expected = {
        "spatial": "SE",
        "version": "42",
        "formatVersion": version,
        "issued": "2026-03-11T10:00:00Z",
        "nextUpdate": "2026-09-10T10:00:00Z",
        "publisher": "Operator",
        "entry": "entry-1-1",
        "contains": "list",
    }
    assert {prop: graph.value(prop) for prop in expected} == expected
    assert graph.note() == ""


def test_entry_facts() -> None:
    der = certificate(CA, ca=True, qc=None)
    extensions = (
        information(f"{ETSI}SvcInfoExt/ForeSignatures")
        + information(f"{ETSI}SvcInfoExt/ForeSeals")
        + qualifications("QCWithQSCD", "QCForESig")
        + qualifications("QCWithQSCD")
    )
    graph = read(trusted_list(service(identity=digital_id(der), extensions=extensions)))
    entry = "entry-1-1"
    expected = {
        "onList": "list",
        "providerName": "Aurora AB",
        "title": "Service one",
        "status": "tl-status/granted",
        "validFrom": "2016-06-30T22:00:00Z",
        "digitalIdentity": hashlib.sha256(der).hexdigest(),
        "subjectKeyIdentifier": "0102",
    }
    assert {prop: graph.value(prop, entry) for prop in expected} == expected
    assert "tl-service-type/CA-QC" in graph.values("type", entry)
    assert graph.values("additionalInformation") == [
        "tl-additional/ForeSignatures",
        "tl-additional/ForeSeals",
    ]
    assert graph.values("qualifier") == ["tl-qualifier/QCWithQSCD", "tl-qualifier/QCForESig"]


def test_history_inherits_the_identity_of_its_service() -> None:
    der = certificate(CA, ca=True, qc=None)
    past = service(
        block="ServiceHistoryInstance",
        status=f"{ETSI}Svcstatus/undersupervision",
        since="2010-01-01T00:00:00+01:00",
        identity="<DigitalId><X509SKI>Cg==</X509SKI></DigitalId>",
    )
    graph = read(trusted_list(service(identity=digital_id(der), history=past)))
    history = "entry-1-1-history-1"
    assert graph.value("history") == history
    assert graph.value("status", history) == "tl-status/undersupervision"
    assert graph.value("validFrom", history) == "2009-12-31T23:00:00Z"
    assert graph.value("digitalIdentity", history) == hashlib.sha256(der).hexdigest()
    assert graph.values("subjectKeyIdentifier", history) == ["0a", "0102"]


def test_history_with_a_certificate_of_its_own_inherits_nothing() -> None:
    old, new = certificate(CA, ca=True, qc=None), certificate(CA, ca=True, qc=None, serial=7)
    past = service(block="ServiceHistoryInstance", identity=digital_id(old))
    graph = read(trusted_list(service(identity=digital_id(new), history=past)))
    digest = hashlib.sha256(old).hexdigest()
    assert graph.value("digitalIdentity", "entry-1-1-history-1") == digest


TAKEN_OVER = (
    '<Extension Critical="true"><a:TakenOverBy><a:TSPName><Name xml:lang="en">Heir</Name>'
    "</a:TSPName></a:TakenOverBy></Extension>"
)
FOREIGN = '<Extension Critical="{}"><x xmlns="urn:x"/></Extension>'


@pytest.mark.parametrize(
    ("extension", "said"),
    [
        (TAKEN_OVER, "Taken over by: Heir"),
        (FOREIGN.format("true"), "Unknown critical extension x"),
        (FOREIGN.format("false"), "Unknown non-critical"),
        (information(f"{ETSI}SvcInfoExt/RootCA-"), "RootCA-"),
        (information("https://example.org/ForeSeals"), "example.org/ForeSeals"),
        (qualifications("QCSomething"), "Unknown qualifier"),
    ],
)
def test_no_extension_drops_a_service(extension: str, said: str) -> None:
    graph = read(trusted_list(service(extensions=extension)))
    assert graph.value("status") == "tl-status/granted"
    assert said in graph.note()
    assert not graph.values("additionalInformation")


def test_unknown_type_and_status_are_kept_as_uris() -> None:
    graph = read(trusted_list(service(kind="urn:x:type", status=f"{ETSI}Svcstatus/unheard-of")))
    assert graph.value("serviceTypeUri") == "urn:x:type"
    assert graph.value("statusUri") == f"{ETSI}Svcstatus/unheard-of"
    assert not graph.values("status")


@pytest.mark.parametrize(
    ("subject", "noted"),
    [("CN=TSA 1,O=Aurora AB", True), ("GIVENNAME=X, CN=Y", False), ("OID.2.5.4.42=X,CN=Y", False)],
)
def test_subject_name_only_when_it_is_the_only_identity(subject: str, noted: bool) -> None:
    identity = f"<DigitalId><X509SubjectName>{subject}</X509SubjectName></DigitalId>"
    alone = read(trusted_list(service(identity=identity)))
    assert (subject in alone.note()) is noted
    beside = digital_id(certificate()) + identity
    assert subject not in read(trusted_list(service(identity=beside))).note()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"issued": "yesterday"}, "issue time cannot be read"),
        ({"issued": "2026-13-01T00:00:00Z"}, "issue time cannot be read"),
        ({"next_update": ""}, "No next update time"),
        ({"version": "9"}, "Format version '9'"),
    ],
)
def test_oddities_are_noted(changes: dict[str, object], said: str) -> None:
    graph = read(trusted_list(service(), **changes))  # type: ignore[arg-type]
    assert said in graph.note()
    assert len(graph.values("entry")) == 1


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
)
EXTERNAL = '<!-- c --><!DOCTYPE x SYSTEM "file:///etc/hostname">'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (trusted_list(prolog=BOMB), "DOCTYPE"),
        (trusted_list(prolog=EXTERNAL), "DOCTYPE"),
        (trusted_list(prolog="\ufeff<?xml version='1.0'?>\n" + BOMB[21:]), "DOCTYPE"),
        (trusted_list(service())[:-300], "not well-formed"),
        (trusted_list(service()).decode().encode("utf-16"), "not UTF-8"),
        (trusted_list().replace(b"Operator", b"\xe5"), "not well-formed"),
        (trusted_list("<x>" * 70 + "</x>" * 70), "levels deep"),
        (trusted_list("<x>" * 5000 + "</x>" * 5000), ""),
        (trusted_list("<x/>" * 2_000_000), "more than"),
        (b"<html><body>Not found</body></html>", "HTML page"),
        (b"<TrustServiceStatusList/>", "not a trusted list"),
        (b"", "is empty"),
    ],
)
def test_refused_lists_yield_a_status_and_nothing_else(data: bytes, said: str) -> None:
    graph = read(data)
    assert graph.problem() == "unreadable"
    assert said in graph.note()
    assert len(graph.triples) == 2


def test_text_is_fit_for_every_syntax() -> None:
    name = "Service one\u0085\ufdd0" + "x" * 5000
    graph = read(trusted_list(service()).replace(b"Service  one", name.encode()))
    title = graph.value("title")
    assert len(title) == 2000
    assert not set(title) & {"\u0085", "\ufdd0"}


@pytest.mark.parametrize(
    ("scheme", "known"),
    [
        ("tl-service-type", model.SERVICE_TYPES),
        ("tl-status", model.STATUSES),
        ("tl-additional", model.ADDITIONAL),
        ("tl-qualifier", model.QUALIFIERS),
    ],
)
def test_codes_are_those_of_the_codelists(scheme: str, known: frozenset[str]) -> None:
    with (CODELISTS / f"{scheme}.csv").open(encoding="utf-8", newline="") as stream:
        assert {row["code"] for row in csv.DictReader(stream)} == known
