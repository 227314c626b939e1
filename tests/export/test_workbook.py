"""The assessor's workbook: same bytes, nothing that runs, and every edit found on the way back."""

from __future__ import annotations

import importlib
import io
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from clausegraph.errors import InputError
from clausegraph.export import Options, Projection, produce
from clausegraph.export.inbound import Outcome, Reading, bring_in
from clausegraph.export.inbound import workbook as inbound_workbook
from clausegraph.export.workbook.model import Column, Sheet
from clausegraph.export.workbook.writing import written

from .conftest import ROOT, projection_of

Edit = Callable[[Any], None]
# The package has a function of this name, which hides its module from an import statement.
sheets_module = importlib.import_module("clausegraph.export.workbook.sheets")
FEW = ("4.2", "6.3.5", "6.3.10")
evidence, view = sheets_module._evidence, sheets_module._view
CLAUSE = "OVR-6.3.5-12"


def exported(pack: Projection) -> bytes:
    [part] = produce(pack, ["xlsx"], Options())
    assert isinstance(part.content, bytes)
    return part.content


@pytest.fixture(scope="module")
def full_bytes(aurora: Projection) -> bytes:
    """The workbook as it is."""
    return exported(aurora)


@pytest.fixture(scope="module")
def book_bytes(aurora: Projection) -> bytes:
    """A workbook with a few rows of every sheet, for tests that read it again and again."""
    with pytest.MonkeyPatch.context() as patch:
        rows = [r for r in sheets_module.requirement_rows(aurora) if r["clause"] in FEW]
        patch.setattr(sheets_module, "requirement_rows", lambda _pack: rows)
        patch.setattr(sheets_module, "_evidence", lambda pack: evidence(pack)[:9])
        patch.setattr(
            sheets_module, "_view", lambda *a, **k: replace(v := view(*a, **k), rows=v.rows[:9])
        )
        return exported(aurora)


@pytest.fixture
def book(book_bytes: bytes) -> Any:
    return load_workbook(io.BytesIO(book_bytes))


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def place(page: Any, title: str) -> int:
    return next(c.column for c in page[1] if c.value == title)


def row_of(page: Any, identifier: str, standard: str = "EN 319 411-2") -> int:
    at, of = place(page, "Identifier"), place(page, "Standard")
    return next(
        n for n in range(2, page.max_row + 1)
        if page.cell(n, at).value == identifier and page.cell(n, of).value == standard
    )  # fmt: skip


def fill(book: Any, identifier: str, result: str | None, remark: str | None = None) -> None:
    page = book["Requirements"]
    row = row_of(page, identifier)
    page.cell(row, place(page, "Assessor's result")).value = result
    page.cell(row, place(page, "Assessor's remark")).value = remark


def sign(book: Any, body: str | None = "Body of the test", date: object = "2026-11-21") -> None:
    for row in book["About"].iter_rows():
        if row[2].value == "assessor-body":
            row[1].value = body
        if row[2].value == "assessor-date":
            row[1].value = date


def back(
    tmp_path: Path, data: bytes, pack: Projection, *, dry: bool = True
) -> tuple[Reading, Outcome]:
    file = tmp_path / "back.xlsx"
    file.write_bytes(data)
    return bring_in(file, pack, dry_run=dry)


def test_same_pack_same_bytes_without_a_clock(aurora: Projection, full_bytes: bytes) -> None:
    assert exported(aurora) == full_bytes
    with zipfile.ZipFile(io.BytesIO(full_bytes)) as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2026-11-23T00:00:00Z") == 2


def test_every_requirement_stands_once_in_the_order_of_the_standards(
    aurora: Projection, full_bytes: bytes
) -> None:
    page = load_workbook(io.BytesIO(full_bytes))["Requirements"]
    at = place(page, "IRI (do not edit)")
    found = [page.cell(n, at).value for n in range(2, page.max_row + 1)]
    wanted = [r["requirement"] for r in aurora.rows("catalogue") if r["modality"] != "void"]
    assert found == wanted
    outcomes = {r["requirement"]: r["outcome"] for r in aurora.rows("outcomes")}
    shown = place(page, "Outcome")
    for number, iri in enumerate(found, 2):
        assert page.cell(number, shown).value == outcomes.get(iri, "not-applicable")


