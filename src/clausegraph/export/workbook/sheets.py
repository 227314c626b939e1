"""Which sheets the assessor's workbook has and which columns of which view stand in them.

Input: a checked pack. Output: `Sheet` values. Names of sheets and headings are part of the format:
the reader of `clausegraph.export.inbound` finds them by name, in whatever order they come back.
Source: ETSI TR 119 411-4 for the requirements, ``docs/views.md`` for the rest.
"""

from __future__ import annotations

from clausegraph.export.inbound.model import RESULTS
from clausegraph.export.projection import Projection
from clausegraph.export.workbook.model import Column, Sheet
from clausegraph.export.workbook.requirements import requirement_rows
from clausegraph.views import Row, Value

REQUIREMENTS = "Requirements"
BODY, DATE = "assessor-body", "assessor-date"
_OUTCOME = {
    "met": "good", "inherited": "good", "stale": "look", "undecided": "look", "disputed": "bad",
    "missing": "bad", "not-applicable": "none",
}  # fmt: skip
_RESULT = {"passed": "good", "failed": "bad", "cantTell": "look", "inapplicable": "none"}
_STATE = {
    "ready": "good", "open": "look", "blocked": "bad", "sound": "good", "stale": "look",
    "disputed": "bad", "unusable": "bad", "read": "good", "missing": "bad", "unreadable": "bad",
    "met": "good", "running": "note", "late": "bad", "overdue": "bad", "no-start": "look",
    "holds": "note", "fails": "none", "undeclared": "look", "violation": "bad", "warning": "look",
    "info": "note", "yes": "good", "no": "bad", "approved": "good", "rejected": "bad",
}  # fmt: skip
_STANDING = {"applies": "good", "undecided": "look", "not-reached": "none"}

COLUMNS: tuple[Column, ...] = (
    Column("number", "No", 6),
    Column("standard", "Standard", 12),
    Column("clause", "Clause", 8),
    Column("identifier", "Identifier", 18),
    Column("summary", "Requirement in our own words", 46),
    Column("outcome", "Outcome", 13, colours=_OUTCOME),
    Column("result", "Assessor's result", 14, editable=True, choices=RESULTS, colours=_RESULT),
    Column("remark", "Assessor's remark", 40, editable=True),
    Column("evidence", "Evidence", 46),
    Column("claim", "Provider's claim", 28),
    Column("files", "File, SHA-256, place in the pack", 75),
    Column("findings", "Findings", 30),
    Column("standing", "Standing", 13, colours=_STANDING),
    Column("modality", "Modality", 10),
    Column("component", "Service component", 18),
    Column("policies", "Policies it applies to", 20),
    Column("condition", "Condition", 20),
    Column("clause_title", "Title of the clause", 26),
    Column("chain", "Chain", 44),
    Column("law", "Law", 30),
    Column("requirement", "IRI (do not edit)", 8, hidden=True),
    Column("before_result", "Result as exported", 8, hidden=True),
    Column("before_remark", "Remark as exported", 8, hidden=True),
    Column("before", "Statement as exported", 8, hidden=True),
)


def sheets(pack: Projection) -> list[Sheet]:
    """All sheets after the first."""
    return [
        Sheet(REQUIREMENTS, COLUMNS, requirement_rows(pack), fixed=4, printed=9),
        _view(pack, "Gates", "gates", _GATES),
        _view(pack, "Findings", "findings", _FINDINGS, fixed=2),
        _view(pack, "Cases", "cases", _CASES, fixed=2),
        _view(pack, "Case records", "case-record", _RECORDS, fixed=2),
        Sheet("Evidence", _EVIDENCE, _evidence(pack)),
        _view(pack, "Trusted list", "trusted-list", _LIST),
        _view(pack, "Law", "law", _LAW, fixed=2),
        _view(pack, "Conditions", "conditions", _CONDITIONS),
        _view(pack, "Clocks", "clocks", _CLOCKS, fixed=2),
    ]


def _view(
    pack: Projection, name: str, view: str, columns: tuple[Column, ...], fixed: int = 1
) -> Sheet:
    rows = [{k: _local(pack, v) for k, v in row.items()} for row in pack.rows(view)]
    return Sheet(name, columns, rows, fixed)


