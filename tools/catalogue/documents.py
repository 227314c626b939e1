"""Documents outside the catalogue that standards and acts cite, and their current editions.

Input: ``documents_411-1.csv``, ``references.csv``, ``law_cited_standards.csv``, ``law_acts.csv``
(its rows of kind standard). Output: one node per document.
"""

from __future__ import annotations

import re

from tools.catalogue import iris, law
from tools.catalogue.sources import Sources
from tools.catalogue.turtle import Graph, boolean, date, english, plain, ref

# names under which one and the same document is cited; dated and undated names stay apart
_ALIASES = {
    "CA/Browser Forum BRG (V1.8.6)": "BRG V1.8.6",
    "CA/Browser Forum BRG": "BRG",
    "CA/Browser Forum EVCG": "EVCG",
    "CA/B Forum NCSSR": "CA/Browser Forum network security guide",
    "ISO/IEC 15408 (parts 1 to 3)": "ISO/IEC 15408",
    "ISO/IEC 9594-8/Recommendation ITU-T X.509": "ISO/IEC 9594-8",
    "ITU-T X.509": "ISO/IEC 9594-8",
    "FIPS PUB 140-2 (2001)": "FIPS PUB 140-2",
    "FIPS PUB 140-3 (2019)": "FIPS PUB 140-3",
    "CEN/TS 419261": "TS 419261",
    "Regulation (EU) No 910/2014": "eIDAS",
}


def document_iri(name: str) -> str:
    """IRI of a document under any of its names."""
    name = _canonical(name)
    return iris.document(name)


def _canonical(name: str) -> str:
    name = re.sub(r"^(ETSI|IETF) ", "", name)
    return _ALIASES.get(name, name)


def add_documents(graph: Graph, sources: Sources, citations: law.Citations) -> None:
    """Add a node per document that is cited anywhere."""
    names: dict[str, str] = {}
    for row in sources["references"]:
        if row["target_kind"] == "external" and citations.act(row["target_document"]) is None:
            names.setdefault(document_iri(row["target_document"]), row["target_document"])
        elif row["target_kind"] == "document":
            names.setdefault(document_iri(row["target_document"]), row["target_document"])
    for row in sources["cited_standards"]:
        name = row["document"].removeprefix("ETSI ")
        if name not in iris.STANDARDS and citations.act(name) is None:
            names.setdefault(document_iri(name), row["document"])
    for row in sources["adaptations"]:
        name = re.sub(r" (V[\d.]+|\(Annex II?\))$", "", row["standard"])
        if name not in iris.STANDARDS:
            names.setdefault(document_iri(name), name)
    titles: set[str] = set()
    for row in sources["documents"]:
        name = row["document"] or f"EN 319 411-1 reference {row['number'].strip('[]')}"
        iri = document_iri(name)
        names[iri] = row["document"] or row["title"]
        graph.add(iri, "cg:note", english(f"{row['number']} in EN 319 411-1"))
        graph.add(iri, "cg:normative", boolean(row["normative"] == "true"))
        if iri not in titles:  # two entries of the list may be editions of one document
            graph.add(iri, "dcterms:title", english(row["title"]))
        titles.add(iri)
    _current_editions(graph, sources, names, titles)
    for iri, name in names.items():
        graph.node(
            iri,
            ["cg:ReferencedDocument"],
            {
                "dcterms:identifier": plain(_canonical(name)),
                "rdfs:label": english(name),
                "rdfs:isDefinedBy": ref(graph.iri),
            },
        )
        if _canonical(name) in iris.STANDARDS:
            graph.add(iri, "rdfs:seeAlso", ref(iris.standard(_canonical(name))))
        act_id = citations.act(_canonical(name))
        if act_id:
            graph.add(iri, "rdfs:seeAlso", ref(iris.act(act_id)))


def _current_editions(
    graph: Graph, sources: Sources, names: dict[str, str], titles: set[str]
) -> None:
    """Add the edition in force of each document that the list of standards names."""
    for row in sources["acts"]:
        if row["kind"] != "standard":
            continue
        stem, _, version = row["id"].partition("@")
        publisher, kind, number = stem.split("-", 2)
        number = re.sub(r"^(\d{3})-(\d{3})", r"\1 \2", number)
        name = f"{kind.upper()} {number}"
        if name in iris.STANDARDS:
            continue
        # "EN 319 403" and "EN 319 403-1" differ, so the whole name counts
        iri = document_iri(name)
        names.setdefault(iri, f"{publisher.upper()} {name}" if publisher == "etsi" else name)
        graph.add(iri, "dcat:version", plain(version.upper()))
        graph.add(iri, "dcterms:issued", date(row["date"]))
        graph.add(iri, "cg:confidence", plain(row["confidence"]))
        if iri not in titles:
            graph.add(iri, "dcterms:title", english(row["title"]))
        if row["note"]:
            graph.add(iri, "cg:note", english(row["note"]))
