"""Real certificates and trusted lists: nothing unexplained, nothing lost."""

from __future__ import annotations

import base64
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clausegraph.artefacts.x509 import parse
from clausegraph.artefacts.x509.chains import Hierarchy, best
from clausegraph.collect import Question, collect
from tests.collect.samples import Graph

FOLDER = Path(__file__).parents[3] / "shared" / "artefacts"
BASE = "https://w3id.org/clausegraph/id/test/"
QUESTION = Question(BASE, datetime(2026, 11, 23, tzinfo=UTC))
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the folder of real artefacts is absent"),
]


def names(part: str) -> list[str]:
    folder = FOLDER / part
    return sorted(f"{part}/{p.name}" for p in folder.iterdir()) if folder.is_dir() else []


def gather(*paths: str) -> Graph:
    return Graph(collect(FOLDER, paths, QUESTION))


def test_every_certificate_is_read() -> None:
    paths = names("certs")
    graph = gather(*paths)
    assert graph.values("status") == []
    assert len(graph.values("contains")) == len(paths) == 273
    for prop in ("issuerName", "serialNumber", "validFrom", "validThrough", "keyType", "isCa"):
        assert len(graph.values(prop)) == len(paths), prop
    notes = graph.values("parseNote")
    lenient = [note for note in notes if note.startswith("lenient parser used")]
    assert len(lenient) == 15
    assert not [note for note in notes if "cannot be read" in note and "1862.1.5" not in note]
    assert Counter(graph.values("qcType")) == {"eseal": 189, "web": 29, "esign": 6}


def test_every_real_certificate_is_issued_by_a_listed_ca() -> None:
    """The signature of each holds by the key of a certificate of a trusted list."""
    listed = {
        base64.b64decode(re.sub(rb"\s", b"", found))
        for path in names("tl")
        for found in re.findall(
            rb"<(?:\w+:)?X509Certificate>([^<]*)<", (FOLDER / path).read_bytes()
        )
    }
    real = [parse(p.read_bytes()) for p in sorted((FOLDER / "certs").glob("real_*"))]
    upper = [parse(der) for der in sorted(listed)]
    assert (len(real), len(upper)) == (241, 3000)
    hierarchy = Hierarchy.of([*real, *upper])
    assert all(hierarchy.issuers(cert) for cert in real)
    assert sum(not cert.strict for cert in upper) == 212
    unread = [note for cert in upper for note in cert.notes if "cannot be read" in note]
    assert unread == []
    at_issuance = Counter(
        best(hierarchy.paths(cert), cert.not_before)[1].state for cert in real if cert.not_before
    )
    assert at_issuance == {"open": 203, "sound": 35, "not-yet-valid": 2, "expired": 1}


def test_no_subject_with_a_personal_name_is_kept() -> None:
    subjects = gather(*names("certs")).values("subjectName")
    assert len(subjects) > 200
    assert not [s for s in subjects if re.search(r"(?:^|[,+])(?:SN|givenName|pseudonym)=|@", s)]


@pytest.mark.parametrize("path", names("tl"))
def test_every_service_and_history_entry_of_a_list_is_kept(path: str) -> None:
    graph = gather(path)
    text = (FOLDER / path).read_bytes()
    services = len(re.findall(rb"<(?:\w+:)?TSPService[ >]", text))
    history = len(re.findall(rb"<(?:\w+:)?ServiceHistoryInstance[ >]", text))
    assert (len(graph.values("entry")), len(graph.values("history"))) == (services, history)
    states = graph.values("status")
    assert len(states) == services + history
    assert all(state.startswith("tl-status/") for state in states)
    assert not graph.values("serviceTypeUri") + graph.values("statusUri")
    # Alone in its pack a list has nobody who announces its signer.
    state = "failed" if "negative" in path else "not-verified"
    assert graph.value("signatureState") == f"signature-state/{state}"
    version = re.search(r"_seq(\d+)_v(\d)_(\d{4}-\d\d-\d\d)", path)
    assert version is not None
    assert (graph.value("version"), graph.value("formatVersion")) == version.group(1, 2)
    assert graph.value("spatial") == path[6:8]
    # Where a service has an identity, each entry of its history has one too.
    anonymous = _without_identity(graph)
    parents = {entry.partition("-history-")[0] for entry in anonymous}
    assert parents <= anonymous


def _without_identity(graph: Graph) -> set[str]:
    identified = {
        t.subject.value
        for t in graph.triples
        if t.predicate.value.endswith(("#digitalIdentity", "#subjectKeyIdentifier"))
    }
    entries = {t.subject.value for t in graph.triples if t.predicate.value.endswith("#onList")}
    return entries - identified


def test_statuses_over_all_lists() -> None:
    states = Counter(gather(*names("tl")).values("status"))
    assert states["tl-status/granted"] == 2899
    assert states["tl-status/withdrawn"] == 1261
    assert states["tl-status/undersupervision"] == 885
    assert sum(states.values()) == 6383


