"""Every rule passes, fails and stays silent where its cases say so.

Purpose: completeness guards (files on disk = cases collected, every rule has all three kinds
of case) and the cases themselves, compared as multisets, so that a missing and an unexpected
result both fail. The set-based engine and pySHACL evaluate each case, and agree in everything that
a result says. Input: ``tests/rules/<code>/*.ttl``. Output: one test per case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from pyshacl import validate
from pyshacl.entrypoints import meta_validate
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import SH

from clausegraph.validate.reference import run_pyshacl
from clausegraph.validate.run import compare
from clausegraph.validate.shapes_graph import read_shapes
from tests.rules.cases import CASES, read_case
from tests.rules.conftest import (
    CG,
    CGS,
    KINDS,
    ROOT,
    RuleBook,
    case_files,
    difference,
    focus_nodes,
    for_rdflib,
    kind_of,
    run,
)

if TYPE_CHECKING:
    from pathlib import Path

FILES = case_files()
CODES = sorted(RuleBook(ROOT / "shapes").rules)
CHECKS = (SH.property, SH.sparql, SH["not"], SH["or"], SH["and"], SH.node)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_case(path: Path, rulebook: RuleBook) -> None:
    code, kind = path.parent.name, kind_of(path)
    assert code in rulebook.rules, f"{code} is no rule of shapes/"
    shapes, plan = rulebook.exact(code)
    data, expected = read_case(path)
    results, focus = run(plan, data)
    met = {name: nodes for name, nodes in focus.items() if nodes}
    compare(results, run_pyshacl(data, shapes, met) if met else [])
    assert difference(expected, results) == ([], []), "(missing, unexpected)"
    assert bool(expected) == (kind == "fail"), f"a {kind} case with {len(expected)} results"
    assert bool(met) == (kind != "inapplicable"), focus
    found = focus_nodes(rulebook.shapes_of(code), rulebook.rules[code], for_rdflib(data))
    assert {str(n) for n in found} == {n.value for nodes in focus.values() for n in nodes}


@pytest.mark.parametrize("code", CODES)
def test_rule_has_every_kind_of_case(code: str) -> None:
    kinds = {kind_of(path) for path in (CASES / code).glob("*")}
    assert kinds >= set(KINDS), f"{code} lacks {sorted(set(KINDS) - kinds)}"


@pytest.mark.parametrize("code", CODES)
def test_removing_the_check_breaks_the_fail_cases(code: str, rulebook: RuleBook) -> None:
    """A rule without its check must be caught, else its fail cases prove nothing."""
    rule, checks = str(rulebook.rules[code]), {str(check) for check in CHECKS}
    mutant = read_shapes(
        t
        for t in rulebook.exact(code)[0]
        if t.subject != ox.NamedNode(rule) or t.predicate.value not in checks
    )
    fails = list((CASES / code).glob("fail-*.ttl"))
    assert fails
    for path in fails:
        data, expected = read_case(path)
        missing, _ = difference(expected, run(mutant, data)[0])
        assert len(missing) == len(expected) > 0


def test_files_on_disk_are_the_cases_collected() -> None:
    folders = [p for p in CASES.iterdir() if p.is_dir() and p.name != "__pycache__"]
    on_disk = {p for folder in folders for p in folder.rglob("*") if not p.is_dir()}
    strange = sorted(str(p.relative_to(CASES)) for p in on_disk - set(FILES))
    assert strange == [], "not called {pass,fail,inapplicable}-<name>.ttl"


def test_every_folder_is_a_rule() -> None:
    folders = {p.name for p in CASES.iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert sorted(folders - set(CODES)) == []


def test_every_check_of_a_rule_stands_alone(rulebook: RuleBook) -> None:
    """One rule, one check: otherwise the focus nodes of the rule do not say what was tested."""
    several = [
        code
        for code, rule in rulebook.rules.items()
        if sum(len(list(rulebook.graph.objects(rule, check))) for check in CHECKS) != 1
    ]
    assert several == []


def test_every_node_shape_is_a_rule(rulebook: RuleBook) -> None:
    shapes = set(rulebook.graph.subjects(RDF.type, SH.NodeShape))
    assert shapes == set(rulebook.graph.subjects(RDF.type, CG.Rule))
    assert shapes == {URIRef(CGS[code]) for code in rulebook.rules}


def test_shapes_are_valid_shacl(rulebook: RuleBook) -> None:
    conforms, _, text = meta_validate(rulebook.graph, inference="none")
    assert conforms, text


def test_harness_sees_a_wrong_shape() -> None:
    """The check of the shapes is itself checked: a shape with a broken path is refused."""
    broken = Graph().parse(
        format="turtle",
        data=f"""@prefix sh: <{SH}> . @prefix cgs: <{CGS}> .
        cgs:broken a sh:NodeShape ; sh:property [ sh:path "text" ; sh:minCount -1 ] .""",
    )
    assert not meta_validate(broken, inference="none")[0]


def test_an_empty_graph_conforms_and_meets_no_rule(rulebook: RuleBook) -> None:
    """Why silence is not a pass: no data, no finding; so the focus nodes must be counted."""
    assert validate(Graph(), shacl_graph=rulebook.graph, advanced=True)[0]
    for code, rule in rulebook.rules.items():
        assert not focus_nodes(rulebook.shapes_of(code), rule, Graph()), code
