"""What the report says first: verdict, gates, figures, and who has to act.

Input: a ``ReportModel``. Output: words and numbers for the overview. Source: the five gates of
``data/codelists/gate.csv``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clausegraph.report import ReportModel, Row, Value
from clausegraph.report.charts import FULFILLED, GAPS
from clausegraph.report.findings import Finding
from clausegraph.report.rows import NO_OWNER, SOON_DAYS, SOUND, by_order, number
from clausegraph.report.words import days_until, joined, plural, roles, words

VERDICTS: Mapping[str, tuple[str, str]] = {
    "ready": ("Ready", "Every gate has what it asks for at the as-of time."),
    "open": ("Open", "No stop condition holds, yet something is still missing."),
    "blocked": ("Blocked", "At least one stop condition holds. Mend the stop conditions first."),
    "": ("No verdict", "No pack was judged. Nothing to check is not a pass."),
}


@dataclass(slots=True)
class Work:
    """What one role has to do."""

    role: str
    stops: int = 0
    findings: int = 0
    gaps: int = 0
    late: int = 0
    held: bool = True


def verdict_code(value: Value) -> str:
    """The code of a verdict that has words, else the empty one."""
    return str(value) if str(value) in VERDICTS else ""


def headline(model: ReportModel, stops: Sequence[Finding]) -> str:
    """What stands in the way, in a few sentences."""
    if not model.gates:
        return ""
    labels = {str(g.get("gate")): str(g.get("label")) for g in by_order(model.gates)}
    at = {str(f.row.get("gate")) for f in stops}
    parts = []
    if stops:
        where = joined(label for gate, label in labels.items() if gate in at)
        verb = "holds" if len(stops) == 1 else "hold"
        noun = plural(len(at), "gate")
        parts.append(f"{plural(len(stops), 'stop condition')} {verb} at {noun}: {where}.")
    still_open = [g for g in by_order(model.gates) if g.get("state") == "open"]
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


def gate(row: Row, rules: Iterable[Row]) -> dict[str, Value]:
    """A gate with the number of its rules that met nothing."""
    untested = sum(
        1 for r in rules if r.get("gate") == row.get("gate") and r.get("outcome") == "untested"
    )
    return {**row, "untested": untested}


def figures(model: ReportModel, counts: Mapping[str, int]) -> dict[str, int]:
    """The numbers under the gates."""
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


def work_by_role(model: ReportModel, findings: Iterable[Finding]) -> list[Work]:
    """What each role has to do, the most blocking first."""
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
