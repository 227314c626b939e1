"""``check``: all five gates, the verdict, the report."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated

import typer

from clausegraph.assessment import Asked, assess
from clausegraph.cli.many import check_many
from clausegraph.cli.options import (
    AsOf,
    FailOn,
    Format,
    Jobs,
    KeepSubjects,
    Lint,
    NoCache,
    cache_for,
    instant,
    verdict_code,
)
from clausegraph.cli.output import cell, on_terminal, write_file
from clausegraph.errors import InputError

if TYPE_CHECKING:
    from rich.status import Status

    from clausegraph.report import ReportModel, Value


class CheckFormat(StrEnum):
    """Output of ``check``."""

    text = "text"
    json = "json"
    csv = "csv"
    html = "html"


class EngineName(StrEnum):
    """Who evaluates the shapes."""

    fast = "fast"
    pyshacl = "pyshacl"
    both = "both"


class Gate(StrEnum):
    """The five gates."""

    intake = "intake"
    triage = "triage"
    incident = "incident"
    assurance = "assurance"
    closure = "closure"


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("check")(check)


def check(
    packs: Annotated[
        list[Path],
        typer.Argument(
            metavar="PACK...",
            help="Folder of a pack (holds pack.yaml), or several.",
            show_default=False,
        ),
    ],
    as_of: AsOf = None,
    gate: Annotated[
        Gate | None, typer.Option(help="Judge and show one gate only.", show_default=False)
    ] = None,
    format_: Annotated[
        CheckFormat,
        typer.Option("--format", help="text, json, csv (findings), or html (one file)."),
    ] = CheckFormat.text,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write to this file instead of the screen.", show_default=False),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="Write the HTML report to this file as well.", show_default=False),
    ] = None,
    engine: Annotated[
        EngineName,
        typer.Option(
            help="fast: set-based; pyshacl: reference; both: compare them, fail if they differ."
        ),
    ] = EngineName.fast,
    keep_subjects: KeepSubjects = False,
    lint: Lint = False,
    jobs: Jobs = None,
    no_cache: NoCache = False,
    fail_on: Annotated[
        FailOn,
        typer.Option(
            "--fail-on",
            help="Exit 1 from this severity on; blocked: only stop conditions; never: always 0.",
        ),
    ] = FailOn.violation,
) -> None:
    """Run a pack through the five gates and say whether it is ready.

    Collects facts from artefacts, infers what applies, validates, decides the outcome of every
    requirement, and reports. A gate is ready, open or blocked; silence is never a pass.

    Several packs are shared out to all cores and give one line each. One that cannot be used is
    shown with its error and does not stop the others; the exit code is that of the worst.

    Example: clausegraph check my-service --as-of 2026-11-23 --report report.html
    """
    asked = Asked(instant(as_of), engine=engine.value, keep_subjects=keep_subjects, lint=lint)
    kept = cache_for(as_of, no_cache=no_cache)
    if len(packs) > 1:
        _one_pack_only({
            "--gate": gate, "--report": report, "--format html": format_ is CheckFormat.html,
        })  # fmt: skip
        check_many(packs, asked, kept, jobs, Format(format_.value), out, fail_on)
    from clausegraph.report import BRIEF, VIEWS, model_of

    with Progress() as step:
        checked = assess(packs[0], asked, beside=True, progress=step, kept=kept)
        step("writing the report")
        html = report is not None or format_ is CheckFormat.html
        views = VIEWS if html else BRIEF
        model = model_of(checked.several(views).__getitem__, views)
    if gate is not None:
        model = only_gate(model, gate.value)
    if report is not None:
        from clausegraph.report import render_html

        write_file(report, render_html(model))
    text = _render(model, format_, plain=out is not None or not on_terminal())
    if out is not None:
        write_file(out, text)
    elif text:
        typer.echo(text, nl=not text.endswith("\n"))
    raise typer.Exit(exit_code(model, fail_on))


def _one_pack_only(options: Mapping[str, object]) -> None:
    """Refuse options that show one pack.

    Raises:
        InputError: one of them was given.
    """
    given = [name for name, value in options.items() if value]
    if given:
        raise InputError(
            "this option is about one pack", field=", ".join(given), expected="one PACK with it",
            mend="check that pack alone; several packs give one line each as text, json or csv",
        )  # fmt: skip


def only_gate(model: ReportModel, gate: str) -> ReportModel:
    """The model with the rows of one gate."""

    def kept(rows: tuple[Mapping[str, Value], ...]) -> tuple[Mapping[str, Value], ...]:
        return tuple(row for row in rows if row["gate"] == gate)

    return replace(
        model, gates=kept(model.gates), findings=kept(model.findings), rules=kept(model.rules)
    )


def exit_code(model: ReportModel, fail_on: FailOn) -> int:
    """0 ready, 1 blocked or a finding at the threshold."""
    states = {str(row["state"]) for row in model.gates}
    return verdict_code(states, {str(row["severity"]) for row in model.findings}, fail_on)


def _render(model: ReportModel, format_: CheckFormat, *, plain: bool) -> str:
    if format_ is CheckFormat.html:
        from clausegraph.report import render_html

        return render_html(model)
    if format_ is CheckFormat.json:
        return json.dumps(as_document(model), indent=2, ensure_ascii=False) + "\n"
    if format_ is CheckFormat.csv:
        from clausegraph.tabular import as_csv
        from clausegraph.views import columns

        return as_csv(model.findings, columns("findings"))
    if plain:
        from clausegraph.report import render_text

        return render_text(model)
    from clausegraph.cli.screen import show

    show(model)
    return ""


def as_document(model: ReportModel) -> dict[str, object]:
    """The verdict as a JSON document."""

    def plain(row: Mapping[str, Value]) -> dict[str, object]:
        return {k: cell(v) if hasattr(v, "strftime") else v for k, v in row.items()}

    return {
        "verdict": plain(model.verdict[0]) if model.verdict else None,
        "gates": [plain(r) for r in model.gates],
        "findings": [plain(r) for r in model.findings],
        "gaps": [plain(r) for r in model.gaps],
        "untested": [r["code"] for r in model.rules if r["outcome"] == "untested"],
    }


class Progress:
    """A status line on a terminal, nothing in a pipe."""

    def __init__(self) -> None:
        self._status: Status | None = None

    def __enter__(self) -> Callable[[str], None]:
        if sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status("starting")
            self._status.start()
        return self.step

    def step(self, stage: str) -> None:
        """Show what is being done."""
        if self._status is not None:
            self._status.update(stage)

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._status is not None:
            self._status.stop()
