"""The assessor's workbook as it comes back: changed results and remarks, and every other edit.

Input: bytes of the XLSX file and the checked pack. Output: statements of the body that the first
sheet names, and notes with sheet and row on what was not brought in. A row counts as changed when
its result or remark differs from what it was exported with. Rows are found by the IRI in their
hidden column, so that they may be filtered and sorted. Source: CIR (EU) 2025/2162.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from clausegraph.errors import InputError
from clausegraph.export.inbound.model import RESULTS, Note, Reading, Statement
from clausegraph.export.inbound.spreadsheets import OLE, Page, book_xml, pages
from clausegraph.export.projection import Projection
from clausegraph.export.workbook.model import ORIGIN, marks, normal
from clausegraph.export.workbook.requirements import Statement as Held
from clausegraph.export.workbook.requirements import latest
from clausegraph.export.workbook.sheets import BODY, COLUMNS, DATE, REQUIREMENTS
from clausegraph.instants import ValueProblem, canonical_instant

KIND = "assessor's workbook"
_CHECK = "Check (do not edit)"
_MOST_NAMED = 20
_TITLES = {c.key: c.title for c in COLUMNS}


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the requirements as it came back; ``edited`` names locked columns."""

    number: int
    iri: str
    identifier: str
    result: str
    remark: str
    before: Held
    edited: tuple[str, ...]

    @property
    def where(self) -> str:
        return f"{REQUIREMENTS} row {self.number}"

    @property
    def changed(self) -> bool:
        return (self.result, self.remark) != (self.before.result, self.before.remark)


def recognises(data: bytes) -> bool:
    """Whether the bytes are a workbook that this software wrote, or hide that with a password."""
    return data.startswith(OLE) or ORIGIN.encode() in book_xml(data)


def read(data: bytes, projection: Projection) -> Reading:
    """The statements of the workbook; see `clausegraph.export.inbound`.

    Raises:
        InputError: it cannot be read, is of another pack, or a sheet that it needs is missing.
    """
    found = {page.name: page for page in pages(data, KIND)}
    for needed in ("About", REQUIREMENTS, ORIGIN):
        if needed not in found:
            raise InputError(f"the {KIND} has lost a sheet", expected=needed, seen=", ".join(found))
    origin = {normal(r[0]): normal(r[1]) for r in found[ORIGIN].rows if len(r) > 1}
    if origin.get("pack") != projection.base:
        raise InputError(
            f"the {KIND} was written for another pack",
            expected=projection.base,
            seen=origin.get("pack") or "no pack",
        )
    notes = list(_state(origin, projection))
    rows = list(_rows(found[REQUIREMENTS]))
    notes += _edits(rows)
    notes += _missing(rows, origin, projection)
    for name, page in found.items():
        if name not in (REQUIREMENTS, ORIGIN, "About"):
            notes += _edits_of(page)
    changed = [r for r in _distinct(rows, notes) if r.changed]
    statements = _statements(changed, found["About"], projection, notes)
    return Reading(KIND, tuple(statements), tuple(notes))


def _state(origin: Mapping[str, str], projection: Projection) -> Iterator[Note]:
    if origin.get("graph sha256") == projection.hash:
        return
    written, now = origin.get("as of"), projection.stamp
    message = f"written as of {written} from another state of the pack than it is in now"
    if written != now:  # the graph differs by its as-of time already, so that says nothing
        message = (
            f"written as of {written} and compared as of {now}: `--as-of {written}` tells "
            "whether the pack has changed since"
        )
    yield Note("other-state", ORIGIN, message)


def _rows(page: Page) -> list[_Row]:
    """Rows with content below the headings."""
    places = _places(page)
    missing = [t for k, t in _TITLES.items() if t not in places and k != "number"]
    if missing or _CHECK not in places:
        raise InputError(
            f"the {KIND} has lost columns",
            field=REQUIREMENTS,
            expected=", ".join([*missing, *([] if _CHECK in places else [_CHECK])]),
            mend="give every heading back its name; hidden columns are needed too",
        )
    locked = [c for c in COLUMNS if c.locked]
    found = []
    for number, cells in enumerate(page.rows[1:], 2):
        row = {key: _at(cells, places.get(title)) for key, title in _TITLES.items()}
        if not any(normal(v) for v in row.values()):
            continue
        seen = [row[c.key] for c in locked]
        edited = _differing(seen, normal(_at(cells, places[_CHECK])), [c.title for c in locked])
        text = {key: normal(value) for key, value in row.items()}
        found.append(
            _Row(
                number,
                text["requirement"],
                text["identifier"],
                text["result"],
                text["remark"],
                Held(text["before_result"], text["before_remark"], text["before"]),
                edited,
            )
        )
    return found


def _places(page: Page) -> dict[str, int]:
    head = page.rows[0] if page.rows else ()
    return {normal(value): place for place, value in enumerate(head) if normal(value)}


def _at(cells: Sequence[object], place: int | None) -> object:
    return cells[place] if place is not None and place < len(cells) else None


def _differing(seen: Sequence[object], check: str, titles: Sequence[str]) -> tuple[str, ...]:
    """Titles of the locked columns whose cell is not as it was exported."""
    before, now = check.split(), marks(seen).split()
    if len(before) != len(now):
        return (_CHECK,)
    return tuple(t for t, a, b in zip(titles, before, now, strict=True) if a != b)