def test_sheets_can_be_worked_with(book: Any) -> None:
    for page in book.worksheets[1:-1]:
        assert page.freeze_panes
        assert page.auto_filter.ref
        assert page.protection.sheet
        assert not page.protection.password
        assert page.print_title_rows == "$1:$1"
    assert book.worksheets[-1].sheet_state == "veryHidden"
    page = book["Requirements"]
    [choice] = page.data_validations.dataValidation
    assert choice.formula1 == '"passed,failed,cantTell,inapplicable,untested"'
    assert not page.cell(2, place(page, "Assessor's result")).protection.locked
    assert page.cell(2, place(page, "Outcome")).protection.locked


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|'/c calc'!A0"]
)
def test_text_is_never_a_formula(text: str, aurora: Projection) -> None:
    sheet = Sheet("S", (Column("a", "A"),), [{"a": text}])
    data = written([sheet], [(text, text, "")], aurora)
    again = load_workbook(io.BytesIO(data))
    assert {c.data_type for page in again.worksheets for r in page.iter_rows() for c in r} <= {
        "s",
        "n",
    }
    assert again["S"].cell(2, 1).value == text.strip()


def test_an_untouched_workbook_brings_nothing_and_no_complaint(
    tmp_path: Path, aurora: Projection, book: Any
) -> None:
    reading, outcome = back(tmp_path, saved(book), aurora)
    assert reading.statements == ()
    assert reading.notes == ()
    assert outcome.added == ()


