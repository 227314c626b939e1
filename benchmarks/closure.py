"""What applies to 1, 10, 50 and 250 packs in one store; and how owlrl does on one clause tree.

Purpose: seconds, triples and triples per second of `clausegraph.closure`, for packs that differ in
policy, device, web branch, declared conditions and the facts that decide conditions.
Input: the example packs. Output: a table; ``--profile`` adds seconds and triples of each rule.
Clause: none.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pyoxigraph as ox

from clausegraph import catalog, pipeline
from clausegraph.closure import Together, close
from clausegraph.infer import infer
from clausegraph.inquiries import QUALIFIED_POLICIES
from clausegraph.shipped import CATALOGUE_IRI, literal
from clausegraph.store import Dataset

NOW = datetime(2026, 11, 23, tzinfo=UTC)
EXAMPLES = ("aurora-esign", "borealis-eseal")
CG = "https://w3id.org/clausegraph/core#"
GRAPHS = ("run", "declared", "cases")
# Facts that decide conditions: a pack that leaves them out leaves more undecided.
FACTS = tuple(CG + n for n in ("keyOrigin", "subjectType", "route", "managedBy", "keepsExpired"))


def packs(count: int) -> Iterator[Dataset]:
    """Packs made from the examples, no two alike."""
    sources = [pipeline.load(catalog.root() / "data" / "packs" / name, NOW) for name in EXAMPLES]
    for number in range(count):
        source = sources[number % len(sources)].dataset
        yield _variant(source, f"https://example.org/pack-{number:03d}/", random.Random(number))  # noqa: S311


def _variant(source: Dataset, base: str, chance: random.Random) -> Dataset:
    policy = chance.choice(QUALIFIED_POLICIES)
    branch = chance.choice(["OVCP", "IVCP"])
    device = chance.random() < 0.5
    left_out = {fact for fact in FACTS if chance.random() < 0.3}
    pack = Dataset(base)

    def moved(term: ox.Term) -> ox.Term:
        if isinstance(term, ox.NamedNode) and term.value.startswith(source.base):
            return ox.NamedNode(base + term.value.removeprefix(source.base))
        return term

    service = ox.NamedNode(source.base + "service")
    for graph in ("run", "declared", *source.case_graphs()):
        kept = []
        for s, p, o in source.triples(graph):
            name, value = p.value, o
            if name == CG + "policy" and s == service:
                value = ox.NamedNode(f"{CATALOGUE_IRI}policy/{policy}")
            elif name == CG + "secureDeviceRequired" and not device:
                continue
            elif name == CG + "holds":
                roll = chance.random()
                if roll < 0.2:
                    continue
                if roll < 0.4:
                    value = literal(chance.choice(["true", "false"]), "boolean")
            elif name in left_out:
                continue
            kept.append(ox.Triple(moved(s), p, moved(value)))
        if graph == "declared" and policy == "QNCP-w":
            web = ox.NamedNode(f"{CATALOGUE_IRI}policy/{branch}")
            kept.append(ox.Triple(moved(service), ox.NamedNode(CG + "webBranch"), web))
        pack.add(kept, graph)
    return pack
