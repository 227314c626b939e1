"""Collecting in a process beside this one gives what collecting here gives, errors included."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clausegraph.artefacts import processes
from clausegraph.cache import accidents
from clausegraph.collect import Question, collect
from clausegraph.collect.ahead import Collector
from clausegraph.errors import InputError

NOW = datetime(2026, 11, 23, tzinfo=UTC)
BASE = "https://example.org/pack/"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "plan.md").write_text("# Termination plan\n\nVersion 1.2 of 2026-01-31.\n")
    (folder / "žluť.txt").write_text("OVR-6.3.5-12 of EN 319 411-2 \x07 \U0001f512\n")
    (folder / "broken.cer").write_bytes(b"\x30\x82\x00")
    return folder


def question(**more: object) -> Question:
    return Question(BASE, NOW, **more)  # type: ignore[arg-type]


PATHS = ("plan.md", "%C5%BElu%C5%A5.txt", "broken.cer", "absent.pdf")


def test_the_same_facts(pack: Path) -> None:
    here = set(collect(pack, PATHS, question()))
    with Collector(beside=True) as collector:
        collector.ask(pack, PATHS, question())
        beside = set(collector.triples())
    assert beside == here
    assert len(here) > 15


@pytest.mark.parametrize("name", ["keep_subjects", "anchors", "identities", "sources"])
def test_every_part_of_the_question_arrives(pack: Path, name: str) -> None:
    from clausegraph.collect.ahead import as_line
    from clausegraph.collect.worker import understood

    value = {
        "keep_subjects": True,
        "anchors": ("aa" * 32,),
        "identities": ("bb" * 32,),
        "sources": {BASE + "p.csv": (BASE + "population", BASE + "other")},
    }[name]
    asked = question(**{name: value})
    assert understood(as_line(pack, PATHS, asked)) == (pack, list(PATHS), asked)


def test_a_process_that_dies_is_replaced_by_this_one(pack: Path) -> None:
    here = set(collect(pack, PATHS, question()))
    with Collector(beside=True) as collector:
        assert collector._process is not None
        collector._process.kill()
        collector._process.wait()
        collector.ask(pack, PATHS, question())
        assert set(collector.triples()) == here


def test_a_process_that_cannot_start_is_no_error(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(module: str) -> None:
        raise OSError(f"no process for {module}")

    monkeypatch.setattr(processes, "start", refuse)
    with Collector(beside=True) as collector:
        collector.ask(pack, PATHS, question())
        assert set(collector.triples()) == set(collect(pack, PATHS, question()))


def test_errors_are_those_of_collecting_here(pack: Path) -> None:
    with Collector(beside=True) as collector:
        collector.ask(pack, ("../outside.md",), question())
        with pytest.raises(InputError, match="leaves the pack"):
            list(collector.triples())


def test_accidents_of_the_process_are_told(pack: Path) -> None:
    class Answer:
        stdin, stdout = io.BytesIO(), io.BytesIO(b"0 2\n")

    collector = Collector(beside=False)
    collector._process = Answer  # type: ignore[assignment]
    collector.ask(pack, PATHS, question())
    before = accidents()
    assert list(collector.triples()) == []
    assert accidents() == before + 2


def test_the_last_question_counts(pack: Path) -> None:
    with Collector(beside=True) as collector:
        collector.ask(pack, PATHS, question())
        collector.ask(pack, PATHS[:1], question())
        assert set(collector.triples()) == set(collect(pack, PATHS[:1], question()))


def test_its_process_ends_with_it(pack: Path) -> None:
    with Collector(beside=True) as collector:
        process = collector._process
        assert process is not None
        assert process.poll() is None
    assert process.poll() is not None
