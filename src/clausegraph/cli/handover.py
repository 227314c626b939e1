"""``export`` and ``import``: what assessors and GRC platforms take, and what comes back."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausegraph.cli.options import AsOf, Format, NoCache, PackArgument, cache_for, instant
from clausegraph.cli.output import emit
from clausegraph.errors import EXIT_FINDINGS

if TYPE_CHECKING:
    from clausegraph.export import Projection


class OscalVersion(StrEnum):
    """Editions of OSCAL that are written."""

    v1_1_2 = "1.1.2"
    v1_2_1 = "1.2.1"
    v1_2_3 = "1.2.3"


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("export")(export)
    app.command("import")(import_)


def _projection(pack: Path, as_of: str | None, *, no_cache: bool) -> Projection:
    from clausegraph import inquiries, shipped
    from clausegraph.assessment import Asked, assess
    from clausegraph.export import Projection

    kept = cache_for(as_of, no_cache=no_cache)
    checked = assess(pack, Asked(instant(as_of)), beside=True, kept=kept)
    return Projection.of(checked, inquiries.derive_policy, shipped.known_iris(checked.dataset))


def export(
    pack: PackArgument,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", help="Folder to write, with a manifest of hashes.", show_default=False
        ),
    ] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--as",
            help="Formats with commas between, see the page Exports; with --preflight alone, "
            "those that the target takes.",
            metavar="FORMATS",
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    no_cache: NoCache = False,
    oscal_version: Annotated[
        OscalVersion, typer.Option(help="Edition of OSCAL; ServiceNow takes 1.1.2.")
    ] = OscalVersion.v1_1_2,
    preflight: Annotated[
        str | None,
        typer.Option(
            help="Say what a target would refuse or skip: oscal, servicenow, regscale or "
            "ciso-assistant.",
            metavar="TARGET",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write a checked pack in the formats that assessors and GRC platforms take.

    The folder is written whole or not at all; an older export there is replaced only when nobody
    has changed or added a file. `manifest.json` lists every file with its SHA-256, `loss.json`
    what each format carries of the graph, approximates or drops, and why. With --preflight the
    exit code is 1 when the target would refuse something or leave part of a document out.

    Example: clausegraph export my-service --to hand-over --as oscal,trig --preflight servicenow
    """
    from clausegraph.errors import InputError
    from clausegraph.export import Options, chosen, produce, write_package
    from clausegraph.export.preflight import preflight as look
    from clausegraph.export.preflight import target

    wanted = list(formats or (target(preflight).formats if preflight else ()))
    chosen(wanted)  # a format that is not there is said before the work begins
    if to is None and preflight is None:
        raise InputError(
            "nothing to do", expected="a folder to write or a target to look at",
            mend="add --to DIR or --preflight TARGET",
        )  # fmt: skip
    projection, options = _projection(pack, as_of, no_cache=no_cache), Options(oscal_version.value)
    parts = produce(projection, wanted, options)
    if to is not None:
        for file in write_package(projection, wanted, options, to, parts)["files"]:
            typer.echo(f"{file['bytes']:>10}  {file['sha256'][:16]}  {to / file['path']}")
    if preflight is not None:
        remarks = look(preflight, parts)
        serious = sum(r.level == "refuse" for r in remarks)
        typer.echo(f"{preflight}: {serious} refused, {len(remarks) - serious} skipped or noticed")
        rows = [
            {"level": r.level, "check": r.check, "where": r.where, "message": r.message}
            for r in remarks
        ]
        if rows:
            emit(rows, list(rows[0]), Format.text)
        if any(r.level == "refuse" or r.check == "closed" for r in remarks):
            raise typer.Exit(EXIT_FINDINGS)


def import_(
    file: Annotated[Path, typer.Argument(help="The file as it came back.", show_default=False)],
    pack: PackArgument,
    as_of: AsOf = None,
    no_cache: NoCache = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be brought in.")
    ] = False,
) -> None:
    """Bring the statements of an assessor back into the pack, with their source.

    The file is kept whole under artefacts/assessor/, its statements stand under evidence/ as
    `assessor-results`. Nothing that the pack holds is changed, and the same file gives nothing
    twice. Unknown requirements, changed identifiers and contradictions are listed and make the
    exit code 1.

    Example: clausegraph import assessment-results.json my-service --dry-run
    """
    from clausegraph.export.inbound import bring_in

    reading, outcome = bring_in(file, _projection(pack, as_of, no_cache=no_cache), dry_run=dry_run)
    verb = "would be added" if dry_run else "added"
    typer.echo(
        f"{reading.kind}: {len(reading.statements)} statements, {len(outcome.added)} {verb}, "
        f"{len(outcome.problems)} to look at"
    )
    for name in outcome.files:
        typer.echo(f"wrote {pack / name}")
    if outcome.notes:
        rows = [{"kind": n.kind, "where": n.where, "message": n.message} for n in outcome.notes]
        emit(rows, ["kind", "where", "message"], Format.text)
    if outcome.problems:
        raise typer.Exit(EXIT_FINDINGS)
