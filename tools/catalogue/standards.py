"""Standards, editions, clauses and requirements: one file per standard.

Input: ``clauses.csv``, ``requirements.csv``. Output: a graph per standard.
"""

from __future__ import annotations

from tools.catalogue import iris
from tools.catalogue.sources import Sources
from tools.catalogue.turtle import Graph, date, english, plain, ref


def clause_key(number: str) -> tuple[int, ...]:
    """Sort key of a clause number; annexes follow the numbered clauses."""
    head, *rest = number.removeprefix("Annex ").split(".")
    first = int(head) if head.isdigit() else 1000 + ord(head)
    return (first, *(int(part) for part in rest))


def parent_clause(number: str) -> str | None:
    """Number of the enclosing clause: 6.3 for 6.3.5, Annex A for A.2."""
    if "." not in number:
        return None
    head = number.rpartition(".")[0]
    return head if head[0].isdigit() or "." in head else f"Annex {head}"


def clause_numbers(sources: Sources, standard: str) -> list[str]:
    """All clause numbers of a standard in their order, with parents that no row lists."""
    numbers = {row["clause"] for row in sources["clauses"] if row["standard"] == standard}
    numbers |= {row["clause"] for row in sources["requirements"] if row["standard"] == standard}
    for number in list(numbers):
        parent = parent_clause(number)
        while parent is not None:
            numbers.add(parent)
            parent = parent_clause(parent)
    return sorted(numbers, key=clause_key)


def standard_graph(sources: Sources, standard: str) -> Graph:
    """The graph of one standard."""
    name, version = iris.STANDARDS[standard]
    graph = Graph(
        name,
        f"ETSI {standard} V{version} as data",
        "Clauses and requirements by identifier, each with a summary in our own words.",
    )
    _edition(graph, sources, standard)
    conditions = {row["text"]: row for row in sources["conditions"]}
    order = _clauses(graph, sources, standard)
    rows = [row for row in sources["requirements"] if row["standard"] == standard]
    rows.sort(key=lambda row: order[row["clause"]])  # stable: keeps the printed order in a clause
    for position, row in enumerate(rows, 1):
        iri = iris.requirement(standard, row["id"])
        reading = conditions[row["condition"]] if row["condition"] else None
        graph.node(
            iri,
            ["cg:Requirement"],
            {
                "dcterms:isPartOf": ref(iris.edition(standard)),
                "dcterms:identifier": plain(row["id"]),
                "cg:clause": ref(iris.clause(standard, row["clause"])),
                "cg:order": str(position),
                "cg:modality": ref(iris.code("modality", row["modality"].replace(" ", "-"))),
                "cg:conditional": row["conditional"],
                "cg:choice": row["choice"],
                "dcterms:audience": row["actor"] and plain(row["actor"]),
                "cg:limit": row["limit"] and plain(row["limit"]),
                "dcterms:abstract": row["summary"] and english(row["summary"]),
            },
        )
        if reading is None:
            pass
        elif reading["kind"] == "reading":
            graph.add(iri, "skos:scopeNote", english(row["condition"]))
        else:
            graph.add(iri, "cg:condition", ref(iris.code("condition", reading["code"])))
        for predicate, column in (
            ("cg:appliesTo", "applies_to"),
            ("cg:excepts", "except_policies"),
        ):
            for policy in filter(None, row[column].split("|")):
                graph.add(iri, predicate, ref(iris.code("policy", policy)))
        for kind in filter(None, row["evidence"].split("|")):
            graph.add(iri, "cg:evidenceKind", ref(iris.code("evidence-kind", kind)))
        for article in filter(None, row["eidas"].split("|")):
            graph.add(iri, "cg:legalNote", plain(f"eIDAS {article}"))
    return graph


def _edition(graph: Graph, sources: Sources, standard: str) -> None:
    name, version = iris.STANDARDS[standard]
    row = next(r for r in sources["acts"] if r["id"] == f"etsi-{name}@v{version}")
    graph.node(
        iris.standard(standard),
        ["cg:Standard"],
        {
            "dcterms:title": english(row["title"]),
            "dcterms:identifier": plain(standard),
            "rdfs:label": english(f"ETSI {standard}"),
            "rdfs:isDefinedBy": ref(graph.iri),
        },
    )
    graph.node(
        iris.edition(standard),
        ["cg:Edition"],
        {
            "dcterms:isVersionOf": ref(iris.standard(standard)),
            "dcat:version": plain(f"V{version}"),
            "dcterms:issued": date(row["date"]),
            "rdfs:label": english(f"ETSI {standard} V{version}"),
            "cg:confidence": plain(row["confidence"]),
            "cg:note": row["note"] and english(row["note"]),
            "rdfs:isDefinedBy": ref(graph.iri),
        },
    )
    for entry in sources["documents"]:
        if standard == "EN 319 411-1" and not entry["document"]:
            note = f"reference {entry['number']} is {entry['title'].lower()}"
            graph.add(iris.edition(standard), "cg:note", english(note))


def _clauses(graph: Graph, sources: Sources, standard: str) -> dict[str, int]:
    described = {r["clause"]: r for r in sources["clauses"] if r["standard"] == standard}
    order: dict[str, int] = {}
    for position, number in enumerate(clause_numbers(sources, standard), 1):
        order[number] = position
        row = described.get(number, {})
        parent = parent_clause(number)
        graph.node(
            iris.clause(standard, number),
            ["cg:Clause"],
            {
                "dcterms:isPartOf": ref(iris.edition(standard)),
                "dcterms:identifier": plain(number),
                "dcterms:title": english(row["title"]) if row.get("title") else None,
                "cg:parent": ref(iris.clause(standard, parent)) if parent else None,
                "cg:order": str(position),
                "cg:note": english(row["note"]) if row.get("note") else None,
            },
        )
    return order
