"""Commands that look into the graph.

``gaps``, ``inherit``, ``explain``, ``drift``, ``query``,
``catalogue``, ``rules``.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausegraph.cli.options import (
    AsOf,
    DialectOption,
    Format,
    FormatOption,
    NoCache,
    PackArgument,
    PlainHttp,
    StoreOption,
    cache_for,
    instant,
    without_store,
)
from clausegraph.cli.output import emit
from clausegraph.cli.stores import connect
from clausegraph.errors import InputError

if TYPE_CHECKING:
    from clausegraph.remote.endpoint import Endpoint

_GAP_COLUMNS = ["standard", "identifier", "modality", "outcome", "owner", "kinds", "close"]
_CHAIN_COLUMNS = ["standard", "identifier", "clause", "modality", "standing", "bridge", "chain"]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for name, command in (
        ("gaps", gaps),
        ("inherit", inherit),
        ("explain", explain),
        ("drift", drift),
        ("query", query),
        ("catalogue", catalogue),
        ("rules", rules),
    ):
        app.command(name)(command)


def gaps(
    pack: PackArgument,
    outcome: Annotated[
        str | None, typer.Option(help="Only missing, stale, disputed or undecided.")
    ] = None,
    clause: Annotated[
        str | None, typer.Option(help="Only a clause and those below it, for example 6.3.10.")
    ] = None,
    owner: Annotated[
        str | None, typer.Option(help="Only a role, for example ca-operations.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="Only an evidence kind, for example cps.")
    ] = None,
    law: Annotated[str | None, typer.Option(help="Only what a provision stands behind.")] = None,
    as_of: AsOf = None,
    no_cache: NoCache = False,
    format_: FormatOption = Format.text,
) -> None:
    """List every applicable requirement that is not met, and what would close it.

    Example: clausegraph gaps my-service --clause 6.3.10 --format csv
    """
    from clausegraph.assessment import Asked, assess

    kept = cache_for(as_of, no_cache=no_cache)
    rows = assess(pack, Asked(instant(as_of)), beside=True, kept=kept).rows("gaps")
    shown = [
        row
        for row in rows
        if (outcome is None or row["outcome"] == outcome)
        and (clause is None or _within(str(row["clause"]), clause))
        and all(
            wanted is None or wanted in str(row[column] or "").split("; ")
            for wanted, column in ((owner, "owner"), (kind, "kinds"))
        )
        and (law is None or law.lower() in str(row["law"] or "").lower())
    ]
    emit(shown, _GAP_COLUMNS, format_, title=f"{len(shown)} of {len(rows)} gaps")


def _within(clause: str, wanted: str) -> bool:
    return clause == wanted or clause.startswith(wanted + ".")


def inherit(
    target: Annotated[
        str, typer.Argument(help="A policy such as QCP-n-qscd, or the folder of a pack.")
    ],
    device: Annotated[
        bool | None,
        typer.Option(
            "--secure-device/--no-secure-device",
            help="Policy only: whether the terms demand a secure cryptographic device.",
            show_default=False,
        ),
    ] = None,
    branch: Annotated[
        str | None, typer.Option(help="Policy QNCP-w only: OVCP or IVCP.", show_default=False)
    ] = None,
    bridges: Annotated[
        bool, typer.Option(help="Whether stale references are read through edition bridges.")
    ] = True,
    summary: Annotated[bool, typer.Option("--summary", help="Counts by standard only.")] = False,
    as_of: AsOf = None,
    format_: FormatOption = Format.text,
) -> None:
    """Show which requirements apply and by which chain, from the policy down to EN 319 401.

    What is taken out (excluded, superseded, not applicable) is listed too, with the reason.

    Example: clausegraph inherit QNCP-w --branch OVCP --summary
    """
    from clausegraph import inquiries, pipeline, views

    if Path(target).is_dir():
        dataset = pipeline.derive(Path(target), instant(as_of), bridging=bridges).dataset
    else:
        dataset = inquiries.derive_policy(target, device=device, branch=branch, bridging=bridges)
    rows = views.rows(dataset, "inheritance")
    if not summary:
        emit(rows, _CHAIN_COLUMNS, format_, title=f"{len(rows)} requirements for {target}")
        return
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (str(row["standard"]), str(row["standing"]))
        counts[key] = counts.get(key, 0) + 1
    table = [
        {"standard": standard, "standing": standing, "requirements": count}
        for (standard, standing), count in sorted(counts.items())
    ]
    table.append({"standard": "all", "standing": "all", "requirements": len(rows)})
    emit(table, ["standard", "standing", "requirements"], format_)


def explain(
    requirement: Annotated[
        str, typer.Argument(help="For example 411-2:OVR-6.3.5-12, or the identifier alone.")
    ],
    pack: PackArgument,
    as_of: AsOf = None,
    no_cache: NoCache = False,
    format_: FormatOption = Format.text,
) -> None:
    """Everything known about one requirement for one service, on one page.

    Example: clausegraph explain OVR-6.3.5-12 my-service
    """
    from clausegraph import shipped
    from clausegraph.assessment import Asked, assess

    kept = cache_for(as_of, no_cache=no_cache)
    checked = assess(pack, Asked(instant(as_of)), beside=True, kept=kept)
    iri = shipped.requirement_iri(checked.dataset, requirement)
    emit(
        checked.rows("explain", requirement=iri),
        ["section", "label", "value"],
        format_,
        title=requirement,
    )


def drift(
    pack: Annotated[
        Path | None, typer.Argument(help="A pack, to see what it loses.", show_default=False)
    ] = None,
    as_of: AsOf = None,
    format_: FormatOption = Format.text,
) -> None:
    """References that do not resolve, their bridges, editions that law pins, adaptations.

    Example: clausegraph drift --format csv
    """
    from clausegraph import pipeline, shipped, views

    dataset = shipped.catalogue() if pack is None else pipeline.derive(pack, instant(as_of)).dataset
    emit(
        views.rows(dataset, "drift"),
        ["kind", "where", "cited", "read_as", "confidence", "affected", "reason"],
        format_,
    )


def query(
    name: Annotated[str, typer.Argument(help="A view such as coverage, or a .rq file.")],
    packs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PACK",
            help="Folder of the pack; with --store names of packs in it, all of them without.",
            show_default=False,
        ),
    ] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="NAME=VALUE of a view's parameter.")
    ] = None,
    together: Annotated[
        bool,
        typer.Option(
            "--together",
            help="The folder holds packs: your query sees all of them, what each declares and "
            "what applies to it, without artefacts, findings and outcomes.",
        ),
    ] = False,
    as_of: AsOf = None,
    no_cache: NoCache = False,
    store: StoreOption = None,
    dialect: DialectOption = None,
    plain_http: PlainHttp = False,
    format_: FormatOption = Format.text,
) -> None:
    """Run a view, or your own SPARQL SELECT, ASK or CONSTRUCT, over all graphs of a pack.

    Your own query sees all named graphs as one. SERVICE and updates are refused: nothing leaves
    this machine and nothing is changed. With --store the store runs it over packs pushed there:
    a view over each of them, your own query over all of them as one.

    Example: clausegraph query coverage my-service
    """
    from clausegraph import views
    from clausegraph.assessment import Asked, assess

    params: dict[str, str] = {}
    for pair in param or []:
        key, equals, value = pair.partition("=")
        if not equals:
            raise InputError("a parameter is NAME=VALUE", field="--param", seen=pair)
        params[key] = value
    text: str | None = None
    if name.endswith(".rq") or "/" in name:
        text = _query_text(Path(name))
    if store is not None:
        if together:
            raise InputError("a store holds its packs together already", field="--together")
        _query_store(connect(store, dialect, plain_http), name, text, packs or [], params, format_)
        return
    without_store(dialect, plain_http=plain_http)
    folders = [Path(pack) for pack in packs or []]
    if len(folders) != 1:
        raise InputError(
            "one pack is asked", field="PACK", expected="the folder of a pack",
            seen=", ".join(packs or []) or "none",
            mend="many packs: --together with their folder, or in a store: --store",
        )  # fmt: skip
    if together:
        _query_together(text, folders[0], instant(as_of), format_, no_cache=no_cache)
        return
    kept = cache_for(as_of, no_cache=no_cache)
    checked = assess(folders[0], Asked(instant(as_of)), beside=True, kept=kept)
    if text is None:
        rows = checked.rows(name, **params)
        columns = views.columns(name)
    else:
        columns, found = views.run_text(checked.dataset, text)
        rows = [dict(row) for row in found]
    emit(rows, columns, format_)


def _query_together(
    text: str | None, folder: Path, as_of: datetime, format_: Format, *, no_cache: bool
) -> None:
    from clausegraph import views
    from clausegraph.cache import Cache
    from clausegraph.portfolio.together import bring_together

    if text is None:
        raise InputError(
            "a view is about one pack", field="--together", expected="a .rq file with your query"
        )
    kept = Cache(None) if no_cache else None
    columns, found = views.run_text(bring_together(folder, as_of, kept=kept), text)
    emit([dict(row) for row in found], columns, format_)


def _query_store(
    store: Endpoint, name: str, text: str | None, packs: list[str], params: dict[str, str],
    format_: Format,
) -> None:  # fmt: skip
    from clausegraph import views
    from clausegraph.remote import asking, manifest

    chosen = manifest.chosen(manifest.read_all(store), packs)
    if text is not None:
        columns, rows = asking.own(store, chosen, text)
        emit(rows, columns, format_)
        return

    def tell(why: str) -> None:
        typer.echo(f"{name}: refused by the store and evaluated here: {why[:160]}", err=True)

    found = asking.view(store, chosen, name, params, tell)
    columns = views.columns(name)
    if len(chosen) == 1 or "pack" in columns:
        emit([row for _, rows in found for row in rows], columns, format_)
        return
    rows = [{"pack": m.identifier, **row} for m, of_it in found for row in of_it]
    emit(rows, ["pack", *columns], format_)


def _query_text(path: Path) -> str:
    from clausegraph.pack.reading import decode, read_bytes

    return decode(read_bytes(path, str(path), 1024 * 1024), str(path))


def catalogue(
    words: Annotated[
        list[str] | None,
        typer.Argument(help="Identifiers or words; all must match.", show_default=False),
    ] = None,
    standard: Annotated[str | None, typer.Option(help="401, 411-1 or 411-2.")] = None,
    clause: Annotated[str | None, typer.Option(help="A clause and those below it.")] = None,
    policy: Annotated[str | None, typer.Option(help="Requirements tagged with a policy.")] = None,
    kind: Annotated[str | None, typer.Option(help="An evidence kind, for example crl.")] = None,
    void: Annotated[bool, typer.Option("--void", help="Show void identifiers too.")] = False,
    format_: FormatOption = Format.text,
) -> None:
    """Find requirements by identifier, word, clause, policy or evidence kind.

    Example: clausegraph catalogue trust anchor --standard 411-2
    """
    from clausegraph import shipped, views

    rows = views.rows(shipped.catalogue(), "catalogue")
    lowered = [w.lower() for w in words or []]
    kept = [
        row
        for row in rows
        if all(w in f"{row['identifier']} {row['summary'] or ''}".lower() for w in lowered)
        and (standard is None or str(row["standard"]).endswith(standard))
        and (clause is None or _within(str(row["clause"]), clause))
        and (policy is None or policy in str(row["policies"] or "").split("; "))
        and (kind is None or kind in str(row["kinds"] or "").split("; "))
        and (void or row["modality"] != "void")
    ]
    emit(
        kept,
        ["standard", "identifier", "modality", "policies", "kinds", "summary"],
        format_,
        title=f"{len(kept)} requirements",
    )


def rules(
    gate: Annotated[str | None, typer.Option(help="Only one gate.")] = None,
    format_: FormatOption = Format.text,
) -> None:
    """List the rules: code, gate, severity, stop condition, owner, requirement.

    Example: clausegraph rules --gate assurance
    """
    from clausegraph import shipped, views

    rows = [
        row
        for row in views.rows(shipped.catalogue(), "rule-book")
        if gate is None or row["gate"] == gate
    ]
    emit(rows, ["code", "gate", "severity", "stop", "owner", "requirements", "title"], format_)
