"""OSCAL component definition: the parts of the service and the requirements they speak to.

Input: the views ``components``, ``evidence``, ``outcomes`` and ``outcome-evidence``. Output: the
components of the pack; the service implements what is met, a document or device what the evidence
in its file is counted for. `system_components` gives the same parts to the system security plan.
Source: EN 319 411-1 clause 6.4 to 6.8, by the pack's own words.
"""

from __future__ import annotations

from collections.abc import Iterable

from clausegraph.export.oscal.bundle import PROFILE, Bundle
from clausegraph.export.oscal.elements import Json, filled, markup, prop, responsible
from clausegraph.views import Row

# Class of the graph → type of component in OSCAL.
TYPES = {
    "TrustService": "service",
    "CertificationAuthority": "software",
    "QualifiedDevice": "hardware",
    "StatusService": "service",
    "Repository": "service",
    "Supplier": "service",
    "Document": "policy",
    "TerminationPlan": "plan",
    "IdentityProofing": "process-procedure",
}
_IMPLEMENTED = ("met", "inherited")


def document(bundle: Bundle) -> Json:
    """The component definition."""
    by_path: dict[str, set[str]] = {}
    for requirement, items in bundle.evidence_of.items():
        outcome = bundle.outcomes.get(requirement)
        if outcome is None or outcome["outcome"] not in _IMPLEMENTED:
            continue
        for item in items:
            path = bundle.evidence[item]["path"]
            if path:
                by_path.setdefault(str(path), set()).add(requirement)
    whole = {iri for iri, row in bundle.outcomes.items() if row["outcome"] in _IMPLEMENTED}
    return {
        "component-definition": {
            "uuid": bundle.document_uuid("component-definition"),
            "metadata": bundle.metadata(f"Components of {bundle.system_name}"),
            "components": [
                _component(
                    bundle,
                    row,
                    whole if row["class"] == "TrustService" else by_path.get(str(row["path"]), ()),
                )
                for row in bundle.projection.rows("components")
            ],
        }
    }


def _component(bundle: Bundle, row: Row, requirements: Iterable[str]) -> Json:
    iri, wanted = str(row["component"]), set(requirements)
    implemented = [
        _requirement(bundle, iri, requirement)
        for requirement in bundle.controls
        if requirement in wanted
    ]
    return filled(
        **_head(bundle, "defined-component", row, TYPES[str(row["class"])]),
        control_implementations=[
            {
                "uuid": bundle.uuid("control-implementation", iri),
                "source": PROFILE,
                "description": "Requirements whose outcome rests on this component.",
                "implemented-requirements": implemented,
            }
        ]
        if implemented
        else None,
    )


def _requirement(bundle: Bundle, component: str, requirement: str) -> Json:
    row = bundle.outcomes[requirement]
    return filled(
        uuid=bundle.uuid("implemented-requirement", component, requirement),
        control_id=bundle.control(requirement),
        description=markup(row["evidence"] or row["chain"] or row["outcome"]),
        props=prop("outcome", row["outcome"]),
        responsible_roles=responsible(row["owner"]),
    )


def _head(bundle: Bundle, role: str, row: Row, type_: str) -> Json:
    """What a component says of itself, keys as arguments of `filled`."""
    iri, class_ = str(row["component"]), str(row["class"])
    name = row["title"] or row["kind"] or class_
    return {
        "uuid": bundle.uuid(role, iri),
        "type": type_,
        "title": markup(name),
        "description": markup(row["description"] or f"{class_}: {name}"),
        "props": [
            *prop("node", iri),
            *prop("class", class_),
            *prop("kind", row["kind"]),
            *prop("version", row["version"]),
        ],
        "links": [{"href": str(row["url"]), "rel": "website"}] if row["url"] else None,
    }


def system_components(bundle: Bundle) -> list[Json]:
    """The components of the system security plan; the service is the system itself."""
    return [
        {
            **filled(
                **_head(
                    bundle,
                    "component",
                    row,
                    "this-system" if row["class"] == "TrustService" else TYPES[str(row["class"])],
                )
            ),
            "status": {"state": "operational"},
        }
        for row in bundle.projection.rows("components")
    ]


def this_system(bundle: Bundle) -> str:
    """UUID of the service as a component."""
    return bundle.uuid("component", str(bundle.service["component"]))
