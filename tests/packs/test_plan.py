"""The evidence plan covers every requirement that the policy reaches, with evidence that fits."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.packs.folders import AURORA, evidence, load
from tools.make_packs import catalogue as tables
from tools.make_packs import plan

POLICY = "QCP-n-qscd"
CATALOGUE = tables.load()
REACHED = CATALOGUE.reach(POLICY)
ITEMS = plan.items(CATALOGUE, POLICY)


def _expand(target: str) -> set[tables.Key]:
    """Requirements meant by a target, sub-clauses included."""
    prefix, _, name = target.partition(":")
    if not name.startswith("clause/"):
        return {(prefix, name)}
    clause = name.removeprefix("clause/")
    return {
        key
        for key, row in CATALOGUE.requirements.items()
        if key[0] == prefix and (row["clause"] == clause or row["clause"].startswith(f"{clause}."))
    }


def _supported() -> set[tables.Key]:
    return {
        key
        for item in evidence(AURORA)
        for target in item.get("supports", [])
        for key in _expand(target)
    }


@pytest.mark.parametrize(("policy", "count"), [("QCP-n-qscd", 703), ("QCP-l", 686)])
def test_reach(policy: str, count: int) -> None:
    assert len(CATALOGUE.reach(policy)) == count


def test_every_requirement_is_met_inherited_or_not_applicable() -> None:
    direct = _supported() & REACHED
    idle = plan.not_applicable(CATALOGUE, POLICY)
    settled = direct | idle
    while True:
        inherited = {
            key
            for key in REACHED - settled
            if CATALOGUE.pure(key, REACHED)
            and all(t in settled for t, _ in CATALOGUE.incorporates[key] if t in REACHED)
        }
        if not inherited:
            break
        settled |= inherited
    assert settled >= REACHED, sorted(REACHED - settled)


def test_pure_references_of_the_last_standard_are_left_to_inheritance() -> None:
    pure = {key for key in REACHED if CATALOGUE.pure(key, REACHED)}
    assert len(pure) > 40
    assert not pure & {key for item in ITEMS for key in item.requirements}


def test_void_identifiers_are_never_cited() -> None:
    cited = {
        tuple(target.split(":", 1))
        for item in evidence(AURORA)
        for target in item.get("supports", [])
        if "clause/" not in target
    }
    rows = CATALOGUE.requirements
    assert not [key for key in cited if key not in rows or rows[key]["modality"] == "void"]


def test_each_item_supports_only_requirements_that_ask_for_its_kind() -> None:
    for item in ITEMS:
        for key in item.requirements:
            assert item.kind.code in CATALOGUE.requirements[key]["evidence"].split("|"), item.id


def test_at_least_150_items() -> None:
    assert len(evidence(AURORA)) >= 150


def test_identifiers_are_unique() -> None:
    names = sorted(item["id"] for item in evidence(AURORA))
    assert all(one != other for one, other in pairwise(names))


def test_every_marked_condition_in_reach_is_declared_with_a_reason() -> None:
    declared = {d["condition"]: d for d in load(AURORA / "pack.yaml")["conditions"]}
    marked = {
        CATALOGUE.condition(key)
        for key in REACHED
        if CATALOGUE.requirements[key]["conditional"] == "true"
    }
    assert marked <= set(declared)
    assert all(isinstance(d["holds"], bool) and d["because"] for d in declared.values())


def test_sections_named_by_evidence_stand_in_the_documents() -> None:
    texts = {}
    for item in ITEMS:
        if item.path.endswith(".md"):
            text = texts.setdefault(item.path, (AURORA / item.path).read_text(encoding="utf-8"))
            assert f"## {item.section}\n" in text
