"""The only place that knows the order of the stages.

``artefacts → collect → collected → infer → inferred → validate → results → outcomes → outcomes``.
Input: a pack folder and the as-of time. Output: the dataset with all named graphs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from clausegraph import catalog
from clausegraph.errors import InputError
from clausegraph.pack import LoadedPack, load_pack
from clausegraph.store import Dataset

if TYPE_CHECKING:
    from clausegraph.artefacts.population import Population
    from clausegraph.views import Value

_CG = "https://w3id.org/clausegraph/core#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_XSD = "http://www.w3.org/2001/XMLSchema#"
CATALOGUE_IRI = "https://w3id.org/clausegraph/catalogue/"

Progress = Callable[[str], None]
PopulationProgress = Callable[[int, int], None]


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


def catalogue() -> Dataset:
    """A dataset with the shipped graphs only: ``catalogue`` and ``rules``."""
    dataset = Dataset("https://w3id.org/clausegraph/")
    _ship(dataset)
    return dataset


def _ship(dataset: Dataset) -> None:
    dataset.load_turtle(catalog.ontology_files(), "catalogue")
    dataset.load_turtle(catalog.shape_files(), "rules")


def known_iris(dataset: Dataset) -> frozenset[str]:
    """IRIs of the catalogue that a pack may name, and the EARL outcomes."""
    earl = {
        f"http://www.w3.org/ns/earl#{code}"
        for code in ("passed", "failed", "cantTell", "inapplicable", "untested")
    }
    subjects = {
        t.subject.value for t in dataset.triples("catalogue") if isinstance(t.subject, ox.NamedNode)
    }
    return frozenset({s for s in subjects if s.startswith(CATALOGUE_IRI)} | earl)


def load(folder: Path, as_of: datetime, *, bridging: bool = True) -> Checked:
    """Read a pack into a dataset with the graphs ``run``, ``declared`` and ``cases/…``.

    Args:
        folder: the pack folder.
        as_of: time that counts as now; must have a time zone.
        bridging: whether references that do not resolve are read through edition bridges.

    Raises:
        InputError: the pack cannot be used, or ``as_of`` has no time zone.
    """
    if as_of.tzinfo is None:
        raise InputError(
            "the as-of time has no time zone", expected="for example 2026-11-23T00:00Z"
        )
    shipped = Dataset("")
    _ship(shipped)
    pack = load_pack(folder, known_iris(shipped))
    shipped.base = pack.base
    for graph, triples in pack.graphs.items():
        shipped.add(triples, graph)
    _run_graph(shipped, as_of, bridging)
    return Checked(shipped, pack, as_of.astimezone(UTC))


def _run_graph(dataset: Dataset, as_of: datetime, bridging: bool) -> None:
    run = ox.NamedNode(dataset.base + "run")
    stamp = as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    service = ox.NamedNode(_CG + "service")
    triples = [
        ox.Triple(run, _TYPE, ox.NamedNode(_CG + "Run")),
        ox.Triple(run, ox.NamedNode(_CG + "asOf"), _literal(stamp, "dateTime")),
        ox.Triple(run, ox.NamedNode(_CG + "bridging"), _literal(str(bridging).lower(), "boolean")),
    ]
    base = ox.NamedNode(dataset.base)
    triples.extend(
        ox.Triple(run, service, t.object)
        for t in dataset.triples("declared")
        if t.subject == base and t.predicate == service
    )
    dataset.add(triples, "run")


def _declared_hashes(dataset: Dataset, property_: str) -> tuple[str, ...]:
    """Hashes of certificates that the pack declares by a property of ours, sorted."""
    predicate = ox.NamedNode(_CG + property_)
    return tuple(
        sorted(
            {
                t.object.value
                for t in dataset.triples("declared")
                if t.predicate == predicate and isinstance(t.object, ox.Literal)
            }
        )
    )


def _literal(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(_XSD + datatype))


def derive(folder: Path, as_of: datetime, *, bridging: bool = True) -> Checked:
    """Load a pack and infer applicability, without collecting or validating."""
    from clausegraph.infer import infer

    checked = load(folder, as_of, bridging=bridging)
    infer(checked.dataset)
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
    checked = load(folder, as_of)
    _collect(checked, folder, keep_subjects=keep_subjects, lint=lint)
    return checked


def _collect(checked: Checked, folder: Path, *, keep_subjects: bool, lint: bool) -> None:
    from clausegraph.collect import Question, collect

    question = Question(
        checked.pack.base,
        checked.as_of,
        keep_subjects,
        lint,
        anchors=_declared_hashes(checked.dataset, "trustAnchor"),
        identities=_declared_hashes(checked.dataset, "digitalIdentity"),
        sources=checked.pack.sources,
    )
    checked.dataset.add(collect(folder, checked.pack.artefacts, question), "collected")


def check(
    folder: Path,
    as_of: datetime,
    *,
    bridging: bool = True,
    engine: str = "fast",
    keep_subjects: bool = False,
    lint: bool = False,
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
        progress: told the name of each stage before it starts.

    Raises:
        InputError: see `load`.
    """
    from clausegraph.infer import infer
    from clausegraph.outcomes import decide
    from clausegraph.validate import Engine, validate

    progress("reading the pack")
    checked = load(folder, as_of, bridging=bridging)
    dataset = checked.dataset
    progress("collecting facts from artefacts")
    _collect(checked, folder, keep_subjects=keep_subjects, lint=lint)
    progress("inferring what applies")
    infer(dataset)
    progress("validating")
    validate(dataset, Engine(engine))
    progress("deciding outcomes")
    decide(dataset)
    return checked


