"""``check``: all five gates, the verdict, the report."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clausegraph.assessment import Asked, assess
from clausegraph.cli.many import check_many
from clausegraph.cli.options import (
    AsOf,
    DialectOption,
    FailOn,
    Format,
    Jobs,
    KeepSubjects,
    Lint,
    NoCache,
    PlainHttp,
    StoreOption,
    cache_for,
    instant,
    without_store,
)
from clausegraph.cli.verdict import CheckFormat, Place, Progress, Wanted, finish
from clausegraph.errors import InputError


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
        list[str] | None,
        typer.Argument(
            metavar="PACK...",
            help="Folder of a pack (holds pack.yaml), or several; with --store names or IRIs of "
            "packs in it, all of them without.",
            show_default=False,
        ),
    ] = None,
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
    store: StoreOption = None,
    dialect: DialectOption = None,
    plain_http: PlainHttp = False,
) -> None:
    """Run a pack through the five gates and say whether it is ready.

    Collects facts from artefacts, infers what applies, validates, decides the outcome of every
    requirement, and reports. A gate is ready, open or blocked; silence is never a pass.

    Several packs are shared out to all cores and give one line each. One that cannot be used is
    shown with its error and does not stop the others; the exit code is that of the worst.

    With --store the rules and outcomes of packs pushed there are evaluated by the store, as of
    the time of their push, and their results are written there; only results travel.

    Example: clausegraph check my-service --as-of 2026-11-23 --report report.html
    """
    wanted = Wanted(gate.value if gate else None, format_, out, report, fail_on)
    if store is not None:
        from clausegraph.cli.in_store import check_in_store

        no_use = {
            "--engine": engine is not EngineName.fast, "--keep-subjects": keep_subjects,
            "--lint": lint, "--jobs": jobs, "--as-of": as_of,
        }  # fmt: skip
        check_in_store(Place(store, dialect, plain_http), packs or [], wanted, no_use)
    without_store(dialect, plain_http=plain_http)
    folders = [Path(pack) for pack in packs or []]
    if not folders:
        raise InputError("no pack is named", field="PACK", expected="the folder of a pack")
    asked = Asked(instant(as_of), engine=engine.value, keep_subjects=keep_subjects, lint=lint)
    kept = cache_for(as_of, no_cache=no_cache)
    if len(folders) > 1:
        wanted.of_one_pack()
        check_many(folders, asked, kept, jobs, Format(format_.value), out, fail_on)
    with Progress() as step:
        checked = assess(folders[0], asked, beside=True, progress=step, kept=kept)
        step("writing the report")
        model = wanted.model(checked.several)
    finish(model, wanted)
