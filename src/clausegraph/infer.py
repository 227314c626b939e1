"""Applicability, inheritance, expiry, clocks: the rules of ``queries/rules/``, to a fixpoint.

Input: the graphs ``catalogue``, ``run``, ``declared``, ``cases`` and ``collected``. Output: the
graph ``inferred`` (and, for ``outcomes``, the graph of that name). This module knows no rule: it
runs the CONSTRUCT queries in the order of their stages, those marked ``repeat`` until nothing
new comes.
"""

from __future__ import annotations

from collections.abc import Collection

from clausegraph import catalog
from clausegraph.errors import AssetError
from clausegraph.store import Dataset

MAX_ROUNDS = 200
SCOPES = ("catalogue", "claim", "pack")
STAGES = range(100)


def run_rules(
    dataset: Dataset,
    writes: str,
    scopes: Collection[str] = SCOPES,
    *,
    fresh: bool = True,
    stages: range = STAGES,
) -> dict[str, int]:
    """Run all rules that write a graph.

    Args:
        dataset: graphs of the pack, or of several.
        writes: ``inferred`` or ``outcomes``.
        scopes: only rules that depend on no more than the ``catalogue``, on the ``claim`` of a
            service, or on a whole ``pack``.
        fresh: whether the written graph is cleared first.
        stages: only rules of these stages.

    Returns:
        rule id → number of triples that it added.

    Raises:
        AssetError: a rule does not come to an end.
    """
    if fresh:
        dataset.clear(writes)
    added: dict[str, int] = {}
    for rule in catalog.queries("rules"):
        if rule.writes != writes or rule.scope not in scopes or rule.stage not in stages:
            continue
        total = 0
        for _ in range(MAX_ROUNDS):
            new = dataset.construct(rule.text, rule.graphs, into=writes, restricted=rule.restricted)
            total += new
            if not new or not rule.repeat:
                break
        else:
            raise AssetError(f"rule {rule.id} comes to no end after {MAX_ROUNDS} rounds")
        added[rule.id] = total
    return added


def infer(dataset: Dataset) -> dict[str, int]:
    """Derive the ``inferred`` graph. See `run_rules`."""
    return run_rules(dataset, "inferred")
