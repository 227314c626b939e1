"""Acts, provisions, mappings, pins, adaptations, deadlines and significance criteria."""

from __future__ import annotations

import re

from tools.catalogue import edges, iris, law
from tools.catalogue.sources import Sources
from tools.catalogue.turtle import Graph, boolean, date, english, plain, ref, typed

_REPEALED = re.compile(r"^(17|18|19)(\(|$)|^24\(2\)\(j\)|^Annex II\((3|4)\)")
_ALIAS = {"eidas": "eu-reg-2014-910", "nis2": "eu-dir-2022-2555"}


class _Law:
    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.acts = [
            r for r in (*sources["acts"], *sources["acts_cited"]) if r["kind"] != "standard"
        ]
        self.by_short = {s: r["id"] for r in self.acts if (s := law.short(r["id"]))}
        self.citations = law.Citations([r["id"] for r in self.acts if law.short(r["id"])])
        self.graph = Graph("law", "Law", "Acts, provisions, mappings, deadlines, criteria.")
        self.titles = {
            (self.act_id(r["act"]), law.provision("x", r["provision"]).text): r
            for r in sources["provisions"]
        }

    def act_id(self, name: str) -> str:
        return _ALIAS.get(name) or self.by_short.get(name, name)

    def provision(self, found: law.Provision) -> str:
        graph, node = self.graph, found.iri
        if node in graph:
            return node
        row = self.titles.get((found.act_id, found.text), {})
        gone = row.get("repealed") == "true" or (
            found.act_id == "eu-reg-2014-910" and bool(_REPEALED.match(found.text))
        )
        graph.node(
            node,
            ["cg:LegalProvision"],
            {
                "dcterms:isPartOf": ref(iris.act(found.act_id)),
                "dcterms:identifier": plain(found.identifier),
                "rdfs:label": english(found.label),
                "dcterms:title": english(row["title"]) if row.get("title") else None,
                "cg:repealed": boolean(True) if gone else None,
                "cg:note": english(row["note"]) if row.get("note") else None,
            },
        )
        if found.parent is not None:
            graph.add(node, "skos:broader", ref(self.provision(found.parent)))
        return node

    def cited(self, citation: str) -> list[str]:
        return [self.provision(p) for _, named in self.citations.split(citation) for p in named]

    def basis(self, citation: str) -> list[str]:
        """Provisions of a legal basis; an act, or a standard, stands where it names none."""
        found = []
        for act_id, named in self.citations.split(re.sub(r"\bArts? ", "", citation)):
            found += [self.provision(p) for p in named] or [iris.act(act_id)]
        if standard := re.match(r"(?:EN|TS|TR) \d{3} \d{3}(?:-\d+)?", citation):
            found.append(iris.document(standard[0]))
        return found


def law_graph(sources: Sources) -> Graph:
    """Everything legal."""
    book = _Law(sources)
    for row in book.acts:
        dated = re.fullmatch(r"\d{4}(-\d\d){0,2}", row["date"])
        link = law.eli(row["id"])
        book.graph.node(
            iris.act(row["id"]),
            ["eli:LegalResource"],
            {
                "dcterms:identifier": plain(row["id"]),
                "dcterms:title": english(row["title"]),
                "rdfs:label": english(law.display(row["id"])),
                "dcterms:type": plain(row["kind"]),
                "cg:celex": plain(row["celex"]) if row["celex"] else None,
                "dcterms:issued": date(row["date"]) if dated else None,
                "cg:appliesFrom": plain(row["applies_from"]) if row["applies_from"] else None,
                "cg:note": english(row["note"]) if row["note"] else None,
                "cg:implements": plain(row["implements"]) if row["implements"] else None,
                "dcterms:source": ref(link) if link else None,
                "cg:confidence": plain(row["confidence"]),
            },
        )
        book.cited(row["implements"].replace("Art ", ""))
    for row in sources["provisions"]:
        book.provision(law.provision(book.act_id(row["act"]), row["provision"]))
    for row in sources["requirements"]:
        for point in filter(None, row["eidas"].split("|")):
            book.provision(law.provision("eu-reg-2014-910", point))
    _mappings(book)
    _pins(book)
    _adaptations(book)
    _deadlines(book)
    _significance(book)
    return book.graph


def _mappings(book: _Law) -> None:
    bridges = {edges.bridge_key(b): b for b in book.sources["bridges"]}
    for row in book.sources["mappings"]:
        name, _, identifier = row["provision"].partition("#")
        act, _, text = row["legal_provision"].partition("#")
        act_id = book.citations.act(act)
        if act_id is None:
            raise KeyError(act)
        target = book.sources.resolve(name, identifier)
        citing, annex = _table(row["source"])
        bridge = bridges.get((citing, annex, name, identifier))
        place = None if bridge else target
        node = iris.hashed("reference", "maps-to-law", *row.values())
        book.graph.node(
            node,
            ["cg:Reference"],
            {
                # A stale number stays with the table that prints it, until a bridge reads it.
                "cg:from": ref(place or iris.clause(citing, annex)),
                "cg:relation": ref(iris.code("relation", "maps-to-law")),
                "cg:to": ref(book.provision(law.provision(act_id, text))),
                "cg:citedIdentifier": None if place else plain(row["provision"].replace("#", " ")),
                "cg:resolves": boolean(target is not None),
                "dcterms:source": plain(row["source"]),
                "cg:note": english(row["note"]) if row["note"] else None,
            },
        )
        if bridge is not None:
            book.graph.add(edges.bridge_iri(bridge), "cg:bridges", ref(node))


