"""``portfolio``, and ``check`` of several packs: one line each."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from clausegraph.cli.options import (
    SEVERITY_RANK,
    AsOf,
    FailOn,
    Format,
    FormatOption,
    Jobs,
    NoCache,
    cache_for,
    instant,
    verdict_code,
)
from clausegraph.cli.output import emit, text_of, write_file

if TYPE_CHECKING:
    from clausegraph.assessment import Asked
    from clausegraph.cache import Cache
    from clausegraph.portfolio import PackRow, Work

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
    jobs: Jobs = None,
    no_cache: NoCache = False,
) -> None:
    """Check every pack in a folder and show one line for each.

    A pack that cannot be used is shown with its error and does not stop the others. The exit code
    is that of the worst pack.

    Example: clausegraph portfolio packs --as-of 2026-11-23
    """
    from clausegraph.portfolio import Work, pack_folders

    packs = pack_folders(folder)
    now, keep = instant(as_of), cache_for(as_of, no_cache=no_cache).folder is not None
    rows = verdicts([Work(str(pack), pack.name, now, keep=keep) for pack in packs], jobs)
    emit([row.cells() for row in rows], SHOWN, format_, title=f"Portfolio {folder.name}")
    raise typer.Exit(max(row.exit_code for row in rows))


def check_many(
    packs: Sequence[Path],
    asked: Asked,
    kept: Cache,
    jobs: int | None,
    format_: Format,
    out: Path | None,
    fail_on: FailOn,
) -> NoReturn:
    """``check`` of several packs: one row each, the exit code of the worst."""
    from clausegraph.portfolio import Work

    keep = kept.folder is not None
    work = [
        Work(str(pack), str(pack), asked.as_of, asked.engine, asked.keep_subjects, asked.lint, keep)
        for pack in packs
    ]
    show_many(verdicts(work, jobs), format_, out, fail_on)


def show_many(
    rows: Iterable[PackRow], format_: Format, out: Path | None, fail_on: FailOn
) -> NoReturn:
    """Show one row for each pack and end with the exit code of the worst."""
    from clausegraph.portfolio import GATES

    codes, cells = [], []
    for row in rows:
        code = row.exit_code
        if not row.error:
            severities = [name for name in SEVERITY_RANK if getattr(row, f"{name}s")]
            code = verdict_code({getattr(row, gate) for gate in GATES}, severities, fail_on)
        codes.append(code)
        cells.append({**row.cells(), "exit_code": code})
    if out is None:
        emit(cells, SHOWN, format_, title=f"{len(cells)} packs")
    else:
        write_file(out, text_of(cells, SHOWN, format_))
    raise typer.Exit(max(codes))


def verdicts(work: Sequence[Work], jobs: int | None) -> list[PackRow]:
    """One row per pack, in their order, with a progress bar on a terminal."""
    from clausegraph.portfolio import run_packs

    return list(_watched(run_packs(work, jobs=jobs), len(work)))


def _watched(rows: Iterator[PackRow], total: int) -> Iterator[PackRow]:
    """A progress bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield from rows
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(rows, "checking packs", total=total, console=Console(stderr=True))
