"""What each row of the tables about the standards says: class, and property → values of its node."""

from __future__ import annotations

from collections.abc import Iterator

from tests.catalogue.tables import (
    EDITIONS,
    Fact,
    document,
    listed,
    place,
    some,
    table,
)


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
