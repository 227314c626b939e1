"""``init``: a commented pack to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("init")(init)


def init(
    folder: Annotated[Path, typer.Argument(help="Folder to create.", show_default=False)],
    policy: Annotated[
        str,
        typer.Option(
            help="Certificate policy: QCP-n, QCP-l, QCP-n-qscd, QCP-l-qscd, QEVCP-w, QNCP-w or "
            "QNCP-w-gen."
        ),
    ] = "QCP-n-qscd",
    base: Annotated[
        str | None,
        typer.Option(help="Base IRI of the pack's nodes; ends with /.", show_default=False),
    ] = None,
) -> None:
    """Write a commented pack that `check` accepts and reports as blocked.

    The folder must not exist or be empty: nothing is overwritten. Every line of pack.yaml says
    what belongs there; `clausegraph check FOLDER` then lists what is missing, with the requirement
    and the owner.

    Example: clausegraph init my-service --policy QCP-l-qscd
    """
    from clausegraph.pack.template import write_template

    for path in write_template(folder, policy, base):
        typer.echo(f"wrote {folder / path}")
    typer.echo(f"next: fill in {folder / 'pack.yaml'}, then run: clausegraph check {folder}")
