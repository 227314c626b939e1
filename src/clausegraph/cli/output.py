"""Rows as a table on a terminal, as plain stable text in a pipe, as JSON or CSV."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import typer

from clausegraph.cli.options import Format
from clausegraph.errors import InputError

Rows = Sequence[Mapping[str, object]]

STYLES = {
    "ready": "green", "met": "green", "passed": "green", "inherited": "green", "current": "green",
    "open": "yellow", "stale": "yellow", "undecided": "yellow", "warning": "yellow",
    "untested": "dim", "not-applicable": "dim", "info": "cyan",
    "blocked": "bold red", "missing": "red", "disputed": "magenta", "failed": "red",
    "violation": "red", "overdue": "bold red", "late": "red",
}  # fmt: skip


def on_terminal() -> bool:
    """Whether a person reads the standard output."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def emit(rows: Rows, columns: Sequence[str], format_: Format, *, title: str = "") -> None:
    """Print rows.

    Args:
        rows: values by column.
        columns: what to show in text; json and csv carry every column.
        format_: text, json or csv.
        title: heading of the table on a terminal.
    """
    if format_ is Format.text and on_terminal():
        _rich(rows, columns, title)
    else:
        typer.echo(text_of(rows, columns, format_), nl=False)


def text_of(rows: Rows, columns: Sequence[str], format_: Format) -> str:
    """Rows as `emit` writes them into a pipe."""
    if format_ is Format.json:
        from clausegraph.tabular import as_json

        return as_json(rows) + "\n"
    if format_ is Format.csv:
        from clausegraph.tabular import as_csv

        return as_csv(rows, list(rows[0]) if rows else list(columns))
    return plain_table(rows, columns)


def cell(value: object) -> str:
    """A value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "strftime"):
        return str(value.strftime("%Y-%m-%dT%H:%MZ"))
    return " ".join(str(value).split())


def plain_table(rows: Rows, columns: Sequence[str]) -> str:
    """Tab-separated with a header: stable whatever the width, easy to cut."""
    lines = ["\t".join(columns)]
    lines += ["\t".join(cell(row.get(c)) for c in columns) for row in rows]
    return "".join(f"{line}\n" for line in lines)


def _rich(rows: Rows, columns: Sequence[str], title: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        cells = (cell(row.get(c)) for c in columns)
        table.add_row(*(Text(text, style=STYLES.get(text, "")) for text in cells))
    Console().print(table)


def write_file(path: Path, content: str) -> None:
    """Write a file whole or not at all.

    Raises:
        InputError: the folder is missing or not writable.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(content)
            mask = os.umask(0)
            os.umask(mask)
            Path(temporary).chmod(0o666 & ~mask)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", file=str(path)) from error


def limited(rows: Iterable[Mapping[str, object]], limit: int) -> tuple[Rows, int]:
    """The first rows and how many were left out."""
    found = list(rows)
    return found[:limit], max(0, len(found) - limit)
