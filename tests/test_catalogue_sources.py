"""Every row of every table of facts is found in the catalogue graph, column by column.

The expectation is written down here without the generator: a row is the set of its values on one
node that is looked up by what it says, never by an IRI that the generator computes.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clausegraph.store import Dataset

from .conftest import ROOT, SHARED

DATA = ROOT / "data"
HOME = "https://w3id.org/clausegraph/catalogue/"
EDITIONS = {
    "EN 319 401": "en-319-401/3.2.1",
    "EN 319 411-1": "en-319-411-1/1.5.1",
    "EN 319 411-2": "en-319-411-2/2.6.1",
}
FOLDERS = {"catalogue": "", "legal": "law_"}

Row = dict[str, str]
Node = dict[str, set[str]]
Fact = tuple[str, Node]  # class and what its node says
MANY = "*"  # behind a property: the node may say more than this row


def table(name: str) -> list[Row]:
    with (DATA / "catalogue" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def nodes(catalogue: Dataset) -> dict[str, list[Node]]:
    """Class → its nodes, each as property → values; names are cut to the part that differs."""
    found: dict[str, Node] = defaultdict(lambda: defaultdict(set))
    for triple in catalogue.triples("catalogue"):
        name = re.split(r"[#/]", triple.predicate.value)[-1]
        value = triple.object.value.removeprefix(HOME)  # type: ignore[union-attr]
        found[str(triple.subject)][name].add(value)
    by_class: dict[str, list[Node]] = defaultdict(list)
    for subject, node in found.items():
        node["iri"] = {subject[1:-1].removeprefix(HOME)}
        for kind in node["type"]:
            by_class[re.split(r"[#/]", kind)[-1]].append(node)
    return by_class


def some(value: str) -> set[str]:
    return {value} if value else set()


def listed(value: str, prefix: str = "") -> set[str]:
    return {prefix + part for part in value.split("|") if part}


def place(standard: str, number: str) -> str:
    clause = number[0].isdigit() or number.startswith("Annex") or number[1] == "."
    return f"{EDITIONS[standard]}/{'clause/' if clause else ''}{number.replace(' ', '-')}"


def document(name: str) -> str:
    short = re.sub(r"^(ETSI|IETF) ", "", name).lower()
    return "document/" + re.sub(r"[^a-z0-9.+]+", "-", short).strip("-")


def requirements() -> Iterator[Fact]:
    conditions = {row["text"]: row for row in table("conditions")}
    for row in table("requirements"):
        reading = conditions.get(row["condition"], {"kind": "", "code": ""})
        told = reading["kind"] == "reading"
        yield (
            "Requirement",
            {
                "iri": {place(row["standard"], row["id"])},
                "identifier": {row["id"]},
                "isPartOf": {EDITIONS[row["standard"]]},
                "clause": {place(row["standard"], row["clause"])},
                "modality": {"modality/" + row["modality"].replace(" ", "-")},
                "appliesTo": listed(row["applies_to"], "policy/"),
                "excepts": listed(row["except_policies"], "policy/"),
                "conditional": {row["conditional"]},
                "choice": {row["choice"]},
                "scopeNote": some(row["condition"] if told else ""),
                "condition": some(
                    "" if told or not reading["code"] else f"condition/{reading['code']}"
                ),
                "audience": some(row["actor"]),
                "evidenceKind": listed(row["evidence"], "evidence-kind/"),
                "limit": some(row["limit"]),
                "legalNote": listed(row["eidas"], "eIDAS "),
                "abstract": some(row["summary"]),
            },
        )
        assert row["edition"] == "V" + EDITIONS[row["standard"]].rpartition("/")[2]


def conditions() -> Iterator[Fact]:
    for row in table("conditions"):
        if row["kind"] != "reading":
            text = row["text"]
            defined = text[0].upper() + text[1:] + "."
            yield "Condition", {"notation": {row["code"]}, "text*": {text, defined}}


def references() -> Iterator[Fact]:
    for row in table("references"):
        target = row["target"]
        to = {
            "policy": "policy/" + target,
            "document": document(row["target_document"]),
            "external": document(row["target_document"]),
        }.get(row["target_kind"])
        if to is None and row["resolves"] == "yes":
            to = place(row["target_document"], target)
        yield (
            "Reference",
            {
                "from": {place(row["standard"], row["id"])},
                "relation": {"relation/" + row["relation"]},
                "citedIdentifier": {f"{row['target_document']} {target}".strip()},
                "to": some(to or ""),
                "resolves": {"yes": {"true"}, "no": {"false"}, "": set()}[row["resolves"]],
            },
        )


def bridges() -> Iterator[Fact]:
    for row in table("edition_bridges"):
        yield (
            "EditionBridge",
            {
                "from": {place(row["standard"], row["citing"])},
                "citedIdentifier": {f"{row['cited_standard']} {row['cited']}"},
                "readAs": {place(row["cited_standard"], i) for i in row["read_as"].split("|")},
                "confidence": {row["confidence"]},
                "because": {row["reason"]},
            },
        )


def clauses() -> Iterator[Fact]:
    for row in table("clauses"):
        here = place(row["standard"], row["clause"])
        yield (
            "Clause",
            {
                "iri": {here},
                "isPartOf": {EDITIONS[row["standard"]]},
                "identifier": {row["clause"]},
                "title": some(row["title"]),
                "note": some(row["note"]),
            },
        )
        if row["incorporates"]:
            standard, _, number = row["incorporates"].partition("#")
            yield (
                "Reference",
                {
                    "from": {here},
                    "relation": {"relation/incorporates"},
                    "to": {place(standard, number)},
                },
            )


def policies() -> Iterator[Fact]:
    types = {"natural person": "natural-person", "legal person": "legal-person",
             "website": "website"}  # fmt: skip
    for row in table("policies"):
        kind = types.get(row["subject"])
        yield (
            "CertificatePolicy",
            {
                "notation": {row["policy"]},
                "policyOid": {row["oid"]},
                "isPartOf": {EDITIONS[row["standard"]]},
                "clause": {place(row["standard"], row["clause"])},
                "subjectType": some(f"subject-type/{kind}" if kind else ""),
                "note": some("" if kind else f"subject: {row['subject']}"),
                "secureDeviceRequired": some(row["qscd"]),
                "abstract": {row["summary"]},
            },
        )
    for row in table("policy_inheritance"):
        via = row["via_requirement"]
        yield (
            "Reference",
            {
                "from": {"policy/" + row["policy"]},
                "relation": {"relation/includes-policy"},
                "to": {"policy/" + row["includes_policy"]},
                "description": some(row["condition"]),
                "byRequirement": some(place("EN 319 411-2", via) if via else ""),
            },
        )
        assert row["includes_standard"] in EDITIONS


ACTS = {"eIDAS": "eidas", "NIS2": "nis2", "DORA": "dora", "GDPR": "gdpr"}


def mappings() -> Iterator[Fact]:
    known = {(r["standard"], r["id"]) for r in table("requirements")}
    known |= {(r["standard"], r["clause"]) for r in table("clauses")}
    bridged = {
        (b["standard"], b["citing"], b["cited_standard"], b["cited"])
        for b in table("edition_bridges")
    }
    for row in table("mappings"):
        name, _, number = row["provision"].partition("#")
        act, _, text = row["legal_provision"].partition("#")
        citing, _, rest = row["source"].partition(" V")
        annex = rest.partition(" ")[2]
        stays = (name, number) not in known or (citing, annex, name, number) in bridged
        home = ACTS.get(act) or "cir-" + act.removeprefix("CIR (EU) ").replace("/", "-")
        text = re.sub(r"^(Articles?|Art) ", "", text)
        if re.fullmatch(r"\d+(\.\d+)+", text):
            text = "Annex " + text
        local = re.sub(r"[ (]+", "-", text.replace(")", "")).lower()
        local = local if local.startswith(("annex", "section")) else "art-" + local
        yield (
            "Reference",
            {
                "relation": {"relation/maps-to-law"},
                "source": {row["source"]},
                "from": {place(citing, annex) if stays else place(name, number)},
                "citedIdentifier": some(row["provision"].replace("#", " ") if stays else ""),
                "resolves": {str((name, number) in known).lower()},
                "to": {f"law/{home}/{local}"},
                "note": some(row["note"]),
            },
        )


def lists() -> Iterator[Fact]:
    for row in table("terms"):
        yield (
            "Concept",
            {
                "inScheme": {"glossary"},
                "prefLabel": {row["term"]},
                "definition": {row["definition"]},
                "source": {place("EN 319 411-1", row["clause"])},
            },
        )
    for row in table("pds_sections"):
        yield (
            "DisclosureSection",
            {
                "order": {row["order"]},
                "title": {row["title"]},
                "clause": {place("EN 319 411-1", row["clause"])},
                "abstract": {row["summary"]},
            },
        )
    for row in table("documents_411-1"):
        if not row["document"]:
            note = f"reference {row['number']} is {row['title'].lower()}"
            yield "Edition", {"iri": {EDITIONS["EN 319 411-1"]}, "note*": {note}}
            continue
        yield (
            "ReferencedDocument",
            {
                "iri": {document(row["document"])},
                "identifier": {row["document"]},
                "title": {row["title"]},
                "bibliographicCitation": {f"EN 319 411-1 {row['number']}"},
                "normative": {row["normative"]},
            },
        )


def acts() -> Iterator[Fact]:
    for row in (*table("law_acts"), *table("law_acts_cited")):
        same = {"title": some(row["title"]), "note": some(row["note"])}
        same["confidence"] = {row["confidence"]}
        if row["kind"] != "standard":
            yield (
                "LegalResource",
                {
                    "iri": {"act/" + row["id"]},
                    "identifier": {row["id"]},
                    "type": {"http://data.europa.eu/eli/ontology#LegalResource", row["kind"]},
                    "celex": some(row["celex"]),
                    "issued": some(row["date"]),
                    "appliesFrom": some(row["applies_from"]),
                    "implements": some(row["implements"]),
                    **same,
                },
            )
            continue
        _, _, rest = row["id"].partition("-")
        name, _, version = rest.partition("@")
        ours = [e for e in EDITIONS.values() if e == f"{name}/{version[1:]}"]
        if ours:
            # The title stands with the standard, whatever its edition.
            yield "Standard", {"iri": {name}, "title": {row["title"]}}
            note = {"note*": some(row["note"])}
            yield "Edition", {"iri": set(ours), "issued": {row["date"]}, **note}
            continue
        assert {row["celex"], row["applies_from"], row["implements"]} == {""}
        yield (
            "ReferencedDocument",
            {
                "isVersionOf": {f"document/{name}"},
                "version": {version.upper()},
                "issued": {row["date"]},
                **same,
            },
        )


def law() -> Iterator[Fact]:
    for row in table("law_cited_standards"):
        yield (
            "Reference",
            {
                "relation": {"relation/pins"},
                "from": {"act/" + row["act"]},
                "citedIdentifier": {row["document"]},
                "version": {row["version"]},
                "note": {row["role"]},
            },
        )
    for row in table("law_adaptations"):
        yield (
            "Reference",
            {
                "relation": {"relation/adapts"},
                "from": {"act/eu-reg_impl-" + row["act"].partition(") ")[2].replace("/", "-")},
                "citedIdentifier": {f"{row['standard']} {row['identifier']}"},
                "description": {row["adaptation"]},
            },
        )
    for row in table("law_deadlines"):
        assert re.fullmatch(r"(P[\dYMDTHS]+)?", row["duration"])
        yield (
            "Deadline",
            {
                "identifier": {row["id"]},
                "description": {row["trigger"]},
                "audience": {row["addressee"]},
                "duration": some(row["duration"]),
                "countedFrom": some(row["counted_from"]),
                "direction": {row["direction"]},
                "dayType": some(row["day_type"]),
                "legalBasisText": {row["legal_basis"]},
                "note": some(row["note"]),
                "confidence": {row["confidence"]},
            },
        )
    for row in table("law_significance"):
        plain = re.fullmatch(r"[\d.]+|True|False|", row["value"])
        yield (
            "SignificanceCriterion",
            {
                "identifier": {row["id"]},
                "legalBasis": {
                    "law/cir-2024-2690/art-" + re.sub(r"\)?\(", "-", row["article"])[:-1]
                },
                "label": {row["metric"]},
                "operator": {row["operator"]},
                "threshold" if plain else "thresholdText": some(
                    row["value"].lower() if plain else row["value"]
                ),
                "unit": some(row["unit"]),
                "description": {row["summary"]},
                "confidence": {row["confidence"]},
            },
        )


FACTS: tuple[Callable[[], Iterator[Fact]], ...] = (
    requirements, conditions, references, bridges, clauses, policies, mappings, lists, acts, law,
)  # fmt: skip


def says(node: Node, fact: Node) -> bool:
    if "text*" in fact and not fact["text*"] & (node["definition"] | node["altLabel"]):
        return False
    return all(
        fact[name] <= node[name.rstrip(MANY)] if name.endswith(MANY) else node[name] == fact[name]
        for name in fact
        if name != "text*"
    )


@pytest.mark.parametrize("facts", FACTS, ids=lambda f: f.__name__)
def test_every_row_is_one_node(
    facts: Callable[[], Iterator[Fact]], nodes: dict[str, list[Node]]
) -> None:
    index: dict[tuple[str, str, str], list[Node]] = defaultdict(list)
    keys = ("iri", "notation", "identifier", "citedIdentifier", "prefLabel", "note", "to", "from",
            "title", "isVersionOf")  # fmt: skip
    for kind, members in nodes.items():
        for node in members:
            for key in keys:
                for value in node[key]:
                    index[kind, key, value].append(node)
    missing = []
    total = 0
    for kind, fact in facts():
        total += 1
        key = next(k for k in keys if fact.get(k))
        (value, *_) = fact[key]
        found = [node for node in index[kind, key, value] if says(node, fact)]
        if len(found) != 1:
            missing.append((kind, fact, len(found)))
    assert total > 20
    assert missing == []


def test_no_table_is_left_out() -> None:
    here = {path.stem for path in (DATA / "catalogue").glob("*.csv")}
    own = {"condition_facts", "law_provisions", "policy_tags"}  # of ours, not among the shared
    read = set(re.findall(r'table\("([\w-]+)"\)', Path(__file__).read_text(encoding="utf-8")))
    assert here - own == read - own


@pytest.mark.shared
@pytest.mark.parametrize("folder", FOLDERS)
def test_tables_are_the_shared_ones(folder: str) -> None:
    for path in sorted((SHARED / folder).glob("*.csv")):
        ours = DATA / "catalogue" / f"{FOLDERS[folder]}{path.name}"
        assert ours.read_bytes() == path.read_bytes(), path.name


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
