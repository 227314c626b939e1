"""OSCAL plan of action and milestones: one item per gap and per broken rule.

Input: views ``gaps`` and ``findings``. Output: items with exactly one finding, one observation and
one risk each: ServiceNow refuses an import whose item names several. A pack with nothing open has
no such plan, since OSCAL allows none without an item. Source: OSCAL assessment layer.
"""

from __future__ import annotations

from clausegraph.export.oscal.assessment_plan import assets
from clausegraph.export.oscal.bundle import SSP, Bundle
from clausegraph.export.oscal.elements import Json, actor, filled, markup, prop, props
from clausegraph.export.oscal.findings import (
    STATUS,
    broken_observation,
    broken_requirement,
    broken_risk,
    gap_observation,
    gap_risk,
    law_index,
    target,
)
from clausegraph.export.oscal.plan_of_system import statement_uuid
from clausegraph.views import Row


def document(bundle: Bundle) -> Json | None:
    """The plan of action, None when nothing is open."""
    gaps, law = bundle.projection.rows("gaps"), law_index(bundle)
    broken = [
        (row, requirement)
        for row in bundle.projection.rows("findings")
        if (requirement := broken_requirement(bundle, row, law)) is not None
    ]
    if not gaps and not broken:
        return None
    evidence = [e for row in gaps for e in bundle.evidence_of.get(str(row["requirement"]), [])]
    return {
        "plan-of-action-and-milestones": filled(
            uuid=bundle.document_uuid("plan-of-action-and-milestones"),
            metadata=bundle.metadata(f"{bundle.system_name}: what is open"),
            import_ssp={"href": SSP},
            system_id={
                "identifier-type": "https://ietf.org/rfc/rfc4122",
                "id": bundle.uuid("system"),
            },
            local_definitions={"assessment-assets": assets(bundle)},
            observations=[
                *(_with_evidence(bundle, row) for row in gaps),
                *(broken_observation(bundle, row) for row, _ in broken),
            ],
            risks=[
                *(gap_risk(bundle, row) for row in gaps),
                *(broken_risk(bundle, row) for row, _ in broken),
            ],
            findings=[
                *(_gap_finding(bundle, row) for row in gaps),
                *(_broken_finding(bundle, row, requirement) for row, requirement in broken),
            ],
            poam_items=[
                *(_gap_item(bundle, row) for row in gaps),
                *(_broken_item(bundle, row) for row, _ in broken),
            ],
            back_matter=bundle.back_matter(evidence),
        )
    }


def _with_evidence(bundle: Bundle, row: Row) -> Json:
    """The observation of a gap with the evidence that is there but does not do."""
    observation = gap_observation(bundle, row)
    evidence = bundle.evidence_of.get(str(row["requirement"]), [])
    if evidence:
        collected = observation.pop("collected")
        observation["relevant-evidence"] = [
            {
                "href": f"#{bundle.resource_uuid(e)}",
                "description": markup(bundle.evidence[e]["title"] or e),
            }
            for e in evidence
        ]
        observation["collected"] = collected
    return observation


def _finding(
    bundle: Bundle, key: tuple[str, ...], requirement: str, title: str, text: str, outcome: str
) -> Json:
    state, reason = STATUS[outcome]
    return filled(
        uuid=bundle.uuid("poam-finding", *key),
        title=title,
        description=text,
        origins=actor("tool", bundle.tool),
        target=target(bundle, requirement, state, reason),
        implementation_statement_uuid=statement_uuid(bundle, requirement)
        if requirement in bundle.outcomes
        else None,
        related_observations=[{"observation-uuid": bundle.uuid("observation", *key)}],
        related_risks=[{"risk-uuid": bundle.uuid("risk", *key)}],
    )


def _gap_finding(bundle: Bundle, row: Row) -> Json:
    iri = str(row["requirement"])
    title = markup(f"{row['standard']} {row['identifier']}: {row['outcome']}")
    return _finding(bundle, ("gap", iri), iri, title, markup(row["close"]), str(row["outcome"]))


def _broken_finding(bundle: Bundle, row: Row, requirement: str) -> Json:
    # A remark of a rule leaves the requirement satisfied; only violations and warnings do not.
    outcome = "not-applicable" if row["severity"] == "info" else "disputed"
    key = (str(row["result"]),)
    return _finding(bundle, key, requirement, markup(row["title"]), markup(row["message"]), outcome)


def _item(bundle: Bundle, key: tuple[str, ...], title: str, text: str, more: list[Json]) -> Json:
    return filled(
        uuid=bundle.uuid("poam-item", *key),
        title=title,
        description=text,
        props=more,
        origins=actor("tool", bundle.tool),
        related_findings=[{"finding-uuid": bundle.uuid("poam-finding", *key)}],
        related_observations=[{"observation-uuid": bundle.uuid("observation", *key)}],
        related_risks=[{"risk-uuid": bundle.uuid("risk", *key)}],
    )


def _gap_item(bundle: Bundle, row: Row) -> Json:
    more = [*prop("outcome", row["outcome"]), *props("owner", row["owner"])]
    title = markup(f"{row['standard']} {row['identifier']}: {row['outcome']}")
    return _item(bundle, ("gap", str(row["requirement"])), title, markup(row["close"]), more)


def _broken_item(bundle: Bundle, row: Row) -> Json:
    more = [
        *prop("rule", row["code"]),
        *prop("severity", row["severity"]),
        *props("owner", row["owner"]),
    ]
    return _item(bundle, (str(row["result"]),), markup(row["title"]), markup(row["message"]), more)
