"""What comes back: whole, once, with its source, and with every doubt said."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from clausegraph.errors import InputError
from clausegraph.export import Projection, inbound
from clausegraph.export.inbound import Note, Reading, Statement, bring_in

from .conftest import ROOT, projection_of

R1 = "https://w3id.org/clausegraph/catalogue/en-319-411-2/2.6.1/OVR-6.3.5-12"
R2 = "https://w3id.org/clausegraph/catalogue/en-319-411-2/2.6.1/CSS-6.3.10-08"
WHEN = "2026-11-20T10:00:00Z"
Stub = Callable[..., None]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    shutil.copytree(ROOT / "data" / "packs" / "borealis-eseal", folder)
    return folder


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Stub:
    """A kind of file whose reading the test gives."""

    def install(*statements: Statement, notes: tuple[Note, ...] = ()) -> None:
        module = ModuleType("stub_reader")
        module.recognises = lambda data: data.startswith(b"stub")  # type: ignore[attr-defined]
        module.read = lambda _data, _p: Reading("stub", statements, notes)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "stub_reader", module)
        monkeypatch.setattr(inbound, "READERS", {"stub": "stub_reader"})

    return install


def a_file(tmp_path: Path, text: str = "stub") -> Path:
    path = tmp_path / "back.json"
    path.write_text(text)
    return path


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def stated(projection: Projection) -> set[tuple[str, str, str]]:
    return {
        (str(r["requirement"]), str(r["result"]), str(r["remark"] or ""))
        for r in projection.rows("assessor-results")
    }


def test_statements_come_in_with_their_source_and_only_once(
    tmp_path: Path, pack: Path, reader: Stub
) -> None:
    remark = 'Two lines:\n- "quoted", ünï, # no comment, {no: map}'
    reader(
        Statement(R1, "failed", "Body", WHEN, remark, "a-1"),
        Statement(R2, "passed", "Body", WHEN, "", "a-2"),
    )
    file, before = a_file(tmp_path), tree(pack)
    _, outcome = bring_in(file, projection_of(pack))
    assert len(outcome.added) == 2
    assert outcome.problems == ()
    after = tree(pack)
    assert before.items() <= after.items()
    assert sorted(after.keys() - before.keys()) == sorted(outcome.files)
    assert (pack / outcome.files[0]).read_bytes() == file.read_bytes()
    again = projection_of(pack)
    assert {(R1, "failed", remark), (R2, "passed", "")} <= stated(again)
    rows = {r["source_id"]: r for r in again.rows("assessor-results") if r["source_id"]}
    assert rows["a-1"]["source"] == again.base + outcome.files[0]
    disputed = {r["requirement"] for r in again.rows("outcomes") if r["outcome"] == "disputed"}
    assert R1 in disputed
    _, twice = bring_in(file, again)
    assert twice.added == ()
    assert {n.kind for n in twice.notes} == {"present"}
    assert tree(pack) == after


def test_a_dry_run_writes_nothing(tmp_path: Path, pack: Path, reader: Stub) -> None:
    reader(Statement(R1, "passed", "Body", WHEN, "fine", "a-1"))
    before = tree(pack)
    _, outcome = bring_in(a_file(tmp_path), projection_of(pack), dry_run=True)
    assert len(outcome.added) == 1
    assert outcome.files == ()
    assert tree(pack) == before


def test_contradictions_of_one_body_are_reported_and_left_out(
    tmp_path: Path, pack: Path, reader: Stub
) -> None:
    reader(
        Statement(R1, "passed", "Body", WHEN, "", "row 1"),
        Statement(R1, "failed", "Body", WHEN, "", "row 2"),
        Statement(R2, "failed", "Body", WHEN, "", "row 3"),
        Statement(R2, "passed", "Other body", WHEN, "", "row 4"),
    )
    _, outcome = bring_in(a_file(tmp_path), projection_of(pack))
    assert [(n.kind, n.where) for n in outcome.problems] == [
        ("conflict", "row 1"),
        ("conflict", "row 2"),
    ]
    assert {s.source_id for s in outcome.added} == {"row 3", "row 4"}


def test_words_that_no_pack_can_hold_are_reported(tmp_path: Path, pack: Path, reader: Stub) -> None:
    reader(Statement(R1, "passed", "Body", WHEN, "bell \x07", "row 1"))
    _, outcome = bring_in(a_file(tmp_path), projection_of(pack))
    assert [n.kind for n in outcome.problems] == ["unreadable"]
    assert outcome.files == ()


def test_edits_of_what_was_brought_in_are_not_overwritten(
    tmp_path: Path, pack: Path, reader: Stub
) -> None:
    reader(Statement(R1, "failed", "Body", WHEN, "first words", "a-1"))
    file = a_file(tmp_path)
    _, outcome = bring_in(file, projection_of(pack))
    evidence = pack / outcome.files[1]
    evidence.write_text(evidence.read_text().replace("first words", "edited words"))
    before = tree(pack)
    with pytest.raises(InputError, match="edited since"):
        bring_in(file, projection_of(pack))
    assert tree(pack) == before


def test_a_statement_that_breaks_the_pack_leaves_it_as_it_was(
    tmp_path: Path, pack: Path, reader: Stub
) -> None:
    reader(Statement("https://w3id.org/clausegraph/catalogue/none", "passed", "B", WHEN, "", "x"))
    before = tree(pack)
    with pytest.raises(InputError):
        bring_in(a_file(tmp_path), projection_of(pack))
    assert tree(pack) == before


def test_links_are_not_followed(tmp_path: Path, pack: Path, reader: Stub) -> None:
    reader(Statement(R1, "passed", "Body", WHEN, "fine", "a-1"))
    outside = tmp_path / "outside"
    outside.mkdir()
    projection = projection_of(pack)
    (pack / "artefacts" / "assessor").symlink_to(outside)
    with pytest.raises(InputError):
        bring_in(a_file(tmp_path), projection)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("content", ["", "PK\x03\x04", "{}", "[" * 10_000, "\x00\xff"])
def test_unknown_kinds_are_refused(content: str, tmp_path: Path, aurora: Projection) -> None:
    with pytest.raises(InputError, match="no kind"):
        bring_in(a_file(tmp_path, content), aurora)
