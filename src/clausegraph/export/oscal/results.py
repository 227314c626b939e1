"""OSCAL assessment results: one result of this software, one per assessing body.

Input: views ``outcomes``, ``outcome-evidence``, ``gaps``, ``findings``, ``gates`` and
``assessor-results``. Output: one finding per requirement that applies, on one observation per
evidence item that counts; broken rules as observations and risks at the requirements that they
enforce. What an assessor stated is a result of its own with the body as its origin, so that nobody
takes one for the other. Each finding carries a digest of what an assessor could edit: an import
sees by it what was changed. Source: OSCAL assessment layer; EARL for the outcomes of statements.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clausegraph.export.oscal.assessment_plan import OUTCOMES, STATEMENTS, assets, task_uuid
from clausegraph.export.oscal.bundle import PLAN, Bundle
from clausegraph.export.oscal.elements import (
    Json,
    actor,
    filled,
    instant,
    line,
    markup,
    prop,
    props,
)
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
from clausegraph.export.oscal.plan_of_system import describe, statement_uuid
from clausegraph.views import Row

# EARL outcome of a statement → state and reason of a finding.
STATED = {
    "passed": ("satisfied", "pass"),
    "failed": ("not-satisfied", "fail"),
    "inapplicable": ("satisfied", "other"),
    "cantTell": ("not-satisfied", "other"),
    "untested": ("not-satisfied", "other"),
}
DIGEST = "export-digest"


def document(bundle: Bundle) -> Json:
    """The assessment results."""
    bodies: dict[str, list[Row]] = {}
    for row in bundle.projection.rows("assessor-results"):
        bodies.setdefault(line(row["by"] or ""), []).append(row)
    used = [e for items in bundle.evidence_of.values() for e in items]
    return {
        "assessment-results": filled(
            uuid=bundle.document_uuid("assessment-results"),
            metadata=bundle.metadata(
                f"{bundle.system_name}: results at {bundle.projection.stamp}",
                parties=bundle.bodies,
            ),
            import_ap={"href": PLAN},
            results=[
                _own(bundle),
                *(_stated(bundle, body, bodies[body]) for body in sorted(bodies)),
            ],
            back_matter=bundle.back_matter(used),
        )
    }


def _own(bundle: Bundle) -> Json:
    """The result of this software."""
    projection, law = bundle.projection, law_index(bundle)
    gaps = {str(r["requirement"]): r for r in projection.rows("gaps")}
    broken: dict[str, list[Row]] = {}
    for row in projection.rows("findings"):
        requirement = broken_requirement(bundle, row, law)
        if requirement is not None:
            broken.setdefault(requirement, []).append(row)
    used = dict.fromkeys(e for items in bundle.evidence_of.values() for e in items)
    return filled(
        uuid=bundle.uuid("result", projection.stamp),
        title=f"Run of clausegraph {projection.version}",
        description=markup(
            f"Verdict: {bundle.verdict['verdict']}. One finding per requirement that applies."
        ),
        start=projection.stamp,
        end=projection.stamp,
        props=[*prop("verdict", bundle.verdict["verdict"]), *_gates(bundle)],
        local_definitions={"assessment-assets": assets(bundle)},
        reviewed_controls={"control-selections": [{"include-all": {}}]},
        observations=[
            *(_evidence(bundle, e) for e in used),
            *(gap_observation(bundle, row) for row in gaps.values()),
            *(broken_observation(bundle, row) for row in projection.rows("findings")),
        ],
        risks=[
            *(gap_risk(bundle, row) for row in gaps.values()),
            *(broken_risk(bundle, row) for row in projection.rows("findings")),
        ],
        findings=[
            _finding(bundle, iri, gaps, broken.get(iri, []))
            for iri in bundle.controls
            if iri in bundle.outcomes
        ],
    )


def _gates(bundle: Bundle) -> list[Json]:
    return [
        p
        for row in bundle.projection.rows("gates")
        for p in prop(
            f"gate-{row['gate']}",
            row["state"],
            remarks=f"{row['tested']} rules tested, {row['passed']} passed, "
            f"{row['failed']} failed, {row['stops']} stop conditions.",
        )
    ]


def _evidence(bundle: Bundle, evidence: str) -> Json:
    """An evidence item that counts, as it was examined."""
    row = bundle.evidence[evidence]
    title = markup(row["title"] or evidence)
    resource = bundle.resource_uuid(evidence)
    expires = row["expires"]
    return filled(
        uuid=bundle.uuid("observation", "evidence", evidence),
        title=title,
        description=f"Examined; its state is {row['state']}.",
        props=[*props("evidence-kind", row["kinds"]), *prop("location", row["location"])],
        methods=["EXAMINE"],
        types=["control-objective"],
        origins=actor("tool", bundle.tool),
        subjects=[{"subject-uuid": resource, "type": "resource", "title": title}],
        relevant_evidence=[{"href": f"#{resource}", "description": title}],
        collected=bundle.collected(evidence),
        expires=instant(expires) if isinstance(expires, datetime) else None,
    )


def _finding(bundle: Bundle, iri: str, gaps: Mapping[str, Row], broken: list[Row]) -> Json:
    row = bundle.outcomes[iri]
    state, reason = STATUS[str(row["outcome"])]
    observations = [("evidence", e) for e in bundle.evidence_of.get(iri, [])]
    if iri in gaps:
        observations.append(("gap", iri))
    observations += [("", str(b["result"])) for b in broken]
    risks = [("gap", iri)] if iri in gaps else []
    risks += [("", str(b["result"])) for b in broken]
    description = markup(describe(bundle, iri, row))
    finding = filled(
        uuid=finding_uuid(bundle, iri),
        title=markup(f"{row['standard']} {row['identifier']}: {row['outcome']}"),
        description=description,
        props=[
            *prop("outcome", row["outcome"]),
            *prop("standing", row["standing"]),
            *props("owner", row["owner"]),
        ],
        origins=[
            {
                "actors": [{"type": "tool", "actor-uuid": bundle.tool}],
                "related-tasks": [{"task-uuid": task_uuid(bundle, OUTCOMES)}],
            }
        ],
        target=target(bundle, iri, state, reason),
        implementation_statement_uuid=statement_uuid(bundle, iri),
        related_observations=[
            {"observation-uuid": bundle.uuid("observation", *filter(None, o))} for o in observations
        ],
        related_risks=[{"risk-uuid": bundle.uuid("risk", *filter(None, r))} for r in risks],
    )
    return _sealed(finding)


def finding_uuid(bundle: Bundle, requirement: str) -> str:
    """UUID of our finding about a requirement."""
    return bundle.uuid("finding", requirement)


def digest(finding: Mapping[str, Any]) -> str:
    """Digest of what an assessor could edit in a finding, whatever its white space.

    Returns:
        two digests with a dot between: state, reason and remarks; description. An import tells
        by them whether the words of the description are ours.
    """
    status = finding.get("target", {}).get("status", {})
    judged = [status.get("state"), status.get("reason"), status.get("remarks")]
    return f"{_digest(*judged, finding.get('remarks'))}.{_digest(finding.get('description'))}"


def _digest(*parts: object) -> str:
    words = "\n".join(" ".join(str(part or "").split()) for part in parts)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _sealed(finding: Json) -> Json:
    """The finding with its digest among its properties."""
    finding["props"] += prop(DIGEST, digest(finding))
    return finding


def statement_finding_uuid(bundle: Bundle, assertion: str) -> str:
    """UUID of the finding that carries a statement of an assessor."""
    return bundle.uuid("finding", "statement", assertion)


def _stated(bundle: Bundle, body: str, rows: list[Row]) -> Json:
    """The statements of one assessing body."""
    dates = sorted(instant(r["date"]) for r in rows if isinstance(r["date"], datetime))
    start, end = (dates[0], dates[-1]) if dates else (bundle.projection.stamp,) * 2
    reviewed = dict.fromkeys(bundle.control(str(r["requirement"])) for r in rows)
    return filled(
        uuid=bundle.uuid("result", "statements", bundle.party(body)),
        title=markup(f"Statements of {body or 'an assessor who is not named'}"),
        description="What the assessing body stated about single requirements.",
        start=start,
        end=end,
        reviewed_controls={
            "control-selections": [{"include-controls": [{"control-id": c} for c in reviewed]}]
        },
        observations=[_statement_observation(bundle, body, row, start) for row in rows],
        findings=[_statement_finding(bundle, body, row) for row in rows],
    )


def _origin(bundle: Bundle, body: str) -> list[Json]:
    if not body:
        return actor("tool", bundle.tool)
    party = {"type": "party", "actor-uuid": bundle.party(body), "role-id": "assessor"}
    return [
        {
            "actors": [party],
            "related-tasks": [{"task-uuid": task_uuid(bundle, STATEMENTS)}],
        }
    ]


def _statement_observation(bundle: Bundle, body: str, row: Row, start: str) -> Json:
    date = row["date"]
    return filled(
        uuid=bundle.uuid("observation", "statement", str(row["assertion"])),
        title=markup(f"{row['standard']} {row['identifier']}: {row['result']}"),
        description=markup(row["remark"] or "No remark."),
        props=prop("earl-outcome", row["result"]),
        methods=["EXAMINE"],
        types=["control-objective"],
        origins=_origin(bundle, body),
        collected=instant(date) if isinstance(date, datetime) else start,
    )


def _statement_finding(bundle: Bundle, body: str, row: Row) -> Json:
    state, reason = STATED[str(row["result"])]
    iri, assertion = str(row["requirement"]), str(row["assertion"])
    remarks = markup(row["remark"] or "")
    finding = filled(
        uuid=statement_finding_uuid(bundle, assertion),
        title=markup(f"{row['standard']} {row['identifier']}: {row['result']}"),
        description=remarks or "No remark.",
        props=[
            *prop("earl-outcome", row["result"]),
            *prop("statement", assertion),
        ],
        origins=_origin(bundle, body),
        target=target(bundle, iri, state, reason, str(row["remark"] or "")),
        implementation_statement_uuid=statement_uuid(bundle, iri)
        if iri in bundle.outcomes
        else None,
        related_observations=[
            {"observation-uuid": bundle.uuid("observation", "statement", assertion)}
        ],
    )
    return _sealed(finding)
