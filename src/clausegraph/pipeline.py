"""The only place that knows the order of the stages.

``artefacts → collect → collected → infer → inferred → validate → results → outcomes → outcomes``.
Input: a pack folder and the as-of time. Output: the dataset with all named graphs.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from clausegraph.cache import default
from clausegraph.errors import InputError
from clausegraph.shipped import add_run, catalogue, known_iris
from clausegraph.store import Dataset

if TYPE_CHECKING:
    from clausegraph.collect import Question
    from clausegraph.pack import LoadedPack

_CG = "https://w3id.org/clausegraph/core#"

Progress = Callable[[str], None]


def _silent(_stage: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Checked:
    """A pack after all stages.

    Attributes:
        dataset: all named graphs.
        pack: what was loaded.
        as_of: the as-of time, UTC.
    """

    dataset: Dataset
    pack: LoadedPack
    as_of: datetime


def load(folder: Path, as_of: datetime, *, bridging: bool = True) -> Checked:
    """Read a pack into a dataset with the graphs ``run``, ``declared`` and ``cases/…``.

    Args:
        folder: the pack folder.
        as_of: time that counts as now; must have a time zone.
        bridging: whether references that do not resolve are read through edition bridges.

    Raises:
        InputError: the pack cannot be used, or ``as_of`` has no time zone.
    """
    return _load(folder, as_of, bridging, lambda _pack: None)


def _load(
    folder: Path, as_of: datetime, bridging: bool, early: Callable[[LoadedPack], None]
) -> Checked:
    """As `load`; ``early`` is told the pack, mostly before the catalogue has been read."""
    if as_of.tzinfo is None:
        raise InputError(
            "the as-of time has no time zone", expected="for example 2026-11-23T00:00Z"
        )
    from clausegraph.pack import Presumed, load_pack

    presumed = Presumed()
    pack = None
    with suppress(InputError):  # raised below, together with what is unknown
        pack = load_pack(folder, presumed)
        early(pack)
    dataset = catalogue()
    known = known_iris(dataset)
    if pack is None or not presumed.asked <= known:
        pack = load_pack(folder, known)
        early(pack)  # somebody mended it meanwhile
    dataset.base = pack.base
    for graph, triples in pack.graphs.items():
        dataset.add(triples, graph)
    add_run(dataset, as_of, bridging=bridging)
    return Checked(dataset, pack, as_of.astimezone(UTC))


def _declared_hashes(pack: LoadedPack, property_: str) -> tuple[str, ...]:
    """Hashes of certificates that the pack declares by a property of ours, sorted."""
    predicate = ox.NamedNode(_CG + property_)
    return tuple(
        sorted(
            {
                t.object.value
                for t in pack.graphs.get("declared", ())
                if t.predicate == predicate and isinstance(t.object, ox.Literal)
            }
        )
    )


def derive(folder: Path, as_of: datetime, *, bridging: bool = True) -> Checked:
    """Load a pack and infer applicability, without collecting or validating."""
    from clausegraph.claims import infer_by_claim

    checked = load(folder, as_of, bridging=bridging)
    infer_by_claim(checked.dataset, default())
    return checked


def gather(
    folder: Path, as_of: datetime, *, keep_subjects: bool = False, lint: bool = False
) -> Checked:
    """Load a pack and collect the facts of its artefacts, without inferring or validating.

    Args:
        folder: the pack folder.
        as_of: time that counts as now; must have a time zone.
        keep_subjects: whether names of natural persons in certificates may stay in the graph.
        lint: whether certificates are linted as well, which needs the extra ``lint``.

    Raises:
        InputError: see `load`.
        MissingExtra: lint is asked for and not installed.
    """
    from clausegraph.collect import collect

    checked = load(folder, as_of)
    question = _question(checked.pack, as_of, keep_subjects=keep_subjects, lint=lint)
    checked.dataset.add(collect(folder, checked.pack.artefacts, question), "collected")
    return checked


def _question(pack: LoadedPack, as_of: datetime, *, keep_subjects: bool, lint: bool) -> Question:
    from clausegraph.collect import Question

    return Question(
        pack.base,
        as_of.astimezone(UTC),
        keep_subjects,
        lint,
        anchors=_declared_hashes(pack, "trustAnchor"),
        identities=_declared_hashes(pack, "digitalIdentity"),
        sources=pack.sources,
    )


def check(
    folder: Path,
    as_of: datetime,
    *,
    bridging: bool = True,
    engine: str = "fast",
    keep_subjects: bool = False,
    lint: bool = False,
    beside: bool = False,
    many: bool = False,
    progress: Progress = _silent,
) -> Checked:
    """All stages, in order.

    Args:
        folder: the pack folder.
        as_of: time that counts as now; must have a time zone.
        bridging: see `load`.
        engine: who evaluates the shapes, see `clausegraph.validate.Engine`.
        keep_subjects: whether names of natural persons in certificates may stay in the graph.
        lint: whether certificates are linted as well, which needs the extra ``lint``.
        beside: whether artefacts are read in a process of its own, beside this one: the same
            facts, sooner where one pack is checked and a second processor is free.
        many: whether this process checks many packs: see `clausegraph.claims` and
            `clausegraph.collect.between`.
        progress: told the name of each stage before it starts.

    Raises:
        InputError: see `load`.
    """
    from clausegraph.collect.ahead import Collector

    with Collector(beside, many) as collector:
        progress("reading the pack")

        def early(pack: LoadedPack) -> None:
            question = _question(pack, as_of, keep_subjects=keep_subjects, lint=lint)
            collector.ask(folder, pack.artefacts, question)

        checked = _load(folder, as_of, bridging, early)
        dataset = checked.dataset
        progress("collecting facts from artefacts")
        # What comes next is loaded, and made ready, while another process collects.
        from clausegraph.claims import infer_by_claim
        from clausegraph.outcomes import decide
        from clausegraph.validate import EARLY, Engine, Prepared, validate

        dataset.merged(EARLY)
        prepared = Prepared(dataset)
        dataset.add(collector.triples(), "collected")
    progress("inferring what applies")
    infer_by_claim(dataset, default(), many=many)
    progress("validating")
    validate(dataset, Engine(engine), prepared)
    progress("deciding outcomes")
    decide(dataset)
    return checked
