"""``population``: a certificate population outside a pack."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Self

import typer

from clausegraph.cli.options import SEVERITY_RANK, AsOf, FailOn, instant
from clausegraph.cli.output import write_file
from clausegraph.errors import EXIT_FINDINGS, EXIT_OK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.progress import Progress, TaskID


class PopulationFormat(StrEnum):
    """Output of ``population``."""

    text = "text"
    json = "json"
    csv = "csv"
    turtle = "turtle"


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("population")(population)


def population(
    source: Annotated[
        Path,
        typer.Argument(
            help="A folder, a zip or tar(.gz), CSV, JSON Lines or PEM.", show_default=False
        ),
    ],
    as_of: AsOf = None,
    column: Annotated[
        str | None,
        typer.Option(
            help="Column or key of the certificate; looked for without it.", show_default=False
        ),
    ] = None,
    ca: Annotated[
        list[Path] | None,
        typer.Option(help="CA certificates that issued it; may be repeated.", show_default=False),
    ] = None,
    verify_signatures: Annotated[
        bool, typer.Option("--verify-signatures", help="Verify signatures against --ca; slower.")
    ] = False,
    lists: Annotated[
        list[Path] | None,
        typer.Option(
            help="Trusted lists, for conclusions per class; may be repeated.", show_default=False
        ),
    ] = None,
    lotl: Annotated[
        list[Path] | None,
        typer.Option(help="Lists of trusted lists; may be repeated.", show_default=False),
    ] = None,
    anchor: Annotated[
        list[str] | None,
        typer.Option(
            help="SHA-256 of a certificate trusted to sign the list of lists, beside those of the "
            "Official Journal; may be repeated.",
            show_default=False,
        ),
    ] = None,
    crl: Annotated[
        list[Path] | None,
        typer.Option(
            "--crl",
            help="CRLs of the CAs given with --ca: how many members are revoked, by reason; may be "
            "repeated.",
            show_default=False,
        ),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(
            help="Policy that the service claims, for example QCP-l-qscd.", show_default=False
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Processes; all cores without it.", show_default=False),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            help="Keep results in this file and take those of an interrupted run from it.",
            show_default=False,
        ),
    ] = None,
    format_: Annotated[
        PopulationFormat,
        typer.Option("--format", help="text; json; csv: one line per class; turtle: the graph."),
    ] = PopulationFormat.text,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write to this file instead of the screen.", show_default=False),
    ] = None,
    fail_on: Annotated[
        FailOn,
        typer.Option(
            "--fail-on",
            help="Exit 1 from this severity on; blocked: only stop conditions; never: always 0.",
        ),
    ] = FailOn.violation,
) -> None:
    """Profile a certificate population of any size and judge its classes by the rules.

    Counts by policy, statement, key, algorithm, validity, issuing CA and trusted-list conclusion;
    every exceptional certificate with its place; the rules about certificates, asked once per
    class. No subject is named. The result is the same for any number of processes.

    Example: clausegraph population issued.csv --as-of 2026-11-23 --ca issuing-ca.pem
    """
    from clausegraph import inquiries

    inquiry = inquiries.PopulationInquiry(
        instant(as_of),
        column=column,
        authorities=tuple(ca or ()),
        verify=verify_signatures,
        lists=tuple(lists or ()),
        lotls=tuple(lotl or ()),
        anchors=tuple(anchor or ()),
        crls=tuple(crl or ()),
        policy=policy,
        jobs=jobs or os.cpu_count() or 1,
        checkpoint=resume,
    )
    with _Bar(source) as progress:
        found, dataset = inquiries.population(source, inquiry, progress)
    findings = inquiries.population_findings(dataset)
    if format_ is PopulationFormat.turtle:
        from clausegraph.store import turtle

        written = turtle(dataset, "collected")
    else:
        from clausegraph.inspection import population as words

        if format_ is PopulationFormat.csv:
            written = words.classes_csv(found)
        else:
            content = words.document(found, source.name or source.resolve().name, findings)
            if format_ is PopulationFormat.json:
                written = json.dumps(content, indent=1, ensure_ascii=False, default=_time) + "\n"
            else:
                written = words.text(content)
    if out is None:
        typer.echo(written, nl=False)
    else:
        write_file(out, written)
    raise typer.Exit(_exit_code(findings, fail_on))


def _time(value: object) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else str(value)


def _exit_code(findings: Sequence[Mapping[str, object]], fail_on: FailOn) -> int:
    if fail_on is FailOn.never:
        return EXIT_OK
    if fail_on is FailOn.blocked:
        return EXIT_FINDINGS if any(row["stop"] for row in findings) else EXIT_OK
    worst = max((SEVERITY_RANK[str(row["severity"])] for row in findings), default=0)
    return EXIT_FINDINGS if worst >= SEVERITY_RANK[fail_on.value] else EXIT_OK


class _Bar:
    """A progress bar on a terminal, nothing in a pipe."""

    def __init__(self, source: Path) -> None:
        self._total = source.stat().st_size if source.is_file() else 0
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._bar.add_task("0 rows", total=self._total or None)
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, rows: int, position: int) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=position, description=f"{rows} rows")
