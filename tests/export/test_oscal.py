"""OSCAL bundles: accepted by the official schemas, closed, the same twice, true to the views."""

from __future__ import annotations

import copy
import hashlib
import importlib.util
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clausegraph import views
from clausegraph.export import Options, Projection, Request, produce
from clausegraph.export.oscal import catalog, closure, elements, profile, results
from clausegraph.export.oscal.bundle import Bundle

from .oscal_bundle import SCHEMAS, VERSIONS, Documents, bundle, own_errors, schema_errors, small


def _whole(projection: Projection, version: str) -> Documents:
    """The bundle of a whole pack; policies, derived in a test of their own, are those of the pack."""
    found = copy.copy(projection)
    found.derive = lambda _policy: projection.dataset
    return bundle(found, version)


@pytest.fixture(scope="module")
def ready(aurora: Projection) -> Documents:
    return _whole(aurora, "1.2.3")


@pytest.fixture(scope="module")
def blocked(borealis: Projection) -> Documents:
    return _whole(borealis, "1.1.2")


def test_schemas_are_as_released() -> None:
    sums = dict(
        reversed(line.split()) for line in (SCHEMAS / "SHA256SUMS").read_text().splitlines()
    )
    found = {
        p.relative_to(SCHEMAS).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in SCHEMAS.rglob("*.json")
    }
    assert found == sums


def _edition(made: Documents, version: str) -> Documents:
    """The same documents naming another edition; 1.1.2 has no mapping collection."""
    text = json.dumps(made).replace('"oscal-version": "1.2.3"', f'"oscal-version": "{version}"')
    found: Documents = json.loads(text)
    if version == "1.1.2":
        del found["mapping-collection.json"]
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_complete_pack_is_valid_and_closed_in_every_edition(ready: Documents, version: str) -> None:
    made = _edition(ready, version)
    assert schema_errors(made, version) == []
    assert own_errors(made) == []


def test_blocked_pack_is_valid_and_closed(blocked: Documents) -> None:
    assert schema_errors(blocked, "1.1.2") == []
    assert own_errors(blocked) == []
    assert "mapping-collection.json" not in blocked


def test_an_edition_changes_its_name_and_document_uuids_only(aurora: Projection) -> None:
    ready, other = bundle(small(aurora), "1.2.3"), bundle(small(aurora), "1.2.1")

    def without(made: Documents) -> dict[str, Any]:
        found = {}
        for name, document in made.items():
            [(kind, body)] = json.loads(json.dumps(document)).items()
            del body["uuid"], body["metadata"]["oscal-version"]
            found[name] = {kind: body}
        return found

    assert without(other) == without(ready)
    assert other["catalog.json"]["catalog"]["uuid"] != ready["catalog.json"]["catalog"]["uuid"]


def test_same_pack_same_bytes(borealis: Projection) -> None:
    once = produce(small(borealis), ["oscal"], Options())
    assert once == produce(small(borealis), ["oscal"], Options())


def _controls(value: Any) -> Iterator[dict[str, Any]]:
    for key, member, _ in closure.walk(value):
        if key == "controls":
            yield from member


def test_catalog_holds_every_requirement_once(ready: Documents, aurora: Projection) -> None:
    controls = list(_controls(ready["catalog.json"]))
    rows = aurora.rows("catalogue")
    assert len({c["id"] for c in controls}) == len(controls) == len(rows)
    hrefs = [link["href"] for c in controls for link in c["links"]]
    assert sorted(hrefs) == sorted(str(r["requirement"]) for r in rows)
    void = {str(r["requirement"]) for r in rows if r["modality"] == "void"}
    withdrawn = {
        c["links"][0]["href"]
        for c in controls
        if {"name": "status", "value": "withdrawn"} in c["props"]
    }
    assert withdrawn == void
    assert void


def test_clauses_with_both_kinds_of_children_are_split(aurora: Projection) -> None:
    found = small(aurora)
    rows = [r for r in aurora.rows("catalogue") if r["standard"] == "EN 319 411-2"]
    clause = next(
        c
        for c in aurora.rows("clauses")
        if c["identifier"] == rows[-1]["clause"] and c["standard"] == "EN 319 411-2"
    )
    above = {**rows[0], "clause": clause["parent"]}
    found._rows["catalogue", ()] = [above, rows[-1]]
    made = catalog.document(Bundle(Request(found, Options())))
    groups = [g for k, v, _ in closure.walk(made) if k == "groups" for g in v]
    assert all(("groups" in g) != ("controls" in g) for g in groups)
    [own] = [g for g in groups if g["class"] == "clause-own"]
    parent = next(g for g in groups if own in g.get("groups", []))
    assert own["id"] == parent["id"] + "_own"
    assert [c["links"][0]["href"] for c in own["controls"]] == [above["requirement"]]
    assert len(list(_controls(made))) == 2


def test_profile_of_a_policy_is_what_the_graph_derives(
    aurora: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profile, "POLICIES", ("QNCP-w-gen",))
    [(name, made)] = profile.policies(Bundle(Request(aurora, Options())))
    rows = views.rows(aurora.derive("QNCP-w-gen"), "inheritance")
    expected = [r for r in rows if r["standing"] in ("applies", "undecided")]
    selected = closure.selected_controls(made["profile"])
    assert name == "policies/QNCP-w-gen.json"
    assert len(selected) == len(expected)
    assert {s.partition("_")[2] for s in selected} == {str(r["identifier"]) for r in expected}


