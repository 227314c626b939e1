"""SARIF 2.1.0: findings as annotations on the lines of the pack, for continuous integration.

Input: the views ``findings`` and ``rule-book``. Output: one JSON file. Every rule stands in the
tool's description, so that a reader knows what was looked for; a finding points to file and line
of the node that it concerns. Source: OASIS SARIF 2.1.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clausegraph.export.package import Part, json_part
from clausegraph.export.projection import Projection, Request
from clausegraph.views import Row

Json = dict[str, Any]
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}
_PACK_FILE = "pack.yaml"


def parts(request: Request) -> Iterator[Part]:
    """``findings.sarif``."""
    yield json_part("findings.sarif", document(request.projection), "application/sarif+json")


def document(pack: Projection) -> Json:
    """The log: one run of one tool."""
    rules = pack.rows("rule-book")
    places = {str(rule["code"]): place for place, rule in enumerate(rules)}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "clausegraph",
                        "version": pack.version,
                        "informationUri": "https://w3id.org/clausegraph/",
                        "rules": [_rule(row) for row in rules],
                    }
                },
                "automationDetails": {"id": f"clausegraph/{pack.name}/"},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"PACK": {"description": {"text": "Folder of the pack."}}},
                "results": [_result(pack, row, places) for row in pack.rows("findings")],
                "properties": {"pack": pack.base, "asOf": pack.stamp, "graphSha256": pack.hash},
            }
        ],
    }


def _rule(row: Row) -> Json:
    code = str(row["code"])
    return {
        "id": code,
        "shortDescription": {"text": str(row["title"])},
        "fullDescription": {"text": str(row["definition"])},
        "helpUri": f"https://w3id.org/clausegraph/shapes#{code}",
        "defaultConfiguration": {"level": _LEVELS[str(row["severity"])]},
        "properties": _filled(
            gate=row["gate"],
            stopCondition=row["stop"],
            owner=row["owner"],
            enforces=_listed(row["requirements"]),
        ),
    }


def _result(pack: Projection, row: Row, places: dict[str, int]) -> Json:
    code = str(row["code"])
    return {
        "ruleId": code,
        "ruleIndex": places[code],
        "level": _LEVELS[str(row["severity"])],
        "message": {"text": str(row["message"])},
        "locations": [_location(pack, row)],
        # Named from content: the same finding has the same one in every run.
        "partialFingerprints": {"clausegraphResult/v1": str(row["result"]).rpartition("/")[2]},
        "properties": _filled(
            gate=row["gate"],
            stopCondition=row["stop"],
            owner=row["owner"],
            enforces=_listed(row["requirements"]),
            value=row["value"],
        ),
    }


def _location(pack: Projection, row: Row) -> Json:
    """File and line; a node that stands in no file belongs to the pack as a whole."""
    file, _, line = str(row["location"] or _PACK_FILE).rpartition(":")
    physical: Json = {"artifactLocation": {"uri": file or _PACK_FILE, "uriBaseId": "PACK"}}
    if file and line.isdigit():
        physical["region"] = {"startLine": int(line)}
    focus = str(row["focus"])
    logical = {"fullyQualifiedName": focus, "name": focus.removeprefix(pack.base) or pack.name}
    return {"physicalLocation": physical, "logicalLocations": [logical]}


def _listed(value: object) -> list[str]:
    return [part for part in str(value or "").split("; ") if part]


def _filled(**values: object) -> Json:
    return {key: value for key, value in values.items() if value not in (None, "", [])}
