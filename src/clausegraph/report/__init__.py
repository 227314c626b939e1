"""The report of a checked pack, for people who never open a terminal.

Input: the views of ``docs/views.md`` on a dataset with all graphs. Output: a ``ReportModel`` that
``html.render_html`` and ``text.render_text`` turn into one self-contained HTML file and into plain
text. The model holds plain values only (text, numbers, booleans), cleaned of control characters,
so that neither writer meets a term of the graph. Source: EN 319 411-2, the five gates of the
workflow (``data/codelists/gate.csv``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clausegraph.store import Dataset

__all__ = [
    "BRIEF",
    "VIEWS",
    "ReportModel",
    "Row",
    "Value",
    "clean",
    "model_of",
    "render_html",
    "render_text",
    "report_model",
]

Value = str | int | bool | None
Row = Mapping[str, Value]
Rows = tuple[Row, ...]

# Marks that control, reorder or hide text; a report that is evidence must show them instead.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class ReportModel:
    """All that a report shows: one tuple of rows per view, named as the view with underscores.

    Attributes:
        version: version of clausegraph that made the rows.
        command: command line that makes the same report again.
    """

    verdict: Rows = ()
    gates: Rows = ()
    findings: Rows = ()
    rules: Rows = ()
    outcomes: Rows = ()
    gaps: Rows = ()
    coverage: Rows = ()
    evidence: Rows = ()
    evidence_impact: Rows = ()
    law: Rows = ()
    drift: Rows = ()
    clocks: Rows = ()
    actions: Rows = ()
    conditions: Rows = ()
    hops: Rows = ()
    intake_record: Rows = ()
    closure_record: Rows = ()
    triggers: Rows = ()
    trusted_list: Rows = ()
    unowned: Rows = ()
    list_trust: Rows = ()
    conclusions: Rows = ()
    certificates: Rows = ()
    chains: Rows = ()
    revocation: Rows = ()
    revocation_latency: Rows = ()
    population: Rows = ()
    population_totals: Rows = ()
    population_examples: Rows = ()
    documents: Rows = ()
    document_outline: Rows = ()
    document_coverage: Rows = ()
    artefacts: Rows = ()
    version: str = ""
    command: str = ""


_TEXTS = ("version", "command")
VIEWS = tuple(f.name.replace("_", "-") for f in fields(ReportModel) if f.name not in _TEXTS)
# What the text, the screen and the JSON document show; the HTML report needs all views.
BRIEF = (
    "verdict", "gates", "findings", "rules", "outcomes", "gaps", "evidence", "clocks",
    "list-trust", "conclusions", "revocation", "population-totals", "population",
)  # fmt: skip


def report_model(
    dataset: Dataset,
    *,
    views: Iterable[str] = VIEWS,
    rows: Callable[..., Iterable[Any]] | None = None,
    command: str = "",
) -> ReportModel:
    """Run every view that a report needs and keep plain, cleaned rows.

    Args:
        dataset: a dataset after all stages.
        views: names of the views to run: all, or `BRIEF` where no HTML is written.
        rows: runs a view by name, ``clausegraph.views.rows`` unless a test gives its own.
        command: command line that makes the report again; guessed from the pack when empty.
    """
    if rows is None:
        from clausegraph.views import rows as run_view

        rows = run_view
    run = rows
    return model_of(lambda view: run(dataset, view), views, command)


def model_of(
    rows: Callable[[str], Iterable[Any]], views: Iterable[str] = VIEWS, command: str = ""
) -> ReportModel:
    """The model of rows that are asked for by the name of their view; see `report_model`."""
    from clausegraph import __version__

    found = {view.replace("-", "_"): tuple(_plain(row) for row in rows(view)) for view in views}
    return ReportModel(
        **found, version=__version__, command=clean(command) or _command(found["verdict"])
    )


def clean(text: str) -> str:
    """Text with control, direction and zero-width characters made visible, as ``[U+202E]``."""
    if text.isprintable():
        return text
    return _HIDDEN.sub(lambda hit: f"[U+{ord(hit[0]):04X}]", text.replace("\r\n", "\n"))


def _plain(row: Mapping[str, Any]) -> dict[str, Value]:
    return {str(name): _value(value) for name, value in dict(row).items()}


def _value(value: Any) -> Value:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        zoned = value if value.tzinfo else value.replace(tzinfo=UTC)
        return zoned.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, Decimal):
        return format(value, "f")
    return clean(str(value))


def _command(verdict: Rows) -> str:
    if not verdict:
        return ""
    pack = str(verdict[0].get("pack") or "").rstrip("/").rpartition("/")[2] or "PACK"
    as_of = verdict[0].get("as_of") or "TIME"
    return f"clausegraph check {pack} --as-of {as_of} --report report.html"


def render_html(model: ReportModel) -> str:
    """The report as one self-contained HTML file; see ``clausegraph.report.html``."""
    from clausegraph.report.html import render_html as render

    return render(model)


def render_text(model: ReportModel) -> str:
    """The report as plain text for pipes; see ``clausegraph.report.text``."""
    from clausegraph.report.text import render_text as render

    return render(model)
