"""The nodes of the catalogue graph."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from clausegraph.store import Dataset
from tests.catalogue.tables import HOME, Node


@pytest.fixture(scope="module")
def nodes(catalogue: Dataset) -> dict[str, list[Node]]:
    """Class → its nodes, each as property → values; names are cut to the part that differs."""
    found: dict[str, Node] = defaultdict(lambda: defaultdict(set))
    for triple in catalogue.triples("catalogue"):
        name = re.split(r"[#/]", triple.predicate.value)[-1]
        value = triple.object.value.removeprefix(HOME)  # type: ignore[union-attr]
        found[str(triple.subject)][name].add(value)
    by_class: dict[str, list[Node]] = defaultdict(list)
    for subject, node in found.items():
        node["iri"] = {subject[1:-1].removeprefix(HOME)}
        for kind in node["type"]:
            by_class[re.split(r"[#/]", kind)[-1]].append(node)
    return by_class
