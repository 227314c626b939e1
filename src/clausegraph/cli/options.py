"""Arguments and options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clausegraph import cache
from clausegraph.errors import EXIT_FINDINGS, EXIT_OK, InputError


class Format(StrEnum):
    """Output of views."""

    text = "text"
    json = "json"
    csv = "csv"


class FailOn(StrEnum):
    """From which severity on a finding makes the exit code 1."""

    info = "info"
    warning = "warning"
    violation = "violation"
    blocked = "blocked"
    never = "never"


SEVERITY_RANK = {"info": 1, "warning": 2, "violation": 3}
"""Severities of findings by weight."""


def verdict_code(states: Collection[str], severities: Collection[str], fail_on: FailOn) -> int:
    """The exit code of a pack.

    Args:
        states: those of its gates.
        severities: those of its findings.
        fail_on: the threshold.

    Returns:
        0 ready, 1 blocked or a finding at the threshold.
    """
    if fail_on is FailOn.never:
        return EXIT_OK
    if "blocked" in states:
        return EXIT_FINDINGS
    if fail_on is FailOn.blocked:
        return EXIT_OK
    worst = max((SEVERITY_RANK.get(severity, 3) for severity in severities), default=0)
    found = set(states) != {"ready"} or worst >= SEVERITY_RANK[fail_on.value]
    return EXIT_FINDINGS if found else EXIT_OK


PackArgument = Annotated[
    Path, typer.Argument(help="Folder of the pack (holds pack.yaml).", show_default=False)
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="Time that counts as now: 2026-11-23T00:00:00Z, or a date (its first second in UTC). "
        "Without it, the current time of this machine, and no earlier result can be used again.",
        metavar="TIME",
        show_default=False,
    ),
]
FormatOption = Annotated[
    Format, typer.Option("--format", help="text for people, json or csv for programs.")
]
KeepSubjects = Annotated[
    bool,
    typer.Option(
        "--keep-subjects",
        help="Keep names of natural persons from certificates; without it only a digest is kept.",
    ),
]
Lint = Annotated[
    bool,
    typer.Option(
        "--lint", help="Ask pkilint about certificates too (extra `lint`); remarks prove nothing."
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(min=1, help="Several packs: processes; all cores without it.", show_default=False),
]
NoCache = Annotated[
    bool,
    typer.Option("--no-cache", help="Work anew; use and keep nothing, see `clausegraph cache`."),
]
StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="URL of a SPARQL 1.1 store. Credentials come from CLAUSEGRAPH_STORE_USER and "
        "CLAUSEGRAPH_STORE_PASSWORD, CLAUSEGRAPH_STORE_TOKEN, or the keyring.",
        metavar="URL",
        show_default=False,
    ),
]
DialectOption = Annotated[
    str | None,
    typer.Option(
        help="Kind of the store: virtuoso, oxigraph or generic. Without it, the server is asked.",
        show_default=False,
    ),
]
PlainHttp = Annotated[
    bool,
    typer.Option(
        "--plain-http", help="Send credentials over http to another machine; unsafe on open nets."
    ),
]


def without_store(dialect: str | None, *, plain_http: bool) -> None:
    """Refuse options about a store where none is named.

    Raises:
        InputError: one of them was given.
    """
    options = {"--dialect": dialect is not None, "--plain-http": plain_http}
    given = [name for name, value in options.items() if value]
    if given:
        raise InputError(
            "this option is about a store, and none is named", field=", ".join(given),
            expected="--store URL with it", mend="name the store, or leave the option out",
        )  # fmt: skip


def cache_for(as_of: str | None, *, no_cache: bool) -> cache.Cache:
    """Where a command looks for, and leaves, whole results.

    Args:
        as_of: as it was given; a result as of the current second serves nobody again.
        no_cache: whether nothing is used and kept in this command at all, parts included.
    """
    if no_cache:
        os.environ[cache.PLACE] = cache.OFF  # processes that the command starts follow
    return cache.Cache(None) if as_of is None else cache.default()


def instant(value: str | None, field: str = "--as-of") -> datetime:
    """A time from the command line. Only here, at the edge, may the clock of the machine be read.

    Args:
        value: an instant or a date, which means its first second in UTC; None for now.
        field: the option that it was given with.

    Raises:
        InputError: no instant.
    """
    if value is None:
        return datetime.now(UTC).replace(microsecond=0)
    from clausegraph.instants import ValueProblem, canonical_instant

    text = f"{value}T00:00:00Z" if len(value) == 10 else value
    try:
        return datetime.fromisoformat(canonical_instant(text))
    except ValueProblem as error:
        raise InputError(
            "the time cannot be read",
            field=field,
            expected=error.expected,
            seen=value,
            mend=error.mend or "for example 2026-11-23 or 2026-11-23T09:30:00Z",
        ) from error
