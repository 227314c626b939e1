"""OSCAL in JSON, editions 1.1.2 (the default, which ServiceNow takes), 1.2.1 and 1.2.3.

A closed bundle: catalog of the three standards, profile of the service and of each certificate
policy, component definition, system security plan, assessment plan, assessment results, plan of
action and milestones (when something is open), and from 1.2 on a mapping collection of the
inheritance chain. One module per kind of document; `closure` checks that every reference resolves.
Source: https://pages.nist.gov/OSCAL/.
"""

from __future__ import annotations

from collections.abc import Iterator

from clausegraph.export.oscal import (
    assessment_plan,
    bundle,
    catalog,
    components,
    mapping,
    plan_of_system,
    poam,
    profile,
    results,
)
from clausegraph.export.package import Part, json_part
from clausegraph.export.projection import Request

MEDIA_TYPE = "application/oscal+json"


def parts(request: Request) -> Iterator[Part]:
    """The documents of the bundle."""
    for name, document in documents(request):
        yield json_part(name, document, MEDIA_TYPE)


def documents(request: Request) -> Iterator[tuple[str, dict[str, object]]]:
    """File name and content of each document of the bundle."""
    made = bundle.Bundle(request)
    yield bundle.CATALOG, catalog.document(made)
    yield bundle.PROFILE, profile.document(made)
    yield from profile.policies(made)
    yield bundle.COMPONENTS, components.document(made)
    yield bundle.SSP, plan_of_system.document(made)
    yield bundle.PLAN, assessment_plan.document(made)
    yield bundle.RESULTS, results.document(made)
    if (plan := poam.document(made)) is not None:
        yield bundle.POAM, plan
    if made.has_mapping and (chain := mapping.document(made)) is not None:
        yield bundle.MAPPING, chain
