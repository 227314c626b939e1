"""The report's sections as data: what the HTML template writes, in its order.

Input: a ``ReportModel``. Output: plain dictionaries and small frozen classes, grouped, counted and
sorted, so that the template only writes. Source: the five gates and the outcomes of
``data/codelists``; what each section answers stands in ``docs/views.md``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clausegraph.report import ReportModel, Row, Value
from clausegraph.report.chains import Step, hop_index, other_ways, steps
from clausegraph.report.charts import FULFILLED, GAPS, OUTCOMES, Bar, bar, number
from clausegraph.report.messages import Message, message, named
from clausegraph.report.records import intake, provider, records
from clausegraph.report.words import (
    clause_of_two,
    days_until,
    joined,
    listed,
    natural,
    plural,
    roles,
    words,
)

SOON_DAYS = 90
FEW_ITEMS = 20
NO_OWNER = "No owner named"
SOUND = ("sound", "current")
_EDITION = re.compile(r"/catalogue/[^/]+/([^/]+)/")
_SEVERITIES = {"violation": 0, "warning": 1, "info": 2}
_VERDICT = ("pack", "title", "service", "policy", "as_of", "verdict")

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

VERDICTS: Mapping[str, tuple[str, str]] = {
    "ready": ("Ready", "Every gate has what it asks for at the as-of time."),
    "open": ("Open", "No stop condition holds, yet something is still missing."),
    "blocked": ("Blocked", "At least one stop condition holds. Mend the stop conditions first."),
    "": ("No verdict", "No pack was judged. Nothing to check is not a pass."),
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement of the tables: its row, its chain and what a filter compares."""

    row: Row
    anchor: str
    outcome: str
    outcome_label: str
    chain: tuple[Step, ...]
    ways: int
    acts: tuple[str, ...]
    laws: str
    kinds: tuple[str, ...]
    owners: tuple[str, ...]
    clause: str
    is_gap: bool
    gap_anchor: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding with its message taken apart."""

    row: Row
    message: Message
    severity: str
    owner: str
    concerns: str
    value: str
    requirements: tuple[str, ...]


@dataclass(slots=True)
class Work:
    """What one role has to do."""

    role: str
    stops: int = 0
    findings: int = 0
    gaps: int = 0
    late: int = 0
    held: bool = True


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


def sections(model: ReportModel) -> dict[str, Any]:
    """Everything that the template needs, by name."""
    first: Row = dict.fromkeys(_VERDICT) | dict(model.verdict[0] if model.verdict else {})
    findings = [_finding(row) for row in model.findings]
    gaps = _requirements(model.gaps, model, gap=True)
    every = _requirements(model.outcomes, model, gap=False)
    counts = Counter(str(row.get("outcome")) for row in model.outcomes)
    untested = [row for row in model.rules if row.get("outcome") == "untested"]
    stops = [f for f in findings if f.row.get("stop")]
    return {
        "verdict": first,
        "verdict_code": _code(first.get("verdict")),
        "verdict_words": VERDICTS[_code(first.get("verdict"))],
        "headline": _headline(model, stops),
        "provider": provider(model.intake_record),
        "empty": not (model.gates or model.outcomes or model.findings),
        "gates": [_gate(row, model.rules) for row in _by_order(model.gates)],
        "figures": _figures(model, counts),
        "work": _work(model, findings),
        "stops": stops,
        "findings": _by_gate(model.gates, [f for f in findings if not f.row.get("stop")]),
        "finding_count": len(findings) - len(stops),
        "coverage": _coverage(model.coverage),
        "counts": counts,
        "gaps": gaps,
        "gap_filters": _filters(gaps),
        "requirements": every,
        "requirement_filters": _filters(every),
        "clocks": sorted(model.clocks, key=_clock_order),
        "actions": [row for row in model.actions if row.get("kind") != "evidence"],
        "renewals": [row for row in model.actions if row.get("kind") == "evidence"],
        "evidence": model.evidence,
        "attention": _attention(model),
        "impact": sorted(
            (row for row in model.evidence_impact if number(row, "only")),
            key=lambda row: -number(row, "only"),
        ),
        "law": _law(model.law),
        "drift": _grouped(model.drift, "kind", DRIFT_KINDS),
        "bridged": sum(1 for row in model.outcomes if row.get("bridge") is True),
        "trusted_list": _by(model.trusted_list, "entry"),
        "intake": intake(model.intake_record),
        "closure": records(model.closure_record),
        "triggers": list(_by(model.triggers, "case").values()),
        "conditions": sorted(model.conditions, key=_condition_order),
        "untested": _by(untested, "gate"),
        "untested_count": len(untested),
        "rules": model.rules,
        "gate_labels": {str(g.get("gate")): str(g.get("label")) for g in model.gates},
        "editions": _editions(model.outcomes),
        "pins": [row for row in model.drift if row.get("kind") == "pin"],
        "version": model.version,
        "command": model.command,
        "outcome_labels": OUTCOMES,
    }


def _code(value: Value) -> str:
    return str(value) if str(value) in VERDICTS else ""


def _headline(model: ReportModel, stops: Sequence[Finding]) -> str:
    if not model.gates:
        return ""
    labels = {str(g.get("gate")): str(g.get("label")) for g in _by_order(model.gates)}
    at = {str(f.row.get("gate")) for f in stops}
    parts = []
    if stops:
        where = joined(label for gate, label in labels.items() if gate in at)
        verb = "holds" if len(stops) == 1 else "hold"
        noun = plural(len(at), "gate")
        parts.append(f"{plural(len(stops), 'stop condition')} {verb} at {noun}: {where}.")
    still_open = [g for g in _by_order(model.gates) if g.get("state") == "open"]
    if still_open:
        named_gates = joined(str(g.get("label")) for g in still_open)
        parts.append(f"Still open: {named_gates}.")
    silent = [g for g in still_open if not number(g, "tested")]
    if silent:
        parts.append(
            f"No rule found anything to test at {joined(str(g['label']) for g in silent)}."
        )
    if model.gaps:
        verb = "is" if len(model.gaps) == 1 else "are"
        of = len(model.outcomes)
        noun = plural(of, "requirement")
        parts.append(f"{len(model.gaps)} of {noun} {verb} without sound evidence.")
    elif model.outcomes:
        parts.append("No gap is left among the requirements.")
    return " ".join(parts)


def _by_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: number(row, "order"))


def _gate(row: Row, rules: Iterable[Row]) -> dict[str, Value]:
    untested = sum(
        1 for r in rules if r.get("gate") == row.get("gate") and r.get("outcome") == "untested"
    )
    return {**row, "untested": untested}


def _figures(model: ReportModel, counts: Mapping[str, int]) -> dict[str, int]:
    as_of = model.verdict[0].get("as_of") if model.verdict else None
    left = [days_until(row.get("expires"), as_of) for row in model.evidence]
    return {
        "applicable": sum(counts.values()) - counts.get("not-applicable", 0),
        "fulfilled": sum(counts.get(code, 0) for code in FULFILLED),
        "gaps": sum(counts.get(code, 0) for code in GAPS),
        "evidence": len(model.evidence),
        "unsound": sum(1 for row in model.evidence if row.get("state") not in SOUND),
        "soon": sum(1 for days in left if days is not None and 0 <= days <= SOON_DAYS),
        "running": sum(1 for row in model.clocks if row.get("state") == "running"),
        "overdue": sum(1 for row in model.clocks if row.get("state") in ("overdue", "late")),
    }


def _work(model: ReportModel, findings: Iterable[Finding]) -> list[Work]:
    as_of = model.verdict[0].get("as_of") if model.verdict else None
    found: dict[str, Work] = {}

    def of(value: Value) -> list[Work]:
        return [found.setdefault(name, Work(name)) for name in roles(value) or (NO_OWNER,)]

    for finding in findings:
        for work in of(finding.row.get("owner")):
            work.stops += bool(finding.row.get("stop"))
            work.findings += not finding.row.get("stop")
    for row in model.gaps:
        for work in of(row.get("owner")):
            work.gaps += 1
    for row in model.actions:
        days = days_until(row.get("due"), as_of)
        if not row.get("done") and days is not None and days < 0:
            for work in of(row.get("owner")):
                work.late += 1
    unheld = {words(row.get("role")) for row in model.unowned}
    for work in found.values():
        work.held = work.role not in unheld
    return sorted(found.values(), key=lambda w: (-w.stops, -w.findings, -w.gaps, w.role))


def _attention(model: ReportModel) -> list[Row]:
    """Items of a long register that are unsound or expire soon, the most urgent first."""
    if len(model.evidence) <= FEW_ITEMS:
        return []
    as_of = model.verdict[0].get("as_of") if model.verdict else None
    urgent = []
    for row in model.evidence:
        days = days_until(row.get("expires"), as_of)
        if row.get("state") not in SOUND or (days is not None and days <= SOON_DAYS):
            urgent.append((row.get("state") in SOUND, str(row.get("expires") or ""), row))
    return [row for *_, row in sorted(urgent, key=lambda item: item[:2])]


def _finding(row: Row) -> Finding:
    return Finding(
        row=row,
        message=message(str(row.get("message") or "")),
        severity=str(row.get("severity") or "info"),
        owner=", ".join(roles(row.get("owner"))),
        concerns=named(row.get("focus_label") or row.get("focus")),
        value=named(row.get("value")),
        requirements=tuple(listed(row.get("requirements"))),
    )


def _by_gate(gates: Iterable[Row], findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    groups: dict[str, list[Finding]] = {str(g.get("gate")): [] for g in _by_order(gates)}
    for finding in findings:
        groups.setdefault(str(finding.row.get("gate")), []).append(finding)
    labels = {str(g.get("gate")): str(g.get("label")) for g in gates}
    return [
        (labels.get(gate, words(gate)), sorted(found, key=_severity))
        for gate, found in groups.items()
        if found
    ]


def _severity(finding: Finding) -> int:
    return _SEVERITIES.get(finding.severity, 3)


def _coverage(rows: Iterable[Row]) -> list[tuple[Bar, list[Bar]]]:
    ordered = _by_order(rows)
    standards: dict[str, tuple[list[Bar], list[Bar]]] = {}
    for row in ordered:
        drawn = bar(row)
        whole, clauses = standards.setdefault(drawn.standard, ([], []))
        (clauses if drawn.clause else whole).append(drawn)
    return [(whole[0], clauses) for whole, clauses in standards.values() if whole]


def _requirements(rows: Iterable[Row], model: ReportModel, *, gap: bool) -> list[Requirement]:
    index, ways = hop_index(model.hops), other_ways(model.hops)
    return [_requirement(row, index, ways, gap=gap) for row in rows]


def _requirement(
    row: Row, index: Mapping[tuple[str, str], Row], ways: Mapping[str, int], *, gap: bool
) -> Requirement:
    name = f"{row.get('standard')} {row.get('identifier')}"
    slug = re.sub(r"[^A-Za-z0-9.-]+", "-", name)
    outcome = str(row.get("outcome") or "")
    return Requirement(
        row=row,
        anchor=("gap-" if gap else "req-") + slug,
        outcome=outcome,
        outcome_label=OUTCOMES.get(outcome, words(outcome)),
        chain=steps(str(row.get("chain") or ""), index),
        ways=ways.get(name, 0),
        laws=_laws(listed(row.get("law"))),
        acts=tuple(dict.fromkeys(act_of(law) for law in listed(row.get("law")))),
        kinds=roles(row.get("kinds")),
        owners=roles(row.get("owner")) or (NO_OWNER,),
        clause=clause_of_two(str(row.get("clause") or "")),
        is_gap=outcome in GAPS,
        gap_anchor="gap-" + slug,
    )


def act_of(provision: str) -> str:
    """The act of a provision's name: ``eIDAS`` of ``eIDAS 24(2)(a)``."""
    numbered = re.match(r"((?:CIR|CID|CDR|Regulation|Directive)[^0-9]*\d{4}/\d+)", provision)
    return numbered[1] if numbered else provision.partition(" ")[0]


