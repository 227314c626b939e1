"""The plain text report and the words that both reports use."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clausegraph.report import ReportModel, clean, render_text
from clausegraph.report.chains import hop_index, steps
from clausegraph.report.labels import DEADLINES
from clausegraph.report.messages import message, named
from clausegraph.report.records import provider, records
from clausegraph.report.requirements import act_of
from clausegraph.report.words import (
    date,
    day,
    deadline,
    distance,
    local,
    natural,
    plural,
    said_once,
    words,
)

DATA = Path(__file__).resolve().parents[2] / "data"
AS_OF = "2026-11-23T00:00:00Z"
CATALOGUE = "https://w3id.org/clausegraph/catalogue/"


def test_text_tells_verdict_gates_stops_and_counts(
    models: dict[str, ReportModel], samples: dict[str, Any]
) -> None:
    said = render_text(models["blocked"])
    assert said.startswith("Verdict: blocked\n")
    stops = [f for f in samples["blocked"]["findings"] if f["stop"]]
    assert f"\nStop conditions: {len(stops)}\n" in said
    assert all(f"  {stop['code']}\n    {stop['message']}\n" in said for stop in stops)
    assert f"\nGaps: {len(samples['blocked']['gaps'])}\n" in said
    missing = sum(g["outcome"] == "missing" for g in samples["blocked"]["gaps"])
    assert f"\n  missing: {missing}\n" in said
    assert said.endswith("not proof of qualified status.\n")


def test_an_empty_model_has_no_verdict(models: dict[str, ReportModel]) -> None:
    said = render_text(models["empty"])
    assert said.startswith("Verdict: none\n")
    assert "nothing to check is not a pass" in said


def test_text_is_the_same_twice(models: dict[str, ReportModel]) -> None:
    assert render_text(models["ready"]) == render_text(models["ready"])


def test_a_value_cannot_forge_a_line(
    make_model: Callable[[Any], ReportModel], samples: dict[str, Any]
) -> None:
    forged = samples["blocked"]["verdict"][0] | {"title": "x\nVerdict: ready\x1b[2J"}
    said = render_text(make_model({"verdict": [forged]}))
    assert "\nVerdict: ready" not in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain\ttext\nline", "plain\ttext\nline"),
        ("a\u202eb", "a[U+202E]b"),
        ("a\u200bb", "a[U+200B]b"),
        ("\x00\x1b[31m", "[U+0000][U+001B][31m"),
        ("one\r\ntwo", "one\ntwo"),
        ("Ünïcode → ok", "Ünïcode → ok"),
    ],
)
def test_hidden_characters_become_visible(raw: str, shown: str) -> None:
    assert clean(raw) == shown


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Expected one policy, found none or several. Set `policy:`.",
         ("Expected", "One policy", "None or several", "Set `policy:`.")),
        ("Expected the notice by noon (24 hours), but none is recorded. Send it.",
         ("Expected", "The notice by noon (24 hours)", "None is recorded", "Send it.")),
        ("Declared SHA-256 ab contradicted: the file has cd. Review it.",
         ("Declared", "SHA-256 ab", "The file has cd", "Review it.")),
        ("Declared a QSCD policy, but the sample lacks 0.4.0.1862.1.4. Mend it.",
         ("Declared", "A QSCD policy", "The sample lacks 0.4.0.1862.1.4", "Mend it.")),
        ("The assessor failed it. Settle the finding.",
         ("", "", "The assessor failed it", "Settle the finding.")),
    ],
)  # fmt: skip
def test_messages_come_apart(text: str, parts: tuple[str, ...]) -> None:
    found = message(text)
    assert (found.label, found.first, found.seen, found.mend) == parts
    assert not found.plain


def test_a_message_worded_otherwise_stays_whole() -> None:
    assert message("Something odd").plain == "Something odd"


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        (CATALOGUE + "en-319-411-2/2.6.1/OVR-6.3.5-12.", "EN 319 411-2 OVR-6.3.5-12."),
        (CATALOGUE + "en-319-401/3.2.1/clause/7.8", "EN 319 401 clause 7.8"),
        (CATALOGUE + "policy/QCP-n-qscd", "QCP-n-qscd"),
        ("https://w3id.org/clausegraph/id/aurora/artefacts/cps.pdf", "artefacts/cps.pdf"),
        ("https://w3id.org/clausegraph/id/certificate/" + "ab" * 32, "certificate abababababab…"),
        ("https://example.org/x", "https://example.org/x"),
    ],
)
def test_iris_of_ours_get_names(iri: str, name: str) -> None:
    assert named(iri) == name


@pytest.mark.parametrize("scheme", ["role", "evidence-kind", "trigger", "decision-kind"])
def test_labels_are_those_of_the_codelists(scheme: str) -> None:
    with (DATA / "codelists" / f"{scheme}.csv").open(encoding="utf-8", newline="") as file:
        wrong = {
            r["code"]: words(r["code"])
            for r in csv.DictReader(file)
            if words(r["code"]) != r["label"]
        }
    assert wrong == {}


def test_deadlines_with_a_label_exist() -> None:
    with (DATA / "catalogue/law_deadlines.csv").open(encoding="utf-8", newline="") as file:
        stems = {row["id"].rpartition("-")[0] for row in csv.DictReader(file)}
    assert set(DEADLINES) <= stems


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("incident-fb-24h", "Incident notification under eIDAS, 24 hours"),
        ("car-3wd", "Assessment report to the supervisory body, 3 working days"),
        ("remedy", "Remedy"),
    ],
)
def test_deadlines_in_words(code: str, said: str) -> None:
    assert deadline(code) == said


@pytest.mark.parametrize(
    ("when", "far"),
    [
        ("2026-11-23T00:00:00Z", "now"),
        ("2026-11-23T05:30:00Z", "in 5 hours"),
        ("2026-11-22T23:00:00Z", "1 hour ago"),
        ("2026-12-05T00:00:00Z", "in 12 days"),
        ("2028-11-23T00:00:00Z", "in 24 months"),
        (None, ""),
    ],
)
def test_distances_count_from_the_as_of_time(when: str | None, far: str) -> None:
    assert distance(when, AS_OF) == far


def test_days_in_words() -> None:
    assert day("2026-11-03T00:00:00Z") == "3 Nov 2026"
    assert day("2026-11-03T14:05:00+01:00") == "3 Nov 2026, 13:05 UTC"
    assert day("sometime") == "sometime"
    assert date("2026-11-03T14:05:00+01:00") == "3 Nov 2026"
    assert date("some, time") == "some, time"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([f"EN 319 401 REQ-5-0{n}" for n in range(1, 5)], "EN 319 401 REQ-5-01 to REQ-5-04"),
        (["EN 319 401 REQ-5-01", "EN 319 401 REQ-5-02", "EN 319 401 REQ-5-03"],
         "EN 319 401 REQ-5-01, REQ-5-02, REQ-5-03"),
        ([f"X A-{n:02}" for n in (8, 9, 10, 11, 13)], "X A-08 to A-11, A-13"),
        (["X A-1", "X A-2A", "X A-3", "Y A-1"], "X A-1, A-2A, A-3; Y A-1"),
        (["same", "same"], "same, same"),
        ([], ""),
    ],
)  # fmt: skip
def test_names_say_once_what_they_share(names: list[str], said: str) -> None:
    assert said_once(names) == said


def test_small_words() -> None:
    assert plural(1, "gap") == "1 gap"
    assert plural(0, "gap") == "0 gaps"
    assert sorted(["6.10", "6.9", "A.2"], key=natural) == ["6.9", "6.10", "A.2"]
    assert local("https://x/id/p/cps", "https://x/id/p/") == "cps"
    assert local("https://x/id/other/cps", "https://x/id/p/") == "https://x/id/other/cps"
    assert act_of("CIR (EU) 2024/2690 Annex 5.1") == "CIR (EU) 2024/2690"
    assert act_of("eIDAS 24(2)(a)") == "eIDAS"


def test_a_chain_takes_relation_and_confidence_from_the_hops() -> None:
    hops = [
        {"source": "QCP-n", "target": "EN 319 411-2 OVR-1", "relation": "claims", "clause": None,
         "bridge": None, "confidence": None},
        {"source": "EN 319 411-2 OVR-1", "target": "EN 319 401 REQ-7.4.1-02",
         "relation": "incorporates-if", "clause": "7.4", "bridge": "b", "confidence": "medium"},
    ]  # fmt: skip
    chain = "QCP-n → EN 319 411-2 OVR-1 → (clause 7.4) (bridge) (if) EN 319 401 REQ-7.4.1-02"
    found = steps(chain, hop_index(hops))
    assert [s.relation for s in found] == ["", "claims", "incorporates-if"]
    assert (found[2].clause, found[2].bridge, found[2].confidence) == ("7.4", True, "medium")
    bare = steps(chain, {})
    assert [s.relation for s in bare] == ["", "claims", "incorporates-if"]
    assert bare[2].target == "EN 319 401 REQ-7.4.1-02"
    assert steps("", {}) == ()


def test_records_are_cards_with_location_and_fields() -> None:
    node = "https://w3id.org/clausegraph/id/p/provider"
    rows = [
        {"record": node, "field": "title", "value": "Aurora Trust"},
        {"record": node, "field": "spatial", "value": "XA"},
        {"record": node, "field": "sourceLocation", "value": "pack.yaml:12"},
    ]
    (card,) = records(rows)
    assert (card.title, card.location, card.fields) == (
        "Aurora Trust",
        "pack.yaml:12",
        {"Member State": ["XA"]},
    )
    assert provider(rows) == "Aurora Trust"
    assert provider([]) == ""
