"""Validate a dataset and write its ``results`` graph: the choice between the engines.

``fast`` evaluates set-wise and gives to pySHACL only the shapes that have no set-based form;
``pyshacl`` asks the reference engine for all; ``both`` runs the two and compares.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache

import pyoxigraph as ox

from clausegraph.errors import AssetError
from clausegraph.store import Dataset
from clausegraph.validate.bounded import ask_pyshacl
from clausegraph.validate.columns import Columns
from clausegraph.validate.encoder import Encoder
from clausegraph.validate.engine import Evaluator
from clausegraph.validate.focus import focus_ids
from clausegraph.validate.pairs import Ids
from clausegraph.validate.report import ASKED_FOR, Node, Report, Result, write_results
from clausegraph.validate.rewritten import any_rewritten
from clausegraph.validate.shapes import Plan, Select, Unsupported
from clausegraph.validate.shapes_graph import shared_plan
from clausegraph.validate.sparql import SparqlSource

EARLY = ("catalogue", "run", "declared", "cases")
DATA_GRAPHS = (*EARLY, "collected", "inferred")


class Engine(StrEnum):
    """Who evaluates the shapes."""

    fast = "fast"
    pyshacl = "pyshacl"
    both = "both"


class Disagreement(AssetError):
    """Two engines gave different results for the same shapes and data."""


class Prepared:
    """What a validation can do before facts are collected: rules read, early graphs numbered.

    Args:
        dataset: its graphs ``rules`` and `EARLY` must not change afterwards.
    """

    def __init__(self, dataset: Dataset) -> None:
        origin = dataset.origin
        self.shapes, self.plan, begun = _begun(dataset) if origin is None else _shared(origin)
        self._encoder = begun if origin is None else begun.copy()
        self._encoder.add(dataset.quads(*EARLY[1:]))

    def columns(self, dataset: Dataset) -> Columns:
        """The columns of all data graphs; may be asked for once."""
        self._encoder.add(dataset.quads(*DATA_GRAPHS[len(EARLY) :]))
        return Columns.of(*self._encoder.columns())


def _begun(dataset: Dataset) -> tuple[tuple[ox.Triple, ...], Plan, Encoder]:
    """The shapes, what they say, and an encoder that has read the catalogue."""
    shapes = tuple(dataset.triples("rules"))
    plan = shared_plan(shapes)
    encoder = Encoder(plan.predicates())
    encoder.add(dataset.quads(EARLY[0]))
    return shapes, plan, encoder


_shared = lru_cache(maxsize=1)(_begun)  # for all packs of a process that begin with the same graphs


def validate(
    dataset: Dataset, engine: Engine = Engine.fast, prepared: Prepared | None = None
) -> Report:
    """Run all rules of the graph ``rules`` over the data graphs.

    Args:
        dataset: the graphs of a pack.
        engine: who evaluates the rules.
        prepared: what was made ready for this dataset; used up by the run.

    Returns:
        the report, which also stands in the graph ``results``.

    Raises:
        AssetError: shapes that no engine can run.
        Disagreement: with ``both``, results that only one engine gave.
    """
    prepared = prepared or Prepared(dataset)
    shapes, plan, graph = prepared.shapes, prepared.plan, prepared.columns(dataset)
    source = SparqlSource(
        dataset.restricted(DATA_GRAPHS),
        exact=lambda: Columns(dataset.triples(*DATA_GRAPHS)),
        changed=lambda: any_rewritten(_own_literals(dataset)),
    )
    source.seek(t for s in plan.targeted for _, t in s.targets if isinstance(t, Select))
    focus = {s.name: focus_ids(s, graph, source) for s in plan.targeted}

    def reference(names: Iterable[str]) -> list[Result]:
        chosen = {n: [graph.terms[i] for i in focus[n].tolist()] for n in names if len(focus[n])}
        return ask_pyshacl(dataset.triples(*DATA_GRAPHS), shapes, chosen) if chosen else []

    if engine is Engine.pyshacl:
        results, left = reference(focus), dict.fromkeys(focus, ASKED_FOR)
    else:
        results, left = by_columns(plan, graph, source, focus)
        results += reference(left)
    if engine is Engine.both:
        compare(results, reference(focus))
    report = Report(
        tuple(sorted(results, key=lambda r: r.key)),
        {name: len(n) for name, n in focus.items()},
        left,
    )
    write_results(dataset, report)
    return report


def _own_literals(dataset: Dataset) -> set[ox.Literal]:
    """Literals that came with the pack.

    The store rewrites none of the catalogue (a test says so), nor what was derived by it.
    """
    own = dataset.quads(*(name for name in DATA_GRAPHS if name not in {"catalogue", "inferred"}))
    return {q.object for q in own if isinstance(q.object, ox.Literal)}


def evaluate(
    plan: Plan, shapes: Iterable[ox.Triple], data: Iterable[ox.Triple], names: Iterable[str]
) -> Report:
    """Run some shapes of a plan over triples at hand.

    Args:
        plan: all shapes.
        shapes: the shapes graph.
        data: the data graph.
        names: of the shapes that are wanted.

    Raises:
        AssetError: shapes that no engine can run.
    """
    wanted = set(names)
    part = Plan(
        tuple(s for s in plan.roots if s.name in wanted),
        tuple((s, why) for s, why in plan.aside if s.name in wanted),
    )
    held = list(dict.fromkeys(data))
    graph, source = Columns(held), SparqlSource.of(held)
    focus = {s.name: focus_ids(s, graph, source) for s in part.targeted}
    results, left = by_columns(part, graph, source, focus)
    chosen = {n: [graph.terms[i] for i in focus[n].tolist()] for n in left if len(focus[n])}
    results += ask_pyshacl(held, shapes, chosen) if chosen else []
    return Report(tuple(results), {name: len(n) for name, n in focus.items()}, left)


def by_columns(
    plan: Plan, graph: Columns, source: SparqlSource, focus: Mapping[str, Ids | Iterable[Node]]
) -> tuple[list[Result], dict[str, str]]:
    """Set-based results, and the shapes that were left to another engine, with the reason.

    Args:
        plan: the shapes.
        graph: the data graph.
        source: the same graph for queries.
        focus: by name of a shape, its focus nodes or their numbers in the graph.
    """
    evaluator = Evaluator(graph, source)
    evaluator.prepare(plan)
    results: list[Result] = []
    left = {shape.name: reason for shape, reason in plan.aside}
    try:
        for shape in plan.roots:
            try:
                results += evaluator.run(shape, focus[shape.name])
            except Unsupported as reason:
                left[shape.name] = str(reason)
    finally:
        source.release()
    return results, left


def compare(ours: Iterable[Result], theirs: Iterable[Result]) -> None:
    """Equal as multisets of everything that a result says but the root shape.

    Raises:
        Disagreement: with the first few differences.
    """
    a, b = (Counter(r.key[1:] for r in results) for results in (ours, theirs))
    if a != b:
        lines = [f"only set-based: {k}" for k in list(a - b)[:5]]
        lines += [f"only pySHACL: {k}" for k in list(b - a)[:5]]
        raise Disagreement("the engines disagree\n" + "\n".join(lines))