@pytest.mark.parametrize("path", names("lotl"))
def test_lists_of_lists(path: str) -> None:
    graph = gather(path)
    assert graph.value("spatial") == "EU"
    assert not graph.values("entry")
    assert "list of trusted lists" in graph.note()


def test_status_answers_are_recognised() -> None:
    assert set(gather(*names("crl")).values("mediaType")) == {"application/pkix-crl"}
    assert set(gather(*names("ocsp")).values("mediaType")) == {"application/ocsp-response"}


def test_every_crl_is_read() -> None:
    graph = gather(*names("crl"))
    assert graph.values("status") == []
    assert len(graph.values("count")) == 25
    assert sum(map(int, graph.values("count"))) == 27_514
    assert Counter(graph.values("expiredCertsOnCrl")) == {"false": 14, "true": 11}
    # Without certificates of CAs nothing is verified, and nothing is silently fine.
    assert Counter(graph.values("signatureState")) == {"signature-state/not-verified": 25}
    notes = graph.values("parseNote")
    assert len(notes) == 2
    assert all("UTCTime 201210160200Z in place of GeneralizedTime" in note for note in notes)


def test_every_ocsp_response_is_read() -> None:
    graph = gather(*names("ocsp"))
    assert graph.values("status") == []
    assert len(graph.values("issued")) == 97
    assert sum(map(int, graph.values("count"))) == 99
    assert len(graph.values("archiveCutoff")) == 47
    notes = graph.values("parseNote")
    assert len([n for n in notes if n.startswith("lenient reading used")]) == 3
    assert len([n for n in notes if "fractions of a second" in n]) == 2
    assert len([n for n in notes if "no date: '-0011129230216Z'" in n]) == 1
    assert len([n for n in notes if n.startswith("the archive cutoff stands once")]) == 17


def test_revocation_information_against_the_listed_cas() -> None:
    """With all lists at hand: by what right each signer speaks, and who had none.

    The ten that fail are responders of one provider: another of its CAs issued their certificates,
    and no list, the unverified list of that country included, names them as responders.
    """
    authorities = _authorities_with_all_lists()
    assert authorities["crl"] == {"issuer": 20, "not-verified": 5}
    assert authorities["ocsp"] == {
        "delegated": 68, "listed": 10, "failed": 10, "not-verified": 9,
    }  # fmt: skip


def _authorities_with_all_lists() -> dict[str, Counter[str]]:
    from clausegraph.artefacts.revocation import read_crl, read_ocsp
    from clausegraph.artefacts.revocation.trust import judge_list, judge_response
    from clausegraph.artefacts.text import UnreadableError
    from clausegraph.artefacts.trusted_lists.anchors import with_own
    from clausegraph.artefacts.trusted_lists.lotl import assess
    from clausegraph.artefacts.trusted_lists.parse import parse_list
    from clausegraph.artefacts.trusted_lists.registry import Registry, Source
    from clausegraph.artefacts.trusted_lists.status_services import StatusServices

    files = {path: (FOLDER / path).read_bytes() for path in (*names("tl"), *names("lotl"))}
    states = assess(files, with_own(()))
    lists = {path: parse_list(files[path]) for path in names("tl")}
    at_hand = {}
    for content in lists.values():
        for _, service in content.services():
            for der in {c.der for p in service.periods for c in p.identity.certificates}:
                if der not in at_hand:
                    try:
                        at_hand[der] = parse(der)
                    except UnreadableError:
                        continue
    known = list(at_hand.values())
    registry = Registry(Source(path, each, states[path].state) for path, each in lists.items())
    listed = StatusServices(registry)
    crls = [judge_list(read_crl((FOLDER / p).read_bytes()), known, listed) for p in names("crl")]
    responses = [
        judge_response(read_ocsp((FOLDER / p).read_bytes()), known, listed) for p in names("ocsp")
    ]
    return {
        "crl": Counter(each.authority or each.state for each in crls),
        "ocsp": Counter(each.authority or each.state for each in responses),
    }


def test_conclusions_on_certificates_of_one_country() -> None:
    certificates = [path for path in names("certs") if "/real_BG_" in path]
    lists = [p for p in names("tl") if "_BG_" in p] + [p for p in names("lotl") if "seq38" in p]
    graph = gather(*certificates, *lists)
    results = Counter(v for v in graph.values("concludes") if v.startswith("conclusion-result/"))
    assert sum(results.values()) == 2 * len(certificates)
    assert results["conclusion-result/qualified"] == 27
    assert not results["conclusion-result/undetermined"]
    newest = next(path for path in lists if "_BG_seq64_" in path)
    rests_on = {t.object for t in graph.triples if t.predicate.value.endswith("#onList")}
    assert any(f"{newest}#list" in str(node) for node in rests_on)
    changes = [v for v in graph.values("type") if v.startswith("list-change/")]
    assert changes.count("list-change/status") > 0
