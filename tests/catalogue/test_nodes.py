"""What the nodes of the catalogue graph keep together: groups, annexes, bridges, bases."""

from __future__ import annotations

import csv

from tests.catalogue.tables import DATA, Node


def test_triggers_stand_in_their_group(nodes: dict[str, list[Node]]) -> None:
    with (DATA / "codelists" / "trigger.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["code"]: f"trigger-group/{row['broader']}" for row in csv.DictReader(stream)}
    groups = {
        next(iter(node["notation"])): next(iter(node["broader"]), "")
        for node in nodes["Concept"]
        if node["inScheme"] == {"trigger"}
    }
    assert groups == rows
    assert {node["iri"].copy().pop() for node in nodes["Concept"]} >= set(groups.values())


def test_annex_tables_keep_their_own_numbers(nodes: dict[str, list[Node]]) -> None:
    """A table of EN 319 411-2 stays one, also where it cites EN 319 401."""
    cited = [n for n in nodes["Reference"] if n["citedIdentifier"] == {"EN 319 401 REQ-7.4-10"}]
    annexes = {next(iter(n["from"])) for n in cited if "relation/maps-to-law" in n["relation"]}
    assert annexes == {"en-319-411-2/2.6.1/clause/Annex-A"}


def test_bridges_join_only_their_own_citing_place(nodes: dict[str, list[Node]]) -> None:
    """A bridge for Annex A of EN 319 411-2 leaves Annex A of EN 319 401 (DORA) as it is."""
    by_iri = {iri: node for node in nodes["Reference"] for iri in node["iri"]}
    pairs = 0
    for bridge in nodes["EditionBridge"]:
        for reference in (by_iri[iri] for iri in bridge["bridges"]):
            assert reference["from"] == bridge["from"]
            assert reference["citedIdentifier"] == bridge["citedIdentifier"]
            pairs += 1
    assert pairs == 30
    dora = [n for n in nodes["Reference"] if n["to"] == {"law/dora/art-30-2-c"}]
    assert "en-319-401/3.2.1/REQ-7.3.2-02" in {f for n in dora for f in n["from"]}


def test_every_deadline_has_its_basis_as_a_node(nodes: dict[str, list[Node]]) -> None:
    bases = {next(iter(n["identifier"])): n["legalBasis"] for n in nodes["Deadline"]}
    assert [name for name, basis in bases.items() if not basis] == []
    assert bases["change-1m"] == {"law/eidas/art-24-2-a", "law/cir-2025-2530/art-1"}
    assert bases["training-12m"] == {"law/cir-2025-1943/annex-i", "law/cir-2025-1943/annex-ii"}
    # No provision is named: the act itself, never a guess.
    assert bases["vulnscan-3m"] == {"act/eu-reg_impl-2025-1943"}
    everything = {iri for members in nodes.values() for node in members for iri in node["iri"]}
    assert set().union(*bases.values()) <= everything


def test_no_document_without_a_name(nodes: dict[str, list[Node]]) -> None:
    for node in nodes["ReferencedDocument"]:
        assert all(node["identifier"]), node["iri"]
        assert node["label"]
        assert node["iri"] != {"document/"}


def test_adaptations_lead_to_every_requirement_that_they_name(
    nodes: dict[str, list[Node]],
) -> None:
    targets = {
        next(iter(n["citedIdentifier"])).split(" V2.6.1 ")[-1]: n["to"]
        for n in nodes["Reference"]
        if n["relation"] == {"relation/adapts"}
    }
    home = "en-319-411-2/2.6.1/"
    both = next(to for cited, to in targets.items() if cited.startswith("REG-6.2.2-02"))
    assert both == {home + "REG-6.2.2-02", home + "REG-6.2.2-03"}
    assert targets["GEN-6.3.3-02 (Annex I)"] == {home + "GEN-6.3.3-02"}
    assert targets["GEN-6.3.3-03 (Annex I) / -02 (Annex II)"] == {home + "GEN-6.3.3-02"}
    assert targets["OVR-6.4.4-02, -03"] == set()


def test_no_text_is_empty(nodes: dict[str, list[Node]]) -> None:
    empty = {p for members in nodes.values() for n in members for p in n if "" in n[p]}
    assert empty == set()
