"""What a document is made of, whatever its format.

Input: texts. Output: frozen blocks. A table says how wide its columns are, as shares of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 or 2."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading row that is repeated on every page.

    Attributes:
        columns: headings.
        shares: relative widths, one per column.
    """

    columns: tuple[str, ...]
    shares: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Facts | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A document.

    Attributes:
        name: of its file, without suffix.
        running: what stands at the top of every page: what it is about, and as of when.
    """

    name: str
    title: str
    running: str
    blocks: tuple[Block, ...]


def table(
    columns: Sequence[str], shares: Sequence[int], rows: Sequence[Sequence[str]]
) -> tuple[Block, ...]:
    """A table, or a sentence where it would be empty: silence is not a pass."""
    if not rows:
        return (Paragraph("None."),)
    return (Table(tuple(columns), tuple(shares), tuple(tuple(r) for r in rows)),)
