"""Many packs at once: order, errors that stop nobody, the worst exit code."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausegraph.cli.app import app
from clausegraph.errors import InputError
from clausegraph.pack.template import write_template
from clausegraph.portfolio import pack_folders, run_portfolio

from .conftest import ROOT

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """A new pack, a broken one, and a ready one; and things that are no packs."""
    write_template(tmp_path / "b-new", "QCP-n", None)
    write_template(tmp_path / "a-broken", "QCP-n", None)
    broken = tmp_path / "a-broken" / "pack.yaml"
    broken.write_text(broken.read_text().replace("\nservice:", "\nservise:"))
    (tmp_path / "b-new" / "pack.yaml").rename(tmp_path / "b-new" / "pack.yml")
    (tmp_path / "c-ready").symlink_to(ROOT / "data" / "packs" / "aurora-esign")
    (tmp_path / "no-pack").mkdir()
    (tmp_path / "readme.txt").write_text("x")
    return tmp_path


def test_one_row_per_pack_whatever_the_number_of_processes(three: Path) -> None:
    alone = list(run_portfolio(three, NOW, jobs=1))
    assert [(r.pack, r.verdict, r.exit_code) for r in alone] == [
        ("a-broken", "error", 2), ("b-new", "blocked", 1), ("c-ready", "ready", 0),
    ]  # fmt: skip
    assert "servise" in alone[0].error
    assert (alone[2].requirements, alone[2].gaps, alone[2].stops) == (703, 0, 0)
    assert list(run_portfolio(three, NOW, jobs=2)) == alone


def test_command_shows_all_and_exits_with_the_worst(three: Path) -> None:
    command = ["portfolio", str(three), "--as-of", "2026-11-23", "--format", "csv", "--jobs", "1"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2
    rows = list(csv.DictReader(result.output.splitlines()))
    assert [r["pack"] for r in rows] == ["a-broken", "b-new", "c-ready"]
    assert rows[1]["intake"] == "blocked"


def test_a_folder_without_packs_is_an_input_error(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(InputError):
            pack_folders(folder)
