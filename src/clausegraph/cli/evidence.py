"""``collect`` and ``inspect``: what artefacts say, before any rule judges it."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausegraph.cli.options import (
    AsOf,
    Format,
    KeepSubjects,
    Lint,
    PackArgument,
    instant,
)
from clausegraph.cli.output import emit, on_terminal, write_file

if TYPE_CHECKING:
    from clausegraph.inspection import Described
    from clausegraph.store import Dataset

_STYLES = {"fact": "", "proof": "green", "doubt": "yellow", "fault": "red"}
_MARKS = {"fact": " ", "proof": "✓", "doubt": "?", "fault": "✗"}


class InspectFormat(StrEnum):
    """Output of ``inspect``."""

    text = "text"
    json = "json"


class CollectFormat(StrEnum):
    """Output of ``collect``."""

    text = "text"
    json = "json"
    csv = "csv"
    ntriples = "ntriples"
    turtle = "turtle"


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("collect")(collect)
    app.command("inspect")(inspect)


def collect(
    pack: PackArgument,
    as_of: AsOf = None,
    format_: Annotated[
        CollectFormat,
        typer.Option(
            "--format", help="text, json or csv: one line per file; ntriples or turtle: the graph."
        ),
    ] = CollectFormat.text,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write to this file instead of the screen.", show_default=False),
    ] = None,
    keep_subjects: KeepSubjects = False,
    lint: Lint = False,
) -> None:
    """Read the artefacts of a pack and show what they say, without judging it.

    One line per file: what it is, its hash, what was found in it. With --format turtle the facts
    themselves, as `check` uses them.

    Example: clausegraph collect my-service --as-of 2026-11-23
    """
    from clausegraph import pipeline, views

    dataset = pipeline.gather(pack, instant(as_of), keep_subjects=keep_subjects, lint=lint).dataset
    if format_ in {CollectFormat.ntriples, CollectFormat.turtle}:
        text = _graph(dataset, format_)
    else:
        rows = views.rows(dataset, "artefacts")
        if out is None:
            emit(rows, views.columns("artefacts"), Format(format_.value), title="Artefacts")
            return
        from clausegraph.tabular import as_csv, as_json

        text = (
            as_json(rows)
            if format_ is CollectFormat.json
            else as_csv(rows, views.columns("artefacts"))
        )
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_file(out, text)


def _graph(dataset: Dataset, format_: CollectFormat) -> str:
    from clausegraph.store import turtle

    if format_ is CollectFormat.turtle:
        return turtle(dataset, "collected")
    return "".join(sorted(f"{t} .\n" for t in dataset.triples("collected")))


def inspect(
    files: Annotated[list[Path], typer.Argument(help="Artefacts of any kind.", show_default=False)],
    as_of: AsOf = None,
    format_: Annotated[
        InspectFormat, typer.Option("--format", help="text for people, json for programs.")
    ] = InspectFormat.text,
    keep_subjects: KeepSubjects = False,
    lint: Lint = False,
    anchor: Annotated[
        list[str] | None,
        typer.Option(
            "--anchor",
            help="SHA-256 of a certificate trusted to sign a list of lists, beside those of the "
            "Official Journal; repeatable.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say in words what an artefact is and what it proves.

    Certificates, bundles, CRLs, OCSP responses, trusted lists, documents. ✓ is proved by
    signature or computation, ✗ contradicts what should be, ? cannot be told from the files given;
    the rest is what the artefact says of itself. Files given together prove one another: the
    certificate of an issuer a CRL or response, a list of lists the signer of a list.

    Example: clausegraph inspect issuing-ca.cer issuing-ca.crl cps.pdf
    """
    from clausegraph.inspection import Inquiry, companions, inspect_file

    inquiry = Inquiry(instant(as_of), keep_subjects, lint, companions(files, anchor or ()))
    found = [(path, inspect_file(path, inquiry)) for path in files]
    if format_ is InspectFormat.json:
        typer.echo(json.dumps([_document(*one) for one in found], indent=2, ensure_ascii=False))
        return
    for path, described in found:
        (_screen if on_terminal() else _plain)(path, described)


def _document(path: Path, described: list[Described]) -> dict[str, object]:
    return {
        "file": path.name,
        "found": [
            {
                "what": one.what,
                "statements": [
                    {"about": s.about, "says": s.says, "weight": s.weight, "source": s.source}
                    for s in one.statements
                ],
            }
            for one in described
        ],
    }


def _plain(path: Path, described: list[Described]) -> None:
    typer.echo(str(path))
    for one in described:
        typer.echo(f"  {one.what}")
        for s in one.statements:
            source = f" [{s.source}]" if s.source else ""
            typer.echo(f"    {_MARKS[s.weight]} {s.about}: {s.says}{source}")


def _screen(path: Path, described: list[Described]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    console.print(Text(str(path), style="bold"))
    for one in described:
        console.print(Text(f"  {one.what}", style="bold cyan"))
        table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=True)
        for column in ("", "about", "says"):
            table.add_column(column, overflow="fold")
        for s in one.statements:
            says = Text(s.says, style=_STYLES[s.weight])
            if s.source:
                says.append(f"  {s.source}", style="dim")
            table.add_row(Text(_MARKS[s.weight], style=_STYLES[s.weight]), s.about, says)
        console.print(table)
