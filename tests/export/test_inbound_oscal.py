"""OSCAL assessment results come back: edits become statements, everything else is accounted for."""

from __future__ import annotations

import copy
import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausegraph.errors import InputError
from clausegraph.export import Options, Projection, Request
from clausegraph.export.inbound import Outcome, Reading, bring_in, oscal_results
from clausegraph.export.oscal import bundle as bundles
from clausegraph.export.oscal import results

from .conftest import ROOT, projection_of
from .oscal_bundle import Documents, schema_errors

BODY = "11111111-1111-4111-8111-111111111111"
PERSON = "22222222-2222-4222-8222-222222222222"
OBSERVED = "33333333-3333-4333-8333-333333333333"


@pytest.fixture(scope="module")
def exported(borealis: Projection) -> Documents:
    made = results.document(bundles.Bundle(Request(borealis, Options("1.2.3"))))
    return json.loads(json.dumps(made))  # type: ignore[no-any-return]


@pytest.fixture
def document(exported: Documents) -> Any:
    return copy.deepcopy(exported)


def findings(document: Any) -> list[Any]:
    found: list[Any] = document["assessment-results"]["results"][0]["findings"]
    return found


def read(document: Any, projection: Projection) -> Reading:
    data = json.dumps(document).encode()
    assert oscal_results.recognises(data)
    return oscal_results.read(data, projection)


def kinds(reading: Reading) -> list[str]:
    return [n.kind for n in reading.notes]


def foreign(document: Any, **changes: Any) -> Any:
    """A finding of an assessing body, as its platform would add it."""
    body = document["assessment-results"]
    body["metadata"]["parties"] += [
        {"uuid": BODY, "type": "organization", "name": "Other Body"},
        {"uuid": PERSON, "type": "person", "name": "A Person", "member-of-organizations": [BODY]},
    ]
    target = findings(document)[0]["target"]["target-id"]
    finding = {
        "uuid": "44444444-4444-4444-8444-444444444444",
        "title": "Checked on site",
        "description": "The register was shown.",
        "origins": [{"actors": [{"type": "party", "actor-uuid": PERSON}]}],
        "target": {"type": "statement-id", "target-id": target, "status": {"state": "satisfied"}},
        "related-observations": [{"observation-uuid": OBSERVED}],
        **changes,
    }
    own = body["results"][0]
    own["findings"].append(finding)
    own["observations"].append(
        {
            "uuid": OBSERVED,
            "description": "seen",
            "methods": ["EXAMINE"],
            "collected": "2026-12-01T10:00:00+01:00",
        }
    )
    return finding


def test_what_was_exported_states_nothing(document: Any, borealis: Projection) -> None:
    reading = read(document, borealis)
    assert reading.statements == ()
    assert kinds(reading) == ["unchanged"]
    assert str(sum(len(r["findings"]) for r in document["assessment-results"]["results"])) in (
        reading.notes[0].message
    )


def test_an_edited_finding_is_a_statement_of_the_assessor(
    document: Any, borealis: Projection
) -> None:
    finding = findings(document)[3]
    finding["target"]["status"] = {"state": "satisfied", "reason": "pass", "remarks": r"seen\_it"}
    document["assessment-results"]["metadata"]["last-modified"] = "2026-12-02T08:00:00Z"
    [statement] = read(document, borealis).statements
    assert (statement.result, statement.remark) == ("passed", "seen_it")
    assert (statement.by, statement.date) == ("Example Assessment Body", "2026-12-02T08:00:00Z")
    assert statement.source_id == finding["uuid"]
    assert statement.requirement.rpartition("/")[2] in finding["title"]


def test_our_own_words_are_not_taken_for_remarks(document: Any, borealis: Projection) -> None:
    findings(document)[3]["target"]["status"] = {"state": "satisfied", "reason": "pass"}
    findings(document)[4]["description"] = "What I saw."
    first, second = read(document, borealis).statements
    assert first.remark == ""
    assert second.remark == "What I saw."


def test_a_finding_of_somebody_else_comes_in_for_the_organisation(
    document: Any, borealis: Projection
) -> None:
    foreign(document)
    assert schema_errors({"a.json": document}, "1.2.3") == []
    [statement] = read(document, borealis).statements
    assert (statement.by, statement.date) == ("Other Body", "2026-12-01T09:00:00Z")
    assert (statement.result, statement.remark) == ("passed", "The register was shown.")
    assert "A Person" not in repr(read(document, borealis))


@pytest.mark.parametrize(
    ("state", "reason", "mark", "outcome"),
    [
        ("satisfied", "pass", None, "passed"),
        ("satisfied", None, None, "passed"),
        ("satisfied", "other", None, "passed"),
        ("satisfied", "other", "inapplicable", "inapplicable"),
        ("not-satisfied", "fail", None, "failed"),
        ("not-satisfied", None, None, "failed"),
        ("not-satisfied", "other", None, "cantTell"),
        ("not-satisfied", "other", "untested", "untested"),
    ],
)
def test_states(
    document: Any, borealis: Projection, state: str, reason: str, mark: str, outcome: str
) -> None:
    finding = foreign(document)
    finding["target"]["status"] = {"state": state} | ({"reason": reason} if reason else {})
    finding["props"] = [{"name": "earl-outcome", "value": mark}] if mark else []
    assert [s.result for s in read(document, borealis).statements] == [outcome]


