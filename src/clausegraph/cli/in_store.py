"""``check --store``: packs are judged where they were pushed, and only results travel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import typer

from clausegraph.cli.many import show_many
from clausegraph.cli.options import Format
from clausegraph.cli.stores import connect
from clausegraph.cli.verdict import Place, Progress, Wanted, finish
from clausegraph.errors import InputError, StoreError

if TYPE_CHECKING:
    from clausegraph.remote.checking import Checked
    from clausegraph.views import Row


def check_in_store(
    place: Place, names: Sequence[str], wanted: Wanted, no_use: Mapping[str, object]
) -> NoReturn:
    """Judge packs of a store by their names or IRIs, all of them when none is named.

    Args:
        place: the store.
        names: of packs.
        wanted: what is shown.
        no_use: options that a store has no use for, and whether they were given.

    Raises:
        InputError: an option of no use, no such pack, or none at all.
        StoreError: no whole answer.
    """
    given = [option for option, value in no_use.items() if value]
    if given:
        raise InputError(
            "this option has no use with --store", field=", ".join(given),
            expected="a pack as it was pushed: with its as-of time, collected and inferred",
            mend="give it to push if push takes it; otherwise check the pack here, without --store",
        )  # fmt: skip
    store = connect(place.url, place.dialect, place.plain_http)
    from clausegraph.portfolio.rows import PackRow, row_of
    from clausegraph.remote import checking, manifest

    held = manifest.read_all(store)
    wishes = list(dict.fromkeys(names)) or [m.pack for m in held]
    if not wishes:
        raise InputError(
            "the store holds no pack", field="--store", mend="clausegraph push PACK --store URL"
        )
    if len(wishes) > 1:
        wanted.of_one_pack()
    book = checking.rule_book(store)
    rows: list[PackRow] = []
    with Progress() as step:

        def judge(name: str) -> manifest.Manifest:
            (pack,) = manifest.chosen(held, [name])
            step(pack.identifier)
            done = checking.check(store, pack, book, step)
            _tell(pack.identifier, done, store.dialect.name)
            return done.manifest

        if len(wishes) == 1:
            found = judge(wishes[0])
            step("asking for the findings")

            def asked(view: str) -> list[Row]:
                return checking.rows(store, found, view, _refused(view))

            model = wanted.model(lambda views: {view: asked(view) for view in views})
        for name in wishes if len(wishes) > 1 else ():
            try:
                done = judge(name)
                row = row_of(partial(checking.rows, store, done))
                rows.append(replace(row, pack=done.identifier))
            except StoreError:
                raise  # the store itself fails: it would for the other packs too
            except InputError as error:  # one pack that is of no use does not stop the others
                why = " ".join(str(error).split())
                rows.append(PackRow(name, "error", error=why, exit_code=error.exit_code))
    if not rows:
        finish(model, wanted)
    show_many(rows, Format(wanted.format.value), wanted.out, wanted.fail_on)


def _refused(view: str) -> Callable[[str], None]:
    """Says that a view was evaluated here."""
    return lambda why: typer.echo(f"  here: view {view}: {why[:160]}", err=True)


def _tell(name: str, done: Checked, dialect: str) -> None:
    """Who evaluated what, beside the output."""
    lines = [
        f"{name}: {done.native} rules evaluated by the store ({dialect}), {len(done.here)} here, "
        f"{done.requests} requests"
    ]
    lines += [f"  here: {what}: {' '.join(why.split())[:160]}" for what, why in done.here.items()]
    if done.lexical:
        lines.append(
            f"  {done.lexical} rules judge how values are written, as this store holds them "
            "(engine-normalised)"
        )
    if done.changed:
        lines.append("  the store held other results; they were replaced")
    typer.echo("\n".join(lines), err=True)
