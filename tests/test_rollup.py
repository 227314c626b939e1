"""Outcomes, gates and verdicts of many packs in one store: the union of what each gives alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

import pyoxigraph as ox
import pytest

from benchmarks.closure import packs
from clausegraph import catalog, pipeline, shipped
from clausegraph.closure import Together, close
from clausegraph.errors import InputError
from clausegraph.infer import infer
from clausegraph.outcomes import decide
from clausegraph.rollup import roll_up
from clausegraph.store import Dataset

from .conftest import ROOT

CG = "https://w3id.org/clausegraph/core#"
EARL = "http://www.w3.org/ns/earl#"
GATE = f"{shipped.CATALOGUE_IRI}gate/intake"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DATE = "http://purl.org/dc/terms/date"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
RULES = {rule.id: rule for rule in catalog.queries("rules") if rule.writes == "outcomes"}

RULE = ox.NamedNode(CG + "rule")

Lines = set[str]

# What makes a rule look beyond one pack: rule, what stands there, what stands there instead.
UNSAFE = (
    ("evidence-counts", "?evidence cg:inPack ?pack", "?pack a cg:Pack"),
    ("evidence-target", "cg:scope ?service ; cg:inPack ?pack", "cg:scope ?service ; cg:inPack ?own"),
    ("dispute", 'BIND(REPLACE(STR(?cause), "result/[^/]*$", "") AS ?pack)', "?pack a cg:Pack ."),
    ("dispute", "earl:failed ; cg:inPack ?pack", "earl:failed . ?pack a cg:Pack"),
    ("dispute", "dcterms:date ?after ; cg:inPack ?in", "dcterms:date ?after"),
    ("gate-stopped", '  BIND(IRI(CONCAT(REPLACE(STR(?result), "result/[^/]*$", "")',
     "  ?any a cg:Pack . BIND(IRI(CONCAT(STR(?any)"),
    ("gate-open", '  BIND(IRI(CONCAT(REPLACE(STR(?result), "result/[^/]*$", "")',
     "  ?any a cg:Pack . BIND(IRI(CONCAT(STR(?any)"),
    ("gate-closure-gaps", "?pack cg:service ?service ; a cg:Pack", "?pack a cg:Pack"),
    ("gate-untested", "SELECT DISTINCT ?pack ?gate", "SELECT DISTINCT ?gate"),
    ("verdict", 'BIND(IRI(REPLACE(STR(?gate), "gate-state/[^/]*$", "")) AS ?pack)',
     "?pack a cg:Pack ."),
)  # fmt: skip


def lines(dataset: Dataset, *graphs: str) -> Lines:
    return {str(t) for t in dataset.triples(*graphs)}


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(name)


def without(pack: Dataset, subjects: set[object]) -> None:
    """Take results and assertions of a pack away."""
    kept = [t for t in pack.triples("results") if t.subject not in subjects]
    pack.clear("results")
    pack.add(kept, "results")


@pytest.fixture(scope="module")
def three() -> list[Dataset]:
    """Packs of different verdicts, whose assessors disagree, and one that names another's service."""
    found = [pipeline.check(ROOT / "data" / "packs" / "aurora-esign", NOW).dataset]
    found += islice(packs(3, checked=True), 1, 3)
    rules = shipped.catalogue().triples("rules")
    gated = {t.subject for t in rules if t.object == node(GATE)}
    without(found[0], {t.subject for t in found[0].triples("results") if t.object in gated})
    without(found[2], {t.subject for t in found[2].triples("results") if t.predicate == RULE})
    asked = node(f"{shipped.CATALOGUE_IRI}en-319-401/3.2.1/REQ-5-01")
    for pack, verdict, day in zip(found, ("passed", "failed", "failed"), (3, 1, 2), strict=True):
        says = {
            TYPE: node(EARL + "Assertion"),
            EARL + "test": asked,
            CG + "assessorResult": node(EARL + verdict),
            CG + "inPack": node(pack.base),
            DATE: shipped.literal(f"2026-01-0{day}T00:00:00Z", "dateTime"),
        }
        statement = node(pack.base + "statement")
        pack.add((ox.Triple(statement, node(p), o) for p, o in says.items()), "declared")
    says = {
        TYPE: node(CG + "Evidence"),
        CG + "inPack": node(found[1].base),
        CG + "supports": asked,
        CG + "scope": node(found[0].base + "service"),
    }
    evidence = node(found[1].base + "evidence-elsewhere")
    found[1].add((ox.Triple(evidence, node(p), o) for p, o in says.items()), "declared")
    return found


@pytest.fixture(scope="module")
def union(three: list[Dataset]) -> Lines:
    found = set[str]()
    for pack in three:
        alone = shipped.catalogue(pack.base)
        for graph in ("run", "declared", *pack.case_graphs(), "collected", "results"):
            alone.add(pack.triples(graph), graph)
        infer(alone)
        decide(alone)
        found |= lines(alone, "outcomes")
    return found


def closed(three: list[Dataset]) -> Together:
    together = Together()
    for pack in three:
        together.add_pack(pack)
    close(together)
    return together


def rolled(three: list[Dataset]) -> Lines:
    together = closed(three)
    together.add((t for pack in three for t in pack.triples("results")), "results")
    together.add(shipped.catalogue().triples("rules"), "rules")
    before = lines(together)
    roll_up(together, three)
    return lines(together) - before


def test_roll_up_is_the_union(three: list[Dataset], union: Lines) -> None:
    assert rolled(three) == union


def test_the_packs_differ_in_what_is_decided(three: list[Dataset], union: Lines) -> None:
    """The test above would prove little with packs of one verdict."""
    states = {line for line in union for pack in three if f"<{pack.base}> <{CG}state>" in line}
    assert len(states) == 3
    assert len({line.rpartition("/")[2] for line in states}) == 2
    assert any("/statement>" in line for line in union)


@pytest.mark.parametrize(("name", "safe", "unsafe"), UNSAFE)
def test_a_rule_that_looks_beyond_its_pack_is_noticed(
    name: str,
    safe: str,
    unsafe: str,
    three: list[Dataset],
    union: Lines,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rule = RULES[name]
    assert safe in rule.text
    mutant = replace(rule, text=rule.text.replace(safe, unsafe))
    found = catalog.queries("rules")
    monkeypatch.setattr(
        catalog, "queries", lambda _kind: [mutant if r.id == name else r for r in found]
    )
    assert rolled(three) != union


def test_a_pack_without_results_is_refused(three: list[Dataset]) -> None:
    together = closed(three)
    for given in (three[:2], [*three, three[0]], [*three[:2], Dataset(three[2].base)]):
        with pytest.raises(InputError, match="results"):
            roll_up(together, given)


def test_what_is_not_closed_is_refused(three: list[Dataset]) -> None:
    together = Together()
    together.add_pack(three[0])
    with pytest.raises(InputError, match="close"):
        roll_up(together, three[:1])