POPULATION_BASE = "https://w3id.org/clausegraph/id/population/"


@dataclass(frozen=True, slots=True)
class PopulationInquiry:
    """What is asked of a population outside a pack.

    Attributes:
        as_of: time that counts as now; must have a time zone.
        column: column or key of the certificate in tables; None means that it is looked for.
        authorities: files with CA certificates that may have issued it.
        verify: whether signatures are verified against them.
        lists: national trusted lists.
        lotls: lists of trusted lists, pivots included.
        anchors: SHA-256 of certificates trusted to sign a LOTL, beside the published ones.
        crls: CRLs by which its members are matched; ``authorities`` verify them.
        policy: the certificate policy that a service claims for it, by code; None for none.
        jobs: number of processes.
        checkpoint: file that keeps the results of an interrupted run.
    """

    as_of: datetime
    column: str | None = None
    authorities: tuple[Path, ...] = ()
    verify: bool = False
    lists: tuple[Path, ...] = ()
    lotls: tuple[Path, ...] = ()
    anchors: tuple[str, ...] = ()
    crls: tuple[Path, ...] = ()
    policy: str | None = None
    jobs: int = 1
    checkpoint: Path | None = None


def population(
    path: Path, inquiry: PopulationInquiry, progress: PopulationProgress | None = None
) -> tuple[Population, Dataset]:
    """Profile a population outside a pack and judge its classes by the rules.

    Args:
        path: a folder, an archive, a CSV, JSON Lines or PEM file.
        inquiry: what is asked.
        progress: told rows counted and bytes read.

    Returns:
        the population, and a dataset with its profile (graph ``collected``) and the results.

    Raises:
        InputError: the source, a file named in the inquiry or the checkpoint cannot be used.
    """
    from urllib.parse import quote

    from clausegraph.artefacts.population import Source, Task, profile_source
    from clausegraph.collect.populations import (
        list_concluder,
        profile_facts,
        read_authorities,
        read_revocations,
    )
    from clausegraph.validate import validate

    if inquiry.policy is not None and inquiry.policy not in QUALIFIED_POLICIES:
        raise InputError(
            f"no policy is called {inquiry.policy!r}",
            field="--policy",
            expected="one of " + ", ".join(QUALIFIED_POLICIES),
        )
    if inquiry.verify and not inquiry.authorities:
        raise InputError(
            "no CA certificate is given to verify signatures with",
            field="--verify-signatures",
            expected="the certificates of the CAs that issued the population",
            mend="add --ca FILE for each of them",
        )
    authorities = read_authorities(inquiry.authorities)
    concluder = list_concluder(
        inquiry.lists, inquiry.lotls, inquiry.anchors, authorities, inquiry.as_of
    )
    task = Task(
        inquiry.as_of.astimezone(UTC), tuple(c.der for c in authorities), inquiry.verify, concluder,
        read_revocations(inquiry.crls, authorities),
    )  # fmt: skip
    found = profile_source(
        Source(path, inquiry.column), task, jobs=inquiry.jobs, checkpoint=inquiry.checkpoint,
        progress=progress,
    )  # fmt: skip
    dataset = Dataset(POPULATION_BASE)
    _ship(dataset)
    name = path.name or path.resolve().name  # the folder "." has no name of its own
    artefact = ox.NamedNode(dataset.base + quote(name, safe=""))
    if inquiry.policy is not None:
        dataset.add(_claim(dataset.base, artefact, inquiry.policy), "declared")
    dataset.add(profile_facts(found, artefact, name), "collected")
    _run_graph(dataset, inquiry.as_of, bridging=True)
    validate(dataset)
    return found, dataset


def population_findings(dataset: Dataset) -> list[Mapping[str, Value]]:
    """The findings about what was collected, from the dataset that `population` gives.

    Findings about the bare claim that `population` declares (no owner, no document …) are left
    out: there is no pack that could hold them.
    """
    from clausegraph import views

    collected = {
        t.subject.value
        for t in dataset.triples("collected")
        if isinstance(t.subject, ox.NamedNode) and t.predicate == _TYPE
    }
    return [row for row in views.rows(dataset, "findings") if row["focus"] in collected]


