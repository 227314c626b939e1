"""Outcomes of single artefacts: remembered while nothing changes, worked out anew when it does."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyoxigraph import Triple

from clausegraph import cache, pipeline
from clausegraph.artefacts.files import read as read_file
from clausegraph.cache import Cache, accident
from clausegraph.collect import Question, collect, documents, populations, remembered
from clausegraph.collect.remembered import Outcome, Remembered
from tests.collect.counting import count_calls
from tests.collect.samples import CA, certificate, pem
from tests.conftest import ROOT

NOW = datetime(2026, 11, 23, tzinfo=UTC)
BASE = "https://example.org/pack/"
PATHS = ("ca.pem", "note.txt", "people.pem", "plan.md")


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    """A cache of this test; a source edited a moment ago does not switch it off."""
    monkeypatch.setattr(remembered, "settled", lambda *_: True)
    monkeypatch.setenv(cache.PLACE, str(tmp_path / "cache"))
    return cache.default()


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "ca.pem").write_bytes(pem(certificate(CA, ca=True)))
    (folder / "people.pem").write_bytes(b"".join(pem(certificate(serial=n)) for n in range(1, 4)))
    (folder / "plan.md").write_text("# Termination plan\n\nVersion 1.2 of 2026-01-31.\n")
    (folder / "note.txt").write_text("Aurora CA, 1 ends on 2027-01-31.\n")
    return folder


@pytest.fixture
def works(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often documents were read and populations profiled."""
    return count_calls(
        monkeypatch, document=(documents, "read"), population=(populations, "profile_source")
    )


def asked(base: str = BASE, now: datetime = NOW) -> Question:
    return Question(base, now, sources={f"{base}people.pem": (f"{base}population",)})


def facts(
    pack: Path, question: Question | None = None, paths: tuple[str, ...] = PATHS
) -> list[Triple]:
    return list(collect(pack, paths, question or asked()))


def without_cache(
    pack: Path, question: Question | None = None, paths: tuple[str, ...] = PATHS
) -> list[Triple]:
    question = question or asked()
    return list(collect(pack, paths, question, remembered=Remembered(Cache(None), question.base)))


def test_the_second_time_nothing_is_worked_on(pack: Path, works: Counter[str]) -> None:
    plain = without_cache(pack)
    works.clear()
    first = facts(pack)
    assert works == {"document": 2, "population": 1}
    works.clear()
    assert facts(pack) == first == plain
    assert not works


def _write(name: str, text: str) -> Callable[[Path], None]:
    def write(pack: Path) -> None:
        (pack / name).write_text(text)

    return write


def _more_people(pack: Path) -> None:
    with (pack / "people.pem").open("ab") as stream:
        stream.write(pem(certificate(serial=9)))


def _other_authority(pack: Path) -> None:
    (pack / "ca.pem").write_bytes(pem(certificate(CA, ca=True, serial=77)))


@pytest.mark.parametrize(
    ("change", "worked"),
    [
        (_write("plan.md", "# Termination plan\n\nVersion 1.3 of 2026-01-31.\n"), {"document": 1}),
        (_write("note.txt", "Aurora CA, 1 ends on 2027-01-30.\n"), {"document": 1}),
        (_more_people, {"population": 1}),
        (_other_authority, {"population": 1}),
    ],
)
def test_a_change_of_an_artefact_is_noticed_and_others_are_left(
    pack: Path, works: Counter[str], change: Callable[[Path], None], worked: dict[str, int]
) -> None:
    before = facts(pack)
    change(pack)
    works.clear()
    after = facts(pack)
    assert works == worked
    assert after != before
    assert after == without_cache(pack)


