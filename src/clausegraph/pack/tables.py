"""Evidence rows from CSV and XLSX: the same keys as columns, lists separated by ``|``."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from clausegraph.errors import InputError
from clausegraph.pack.reading import Item, decode, read_bytes

MAX_ROWS = 100_000
MAX_UNPACKED = 256 * 1024 * 1024


def read_rows(path: Path, name: str) -> Item:
    """The rows of a table as a list of mappings.

    Raises:
        InputError: unreadable, without header, or a cell outside the header.
    """
    rows = _csv(path, name) if path.suffix.lower() == ".csv" else _xlsx(path, name)
    header: Sequence[str] | None = None
    items: list[Item] = []
    for number, cells in rows:
        if number > MAX_ROWS:
            raise InputError("the table has too many rows", file=name, expected=f"{MAX_ROWS}")
        if not any(cells):
            continue
        if header is None:
            header = [c.strip() for c in cells]
            if len(set(filter(None, header))) != len(list(filter(None, header))):
                raise InputError("a column name stands twice", file=name, line=number)
            continue
        items.append(_row(header, cells, number, name))
    if header is None:
        raise InputError("the table has no header row", file=name, line=1)
    return Item(items, "seq", 1)


def _row(header: Sequence[str], cells: Sequence[str], line: int, name: str) -> Item:
    if any(cells[len(header) :]):
        raise InputError("the row has more cells than the header", file=name, line=line)
    values: dict[str, Item] = {}
    for key, cell in zip(header, cells, strict=False):
        if not key or not cell.strip():
            continue
        parts = [Item(p.strip(), "str", line) for p in cell.split("|") if p.strip()]
        values[key] = parts[0] if len(parts) == 1 else Item([*parts], "seq", line)
    return Item(values, "map", line)


def _csv(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(decode(read_bytes(path, name), name)), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise InputError(f"is no valid CSV: {error}", file=name, line=reader.line_num) from error


def _xlsx(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise InputError("the workbook unpacks to too much", file=name)
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(f"is no valid workbook: {error}", file=name) from error
    from openpyxl import load_workbook

    try:
        sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [_cell(value) for value in row]
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise InputError(f"is no valid workbook: {error}", file=name) from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
