"""Validation of RDF files by any shapes: no pack, no store, a standard report.

Input: files with data, files with shapes. Output: results, the number of focus nodes of each
shape, and the shapes that the set-based engine left to pySHACL, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from clausegraph import catalog
from clausegraph.cache import Cache
from clausegraph.errors import AssetError, InputError
from clausegraph.validate.bounded import ask_pyshacl
from clausegraph.validate.columns import Columns
from clausegraph.validate.files import read_columns
from clausegraph.validate.focus import focus_ids
from clausegraph.validate.kept import kept_columns
from clausegraph.validate.pairs import Ids
from clausegraph.validate.queried import queried_predicates, queries
from clausegraph.validate.query_faults import check_queries
from clausegraph.validate.report import ASKED_FOR, Report, Result
from clausegraph.validate.run import (
    Disagreement,
    Engine,
    by_columns,
    compare,
)
from clausegraph.validate.shapes import RDF, SH, IllFormed, Plan
from clausegraph.validate.shapes import Path as PropertyPath
from clausegraph.validate.shapes_graph import read_shapes
from clausegraph.validate.sparql import SparqlSource

_LARGE = 4 * 1024 * 1024
OWL_IMPORTS = "http://www.w3.org/2002/07/owl#imports"


@dataclass(frozen=True, slots=True)
class Validation:
    """What a validation gives.

    Attributes:
        report: all results in a fixed order, and the focus nodes of each shape with targets.
        triples: number of triples looked at; those that no shape asks for do not count.
        by_reference: shapes that pySHACL took, with the reason.
        paths: the paths of the shapes, by their text in results.
        notes: what a reader must know before relying on "conforms".
    """

    report: Report
    triples: int
    by_reference: Mapping[str, str]
    paths: Mapping[str, PropertyPath]
    notes: tuple[str, ...] = ()


def validate_files(
    data: Iterable[Path],
    shapes: Iterable[Path] = (),
    *,
    engine: Engine = Engine.fast,
    base: str | None = None,
    cache: Cache | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Validation:
    """Validate files.

    Args:
        data: files that make up the data graph.
        shapes: files that make up the shapes graph; without any the shipped ones, and then the
            shipped catalogue belongs to the data graph, as it does in a pack.
        engine: who evaluates.
        base: IRI against which relative IRIs in the files are resolved.
        cache: where columns of unchanged files are kept; None: nowhere.
        progress: told each step.

    Raises:
        InputError: a file that cannot be used, or shapes that break the Recommendation.
        AssetError: shipped shapes that no engine can run.
        Disagreement: with ``both``, results that only one engine gave.
    """
    files, given = list(data), list(shapes)
    try:
        return _validated(files, given, engine, base, cache or Cache(None), progress)
    except Disagreement:
        raise
    except AssetError as error:
        if not given:
            raise
        told = error if isinstance(error, IllFormed) else IllFormed(str(error))
        raise InputError(
            str(told.args[0]),
            file=", ".join(map(str, given)),
            expected=told.expected or "shapes that follow the SHACL Recommendation",
            seen=told.seen,
            mend=told.mend,
        ) from error


def _validated(
    files: list[Path],
    given: list[Path],
    engine: Engine,
    base: str | None,
    cache: Cache,
    progress: Callable[[str], None],
) -> Validation:
    progress("reading shapes")
    source = read_columns(given or catalog.shape_files(), base)
    shapes = list(source.triples())
    _check_entailment(shapes)
    plan = read_shapes(shapes)
    if given:
        check_queries(plan)
    asked = queries(plan)
    needed = _needed(plan, asked, engine, files)
    progress("reading data")
    paths = files if given else [*files, *catalog.ontology_files()]
    graph = kept_columns(paths, base, needed, cache)
    progress("finding focus nodes")
    store = SparqlSource.over(graph) if asked else SparqlSource.of(())
    focus = {shape.name: focus_ids(shape, graph, store) for shape in plan.targeted}
    progress("validating")
    run = _Run(plan, shapes, graph, store, focus, own=not given)
    results, reasons = run.results(engine)
    counts = {name: len(nodes) for name, nodes in focus.items()}
    ordered = tuple(sorted(results, key=lambda r: r.key))
    notes = (*_not_imported(shapes), *_untested(counts))
    return Validation(Report(ordered, counts), len(graph), reasons, _paths(plan), notes)


@dataclass(frozen=True, slots=True)
class _Run:
    """One run: the shapes as plan and as triples, the data as columns and, for queries, a store."""

    plan: Plan
    shapes: list[ox.Triple]
    graph: Columns
    store: SparqlSource
    focus: Mapping[str, Ids]
    own: bool

    def results(self, engine: Engine) -> tuple[list[Result], dict[str, str]]:
        """All results, and why pySHACL took a shape."""
        if engine is Engine.pyshacl:
            return self._reference(self.focus), dict.fromkeys(self.focus, ASKED_FOR)
        found, left = by_columns(self.plan, self.graph, self.store, self.focus)
        found += self._reference(left)
        if engine is Engine.both:
            compare(found, self._reference(self.focus))
        return found, left

    def _reference(self, names: Iterable[str]) -> list[Result]:
        terms = self.graph.terms
        chosen = {
            name: [terms[i] for i in self.focus[name].tolist()]
            for name in names
            if len(self.focus[name])
        }
        if not chosen:
            return []
        return ask_pyshacl(self.graph.triples(), self.shapes, chosen, whole=not self.own)


def _check_entailment(shapes: Iterable[ox.Triple]) -> None:
    """Chapter 1.5: a regime that is asked for and not supported must be a failure."""
    for t in shapes:
        if t.predicate.value == SH + "entailment":
            raise IllFormed(f"sh:entailment asks for {t.object}, and no regime is supported")


def _not_imported(shapes: list[ox.Triple]) -> list[str]:
    """Chapter 3.3 follows ``owl:imports``; nothing is fetched here, so a missing one is said."""
    there = {t.subject for t in shapes if t.predicate.value == RDF + "type"}
    wanted = {t.object for t in shapes if t.predicate.value == OWL_IMPORTS}
    return [
        f"{iri} is imported by the shapes and not among the files given with --shapes"
        for iri in sorted(map(str, wanted - there))
    ]


def _untested(counts: Mapping[str, int]) -> list[str]:
    if not counts:
        return ["no shape has a target: nothing was tested"]
    return [] if any(counts.values()) else ["no shape has a focus node: nothing was tested"]


def _needed(plan: Plan, asked: list[str], engine: Engine, files: Iterable[Path]) -> set[str] | None:
    """Predicates that the run looks at; None: all, as always when pySHACL takes part."""
    if engine is not Engine.fast or plan.aside:
        return None
    large = any(path.is_file() and path.stat().st_size >= _LARGE for path in files)
    if asked and not large:  # to analyse the queries would cost more than it spares
        return None
    by_plan, by_queries = plan.predicates(), queried_predicates(asked)
    return None if by_plan is None or by_queries is None else by_plan | by_queries


def _paths(plan: Plan) -> dict[str, PropertyPath]:
    """The paths that results of the plan can have, by their text."""
    return {str(shape.path): shape.path for _, shape in plan.reach() if shape.path is not None}
