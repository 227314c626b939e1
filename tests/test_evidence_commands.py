"""``collect`` and ``inspect`` as their user sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from clausegraph.cli.app import app
from clausegraph.cli.app import run as command
from tests.collect.samples import LEGAL, certificate

PACKS = Path(__file__).parents[1] / "data" / "packs"
CG = "https://w3id.org/clausegraph/core#"
AS_OF = ("--as-of", "2026-11-23")
runner = CliRunner()


def run(*words: str) -> str:
    result = runner.invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_one_line_per_file_with_what_was_found_in_it() -> None:
    lines = run("collect", str(PACKS / "borealis-eseal"), *AS_OF).splitlines()
    assert lines[0].split("\t")[:3] == ["artefact", "path", "media"]
    row = next(line for line in lines if "\tartefacts/ca/root-ca.cer\t" in line)
    assert row.split("\t")[5:7] == ["read", "1 Certificate"]


@pytest.mark.parametrize(
    ("format_", "rdf"), [("turtle", ox.RdfFormat.TURTLE), ("ntriples", ox.RdfFormat.N_TRIPLES)]
)
def test_the_graph_is_the_same_in_both_syntaxes(
    format_: str, rdf: ox.RdfFormat, tmp_path: Path
) -> None:
    pack = str(PACKS / "borealis-eseal")
    out = tmp_path / "facts"
    run("collect", pack, *AS_OF, "--format", format_, "--out", str(out))
    found = {q.triple for q in ox.parse(out.read_bytes(), format=rdf)}
    plain = run("collect", pack, *AS_OF, "--format", "ntriples")
    assert found == {q.triple for q in ox.parse(plain.encode(), format=ox.RdfFormat.N_TRIPLES)}
    assert plain.splitlines() == sorted(plain.splitlines())


def test_prefixes_stand_in_order(tmp_path: Path) -> None:
    text = run("collect", str(PACKS / "borealis-eseal"), *AS_OF, "--format", "turtle")
    head = [line for line in text.splitlines() if line.startswith("@prefix")]
    assert len(head) > 5
    assert head == sorted(head)
    assert not text.splitlines()[len(head)].startswith("@prefix")


def test_lint_reports_are_made_only_when_asked_for() -> None:
    pack = str(PACKS / "borealis-eseal")
    assert "LintReport" not in run("collect", pack, *AS_OF, "--format", "ntriples")
    linted = run("collect", pack, *AS_OF, "--format", "ntriples", "--lint")
    triples = [q.triple for q in ox.parse(linted.encode(), format=ox.RdfFormat.N_TRIPLES)]
    said = {t.subject: t.object.value for t in triples if t.predicate.value.endswith("core#isCa")}
    samples = {
        t.object
        for t in triples
        if t.predicate.value.endswith("core#contains")
        and "/certificates/sample-" in t.subject.value
    }
    reports = {t.subject for t in triples if t.object == ox.NamedNode(CG + "LintReport")}
    about = {
        t.object for t in triples if t.subject in reports and t.predicate.value == CG + "about"
    }
    assert samples
    assert samples <= about
    assert {said[one] for one in about} == {"false"}, "none for CAs"
    assert "pkilint" in linted


def test_inspect_says_what_a_file_is(tmp_path: Path) -> None:
    file = tmp_path / "seal.cer"
    file.write_bytes(certificate(LEGAL))
    text = run("inspect", str(file), *AS_OF)
    assert "file of type application/pkix-cert" in text
    found = json.loads(run("inspect", str(file), *AS_OF, "--format", "json"))
    assert found[0]["file"] == "seal.cer"
    assert found[0]["found"][0]["statements"][0]["about"] == "size"


def test_inspect_names_a_broken_promise(tmp_path: Path) -> None:
    file = tmp_path / "list.xml"
    file.write_text("<!doctype html><html><title>Log in</title>")
    assert "✗ name: Expected an XML document by its name, found an HTML page." in run(
        "inspect", str(file), *AS_OF
    )


def test_inspect_of_a_missing_file_is_an_input_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["clausegraph", "inspect", str(tmp_path / "none.cer")])
    with pytest.raises(SystemExit) as stop:
        command()
    assert stop.value.code == 2
    assert "none.cer: cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("issued.csv", b"certificate\nMIIB\n", "clausegraph population"),
        ("issued.jsonl", b'{"certificate": "MIIB"}\n', "clausegraph population"),
        ("notes.bin", b"\x00\x01\x02", "nothing of this kind is read"),
        ("empty.tar.gz", b"\x1f\x8b", "none that can be read"),
    ],
)
def test_inspect_says_what_it_did_not_read(
    name: str, data: bytes, words: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    assert words in run("inspect", str(tmp_path / name), *AS_OF)


def test_inspect_says_that_a_file_is_too_large(tmp_path: Path) -> None:
    with (tmp_path / "list.xml").open("wb") as stream:
        stream.write(b'<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#">')
        stream.truncate(65 * 1024 * 1024)
    assert "larger than" in run("inspect", str(tmp_path / "list.xml"), *AS_OF)
