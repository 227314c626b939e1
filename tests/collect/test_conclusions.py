"""Facts that need lists and certificates together: entries shown, conclusions, changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pyoxigraph import NamedNode

from clausegraph.artefacts.trusted_lists.lotl import TrustState
from clausegraph.artefacts.x509 import Certificate, parse
from clausegraph.collect import conclusions, list_changes, list_entries, trusted_lists
from clausegraph.collect.gathered import Gathered
from clausegraph.collect.question import Question
from tests.artefacts.trusted_lists.making import NOW, ca, leaf, listed
from tests.collect.samples import Graph, digital_id, trusted_list

BASE = "https://w3id.org/clausegraph/id/test/"
QUESTION = Question(BASE, NOW)
LIST = f"{BASE}artefacts/list.xml"


def gather(
    *lists: bytes, certificates: Sequence[Certificate] = (), state: str = ""
) -> tuple[Gathered, list[object]]:
    gathered = Gathered()
    triples: list[object] = []
    for number, data in enumerate(lists):
        artefact = NamedNode(LIST if not number else f"{BASE}artefacts/list-{number}.xml")
        triples += trusted_lists.facts(data, artefact, gathered)
        if state:
            gathered.trust[artefact.value] = TrustState(state)  # type: ignore[arg-type]
    for certificate in certificates:
        gathered.certificates[certificate.sha256] = certificate
    return gathered, triples


def concluded(gathered: Gathered) -> Graph:
    return Graph(conclusions.facts(gathered, QUESTION))


def test_a_conclusion_at_issuance_and_at_the_as_of_time_with_three_legs() -> None:
    past = listed(block="ServiceHistoryInstance", since="2018-01-01T00:00:00Z")
    services = listed(status="withdrawn", since="2025-01-01T00:00:00Z", history=past)
    certificate = leaf("eseal", device=True)
    gathered, _ = gather(trusted_list(services), certificates=[certificate], state="verified")
    graph = concluded(gathered)
    node = f"{BASE}conclusion/{certificate.sha256[:32]}/"
    results = {
        t.subject.value.removeprefix(node): str(t.object.value).rsplit("/", 1)[-1]  # type: ignore[union-attr]
        for t in graph.triples
        if t.predicate.value.endswith("#concludes")
    }
    assert results == {
        "issuance": "qualified",
        "issuance/service": "holds",
        "issuance/certificate": "holds",
        "issuance/override": "not-applicable",
        "as-of": "not-qualified",
        "as-of/service": "fails",
        "as-of/certificate": "holds",
        "as-of/override": "not-applicable",
    }
    assert set(graph.values("basedOn")) == {
        "entry-1-1-history-1",
        "entry-1-1",
    }
    assert set(graph.values("onList")) == {"list"}


def test_what_was_not_in_force_or_not_known_is_noted() -> None:
    gathered, _ = gather(trusted_list(listed()), certificates=[leaf("eseal")], state="verified")
    graph = concluded(gathered)
    assert graph.values("currency") == ["currency/current"] * 2
    assert graph.values("note") == []
    for year, state, words in (
        (2025, "current", "The list SE 42 was issued after the as-of time."),
        (2027, "expired", "Certificate not in force: it expired on 2026-09-27."),
    ):
        gathered.registry = None
        question = Question(BASE, datetime(year, 1, 1, tzinfo=UTC))
        graph = Graph(conclusions.facts(gathered, question))
        results = [v for v in graph.values("concludes") if "conclusion-result" in v]
        assert results == ["conclusion-result/qualified"] * 2
        assert graph.values("currency") == ["currency/current", f"currency/{state}"]
        assert words in graph.values("note")


def test_nothing_positive_rests_on_a_failed_signature() -> None:
    gathered, _ = gather(trusted_list(listed()), certificates=[leaf("eseal")], state="failed")
    results = [v for v in concluded(gathered).values("concludes") if "conclusion-result" in v]
    assert results == ["conclusion-result/undetermined"] * 2


def test_without_lists_or_certificates_nothing_is_concluded() -> None:
    assert not concluded(gather(certificates=[leaf("eseal")])[0]).triples
    assert not concluded(gather(trusted_list(listed()))[0]).triples


def test_of_a_large_list_only_providers_of_the_pack_are_shown() -> None:
    stranger = listed(identity=digital_id(ca("Stranger")))
    data = trusted_list(*[stranger] * list_entries.LARGE)
    gathered, head = gather(data, certificates=[leaf("eseal")])
    graph = Graph([*head, *list_entries.facts(gathered, QUESTION)])  # type: ignore[list-item]
    assert graph.values("entry") == []
    assert graph.value("count") == str(list_entries.LARGE)
    assert "services of other providers" in graph.note()
    declared = Question(BASE, NOW, identities=(parse(ca("Stranger")).sha256,))
    again, _ = gather(data, certificates=[leaf("eseal")])
    assert len(Graph(list_entries.facts(again, declared)).values("entry")) == list_entries.LARGE
    alone, _ = gather(data)
    assert len(Graph(list_entries.facts(alone, QUESTION)).values("entry")) == list_entries.LARGE


def test_changes_between_two_lists_of_one_country() -> None:
    older = trusted_list(listed())
    newer = trusted_list(listed(status="withdrawn", since="2026-05-01T00:00:00Z")).replace(
        b"<TSLSequenceNumber>42<", b"<TSLSequenceNumber>43<"
    )
    for lists in ([older, newer], [newer, older]):
        gathered, _ = gather(*lists, certificates=[leaf("eseal")])
        graph = Graph(list_changes.facts(gathered, QUESTION))
        assert graph.values("because") == [
            "granted since 2016-06-30T22:00:00Z → withdrawn since 2026-05-01T00:00:00Z"
        ]
        assert "list-change/status" in graph.values("type")
    gathered, _ = gather(older, older, certificates=[leaf("eseal")])
    assert not Graph(list_changes.facts(gathered, QUESTION)).triples
