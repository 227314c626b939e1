"""``trusted-list``: services, conclusions and changes, and what each answer rests on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausegraph.cli.options import AsOf, Format, FormatOption, instant
from clausegraph.cli.output import emit

if TYPE_CHECKING:
    from clausegraph.inspection.list_answers import Answers, Row

_SHOWN = {
    "lists": (
        "list", "format", "issued", "next_update", "outdated", "issued_later", "signature", "lotl",
        "providers", "services", "granted_ca_qc", "reason",
    ),
    "services": (
        "list", "provider", "entry", "service", "type", "status", "since", "until", "at_date",
        "for", "qualifiers", "taken_over_by",
    ),
    "conclusions": (
        "file", "moment", "date", "result", "type", "device", "in_force", "service",
        "service_reason", "certificate", "certificate_reason", "override", "override_reason",
        "list", "signature", "lotl", "matched_by", "outdated", "issued_later", "lacks",
    ),
    "changes": ("from", "to", "change", "provider", "service", "before", "after"),
}  # fmt: skip
_TITLES = {
    "lists": "What every answer rests on",
    "services": "Services",
    "conclusions": "Conclusions on three legs",
    "changes": "Changes",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("trusted-list")(trusted_list)


def trusted_list(
    lists: Annotated[list[Path], typer.Argument(help="Trusted lists.", show_default=False)],
    lotl: Annotated[
        list[Path] | None,
        typer.Option(
            "--lotl", help="Lists of lists, pivots included; repeatable.", show_default=False
        ),
    ] = None,
    anchor: Annotated[
        list[str] | None,
        typer.Option(
            "--anchor",
            help="SHA-256 of a certificate trusted to sign the list of lists, beside those of the "
            "Official Journal; repeatable.",
            show_default=False,
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="TIME",
            help="Date for status and conclusions; the as-of time without it.",
            show_default=False,
        ),
    ] = None,
    provider: Annotated[
        str, typer.Option("--provider", help="Show the services of providers called like this.")
    ] = "",
    certificate: Annotated[
        list[Path] | None,
        typer.Option(
            "--certificate",
            help="Conclude on these certificates, at issuance and at the date; CA certificates "
            "in between belong here too. Repeatable.",
            show_default=False,
        ),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Compare lists of one country by sequence number.")
    ] = False,
    as_of: AsOf = None,
    format_: FormatOption = Format.text,
) -> None:
    """Ask trusted lists: services at a date, conclusions on certificates, changes.

    Each answer says on which list, sequence number, list of lists and signature it rests. A file
    that is no list, or whose signature does not hold, is refused with exit code 2. A conclusion
    stands on three legs: the service (the list), the certificate (its statements), the override
    (qualifiers of the list). Whether the certificate is in force at the date is told beside it, and
    whether a list was issued after the as-of time.

    Example: clausegraph trusted-list tl-se.xml --lotl lotl.xml --provider Aurora --at 2024-05-01
    """
    from clausegraph.inspection.list_answers import ListQuestion, answer

    now = instant(as_of)
    question = ListQuestion(
        at=instant(at, "--at") if at else now,
        now=now,
        provider=provider,
        compare=compare,
        anchors=tuple(anchor or ()),
    )
    found = answer(lists, lotl or [], certificate or [], question)
    _show(found, format_, verified_by=bool(lotl))


def _show(found: Answers, format_: Format, *, verified_by: bool) -> None:
    parts: dict[str, list[Row]] = {
        "lists": found.lists,
        "services": found.services,
        "conclusions": found.conclusions,
        "changes": found.changes,
    }
    if format_ is Format.json:
        from clausegraph.tabular import as_json

        document = {name: json.loads(as_json(rows)) for name, rows in parts.items()}
        typer.echo(json.dumps(document, indent=1, ensure_ascii=False))
        return
    if format_ is Format.csv:
        asked = [name for name in ("services", "conclusions", "changes") if parts[name]]
        for name in asked[:1] or ["lists"]:
            emit(parts[name], _SHOWN[name], format_)
        return
    if not verified_by:
        typer.echo(
            "No list of lists given: whether the signers had the right to sign is not told. "
            "Add --lotl.",
            err=True,
        )
    for name, rows in parts.items():
        if rows:
            emit(rows, _SHOWN[name], format_, title=_TITLES[name])
