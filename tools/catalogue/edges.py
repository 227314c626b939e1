"""References between requirements, and the bridges over edition drift."""

from __future__ import annotations

from tools.catalogue import iris
from tools.catalogue.sources import Row, Sources
from tools.catalogue.turtle import Graph, boolean, english, plain, ref


def reference_iri(row: Row) -> str:
    """IRI of a row of references.csv."""
    keys = ("standard", "id", "relation", "target_document", "target", "target_kind")
    return iris.hashed("reference", *(row[k] for k in keys))


def reference_graph(sources: Sources) -> Graph:
    """All cross-references and all bridges."""
    graph = Graph("references", "Cross-references", "References and edition bridges.")
    bridges = {bridge_key(b): b for b in sources["bridges"]}
    for row in sources["references"]:
        node = reference_iri(row)
        target = _target(sources, row)
        graph.node(
            node,
            ["cg:Reference"],
            {
                "cg:from": ref(iris.requirement(row["standard"], row["id"])),
                "cg:relation": ref(iris.code("relation", row["relation"])),
                "cg:to": ref(target) if target else None,
                "cg:citedIdentifier": plain(f"{row['target_document']} {row['target']}".strip()),
                "cg:resolves": boolean(row["resolves"] == "yes") if row["resolves"] else None,
            },
        )
        bridge = bridges.get((row["standard"], row["id"], row["target_document"], row["target"]))
        if bridge is not None:
            graph.add(bridge_iri(bridge), "cg:bridges", ref(node))
    for bridge in sources["bridges"]:
        _bridge(graph, sources, bridge)
    for row in sources["clauses"]:
        if row["incorporates"]:
            _clause(graph, sources, row)
    return graph


def _clause(graph: Graph, sources: Sources, row: Row) -> None:
    """A clause without a requirement of its own that only points to another clause."""
    standard, _, number = row["incorporates"].partition("#")
    graph.node(
        iris.hashed("reference", "clauses", row["standard"], row["clause"], row["incorporates"]),
        ["cg:Reference"],
        {
            "cg:from": ref(iris.clause(row["standard"], row["clause"])),
            "cg:relation": ref(iris.code("relation", "incorporates")),
            "cg:to": ref(sources.place(standard, number)),
            "cg:citedIdentifier": plain(f"{standard} {number}"),
            "cg:resolves": "true",
        },
    )


def _target(sources: Sources, row: Row) -> str | None:
    if row["target_kind"] == "policy":
        return iris.code("policy", row["target"])
    if row["target_kind"] in {"document", "external"}:
        return iris.document(row["target_document"])
    return sources.resolve(row["target_document"], row["target"])


def bridge_key(row: Row) -> tuple[str, str, str, str]:
    """Whose citation a row of edition_bridges.csv reads: citing standard and place, cited place."""
    return row["standard"], row["citing"], row["cited_standard"], row["cited"]


def bridge_iri(row: Row) -> str:
    """IRI of a row of edition_bridges.csv."""
    return iris.hashed("bridge", *bridge_key(row))


def _bridge(graph: Graph, sources: Sources, row: Row) -> None:
    node = bridge_iri(row)
    graph.node(
        node,
        ["cg:EditionBridge"],
        {
            "cg:from": ref(_citing(sources, row)),
            "cg:citedIdentifier": plain(f"{row['cited_standard']} {row['cited']}"),
            "cg:confidence": plain(row["confidence"]),
            "cg:because": english(row["reason"]),
        },
    )
    for identifier in row["read_as"].split("|"):
        graph.add(node, "cg:readAs", ref(sources.place(row["cited_standard"], identifier)))


def _citing(sources: Sources, row: Row) -> str:
    if row["citing"].startswith("Annex"):
        return iris.clause(row["standard"], row["citing"])
    return sources.place(row["standard"], row["citing"])
