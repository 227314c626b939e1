"""Codelists, glossary, disclosure sections and referenced documents."""

from __future__ import annotations

from tools.catalogue import iris
from tools.catalogue.sources import Row, Sources
from tools.catalogue.turtle import Graph, date, english, plain, ref

_CLASSES = {"gate": "cg:Gate"}


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
                    "cg:sha256": plain(row["sha256"]) if row.get("sha256") else None,
                    "dcterms:bibliographicCitation": (
                        plain(row["publication"]) if row.get("publication") else None
                    ),
                    "dcterms:issued": date(row["published"]) if row.get("published") else None,
                },
            )
            if row.get("broader"):
                group = iris.code(f"{scheme}-group", row["broader"])
                graph.add(node, "skos:broader", ref(group))
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
    _outline(graph, sources)
    _documents(graph, sources)
    return graph


def _outline(graph: Graph, sources: Sources) -> None:
    """The outline of RFC 3647; which clauses a section answers is a suggestion of ours."""
    for order, row in enumerate(sources["outline"], 1):
        chapter, _, below = row["number"].partition(".")
        graph.node(
            iris.code("rfc-3647", row["number"]),
            ["cg:OutlineSection"],
            {
                "dcterms:identifier": plain(row["number"]),
                "dcterms:title": english(row["title"]),
                "rdfs:label": english(f"RFC 3647 {row['number']} {row['title']}"),
                "dcterms:isPartOf": ref(iris.document("RFC 3647")),
                "cg:order": str(order),
                "skos:broader": ref(iris.code("rfc-3647", chapter)) if below else None,
            },
        )
        for standard in ("EN 319 411-1", "EN 319 411-2"):
            if row["clause"] and sources.resolve(standard, row["clause"]):
                clause = ref(iris.clause(standard, row["clause"]))
                graph.add(iris.code("rfc-3647", row["number"]), "skos:relatedMatch", clause)


def _documents(graph: Graph, sources: Sources) -> None:
    for row in sources["documents"]:
        if not row["document"]:  # a number of the list without a document: see the edition
            continue
        graph.node(
            iris.document(row["document"]),
            ["cg:ReferencedDocument"],
            {
                "dcterms:identifier": plain(row["document"]),
                "dcterms:title": english(row["title"]),
                "dcterms:bibliographicCitation": plain(f"EN 319 411-1 {row['number']}"),
                "rdfs:label": english(row["document"]),
                "cg:normative": "true" if row["normative"] == "true" else "false",
            },
        )
    cited = {r["target_document"] for r in sources["references"] if _elsewhere(r)}
    editions = [(e, r) for r in sources["acts"] if (e := iris.document_edition(r["id"]))]
    for name in (*sorted(cited), *(name for (name, _), _ in editions)):
        if iris.document(name) not in graph:
            graph.node(
                iris.document(name),
                ["cg:ReferencedDocument"],
                {"dcterms:identifier": plain(name), "rdfs:label": english(name)},
            )
    for (name, version), row in editions:
        graph.node(
            f"{iris.document(name)}/{version}",
            ["cg:ReferencedDocument"],
            {
                "dcterms:identifier": plain(f"{name} {version}"),
                "dcterms:title": english(row["title"]),
                "rdfs:label": english(f"{name} {version}"),
                "dcterms:isVersionOf": ref(iris.document(name)),
                "dcat:version": plain(version),
                "dcterms:issued": date(row["date"]),
                "cg:note": row["note"] and english(row["note"]),
                "cg:confidence": plain(row["confidence"]),
            },
        )


def _elsewhere(row: Row) -> bool:
    return row["target_kind"] in {"document", "external"}
