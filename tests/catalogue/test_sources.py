"""Every row of every table of facts is found in the catalogue graph, column by column.

The expectation is written down here without the generator: a row is the set of its values on one
node that is looked up by what it says, never by an IRI that the generator computes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.catalogue import legal, standards
from tests.catalogue.legal import acts, law, mappings
from tests.catalogue.standards import (
    bridges,
    clauses,
    conditions,
    lists,
    policies,
    references,
    requirements,
)  # fmt: skip
from tests.catalogue.tables import DATA, FOLDERS, MANY, Fact, Node
from tests.conftest import SHARED

FACTS: tuple[Callable[[], Iterator[Fact]], ...] = (
    requirements, conditions, references, bridges, clauses, policies, mappings, lists, acts, law,
)  # fmt: skip


def says(node: Node, fact: Node) -> bool:
    if "text*" in fact and not fact["text*"] & (node["definition"] | node["altLabel"]):
        return False
    return all(
        fact[name] <= node[name.rstrip(MANY)] if name.endswith(MANY) else node[name] == fact[name]
        for name in fact
        if name != "text*"
    )


@pytest.mark.parametrize("facts", FACTS, ids=lambda f: f.__name__)
def test_every_row_is_one_node(
    facts: Callable[[], Iterator[Fact]], nodes: dict[str, list[Node]]
) -> None:
    index: dict[tuple[str, str, str], list[Node]] = defaultdict(list)
    keys = ("iri", "notation", "identifier", "citedIdentifier", "prefLabel", "note", "to", "from",
            "title", "isVersionOf")  # fmt: skip
    for kind, members in nodes.items():
        for node in members:
            for key in keys:
                for value in node[key]:
                    index[kind, key, value].append(node)
    missing = []
    total = 0
    for kind, fact in facts():
        total += 1
        key = next(k for k in keys if fact.get(k))
        (value, *_) = fact[key]
        found = [node for node in index[kind, key, value] if says(node, fact)]
        if len(found) != 1:
            missing.append((kind, fact, len(found)))
    assert total > 20
    assert missing == []


def test_no_table_is_left_out() -> None:
    here = {path.stem for path in (DATA / "catalogue").glob("*.csv")}
    own = {"condition_facts", "law_provisions", "policy_tags"}  # of ours, not among the shared
    text = "".join(Path(str(m.__file__)).read_text(encoding="utf-8") for m in (standards, legal))
    read = set(re.findall(r'table\("([\w-]+)"\)', text))
    assert here - own == read - own


@pytest.mark.shared
@pytest.mark.parametrize("folder", FOLDERS)
def test_tables_are_the_shared_ones(folder: str) -> None:
    for path in sorted((SHARED / folder).glob("*.csv")):
        ours = DATA / "catalogue" / f"{FOLDERS[folder]}{path.name}"
        assert ours.read_bytes() == path.read_bytes(), path.name
