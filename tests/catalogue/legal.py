"""What each row of the tables about law says: class, and property → values of its node."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.catalogue.tables import (
    EDITIONS,
    Fact,
    place,
    some,
    table,
)

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
