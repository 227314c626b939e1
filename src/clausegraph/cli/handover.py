"""``export``: what assessors and GRC platforms take."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clausegraph.cli.options import AsOf, PackArgument, instant


class OscalVersion(StrEnum):
    """Editions of OSCAL that are written."""

    v1_1_2 = "1.1.2"
    v1_2_1 = "1.2.1"
    v1_2_3 = "1.2.3"


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("export")(export)


def export(
    pack: PackArgument,
    to: Annotated[Path, typer.Option("--to", help="Folder to write, with a manifest of hashes.")],
    formats: Annotated[
        list[str],
        typer.Option("--as", help="Formats, with commas between: trig.", metavar="FORMATS"),
    ],
    as_of: AsOf = None,
    oscal_version: Annotated[
        OscalVersion, typer.Option(help="Edition of OSCAL; ServiceNow takes 1.1.2.")
    ] = OscalVersion.v1_1_2,
) -> None:
    """Write a checked pack in the formats that assessors and GRC platforms take.

    The folder is written whole or not at all; an older export there is replaced only when nobody
    has changed or added a file. `manifest.json` lists every file with its SHA-256, `loss.json`
    what each format carries of the graph, approximates or drops, and why.

    Example: clausegraph export my-service --to hand-over --as trig --as-of 2026-11-23
    """
    from clausegraph import pipeline
    from clausegraph.export import Options, Projection, chosen, write_package

    chosen(formats)  # a format that is not there is said before the work begins
    checked = pipeline.check(pack, instant(as_of))
    projection = Projection(
        checked.dataset,
        checked.pack.folder,
        checked.pack.graphs,
        checked.pack.artefacts,
        checked.as_of,
        pipeline.derive_policy,
    )
    record = write_package(projection, formats, Options(oscal_version.value), to)
    for file in record["files"]:
        typer.echo(f"{file['bytes']:>10}  {file['sha256'][:16]}  {to / file['path']}")
