"""Codelists, glossary, disclosure sections and referenced documents."""

from __future__ import annotations

from tools.catalogue import iris
from tools.catalogue.sources import Sources
from tools.catalogue.turtle import Graph, english, plain, ref

_CLASSES = {"gate": "cg:Gate", "role": "cg:Role"}


def codelist_graph(sources: Sources) -> Graph:
    """All codelists as SKOS concept schemes."""
    graph = Graph("codelists", "Codelists", "Codes that packs, rules and results use.")
    for scheme, rows in sources.codelists.items():
        home = iris.CATALOGUE + scheme
        graph.node(home, ["skos:ConceptScheme"], {"rdfs:label": english(scheme.replace("-", " "))})
        for row in rows:
            node = iris.code(scheme, row["code"])
            kinds = ["skos:Concept"] + ([_CLASSES[scheme]] if scheme in _CLASSES else [])
            source = iris.compact(row["source"]) if row.get("source") else None
            graph.node(
                node,
                kinds,
                {
                    "skos:inScheme": ref(home),
                    "skos:notation": plain(row["code"]),
                    "rdfs:label": english(row["label"]),
                    "skos:prefLabel": english(row["label"]),
                    "skos:definition": english(row["definition"]),
                    "dcterms:source": ref(source) if source else None,
                    "cg:order": row.get("order") or None,
                    "cg:uri": plain(row["uri"]) if row.get("uri") else None,
                    "cg:note": english(row["note"]) if row.get("note") else None,
                },
            )
            group = row.get("group")
            if group:
                graph.add(node, "skos:broader", ref(iris.code(f"{scheme}-group", group)))
    return graph


def glossary_graph(sources: Sources) -> Graph:
    """Defined terms, sections of the PDS, documents that the standards refer to."""
    graph = Graph("glossary", "Glossary", "Terms, disclosure sections, referenced documents.")
    home = iris.CATALOGUE + "glossary"
    graph.node(home, ["skos:ConceptScheme"], {"rdfs:label": english("glossary")})
    for row in sources["terms"]:
        graph.node(
            iris.code("glossary", iris.slug(row["term"])),
            ["skos:Concept"],
            {
                "skos:inScheme": ref(home),
                "rdfs:label": english(row["term"]),
                "skos:prefLabel": english(row["term"]),
                "skos:definition": english(row["definition"]),
                "dcterms:source": ref(iris.clause("EN 319 411-1", row["clause"])),
            },
        )
    for row in sources["pds"]:
        graph.node(
            iris.code("pds", row["order"]),
            ["cg:DisclosureSection"],
            {
                "cg:order": row["order"],
                "dcterms:title": english(row["title"]),
                "rdfs:label": english(row["title"]),
                "dcterms:abstract": english(row["summary"]),
                "cg:clause": ref(iris.clause("EN 319 411-1", row["clause"])),
            },
        )
    for row in sources["documents"]:
        node = iris.document(row["document"])
        graph.node(
            node,
            ["cg:ReferencedDocument"],
            {
                "dcterms:identifier": plain(row["document"]),
                "dcterms:title": english(row["title"]),
                "rdfs:label": english(row["document"]),
                "cg:normative": "true" if row["normative"] == "true" else "false",
            },
        )
    for row in sources["references"]:
        if row["target_kind"] in {"document", "external"}:
            node = iris.document(row["target_document"])
            if node not in graph:
                graph.node(
                    node,
                    ["cg:ReferencedDocument"],
                    {
                        "dcterms:identifier": plain(row["target_document"]),
                        "rdfs:label": english(row["target_document"]),
                    },
                )
    return graph