@pytest.mark.parametrize(
    ("question", "worked"),
    [
        (asked(now=NOW + timedelta(days=900)), {"population": 1}),
        (asked(base="https://example.org/other/"), {"document": 2, "population": 1}),
    ],
)
def test_a_change_of_the_question_is_noticed(
    pack: Path, works: Counter[str], question: Question, worked: dict[str, int]
) -> None:
    facts(pack)
    works.clear()
    assert facts(pack, question) == without_cache(pack, question)
    assert works - Counter({"document": 2, "population": 1}) == worked, "beside the plain run"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("program", lambda: "another program"),
        ("digest_of_folder", lambda _: "other tables"),
    ],
)
def test_a_change_of_the_program_or_its_tables_is_noticed(
    pack: Path, works: Counter[str], monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    first = facts(pack)
    works.clear()
    monkeypatch.setattr(remembered, name, value)
    assert facts(pack) == first
    assert works == {"document": 2, "population": 1}


def test_a_file_of_another_name_is_another_artefact(pack: Path, works: Counter[str]) -> None:
    facts(pack)
    (pack / "plan.md").rename(pack / "aim.md")
    paths = ("aim.md", "ca.pem", "note.txt", "people.pem")
    works.clear()
    after = facts(pack, paths=paths)
    assert works == {"document": 1}
    assert after == without_cache(pack, paths=paths)


@pytest.mark.parametrize("damage", [b"", b"no entry", b"\0" * 400])
def test_a_damaged_entry_is_ignored(
    pack: Path, kept: Cache, works: Counter[str], damage: bytes
) -> None:
    first = facts(pack)
    (entry,) = kept.entries()
    entry.path.write_bytes(damage)
    works.clear()
    assert facts(pack) == first
    assert works == {"document": 2, "population": 1}


def test_one_flipped_bit_is_noticed(pack: Path, kept: Cache, works: Counter[str]) -> None:
    first = facts(pack)
    (entry,) = kept.entries()
    data = bytearray(entry.path.read_bytes())
    data[len(data) // 2] ^= 1
    entry.path.write_bytes(data)
    works.clear()
    assert facts(pack) == first
    assert works


def test_what_came_of_an_accident_is_not_remembered(kept: Cache) -> None:
    def work() -> Outcome:
        accident()
        return Outcome((), "by chance")

    book = Remembered(kept, BASE)
    assert book.outcome(("a",), work).more == "by chance"
    book.outcome(("b",), lambda: Outcome((), "for sure"))
    book.save()
    again = Remembered(kept, BASE)
    assert again.outcome(("a",), lambda: Outcome((), "anew")).more == "anew"
    assert again.outcome(("b",), lambda: Outcome((), "anew")).more == "for sure"


def test_a_source_that_changes_meanwhile_is_not_remembered(
    pack: Path, monkeypatch: pytest.MonkeyPatch, works: Counter[str]
) -> None:
    def read_and_write(file: Path, limit: int) -> object:
        content = read_file(file, limit)
        with file.open("ab") as stream:
            stream.write(pem(certificate(serial=9)))
        return content

    with monkeypatch.context() as patch:
        patch.setattr(populations, "read", read_and_write)
        facts(pack)
    works.clear()
    assert facts(pack) == without_cache(pack)
    assert works["population"] == 2


def test_what_is_no_longer_there_is_forgotten(pack: Path, kept: Cache) -> None:
    facts(pack)
    (before,) = kept.entries()
    facts(pack, paths=("ca.pem", "plan.md"))
    (after,) = kept.entries()
    assert after.path == before.path
    assert after.size < before.size


def test_a_program_that_changes_meanwhile_remembers_nothing(
    pack: Path, kept: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "settled", lambda *_: False)
    facts(pack)
    assert not list(kept.entries())


@pytest.mark.parametrize("name", ["aurora-esign", "borealis-eseal"])
def test_the_example_packs_give_the_same_with_and_without(
    tmp_path: Path, works: Counter[str], name: str
) -> None:
    folder = tmp_path / name
    shutil.copytree(ROOT / "data" / "packs" / name, folder)
    pack = pipeline.load(folder, NOW)
    question = pipeline._question(pack.pack, NOW, keep_subjects=False, lint=False)
    plain = without_cache(folder, question, pack.pack.artefacts)
    cold = facts(folder, question, pack.pack.artefacts)
    works.clear()
    warm = facts(folder, question, pack.pack.artefacts)
    assert plain == cold == warm
    assert not works
    assert len(plain) > 1000
