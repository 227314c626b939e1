"""Observations, risks and findings that assessment results and the plan of action share.

Input: views ``gaps``, ``findings``, ``law``. Output: for each broken rule and each gap one
observation, one risk and the requirement that it is about. A rule may enforce several requirements
or only a provision of law: it stands at the first requirement of the service that it names, else at
the first one that the law view maps to the provision. Source: OSCAL assessment layer.
"""

from __future__ import annotations

from collections.abc import Mapping

from clausegraph.export.oscal.bundle import Bundle
from clausegraph.export.oscal.elements import Json, actor, filled, markup, prop, props
from clausegraph.views import Row

# Outcome of a requirement → state and reason of a finding.
STATUS = {
    "met": ("satisfied", "pass"),
    "inherited": ("satisfied", "pass"),
    "not-applicable": ("satisfied", "other"),
    "stale": ("not-satisfied", "fail"),
    "disputed": ("not-satisfied", "fail"),
    "missing": ("not-satisfied", "fail"),
    "undecided": ("not-satisfied", "other"),
}


def target(bundle: Bundle, requirement: str, state: str, reason: str, remarks: str = "") -> Json:
    """The target of a finding: the statement of a requirement."""
    return {
        "type": "statement-id",
        "target-id": bundle.statement(requirement),
        "title": bundle.control(requirement),
        "status": filled(state=state, reason=reason, remarks=markup(remarks)),
    }


def broken_requirement(bundle: Bundle, row: Row, law: Mapping[str, str]) -> str | None:
    """The requirement that a finding of a rule stands at, None where there is none."""
    named = [n for n in str(row["requirements"] or "").split("; ") if n]
    candidates = [bundle.named[n] for n in named if n in bundle.named]
    candidates += [bundle.named[law[n]] for n in named if law.get(n) in bundle.named]
    applying = [c for c in candidates if c in bundle.outcomes]
    return next(iter(applying or candidates), None)


def law_index(bundle: Bundle) -> Mapping[str, str]:
    """Provision → the first requirement of the service that is mapped to it."""
    found: dict[str, str] = {}
    for row in bundle.projection.rows("law"):
        found.setdefault(str(row["provision"]), str(row["requirement"]))
    return found


def broken_observation(bundle: Bundle, row: Row) -> Json:
    """What a rule saw."""
    return filled(
        uuid=bundle.uuid("observation", str(row["result"])),
        title=markup(row["title"]),
        description=markup(row["message"]),
        props=[
            *prop("rule", row["code"]),
            *prop("gate", row["gate"]),
            *prop("severity", row["severity"]),
            *prop("stop-condition", row["stop"] or None),
            *prop("focus-node", row["focus"]),
            *prop("value", row["value"]),
            *prop("location", row["location"]),
        ],
        methods=["TEST"],
        types=["finding"],
        origins=actor("tool", bundle.tool),
        collected=bundle.projection.stamp,
    )


def broken_risk(bundle: Bundle, row: Row) -> Json:
    """What stays open while a rule is broken."""
    return filled(
        uuid=bundle.uuid("risk", str(row["result"])),
        title=markup(row["title"]),
        description=markup(row["message"]),
        statement=markup(
            f"While this is so, {row['requirements'] or 'the rule'} is not shown to be met"
            + (f" and the gate {row['gate']} stays blocked." if row["stop"] else ".")
        ),
        props=[*prop("severity", row["severity"]), *props("owner", row["owner"])],
        status="open",
        origins=actor("tool", bundle.tool),
        related_observations=[{"observation-uuid": bundle.uuid("observation", str(row["result"]))}],
    )


def gap_observation(bundle: Bundle, row: Row) -> Json:
    """Why a requirement is not met."""
    iri = str(row["requirement"])
    return filled(
        uuid=bundle.uuid("observation", "gap", iri),
        title=markup(f"{row['identifier']}: {row['outcome']}"),
        description=markup(row["close"]),
        props=[*prop("outcome", row["outcome"]), *props("evidence-kind", row["kinds"])],
        methods=["EXAMINE"],
        types=["control-objective"],
        origins=actor("tool", bundle.tool),
        collected=bundle.projection.stamp,
    )


def gap_risk(bundle: Bundle, row: Row) -> Json:
    """What stays open while a requirement is not met, and what would close it."""
    iri = str(row["requirement"])
    return filled(
        uuid=bundle.uuid("risk", "gap", iri),
        title=markup(f"{row['standard']} {row['identifier']} is {row['outcome']}"),
        description=markup(row["summary"] or row["identifier"]),
        statement=markup(f"The requirement applies by {row['chain']} and is {row['outcome']}."),
        props=[*prop("modality", row["modality"]), *props("owner", row["owner"])],
        status="open",
        origins=actor("tool", bundle.tool),
        remediations=[
            {
                "uuid": bundle.uuid("remediation", iri),
                "lifecycle": "recommendation",
                "title": "What would close it",
                "description": markup(row["close"]),
            }
        ],
        related_observations=[{"observation-uuid": bundle.uuid("observation", "gap", iri)}],
    )
