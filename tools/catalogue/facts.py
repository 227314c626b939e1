"""Which facts of a pack decide which conditions.

Input: ``condition_facts.csv``, whose rows name blocks and keys as a pack writes them. Output: per
row a case (condition, outcome, class of nodes, whether some node or every node has to fit) with its
alternatives, each a set of facts in the vocabulary of SHACL property constraints.
"""

from __future__ import annotations

from clausegraph.pack.format import Block, pack_format, vocabulary
from tools.catalogue import iris
from tools.catalogue.sources import Row, Sources
from tools.catalogue.turtle import Graph, boolean, english, plain, ref

QUANTIFIERS = ("some", "every")


def add_facts(graph: Graph, sources: Sources) -> None:
    """Add the cases of all conditions."""
    number: dict[str, int] = {}
    for row in sources["condition_facts"]:
        number[row["condition"]] = number.get(row["condition"], 0) + 1
        _case(
            graph,
            row,
            iris.code("condition-fact", f"{row['condition']}/{number[row['condition']]}"),
        )


def _case(graph: Graph, row: Row, node: str) -> None:
    if row["quantifier"] not in QUANTIFIERS:
        raise KeyError(row["quantifier"])
    fmt = pack_format()
    block = fmt.blocks[row["block"]]
    words = f"{row['quantifier']} {row['block']}: {row['facts']}"
    graph.node(
        node,
        [],
        {
            "cg:condition": ref(iris.code("condition", row["condition"])),
            "cg:holds": boolean(row["holds"] == "true"),
            "dcterms:type": plain(row["quantifier"]),
            "dcterms:description": english(words),
            "sh:targetClass": ref(fmt.expand(block.cls)),
            "dcterms:requires": ref(iris.code("condition", row["requires"]))
            if row["requires"]
            else None,
        },
    )
    for position, alternative in enumerate(row["facts"].split(" | "), 1):
        graph.add(node, "dcterms:hasPart", ref(f"{node}/{position}"))
        for order, fact in enumerate(alternative.split(" & "), 1):
            part = f"{node}/{position}/{order}"
            graph.add(f"{node}/{position}", "sh:property", ref(part))
            _fact(graph, block, part, fact)


def _fact(graph: Graph, block: Block, node: str, fact: str) -> None:
    """One fact: ``key=code``, ``key=true``, ``key=*`` (given) or ``key=<block>`` (such a node)."""
    name, _, value = fact.partition("=")
    key = block.keys[name]
    graph.add(node, "sh:path", ref(pack_format().expand(key.path)))
    if value == "*":
        graph.add(node, "sh:minCount", "1")
    elif value.startswith("<"):
        other = pack_format().blocks[value.strip("<>")]
        graph.add(node, "sh:class", ref(pack_format().expand(other.cls)))
    elif key.type == "bool":
        graph.add(node, "sh:hasValue", boolean(value == "true"))
    else:
        graph.add(node, "sh:hasValue", ref(vocabulary(str(key.scheme)) + value))
