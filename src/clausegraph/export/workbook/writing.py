"""Worksheets with openpyxl: filters, frozen panes, colours, choices, protection, print set-up.

Input: `Sheet` values. Output: bytes of one XLSX file. Text is always a text cell, whatever it
begins with, so that nothing of a pack is run as a formula. Protection has no password: it keeps
slips out, not people. Source: ECMA-376-1 (SpreadsheetML).
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import ceil
from typing import Any

from clausegraph.export.archives import CORE, core_properties, fixed
from clausegraph.export.projection import Projection
from clausegraph.export.workbook.model import ORIGIN, Column, Sheet, cell_text
from clausegraph.views import Value

COLOURS = {"good": "D8EFDF", "look": "FFF1C9", "bad": "F8D7D4", "none": "E7E7E7", "note": "DCE9F7"}
_HEAD, _FILL_IN = "1F3A4D", "FFFBE6"
_DATE = "yyyy-mm-dd hh:mm"
_LINE, _MOST_LINES = 13.5, 30


def written(
    sheets: Sequence[Sheet], about: Sequence[tuple[str, Value, str]], pack: Projection
) -> bytes:
    """The workbook.

    Args:
        sheets: in order, after the first sheet.
        about: lines of the first sheet: label, value, name of the cell where it is filled in.
        pack: what it is written from.
    """
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    _about(first, about)
    for sheet in sheets:
        _sheet(book.create_sheet(sheet.name), sheet.with_check(), pack)
    _origin(book.create_sheet(ORIGIN), sheets, pack)
    stream = io.BytesIO()
    book.save(stream)
    title = f"Assessor's workbook, {pack.name}"
    core = core_properties(title, pack.base, pack.version, pack.stamp)
    return fixed(stream.getvalue(), {CORE: core})


def origin(sheets: Sequence[Sheet], pack: Projection) -> dict[str, str]:
    """What the workbook was written from."""
    counts = {f"rows {sheet.name}": str(len(sheet.rows)) for sheet in sheets}
    return {
        "format": "clausegraph assessor's workbook 1",
        "version": pack.version,
        "pack": pack.base,
        "as of": pack.stamp,
        "graph sha256": pack.hash,
        **counts,
    }


def _origin(page: Any, sheets: Sequence[Sheet], pack: Projection) -> None:
    for row, (key, value) in enumerate(origin(sheets, pack).items(), 1):
        put(page.cell(row, 1), key)
        put(page.cell(row, 2), value)
    page.sheet_state = "veryHidden"
    page.protection.sheet = True


def _about(page: Any, about: Sequence[tuple[str, Value, str]]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill, Protection

    page.title = "About"
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 26, 96
    page.column_dimensions["C"].hidden = True
    for number, (label, value, name) in enumerate(about, 1):
        left, right = page.cell(number, 1), page.cell(number, 2)
        put(left, label)
        put(right, value)
        put(page.cell(number, 3), name)
        left.font = Font(bold=True, size=14 if number == 1 else 11)
        right.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
        left.alignment = Alignment(vertical="top", wrap_text=number > 1)
        if name:
            right.protection = Protection(locked=False)
            right.fill = PatternFill("solid", fgColor=_FILL_IN)
        elif number > 1:
            lines = max(ceil(len(str(value or "")) / 90), ceil(len(label) / 20), 1)
            page.row_dimensions[number].height = _LINE * lines + 3
    page.merge_cells("A1:B1")
    page.row_dimensions[1].height = 22
    page.protection.sheet = True
    _print(page, landscape=False)


def _sheet(page: Any, sheet: Sheet, pack: Projection) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
    from openpyxl.utils import get_column_letter

    line = Border(bottom=Side(style="hair", color="999999"))
    wrap = Alignment(wrap_text=True, vertical="top", horizontal="left")
    fill_in, unlocked = PatternFill("solid", fgColor=_FILL_IN), Protection(locked=False)
    for place, column in enumerate(sheet.columns, 1):
        head = page.cell(1, place)
        put(head, column.title)
        head.font = Font(bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", fgColor=_HEAD)
        head.alignment = Alignment(wrap_text=True, vertical="center")
        dimension = page.column_dimensions[get_column_letter(place)]
        dimension.width, dimension.hidden = column.width, column.hidden
    page.row_dimensions[1].height = 32
    for number, row in enumerate(sheet.rows, 2):
        for place, column in enumerate(sheet.columns, 1):
            cell = page.cell(number, place)
            put(cell, row.get(column.key))
            if column.hidden:
                continue
            cell.alignment, cell.border = wrap, line
            if column.editable:
                cell.protection, cell.fill = unlocked, fill_in
        page.row_dimensions[number].height = _height(sheet.columns, row)
    last = len(sheet.rows) + 1
    page.freeze_panes = page.cell(2, sheet.fixed + 1)
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{last}"
    for place, column in enumerate(sheet.columns, 1):
        letter = get_column_letter(place)
        _conditions(page, f"{letter}2:{letter}{max(last, 2)}", column)
    page.protection.sheet = True
    for allowed in ("autoFilter", "sort", "formatColumns", "formatRows"):
        setattr(page.protection, allowed, False)  # False: protection does not forbid it
    page.print_title_rows = "1:1"
    _print(page, landscape=True)
    if sheet.printed:
        page.print_area = f"A1:{get_column_letter(sheet.printed)}{last}"
    page.oddHeader.left.text = f"{_plain(pack.name)} · {sheet.name}"
    page.oddHeader.right.text = f"as of {pack.stamp}"
    page.oddFooter.left.text = f"clausegraph {pack.version}"


def _conditions(page: Any, area: str, column: Column) -> None:
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.styles import PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    for value, colour in column.colours.items():
        fill = PatternFill("solid", bgColor=COLOURS[colour])
        rule: Any = CellIsRule(  # type: ignore[no-untyped-call]
            operator="equal", formula=[f'"{value}"'], fill=fill
        )
        page.conditional_formatting.add(area, rule)
    if column.choices:
        choice = DataValidation("list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
        choice.showErrorMessage, choice.errorTitle = True, column.title
        choice.error = "One of: " + ", ".join(column.choices)
        page.add_data_validation(choice)
        choice.add(area)


def _print(page: Any, *, landscape: bool) -> None:
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.orientation = "landscape" if landscape else "portrait"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.right.text = "&P / &N"


def _height(columns: Sequence[Column], row: Mapping[str, Value]) -> float:
    """Points that the tallest cell needs: programs do not all measure wrapped text themselves."""
    most = 1
    for column in columns:
        value = row.get(column.key)
        if isinstance(value, str) and not column.hidden:
            room = max(1, column.width - 2)
            most = max(most, sum(max(1, ceil(len(part) / room)) for part in value.split("\n")))
    return _LINE * min(most, _MOST_LINES)


def _plain(text: str) -> str:
    """Text for a page header, where an ampersand begins a code."""
    return text.replace("&", "&&")


def put(cell: Any, value: Value) -> None:
    """A value into a cell; text stays text."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, datetime):
        cell.value = value.astimezone(UTC).replace(tzinfo=None)
        cell.number_format = _DATE
        return
    if isinstance(value, str):
        text = cell_text(value)
        cell.value = text
        cell.data_type = "s"
        if text[:1] in "=+-@\t":
            cell.quotePrefix = True
        return
    cell.value = value
