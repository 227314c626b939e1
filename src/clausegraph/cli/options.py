"""Arguments and options that several commands share."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clausegraph.errors import InputError


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

PackArgument = Annotated[
    Path, typer.Argument(help="Folder of the pack (holds pack.yaml).", show_default=False)
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="Time that counts as now: 2026-11-23T00:00:00Z, or a date (its first second in UTC). "
        "Without it, the current time of this machine.",
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
    from clausegraph.pack.values import ValueProblem, canonical_instant

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
