"""Sheets as values: columns, rows, and the marks by which an edit is found again.

Input: rows of views. Output: `Sheet`, which `writing` turns into a worksheet and the reader of
`clausegraph.export.inbound` compares with what comes back. Every data row ends with the digests of
its cells that nobody may edit, so that an edit is found cell by cell, without the pack that the
workbook was written from.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from clausegraph.views import Value

# The sheet that nobody sees: what the workbook was written from.
ORIGIN = "_clausegraph"
CHECK = "check"
MAX_CELL = 32_000
_MARK = 6
# Marks that control, reorder or hide text; what is evidence must show them instead.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ud800-\udfff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    Attributes:
        key: its name in code.
        title: its heading; unique in its sheet, since it is found by it.
        width: in characters.
        editable: whether an assessor fills it in.
        hidden: whether it is kept for the way back only.
        choices: the values that may be chosen.
        colours: value to the name of a colour of `writing`.
    """

    key: str
    title: str
    width: int = 14
    editable: bool = False
    hidden: bool = False
    choices: tuple[str, ...] = ()
    colours: Mapping[str, str] = field(default_factory=dict)

    @property
    def locked(self) -> bool:
        """Whether an edit of the column is reported."""
        return not self.editable and self.key != CHECK


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its columns and rows by key.

    Attributes:
        fixed: number of columns that stay in view.
        printed: number of columns that are printed, 0 for all.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Value]]
    fixed: int = 1
    printed: int = 0

    def with_check(self) -> Sheet:
        """The same sheet with the column of digests at its end."""
        locked = [c.key for c in self.columns if c.locked]
        rows = [{**r, CHECK: marks([r.get(k) for k in locked])} for r in self.rows]
        column = Column(CHECK, "Check (do not edit)", 8, hidden=True)
        return Sheet(self.name, (*self.columns, column), rows, self.fixed, self.printed)


def marks(values: Sequence[object]) -> str:
    """A short digest per cell."""
    return " ".join(hashlib.sha256(normal(v).encode()).hexdigest()[:_MARK] for v in values)


def normal(value: object) -> str:
    """A value as text that does not depend on what a spreadsheet program makes of its type."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        # Spreadsheets keep instants as fractions of days, which loses less than a second.
        plain = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        rounded = (plain + timedelta(milliseconds=500)).replace(microsecond=0)
        return rounded.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return cell_text(str(value))


def cell_text(value: str) -> str:
    """Text as a cell holds it: hidden marks shown, and never longer than a cell may be."""
    shown = _HIDDEN.sub(lambda hit: f"[U+{ord(hit[0]):04X}]", value.replace("\r\n", "\n")).strip()
    return shown if len(shown) <= MAX_CELL else shown[: MAX_CELL - 4] + " […]"