def _laws(provisions: Iterable[str]) -> str:
    """Provisions with the name of an act said once: ``eIDAS 19(1), 20; NIS2 21``."""
    acts: dict[str, list[str]] = {}
    for provision in provisions:
        act = act_of(provision)
        acts.setdefault(act, []).append(provision.removeprefix(act).strip())
    return "; ".join(f"{act} {', '.join(found)}".strip() for act, found in acts.items())


def _filters(items: Sequence[Requirement]) -> list[tuple[str, str, list[tuple[str, str, int]]]]:
    """Per filter: attribute, label, and its values with label and count."""
    found = [
        ("o", "Outcome", Counter(i.outcome for i in items)),
        ("s", "Standard", Counter(str(i.row.get("standard") or "") for i in items)),
        ("c", "Clause", Counter(i.clause for i in items)),
        ("w", "Owner", Counter(w for i in items for w in i.owners)),
        ("k", "Evidence kind", Counter(k for i in items for k in i.kinds)),
        ("l", "Law", Counter(a for i in items for a in i.acts)),
    ]
    order = list(OUTCOMES)
    return [
        (
            key,
            label,
            [
                (value, OUTCOMES.get(value, value) if key == "o" else value, count)
                for value, count in sorted(
                    counter.items(),
                    key=lambda pair: (
                        (order.index(pair[0]) if key == "o" and pair[0] in order else 0),
                        natural(pair[0]),
                    ),
                )
                if value
            ],
        )
        for key, label, counter in found
    ]


