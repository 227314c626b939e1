"""Facts of the CA hierarchy of a pack."""

from __future__ import annotations

from datetime import UTC, datetime

from clausegraph.artefacts.x509 import Certificate
from clausegraph.collect.chains import facts
from clausegraph.collect.gathered import Gathered
from clausegraph.collect.question import Question
from tests.artefacts.pki import Ca, issue
from tests.collect.samples import Graph

BASE = "https://w3id.org/clausegraph/id/test/"
ROOT, MIDDLE, PERSON = Ca("Root", "r"), Ca("Middle", "m"), Ca("Given Family", "p")


def read(*certs: Certificate, year: int = 2026) -> Graph:
    gathered = Gathered(certificates={cert.sha256: cert for cert in certs})
    return Graph(facts(gathered, Question(BASE, datetime(year, 11, 23, tzinfo=UTC))))


def test_edges_and_checks_of_a_chain() -> None:
    root, middle = issue(ROOT, ROOT), issue(ROOT, MIDDLE)
    end = issue(MIDDLE, PERSON, (2026, 2028), ca=False)
    graph = read(end, middle, root)
    assert graph.values("issuedByCertificate", end.sha256) == [f"certificate/{middle.sha256}"]
    assert graph.values("issuedByCertificate", middle.sha256) == [f"certificate/{root.sha256}"]
    assert sorted(graph.values("selfSigned")) == ["false", "false", "true"]
    assert set(graph.values("chainState")) == {"chain-state/sound"}
    assert len(graph.values("chainState")) == 6
    assert set(graph.values("topCertificate")) == {f"certificate/{root.sha256}"}
    assert "Family" not in " ".join(map(str, graph.triples))


def test_issuance_and_now_differ() -> None:
    root, end = issue(ROOT, ROOT, (2020, 2027)), issue(ROOT, PERSON, (2026, 2028), ca=False)
    graph = read(root, end, year=2029)
    states = {
        t.subject.value.removeprefix(f"{BASE}chain/{end.sha256[:32]}/"): t.object.value
        for t in graph.triples
        if t.predicate.value.endswith("chainState") and end.sha256[:32] in t.subject.value
    }
    assert states["issuance"].endswith("/sound")
    assert states["as-of"].endswith("/expired")
    assert "expired on 2027-01-01" in graph.note()


def test_a_time_without_place_in_the_calendar_is_left_out() -> None:
    cert = issue(ROOT, ROOT)
    cert.not_before = None
    graph = read(cert)
    assert graph.values("moment") == ["conclusion-moment/as-of"]
    assert graph.value("chainState") == "chain-state/untold"


def test_order_of_files_changes_nothing() -> None:
    certs = issue(ROOT, ROOT), issue(ROOT, MIDDLE)
    assert set(read(*certs).triples) == set(read(*reversed(certs)).triples)
