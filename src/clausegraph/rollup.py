"""Outcomes, gates and verdicts of many packs in one store.

Input: a store that `clausegraph.closure.close` has been over, and the graph ``results`` of each
pack in it. Output: the same store with what the rules of ``outcomes`` give for each pack. They join
by pack, so they run once over all packs together and give the union of what each pack gives alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from clausegraph.closure import Together
from clausegraph.errors import InputError
from clausegraph.infer import run_rules
from clausegraph.shipped import catalogue
from clausegraph.store import Dataset


def roll_up(together: Together, packs: Iterable[Dataset]) -> dict[str, int]:
    """Decide outcomes, gates and the verdict of each pack, and write them beside the packs.

    Args:
        together: all packs are in it, with the graph ``collected`` of each, and it is closed.
        packs: the same packs, each with its graph ``results``.

    Returns:
        rule id → number of triples that it gave.

    Raises:
        InputError: the store is not closed, or a pack has no results or is not in the store: a
            verdict never rests on less than all that a pack was checked for.
    """
    if not together.closed:
        raise InputError(
            "packs came into the store after it was closed, or it never was",
            mend="call close before roll_up",
        )
    awaited = set(together.claims)
    for pack in packs:
        results = list(pack.quads("results"))
        if pack.base not in awaited or not results:
            raise InputError(
                "a pack without results, or one that is not in the store or came before",
                field="@base",
                seen=pack.base,
            )
        awaited.remove(pack.base)
        together.add_quads(results, "results")
    if awaited:
        raise InputError("packs in the store have no results", seen=", ".join(sorted(awaited)))
    together.add(catalogue().triples("rules"), "rules")
    return run_rules(together, "outcomes")
