"""The commands ``export`` and ``import``: what they write, say, and exit with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausegraph import inquiries
from clausegraph.cli.app import app
from clausegraph.errors import InputError, MissingExtra
from clausegraph.export import FORMATS, Format, Projection, chosen

from .conftest import ROOT

PACK = str(ROOT / "data" / "packs" / "borealis-eseal")
AS_OF = ["--as-of", "2026-11-23"]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_export_writes_what_it_says_and_the_same_twice(tmp_path: Path) -> None:
    code, output = run("export", PACK, "--to", str(tmp_path / "a"), "--as", "nquads,dcat", *AS_OF)
    assert code == 0
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text())
    named = {f["path"] for f in manifest["files"]}
    assert named == {"linked-data/pack.nq", "linked-data/dataset.ttl", "loss.json"}
    assert all(name in output for name in named)
    assert manifest["graph"]["sha256"] == next(
        f["sha256"] for f in manifest["files"] if f["path"].endswith(".nq")
    )
    run("export", PACK, "--to", str(tmp_path / "b"), "--as", "dcat", "--as", "nquads", *AS_OF)
    assert (tmp_path / "b" / "manifest.json").read_bytes() == (
        tmp_path / "a" / "manifest.json"
    ).read_bytes()


@pytest.fixture
def quick(borealis: Projection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spares the seven inferences of the policies, which a test of their own looks at."""
    monkeypatch.setattr(inquiries, "derive_policy", lambda _policy: borealis.dataset)


@pytest.mark.usefixtures("quick")
def test_preflight_without_a_folder_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, output = run("export", PACK, "--preflight", "servicenow", *AS_OF)
    assert code == 0
    assert "servicenow: 0 refused" in output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("quick")
def test_another_edition_is_refused_by_servicenow() -> None:
    code, output = run(
        "export", PACK, "--preflight", "servicenow", "--oscal-version", "1.2.3", *AS_OF
    )
    assert code == 1
    assert "only 1.1.2 is taken" in output


@pytest.mark.parametrize(
    "arguments",
    [["--as", "papyrus"], ["--as", "nquads"], ["--preflight", "papyrus"], []],
)
def test_what_cannot_be_done_is_said_at_once(arguments: list[str]) -> None:
    with pytest.raises(InputError):
        run("export", PACK, *arguments, *AS_OF)


def test_a_missing_library_names_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needy = Format("needy", "Needs more", "nowhere", "needy", ("no_such_library",), "needy-extra")
    monkeypatch.setitem(FORMATS, "needy", needy)
    with pytest.raises(MissingExtra, match=r"pip install 'clausegraph\[needy-extra\]'"):
        chosen(["trig,needy"])


def test_formats_that_describe_come_last() -> None:
    assert [f.name for f in chosen(["dcat,trig,nquads"])] == ["trig", "nquads", "dcat"]
