"""``portfolio``: the verdicts of many packs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausegraph.cli.options import AsOf, Format, FormatOption, instant
from clausegraph.cli.output import emit
from clausegraph.errors import EXIT_OK

if TYPE_CHECKING:
    from clausegraph.portfolio import PackRow

SHOWN = (
    "pack", "verdict", "policy", "intake", "triage", "incident", "assurance", "closure", "stops",
    "findings", "requirements", "gaps", "error",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("portfolio")(portfolio)


def portfolio(
    folder: Annotated[
        Path, typer.Argument(help="Folder that holds pack folders.", show_default=False)
    ],
    as_of: AsOf = None,
    format_: FormatOption = Format.text,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Processes; all cores without it.", show_default=False),
    ] = None,
) -> None:
    """Check every pack in a folder and show one line for each.

    A pack that cannot be used is shown with its error and does not stop the others. The exit code
    is that of the worst pack.

    Example: clausegraph portfolio packs --as-of 2026-11-23
    """
    from clausegraph.portfolio import pack_folders, run_portfolio

    found = run_portfolio(folder, instant(as_of), jobs=jobs)
    rows = list(_watched(found, len(pack_folders(folder))))
    emit([row.cells() for row in rows], SHOWN, format_, title=f"Portfolio {folder.name}")
    raise typer.Exit(max((row.exit_code for row in rows), default=EXIT_OK))


def _watched(rows: Iterator[PackRow], total: int) -> Iterator[PackRow]:
    """A progress bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield from rows
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(rows, "checking packs", total=total, console=Console(stderr=True))