def _local(pack: Projection, value: Value) -> Value:
    """An IRI of the pack without its base, which the first sheet names."""
    return value.removeprefix(pack.base) if isinstance(value, str) else value


def _evidence(pack: Projection) -> list[Row]:
    files = {row["path"]: row for row in pack.rows("artefacts")}
    only = {row["evidence"]: row for row in pack.rows("evidence-impact")}
    rows: list[Row] = []
    for row in pack.rows("evidence"):
        file, impact = files.get(row["path"]), only.get(row["evidence"])
        rows.append(
            {
                **row,
                "evidence": _local(pack, row["evidence"]),
                "sha256": file["sha256"] if file else None,
                "file": file["status"] if file else None,
                "only": impact["only"] if impact else 0,
            }
        )
    return rows


_GATES = (
    Column("label", "Gate", 16),
    Column("state", "State", 12, colours=_STATE),
    Column("stops", "Stop conditions", 12),
    Column("reasons", "Reasons", 10),
    Column("tested", "Rules tested", 10),
    Column("passed", "Passed", 10),
    Column("failed", "Failed", 10),
)
_FINDINGS = (
    Column("gate", "Gate", 12),
    Column("code", "Rule", 36),
    Column("severity", "Severity", 11, colours=_STATE),
    Column("stop", "Stops the gate", 10, colours={"yes": "bad"}),
    Column("title", "What must be so", 30),
    Column("message", "What was found and how to mend it", 70),
    Column("focus", "Concerns", 30),
    Column("value", "Value", 24),
    Column("location", "Place in the pack", 24),
    Column("owner", "Owner", 24),
    Column("requirements", "Enforces", 34),
    Column("result", "Result", 26),
)
_CASES = (
    Column("kind", "Kind", 10),
    Column("case", "Case", 28),
    Column("title", "Title", 44),
    Column("date", "Date (UTC)", 16),
    Column("state", "State", 14, colours=_STATE),
    Column("clocks", "Clocks", 8),
    Column("missed", "Late or overdue", 10),
    Column("actions", "Actions", 8),
    Column("open", "Open actions", 8),
    Column("closed", "Has a closure", 10),
    Column("location", "Place in the pack", 34),
)
_RECORDS = (
    Column("case", "Case", 28),
    Column("record", "Part", 40),
    Column("field", "Field", 18),
    Column("value", "Value", 80),
)
_EVIDENCE = (
    Column("evidence", "Item", 34),
    Column("title", "Title", 44),
    Column("kinds", "Kind", 22),
    Column("state", "State", 11, colours=_STATE),
    Column("owner", "Owner", 22),
    Column("date", "Date (UTC)", 16),
    Column("expires", "Expires (UTC)", 16),
    Column("supports", "Requirements", 12),
    Column("only", "Of these only by it", 12),
    Column("path", "File", 38),
    Column("sha256", "SHA-256", 44),
    Column("file", "File was", 11, colours=_STATE),
    Column("location", "Place in the pack", 28),
)
_LIST = (
    Column("entry", "Entry", 26),
    Column("field", "Field", 16),
    Column("declared", "Declared", 34),
    Column("listed", "In the list", 34),
    Column("agrees", "Agrees", 9, colours=_STATE),
    Column("list", "List", 12),
)
_LAW = (
    Column("act", "Act", 20),
    Column("provision", "Provision", 32),
    Column("repealed", "Repealed", 10, colours={"yes": "none"}),
    Column("requirement", "Requirement", 32),
    Column("outcome", "Outcome", 14, colours=_OUTCOME),
    Column("source", "By which table", 32),
)
_CONDITIONS = (
    Column("code", "Condition", 34),
    Column("text", "In words", 70),
    Column("state", "State", 12, colours=_STATE),
    Column("requirements", "Requirements", 12),
    Column("because", "Because", 60),
)
_CLOCKS = (
    Column("case", "Case", 28),
    Column("deadline", "Deadline", 24),
    Column("title", "Title", 40),
    Column("basis", "Legal basis", 34),
    Column("runs_from", "Runs from (UTC)", 16),
    Column("due", "Due (UTC)", 16),
    Column("met_at", "Met at (UTC)", 16),
    Column("state", "State", 11, colours=_STATE),
)
