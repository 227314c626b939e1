"""OSCAL catalog: the three standards, a group per clause, a control per requirement.

Input: the views ``clauses`` and ``catalogue``. Output: one catalog. A group of OSCAL holds groups
or controls, never both: a clause that has requirements and clauses below it gets a group of its own
requirements. Void requirements are controls with the status ``withdrawn``, so that their
identifiers stay known and cannot be taken for requirements. Source: EN 319 401, 411-1, 411-2;
identifiers and own words only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clausegraph.export.oscal.bundle import STANDARDS, Bundle, control_id
from clausegraph.export.oscal.elements import (
    Json,
    filled,
    markup,
    prop,
    props,
    standard_prop,
    token,
)
from clausegraph.views import Row


def document(bundle: Bundle) -> Json:
    """The catalog."""
    clauses = bundle.projection.rows("clauses")
    return {
        "catalog": {
            "uuid": bundle.document_uuid("catalog"),
            "metadata": bundle.metadata(
                "Requirements of EN 319 401, EN 319 411-1 and EN 319 411-2 in own words"
            ),
            "groups": [
                _standard(bundle, standard, [c for c in clauses if c["standard"] == standard])
                for standard in STANDARDS
            ],
        }
    }


def _standard(bundle: Bundle, standard: str, clauses: Sequence[Row]) -> Json:
    children: dict[str | None, list[Row]] = {}
    for clause in clauses:
        parent = clause["parent"]
        children.setdefault(None if parent is None else str(parent), []).append(clause)
    controls: dict[str, list[Json]] = {}
    for iri, row in bundle.controls.items():
        if row["standard"] == standard:
            controls.setdefault(str(row["clause"]), []).append(_control(bundle, iri, row))
    groups = [g for c in children.get(None, []) for g in _group(c, children, controls)]
    return {
        "id": group_id(standard),
        "class": "standard",
        "title": standard,
        "props": [standard_prop("label", standard), *prop("edition", clauses[0]["edition"])],
        "groups": groups,
    }


def group_id(standard: str, clause: str = "") -> str:
    """The identifier of the group of a standard or of one of its clauses."""
    return token(standard.lower().replace(" ", "-") + (f"_clause-{clause}" if clause else ""))


def _group(
    clause: Row, children: Mapping[str | None, Sequence[Row]], controls: Mapping[str, list[Json]]
) -> list[Json]:
    """The group of a clause, none where neither it nor a clause below has a requirement."""
    number, standard = str(clause["identifier"]), str(clause["standard"])
    below = [g for c in children.get(number, ()) for g in _group(c, children, controls)]
    own = controls.get(number, [])
    if not below and not own:
        return []
    title = markup(f"{number} {clause['title'] or ''}")
    head: Json = {
        "id": group_id(standard, number),
        "class": "clause",
        "title": title,
        "props": [standard_prop("label", number), standard_prop("sort-id", _sort(clause))],
    }
    if not below:
        return [{**head, "controls": own}]
    if own:
        itself = {
            "id": head["id"] + "_own",
            "class": "clause-own",
            "title": f"{title}: requirements of the clause itself",
            "props": [standard_prop("label", number)],
            "controls": own,
        }
        below = [itself, *below]
    return [{**head, "groups": below}]


def _sort(row: Row) -> str:
    return f"{row['position']:05d}"


def _control(bundle: Bundle, iri: str, row: Row) -> Json:
    identifier = str(row["identifier"])
    control = control_id(str(row["standard"]), identifier)
    void = row["modality"] == "void"
    labels = [standard_prop("label", identifier), standard_prop("sort-id", _sort(row))]
    if void:
        labels.append(standard_prop("status", "withdrawn"))
    return filled(
        id=control,
        class_="requirement",
        title=markup(identifier),
        props=[
            *labels,
            *prop("modality", row["modality"]),
            *props("applies-to", row["policies"]),
            *prop("condition", row["condition"]),
            *props("evidence-kind", row["kinds"]),
        ],
        links=[{"href": iri, "rel": "canonical"}],
        parts=None
        if void
        else [
            {
                "id": bundle.statement(iri),
                "name": "statement",
                "prose": markup(row["summary"] or f"See {row['standard']}, {identifier}."),
            }
        ],
    )
