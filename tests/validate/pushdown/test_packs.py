"""The example packs, pushed down: the same report as ``check`` writes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from clausegraph import pipeline
from clausegraph.validate import run
from clausegraph.validate.pushdown import StoreSource, push_down
from clausegraph.validate.shapes_graph import read_shapes
from tests.conftest import ROOT


@pytest.mark.parametrize("pack", ["aurora-esign", "borealis-eseal"])
def test_a_pack(pack: str) -> None:
    folder = ROOT / "data" / "packs" / pack
    dataset = pipeline.check(folder, datetime(2026, 11, 23, tzinfo=UTC)).dataset
    plan = read_shapes(dataset.triples("rules"))
    expected = run.validate(dataset)
    source = StoreSource(dataset.named(run.DATA_GRAPHS))
    graphs = [dataset.graph(name).value for name in dataset.names(run.DATA_GRAPHS)]
    found = push_down(plan, source, graphs)
    assert found.left == {}
    assert found.native == len(expected.focus_counts)
    assert found.focus_counts == expected.focus_counts
    assert Counter(r.key for r in found.results) == Counter(r.key for r in expected.results)
    assert source.requests <= 40
