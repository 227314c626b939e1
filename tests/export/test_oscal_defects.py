"""Seeded defects: every kind must be found by the official schema or by our own checks.

The first eighteen kinds are those on which the validators at hand were measured; three of them
(a dangling ``observation-uuid``, an unknown target of a finding, a dangling ``finding-uuid`` of an
item) were found by no other validator. The clean bundle gives no finding, so each test can fail.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from clausegraph.export import Projection

from .oscal_bundle import Documents, bundle, own_errors, schema_errors, small

NOWHERE = "11111111-1111-4111-8111-111111111111"
Json = Any

CATALOG, PROFILE = "catalog.json", "profile.json"
COMPONENTS, SSP = "component-definition.json", "system-security-plan.json"
PLAN, RESULTS = "assessment-plan.json", "assessment-results.json"
POAM, MAPPING = "plan-of-action-and-milestones.json", "mapping-collection.json"


def body(made: Documents, name: str) -> Json:
    [found] = made[name].values()
    return found


def result(made: Documents) -> Json:
    return body(made, RESULTS)["results"][0]


def clauses(made: Documents) -> list[Json]:
    """All groups of the catalog."""
    found, waiting = [], list(body(made, CATALOG)["groups"])
    while waiting:
        group = waiting.pop()
        found.append(group)
        waiting += group.get("groups", [])
    return found


def control(made: Documents) -> Json:
    return next(g["controls"][0] for g in clauses(made) if "controls" in g)


def evidenced(made: Documents) -> Json:
    return next(f for f in result(made)["findings"] if "related-observations" in f)


def requirement(made: Documents) -> Json:
    return body(made, SSP)["control-implementation"]["implemented-requirements"][0]


def unknown_property(made: Documents) -> None:
    body(made, CATALOG)["colour"] = "red"


def missing_title(made: Documents) -> None:
    del body(made, RESULTS)["metadata"]["title"]


def bad_state(made: Documents) -> None:
    result(made)["findings"][0]["target"]["status"]["state"] = "mostly"


def time_without_zone(made: Documents) -> None:
    body(made, RESULTS)["metadata"]["last-modified"] = "2026-11-23T00:00:00"


def version_1_uuid(made: Documents) -> None:
    body(made, CATALOG)["uuid"] = "c232ab00-9414-11ec-b3c8-9f6bdeced846"


def spaced_identifier(made: Documents) -> None:
    control(made)["id"] = "REQ 5 01"


def empty_array(made: Documents) -> None:
    result(made)["findings"][0]["links"] = []


def groups_and_controls(made: Documents) -> None:
    group = next(g for g in clauses(made) if "groups" in g)
    group["controls"] = [{**control(made), "id": "another"}]


def edition_unknown(made: Documents) -> None:
    for name in made:
        body(made, name)["metadata"]["oscal-version"] = "9.9.9"


def duplicate_uuid(made: Documents) -> None:
    findings = result(made)["findings"]
    findings[1]["uuid"] = findings[0]["uuid"]


def duplicate_control(made: Documents) -> None:
    controls = [g["controls"] for g in clauses(made) if "controls" in g]
    controls[1][0]["id"] = controls[0][0]["id"]


def dangling_import(made: Documents) -> None:
    body(made, RESULTS)["import-ap"]["href"] = "another-plan.json"


def dangling_observation(made: Documents) -> None:
    evidenced(made)["related-observations"][0]["observation-uuid"] = NOWHERE


def unknown_target(made: Documents) -> None:
    evidenced(made)["target"]["target-id"] = "en-319-401_REQ-0-00_smt"


def dangling_finding_of_an_item(made: Documents) -> None:
    body(made, POAM)["poam-items"][0]["related-findings"][0]["finding-uuid"] = NOWHERE


def dangling_evidence(made: Documents) -> None:
    result(made)["observations"][0]["relevant-evidence"][0]["href"] = f"#{NOWHERE}"


def no_by_component(made: Documents) -> None:
    del requirement(made)["statements"]


def unknown_control_in_profile(made: Documents) -> None:
    body(made, PROFILE)["imports"][0]["include-controls"][0]["with-ids"].append("no-such-control")


# ---- further kinds ----------------------------------------------------------------------------


def two_findings_of_an_item(made: Documents) -> None:
    item = body(made, POAM)["poam-items"][0]
    item["related-findings"].append(body(made, POAM)["poam-items"][1]["related-findings"][0])


def dangling_risk(made: Documents) -> None:
    body(made, POAM)["poam-items"][0]["related-risks"][0]["risk-uuid"] = NOWHERE


def unknown_actor(made: Documents) -> None:
    evidenced(made)["origins"][0]["actors"][0]["actor-uuid"] = NOWHERE


def unknown_subject(made: Documents) -> None:
    result(made)["observations"][0]["subjects"][0]["subject-uuid"] = NOWHERE


def unknown_role(made: Documents) -> None:
    body(made, SSP)["system-implementation"]["users"][0]["role-ids"] = ["nobody"]


def unknown_responsible_role(made: Documents) -> None:
    parts = requirement(made)["statements"][0]["by-components"][0]
    parts["responsible-roles"] = [{"role-id": "nobody"}]


def unknown_party(made: Documents) -> None:
    body(made, CATALOG)["metadata"]["responsible-parties"][0]["party-uuids"] = [NOWHERE]


def unknown_component(made: Documents) -> None:
    requirement(made)["statements"][0]["by-components"][0]["component-uuid"] = NOWHERE


def unknown_implementation_statement(made: Documents) -> None:
    evidenced(made)["implementation-statement-uuid"] = NOWHERE


def unknown_activity(made: Documents) -> None:
    body(made, PLAN)["tasks"][0]["associated-activities"][0]["activity-uuid"] = NOWHERE


def unknown_task(made: Documents) -> None:
    evidenced(made)["origins"][0]["related-tasks"][0]["task-uuid"] = NOWHERE


def import_of_another_kind(made: Documents) -> None:
    body(made, SSP)["import-profile"]["href"] = CATALOG


def source_of_components_missing(made: Documents) -> None:
    part = next(c for c in body(made, COMPONENTS)["components"] if "control-implementations" in c)
    part["control-implementations"][0]["source"] = "elsewhere.json"


def control_not_implemented(made: Documents) -> None:
    del body(made, SSP)["control-implementation"]["implemented-requirements"][0]


def control_not_selected(made: Documents) -> None:
    body(made, PROFILE)["imports"][0]["include-controls"][0]["with-ids"].pop()


def statement_of_another_control(made: Documents) -> None:
    requirements = body(made, SSP)["control-implementation"]["implemented-requirements"]
    other = requirements[1]["statements"][0]["statement-id"]
    requirements[0]["statements"][0]["statement-id"] = other


def withdrawn_control_selected(made: Documents) -> None:
    gone = next(
        c["id"]
        for g in clauses(made)
        for c in g.get("controls", [])
        if {"name": "status", "value": "withdrawn"} in c["props"]
    )
    body(made, PROFILE)["imports"][0]["include-controls"][0]["with-ids"].append(gone)


def unknown_mapped_control(made: Documents) -> None:
    body(made, MAPPING)["mappings"][0]["maps"][0]["targets"][0]["id-ref"] = "no-such-control"


def editions_differ(made: Documents) -> None:
    body(made, PLAN)["metadata"]["oscal-version"] = "1.1.2"


def hash_of_unknown_kind(made: Documents) -> None:
    for resource in body(made, SSP)["back-matter"]["resources"]:
        for link in resource.get("rlinks", []):
            link["hashes"] = [{"algorithm": "SHA-256"}]


FIRST = [
    unknown_property, missing_title, bad_state, time_without_zone, version_1_uuid,
    spaced_identifier, empty_array, groups_and_controls, edition_unknown, duplicate_uuid,
    duplicate_control, dangling_import, dangling_observation, unknown_target,
    dangling_finding_of_an_item, dangling_evidence, no_by_component, unknown_control_in_profile,
]  # fmt: skip
FURTHER = [
    two_findings_of_an_item, dangling_risk, unknown_actor, unknown_subject, unknown_role,
    unknown_responsible_role, unknown_party, unknown_component, unknown_implementation_statement,
    unknown_activity, unknown_task, import_of_another_kind, source_of_components_missing,
    control_not_implemented, control_not_selected, statement_of_another_control,
    withdrawn_control_selected, unknown_mapped_control, editions_differ, hash_of_unknown_kind,
]  # fmt: skip


@pytest.fixture(scope="module")
def clean(borealis: Projection) -> Documents:
    return bundle(small(borealis), "1.2.3")


def test_eighteen_kinds_and_more() -> None:
    assert len(FIRST) == 18
    assert len({f.__name__ for f in (*FIRST, *FURTHER)}) == len(FIRST) + len(FURTHER)


def test_the_clean_bundle_has_no_finding(clean: Documents) -> None:
    assert schema_errors(clean, "1.2.3") == []
    assert own_errors(clean) == []


@pytest.mark.parametrize("spoil", [*FIRST, *FURTHER], ids=lambda f: f.__name__)
def test_every_seeded_defect_is_found(clean: Documents, spoil: Callable[[Documents], None]) -> None:
    spoilt = copy.deepcopy(clean)
    spoil(spoilt)
    assert spoilt != clean
    assert schema_errors(spoilt, "1.2.3") + [str(b) for b in own_errors(spoilt)]