def _table(source: str) -> tuple[str, str]:
    """Standard and annex of a table: ``EN 319 401 V3.2.1 Annex C``."""
    standard, _, rest = source.partition(" V")
    return standard, rest.partition(" ")[2]


def _pins(book: _Law) -> None:
    for row in book.sources["cited_standards"]:
        name = row["document"].removeprefix("ETSI ")
        version = re.match(r"[Vv](\d+\.\d+\.\d+)", row["version"])
        ours = name in iris.STANDARDS and version and version[1] == iris.STANDARDS[name][1]
        book.graph.node(
            iris.hashed("reference", "pins", *row.values()),
            ["cg:Reference"],
            {
                "cg:from": ref(iris.act(row["act"])),
                "cg:relation": ref(iris.code("relation", "pins")),
                "cg:to": ref(iris.edition(name)) if ours else None,
                "dcterms:isVersionOf": ref(iris.standard(name)) if name in iris.STANDARDS else None,
                "cg:citedIdentifier": plain(row["document"]),
                "dcat:version": plain(row["version"]),
                "cg:resolves": boolean(bool(ours)) if name in iris.STANDARDS else None,
                "cg:note": english(row["role"]),
            },
        )


def _adaptations(book: _Law) -> None:
    for row in book.sources["adaptations"]:
        act_id = book.citations.act(row["act"])
        name = re.sub(r" (V[\d.]+|\(Annex.*\))$", "", row["standard"])
        named = law.identifiers(row["identifier"])
        ours = name in iris.STANDARDS
        targets = [t for i in named if ours and (t := book.sources.resolve(name, i))]
        node = iris.hashed("reference", "adapts", *row.values())
        book.graph.node(
            node,
            ["cg:Reference"],
            {
                "cg:from": ref(iris.act(act_id or "")),
                "cg:relation": ref(iris.code("relation", "adapts")),
                "cg:citedIdentifier": plain(f"{row['standard']} {row['identifier']}"),
                "cg:resolves": boolean(len(targets) == len(named)),
                "dcterms:description": english(row["adaptation"]),
            },
        )
        for target in targets:
            book.graph.add(node, "cg:to", ref(target))


def _deadlines(book: _Law) -> None:
    for row in book.sources["deadlines"]:
        node = iris.code("deadline", row["id"])
        book.graph.node(
            node,
            ["cg:Deadline"],
            {
                "dcterms:identifier": plain(row["id"]),
                "rdfs:label": english(row["trigger"]),
                "dcterms:description": english(row["trigger"]),
                "dcterms:audience": plain(row["addressee"]),
                "cg:duration": plain(row["duration"]) if row["duration"] else None,
                "cg:countedFrom": plain(row["counted_from"]) if row["counted_from"] else None,
                "cg:direction": plain(row["direction"]),
                "cg:dayType": plain(row["day_type"]) if row["day_type"] else None,
                "cg:legalBasisText": plain(row["legal_basis"]),
                "cg:note": english(row["note"]) if row["note"] else None,
                "cg:confidence": plain(row["confidence"]),
            },
        )
        for basis in book.basis(row["legal_basis"]):
            book.graph.add(node, "cg:legalBasis", ref(basis))


def _significance(book: _Law) -> None:
    for row in book.sources["significance"]:
        number = re.fullmatch(r"-?\d+(\.\d+)?", row["value"]) is not None
        value = {"True": "true", "False": "false"}.get(row["value"])
        found = law.provision("eu-reg_impl-2024-2690", row["article"])
        book.graph.node(
            iris.code("significance", row["id"]),
            ["cg:SignificanceCriterion"],
            {
                "dcterms:identifier": plain(row["id"]),
                "rdfs:label": english(row["metric"]),
                "dcterms:description": english(row["summary"]),
                "cg:operator": plain(row["operator"]),
                "cg:unit": plain(row["unit"]) if row["unit"] else None,
                "cg:threshold": typed(row["value"], "decimal")
                if number
                else value or _first_number(row["value"]),
                "cg:thresholdText": plain(row["value"])
                if row["value"] and not number and not value
                else None,
                "cg:legalBasis": ref(book.provision(found)),
                "cg:confidence": plain(row["confidence"]),
            },
        )


def _first_number(text: str) -> str | None:
    found = re.search(r"\d+", text)
    return typed(found[0], "decimal") if found else None
