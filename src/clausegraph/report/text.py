"""The report as plain text, for pipes and logs.

Input: a ``ReportModel``. Output: text with one fact a line, in a fixed order, without colour and
without any regard to the width of a terminal. Same model, same bytes. It says verdict, gates, stop
conditions in full, and counts for the rest; the HTML report holds everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from clausegraph.report import ReportModel, Row, Value
from clausegraph.report.charts import GAPS, OUTCOMES
from clausegraph.report.messages import named
from clausegraph.report.rows import number
from clausegraph.report.words import plural, roles

_SEVERITIES = ("violation", "warning", "info")


def render_text(model: ReportModel) -> str:
    """Plain text: verdict, gates, stop conditions, counts of the rest."""
    return "\n".join(_lines(model)) + "\n"


def _lines(model: ReportModel) -> Iterator[str]:
    first: Row = model.verdict[0] if model.verdict else {}
    yield f"Verdict: {_line(first.get('verdict')) or 'none'}"
    for label, name in (
        ("Pack", "title"),
        ("Service", "service"),
        ("Policy", "policy"),
        ("As of", "as_of"),
    ):
        yield f"{label}: {_line(first.get(name)) or 'not stated'}"
    yield from _gates(model)
    yield from _findings(model)
    yield from _requirements(model)
    yield from _rest(model)
    yield from _artefacts(model)
    yield ""
    yield "Operational guidance, not legal advice, not proof of qualified status."


def _gates(model: ReportModel) -> Iterator[str]:
    yield ""
    yield f"Gates: {len(model.gates) or 'none judged; nothing to check is not a pass'}"
    untested = Counter(str(r.get("gate")) for r in model.rules if r.get("outcome") == "untested")
    for gate in sorted(model.gates, key=lambda row: number(row, "order")):
        yield (
            f"  {_line(gate.get('label'))}: {_line(gate.get('state'))}; "
            f"{plural(number(gate, 'stops'), 'stop condition')}; "
            f"{plural(number(gate, 'tested'), 'rule')} tested, "
            f"{number(gate, 'passed')} passed, {number(gate, 'failed')} failed, "
            f"{untested[str(gate.get('gate'))]} untested"
        )


def _findings(model: ReportModel) -> Iterator[str]:
    stops = [row for row in model.findings if row.get("stop")]
    yield ""
    yield f"Stop conditions: {len(stops)}"
    for row in stops:
        yield f"  {_line(row.get('code'))}"
        yield f"    {_line(named(row.get('message')))}"
        for label, value in (
            ("gate", row.get("gate")),
            ("owner", ", ".join(roles(row.get("owner")))),
            ("concerns", named(row.get("focus_label") or row.get("focus"))),
            ("where", row.get("location")),
            ("requirements", row.get("requirements")),
        ):
            if value:
                yield f"    {label}: {_line(value)}"
    others = [row for row in model.findings if not row.get("stop")]
    yield ""
    yield f"Other findings: {len(others)}"
    yield from _counted(Counter(str(row.get("severity")) for row in others), _SEVERITIES)


def _requirements(model: ReportModel) -> Iterator[str]:
    outcomes = Counter(str(row.get("outcome")) for row in model.outcomes)
    yield ""
    yield f"Requirements: {len(model.outcomes)}"
    yield from _counted(outcomes, OUTCOMES)
    yield ""
    yield f"Gaps: {len(model.gaps)}"
    yield from _counted(Counter(str(row.get("outcome")) for row in model.gaps), GAPS)
    owners = Counter(
        owner for row in model.gaps for owner in roles(row.get("owner")) or ("none named",)
    )
    for owner, count in sorted(owners.items(), key=lambda item: (-item[1], item[0])):
        yield f"  owner {_line(owner)}: {count}"


def _rest(model: ReportModel) -> Iterator[str]:
    yield ""
    untested = sum(1 for row in model.rules if row.get("outcome") == "untested")
    yield f"Rules: {len(model.rules)}, {untested} untested (nothing to check is not a pass)"
    left = [row for row in model.rules if row.get("by_pyshacl")]
    if left:
        yield f"Rules evaluated by pySHACL: {len(left)}"
        yield from (f"  {_line(row.get('code'))}: {_line(row.get('by_pyshacl'))}" for row in left)
    yield f"Evidence items: {len(model.evidence)}"
    yield from _counted(Counter(str(row.get("state")) for row in model.evidence), ("sound",))
    yield f"Clocks: {len(model.clocks)}"
    yield from _counted(
        Counter(str(row.get("state")) for row in model.clocks),
        ("overdue", "late", "running", "no-start", "met"),
    )


def _artefacts(model: ReportModel) -> Iterator[str]:
    yield ""
    yield f"Trusted lists: {len(model.list_trust)}"
    yield from _counted(Counter(str(r.get("state")) for r in model.list_trust), ("verified",))
    # One row per list on which a conclusion rests: each conclusion counts once.
    drawn = {(r.get("certificate"), r.get("moment")): r.get("result") for r in model.conclusions}
    yield f"Certificates concluded: {len({certificate for certificate, _ in drawn})}"
    for moment, label in (("issuance", "at issuance"), ("as-of", "at the as-of time")):
        counts = Counter(str(result) for (_, at), result in drawn.items() if at == moment)
        if counts:
            yield f"  {label}: " + ", ".join(f"{_line(k)} {counts[k]}" for k in sorted(counts))
    counting = sum(1 for row in model.revocation if row.get("counts") is True)
    yield f"Revocation answers: {len(model.revocation)}, {counting} of them count"
    yield from _counted(Counter(str(r.get("status")) for r in model.revocation), ("good",))
    total = sum(number(row, "count") for row in model.population_totals)
    classes = sum(number(row, "classes") for row in model.population_totals)
    yield f"Population: {plural(total, 'certificate')} in {plural(classes, 'class', 'classes')}"
    exceptions: Counter[str] = Counter()
    for row in model.population:
        if row.get("kind") == "exception":
            exceptions[str(row.get("what"))] += number(row, "count")
    yield from _counted(exceptions, ())


def _counted(counts: Counter[str], order: Iterable[str]) -> Iterator[str]:
    known = list(order)
    for name in [*known, *sorted(set(counts) - set(known))]:
        if counts[name]:
            yield f"  {_line(name)}: {counts[name]}"


def _line(value: Value) -> str:
    """A value on one line: a line break inside it would look like another fact."""
    return " ".join(str(value).split()) if value is not None else ""
