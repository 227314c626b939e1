"""Outcome per applicable requirement, state per gate, verdict per pack.

Input: results, evidence and applicability. Output: the graph ``outcomes``, by the rules of
``queries/rules/`` that write it. Definitions: ``docs/model.md``.
"""

from __future__ import annotations

from clausegraph.infer import run_rules
from clausegraph.store import Dataset


def decide(dataset: Dataset) -> dict[str, int]:
    """Derive the ``outcomes`` graph.

    Returns:
        rule id → number of triples that it added.
    """
    return run_rules(dataset, "outcomes")
