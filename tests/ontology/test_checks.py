"""The checks of ``queries/checks/``: silent on our files, loud on a seeded mutant.

A mutant is a small graph added to the real ones. Its convention: entities that the check must
report have ``bad`` in their local name, near misses have ``good``.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.query import ResultRow

from clausegraph import catalog
from tools import lint_rdf

MUTANTS = Path(__file__).parent / "mutants"
CHECKS = {query.id: query for query in catalog.queries("checks")}
IDS = sorted(CHECKS)


@pytest.fixture(scope="module")
def own_store() -> ox.Store:
    return lint_rdf.load(lint_rdf.own_files())


def local_name(iri: str) -> str:
    return re.split(r"[/#]", iri)[-1]


def bad_entities(path: Path) -> set[str]:
    nodes = {node for quad in lint_rdf.turtle(path) for node in (quad.subject, quad.object)}
    iris = {node.value for node in nodes if isinstance(node, ox.NamedNode)}
    return {iri for iri in iris if "bad" in local_name(iri).lower()}


def test_every_check_has_a_mutant_and_every_mutant_a_check() -> None:
    files = sorted(MUTANTS.iterdir())
    assert [path.suffix for path in files] == [".ttl"] * len(files)
    assert [path.stem for path in files] == IDS
    assert len(IDS) == len(list((catalog.root() / "queries" / "checks").iterdir()))


@pytest.mark.parametrize("check", IDS)
def test_own_files_have_no_finding(check: str, own_store: ox.Store) -> None:
    assert lint_rdf.run_check(CHECKS[check], own_store) == []


@pytest.mark.parametrize("check", IDS)
def test_mutant_is_found_and_its_near_misses_are_not(check: str) -> None:
    mutant = MUTANTS / f"{check}.ttl"
    store = lint_rdf.load([*catalog.ontology_files()[:2], mutant])
    expected = bad_entities(mutant)
    assert expected
    found = {entity for entity, _, _ in lint_rdf.run_check(CHECKS[check], store)}
    if check == "catalogue-iri-dangling":
        # Only core and alignment are loaded here, so all of their sources dangle.
        found = {entity for entity in found if not entity.startswith(lint_rdf.CORE)}
    assert found == expected


@pytest.mark.parametrize("check", IDS)
def test_rdflib_gives_the_same_rows(check: str) -> None:
    mutant = MUTANTS / f"{check}.ttl"
    graph = rdflib.Graph()
    graph.parse(mutant)
    theirs = [
        tuple("" if v is None else "_:" if isinstance(v, rdflib.BNode) else str(v) for v in row)
        for row in graph.query(CHECKS[check].text)
        if isinstance(row, ResultRow)
    ]
    ours = lint_rdf.run_check(CHECKS[check], lint_rdf.load([mutant]))
    assert ours
    assert Counter(ours) == Counter(theirs)


@pytest.mark.parametrize("check", IDS)
def test_header_is_strict(check: str) -> None:
    query = CHECKS[check]
    head = query.text.split("\n\n", 1)[0].splitlines()
    values = dict(line.removeprefix("# ").split(":", 1) for line in head)
    assert tuple(values) == lint_rdf.HEADER_KEYS
    assert query.kind == "check"
    assert query.question.endswith("?")
    assert values["source"].strip().startswith(("http://", "https://"))
    assert set(query.graphs) <= {"catalogue", "rules"}
    assert values["params"].strip() == ""
    assert values["returns"].strip() == "?entity iri, ?property iri, ?value term?"
    assert query.text.endswith(f"ORDER BY {values['order'].strip()}\n")
    assert "SELECT DISTINCT ?entity ?property ?value WHERE" in query.text
    assert re.fullmatch(r"\d+\.\d+\.\d+", values["since"].strip())
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", check)
