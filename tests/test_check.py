"""The whole way: a folder in, a verdict out; commands, exit codes, determinism."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from typer.testing import CliRunner

from clausegraph import catalog, inquiries, pipeline, shipped, views
from clausegraph.cli.app import app
from clausegraph.cli.verdict import as_document
from clausegraph.errors import InputError
from clausegraph.pack.template import render, write_template
from clausegraph.report import BRIEF, render_text, report_model
from clausegraph.store import nquads
from clausegraph.validate.run import DATA_GRAPHS, validate
from clausegraph.validate.shapes import Select
from clausegraph.validate.sparql import SparqlSource

from .conftest import ROOT

NOW = datetime(2026, 11, 23, tzinfo=UTC)
RUN = CliRunner()


def _service(folder: Path, *, extra: str = "") -> Path:
    """A pack whose one document supports every clause of the three standards."""
    write_template(folder, "QCP-n", None)
    handbook = b"# Handbook\n"
    (folder / "artefacts" / "handbook.md").write_bytes(handbook)
    with (ROOT / "data" / "catalogue" / "requirements.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    short = {"EN 319 401": "401", "EN 319 411-1": "411-1", "EN 319 411-2": "411-2"}
    clauses = sorted({f"{short[r['standard']]}:clause/{r['clause'].split('.')[0]}" for r in rows})
    evidence = {
        "evidence": [
            {
                "id": "handbook", "kind": ["procedure"], "title": "Handbook",
                "path": "artefacts/handbook.md", "sha256": hashlib.sha256(handbook).hexdigest(),
                "owner": "certificate-policy-owner", "date": "2026-06-01T00:00:00Z",
                "max-age": "P12M", "scope": ["service"], "supports": clauses,
            }
        ]
    }  # fmt: skip
    (folder / "evidence" / "evidence.yaml").write_text(yaml.safe_dump(evidence))
    if extra:
        with (folder / "pack.yaml").open("a") as stream:
            stream.write(extra)
    return folder


def _outcomes(folder: Path, now: datetime = NOW) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in views.rows(pipeline.check(folder, now).dataset, "outcomes"):
        counts[str(row["outcome"])] = counts.get(str(row["outcome"]), 0) + 1
    return counts


def test_evidence_for_clauses_meets_what_applies(tmp_path: Path) -> None:
    counts = _outcomes(_service(tmp_path / "s"))
    assert sum(counts.values()) == 686
    assert counts["met"] > 500
    assert counts["undecided"] > 60
    assert "missing" not in counts


def test_evidence_goes_stale_with_time(tmp_path: Path) -> None:
    counts = _outcomes(_service(tmp_path / "s"), datetime(2027, 6, 2, tzinfo=UTC))
    assert counts["stale"] > 500
    assert "met" not in counts


def test_changed_artefact_disputes(tmp_path: Path) -> None:
    folder = _service(tmp_path / "s")
    (folder / "artefacts" / "handbook.md").write_text("changed")
    counts = _outcomes(folder)
    assert counts["disputed"] > 500


def test_missing_artefact_leaves_requirements_missing(tmp_path: Path) -> None:
    folder = _service(tmp_path / "s")
    (folder / "artefacts" / "handbook.md").unlink()
    assert _outcomes(folder)["missing"] > 500


def test_failing_condition_makes_not_applicable(tmp_path: Path) -> None:
    extra = "conditions:\n  - {condition: crl-published, holds: false, because: OCSP only}\n"
    plain, declared = _service(tmp_path / "a"), _service(tmp_path / "b", extra=extra)
    assert _outcomes(declared).get("not-applicable", 0) > _outcomes(plain).get("not-applicable", 0)


def test_assessor_disagreement_disputes_one_requirement(tmp_path: Path) -> None:
    extra = (
        "assessor-results:\n"
        "  - {requirement: 401:REQ-5-01, result: failed, by: CAB, date: 2026-10-01T00:00:00Z}\n"
    )
    assert _outcomes(_service(tmp_path / "s", extra=extra))["disputed"] >= 1


def test_empty_pack_is_blocked_at_intake_and_closure(tmp_path: Path) -> None:
    write_template(tmp_path / "s", "QCP-n", None)
    dataset = pipeline.check(tmp_path / "s", NOW).dataset
    states = {str(r["gate"]): r["state"] for r in views.rows(dataset, "gates")}
    assert states["intake"] == "blocked"
    assert states["closure"] == "blocked"
    assert "ready" not in states.values()
    (verdict,) = views.rows(dataset, "verdict")
    assert verdict["verdict"] == "blocked"


def test_every_finding_traces_to_rule_owner_and_requirement(tmp_path: Path) -> None:
    write_template(tmp_path / "s", "QCP-n-qscd", None)
    rows = views.rows(pipeline.check(tmp_path / "s", NOW).dataset, "findings")
    assert len(rows) > 10
    for row in rows:
        assert row["owner"]
        assert row["requirements"]
        assert row["message"]


def test_same_pack_and_time_give_the_same_graph(tmp_path: Path) -> None:
    folder = _service(tmp_path / "s")
    graphs = ("declared", "collected", "inferred", "results", "outcomes")
    one = nquads(pipeline.check(folder, NOW).dataset, *graphs)
    assert one == nquads(pipeline.check(folder, NOW).dataset, *graphs)
    assert str(tmp_path) not in one


def test_untested_rules_are_never_passed(tmp_path: Path) -> None:
    write_template(tmp_path / "s", "QCP-n", None)
    for row in views.rows(pipeline.check(tmp_path / "s", NOW).dataset, "rules"):
        assert (row["focus_nodes"] == 0) == (row["outcome"] == "untested")


@pytest.mark.parametrize("name", [q.id for q in catalog.queries("views")])
def test_every_view_runs_and_is_ordered(name: str, checked) -> None:
    params = {"requirement": shipped.requirement_iri(checked, "411-2:OVR-6.3.5-12")}
    query = catalog.view(name)
    rows = views.rows(checked, name, **(params if query.params else {}))
    texts = [json.dumps(row, default=str) for row in rows]
    assert len(texts) == len(set(texts)), "rows stand twice"
    again = views.rows(checked, name, **(params if query.params else {}))
    assert rows == again


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory):
    return pipeline.check(_service(tmp_path_factory.mktemp("p") / "s"), NOW).dataset


def test_views_are_documented() -> None:
    text = (ROOT / "docs" / "views.md").read_text()
    assert set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)) == {
        q.id for q in catalog.queries("views")
    }


@pytest.mark.parametrize("policy", inquiries.QUALIFIED_POLICIES)
def test_template_can_be_uncommented(policy: str) -> None:
    text = render(policy, "https://x.example/p/")
    bare = "\n".join(
        line[2:] if re.match(r"#  ? *(- )?[a-z0-9-]+:", line) else line for line in text.split("\n")
    )
    assert "service:" in bare
    assert yaml.safe_load(text)["service"]["policy"] == policy


def test_commands_and_exit_codes(tmp_path: Path) -> None:
    folder = str(tmp_path / "s")
    assert RUN.invoke(app, ["init", folder]).exit_code == 0
    blocked = RUN.invoke(app, ["check", folder, "--as-of", "2026-11-23", "--format", "json"])
    assert blocked.exit_code == 1
    assert json.loads(blocked.stdout)["verdict"]["verdict"] == "blocked"
    never = RUN.invoke(app, ["check", folder, "--as-of", "2026-11-23", "--fail-on", "never"])
    assert never.exit_code == 0
    assert never.stdout.startswith("Verdict: blocked")
    gaps = RUN.invoke(app, ["gaps", folder, "--as-of", "2026-11-23", "--format", "csv"])
    assert gaps.stdout.startswith("requirement,standard")


@pytest.mark.parametrize(
    "arguments",
    [
        ["inherit", "QCP-n", "--summary"],
        ["drift"],
        ["catalogue", "trust", "anchor"],
        ["rules", "--gate", "intake"],
    ],
)
def test_commands_without_a_pack(arguments: list[str]) -> None:
    result = RUN.invoke(app, arguments)
    assert result.exit_code == 0
    assert result.stdout.count("\n") > 1


@pytest.mark.parametrize(
    "command", ["init", "check", "gaps", "inherit", "explain", "drift", "query"]
)
def test_every_command_has_help_with_an_example(command: str) -> None:
    result = RUN.invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert "Example" in result.stdout


def test_own_query_runs_and_service_is_refused(checked, tmp_path: Path) -> None:
    from clausegraph.errors import InputError

    columns, rows = views.run_text(checked, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    assert columns == ["n"]
    assert int(str(rows[0]["n"])) > 20_000
    for text in ("SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }", "CLEAR ALL", "SELECT"):
        with pytest.raises(InputError):
            views.run_text(checked, text)


def test_check_gives_its_findings_as_csv(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    write_template(folder, "QCP-n", None)
    command = ["check", str(folder), "--as-of", "2026-11-23", "--fail-on", "never"]
    text = RUN.invoke(app, [*command, "--format", "csv"])
    document = json.loads(RUN.invoke(app, [*command, "--format", "json"]).output)
    rows = list(csv.DictReader(text.output.splitlines()))
    assert text.exit_code == 0
    assert [r["code"] for r in rows] == [f["code"] for f in document["findings"]] != []


@pytest.mark.parametrize("pack", ["aurora-esign", "borealis-eseal"])
def test_applicability_is_the_same_by_graph_view_shape_and_report(pack: str) -> None:
    """What applies has one source: the triples that inference wrote, whoever asks."""
    dataset = pipeline.check(ROOT / "data" / "packs" / pack, NOW).dataset
    out = {"excluded", "superseded"}
    graph = {
        t.object.value
        for t in dataset.triples("inferred")
        if t.predicate.value.endswith("core#requirement")
    }
    inherited = {str(r["requirement"]): r for r in views.rows(dataset, "inheritance")}
    assert set(inherited) == graph
    applicable = {k for k, r in inherited.items() if str(r["standing"]) not in out}
    outcomes = {str(r["requirement"]) for r in views.rows(dataset, "outcomes")}
    report = {str(r["requirement"]) for r in report_model(dataset).outcomes}
    assert outcomes == report == applicable
    shape = """PREFIX cg: <https://w3id.org/clausegraph/core#>
      SELECT ?requirement WHERE { ?app a cg:Applicability ; cg:requirement ?requirement ; cg:standing ?s .
        FILTER(!(STRENDS(STR(?s), "excluded") || STRENDS(STR(?s), "superseded"))) }"""
    merged = SparqlSource.of(dataset.triples(*DATA_GRAPHS))
    seen = {s["requirement"].value for s in merged.ask(Select(shape))}
    assert seen == applicable


@pytest.mark.parametrize("pack", ["aurora-esign", "borealis-eseal"])
def test_engines_agree_on_the_example_packs(pack: str) -> None:
    dataset = pipeline.check(ROOT / "data" / "packs" / pack, NOW, engine="both").dataset
    assert [row["code"] for row in views.rows(dataset, "rules") if row["by_pyshacl"]] == []


def test_example_packs_have_the_promised_verdicts() -> None:
    ready = pipeline.check(ROOT / "data" / "packs" / "aurora-esign", NOW).dataset
    assert {str(r["state"]) for r in views.rows(ready, "gates")} == {"ready"}
    assert {str(r["severity"]) for r in views.rows(ready, "findings")} <= {"info"}
    assert len(views.rows(ready, "outcomes")) >= 690
    assert len(views.rows(ready, "evidence")) >= 150
    blocked = pipeline.check(ROOT / "data" / "packs" / "borealis-eseal", NOW).dataset
    assert {str(r["state"]) for r in views.rows(blocked, "gates")} == {"blocked"}
    stops = [r for r in views.rows(blocked, "findings") if r["stop"]]
    assert len({r["code"] for r in stops}) >= 8
    assert {str(r["gate"]) for r in stops} == {
        "intake", "triage", "incident", "assurance", "closure",
    }  # fmt: skip


@pytest.mark.parametrize("command", [["check"], ["query", "coverage"]])
@pytest.mark.parametrize("option", [["--dialect", "virtuoso"], ["--plain-http"]])
def test_options_of_a_store_need_one(command: list[str], option: list[str]) -> None:
    result = RUN.invoke(app, [*command, str(ROOT / "data/packs/aurora-esign"), *option])
    assert isinstance(result.exception, InputError)
    assert result.exception.field == option[0]


def test_rules_that_pyshacl_took_are_named_with_the_reason() -> None:
    dataset = pipeline.load(ROOT / "data" / "packs" / "borealis-eseal", NOW).dataset
    (code, rule) = min(
        (t.object.value, t.subject)
        for t in dataset.triples("rules")
        if t.predicate.value.endswith("/identifier")
    )
    itself = ox.Triple(rule, ox.NamedNode("http://www.w3.org/ns/shacl#node"), rule)
    dataset.add([itself], "rules")
    assert validate(dataset).by_reference == {rule.value: "recursive shape"}
    model = report_model(dataset, views=BRIEF)
    assert as_document(model)["evaluated_by_pyshacl"] == {code: "recursive shape"}
    assert f"Rules evaluated by pySHACL: 1\n  {code}: recursive shape\n" in render_text(model)
    assert next(r["by_pyshacl"] for r in model.rules if r["code"] == code) == "recursive shape"
    plain = pipeline.load(ROOT / "data" / "packs" / "borealis-eseal", NOW).dataset
    validate(plain)
    model = report_model(plain, views=BRIEF)
    assert as_document(model)["evaluated_by_pyshacl"] == {}
    assert "pySHACL" not in render_text(model)
