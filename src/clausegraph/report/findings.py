"""Findings with their message taken apart, in the order of the gates.

Input: rows of the view ``findings``. Output: findings for the template. Source: the messages of
``shapes/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clausegraph.report import Row
from clausegraph.report.messages import Message, message, named
from clausegraph.report.rows import by_order
from clausegraph.report.words import listed, roles, words

_SEVERITIES = {"violation": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding with its message taken apart.

    Attributes:
        value: what the rule saw, empty when that is the focus itself.
    """

    row: Row
    message: Message
    severity: str
    owner: str
    concerns: str
    value: str
    requirements: tuple[str, ...]


def findings_of(rows: Iterable[Row], gates: Iterable[Row]) -> list[Finding]:
    """All findings, by gate, binding ones first within a gate."""
    order = {str(gate.get("gate")): place for place, gate in enumerate(by_order(gates))}
    found = [_finding(row) for row in rows]
    return sorted(
        found,
        key=lambda f: (
            order.get(str(f.row.get("gate")), len(order)),
            _SEVERITIES.get(f.severity, 3),
        ),
    )


def _finding(row: Row) -> Finding:
    focus, value = named(row.get("focus")), named(row.get("value"))
    return Finding(
        row=row,
        message=message(str(row.get("message") or "")),
        severity=str(row.get("severity") or "info"),
        owner=", ".join(roles(row.get("owner"))),
        concerns=named(row.get("focus_label")) or focus,
        value="" if value == focus else value,
        requirements=tuple(listed(row.get("requirements"))),
    )


def by_gate(findings: Sequence[Finding], labels: dict[str, str]) -> list[tuple[str, list[Finding]]]:
    """Findings under the label of their gate."""
    groups: dict[str, list[Finding]] = {}
    for found in findings:
        gate = str(found.row.get("gate"))
        groups.setdefault(labels.get(gate, words(gate)), []).append(found)
    return list(groups.items())