def _claim(base: str, artefact: ox.NamedNode, policy: str) -> Iterator[ox.Triple]:
    """A service that claims a policy for a population, and nothing more."""
    service, node = ox.NamedNode(base + "service"), ox.NamedNode(base + "population")
    claimed = ox.NamedNode(f"{CATALOGUE_IRI}policy/{policy}")
    purpose = {"n": "signature", "l": "seal", "w": "website"}[policy.removesuffix("-qscd")
        .removesuffix("-gen")[-1]]  # fmt: skip
    yield ox.Triple(service, _TYPE, ox.NamedNode(_CG + "TrustService"))
    yield ox.Triple(service, ox.NamedNode(_CG + "policy"), claimed)
    yield ox.Triple(
        service, ox.NamedNode(_CG + "purpose"), ox.NamedNode(f"{CATALOGUE_IRI}purpose/{purpose}")
    )
    yield ox.Triple(service, ox.NamedNode(_CG + "population"), node)
    yield ox.Triple(node, _TYPE, ox.NamedNode(_CG + "CertificatePopulation"))
    yield ox.Triple(node, ox.NamedNode(_CG + "artefact"), artefact)


POLICY_BASE = "https://w3id.org/clausegraph/id/policy/"
QUALIFIED_POLICIES = (
    "QCP-n", "QCP-l", "QCP-n-qscd", "QCP-l-qscd", "QEVCP-w", "QNCP-w", "QNCP-w-gen",
)  # fmt: skip
_WEB_BRANCHES = ("OVCP", "IVCP")


def derive_policy(
    policy: str, *, device: bool | None = None, branch: str | None = None, bridging: bool = True
) -> Dataset:
    """What applies to any service under a policy, without a pack.

    Args:
        policy: one of the seven policies of EN 319 411-2 (clause 5.3).
        device: whether the terms demand a secure cryptographic device; for the qscd policies
            that is given.
        branch: for QNCP-w, OVCP or IVCP.
        bridging: see `load`.

    Raises:
        InputError: no such policy, or a branch that does not exist.
    """
    from clausegraph.infer import infer

    if policy not in QUALIFIED_POLICIES:
        raise InputError(
            f"{policy!r} is neither a folder of a pack nor a policy of EN 319 411-2",
            expected="one of " + ", ".join(QUALIFIED_POLICIES),
            seen=policy,
        )
    if branch is not None and branch not in _WEB_BRANCHES:
        raise InputError("no such web branch", expected="OVCP or IVCP", seen=branch)
    dataset = Dataset(f"{POLICY_BASE}{policy}/")
    _ship(dataset)
    base, service = ox.NamedNode(dataset.base), ox.NamedNode(dataset.base + "service")
    facts: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        ("policy", ox.NamedNode(f"{CATALOGUE_IRI}policy/{policy}"))
    ]
    if device or policy.endswith("-qscd"):
        facts.append(("secureDeviceRequired", _literal("true", "boolean")))
    if branch is not None:
        facts.append(("webBranch", ox.NamedNode(f"{CATALOGUE_IRI}policy/{branch}")))
    dataset.add(
        [
            ox.Triple(base, _TYPE, ox.NamedNode(_CG + "Pack")),
            ox.Triple(base, ox.NamedNode(_CG + "service"), service),
            ox.Triple(service, _TYPE, ox.NamedNode(_CG + "TrustService")),
            *(ox.Triple(service, ox.NamedNode(_CG + name), value) for name, value in facts),
        ],
        "declared",
    )
    # Applicability does not depend on time; the run only needs some instant.
    _run_graph(dataset, datetime(2000, 1, 1, tzinfo=UTC), bridging)
    infer(dataset)
    return dataset


_STANDARDS = {"401": "en-319-401/", "411-1": "en-319-411-1/", "411-2": "en-319-411-2/"}


def requirement_iri(dataset: Dataset, name: str) -> str:
    """The IRI of a requirement by ``411-2:OVR-6.3.5-12``, its bare identifier or its IRI.

    Raises:
        InputError: unknown, or the bare identifier stands in several standards.
    """
    prefix, _, identifier = name.rpartition(":")
    if name.startswith("http"):
        prefix, identifier = "", name.rpartition("/")[2]
    part = _STANDARDS.get(prefix.removeprefix("EN 319 "), "")
    requirement = ox.NamedNode(_CG + "Requirement")
    found = sorted(
        t.subject.value
        for t in dataset.triples("catalogue")
        if t.predicate == _TYPE
        and t.object == requirement
        and isinstance(t.subject, ox.NamedNode)
        and t.subject.value.endswith(f"/{identifier}")
        and f"/catalogue/{part}" in t.subject.value
    )
    if len(found) == 1:
        return found[0]
    raise InputError(
        f"no requirement is called {name!r}"
        if not found
        else f"{name!r} stands in several standards",
        expected="standard:identifier, for example 411-2:OVR-6.3.5-12",
        seen=", ".join(f.removeprefix(CATALOGUE_IRI) for f in found) or name,
        mend="clausegraph catalogue WORD finds identifiers",
    )