def test_round_trip_shows_what_was_filled_in(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(ROOT / "data" / "packs" / "borealis-eseal", folder)
    pack = projection_of(folder)
    book = load_workbook(io.BytesIO(exported(pack)))
    sign(book)
    remark = "=not a formula\nsecond line, ünï"
    fill(book, CLAUSE, "failed", remark)
    fill(book, "CSS-6.3.10-08", "passed")
    data = saved(book)
    # openpyxl writes a text that begins with = as a formula; it comes back as the text that it is
    _, outcome = back(tmp_path, data, pack, dry=False)
    assert {(s.requirement.rpartition("/")[2], s.result, s.remark) for s in outcome.added} == {
        (CLAUSE, "failed", remark),
        ("CSS-6.3.10-08", "passed", ""),
    }
    assert {(s.by, s.date) for s in outcome.added} == {("Body of the test", "2026-11-21T00:00:00Z")}
    again = projection_of(folder)
    shown = load_workbook(io.BytesIO(exported(again)))["Requirements"]
    row = row_of(shown, CLAUSE)
    assert shown.cell(row, place(shown, "Assessor's result")).value == "failed"
    assert shown.cell(row, place(shown, "Assessor's remark")).value == remark
    assert shown.cell(row, place(shown, "Outcome")).value == "disputed"
    # the same file again: nothing new, and no complaint beyond the older state that it comes from
    _, twice = back(tmp_path, data, again, dry=False)
    assert twice.added == ()
    assert twice.problems == ()
    assert {n.kind for n in twice.notes} == {"present", "other-state"}
    # another opinion in the old file contradicts what has come in since
    fill(book, CLAUSE, "passed", "changed my mind")
    _, third = back(tmp_path, saved(book), again)
    assert [n.kind for n in third.problems] == ["conflict"]
    assert f"Requirements row {row}" == third.problems[0].where


def _rename(book: Any) -> None:
    page = book["Requirements"]
    page.cell(row_of(page, CLAUSE), place(page, "Identifier")).value = "OVR-9.9.9-99"


def _other_key(book: Any) -> None:
    page = book["Requirements"]
    page.cell(row_of(page, CLAUSE), place(page, "IRI (do not edit)")).value = "https://x.test/y"


def _swapped_key(book: Any) -> None:
    page = book["Requirements"]
    at = place(page, "IRI (do not edit)")
    other = page.cell(row_of(page, "CSS-6.3.10-08"), at).value
    page.cell(row_of(page, CLAUSE), at).value = other
    page.delete_rows(row_of(page, "CSS-6.3.10-08"))


def _misspelt(book: Any) -> None:
    fill(book, CLAUSE, "pass")


def _unsigned(book: Any) -> None:
    sign(book, None)


def _undated(book: Any) -> None:
    sign(book, "Body", "last Tuesday")


def _removed_result(book: Any) -> None:
    fill(book, CLAUSE, None, "only words")


def _doubled(book: Any) -> None:
    page = book["Requirements"]
    row, new = row_of(page, CLAUSE), page.max_row + 1
    for cell in page[row]:
        page.cell(new, cell.column).value = cell.value
    page.cell(new, place(page, "Assessor's result")).value = "passed"


@pytest.mark.parametrize(
    ("edit", "kind", "where"),
    [
        (_rename, "changed", "Requirements row"),
        (_other_key, "unknown", "Requirements row"),
        (_swapped_key, "changed", "Requirements row"),
        (_misspelt, "unreadable", "Requirements row"),
        (_unsigned, "unreadable", "About"),
        (_undated, "unreadable", "About"),
        (_removed_result, "changed", "Requirements row"),
        (_doubled, "conflict", "Requirements row"),
    ],
)
def test_what_cannot_be_brought_in_is_said_with_its_place(
    edit: Edit, kind: str, where: str, tmp_path: Path, aurora: Projection, book: Any
) -> None:
    sign(book)
    fill(book, CLAUSE, "failed", "as found")
    edit(book)
    reading, outcome = back(tmp_path, saved(book), aurora)
    assert outcome.added == ()
    assert (kind, True) in {(n.kind, n.where.startswith(where)) for n in outcome.problems}
    assert reading.statements == ()


def test_edits_of_locked_cells_are_told_and_the_result_still_counts(
    tmp_path: Path, aurora: Projection, book: Any
) -> None:
    sign(book)
    fill(book, CLAUSE, "failed")
    page, law = book["Requirements"], book["Law"]
    row = row_of(page, CLAUSE)
    page.cell(row, place(page, "Outcome")).value = "missing"
    law.cell(5, place(law, "Outcome")).value = "met!"
    _, outcome = back(tmp_path, saved(book), aurora)
    assert len(outcome.added) == 1
    assert [(n.where, "Outcome" in n.message) for n in outcome.problems] == [
        (f"Requirements row {row}", True),
        ("Law row 5", True),
    ]


def test_sorted_rows_and_deleted_rows(
    tmp_path: Path, aurora: Projection, full_bytes: bytes
) -> None:
    book = load_workbook(io.BytesIO(full_bytes))
    sign(book)
    fill(book, CLAUSE, "failed", "as found")
    page = book["Requirements"]
    first, last = [[c.value for c in page[n]] for n in (2, page.max_row)]
    for place_, value in enumerate(first, 1):
        page.cell(page.max_row, place_).value = value
    for place_, value in enumerate(last, 1):
        page.cell(2, place_).value = value
    page.delete_rows(3)
    _, outcome = back(tmp_path, saved(book), aurora)
    assert [s.result for s in outcome.added] == ["failed"]
    [note] = outcome.problems
    assert note.kind == "changed"
    assert "REQ-4.2-02" in note.message


def test_a_workbook_of_another_pack_is_refused(
    tmp_path: Path, aurora: Projection, borealis: Projection
) -> None:
    with pytest.raises(InputError, match="another pack"):
        back(tmp_path, exported(borealis), aurora)


def repacked(data: bytes, **members: bytes) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, members.pop(name.replace("/", "__"), old.read(name)))
        for name, content in members.items():
            new.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def test_hostile_workbooks_are_refused_within_bounds(
    tmp_path: Path, aurora: Projection, book_bytes: bytes
) -> None:
    doctype = b'<!DOCTYPE x [<!ENTITY a "b">]>'
    hostile = {
        "macros": repacked(book_bytes, **{"xl__vbaProject.bin": b"macro"}),
        "tightly": repacked(book_bytes, **{"xl__big.xml": b"\0" * (64 << 20)}),
        "document type": repacked(book_bytes, **{"xl__styles.xml": doctype + b"<styleSheet/>"}),
        "encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512,
    }
    for expected, data in hostile.items():
        with pytest.raises(InputError) as error:
            back(tmp_path, data, aurora)
        assert expected in str(error.value), expected
    with pytest.raises(InputError):
        back(tmp_path, book_bytes[: len(book_bytes) // 2], aurora)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_recognition(data: bytes) -> None:
    for head in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        inbound_workbook.recognises(head + data)
