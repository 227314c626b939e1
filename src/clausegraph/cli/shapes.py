"""``validate``: RDF files against SHACL shapes, without a pack."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausegraph.cli.assess import EngineName
from clausegraph.cli.options import FailOn, Format, verdict_code
from clausegraph.cli.output import emit, on_terminal, plain_table, write_file
from clausegraph.cli.verdict import Progress
from clausegraph.errors import InputError

if TYPE_CHECKING:
    from clausegraph.validate.report import Result
    from clausegraph.validate.standalone import Validation

_COLUMNS = ["shape", "outcome", "focus_nodes", "violation", "warning", "info"]
_SHOWN = ["shape", "severity", "focus_node", "path", "value", "constraint", "message"]


class ReportFormat(StrEnum):
    """Output of ``validate``."""

    text = "text"
    json = "json"
    turtle = "turtle"


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("validate")(validate)


def validate(
    data: Annotated[
        list[Path],
        typer.Argument(
            help="Files with data: Turtle, N-Triples, N-Quads, TriG, RDF/XML, JSON-LD; .gz too.",
            show_default=False,
        ),
    ],
    shapes: Annotated[
        list[Path] | None,
        typer.Option(
            "--shapes",
            help="File with shapes, as often as needed; without it the shipped ones.",
            show_default=False,
        ),
    ] = None,
    engine: Annotated[
        EngineName,
        typer.Option(
            help="fast: set-based; pyshacl: reference; both: compare them, fail if they differ."
        ),
    ] = EngineName.fast,
    base: Annotated[
        str | None,
        typer.Option(help="IRI against which relative IRIs are resolved.", show_default=False),
    ] = None,
    format_: Annotated[
        ReportFormat,
        typer.Option("--format", help="text for people, json, or turtle: a SHACL report."),
    ] = ReportFormat.text,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write to this file instead of the screen.", show_default=False),
    ] = None,
    show: Annotated[int, typer.Option(min=0, help="Results shown per shape in text.")] = 3,
    fail_on: Annotated[
        FailOn,
        typer.Option(
            "--fail-on",
            help="Exit 1 from this severity on; never: always 0; blocked is for `check` alone.",
        ),
    ] = FailOn.info,
    no_cache: Annotated[
        bool,
        typer.Option("--no-cache", help="Read every file anew and keep nothing."),
    ] = False,
) -> None:
    """Validate RDF files by SHACL shapes.

    Named graphs and files are merged into one data graph. A shape without focus nodes is
    untested, never passed. What SHACL leaves no set-based form for goes to pySHACL, and standard
    error says so.

    Example: clausegraph validate graph.ttl --shapes shapes.ttl --format turtle --out report.ttl
    """
    from clausegraph import cache
    from clausegraph.validate.run import Engine
    from clausegraph.validate.standalone import validate_files

    if fail_on is FailOn.blocked:
        raise InputError(
            "only a pack can be blocked", field="--fail-on", seen=fail_on.value,
            expected="info, warning, violation or never",
        )  # fmt: skip
    with Progress() as step:
        found = validate_files(
            data,
            shapes or (),
            engine=Engine(engine.value),
            base=base,
            cache=None if no_cache else cache.default(),
            progress=step,
        )
    for name, reason in sorted(found.by_reference.items()):
        typer.echo(f"{name}: evaluated by pySHACL ({reason})", err=True)
    for note in found.notes:
        typer.echo(f"note: {note}", err=True)
    _write(found, format_, out, show)
    severities = {_severity(result) for result in found.report.results}
    raise typer.Exit(verdict_code({"ready"}, severities, fail_on))


def _write(found: Validation, format_: ReportFormat, out: Path | None, show: int) -> None:
    if format_ is ReportFormat.text and out is None and on_terminal():
        emit(_shapes(found), _COLUMNS, Format.text, title=_head(found))
        if show and found.report.results:
            emit(_first(found, show), _SHOWN, Format.text, title="First results of each shape")
        return
    if format_ is ReportFormat.turtle:
        from clausegraph.validate.standard_report import as_turtle

        text = as_turtle(found)
    elif format_ is ReportFormat.json:
        text = json.dumps(_document(found), indent=2, ensure_ascii=False) + "\n"
    else:
        parts = [_head(found) + "\n", plain_table(_shapes(found), _COLUMNS)]
        if show and found.report.results:
            parts.append(plain_table(_first(found, show), _SHOWN))
        text = "\n".join(parts)
    if out is not None:
        write_file(out, text)
    else:
        typer.echo(text, nl=False)


def _head(found: Validation) -> str:
    results, counts = found.report.results, found.report.focus_counts
    untested = sum(1 for n in counts.values() if not n)
    return (
        f"{'does not conform' if results else 'conforms'}: {len(results)} results, "
        f"{len(counts)} shapes with targets, {untested} of them untested, "
        f"{found.triples} triples looked at"
    )


def _severity(result: Result) -> str:
    return result.severity.rpartition("#")[2].lower()


def _shapes(found: Validation) -> list[dict[str, object]]:
    """One row per shape with targets."""
    by_shape: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for result in found.report.results:
        by_shape[result.rule][_severity(result)] += 1
    return [
        {
            "shape": name,
            "outcome": "failed" if by_shape[name] else "passed" if nodes else "untested",
            "focus_nodes": nodes,
            **{s: by_shape[name][s] for s in ("violation", "warning", "info")},
        }
        for name, nodes in sorted(found.report.focus_counts.items())
    ]


def _row(result: Result) -> dict[str, object]:
    return {
        "shape": result.rule,
        "source_shape": result.shape,
        "severity": _severity(result),
        "focus_node": str(result.focus),
        "path": result.path,
        "value": None if result.value is None else str(result.value),
        "constraint": result.component.rpartition("#")[2].removesuffix("ConstraintComponent"),
        "message": result.message or None,
    }


def _first(found: Validation, show: int) -> list[dict[str, object]]:
    """The first results of each shape."""
    by_shape: defaultdict[str, list[Result]] = defaultdict(list)
    for result in found.report.results:
        by_shape[result.rule].append(result)
    return [
        {k: v if v is None else str(v)[:200] for k, v in _row(result).items()}
        for name in sorted(by_shape)
        for result in islice(by_shape[name], show)
    ]


def _document(found: Validation) -> dict[str, object]:
    return {
        "conforms": not found.report.results,
        "triples": found.triples,
        "shapes": _shapes(found),
        "notes": list(found.notes),
        "evaluated_by_pyshacl": dict(sorted(found.by_reference.items())),
        "results": [_row(result) for result in found.report.results],
    }
