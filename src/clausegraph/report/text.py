"""The report as plain text: stable in a pipe, independent of the width of any terminal."""

from __future__ import annotations

from clausegraph.report import ReportModel, Row

_GAPS = ("missing", "disputed", "stale", "undecided")


def render_text(model: ReportModel) -> str:
    """Verdict, gates, stop conditions, other findings, gaps by outcome."""
    first = model.verdict[0] if model.verdict else {}
    lines = [
        f"verdict\t{first.get('verdict') or 'no pack was checked'}",
        f"service\t{first.get('service') or 'none named'}",
        f"policy\t{first.get('policy') or 'none named'}",
        f"as of\t{first.get('as_of') or 'unknown'}",
        "",
        "gate\tstate\tstops\tpassed\tfailed\tuntested",
    ]
    lines += [
        f"{g['gate']}\t{g['state']}\t{g['stops']}\t{g['passed']}\t{g['failed']}\t"
        f"{sum(1 for r in model.rules if r['gate'] == g['gate'] and r['outcome'] == 'untested')}"
        for g in model.gates
    ]
    for title, rows in (
        ("stop conditions", [f for f in model.findings if f["stop"]]),
        ("other findings", [f for f in model.findings if not f["stop"]]),
    ):
        lines += ["", f"{title}\t{len(rows)}", *(_finding(row) for row in rows)]
    counts: dict[str, int] = {}
    for row in model.outcomes:
        counts[str(row["outcome"])] = counts.get(str(row["outcome"]), 0) + 1
    gaps = sum(counts.get(o, 0) for o in _GAPS)
    lines += ["", f"applicable requirements\t{len(model.outcomes)}", f"gaps\t{gaps}"]
    lines += [f"{outcome}\t{count}" for outcome, count in sorted(counts.items())]
    return "\n".join(lines) + "\n"


def _finding(row: Row) -> str:
    where = row.get("location") or row.get("focus_label") or row["focus"]
    message = " ".join(str(row["message"]).split())
    return (
        f"{row['severity']}\t{row['gate']}\t{row['code']}\t{row.get('owner') or ''}\t{where}\t"
        f"{message}\t{row.get('requirements') or ''}"
    )
