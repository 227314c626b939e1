"""Audit rows of a pack for CISO Assistant: result, progress and observation per requirement.

Input: the outcomes of a checked pack and the frameworks. Output: one table per standard, with the
column ``assessable`` always there, since its import skips rows without it. The observation ends
with a mark by which an untouched row is known when it comes back. Source: the data wizard of CISO
Assistant, read and not copied.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from clausegraph.export.ciso.frameworks import Framework, node_urn
from clausegraph.export.projection import Projection
from clausegraph.views import Row

COLUMNS = ("urn", "assessable", "ref_id", "name", "description", "compliance_result",
           "requirement_progress", "observations")  # fmt: skip
# Outcome to result and progress; a row of no outcome is out of scope.
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "met": ("compliant", "done"),
    "inherited": ("compliant", "done"),
    "stale": ("partially_compliant", "in_progress"),
    "disputed": ("non_compliant", "in_progress"),
    "missing": ("non_compliant", "to_do"),
    "undecided": ("not_assessed", "to_do"),
    "not-applicable": ("not_applicable", "done"),
}
_MARK = re.compile(r"\s*\[clausegraph ([0-9a-f]{12})\]\s*$")


def audit_rows(pack: Projection, framework: Framework) -> list[dict[str, str]]:
    """The rows of a standard, in its order."""
    outcomes = {str(r["requirement"]): r for r in pack.rows("outcomes")}
    rows = []
    for node in framework.nodes:
        row = dict.fromkeys(COLUMNS, "") | {
            "urn": node_urn(framework.name, node),
            "ref_id": node.identifier,
            "name": node.name,
            "description": node.description,
        }
        if node.iri:
            found = outcomes.get(node.iri)
            outcome = str(found["outcome"]) if found else "not-applicable"
            result, progress = OUTCOMES[outcome]
            words = _observation(outcome, found)
            row["assessable"] = "x"
            row["compliance_result"], row["requirement_progress"] = result, progress
            row["observations"] = f"{words} {mark(row['urn'], result, progress, words)}"
        rows.append(row)
    return rows


def mark(urn: str, result: str, progress: str, words: str) -> str:
    """The mark of a row: another result, progress or observation gives another one."""
    text = "\x00".join((urn, result, progress, words))
    return f"[clausegraph {hashlib.sha256(text.encode()).hexdigest()[:12]}]"


def unmarked(observations: str) -> tuple[str, str]:
    """Words and mark of an observation; the mark is empty where there is none."""
    hit = _MARK.search(observations)
    return (observations[: hit.start()], hit[0].strip()) if hit else (observations.strip(), "")


def _observation(outcome: str, row: Row | None) -> str:
    if row is None:
        return "Outcome: no chain from the policy of the service leads here."
    evidence = f" Evidence: {row['evidence']}." if row["evidence"] else ""
    return f"Outcome: {outcome}, standing: {row['standing']}.{evidence}"