def _unknown(finding: Any) -> str:
    finding["target"]["target-id"] = "en-319-401_REQ-0-00_smt"
    return "unknown"


def _no_state(finding: Any) -> str:
    finding["target"]["status"] = {"state": "perhaps"}
    return "unreadable"


@pytest.mark.parametrize("spoil", [_unknown, _no_state])
def test_what_cannot_be_taken_is_reported(document: Any, borealis: Projection, spoil: Any) -> None:
    kind = spoil(foreign(document))
    reading = read(document, borealis)
    assert reading.statements == ()
    assert kinds(reading) == [kind, "unchanged"]


def test_a_void_requirement_is_no_target(document: Any, borealis: Projection) -> None:
    void = next(
        iri
        for iri, r in bundles.Bundle(Request(borealis, Options())).controls.items()
        if r["modality"] == "void"
    )
    control = bundles.Bundle(Request(borealis, Options())).control(void)
    foreign(document)["target"]["target-id"] = f"{control}_smt"
    assert kinds(read(document, borealis))[0] == "unknown"


def test_a_finding_of_ours_about_something_else_is_reported(
    document: Any, borealis: Projection
) -> None:
    first, second = findings(document)[:2]
    first["target"]["target-id"] = second["target"]["target-id"]
    reading = read(document, borealis)
    assert reading.statements == ()
    assert kinds(reading) == ["changed", "unchanged"]


def test_a_finding_of_ours_without_its_mark_is_reported(
    document: Any, borealis: Projection
) -> None:
    findings(document)[0]["props"] = []
    reading = read(document, borealis)
    assert reading.statements == ()
    assert kinds(reading) == ["changed", "unchanged"]


def test_round_trip_through_the_pack(tmp_path: Path, document: Any) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(ROOT / "data" / "packs" / "borealis-eseal", pack)
    findings(document)[3]["target"]["status"] = {
        "state": "not-satisfied",
        "reason": "fail",
        "remarks": "no",
    }
    foreign(document)
    document["assessment-results"]["metadata"]["last-modified"] = "2026-11-22T08:00:00Z"
    file = tmp_path / "back.json"
    file.write_text(json.dumps(document))
    _, outcome = bring_in(file, projection_of(pack))
    assert len(outcome.added) == 2
    after = projection_of(pack)
    made = json.loads(
        json.dumps(results.document(bundles.Bundle(Request(after, Options("1.2.3")))))
    )
    again: Outcome = bring_in(file, after)[1]
    assert again.added == ()
    assert schema_errors({"a.json": made}, "1.2.3") == []
    titles = {r["title"] for r in made["assessment-results"]["results"]}
    assert {"Statements of Other Body", "Statements of Example Assessment Body"} <= titles
    # What the pack now exports states nothing new either.
    assert read(made, after).statements == ()


def test_an_edit_at_the_time_of_an_older_statement_is_a_conflict(
    tmp_path: Path, document: Any, borealis: Projection
) -> None:
    row = borealis.rows("assessor-results")[0]
    stated = document["assessment-results"]["results"][1]["findings"][0]
    stated["target"]["status"] = {"state": "satisfied", "reason": "pass"}
    document["assessment-results"]["metadata"]["last-modified"] = str(row["date"])
    file = tmp_path / "back.json"
    file.write_text(json.dumps(document))
    _, outcome = bring_in(file, borealis, dry_run=True)
    assert [n.kind for n in outcome.problems] == ["conflict"]
    assert outcome.added == ()


@pytest.mark.parametrize(
    "text",
    [
        '{"assessment-results": ',
        '{"assessment-results": {}, "assessment-results": {}}',
        '{"assessment-results": ' + "[" * 100_000,
        '{"assessment-results": "\ud800"}'.encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
def test_broken_documents_are_refused_or_state_nothing(text: str, borealis: Projection) -> None:
    data = text.encode("latin-1", "replace")
    assert oscal_results.recognises(data)
    with suppress(InputError):
        assert oscal_results.read(data, borealis).statements == ()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["results", "findings", "target", "status", "state", "target-id", "uuid",
                         "origins", "actors", "type", "actor-uuid", "props", "name", "value", "metadata",
                         "parties", "related-observations", "member-of-organizations", "party-uuids"]),
        inner, max_size=4,
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(body=_JSON)
def test_any_json_gives_a_reading(borealis: Projection, body: Any) -> None:
    reader_input = json.dumps({"assessment-results": body}).encode()
    reading = oscal_results.read(reader_input, borealis)
    assert all(s.result for s in reading.statements)
