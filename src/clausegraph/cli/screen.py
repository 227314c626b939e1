"""The verdict on a terminal, in colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from clausegraph.cli.output import STYLES, cell

if TYPE_CHECKING:
    from clausegraph.report import ReportModel, Row

MOST_FINDINGS = 40


def show(model: ReportModel) -> None:
    """Print verdict, gates, stop conditions, other findings and the gaps by outcome."""
    console = Console()
    first = model.verdict[0] if model.verdict else {}
    verdict = str(first.get("verdict") or "open")
    head = Text.assemble(
        (verdict.upper(), STYLES.get(verdict, "")),
        f"  {cell(first.get('service')) or 'no service named'}",
        f"  {cell(first.get('policy'))}",
        (f"\nas of {cell(first.get('as_of'))}", "dim"),
    )
    console.print(Panel(head, title=cell(first.get("title")) or "pack", title_align="left"))
    gates = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("gate", "state", "stops", "passed", "failed", "untested"):
        gates.add_column(column, justify="left" if column in {"gate", "state"} else "right")
    for row in model.gates:
        state = str(row["state"])
        untested = sum(
            1 for r in model.rules if r["gate"] == row["gate"] and r["outcome"] == "untested"
        )
        gates.add_row(
            cell(row["label"]), Text(state, style=STYLES.get(state, "")), cell(row["stops"]),
            cell(row["passed"]), cell(row["failed"]), str(untested),
        )  # fmt: skip
    console.print(gates)
    stops = [r for r in model.findings if r["stop"]]
    others = [r for r in model.findings if not r["stop"]]
    _findings(console, "Stop conditions", stops)
    _findings(console, "Other findings", others)
    counts: dict[str, int] = {}
    for row in model.outcomes:
        counts[str(row["outcome"])] = counts.get(str(row["outcome"]), 0) + 1
    line = Text(f"{len(model.outcomes)} applicable requirements: ")
    for outcome, count in sorted(counts.items()):
        line.append(f"{outcome} {count}  ", style=STYLES.get(outcome, ""))
    console.print(line)
    for row in model.rules:
        if row.get("by_pyshacl"):
            console.print(
                f"{row['code']}: evaluated by pySHACL ({row['by_pyshacl']})", markup=False
            )


def _findings(console: Console, title: str, rows: Sequence[Row]) -> None:
    if not rows:
        return
    console.print(Text(f"\n{title} ({len(rows)})", style="bold"))
    for row in rows[:MOST_FINDINGS]:
        severity = str(row["severity"])
        where = cell(row.get("location")) or cell(row.get("focus_label"))
        console.print(
            Text.assemble(
                ("● ", STYLES.get(severity, "")),
                (cell(row["code"]), "bold"),
                (f"  {cell(row['gate'])} · {cell(row['owner'])} · {where}", "dim"),
                f"\n  {cell(row['message'])}",
                (f"\n  {cell(row['requirements'])}", "dim") if row.get("requirements") else "",
            )
        )
    if len(rows) > MOST_FINDINGS:
        console.print(f"  … and {len(rows) - MOST_FINDINGS} more: --format json shows all")