def _law(rows: Iterable[Row]) -> list[tuple[str, Bar, list[Provision]]]:
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
    """Outcome → the requirements with it, the name of a standard said once."""
    names: dict[str, dict[str, dict[str, None]]] = {code: {} for code in OUTCOMES}
    for row in rows:
        standard, _, identifier = str(row.get("requirement") or "").rpartition(" ")
        found = names.setdefault(str(row.get("outcome")), {})
        found.setdefault(standard, {})[identifier] = None
    return [
        (code, "; ".join(f"{std} {', '.join(ids)}".strip() for std, ids in sorted(found.items())))
        for code, found in names.items()
        if found
    ]


def _outcome_bar(rows: Iterable[Row]) -> Bar:
    """A bar over distinct requirements, each counted once however often it is mapped."""
    outcomes = {str(row.get("requirement")): str(row.get("outcome")) for row in rows}
    counts = Counter(outcomes.values())
    return bar({code.replace("-", "_"): count for code, count in counts.items()})


def _grouped(
    rows: Iterable[Row], column: str, known: Mapping[str, tuple[str, str]]
) -> list[tuple[str, str, str, list[Row]]]:
    groups = _by(rows, column)
    order = [code for code in known if code in groups] + [c for c in groups if c not in known]
    return [(code, *known.get(code, (words(code), "")), groups[code]) for code in order]


def _by(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(row.get(column) or ""), []).append(row)
    return groups


def _clock_order(row: Row) -> tuple[int, str, str]:
    states = ("overdue", "late", "no-start", "running", "met")
    state = str(row.get("state"))
    place = states.index(state) if state in states else len(states)
    return (place, str(row.get("due") or ""), str(row.get("deadline")))


def _condition_order(row: Row) -> tuple[int, str]:
    states = ("undeclared", "fails", "holds")
    state = str(row.get("state"))
    return (states.index(state) if state in states else 3, str(row.get("code")))


def _editions(rows: Iterable[Row]) -> list[tuple[str, str]]:
    found = set()
    for row in rows:
        if hit := _EDITION.search(str(row.get("requirement") or "")):
            found.add((str(row.get("standard")), "V" + hit[1]))
    return sorted(found)
