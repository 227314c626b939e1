"""``population`` as its user sees it, and a population in a pack."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from clausegraph import pipeline, views
from clausegraph.cli.app import app
from clausegraph.collect.facts import certificate_iri
from clausegraph.errors import InputError
from clausegraph.pack.format import CONTEXT_IRI
from tests.artefacts.population.populations import b64, ders
from tests.artefacts.signed_lists import holder, lotl, pointer, signed
from tests.artefacts.statuses import NOW as STATUS_NOW
from tests.artefacts.statuses import crl
from tests.artefacts.statuses import holder as status_holder
from tests.artefacts.trusted_lists.making import listed
from tests.collect.samples import CA, NATURAL, certificate, pem, qc_type, statements, trusted_list

AS_OF = ("--as-of", "2026-11-23")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
RUN = CliRunner()
UNION, NATION = holder("Union"), holder("Nation")
NATIONAL = trusted_list(listed(), signatures=0).replace(b">SE<", b">XA<")
PERSON = certificate(NATURAL, policies=("0.4.0.194112.1.0",), qc=statements(qc_type(1)))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "issued.csv"
    lines = [*(b64(der) for der in ders()), b64(PERSON), "MII!"]
    path.write_text("name,cert\n" + "".join(f"Given Family,{line}\n" for line in lines))
    return path


def run(*words: str, code: int = 0) -> str:
    result = RUN.invoke(app, ["population", *words, *AS_OF, "--jobs", "1"])
    assert result.exit_code == code, result.output
    return result.output


def test_text_says_what_it_consists_of_and_names_nobody(source: Path) -> None:
    text = run(str(source), code=1)
    assert "41 certificates in 42 rows" in text
    assert "0.4.0.194112.1.0 (QCP-n)" in text
    assert "issued.csv:43" in text
    assert "workflow.intake.population-compliance-missing" in text
    assert "Family" not in text


@pytest.mark.parametrize("format_", ["text", "json", "csv", "turtle"])
def test_every_format_is_the_same_twice_and_names_nobody(
    source: Path, tmp_path: Path, format_: str
) -> None:
    out = tmp_path / "out"
    run(str(source), "--format", format_, "--out", str(out), "--fail-on", "never")
    first = out.read_bytes()
    run(str(source), "--format", format_, "--out", str(out), "--fail-on", "never")
    assert out.read_bytes() == first
    assert b"Family" not in first
    assert str(tmp_path).encode() not in first


def test_json_and_csv_agree(source: Path) -> None:
    document = json.loads(run(str(source), "--format", "json", code=1))
    rows = list(csv.DictReader(io.StringIO(run(str(source), "--format", "csv", code=1))))
    assert sum(int(row["count"]) for row in rows) == document["certificates"] == 41
    assert [row["id"] for row in rows] == [c["id"] for c in document["classes"]]


def test_a_claimed_policy_is_held_against_every_class(source: Path) -> None:
    document = json.loads(run(str(source), "--policy", "QCP-l-qscd", "--format", "json", code=1))
    codes = {row["code"] for row in document["findings"]}
    assert "en-319-411-2.gen-6-6-1-03.qscd-statement-missing" in codes
    labels = {row["focus_label"] for row in document["findings"]}
    assert any(label and "of one class of" in label for label in labels)
    assert not any(code.startswith("workflow.intake.policy-") for code in codes)


def test_issuers_are_asked_when_given(source: Path, tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_bytes(pem(certificate(CA, ca=True)))
    document = json.loads(run(str(source), "--ca", str(ca), "--format", "json", code=1))
    kinds = {e["kind"]: e["count"] for e in document["exceptions"]}
    assert kinds["issuer-unknown"] == 41


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        (("nowhere.csv",), "cannot be read"),
        (("{source}", "--column", "pem"), "no column"),
        (("{source}", "--policy", "QCP-x"), "no policy"),
        (("{source}", "--ca", "nowhere.pem"), "cannot be read"),
        (("{source}", "--ca", "{source}"), "holds no certificate"),
        (("{source}", "--lists", "{source}"), "expected: a trusted list as published"),
        (("{source}", "--verify-signatures"), "add --ca FILE"),
        (("{source}", "--resume", "{source}"), "checkpoint"),
    ],
)
def test_bad_input_is_an_input_error(source: Path, words: tuple[str, ...], seen: str) -> None:
    given = [word.format(source=source) for word in words]
    result = RUN.invoke(app, ["population", *given, *AS_OF])
    assert isinstance(result.exception, InputError), result.output
    assert result.exception.exit_code == 2
    assert seen in str(result.exception)


@pytest.fixture
def lists(tmp_path: Path) -> dict[str, Path]:
    good = signed(NATIONAL, NATION, when="2026-03-11T10:00:00Z")
    content = {
        "lotl/tl.xml": lotl(UNION, pointer("XA", NATION), announced=(UNION,)),
        "tl.xml": good,
        "forged.xml": good.replace(b"granted", b"withdrawn"),
        "page.xml": b"<html><body>Log in</body></html>",
    }
    (tmp_path / "lotl").mkdir()
    for name, data in content.items():
        (tmp_path / name).write_bytes(data)
    return {name: tmp_path / name for name in content}


@pytest.mark.parametrize(("bad", "seen"), [("forged.xml", "refused"), ("page.xml", "HTML page")])
def test_a_bad_list_beside_a_good_one_is_never_left_out_in_silence(
    source: Path, lists: dict[str, Path], bad: str, seen: str
) -> None:
    words = ["--lists", str(lists["tl.xml"]), "--lists", str(lists[bad])]
    result = RUN.invoke(app, ["population", str(source), *words, *AS_OF])
    assert isinstance(result.exception, InputError), result.output
    assert seen in str(result.exception)
    assert result.exception.file == str(lists[bad])


def test_lists_of_the_same_file_name_are_told_apart(source: Path, lists: dict[str, Path]) -> None:
    words = ["--lists", str(lists["tl.xml"]), "--lotl", str(lists["lotl/tl.xml"])]
    words += ["--anchor", UNION.sha256, "--format", "json"]
    document = json.loads(run(str(source), *words, code=1))
    results = {row["conclusion"].partition(";")[0] for row in document["classes"]}
    assert results == {"unlisted"}


def test_members_are_matched_by_serial_number_against_verified_lists(tmp_path: Path) -> None:
    authority = status_holder()
    member = status_holder("member", authority, ca=False, serial=11)
    content = {
        "issued.csv": f"{b64(member.der)}\n".encode(),
        "ca.cer": authority.der,
        "a.crl": crl(authority, ((11, STATUS_NOW, None), (99, STATUS_NOW, None))),
        "forged.crl": crl(authority, signer=status_holder("Other CA", serial=2)),
    }
    for name, data in content.items():
        (tmp_path / name).write_bytes(data)
    words = [str(tmp_path / "issued.csv"), "--ca", str(tmp_path / "ca.cer"), "--fail-on", "never"]
    document = json.loads(run(*words, "--crl", str(tmp_path / "a.crl"), "--format", "json"))
    assert document["dimensions"]["revocation"] == {"revoked: no reason given": 1}
    assert document["classes"][0]["revocation"] == "1 revoked: no reason given"
    kinds = {each["kind"]: each["count"] for each in document["exceptions"]}
    assert (kinds["revoked"], kinds["revoked-not-found"]) == (1, 1)
    result = RUN.invoke(app, ["population", *words, "--crl", str(tmp_path / "forged.crl"), *AS_OF])
    assert isinstance(result.exception, InputError)
    assert "cannot be relied on" in str(result.exception)


def test_the_folder_one_stands_in_has_its_name(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source.parent)
    text = run(".", code=1)
    assert f"Population {source.parent.name}" in text


HEAD = f"""\
"@context": [{CONTEXT_IRI}, {{"@base": https://w3id.org/clausegraph/id/test/}}]
service:
  id: service
  policy: QCP-l-qscd
  population: [population]
population:
  id: population
"""


def test_a_population_of_a_pack_is_held_against_its_lists(tmp_path: Path) -> None:
    folder = tmp_path / "test"
    (folder / "artefacts").mkdir(parents=True)
    authority = status_holder()
    member = status_holder("member", authority, ca=False, serial=11)
    for name, data in {
        "issued.csv": f"{b64(member.der)}\n".encode(),
        "ca.cer": authority.der,
        "a.crl": crl(authority, ((11, STATUS_NOW, None), (99, STATUS_NOW, None))),
    }.items():
        (folder / "artefacts" / name).write_bytes(data)
    (folder / "pack.yaml").write_text(
        f"{HEAD}  source: artefacts/issued.csv\nauthorities:\n  - id: ca\n"
        "    certificate: artefacts/ca.cer\nstatus-services:\n  - id: status\n"
        "    artefacts: [artefacts/a.crl]\n",
        encoding="utf-8",
    )
    dataset = pipeline.check(folder, NOW).dataset
    rows = views.rows(dataset, "population")
    (one,) = [row for row in rows if row["kind"] == "class"]
    assert one["revocation"] == "1 revoked: no reason given"
    counts = {row["what"]: row["count"] for row in rows if row["kind"] == "exception"}
    assert (counts["revoked"], counts["revoked-not-found"]) == (1, 1)
    codes = {f["code"] for f in views.rows(dataset, "findings")}
    assert "workflow.intake.population-revoked-not-found" in codes
    assert "workflow.intake.population-classes-many" not in codes


@pytest.mark.parametrize("form", ["folder", "csv"])
def test_a_population_of_a_pack_becomes_classes(tmp_path: Path, form: str) -> None:
    folder = tmp_path / "test"
    (folder / "artefacts").mkdir(parents=True)
    held = folder / "artefacts" / "issued"
    if form == "folder":
        held.mkdir()
        for number, der in enumerate(ders()):
            (held / f"{number}.der").write_bytes(der)
    else:
        held = held.with_suffix(".csv")
        held.write_text("".join(b64(der) + "\n" for der in ders()))
    (folder / "pack.yaml").write_text(
        f"{HEAD}  policy-oid: 0.4.0.194112.1.3\n  count: 41\n"
        f'  counted-on: "2023-01-01T00:00:00Z"\n  source: artefacts/{held.name}\n',
        encoding="utf-8",
    )
    checked = pipeline.check(folder, NOW)
    rows = views.rows(checked.dataset, "population")
    assert sum(int(str(r["count"])) for r in rows if r["kind"] == "class") == len(ders())
    certificates = {
        t.subject
        for t in checked.dataset.triples("collected")
        if t.object == ox.NamedNode("https://w3id.org/clausegraph/core#Certificate")
    }
    classes = [r for r in rows if r["kind"] == "class"]
    assert len(classes) <= len(certificates) <= len(classes) + 2, "no node per ordinary certificate"
    assert certificate_iri(str(rows[0]["example"]).rpartition("/")[2]) in certificates
    codes = {f["code"] for f in views.rows(checked.dataset, "findings")}
    assert {
        "workflow.intake.population-count-disagrees",
        "workflow.intake.population-newer-than-count",
        "workflow.intake.population-class-oid-absent",
        "en-319-411-2.gen-6-6-1-03.qscd-statement-missing",
    } <= codes
    assert "workflow.intake.population-source-unread" not in codes
    assert "workflow.intake.population-sample-missing" not in codes


def test_a_source_that_is_missing_or_empty_stops_the_gate(tmp_path: Path) -> None:
    folder = tmp_path / "test"
    (folder / "artefacts").mkdir(parents=True)
    (folder / "artefacts" / "empty.csv").write_bytes(b"")
    (folder / "pack.yaml").write_text(
        f"{HEAD}  source: [artefacts/empty.csv, artefacts/none.zip]\n",
        encoding="utf-8",
    )
    dataset = pipeline.check(folder, NOW).dataset
    found = [
        f["value"]
        for f in views.rows(dataset, "findings")
        if f["code"] == "workflow.intake.population-source-unread"
    ]
    assert len(found) == 2
    artefacts = {r["path"]: r["status"] for r in views.rows(dataset, "artefacts")}
    assert artefacts["artefacts/empty.csv"] == "unreadable"
    assert artefacts["artefacts/none.zip"] == "missing"
