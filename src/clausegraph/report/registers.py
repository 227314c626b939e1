"""The registers that a report lists: evidence, law, drift, conditions, rules, clocks.

Input: rows of those views. Output: the same rows, joined, grouped and sorted, each once. Source:
``docs/views.md`` says what each view answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from clausegraph.report import ReportModel, Row
from clausegraph.report.charts import OUTCOMES, Bar, bar
from clausegraph.report.rows import SOON_DAYS, SOUND, by, by_order, number
from clausegraph.report.words import days_until, listed, natural, said_once, words

FEW_ITEMS = 20
_EDITION = re.compile(r"/catalogue/[^/]+/([^/]+)/")

DRIFT_KINDS: Mapping[str, tuple[str, str]] = {
    "unresolved": (
        "References that do not resolve",
        "A standard cites an identifier that the edition at hand does not hold. Where a bridge is "
        "given, the reference is read as shown.",
    ),
    "misprint": (
        "Misprints in a standard",
        "A citation that can only be a slip, read as shown.",
    ),
    "pin": (
        "Editions that law pins",
        "An implementing act cites a dated edition; compare it with the edition used here.",
    ),
    "adaptation": (
        "Requirements that law adapts",
        "An implementing act changes or adds a requirement of a standard.",
    ),
    "unreached": (
        "Requirements that no chain reaches",
        "They exist in the editions at hand, yet no chain from the claimed policy leads there.",
    ),
}


@dataclass(frozen=True, slots=True)
class Item:
    """An evidence item.

    Attributes:
        only: requirements that have no other sound item.
        identifiers: their names.
    """

    row: Row
    only: int
    identifiers: tuple[str, ...]


@dataclass(slots=True)
class Provision:
    """A legal provision and the requirements that stand for it."""

    name: str
    act: str
    repealed: bool
    rows: list[Row] = field(default_factory=list)
    sources: tuple[str, ...] = ()
    bar: Bar | None = None
    by_outcome: list[tuple[str, str]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Number of requirements, each once however often it is mapped."""
        return len({str(row.get("requirement")) for row in self.rows})


def register(model: ReportModel) -> tuple[list[Item], list[Item]]:
    """Evidence items, what needs attention soonest first, and the rest of a long register.

    Needing attention: not sound, or expiring within 90 days. A short register is not parted.
    """
    as_of = model.verdict[0].get("as_of") if model.verdict else None
    losses = {row.get("evidence"): row for row in model.evidence_impact}
    first: list[Item] = []
    rest: list[Item] = []
    for row in sorted(model.evidence, key=_urgency):
        loss = losses.get(row.get("evidence"), {})
        item = Item(row, number(loss, "only"), tuple(listed(loss.get("identifiers"))))
        days = days_until(row.get("expires"), as_of)
        urgent = row.get("state") not in SOUND or (days is not None and days <= SOON_DAYS)
        (first if urgent else rest).append(item)
    return (first, rest) if len(model.evidence) > FEW_ITEMS else (first + rest, [])


def _urgency(row: Row) -> tuple[bool, bool, str, str]:
    expires = str(row.get("expires") or "")
    return (row.get("state") in SOUND, not expires, expires, str(row.get("evidence")))


def renewals(model: ReportModel) -> tuple[list[Row], int]:
    """Renewals of evidence that the register does not show anyway, and how many it does."""
    shown = {row.get("evidence") for row in model.evidence}
    due = [row for row in model.actions if row.get("kind") == "evidence"]
    return [row for row in due if row.get("iri") not in shown], sum(
        1 for row in due if row.get("iri") in shown
    )


def law_by_act(rows: Iterable[Row]) -> list[tuple[str, Bar, list[Provision]]]:
    """Acts with their provisions, eIDAS first."""
    acts: dict[str, dict[str, Provision]] = {}
    for row in rows:
        act, name = str(row.get("act") or ""), str(row.get("provision") or "")
        provision = acts.setdefault(act, {}).setdefault(
            name, Provision(name, act, row.get("repealed") is True)
        )
        provision.rows.append(row)
    for provisions in acts.values():
        for provision in provisions.values():
            provision.bar = _outcome_bar(provision.rows)
            provision.by_outcome = _by_outcome(provision.rows)
            provision.sources = tuple(
                dict.fromkeys(str(r["source"]) for r in provision.rows if r.get("source"))
            )
    return [
        (
            act,
            _outcome_bar([row for provision in found.values() for row in provision.rows]),
            sorted(found.values(), key=lambda p: natural(p.name)),
        )
        for act, found in sorted(acts.items(), key=lambda item: ("eIDAS" not in item[0], item[0]))
    ]


def _by_outcome(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Outcome → the requirements with it."""
    names: dict[str, dict[str, None]] = {code: {} for code in OUTCOMES}
    for row in rows:
        names.setdefault(str(row.get("outcome")), {})[str(row.get("requirement") or "")] = None
    return [(code, said_once(found)) for code, found in names.items() if found]


def _outcome_bar(rows: Iterable[Row]) -> Bar:
    """A bar over distinct requirements, each counted once however often it is mapped."""
    outcomes = {str(row.get("requirement")): str(row.get("outcome")) for row in rows}
    counts = Counter(outcomes.values())
    return bar({code.replace("-", "_"): count for code, count in counts.items()})


def grouped(
    rows: Iterable[Row], column: str, known: Mapping[str, tuple[str, str]]
) -> list[tuple[str, str, str, list[Row]]]:
    """Groups of rows with title and note, known ones first."""
    groups = by(rows, column)
    order = [code for code in known if code in groups] + [c for c in groups if c not in known]
    return [(code, *known.get(code, (words(code), "")), groups[code]) for code in order]


def rules_by_gate(
    model: ReportModel,
) -> tuple[list[tuple[str, list[Row]]], list[tuple[str, list[Row]]]]:
    """Rules that met nothing and rules that were tested, by gate, failed ones first."""
    labels = {str(g.get("gate")): str(g.get("label")) for g in by_order(model.gates)}
    rows = sorted(model.rules, key=lambda row: row.get("outcome") != "failed")
    groups = by(rows, "gate")
    order = [g for g in labels if g in groups] + [g for g in groups if g not in labels]
    parts: tuple[list[tuple[str, list[Row]]], list[tuple[str, list[Row]]]] = ([], [])
    for gate in order:
        untested = [row for row in groups[gate] if row.get("outcome") == "untested"]
        tested = [row for row in groups[gate] if row.get("outcome") != "untested"]
        for part, found in zip(parts, (untested, tested), strict=True):
            if found:
                part.append((labels.get(gate) or words(gate), found))
    return parts


def clock_order(row: Row) -> tuple[int, str, str]:
    """What is late comes first."""
    states = ("overdue", "late", "no-start", "running", "met")
    state = str(row.get("state"))
    place = states.index(state) if state in states else len(states)
    return (place, str(row.get("due") or ""), str(row.get("deadline")))


def condition_order(row: Row) -> tuple[int, str]:
    """What nobody declared comes first."""
    states = ("undeclared", "fails", "holds")
    state = str(row.get("state"))
    return (states.index(state) if state in states else 3, str(row.get("code")))


def editions(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Standards and the editions that the requirements come from."""
    found = set()
    for row in rows:
        if hit := _EDITION.search(str(row.get("requirement") or "")):
            found.add((str(row.get("standard")), "V" + hit[1]))
    return sorted(found)
