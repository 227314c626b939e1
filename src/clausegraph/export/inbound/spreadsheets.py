"""Spreadsheets that come back: opened within bounds, or refused with the reason.

Input: bytes of a file. Output: rows of cells per sheet, values only. Nothing is run: formulas are
read as the text that they are, links are not followed, macros are refused. Source: ECMA-376.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from clausegraph.errors import InputError

MAX_UNPACKED = 256 * 1024 * 1024
MAX_MEMBERS = 2_000
MAX_RATIO = 400
MAX_ROWS, MAX_COLUMNS, MAX_SHEETS = 50_000, 200, 100
_SMALL = 1 << 20
# The container of encrypted and of old Office files.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOOK = "xl/workbook.xml"
_BROKEN = (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, EOFError,
           OSError, ValueError, TypeError, IndexError, AttributeError, SyntaxError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet.

    Attributes:
        rows: cells by row; the first row of the list is row 1 of the sheet.
        formulas: ``row, column`` (from 1) of cells that hold a formula.
    """

    name: str
    rows: Sequence[Sequence[object]]
    formulas: frozenset[tuple[int, int]]


def book_xml(data: bytes) -> bytes:
    """The part that lists the sheets, empty where there is none; never raises."""
    if not data.startswith(b"PK"):
        return b""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_BOOK) as stream:
            return stream.read(_SMALL)
    except _BROKEN:
        return b""


def pages(data: bytes, kind: str) -> list[Page]:
    """The sheets of a workbook.

    Args:
        data: bytes of the file.
        kind: what it should be, for the message.

    Raises:
        InputError: encrypted, with macros, too large when unpacked, or no workbook.
    """
    _guard(data, kind)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), keep_links=False)
        if len(book.sheetnames) > MAX_SHEETS:
            raise _refused(kind, f"at most {MAX_SHEETS} sheets", str(len(book.sheetnames)))
        return [_page(sheet, kind) for sheet in book.worksheets]
    except _BROKEN as error:
        raise _refused(kind, "a workbook as it was exported", str(error)[:200]) from error


def _page(sheet: object, kind: str) -> Page:
    rows, columns = getattr(sheet, "max_row", 0), getattr(sheet, "max_column", 0)
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        expected = f"at most {MAX_ROWS} rows and {MAX_COLUMNS} columns"
        raise _refused(kind, expected, f"{rows} rows and {columns} columns")
    found: list[list[object]] = []
    formulas = set()
    for number, row in enumerate(sheet.iter_rows(), 1):  # type: ignore[attr-defined]
        found.append([_value(cell.value) for cell in row])
        formulas |= {(number, place) for place, cell in enumerate(row, 1) if cell.data_type == "f"}
    return Page(str(getattr(sheet, "title", "")), found, frozenset(formulas))


def _value(value: object) -> object:
    """Array formulas and other objects as their text."""
    text = getattr(value, "text", None)
    return text if isinstance(text, str) else value


def _guard(data: bytes, kind: str) -> None:
    """Everything that can be refused before a library reads the file."""
    if data.startswith(OLE):
        raise _refused(
            kind,
            "an XLSX file without a password",
            "an encrypted workbook or one of the old XLS form",
            "remove the password, or save it as XLSX",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            total = sum(m.file_size for m in members)
            if len(members) > MAX_MEMBERS or total > MAX_UNPACKED:
                raise _refused(
                    kind,
                    f"at most {MAX_MEMBERS} parts and {MAX_UNPACKED} bytes unpacked",
                    f"{len(members)} parts and {total} bytes",
                )
            _guard_members(archive, members, kind)
    except _BROKEN as error:
        raise _refused(kind, "a whole XLSX file", str(error)[:200]) from error


def _guard_members(archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], kind: str) -> None:
    for member in members:
        name = member.filename
        if "vbaproject" in name.lower() or "/macrosheets/" in name.lower():
            raise _refused(
                kind, "a workbook without macros", name, "save it as XLSX, which holds no macros"
            )
        if member.flag_bits & 0x1:
            raise _refused(kind, "no encrypted part", name)
        if member.file_size > _SMALL and member.file_size > MAX_RATIO * member.compress_size:
            raise _refused(kind, "parts that were packed normally", f"{name}, packed too tightly")
        if name.lower().endswith((".xml", ".rels", ".vml")):
            content = archive.read(member)
            if any(mark.encode(code) in content
                   for code in ("utf-8", "utf-16-le", "utf-16-be")
                   for mark in ("<!DOCTYPE", "<!ENTITY")):  # fmt: skip
                raise _refused(kind, "no document type in any part", name)


def _refused(kind: str, expected: str, seen: str, mend: str | None = None) -> InputError:
    return InputError(f"the {kind} cannot be read", expected=expected, seen=seen, mend=mend)
