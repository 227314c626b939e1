"""The W3C test suite for SHACL 1.0: reports equal as multisets, and which engine gave them.

Core runs set-wise without exception; of the SPARQL part, what has no set-based form goes to the
reference engine. ``shapesGraph-001`` needs an optional feature that neither has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from clausegraph.errors import AssetError
from clausegraph.validate.columns import Columns
from clausegraph.validate.focus import focus_nodes
from clausegraph.validate.reference import run_pyshacl
from clausegraph.validate.report import Result
from clausegraph.validate.run import by_columns
from clausegraph.validate.shapes_graph import read_shapes
from clausegraph.validate.sparql import SparqlSource
from tests.conftest import SHARED
from tests.validate.w3c import Case, cases, label, triples

SUITE = SHARED / "w3c-shacl-tests" / "tests"
pytestmark = pytest.mark.shared
# Needs $shapesGraph, which the Recommendation leaves to the engine (chapter 5.3.1).
OPTIONAL = {"pre-binding/shapesGraph-001"}


def suite(part: str) -> Iterator[Case]:
    for file in sorted((SUITE / part).rglob("*.ttl")):
        yield from cases(file)


CORE = list(suite("core"))
SPARQL = [case for case in suite("sparql") if case.name not in OPTIONAL]


def run(case: Case) -> tuple[Counter[tuple[str, ...]], dict[str, str]]:
    """Cut-down report, and the shapes that the reference engine took."""
    shapes, data = triples(case.shapes), triples(case.data)
    plan = read_shapes(shapes)
    graph, source = Columns(data), SparqlSource.of(data)
    focus = {s.name: focus_nodes(s, graph, source) for s in plan.targeted}
    results, left = by_columns(plan, graph, source, focus)
    if left:
        results += run_pyshacl(data, shapes, {name: focus[name] for name in left})
    return Counter(map(cut_down, results)), left


def cut_down(r: Result) -> tuple[str, ...]:
    named = r.shape.partition(":")[0] in {"http", "urn", "file"}
    return (
        label(r.focus), r.path or "", label(r.value), f"<{r.component}>",
        f"<{r.shape}>" if named else "_:", f"<{r.severity}>",
    )  # fmt: skip


def expected(case: Case) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for key, count in case.results.items():
        found[key[:6]] += count
    return found


@pytest.mark.parametrize("case", CORE, ids=lambda c: c.name)
def test_core(case: Case) -> None:
    results, left = run(case)
    assert not left
    assert results == expected(case)
    assert case.conforms is (not results)


@pytest.mark.parametrize("case", SPARQL, ids=lambda c: c.name)
def test_sparql(case: Case) -> None:
    if case.conforms is None:
        with pytest.raises(AssetError):
            run(case)
        return
    results, left = run(case)
    assert results == expected(case)
    assert not left


def test_the_suite_is_whole() -> None:
    assert (len(CORE), len(SPARQL)) == (98, 22)