def _edits(rows: Sequence[_Row]) -> Iterator[Note]:
    """Edits of locked cells of the requirements; of the identifier they are told later."""
    for row in rows:
        if row.edited and not _identity_lost(row):
            columns = ", ".join(row.edited)
            yield Note("changed", row.where, f"{row.identifier}: locked cells edited: {columns}")


def _identity_lost(row: _Row) -> bool:
    """Whether it is no longer sure which requirement the row is about."""
    keys = {_TITLES[k] for k in ("requirement", "identifier", "standard")} | {_CHECK}
    return bool(keys & set(row.edited))


def _edits_of(page: Page) -> Iterator[Note]:
    """Edits of another sheet, all of which is locked."""
    places = _places(page)
    if _CHECK not in places:
        yield Note("changed", page.name, "not a sheet of the export, or its check column is lost")
        return
    titles = [t for t in places if t != _CHECK]
    for number, cells in enumerate(page.rows[1:], 2):
        if not any(normal(v) for v in cells):
            continue
        seen = [_at(cells, places[t]) for t in titles]
        edited = _differing(seen, normal(_at(cells, places[_CHECK])), titles)
        if edited:
            where, columns = f"{page.name} row {number}", ", ".join(edited)
            yield Note("changed", where, f"locked cells edited: {columns}; nothing was taken over")


def _missing(
    rows: Sequence[_Row], origin: Mapping[str, str], projection: Projection
) -> Iterator[Note]:
    """Rows that were exported and are gone."""
    exported = origin.get(f"rows {REQUIREMENTS}", "")
    here = {row.iri for row in rows}
    gone = [
        f"{r['standard']} {r['identifier']}"
        for r in projection.rows("catalogue")
        if r["modality"] != "void" and r["requirement"] not in here
    ]
    if exported.isdigit() and len(here) < int(exported) and gone:
        named = ", ".join(gone[:_MOST_NAMED])
        more = f" and {len(gone) - _MOST_NAMED} more" if len(gone) > _MOST_NAMED else ""
        yield Note("changed", REQUIREMENTS, f"rows are missing: {named}{more}")


def _distinct(rows: Sequence[_Row], notes: list[Note]) -> Iterator[_Row]:
    """One row per requirement; doubled rows that say the same count once."""
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(row.iri or f"row {row.number}", []).append(row)
    for same in groups.values():
        if len({(r.result, r.remark) for r in same}) > 1:
            numbers = ", ".join(str(r.number) for r in same)
            text = f"rows {numbers} are of one requirement and differ; none was brought in"
            notes.extend(Note("conflict", r.where, f"{r.identifier}: {text}") for r in same)
            continue
        if len(same) > 1:
            for row in same[1:]:
                text = f"{row.identifier}: the same as row {same[0].number}; counted once"
                notes.append(Note("changed", row.where, text))
        yield same[0]


def _statements(
    rows: Sequence[_Row], about: Page, projection: Projection, notes: list[Note]
) -> list[Statement]:
    names = {str(r["requirement"]): str(r["identifier"]) for r in projection.rows("catalogue")}
    held, body, date = latest(projection), _field(about, BODY), _date(about)
    if rows and not (body and date):
        missing = " and ".join(
            word for word, value in (("the assessment body", body), ("the date", date)) if not value
        )
        text = f"{missing} is not filled in or not readable; no statement can be brought in"
        notes.append(Note("unreadable", "About", text))
    found = []
    for row in rows:
        problem = _problem(row, names, held.get(row.iri, Held()))
        if problem:
            notes.append(problem)
        elif body and date:
            found.append(Statement(row.iri, row.result, body, date, row.remark, row.where))
    return found


def _problem(row: _Row, names: Mapping[str, str], held: Held) -> Note | None:
    """Why a changed row cannot be brought in."""
    if row.iri not in names:
        text = f"{row.identifier or 'no identifier'}: no requirement has this IRI"
        return Note("unknown", row.where, text)
    if names[row.iri] != row.identifier or _identity_lost(row):
        columns = ", ".join(row.edited)
        text = f"{names[row.iri]}: the identity of the row was edited ({columns})"
        return Note("changed", row.where, text)
    if row.result not in RESULTS:
        expected = ", ".join(RESULTS)
        if not row.result and row.before.result:
            text = (
                f"{row.identifier}: the result {row.before.result} was removed; the pack keeps it"
            )
            return Note("changed", row.where, text)
        seen = row.result or "no result"
        return Note("unreadable", row.where, f"{row.identifier}: expected {expected}, seen {seen}")
    if held.assertion != row.before.assertion and (held.result, held.remark) != (
        row.result,
        row.remark,
    ):
        return Note(
            "conflict",
            row.where,
            f"{row.identifier}: {row.result} here, but since the export the pack has got "
            f"{held.result} ({held.remark or 'no remark'}); not brought in, export again",
        )
    return None


def _field(about: Page, name: str) -> str:
    return next((normal(r[1]) for r in about.rows if len(r) > 2 and normal(r[2]) == name), "")


def _date(about: Page) -> str:
    """The date of the statements as a canonical instant; empty where it is none."""
    value = next((r[1] for r in about.rows if len(r) > 2 and normal(r[2]) == DATE), None)
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = normal(value)
    try:
        return canonical_instant(f"{text}T00:00:00Z" if len(text) == 10 else text)
    except ValueProblem:
        return ""
