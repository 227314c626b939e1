"""Bundles and validators that several tests of OSCAL use."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from clausegraph.export import Options, Projection, Request
from clausegraph.export.oscal import closure, documents, soundness

SCHEMAS = Path(__file__).with_name("oscal-schemas")
VERSIONS = ("1.1.2", "1.2.1", "1.2.3")
KINDS = {
    "catalog": "catalog",
    "profile": "profile",
    "component-definition": "component",
    "system-security-plan": "ssp",
    "assessment-plan": "assessment-plan",
    "assessment-results": "assessment-results",
    "plan-of-action-and-milestones": "poam",
    "mapping-collection": "mapping",
}
Documents = dict[str, Any]


def bundle(projection: Projection, version: str) -> Documents:
    """The documents of a pack as a reader of the files sees them."""
    made = dict(documents(Request(projection, Options(version))))
    return json.loads(json.dumps(made))  # type: ignore[no-any-return]


@cache
def schema(version: str, kind: str) -> jsonschema_rs.Validator:
    """The official schema of a kind of document; of 1.2.3 where the edition's own is not here."""
    path = SCHEMAS / version / f"oscal_{KINDS[kind]}_schema.json"
    if not path.is_file():
        path = SCHEMAS / "1.2.3" / path.name
    return jsonschema_rs.validator_for(json.loads(path.read_text()), validate_formats=True)


def schema_errors(made: Documents, version: str) -> list[str]:
    """What the official schemas say against a bundle."""
    return [
        f"{name}: {error.message[:200]} at {list(error.instance_path)}"
        for name, document in made.items()
        for error in schema(version, next(iter(document))).iter_errors(document)
    ]


def own_errors(made: Documents) -> list[closure.Broken]:
    """What our own checks say against a bundle."""
    return [*closure.check(made), *soundness.check(made)]


def small(projection: Projection, count: int = 12) -> Projection:
    """The same pack with a few requirements: gaps, broken rules, statements and chains among them.

    Formats see rows only, so fewer rows make a smaller bundle of the same build.
    """
    chosen = {str(r["requirement"]) for r in projection.rows("assessor-results")}
    outcomes: dict[str, int] = {}
    for row in projection.rows("outcomes"):
        kind = f"{row['standard']} {row['outcome']}"
        outcomes[kind] = outcomes.get(kind, 0) + 1
        if outcomes[kind] <= 2:
            chosen.add(str(row["requirement"]))
    chains = [
        r
        for r in projection.rows("chain-references")
        if str(r["source"]).split("/")[5] != str(r["target"]).split("/")[5]
    ][:count]
    chosen |= {str(r[end]) for r in chains for end in ("source", "target")}
    void = [r for r in projection.rows("catalogue") if r["modality"] == "void"][:count]
    found = copy.copy(projection)
    found.derive = lambda _policy: projection.dataset  # spares seven inferences
    found._rows = {
        **{(v, ()): projection.rows(v) for v in ("components", "roles", "clauses", "artefacts")},
        ("catalogue", ()): [
            r for r in projection.rows("catalogue") if r["requirement"] in chosen or r in void
        ],
        ("chain-references", ()): chains,
        ("findings", ()): projection.rows("findings")[:count],
        ("rules", ()): projection.rows("rules")[:count],
    }
    for view in ("outcomes", "gaps", "inheritance", "outcome-evidence"):
        found._rows[view, ()] = [r for r in projection.rows(view) if r["requirement"] in chosen]
    names = {f"{r['standard']} {r['identifier']}" for r in found.rows("catalogue")}
    found._rows["law", ()] = [r for r in projection.rows("law") if r["requirement"] in names]
    return found
