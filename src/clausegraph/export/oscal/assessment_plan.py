"""OSCAL assessment plan: what was looked at, by which rules, with which tool.

Input: the view ``rules``. Output: one activity per gate with one step per rule that met something
to check, one for the outcomes of requirements, one for the statements of assessors. Source: the
five gates (``data/codelists/gate.csv``).
"""

from __future__ import annotations

from clausegraph.export.oscal.bundle import SSP, Bundle
from clausegraph.export.oscal.elements import Json, filled, markup, prop, standard_prop

GATES = ("intake", "triage", "incident", "assurance", "closure")
OUTCOMES, STATEMENTS = "outcomes", "statements"


def document(bundle: Bundle) -> Json:
    """The assessment plan."""
    activities = [
        *(_gate(bundle, gate) for gate in GATES),
        {
            "uuid": bundle.uuid("activity", OUTCOMES),
            "title": "Outcome per requirement",
            "description": "An outcome is decided for every requirement that applies, from the "
            "evidence that supports it.",
            "props": [standard_prop("method", "EXAMINE")],
        },
        {
            "uuid": bundle.uuid("activity", STATEMENTS),
            "title": "Statements of assessors",
            "props": [standard_prop("method", "EXAMINE")],
            "description": "What assessing bodies stated about single requirements.",
        },
    ]
    return {
        "assessment-plan": filled(
            uuid=bundle.document_uuid("assessment-plan"),
            metadata=bundle.metadata(f"Assessment of {bundle.system_name}"),
            import_ssp={"href": SSP},
            local_definitions={"activities": activities},
            reviewed_controls={"control-selections": [{"include-all": {}}]},
            assessment_subjects=[{"type": "component", "include-all": {}}],
            assessment_assets=assets(bundle),
            tasks=[
                {
                    "uuid": task_uuid(bundle, name),
                    "type": "action",
                    "title": f"Task: {name}",
                    "associated-activities": [
                        {
                            "activity-uuid": bundle.uuid("activity", name),
                            "subjects": [{"type": "component", "include-all": {}}],
                        }
                    ],
                }
                for name in (*GATES, OUTCOMES, STATEMENTS)
            ],
        )
    }


def assets(bundle: Bundle) -> Json:
    """The tool and the platform that it runs on."""
    return {
        "components": [bundle.tool_component()],
        "assessment-platforms": [
            {
                "uuid": bundle.uuid("platform"),
                "title": "Offline run on the pack folder",
                "uses-components": [{"component-uuid": bundle.tool}],
            }
        ],
    }


def task_uuid(bundle: Bundle, name: str) -> str:
    """UUID of the task of a gate, of the outcomes or of the statements."""
    return bundle.uuid("task", name)


def _gate(bundle: Bundle, gate: str) -> Json:
    rows = [r for r in bundle.projection.rows("rules") if r["gate"] == gate]
    return filled(
        uuid=bundle.uuid("activity", gate),
        title=f"Rules of the gate {gate}",
        description=f"{len(rows)} rules, each with exactly one check; those that met something "
        "to check are the steps.",
        props=[standard_prop("method", "TEST")],
        steps=[
            filled(
                uuid=bundle.uuid("step", str(row["code"])),
                title=markup(row["title"]),
                description=markup(f"{row['code']}: {row['requirements'] or 'no requirement'}"),
                props=[
                    *prop("rule", row["code"]),
                    *prop("severity", row["severity"]),
                    *prop("stop-condition", row["stop"] or None),
                ],
            )
            for row in rows
            if row["outcome"] != "untested"
        ],
    )
