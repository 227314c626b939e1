"""``trusted-list`` as its user sees it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausegraph.cli.app import app
from clausegraph.errors import InputError
from tests.artefacts.signed_lists import holder, lotl, pointer, signed, unsigned
from tests.artefacts.trusted_lists.making import ca, issue, listed, qc_statements
from tests.collect.samples import pem, trusted_list

SIGNER, NATION = holder("Union"), holder("Nation")
AS_OF = ("--as-of", "2026-06-01")
runner = CliRunner()


def national(*services: str, sequence: int = 42, **options: str) -> bytes:
    plain = trusted_list(*services, signatures=0, **options)  # type: ignore[arg-type]
    plain = plain.replace(b"<TSLSequenceNumber>42<", f"<TSLSequenceNumber>{sequence}<".encode())
    return signed(plain.replace(b">SE<", b">XA<"), NATION, when="2026-03-11T10:00:00Z")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    union = lotl(SIGNER, pointer("XA", NATION), announced=(SIGNER,))
    past = listed(block="ServiceHistoryInstance", since="2018-01-01T00:00:00Z")
    now = listed(status="withdrawn", since="2025-01-01T00:00:00Z", history=past)
    leaf = issue(qc=qc_statements("eseal", device=True))
    for name, data in {
        "lotl.xml": union,
        "older.xml": national(listed(since="2018-01-01T00:00:00Z"), sequence=41),
        "tl.xml": national(now),
        "leaf.cer": leaf,
        "chain.pem": pem(leaf) + pem(ca()),
    }.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def call(folder: Path, *words: str) -> str:
    paths = [str(folder / w) if w.endswith((".xml", ".cer", ".pem")) else w for w in words]
    result = runner.invoke(app, ["trusted-list", *AS_OF, *paths], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def ask(folder: Path, *words: str) -> dict[str, list[dict[str, object]]]:
    trust = ("--lotl", "lotl.xml", "--anchor", SIGNER.sha256)
    found: dict[str, list[dict[str, object]]] = json.loads(
        call(folder, *words, *trust, "--format", "json")
    )
    return found


def test_every_answer_says_what_it_rests_on(folder: Path) -> None:
    (only,) = ask(folder, "tl.xml")["lists"]
    assert (only["list"], only["sequence"], only["signature"]) == ("XA 42", 42, "verified")
    assert (only["lotl"], only["anchor"]) == ("XA 1", SIGNER.sha256)
    assert (only["services"], only["outdated"]) == (1, False)
    assert len(str(only["sha256"])) == 64


def test_without_a_list_of_lists_the_answer_says_so(folder: Path) -> None:
    result = runner.invoke(app, ["trusted-list", str(folder / "tl.xml"), *AS_OF])
    assert result.exit_code == 0
    assert "not-verified" in result.output
    assert "Add --lotl" in result.output


def test_services_of_a_provider_with_history_and_status_at_a_date(folder: Path) -> None:
    rows = ask(folder, "tl.xml", "--provider", "aurora", "--at", "2024-05-01")["services"]
    assert [(r["status"], r["at_date"]) for r in rows] == [("withdrawn", False), ("granted", True)]
    assert rows[0]["since"] == rows[1]["until"] == "2025-01-01T00:00:00Z"
    assert rows[0]["identity"] == rows[1]["identity"]


@pytest.mark.parametrize("file", ["leaf.cer", "chain.pem"])
def test_conclusions_with_three_legs(folder: Path, file: str) -> None:
    rows = ask(folder, "tl.xml", "--certificate", file)["conclusions"]
    first, second = rows[:2]
    assert (first["moment"], first["result"], first["type"]) == ("issuance", "qualified", "eseal")
    assert first["device"] is True
    assert (second["moment"], second["result"]) == ("at date", "not-qualified")
    legs = [second[leg] for leg in ("service", "certificate", "override")]
    assert legs == ["fails", "holds", "not-applicable"]
    assert "withdrawn from 2025-01-01" in str(second["service_reason"])
    assert (second["list"], second["signature"], second["lotl"]) == ("XA 42", "verified", "XA 1")
    assert [r["result"] for r in rows[2:]] in ([], ["qualified", "not-qualified"])


def test_changes(folder: Path) -> None:
    rows = ask(folder, "tl.xml", "older.xml", "--compare")["changes"]
    assert [(r["from"], r["to"], r["change"]) for r in rows] == [("XA 41", "XA 42", "status")]
    assert rows[0]["after"] == "withdrawn since 2025-01-01T00:00:00Z"


def test_csv_holds_what_was_asked(folder: Path) -> None:
    text = call(folder, "tl.xml", "--certificate", "leaf.cer", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["result"] for row in rows] == ["qualified", "not-qualified"]
    text = call(folder, "tl.xml", "--format", "csv")
    assert [row["list"] for row in csv.DictReader(io.StringIO(text))] == ["XA 42"]


def test_text_shows_lists_first(folder: Path) -> None:
    lines = call(folder, "tl.xml", "--certificate", "leaf.cer").splitlines()
    assert lines[0].startswith("list\t")
    assert lines[2].startswith("file\t")


HTML = b"<!DOCTYPE html><html><body>Not found</body></html>"


@pytest.mark.parametrize(
    ("data", "words", "said"),
    [
        (HTML, (), "HTML page"),
        (HTML.replace(b"<!DOCTYPE html>", b""), (), "HTML page"),
        (b"<!DOCTYPE x []><x/>", (), "DOCTYPE"),
        (b"<x/>", (), "not a trusted list"),
        (national(listed())[:-200], (), "not well-formed"),
        (unsigned(), (), "refused"),
        (national(listed()).replace(b"granted", b"withdrawn"), (), "refused"),
        (national(listed()) * 2, (), "not well-formed"),
        (b"", (), "is empty"),
        (lotl(SIGNER, announced=(SIGNER,)), (), "no national trusted list"),
        (national(listed()), ("--provider", "Nobody"), "no provider"),
        (national(listed()), ("--compare",), "no two lists"),
        (national(listed()), ("--at", "yesterday"), "--at"),
        (national(listed()), ("--certificate", "bad.xml"), "bad.xml"),
        (national(listed()), ("--lotl", "bad.xml"), "is no list of lists"),
        (national(listed()), ("--anchor", "xyz"), "the anchor is no hash"),
    ],
)
def test_what_cannot_be_used_is_an_error_of_input(
    data: bytes, words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.xml"
    bad.write_bytes(data)
    paths = [str(tmp_path / w) if w.endswith(".xml") else w for w in words]
    with pytest.raises(InputError) as caught:
        runner.invoke(app, ["trusted-list", str(bad), *paths, *AS_OF], catch_exceptions=False)
    assert said in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_missing_file_is_an_error_of_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        runner.invoke(app, ["trusted-list", str(tmp_path / "no.xml")], catch_exceptions=False)


def test_not_in_force_and_issued_later_are_told(folder: Path) -> None:
    found = ask(folder, "tl.xml", "--certificate", "leaf.cer", "--at", "2027-01-01")
    issuance, at_date = found["conclusions"]
    assert (issuance["in_force"], at_date["in_force"]) == (True, False)
    assert "it expired on 2026-09-27" in str(at_date["certificate_reason"])
    assert (found["lists"][0]["issued_later"], at_date["issued_later"]) == (False, None)
    past = ask(folder, "tl.xml", "--certificate", "leaf.cer", "--as-of", "2026-01-01")
    assert past["lists"][0]["issued_later"] is True
    assert {row["issued_later"] for row in past["conclusions"]} == {"XA 42"}
