"""OSCAL system security plan: how the service meets each requirement that applies.

Input: the views ``outcomes``, ``outcome-evidence``, ``inheritance``, ``components``, ``roles``.
Output: one implemented requirement per row of the profile, with one statement by the service, its
state, its evidence and the chain that makes it apply. Outcomes that OSCAL has no state for keep
their own code as a property. Source: OSCAL implementation layer; the outcomes of ``docs/model.md``.
"""

from __future__ import annotations

from clausegraph.export.oscal.bundle import PROFILE, Bundle
from clausegraph.export.oscal.components import system_components, this_system
from clausegraph.export.oscal.elements import Json, filled, line, markup, prop, props, responsible
from clausegraph.views import Row

STATES = {
    "met": "implemented",
    "inherited": "implemented",
    "stale": "partial",
    "disputed": "partial",
    "missing": "planned",
    "undecided": "planned",
    "not-applicable": "not-applicable",
}


def document(bundle: Bundle) -> Json:
    """The system security plan."""
    service = bundle.service
    boundary = markup(service["description"] or f"The service {bundle.system_name}.")
    used = [e for items in bundle.evidence_of.values() for e in items]
    return {
        "system-security-plan": filled(
            uuid=bundle.document_uuid("system-security-plan"),
            metadata=bundle.metadata(f"{bundle.system_name}: how its requirements are met"),
            import_profile={"href": PROFILE},
            system_characteristics=filled(
                system_ids=[
                    {
                        "identifier-type": "https://ietf.org/rfc/rfc4122",
                        "id": bundle.uuid("system"),
                    }
                ],
                system_name=bundle.system_name,
                description=boundary,
                props=[
                    *prop("certificate-policy", bundle.verdict["policy"]),
                    *prop("service-type", service["kind"]),
                    *prop("verdict", bundle.verdict["verdict"]),
                ],
                system_information={
                    "information-types": [
                        {
                            "uuid": bundle.uuid("information-type"),
                            "title": "Certificate life-cycle data",
                            "description": "Data about subscribers, subjects, certificates and "
                            "their status that the trust service keeps.",
                        }
                    ]
                },
                status={"state": "operational"},
                authorization_boundary={"description": boundary},
            ),
            system_implementation={
                "users": _users(bundle),
                "components": system_components(bundle),
            },
            control_implementation={
                "description": "One statement per requirement that applies to the service, with "
                "the evidence that its outcome rests on.",
                "implemented-requirements": [
                    _requirement(bundle, iri, bundle.outcomes[iri])
                    for iri in bundle.controls
                    if iri in bundle.outcomes
                ],
            },
            back_matter=bundle.back_matter(used),
        )
    }


def _users(bundle: Bundle) -> list[Json]:
    """One user per role: functions, never persons."""
    found: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for row in bundle.projection.rows("roles"):
        titles[str(row["code"])] = markup(row["label"])
        holders = found.setdefault(str(row["code"]), [])
        if row["holder"]:
            holders.append(line(row["holder"]))
    return [
        filled(
            uuid=bundle.uuid("user", code),
            title=titles[code],
            props=[p for holder in holders for p in prop("holder", holder)],
            role_ids=[code],
        )
        for code, holders in found.items()
    ]


def statement_uuid(bundle: Bundle, requirement: str) -> str:
    """UUID of the statement of a requirement, which findings refer to."""
    return bundle.uuid("statement", requirement)


def _requirement(bundle: Bundle, iri: str, row: Row) -> Json:
    outcome = str(row["outcome"])
    evidence = bundle.evidence_of.get(iri, [])
    return filled(
        uuid=bundle.uuid("requirement", iri),
        control_id=bundle.control(iri),
        props=[
            *prop("outcome", outcome),
            *prop("standing", row["standing"]),
            *prop("rests-on-bridge", row["bridge"] or None),
            *props("law", row["law"]),
        ],
        statements=[
            {
                "statement-id": bundle.statement(iri),
                "uuid": statement_uuid(bundle, iri),
                "by-components": [
                    filled(
                        component_uuid=this_system(bundle),
                        uuid=bundle.uuid("by-component", iri),
                        description=markup(describe(bundle, iri, row)),
                        links=[
                            {"href": f"#{bundle.resource_uuid(e)}", "rel": "evidence"}
                            for e in evidence
                        ],
                        implementation_status={"state": STATES[outcome]},
                        responsible_roles=responsible(row["owner"]),
                    )
                ],
            }
        ],
        remarks=markup(f"Applies by {row['chain']}") if row["chain"] else None,
    )


def describe(bundle: Bundle, iri: str, row: Row) -> str:
    """The outcome of a requirement in one sentence."""
    outcome, evidence = str(row["outcome"]), row["evidence"]
    reason = bundle.reasons.get(iri)
    match outcome:
        case "met":
            return f"Met, on the evidence: {evidence}."
        case "inherited":
            return "Met because everything that it takes over is met."
        case "stale":
            return f"The evidence is no longer current: {evidence}."
        case "disputed":
            return f"The evidence is disputed: {evidence or 'see the findings'}."
        case "undecided":
            return f"It depends on a condition that is not decided: {row['condition'] or reason}."
        case "not-applicable":
            return f"Declared not applicable: {reason or 'no reason is stated'}."
    return "No current evidence supports it."
