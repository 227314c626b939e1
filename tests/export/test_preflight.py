"""Preflight: what a target would refuse or skip is said before the upload, and only that."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from clausegraph.errors import InputError
from clausegraph.export import FORMATS, Part, Projection
from clausegraph.export.preflight import CHECKS, Remark, preflight, targets

from .oscal_bundle import Documents, bundle, small
from .test_oscal_defects import dangling_observation, two_findings_of_an_item, version_1_uuid


def parts_of(made: Documents) -> list[Part]:
    return [
        Part(f"oscal/{name}", "application/oscal+json", json.dumps(document).encode(), "oscal")
        for name, document in made.items()
    ]


def seen(remarks: list[Remark]) -> set[tuple[str, str]]:
    return {(r.level, r.check) for r in remarks}


@pytest.fixture(scope="module")
def clean(borealis: Projection) -> Documents:
    return bundle(small(borealis), "1.1.2")


def test_targets_take_formats_and_use_every_check() -> None:
    used = {rule["check"] for t in targets().values() for rule in t.rules}
    assert used == set(CHECKS)
    for each in targets().values():
        assert each.source.startswith("https://")
        assert set(each.formats) <= FORMATS.keys() | {"ciso"}


def test_servicenow_takes_the_bundle_and_leaves_the_components(clean: Documents) -> None:
    remarks = preflight("servicenow", parts_of(clean))
    assert {r.where for r in remarks} == {"component-definition.json"}
    assert seen(remarks) == {("skip", "kinds")}
    assert preflight("oscal", parts_of(clean)) == []


def _edition(made: Documents) -> None:
    for document in made.values():
        next(iter(document.values()))["metadata"]["oscal-version"] = "1.2.3"


def _alone(made: Documents) -> None:
    for name in list(made):
        if name != "assessment-results.json":
            del made[name]


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (_edition, ("refuse", "edition")),
        (_alone, ("refuse", "needs")),
        (two_findings_of_an_item, ("refuse", "one-finding")),
        (version_1_uuid, ("refuse", "sound")),
        (dangling_observation, ("skip", "closed")),
    ],
)
def test_servicenow_would_not_take_it(
    clean: Documents, spoil: Callable[[Documents], None], expected: tuple[str, str]
) -> None:
    spoilt = copy.deepcopy(clean)
    spoil(spoilt)
    assert expected in seen(preflight("servicenow", parts_of(spoilt)))


def test_only_json_documents_are_taken(clean: Documents) -> None:
    parts = [
        *parts_of(clean),
        Part("oscal/notes.txt", "text/plain", b"notes", "oscal"),
        Part("oscal/broken.json", "application/json", b"{", "oscal"),
        Part("other/notes.txt", "text/plain", b"notes", "ttl"),
    ]
    found = {r.where for r in preflight("servicenow", parts) if r.check == "media"}
    assert found == {"oscal/notes.txt", "oscal/broken.json"}


def test_refusals_come_first(clean: Documents) -> None:
    spoilt = copy.deepcopy(clean)
    _edition(spoilt)
    levels = [r.level for r in preflight("servicenow", parts_of(spoilt))]
    assert levels == sorted(levels, key=["refuse", "skip", "notice"].index)
    assert len(set(levels)) == 2


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(InputError, match="no such target"):
        preflight("excel", [])


def library() -> dict[str, Any]:
    urn = "urn:clausegraph:risk"
    return {
        "urn": f"{urn}:library:one", "ref_id": "one", "name": "One", "version": 1, "locale": "en",
        "objects": {
            "framework": {
                "urn": f"{urn}:framework:one",
                "requirement_nodes": [
                    {"urn": f"{urn}:req_node:one:6.3.5", "ref_id": "6.3.5"},
                    {"urn": f"{urn}:req_node:one:ovr-6.3.5-12", "ref_id": "OVR-6.3.5-12",
                     "parent_urn": f"{urn}:req_node:one:6.3.5"},
                ],
            }
        },
    }  # fmt: skip


def ciso(
    tree: Any, rows: str = "assessable,ref_id,compliance_result\nx,OVR-6.3.5-12,compliant\n"
) -> list[Part]:
    return [
        Part("ciso/one.yaml", "application/yaml", yaml.safe_dump(tree).encode(), "ciso"),
        Part("ciso/audit.csv", "text/csv", rows.encode(), "ciso"),
    ]


def _node(tree: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = tree["objects"]["framework"]["requirement_nodes"][1]
    return found


SPOILT: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda t: t.pop("locale"), "library-keys"),
    (lambda t: t.update(version="1.0"), "library-version"),
    (lambda t: t.update(version=True), "library-version"),
    (lambda t: t.update(urn="urn:intuitem:risk:library:one"), "urns"),
    (lambda t: t.update(urn="urn:own:risk:library:one two"), "urns"),
    (lambda t: _node(t).update(urn="urn:own:risk:req_node:one:OVR"), "urns"),
    (lambda t: _node(t).update(urn="urn:own:risk:req_node:one/ovr"), "urns"),
    (lambda t: _node(t).update(urn=t["objects"]["framework"]["urn"]), "urns"),
    (lambda t: _node(t).update(parent_urn="urn:own:risk:req_node:one:none"), "requirement-parents"),
    (lambda t: t["objects"].update(requirement_mapping_set={}), "mapping-keys"),
]


def test_a_sound_library_is_taken() -> None:
    assert preflight("ciso-assistant", ciso(library())) == []


@pytest.mark.parametrize(("spoil", "check"), SPOILT)
def test_ciso_assistant_would_not_take_it(
    spoil: Callable[[dict[str, Any]], object], check: str
) -> None:
    tree = library()
    spoil(tree)
    assert check in {r.check for r in preflight("ciso-assistant", ciso(tree))}


@pytest.mark.parametrize(
    "rows",
    [
        "ref_id,compliance_result\nOVR-6.3.5-12,compliant\n",
        "assessable,ref_id,compliance_result\nx,OVR-6.3.5-12,fine\n",
        "assessable,compliance_result\nx,compliant\n",
    ],
)
def test_audit_rows_that_would_be_skipped(rows: str) -> None:
    assert {r.check for r in preflight("ciso-assistant", ciso(library(), rows))} == {"audit-rows"}