def test_findings_are_the_outcomes(blocked: Documents, borealis: Projection) -> None:
    own = blocked["assessment-results.json"]["assessment-results"]["results"][0]
    stated = Counter(
        p["value"] for f in own["findings"] for p in f["props"] if p["name"] == "outcome"
    )
    assert stated == Counter(str(r["outcome"]) for r in borealis.rows("outcomes"))
    for finding in own["findings"]:
        outcome = next(p["value"] for p in finding["props"] if p["name"] == "outcome")
        satisfied = finding["target"]["status"]["state"] == "satisfied"
        assert satisfied == (outcome in ("met", "inherited", "not-applicable"))


def test_what_an_assessor_said_has_its_own_result_and_origin(ready: Documents) -> None:
    body = ready["assessment-results.json"]["assessment-results"]
    own, stated = body["results"]
    parties = {p["uuid"]: p["name"] for p in body["metadata"]["parties"]}
    origins = [f["origins"][0]["actors"][0] for f in stated["findings"]]
    assert {parties[o["actor-uuid"]] for o in origins} == {"Example Assessment Body"}
    assert {f["origins"][0]["actors"][0]["type"] for f in own["findings"]} == {"tool"}


def test_every_item_of_the_plan_of_action_has_one_finding(
    blocked: Documents, borealis: Projection
) -> None:
    plan = blocked["plan-of-action-and-milestones.json"]["plan-of-action-and-milestones"]
    items = plan["poam-items"]
    assert all(len(i["related-findings"]) == len(i["related-observations"]) == 1 for i in items)
    findings = [i["related-findings"][0]["finding-uuid"] for i in items]
    assert len(set(findings)) == len(findings)
    gaps, broken = borealis.rows("gaps"), borealis.rows("findings")
    assert len(gaps) < len(items) <= len(gaps) + len(broken)


def test_nothing_open_means_no_plan_of_action(aurora: Projection) -> None:
    calm = small(aurora)
    calm._rows["gaps", ()] = calm._rows["findings", ()] = []
    made = bundle(calm, "1.1.2")
    assert "plan-of-action-and-milestones.json" not in made
    assert schema_errors(made, "1.1.2") == []
    assert own_errors(made) == []


def test_no_folder_of_this_machine_and_no_clock(ready: Documents, aurora: Projection) -> None:
    text = json.dumps(ready)
    assert str(aurora.folder.parent) not in text
    stamps = set(re.findall(r'"last-modified": "([^"]+)"', text))
    assert stamps == {"2026-11-23T00:00:00Z"}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a *b* _c_", r"a \*b\* \_c\_"),
        ("two\nlines\u2028three", "two lines three"),
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("[x](javascript:1)", r"\[x\](javascript:1)"),
        ("\x00bell\x07 \ud800", "bell"),
    ],
)
def test_words_of_a_pack_are_no_markup(value: str, written: str) -> None:
    assert elements.markup(value) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [("REQ-5-01", "REQ-5-01"), ("en 319", "en-319"), ("5.1", "_5.1"), ("", "_"), ("é)", "é")],
)
def test_tokens(text: str, written: str) -> None:
    assert elements.token(text) == written


def _judged(state: str, reason: str, remarks: str, description: str = "d") -> dict[str, Any]:
    status = {"state": state, "reason": reason, "remarks": remarks}
    return {"description": description, "target": {"status": status}}


def test_digest_ignores_white_space_only() -> None:
    first = results.digest(_judged("satisfied", "pass", "two words"))
    assert first == results.digest(_judged("satisfied", "pass", " two\n words "))
    others = [
        _judged("not-satisfied", "pass", "two words"),
        _judged("satisfied", "fail", "two words"),
        _judged("satisfied", "pass", "two word"),
        _judged("satisfied", "pass", "two words", "e"),
        {**_judged("satisfied", "pass", "two words"), "remarks": "more"},
    ]
    assert len({first, *map(results.digest, others)}) == 6


_MODELS = {
    "catalog": ("catalog", "Catalog"),
    "profile": ("profile", "Profile"),
    "component-definition": ("component", "ComponentDefinition"),
    "system-security-plan": ("ssp", "SystemSecurityPlan"),
    "assessment-plan": ("assessment_plan", "AssessmentPlan"),
    "assessment-results": ("assessment_results", "AssessmentResults"),
    "plan-of-action-and-milestones": ("poam", "PlanOfActionAndMilestones"),
    "mapping-collection": ("mapping", "MappingCollection"),
}


@pytest.mark.skipif(
    importlib.util.find_spec("trestle") is None, reason="compliance-trestle is not installed"
)
@pytest.mark.filterwarnings("ignore")
def test_trestle_reads_every_document(ready: Documents, blocked: Documents, tmp_path: Path) -> None:
    for made in (_edition(ready, "1.2.1"), blocked):
        for name, document in made.items():
            module, model = _MODELS[next(iter(document))]
            path = tmp_path / "document.json"
            path.write_text(json.dumps(document), encoding="utf-8")
            read = getattr(importlib.import_module(f"trestle.oscal.{module}"), model)
            assert read.oscal_read(path) is not None, name
