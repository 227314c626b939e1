"""Every case of every rule with ``--engine both``: set-wise without fallback, and by pySHACL.

The two agree in everything that a result says, and with what the case expects.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from clausegraph.validate.reference import run_pyshacl
from clausegraph.validate.run import by_columns, compare
from clausegraph.validate.shapes import SH
from tests.validate.graphs import setting

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "rules"
CGS = "https://w3id.org/clausegraph/shapes#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def triples(path: Path) -> list[ox.Triple]:
    found = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri="urn:case")
    return [quad.triple for quad in found]


def of_rule(shapes: dict[object, list[ox.Triple]], code: str) -> list[ox.Triple]:
    """The triples that the description of a rule reaches."""
    found: list[ox.Triple] = []
    waiting: list[object] = [ox.NamedNode(CGS + code)]
    seen = set()
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            found += shapes.get(node, [])
            waiting += [t.object for t in shapes.get(node, [])]
    return found


@pytest.fixture(scope="module")
def shapes() -> dict[object, list[ox.Triple]]:
    by_subject: dict[object, list[ox.Triple]] = {}
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        for t in triples(path):
            by_subject.setdefault(t.subject, []).append(t)
    return by_subject


def split(path: Path) -> tuple[list[ox.Triple], list[tuple[str, str | None]]]:
    """The data of a case, and the expected focus nodes with the value where one is stated."""
    found = triples(path)
    of = {t.subject: [u for u in found if u.subject == t.subject] for t in found}
    results = [t.object for t in found if t.predicate.value == SH + "result"]
    expected = []
    for node in results:
        facts = {t.predicate.value: str(t.object) for t in of.get(node, [])}
        expected.append((facts[SH + "focusNode"], facts.get(SH + "value")))
    report = {t.subject for t in found if t.object == ox.NamedNode(SH + "ValidationReport")}
    drop = report | set(results)
    return [t for t in found if t.subject not in drop], expected


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "code", sorted(p.name for p in CASES.iterdir() if p.is_dir() and p.name != "__pycache__")
)
def test_cases_of_a_rule(code: str, shapes: dict[object, list[ox.Triple]]) -> None:
    rule = of_rule(shapes, code)
    if not rule:
        pytest.fail(f"{code} is no rule of shapes/")
    for path in sorted((CASES / code).glob("*.ttl")):
        data, expected = split(path)
        plan, graph, source, focus = setting(rule, data)
        results, left = by_columns(plan, graph, source, focus)
        assert not left, f"{path.name}: {plan.aside}"
        met = {name: nodes for name, nodes in focus.items() if nodes}
        compare(results, run_pyshacl(data, rule, met) if met else [])
        assert Counter(str(r.focus) for r in results) == Counter(f for f, _ in expected), path.name
        values = {(str(r.focus), str(r.value)) for r in results}
        assert {e for e in expected if e[1] is not None} <= values, path.name
        assert any(focus.values()) != path.name.startswith("inapplicable"), path.name
