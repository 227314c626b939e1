"""Questions that are asked without a pack: a population, or a policy alone.

Input: a source of certificates and what is asked of it, or the code of a policy. Output: a
dataset with the shipped graphs, what was found, and what follows from it.
Clause: EN 319 411-2 5.3 (policies), 5.5 and 6.6.1 (certificates).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from clausegraph.errors import InputError
from clausegraph.shipped import CATALOGUE_IRI, add_run, catalogue, literal

if TYPE_CHECKING:
    from clausegraph.artefacts.population import Population
    from clausegraph.store import Dataset
    from clausegraph.views import Value

_CG = "https://w3id.org/clausegraph/core#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

PopulationProgress = Callable[[int, int], None]

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
    dataset = catalogue(POPULATION_BASE)
    name = path.name or path.resolve().name  # the folder "." has no name of its own
    artefact = ox.NamedNode(dataset.base + quote(name, safe=""))
    if inquiry.policy is not None:
        dataset.add(_claim(dataset.base, artefact, inquiry.policy), "declared")
    dataset.add(profile_facts(found, artefact, name), "collected")
    add_run(dataset, inquiry.as_of)
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
        bridging: whether references that do not resolve are read through edition bridges.

    Raises:
        InputError: no such policy, or a branch that does not exist.
    """
    from clausegraph.cache import default
    from clausegraph.claims import infer_by_claim

    if policy not in QUALIFIED_POLICIES:
        raise InputError(
            f"{policy!r} is neither a folder of a pack nor a policy of EN 319 411-2",
            expected="one of " + ", ".join(QUALIFIED_POLICIES),
            seen=policy,
        )
    if branch is not None and branch not in _WEB_BRANCHES:
        raise InputError("no such web branch", expected="OVCP or IVCP", seen=branch)
    dataset = catalogue(f"{POLICY_BASE}{policy}/")
    base, service = ox.NamedNode(dataset.base), ox.NamedNode(dataset.base + "service")
    facts: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        ("policy", ox.NamedNode(f"{CATALOGUE_IRI}policy/{policy}"))
    ]
    if device or policy.endswith("-qscd"):
        facts.append(("secureDeviceRequired", literal("true", "boolean")))
    if branch is not None:
        facts.append(("webBranch", ox.NamedNode(f"{CATALOGUE_IRI}policy/{branch}")))
    dataset.add(
        [
            ox.Triple(base, _TYPE, ox.NamedNode(_CG + "Pack")),
            ox.Triple(base, ox.NamedNode(_CG + "service"), service),
            ox.Triple(service, _TYPE, ox.NamedNode(_CG + "TrustService")),
            ox.Triple(service, ox.NamedNode(_CG + "inPack"), base),
            *(ox.Triple(service, ox.NamedNode(_CG + name), value) for name, value in facts),
        ],
        "declared",
    )
    # Applicability does not depend on time; the run only needs some instant.
    add_run(dataset, datetime(2000, 1, 1, tzinfo=UTC), bridging=bridging)
    infer_by_claim(dataset, default())
    return dataset
