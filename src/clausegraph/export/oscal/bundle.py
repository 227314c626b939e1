"""What the documents of one OSCAL bundle have in common: names, identifiers, look-ups.

Input: the projection and the edition of OSCAL. Output: file names (the bundle is closed: every
import is one of them), control identifiers of requirements, UUIDv5 of nodes, resources of evidence.
A document gets a new UUID when the graph changes, an element keeps its UUID as long as it is about
the same node, as OSCAL asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from urllib.parse import quote

from clausegraph.errors import AssetError
from clausegraph.export.oscal.elements import (
    Json,
    filled,
    instant,
    line,
    markup,
    prop,
    props,
    roles,
    token,
)
from clausegraph.export.projection import Request
from clausegraph.views import Row

CATALOG = "catalog.json"
PROFILE = "profile.json"
COMPONENTS = "component-definition.json"
SSP = "system-security-plan.json"
PLAN = "assessment-plan.json"
RESULTS = "assessment-results.json"
POAM = "plan-of-action-and-milestones.json"
MAPPING = "mapping-collection.json"

STANDARDS = ("EN 319 401", "EN 319 411-1", "EN 319 411-2")
GAPS = ("missing", "stale", "disputed", "undecided")


class Bundle:
    """The documents of one pack in one edition of OSCAL.

    Args:
        request: the projection, the options, and what other formats wrote before.
    """

    def __init__(self, request: Request) -> None:
        self.projection = request.projection
        self.version = request.options.oscal_version
        self.crated = "ro-crate" in request.formats

    @property
    def has_mapping(self) -> bool:
        """Whether this edition knows mapping collections."""
        return tuple(map(int, self.version.split("."))) >= (1, 2)

    # ---- identifiers -------------------------------------------------------------------------

    def uuid(self, *names: str) -> str:
        """The UUID of an element: role of the element, then the node that it is about."""
        return self.projection.uuid("oscal/" + "/".join(names))

    def document_uuid(self, name: str) -> str:
        """The UUID of a document, another one for another graph or edition of OSCAL."""
        return self.uuid("document", self.version, self.projection.hash, name)

    @cached_property
    def controls(self) -> Mapping[str, Row]:
        """Requirement IRI → row of the catalogue, in order of the standards."""
        return {str(row["requirement"]): row for row in self.projection.rows("catalogue")}

    def control(self, requirement: str) -> str:
        """The control identifier of a requirement, for example ``en-319-401_REQ-5-01``."""
        row = self.controls[requirement]
        return control_id(str(row["standard"]), str(row["identifier"]))

    def statement(self, requirement: str) -> str:
        """The identifier of a control's statement."""
        return self.control(requirement) + "_smt"

    @cached_property
    def named(self) -> Mapping[str, str]:
        """``EN 319 401 REQ-5-01`` → requirement IRI."""
        return {f"{r['standard']} {r['identifier']}": iri for iri, r in self.controls.items()}

    # ---- the pack ----------------------------------------------------------------------------

    @cached_property
    def verdict(self) -> Row:
        """The row of the view ``verdict``."""
        found = self.projection.rows("verdict")
        if not found:
            raise AssetError("the pack has no verdict")
        return found[0]

    @cached_property
    def service(self) -> Row:
        """The component that is the service."""
        for row in self.projection.rows("components"):
            if row["class"] == "TrustService":
                return row
        raise AssetError("the pack has no service")

    @property
    def system_name(self) -> str:
        """The name of the service, or of the pack."""
        return line(self.verdict["service"] or self.verdict["title"] or self.projection.name)

    @cached_property
    def evidence(self) -> Mapping[str, Row]:
        """Evidence IRI → row of the view ``evidence``."""
        return {str(row["evidence"]): row for row in self.projection.rows("evidence")}

    @cached_property
    def evidence_of(self) -> Mapping[str, list[str]]:
        """Requirement IRI → evidence that its outcome rests on."""
        found: dict[str, list[str]] = {}
        for row in self.projection.rows("outcome-evidence"):
            if str(row["evidence"]) in self.evidence:
                found.setdefault(str(row["requirement"]), []).append(str(row["evidence"]))
        return found

    @cached_property
    def outcomes(self) -> Mapping[str, Row]:
        """Requirement IRI → row of the view ``outcomes``."""
        return {str(row["requirement"]): row for row in self.projection.rows("outcomes")}

    @cached_property
    def reasons(self) -> Mapping[str, str]:
        """Requirement IRI → why its standing is what it is."""
        return {
            str(row["requirement"]): line(row["because"])
            for row in self.projection.rows("inheritance")
            if row["because"]
        }

    @property
    def tool(self) -> str:
        """UUID of this software as an actor."""
        return self.uuid("tool")

    def party(self, name: str) -> str:
        """UUID of an organisation by its name."""
        return self.uuid("party", quote(name, safe=""))

    @cached_property
    def bodies(self) -> list[str]:
        """Names of the bodies whose statements the pack holds."""
        stated = {line(r["by"] or "") for r in self.projection.rows("assessor-results")}
        return sorted(stated - {""})

    # ---- parts of documents ------------------------------------------------------------------

    def metadata(self, title: str, *, parties: Iterable[str] = ()) -> Json:
        """Metadata with all roles, and the organisations named.

        Args:
            title: of the document.
            parties: names of organisations beside the provider.
        """
        provider = self.provider
        names = [provider, *(n for n in parties if n != provider)]
        return filled(
            title=markup(title),
            last_modified=self.projection.stamp,
            version=self.projection.stamp,
            oscal_version=self.version,
            props=[
                *prop("pack", self.projection.base),
                *prop("graph-sha256", self.projection.hash),
                *prop("generator-version", self.projection.version),
            ],
            roles=[
                *roles(self.projection.rows("roles")),
                {"id": "provider", "title": "Trust service provider"},
                {"id": "assessor", "title": "Assessing body"},
            ],
            parties=[{"uuid": self.party(n), "type": "organization", "name": n} for n in names],
            responsible_parties=[
                {"role-id": "provider", "party-uuids": [self.party(provider)]},
                *(
                    [{"role-id": "assessor", "party-uuids": [self.party(n) for n in names[1:]]}]
                    if names[1:]
                    else []
                ),
            ],
            remarks="Operational guidance in own words, not legal advice, and never proof of "
            "qualified status. No text of a standard is reproduced.",
        )

    @cached_property
    def provider(self) -> str:
        """Name of the provider as the pack states it."""
        return line(self.projection.provider)

    def tool_component(self) -> Json:
        """This software as a component of the assessment."""
        return {
            "uuid": self.tool,
            "type": "software",
            "title": f"clausegraph {self.projection.version}",
            "description": "Derives what applies, validates the evidence graph and decides an "
            "outcome per requirement.",
            "status": {"state": "operational"},
        }

    def resource(self, evidence: str) -> Json:
        """An evidence item as a resource of the back matter."""
        row = self.evidence[evidence]
        return filled(
            uuid=self.resource_uuid(evidence),
            title=markup(row["title"] or evidence),
            props=[
                *props("evidence-kind", row["kinds"]),
                *prop("evidence-state", row["state"]),
                *prop("valid-until", row["expires"]),
                *props("owner", row["owner"]),
            ],
            document_ids=[{"scheme": NODE_SCHEME, "identifier": evidence}],
            rlinks=self._rlinks(row),
        )

    def resource_uuid(self, evidence: str) -> str:
        """UUID of the resource of an evidence item."""
        return self.uuid("resource", evidence)

    def _rlinks(self, row: Row) -> list[Json]:
        artefact = self._artefacts.get(str(row["path"]))
        if artefact is None:
            return []
        path = quote(str(artefact["path"]))
        hashes = [{"algorithm": "SHA-256", "value": str(artefact["sha256"])}]
        return [
            filled(
                href=f"../ro-crate/{path}" if self.crated else str(artefact["artefact"]),
                media_type=artefact["media"],
                hashes=hashes if artefact["sha256"] else None,
            )
        ]

    @cached_property
    def _artefacts(self) -> Mapping[str, Row]:
        return {str(row["path"]): row for row in self.projection.rows("artefacts")}

    def back_matter(self, evidence: Iterable[str]) -> Json | None:
        """The back matter with these evidence items, None without any."""
        found = [self.resource(e) for e in dict.fromkeys(evidence)]
        return {"resources": found} if found else None

    def collected(self, evidence: str) -> str:
        """When an evidence item was made; the as-of time where the pack does not say."""
        date = self.evidence[evidence]["date"]
        return self.projection.stamp if date is None else instant(date)  # type: ignore[arg-type]


# Identifiers of nodes are IRIs.
NODE_SCHEME = "https://www.rfc-editor.org/rfc/rfc3987"


def control_id(standard: str, identifier: str) -> str:
    """The control identifier of a requirement of a standard."""
    return token(f"{standard.lower().replace(' ', '-')}_{identifier}")
