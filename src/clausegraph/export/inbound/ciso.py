"""Audit rows of CISO Assistant as they come back: CSV or XLSX.

Input: bytes of the table and the checked pack. Output: statements for rows that an assessor
changed. Rows that still carry the mark of our export are our own findings and are left alone. The
platform exports neither body nor date: where the columns ``assessed_by`` and ``assessed_on`` are
not added, the statement is of "CISO Assistant" at the as-of time of the import. Source: the data
wizard of CISO Assistant, read and not copied.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from clausegraph.errors import InputError
from clausegraph.export.ciso import urns
from clausegraph.export.ciso.audit import mark, unmarked
from clausegraph.export.inbound.model import Note, Reading, Statement
from clausegraph.export.inbound.spreadsheets import MAX_COLUMNS, MAX_ROWS, book_xml, pages
from clausegraph.export.projection import Projection
from clausegraph.export.workbook.model import ORIGIN, normal
from clausegraph.instants import ValueProblem, canonical_instant

KIND = "CISO Assistant audit rows"
PLATFORM = "CISO Assistant"
NEEDED = ("ref_id", "compliance_result")
# What an assessor may state; half a conformity is no conformity, and the remark says it.
RESULTS: Mapping[str, str] = {
    "compliant": "passed",
    "partially_compliant": "failed",
    "non_compliant": "failed",
    "not_applicable": "inapplicable",
    "not_assessed": "untested",
}
_HALF = "Partially compliant."


def recognises(data: bytes) -> bool:
    """Whether the bytes are a CSV with the columns of audit rows, or any other workbook."""
    book = book_xml(data)
    if book:
        return ORIGIN.encode() not in book
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].strip()
    names = head.replace(b'"', b"").replace(b";", b",").split(b",")
    return all(name.encode() in names for name in NEEDED)


def read(data: bytes, projection: Projection) -> Reading:
    """The statements of the table; see `clausegraph.export.inbound`.

    Raises:
        InputError: it cannot be read, or is no table of audit rows.
    """
    table = _workbook(data) if book_xml(data) else _csv(data)
    by_urn, by_ref = _names(projection)
    statements: list[Statement] = []
    notes: list[Note] = []
    for number, row in table:
        outcome = _row(row, f"row {number}", by_urn, by_ref, projection.stamp)
        if isinstance(outcome, Statement):
            statements.append(outcome)
        elif outcome:
            notes.append(outcome)
    return Reading(KIND, tuple(statements), tuple(notes))


def _names(projection: Projection) -> tuple[dict[str, str], dict[str, list[str]]]:
    """URN to requirement, and identifier to the URNs that have it."""
    by_urn: dict[str, str] = {}
    by_ref: dict[str, list[str]] = {}
    for row in projection.rows("catalogue"):
        if row["modality"] != "void":
            urn = urns.node(str(row["standard"]), str(row["identifier"]))
            by_urn[urn] = str(row["requirement"])
            by_ref.setdefault(str(row["identifier"]), []).append(urn)
    return by_urn, by_ref


def _row(
    row: Mapping[str, str],
    where: str,
    by_urn: Mapping[str, str],
    by_ref: Mapping[str, Sequence[str]],
    stamp: str,
) -> Statement | Note | None:
    result = row.get("compliance_result", "").strip()
    observations = row.get("observations", "")
    if not result and not observations.strip():
        return None
    ref, urn = row.get("ref_id", "").strip(), row.get("urn", "").strip().lower()
    if not urn:
        candidates = by_ref.get(ref, ())
        if len(candidates) > 1:
            text = f"{ref}: stands in several standards; the column urn says which"
            return Note("unknown", where, text)
        urn = candidates[0] if candidates else ""
    if urn not in by_urn:
        return Note("unknown", where, f"{ref or urn}: no requirement of the catalogue")
    if ref and urn not in by_ref.get(ref, ()):
        return Note("changed", where, f"{ref}: the URN is that of another requirement")
    words, seen = unmarked(observations)
    if seen and seen == mark(urn, result, row.get("requirement_progress", "").strip(), words):
        return Note("unchanged", where, f"{ref}: as exported")
    if result not in RESULTS:
        expected = ", ".join(RESULTS)
        return Note("unreadable", where, f"{ref}: expected {expected}, seen {result or 'nothing'}")
    try:
        date = _date(row.get("assessed_on", ""), stamp)
    except ValueProblem as error:
        return Note("unreadable", where, f"{ref}: assessed_on: expected {error.expected}")
    remark = f"{_HALF} {words}".strip() if result == "partially_compliant" else words
    body = row.get("assessed_by", "").strip() or PLATFORM
    return Statement(by_urn[urn], RESULTS[result], body, date, remark, urn)


def _date(value: str, stamp: str) -> str:
    text = value.strip()
    if not text:
        return stamp
    return canonical_instant(f"{text}T00:00:00Z" if len(text) == 10 else text)


def _workbook(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    found = pages(data, KIND)
    page = next((p for p in found if p.rows and set(NEEDED) <= set(map(normal, p.rows[0]))), None)
    if page is None:
        head = ", ".join(normal(v) for p in found[:1] for v in (p.rows[0] if p.rows else ()))
        raise _no_table(head or "no sheet with a header")
    titles = [normal(value) for value in page.rows[0]]
    for number, cells in enumerate(page.rows[1:], 2):
        yield number, dict(zip(titles, map(normal, cells), strict=False))


def _csv(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _no_table("a text that is not UTF-8") from error
    first = text.split("\n", 1)[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    head: list[str] = []
    try:
        for count, cells in enumerate(reader, 1):
            if count > MAX_ROWS or len(cells) > MAX_COLUMNS:
                raise _no_table(f"more than {MAX_ROWS} rows or {MAX_COLUMNS} columns")
            if not head:
                head = [c.strip() for c in cells]
                continue
            # A leading apostrophe was put there against formulas, by our export or a spreadsheet.
            row = {k: v[1:] if v[:2] in _QUOTED else v for k, v in zip(head, cells, strict=False)}
            yield reader.line_num, row
    except csv.Error as error:
        raise _no_table(str(error)) from error


_QUOTED = ("'=", "'+", "'-", "'@")


def _no_table(seen: str) -> InputError:
    return InputError(
        f"the {KIND} cannot be read",
        expected="a table with the columns " + ", ".join(NEEDED) + " and best urn",
        seen=seen,
    )
