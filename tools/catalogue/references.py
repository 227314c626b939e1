"""References of standards, mappings to law, adaptations, pins, and edition bridges.

Input: ``references.csv``, ``edition_bridges.csv``, ``mappings.csv`` and the tables of law.
Output: every edge as one ``cg:Reference``. A bridge joins a reference of a place to what its
cited identifier is now; a reference keeps the identifier as printed, whether it resolves or not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from tools.catalogue import iris, law
from tools.catalogue.documents import document_iri
from tools.catalogue.sources import Row, Sources
from tools.catalogue.turtle import Graph, english, plain, ref

_IDENTIFIER = re.compile(r"(?:[A-Z]{3}-[\d.]+)?-\d+[A-Z]*")


@dataclass(slots=True)
class Builder:
    """Collects the references of the catalogue.

    ``cited`` keeps which references a place makes to an identifier, for the bridges;
    ``provisions`` every legal provision that a reference leads to.
    """

    sources: Sources
    citations: law.Citations
    cited: dict[tuple[str, str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    provisions: set[law.Provision] = field(default_factory=set)

    def standards(self) -> Graph:
        """References within and between standards, clauses that only point, and bridges."""
        graph = Graph(
            "references",
            "References and edition bridges",
            "Each cross-reference of the standards, and how broken ones are read.",
        )
        for row in self.sources["references"]:
            self._reference(graph, row)
        for row in self.sources["clauses"]:
            for cited in filter(None, row["incorporates"].split("|")):
                standard, _, number = cited.partition("#")
                graph.node(
                    iris.hashed("reference", "clauses", row["standard"], row["clause"], cited),
                    ["cg:Reference"],
                    {
                        "cg:from": ref(iris.clause(row["standard"], row["clause"])),
                        "cg:relation": ref(iris.code("relation", "incorporates")),
                        "cg:to": ref(self.sources.place(standard, number)),
                        "cg:citedIdentifier": plain(number),
                        "cg:resolves": "true",
                        "dcterms:references": ref(iris.standard(standard)),
                    },
                )
        return graph

    def _reference(self, graph: Graph, row: Row) -> None:
        document, target = row["target_document"], row["target"]
        key = (row["standard"], row["id"], row["relation"], document, target)
        iri = iris.hashed("reference", "references", *key)
        citing = self.sources.place(row["standard"], row["id"])
        to: str | None = None
        if row["target_kind"] == "policy":
            to = iris.code("policy", target)
        elif row["target_kind"] == "external":
            to = self._external(document, target)
        elif row["target_kind"] == "document":
            to = document_iri(document)
        else:
            to = self.sources.resolve(document, target)
            if (to is None) is not (row["resolves"] == "no"):
                raise ValueError(f"{key}: the column resolves does not fit the editions")
            self.cited[citing, document, target].append(iri)
        graph.node(
            iri,
            ["cg:Reference"],
            {
                "cg:from": ref(citing),
                "cg:relation": ref(iris.code("relation", row["relation"])),
                "cg:to": ref(to) if to else None,
                "cg:citedIdentifier": plain(target or document),
                "cg:resolves": {"yes": "true", "no": "false"}.get(row["resolves"]),
                "dcterms:references": ref(self._work(document)),
            },
        )

    def _work(self, document: str) -> str:
        if document in iris.STANDARDS:
            return iris.standard(document)
        act_id = self.citations.act(document)
        return iris.act(act_id) if act_id else document_iri(document)

    def _external(self, document: str, target: str) -> str:
        act_id = self.citations.act(document)
        if act_id is None:
            return document_iri(document)
        if not target:
            return iris.act(act_id)
        return self.provision(law.provision(act_id, target))

    def provision(self, found: law.Provision) -> str:
        """IRI of a provision, which is noted as used."""
        self.provisions.add(found)
        return found.iri

    def mappings(self, graph: Graph) -> None:
        """Add the rows of the annexes that map provisions of standards to law."""
        for row in self.sources["mappings"]:
            standard, _, cited = row["provision"].partition("#")
            act_name, _, article = row["legal_provision"].partition("#")
            act_id = self.citations.act(act_name)
            if act_id is None:
                raise ValueError(f"no act is called {act_name}")
            source, _, annex = row["source"].partition(" Annex ")
            table = iris.clause(source.rpartition(" ")[0], f"Annex {annex}")
            iri = iris.hashed("reference", "mappings", *row.values())
            found = self.sources.resolve(standard, cited) if cited else iris.edition(standard)
            self.cited[table, standard, cited].append(iri)
            graph.node(
                iri,
                ["cg:Reference"],
                {
                    # a stale number stands in no edition at hand: the table itself is the place
                    "cg:from": ref(found or table),
                    "cg:relation": ref(iris.code("relation", "maps-to-law")),
                    "cg:to": ref(self.provision(law.provision(act_id, article))),
                    "cg:citedIdentifier": plain(cited or standard),
                    "cg:resolves": "true" if found else "false",
                    "dcterms:references": ref(iris.standard(standard)),
                    "dcterms:source": ref(table),
                    "cg:note": row["note"] and english(row["note"]),
                },
            )

    def adaptations(self, graph: Graph) -> None:
        """Add what acts change in standards, one reference per identifier."""
        for row in self.sources["adaptations"]:
            act_id = self.citations.act(row["act"])
            if act_id is None:
                raise ValueError(f"no act is called {row['act']}")
            standard = re.sub(r" (V[\d.]+|\(Annex II?\))$", "", row["standard"])
            for identifier, where in identifiers(row["identifier"]):
                to = self.sources.resolve(standard, identifier)
                graph.node(
                    iris.hashed("reference", "adaptations", act_id, standard, identifier, where),
                    ["cg:Reference"],
                    {
                        "cg:from": ref(iris.act(act_id)),
                        "cg:relation": ref(iris.code("relation", "adapts")),
                        "cg:to": ref(to) if to else None,
                        "cg:citedIdentifier": plain(identifier),
                        "cg:resolves": "true" if to else "false",
                        "dcterms:references": ref(self._work(standard)),
                        "dcterms:description": english(row["adaptation"]),
                        "cg:note": english(where) if where else None,
                    },
                )

    def pins(self, graph: Graph) -> None:
        """Add which edition of a document an act cites."""
        for row in self.sources["cited_standards"]:
            name = row["document"].removeprefix("ETSI ")
            version = row["version"].split(" (")[0]
            ours = iris.STANDARDS.get(name)
            to = iris.edition(name) if ours and version.upper() == f"V{ours[1]}" else None
            graph.node(
                iris.hashed("reference", "cited_standards", *row.values()),
                ["cg:Reference"],
                {
                    "cg:from": ref(iris.act(row["act"])),
                    "cg:relation": ref(iris.code("relation", "pins")),
                    "cg:to": ref(to) if to else None,
                    "cg:citedIdentifier": plain(row["document"]),
                    "dcat:version": plain(row["version"]),
                    "cg:resolves": "true" if to else "false",
                    "dcterms:references": ref(self._work(name)),
                    "cg:note": english(row["role"]),
                },
            )

    def bridges(self, graph: Graph) -> None:
        """Add the edition bridges; call it after the references and the mappings."""
        for row in self.sources["bridges"]:
            citing = self.sources.place(row["standard"], row["citing"])
            key = (row["standard"], row["citing"], row["cited_standard"], row["cited"])
            iri = iris.hashed("bridge", *key)
            graph.node(
                iri,
                ["cg:EditionBridge"],
                {
                    "cg:from": ref(citing),
                    "cg:citedIdentifier": plain(row["cited"]),
                    "cg:confidence": plain(row["confidence"]),
                    "cg:because": english(row["reason"]),
                    "dcterms:references": ref(iris.standard(row["cited_standard"])),
                },
            )
            for bridged in self.cited.get((citing, row["cited_standard"], row["cited"]), []):
                graph.add(iri, "cg:bridges", ref(bridged))
            for successor in row["read_as"].split("|"):
                to = self.sources.place(row["cited_standard"], successor)
                graph.add(iri, "cg:readAs", ref(to))


def identifiers(text: str) -> list[tuple[str, str]]:
    """Identifiers of a list in words, each with the remark in brackets behind it.

    ``OVR-6.4.4-02, -03`` gives two: a bare serial number takes over what stands before it.
    """
    found: list[tuple[str, str]] = []
    prefix = ""
    for part in re.split(r", (?![^(]*\))| / ", text):
        match = _IDENTIFIER.match(part)
        if not match:
            raise ValueError(f"no identifier in {part!r}")
        identifier = match[0] if match[0][0] != "-" else prefix + match[0]
        prefix = identifier.rpartition("-")[0]
        remark = re.search(r"\((.*)\)", part)
        found.append((identifier, remark[1] if remark else ""))
    return found
