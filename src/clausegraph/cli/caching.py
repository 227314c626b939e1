"""``cache``: what is kept of earlier work, and how to throw it away."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from clausegraph import cache as caching
from clausegraph.cli.options import Format
from clausegraph.errors import InputError


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("cache")(cache)


def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove all entries.")] = False,
    format_: Annotated[
        Format, typer.Option("--format", help="text for people, json or csv for programs.")
    ] = Format.text,
) -> None:
    """Show where earlier work is kept, how much of it, and clear it.

    Artefacts, graphs and whole packs that have not changed are not worked on again; the answers
    are the same. An entry holds what is in the reports of its pack, and only you can read it. The
    folder may be deleted at any time.

    CLAUSEGRAPH_CACHE names another folder, or says off. CLAUSEGRAPH_CACHE_SIZE bounds it, in
    megabytes (1024 without it); what was unused longest goes first. Whole results need a fixed
    time: check PACK --as-of TIME.

    Example: clausegraph cache --clear
    """
    kept = caching.default()
    removed = None
    if clear:
        try:
            removed = kept.clear()
        except OSError as error:
            raise InputError(
                f"cannot be removed: {error.strerror or error}", file=str(error.filename)
            ) from error
    counts: dict[str, list[int]] = {}
    for entry in kept.entries():
        counts.setdefault(entry.kind, []).append(entry.size)
    rows: list[dict[str, object]] = [
        {"kind": kind, "entries": len(sizes), "bytes": sum(sizes)}
        for kind, sizes in sorted(counts.items())
    ]
    refusal = kept.refusal()
    if format_ is Format.csv:
        from clausegraph.tabular import as_csv

        typer.echo(as_csv(rows, ["kind", "entries", "bytes"]), nl=False)
    elif format_ is Format.json:
        found = {
            "folder": None if kept.folder is None else str(kept.folder),
            "unused_because": refusal or None,
            "limit_bytes": kept.limit,
            "bytes": sum(sum(sizes) for sizes in counts.values()),
            "removed": removed,
            "kinds": rows,
        }
        typer.echo(json.dumps(found, indent=2))
    else:
        if removed is not None:
            typer.echo(f"{removed} entries removed")
        if kept.folder is not None:
            typer.echo(f"folder: {kept.folder}")
        if refusal:
            typer.echo(f"not used: {refusal}")
        total = sum(sum(sizes) for sizes in counts.values()) / caching.MEGABYTE
        typer.echo(f"size: {total:.1f} of {kept.limit // caching.MEGABYTE} MB at most")
        for row in rows:
            typer.echo(f"  {row['kind']}: {row['entries']} entries, {row['bytes']} bytes")
