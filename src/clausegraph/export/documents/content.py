"""What the documents say: the pack as a whole, and each of its cases.

Input: the views of a checked pack. Output: `Document` values. Identifiers of requirements and rules
stand in the running text and in the first column of tables. Source: EN 319 411-2, the five gates;
``docs/views.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from clausegraph.export.documents.blocks import Block, Document, Facts, Heading, Paragraph, table
from clausegraph.export.projection import Projection
from clausegraph.report.labels import PROPERTIES
from clausegraph.report.messages import named
from clausegraph.report.words import capital, day, deadline, natural, plural, spelt, words
from clausegraph.views import Row, Value

_LIMITS = (
    "Operational guidance, not legal advice, and never proof of qualified status. Requirements are "
    "said in our own words; the standards themselves are binding."
)
_PARTS = {"action": "Actions", "decision": "Decisions", "impact": "Impacts",
          "measurement": "Measurements", "notification": "Notifications",
          "signOff": "Sign-offs"}  # fmt: skip


def documents(pack: Projection) -> list[Document]:
    """The report of the pack, and one document per case."""
    return [pack_document(pack), *(case_document(pack, row) for row in pack.rows("cases"))]


def pack_document(pack: Projection) -> Document:
    """The report of the pack."""
    verdict = pack.rows("verdict")[0]
    title = f"Report on {verdict['title'] or pack.name}"
    return Document("report", title, _running(pack, pack.name), tuple(_pack(pack, verdict)))


def _running(pack: Projection, name: str) -> str:
    return f"{name}, as of {_day(pack.stamp)}"


def _pack(pack: Projection, verdict: Row) -> Iterator[Block]:
    counts = Counter(str(r["outcome"]) for r in pack.rows("outcomes"))
    findings = pack.rows("findings")
    stops = sum(1 for r in findings if r["stop"])
    yield Facts(
        (
            ("Verdict", _words(verdict["verdict"])),
            ("Service", str(verdict["service"] or "not stated")),
            ("Policy", str(verdict["policy"] or "not stated")),
            ("As of", _day(pack.stamp)),
            ("Pack", pack.base),
            ("Graph", f"SHA-256 {pack.hash} (RDFC-1.0)"),
            ("Made by", f"clausegraph {pack.version}"),
        )
    )
    yield Paragraph(_LIMITS)
    yield Heading(1, "Gates")
    yield from table(
        ("Gate", "State", "Stop conditions", "Rules tested", "Passed", "Failed"),
        (3, 2, 2, 2, 2, 2),
        [_cells(r, "label", "state", "stops", "tested", "passed", "failed")
         for r in pack.rows("gates")],
    )  # fmt: skip
    yield Heading(1, "Findings")
    yield Paragraph(
        f"{plural(len(findings), 'finding')}, of which {plural(stops, 'stops', 'stop')} a gate."
    )
    yield from table(
        ("Rule", "What was found and how to mend it", "Place", "Owner", "Enforces"),
        (24, 42, 16, 14, 22),
        [
            (
                f"{r['code']} ({r['severity']}{', stop condition' if r['stop'] else ''})",
                named(str(r["message"])) or "",
                str(r["location"] or _local(pack, r["focus"])),
                _words(r["owner"]),
                str(r["requirements"] or ""),
            )
            for r in findings
        ],
    )
    yield Heading(1, "Outcomes of the requirements")
    yield Paragraph("; ".join(f"{_words(k)}: {n}" for k, n in sorted(counts.items())) + ".")
    yield from _gaps(pack)
    yield from _requirements(pack)
    yield from _registers(pack)
    yield from _people(pack)
    yield Heading(1, "Intake record")
    for record, values in _grouped(pack, pack.rows("intake-record")).items():
        yield Heading(2, _local(pack, record))
        yield Facts(tuple(_lines(values)))


def _grouped(pack: Projection, rows: list[Row]) -> dict[str, dict[str, list[str]]]:
    """Record to field to values in words."""
    records: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        values = records.setdefault(str(row["record"]), {})
        values.setdefault(str(row["field"]), []).append(_shown(pack, row["value"]))
    return records


def _people(pack: Projection) -> Iterator[Block]:
    """Statements of assessors, and who holds which role."""
    yield Heading(1, "Statements of assessors")
    yield from table(
        ("Requirement", "Result", "By", "Date", "Remark"),
        (20, 12, 22, 12, 40),
        [
            (f"{r['standard']} {r['identifier']}", str(r["result"]), str(r["by"] or ""),
             _date(r["date"]), str(r["remark"] or ""))
            for r in pack.rows("assessor-results")
        ],
    )  # fmt: skip
    yield Heading(1, "Roles")
    yield from table(
        ("Role", "Held by"),
        (40, 60),
        [(str(r["label"]), str(r["holder"] or "nobody")) for r in pack.rows("roles")],
    )


def _gaps(pack: Projection) -> Iterator[Block]:
    yield Heading(1, "Gaps")
    yield from table(
        ("Requirement", "In our own words", "Outcome", "What would close it"),
        (16, 44, 12, 36),
        [
            (f"{r['standard']} {r['identifier']}", str(r["summary"] or ""), _words(r["outcome"]),
             str(r["close"]))
            for r in pack.rows("gaps")
        ],
    )  # fmt: skip


def _requirements(pack: Projection) -> Iterator[Block]:
    by_standard: dict[str, list[Row]] = {}
    for row in pack.rows("outcomes"):
        by_standard.setdefault(str(row["standard"]), []).append(row)
    for standard, rows in by_standard.items():
        yield Heading(1, f"Requirements of {standard}")
        yield from table(
            ("Identifier", "In our own words", "Outcome", "Evidence"),
            (16, 46, 12, 40),
            [_cells(r, "identifier", "summary", "outcome", "evidence") for r in rows],
        )


def _registers(pack: Projection) -> Iterator[Block]:
    files = {r["path"]: r for r in pack.rows("artefacts")}
    yield Heading(1, "Evidence register")
    yield from table(
        ("Item", "State", "Owner", "Date", "Expires", "File and SHA-256"),
        (32, 10, 16, 12, 12, 44),
        [
            (
                str(r["title"] or _local(pack, r["evidence"])),
                _words(r["state"]),
                _words(r["owner"]),
                _date(r["date"]),
                _date(r["expires"]),
                f"{r['path'] or 'no file'} {(files.get(r['path']) or {}).get('sha256') or ''}",
            )
            for r in pack.rows("evidence")
        ],
    )
    yield Heading(1, "Trusted list")
    yield from table(
        ("Field", "Declared", "In the list", "Agrees", "List"),
        (14, 30, 30, 10, 12),
        [_cells(r, "field", "declared", "listed", "agrees", "list")
         for r in pack.rows("trusted-list")],
    )  # fmt: skip
    yield Heading(1, "Conditions")
    yield from table(
        ("Condition", "In words", "State", "Because"),
        (24, 44, 10, 36),
        [_cells(r, "code", "text", "state", "because") for r in pack.rows("conditions")],
    )
    yield Heading(1, "Cases")
    yield from table(
        ("Case", "Title", "Kind", "Date", "Open actions"),
        (28, 48, 12, 14, 10),
        [
            (_local(pack, r["case"]), str(r["title"] or ""), _words(r["kind"]), _date(r["date"]),
             str(r["open"]))
            for r in pack.rows("cases")
        ],
    )  # fmt: skip


def case_document(pack: Projection, case: Row) -> Document:
    """The report of one case."""
    name = _local(pack, case["case"])
    title = f"{_words(case['kind'])}: {case['title'] or name}"
    return Document(
        f"cases/{name.replace('/', '-')}",
        title,
        _running(pack, f"{pack.name} · {name}"),
        tuple(_case(pack, case, name)),
    )


def _case(pack: Projection, case: Row, name: str) -> Iterator[Block]:
    found = [r for r in pack.rows("case-record") if r["case"] == case["case"]]
    parts = {
        part: _grouped(pack, [r for r in found if r["part"] == part])
        for part in sorted({str(r["part"]) for r in found})
    }
    yield Facts(
        (
            ("Case", name),
            ("Service", str(pack.rows("verdict")[0]["service"] or "not stated")),
            ("As of", _day(pack.stamp)),
            ("Place in the pack", str(case["location"] or "")),
            ("Closed", "by a closure record" if case["closed"] else "no closure record names it"),
        )
    )
    for values in parts.pop("", {}).values():
        yield Facts(tuple(_lines(values)))
    yield Heading(1, "Clocks")
    yield from table(
        ("Deadline", "Legal basis", "Runs from", "Due", "Met at", "State"),
        (26, 26, 14, 14, 14, 10),
        [
            (_deadline(r["deadline"]), str(r["basis"]), _day(r["runs_from"]), _day(r["due"]),
             _day(r["met_at"]), _words(r["state"]))
            for r in pack.rows("clocks")
            if r["case"] == case["case"]
        ],
    )  # fmt: skip
    for part in parts:
        yield Heading(1, _PARTS.get(part, capital(spelt(part))))
        for number, record in enumerate(sorted(parts[part], key=natural), 1):
            yield Heading(2, f"{number}")
            yield Facts(tuple(_lines(parts[part][record])))
    yield Paragraph(_LIMITS)


def _lines(values: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    for field in sorted(values):
        yield PROPERTIES.get(field) or _spaced(field), "; ".join(values[field])


def _spaced(field: str) -> str:
    """``awareAt`` as ``Aware at``."""
    spoken = "".join(f" {c.lower()}" if c.isupper() else c for c in field)
    return capital(spoken)


def _cells(row: Row, *names: str) -> tuple[str, ...]:
    return tuple(_text(row[name]) for name in names)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _words(value) if isinstance(value, str) else "" if value is None else str(value)


def _date(value: Value) -> str:
    return _day(value).partition(",")[0] if value else ""


def _shown(pack: Projection, value: Value) -> str:
    """A value in words; what the pack calls something stays as it is called."""
    local = _local(pack, value)
    return local if local != value else _YES_NO.get(local) or _words(_day(value))


_YES_NO = {"true": "Yes", "false": "No"}


def _plain(value: Value) -> str | None:
    return None if value is None else str(value)


def _words(value: Value) -> str:
    return words(_plain(value))


def _day(value: Value) -> str:
    return day(_plain(value))


def _deadline(value: Value) -> str:
    return deadline(_plain(value))


def _local(pack: Projection, value: Value) -> str:
    return str(value or "").removeprefix(pack.base)
