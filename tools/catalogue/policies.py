"""Certificate policies, which policy includes which, and conditions.

Input: ``policies.csv``, ``policy_inheritance.csv``, ``policy_tags.csv``, ``conditions.csv``,
``condition_facts.csv``.
Output: one graph.
"""

from __future__ import annotations

from itertools import groupby

from tools.catalogue import facts, iris
from tools.catalogue.sources import Row, Sources
from tools.catalogue.turtle import Graph, english, plain, ref

KINDS = ("marked", "implied", "reading")
SUBJECTS = {
    "natural person": "natural-person",
    "legal person": "legal-person",
    "website": "website",
}
TAGS = {"WEB": "EN 319 411-1"}


def policies_graph(sources: Sources) -> Graph:
    """The graph of policies and conditions."""
    graph = Graph(
        "policies",
        "Certificate policies and conditions",
        "Certificate policies with their inclusions, and the conditions of requirements.",
    )
    _scheme(graph, "policy", "Certificate policies", "Certificate policies and policy tags.")
    _scheme(graph, "condition", "Conditions", "Circumstances on which requirements depend.")
    for row in sources["policies"]:
        _policy(graph, row)
    for tag, standard in TAGS.items():
        graph.node(
            iris.code("policy", tag),
            ["cg:CertificatePolicy"],
            {
                "skos:notation": plain(tag),
                "skos:inScheme": ref(iris.CATALOGUE + "policy"),
                "rdfs:label": english(f"{tag} tag"),
                "dcterms:isPartOf": ref(iris.edition(standard)),
                "dcterms:abstract": english(
                    "Tag of requirements for website certificates, carried by several policies."
                ),
                "cg:note": english("a tag, with no OID of its own"),
                "rdfs:isDefinedBy": ref(graph.iri),
            },
        )
    _inclusions(graph, sources)
    _conditions(graph, sources["conditions"])
    facts.add_facts(graph, sources)
    return graph


def _scheme(graph: Graph, name: str, label: str, definition: str) -> None:
    graph.node(
        iris.CATALOGUE + name,
        ["skos:ConceptScheme"],
        {
            "rdfs:label": english(label),
            "skos:definition": english(definition),
            "rdfs:isDefinedBy": ref(graph.iri),
        },
    )


def _policy(graph: Graph, row: Row) -> None:
    subject = SUBJECTS.get(row["subject"])
    graph.node(
        iris.code("policy", row["policy"]),
        ["cg:CertificatePolicy"],
        {
            "skos:notation": plain(row["policy"]),
            "skos:inScheme": ref(iris.CATALOGUE + "policy"),
            "rdfs:label": english(row["policy"]),
            "cg:policyOid": plain(row["oid"]),
            "dcterms:isPartOf": ref(iris.edition(row["standard"])),
            "cg:clause": ref(iris.clause(row["standard"], row["clause"])),
            "cg:subjectType": ref(iris.code("subject-type", subject)) if subject else None,
            "cg:note": None if subject else english(f"subject: {row['subject']}"),
            "cg:secureDeviceRequired": row["qscd"],
            "dcterms:abstract": english(row["summary"]),
            "rdfs:isDefinedBy": ref(graph.iri),
        },
    )


def _inclusions(graph: Graph, sources: Sources) -> None:
    conditions = {row["text"]: row for row in sources["conditions"]}
    for row in sources["inheritance"]:
        key = (row["policy"], row["includes_policy"])
        iri = iris.hashed("reference", "policy_inheritance", *key)
        reading = conditions[row["condition"]] if row["condition"] else None
        real = reading is not None and reading["kind"] != "reading"
        via = row["via_requirement"]
        graph.node(
            iri,
            ["cg:Reference"],
            {
                "cg:from": ref(iris.code("policy", row["policy"])),
                "cg:relation": ref(iris.code("relation", "includes-policy")),
                "cg:to": ref(iris.code("policy", row["includes_policy"])),
                "cg:resolves": "true",
                # only EN 319 411-2 names the requirement that makes a policy include another
                "cg:byRequirement": ref(iris.requirement("EN 319 411-2", via)) if via else None,
                "cg:condition": ref(iris.code("condition", reading["code"]))
                if reading and real
                else None,
                "dcterms:description": row["condition"] and english(row["condition"]),
            },
        )
    for row in sources["policy_tags"]:
        graph.node(
            iris.hashed("reference", "policy_tags", row["policy"], row["tag"]),
            ["cg:Reference"],
            {
                "cg:from": ref(iris.code("policy", row["policy"])),
                "cg:relation": ref(iris.code("relation", "includes-policy")),
                "cg:to": ref(iris.code("policy", row["tag"])),
                "cg:resolves": "true",
                "cg:note": english("reading"),
                "dcterms:description": english(row["reason"]),
            },
        )


def _conditions(graph: Graph, rows: list[Row]) -> None:
    real = [row for row in rows if row["kind"] != "reading"]
    for code, group in groupby(real, key=lambda row: row["code"]):
        first, *others = group
        iri = iris.code("condition", code)
        graph.node(
            iri,
            ["cg:Condition", "skos:Concept"],
            {
                "skos:notation": plain(code),
                "skos:inScheme": ref(iris.CATALOGUE + "condition"),
                "rdfs:label": english(first["label"]),
                "skos:prefLabel": english(first["label"]),
                "skos:definition": english(sentence(first["text"])),
                "skos:scopeNote": first["decidable_from"]
                and english(f"Decidable from the pack: {first['decidable_from']}"),
                "rdfs:isDefinedBy": ref(graph.iri),
            },
        )
        for other in others:
            graph.add(iri, "skos:altLabel", english(other["text"]))


def sentence(text: str) -> str:
    """A text with a capital and a full stop."""
    return text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")
