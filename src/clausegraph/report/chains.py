"""The chain that makes a requirement applicable, hop by hop.

Input: the column ``chain`` of the views ``outcomes`` and ``gaps`` (written by
``queries/rules/chain-text.rq``) and the rows of the view ``hops``. Output: steps with relation,
clause, bridge and confidence. Source: EN 319 411-2 clause 5.1 (how the standards build on each
other).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clausegraph.report import Row

_MARK = re.compile(r"\((clause ([^)]*)|bridge|if)\) ")


@dataclass(frozen=True, slots=True)
class Step:
    """One hop: how the chain gets from the step before to ``target``."""

    target: str
    relation: str
    clause: str
    bridge: bool
    confidence: str


def hop_index(hops: Iterable[Row]) -> Mapping[tuple[str, str], Row]:
    """Hops by (source, target); the first in the order of the view wins."""
    index: dict[tuple[str, str], Row] = {}
    for hop in hops:
        index.setdefault((str(hop.get("source")), str(hop.get("target"))), hop)
    return index


def other_ways(hops: Iterable[Row]) -> Mapping[str, int]:
    """Number of different sources per target: how many ways lead there."""
    sources: dict[str, set[str]] = {}
    for hop in hops:
        sources.setdefault(str(hop.get("target")), set()).add(str(hop.get("source")))
    return {target: len(found) for target, found in sources.items()}


def steps(chain: str, index: Mapping[tuple[str, str], Row]) -> tuple[Step, ...]:
    """The steps of a chain in words, completed from the hops of the graph.

    The first step is the claimed policy and has no relation.
    """
    found: list[Step] = []
    for part in filter(None, (piece.strip() for piece in chain.split(" → "))):
        clause, bridge, conditional, target = "", False, False, part
        while hit := _MARK.match(target):
            clause = hit[2] or clause
            bridge = bridge or hit[1] == "bridge"
            conditional = conditional or hit[1] == "if"
            target = target[hit.end() :]
        if not found:
            found.append(Step(target, "", clause, bridge, ""))
            continue
        hop = index.get((found[-1].target, target), {})
        guess = "claims" if len(found) == 1 else "incorporates"
        found.append(
            Step(
                target=target,
                relation=str(hop.get("relation") or ("incorporates-if" if conditional else guess)),
                clause=str(hop.get("clause") or clause),
                bridge=bridge or bool(hop.get("bridge")),
                confidence=str(hop.get("confidence") or ""),
            )
        )
    return tuple(found)
