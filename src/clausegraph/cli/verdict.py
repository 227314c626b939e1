"""How ``check`` shows a verdict: the model of the report, its forms, the exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from clausegraph.cli.options import FailOn, verdict_code
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


@dataclass(frozen=True, slots=True)
class Place:
    """A store as the command line names it: URL, dialect, and whether plain http is fine."""

    url: str
    dialect: str | None
    plain_http: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What ``check`` is to show.

    Attributes:
        gate: only this one.
        format: of the output.
        out: file for it.
        report: file for the HTML report.
        fail_on: from what on the exit code is 1.
    """

    gate: str | None
    format: CheckFormat
    out: Path | None
    report: Path | None
    fail_on: FailOn

    def model(self, several: Callable[[Sequence[str]], Mapping[str, Any]]) -> ReportModel:
        """The model of the views that are needed.

        Args:
            several: gives the rows of views by their names.
        """
        from clausegraph.report import BRIEF, VIEWS, model_of

        html = self.report is not None or self.format is CheckFormat.html
        views = VIEWS if html else BRIEF
        model = model_of(several(views).__getitem__, views)
        return model if self.gate is None else only_gate(model, self.gate)

    def of_one_pack(self) -> None:
        """Refuse options that show one pack.

        Raises:
            InputError: one of them was given.
        """
        options = {
            "--gate": self.gate, "--report": self.report,
            "--format html": self.format is CheckFormat.html,
        }  # fmt: skip
        given = [name for name, value in options.items() if value]
        if given:
            raise InputError(
                "this option is about one pack", field=", ".join(given),
                expected="one PACK with it",
                mend="check that pack alone; several packs give one line each as text, json or csv",
            )  # fmt: skip


def finish(model: ReportModel, wanted: Wanted) -> NoReturn:
    """Show a verdict and end with its exit code."""
    if wanted.report is not None:
        from clausegraph.report import render_html

        write_file(wanted.report, render_html(model))
    text = _render(model, wanted.format, plain=wanted.out is not None or not on_terminal())
    if wanted.out is not None:
        write_file(wanted.out, text)
    elif text:
        typer.echo(text, nl=not text.endswith("\n"))
    raise typer.Exit(exit_code(model, wanted.fail_on))


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
        "evaluated_by_pyshacl": {
            str(r["code"]): r["by_pyshacl"] for r in model.rules if r.get("by_pyshacl")
        },
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
