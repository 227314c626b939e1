"""Many packs at once: order, errors that stop nobody, the worst exit code."""

from __future__ import annotations

import csv
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clausegraph import cache, claims
from clausegraph.artefacts import processes
from clausegraph.cli.app import app
from clausegraph.errors import InputError
from clausegraph.pack.template import write_template
from clausegraph.portfolio import PackRow, Work, pack_folders, run_packs, run_portfolio, sharing

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


@pytest.mark.parametrize("name", ["aurora-esign", "borealis-eseal"])
def test_what_is_taken_over_from_another_pack_changes_no_row(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "_known", {})
    work = Work(str(ROOT / "data" / "packs" / name), name, NOW, keep=False)
    first = next(run_packs([work], jobs=1))
    assert len(claims._known) == 1
    assert first.verdict != "error"
    assert next(run_packs([work], jobs=1)) == first


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


def test_rows_are_remembered_and_a_changed_pack_is_noticed(
    three: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clausegraph.assessment.settled", lambda *_: True)
    monkeypatch.setenv(cache.PLACE, str(tmp_path_factory.mktemp("cache")))
    first = list(run_portfolio(three, NOW, jobs=1))
    kinds = [e.kind for e in cache.default().entries()]
    assert kinds.count("made") == 2
    assert not {"pack", "rows"} & set(kinds), "one row of each pack, not its graphs"
    monkeypatch.setattr("clausegraph.claims.infer_by_claim", None)
    assert list(run_portfolio(three, NOW, jobs=1)) == first
    (three / "b-new" / "artefacts" / "x.txt").write_text("x")
    again = list(run_portfolio(three, NOW, jobs=1))
    assert [a == b for a, b in zip(first, again, strict=True)] == [True, False, True]
    assert "TypeError" in again[1].error


def _check(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["check", *words, "--as-of", "2026-11-23"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_check_of_several_packs_gives_one_line_each_in_their_order(
    three: Path, tmp_path: Path
) -> None:
    packs = [str(three / name) for name in ("c-ready", "absent", "b-new")]
    code, text = _check(*packs, "--jobs", "1")
    lines = [line.split("\t") for line in text.splitlines()]
    assert code == 2
    assert [line[:2] for line in lines[1:]] == [
        [packs[0], "ready"], [packs[1], "error"], [packs[2], "blocked"],
    ]  # fmt: skip
    assert "no such pack folder" in lines[2][-1]
    ready, blocked = packs[0], packs[2]
    out = tmp_path / "rows.json"
    code, text = _check(ready, blocked, "--format", "json", "--out", str(out), "--jobs", "1")
    assert (code, text) == (1, "")
    rows = json.loads(out.read_text())
    assert (rows[0]["pack"], rows[0]["exit_code"], rows[0]["requirements"]) == (ready, 0, 703)
    assert rows[1]["violations"] > rows[1]["stops"] > 0
    assert rows[1]["findings"] == sum(rows[1][k] for k in ("violations", "warnings", "infos"))


def test_the_threshold_is_that_of_each_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    gates = dict.fromkeys(("intake", "triage", "incident", "assurance", "closure"), "ready")
    rows = [
        PackRow("a", "ready", **gates, findings=1, infos=1),
        PackRow("b", "ready", **gates, findings=1, warnings=1),
        PackRow("c", "blocked", **{**gates, "intake": "blocked"}, stops=1),
        PackRow("d", "error", error="no", exit_code=2),
    ]
    chosen: list[PackRow] = []
    monkeypatch.setattr("clausegraph.portfolio.run_packs", lambda *_, **__: iter(chosen))
    table = {  # exit code of each row alone
        "never": [0, 0, 0, 2], "blocked": [0, 0, 1, 2], "violation": [0, 0, 1, 2],
        "warning": [0, 1, 1, 2], "info": [1, 1, 1, 2],
    }  # fmt: skip
    for threshold, codes in table.items():
        for row, code in zip(rows, codes, strict=True):
            chosen[:] = [row]
            assert _check("x", "y", "--fail-on", threshold)[0] == code, (threshold, row.pack)


@pytest.mark.parametrize(
    "words", [["--gate", "intake"], ["--report", "r.html"], ["--format", "html"]]
)
def test_options_about_one_pack_are_refused_with_several(words: list[str]) -> None:
    with pytest.raises(InputError, match="about one pack") as refusal:
        _check("a", "b", *words)
    assert refusal.value.field is not None
    assert words[0] in refusal.value.field


def _work(*names: str) -> list[Work]:
    return [Work(f"/nowhere/{name}", name, NOW) for name in names]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Workers that some packs kill, and all that were started."""
    monkeypatch.setattr(sharing, "_MODULE", "tests.dying_worker")
    found: list[subprocess.Popen[bytes]] = []
    really = processes.start

    def start(module: str) -> subprocess.Popen[bytes]:
        found.append(really(module))
        return found[-1]

    monkeypatch.setattr(processes, "start", start)
    return found


def test_a_worker_that_dies_costs_its_pack_only(started: list[subprocess.Popen[bytes]]) -> None:
    names = ["a", "killed", "b", "exits", "half", "c", "killed-too", "prints", "d"]
    rows = list(run_packs(_work(*names), jobs=2))
    assert [r.pack for r in rows] == names
    found = {r.pack: (r.verdict, r.exit_code) for r in rows}
    dead = {"killed", "exits", "half", "killed-too"}
    assert found == {n: ("error", 3) if n in dead else ("ready", 0) for n in names}
    assert "signal 9" in rows[1].error
    assert "memory" in rows[1].error
    assert "code 5" in rows[3].error
    assert len({r.error for r in rows if r.pack not in dead}) <= len(started) <= 6
    assert all(process.poll() is not None for process in started)


def test_a_worker_that_died_while_it_waited_is_replaced(
    started: list[subprocess.Popen[bytes]],
) -> None:
    crew = sharing._Crew()
    first, second = _work("a", "b")
    assert crew.check(first).verdict == "ready"
    started[0].kill()
    started[0].wait()
    assert crew.check(second).verdict == "ready"
    assert len(started) == 2
    crew.end()
    assert all(process.poll() is not None for process in started)


def test_a_run_that_is_given_up_leaves_no_process(
    started: list[subprocess.Popen[bytes]],
) -> None:
    rows: Any = sharing.run_shared(_work(*"abcdefgh"), 2)
    assert next(rows).pack == "a"
    rows.close()
    assert started
    assert all(process.poll() is not None for process in started)


def test_where_no_process_can_start_the_work_is_done_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(module: str) -> None:
        raise OSError(f"no process for {module}")

    monkeypatch.setattr(processes, "start", refuse)
    rows = list(run_packs(_work("a", "b"), jobs=2))
    assert [(r.pack, r.exit_code) for r in rows] == [("a", 2), ("b", 2)]


def test_work_and_rows_pass_through_json() -> None:
    work = Work("/a/\udcff", "ü", NOW, "both", keep_subjects=True, lint=True, keep=False)
    assert Work.of_json(work.as_json().encode()) == work
    row = PackRow("ü", "error", error="line\nline", exit_code=3)
    assert "\n" not in row.as_json()
    assert PackRow.of_json(row.as_json().encode()) == row
