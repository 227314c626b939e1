"""``check --store``: packs are judged where they were pushed, and only results travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import typer

from clausegraph.cli.many import show_many
from clausegraph.cli.options import Format
from clausegraph.cli.stores import connect
from clausegraph.cli.verdict import Place, Progress, Wanted, finish
from clausegraph.errors import InputError

if TYPE_CHECKING:
    from clausegraph.remote.checking import Checked


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
            mend="give it to push",
        )  # fmt: skip
    store = connect(place.url, place.dialect, place.plain_http)
    from clausegraph.portfolio.rows import row_of
    from clausegraph.remote import checking, manifest

    chosen = manifest.chosen(manifest.read_all(store), names)
    if not chosen:
        raise InputError(
            "the store holds no pack", field="--store", mend="clausegraph push PACK --store URL"
        )
    if len(chosen) > 1:
        wanted.of_one_pack()
    book = checking.rule_book(store)
    found = []
    with Progress() as step:
        for pack in chosen:
            step(pack.identifier)
            done = checking.check(store, pack, book, step)
            _tell(pack.identifier, done, store.dialect.name)
            found.append(done.manifest)
        step("asking for the findings")
        if len(found) == 1:
            model = wanted.model(
                lambda views: {v: checking.rows(store, found[0], v) for v in views}
            )
        else:
            rows = [
                replace(row_of(partial(checking.rows, store, m)), pack=m.identifier) for m in found
            ]
    if len(found) == 1:
        finish(model, wanted)
    show_many(rows, Format(wanted.format.value), wanted.out, wanted.fail_on)


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
