"""Populations, documents and files as the report shows them.

Input: rows of the views ``population``, ``population-totals``, ``population-examples``,
``documents``, ``document-outline``, ``document-coverage`` and ``artefacts``. Output: each grouped,
counted and cut to what a reader can take in. Source: RFC 3647 section 4 and EN 319 411-1 Annex A
for the outlines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clausegraph.report import ReportModel, Row
from clausegraph.report.messages import named
from clausegraph.report.rows import by, number
from clausegraph.report.words import listed, natural, plural, said_once

MOST_CLASSES = 25
MOST_EXAMPLES = 3
MOST_FILES = 400
# Suggested sections are no evidence: an outline that agrees says nothing of the content.
_COVERS = ("declared", "cited")
_FOUND = re.compile(r"(\d+) (\w+)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SPOKEN: Mapping[str, tuple[str, str]] = {
    "ListOfTrustedLists": ("list of trusted lists", "lists of trusted lists"),
    "OcspResponse": ("OCSP response", "OCSP responses"),
}


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What is exceptional in a population, of one kind."""

    kind: str
    count: int
    examples: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Population:
    """One source of a population.

    Attributes:
        more: classes beyond those shown, and the certificates in them.
    """

    row: Row
    classes: tuple[Row, ...]
    more: tuple[int, int]
    exceptions: tuple[Exceptions, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of an outline with its sections; ``found`` tells which the document has."""

    row: Row
    sections: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """A section and the requirements that it is said to cover, by how that is known."""

    section: str
    page: int
    by_how: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document in one file.

    Attributes:
        wanted: sections of its model outline.
        found: how many of them it has.
        numbered: whether any of them has its number of the outline too.
        missing: titles of those it lacks, of an outline without chapters.
        targets: different requirements and clauses in ``covered``.
    """

    row: Row
    model: str
    wanted: int
    found: int
    numbered: bool
    chapters: tuple[Chapter, ...]
    missing: tuple[str, ...]
    covered: tuple[Covered, ...]
    targets: int


def populations(model: ReportModel) -> list[Population]:
    """Sources with their largest classes and with what is exceptional."""
    parts = by(model.population, "source")
    examples = by(model.population_examples, "source")
    found = []
    for total in model.population_totals:
        source = str(total.get("source"))
        rows = parts.get(source, [])
        # Classes may share their words and differ in the conclusion: each stands for itself.
        classes = sorted(
            (row for row in rows if row.get("kind") == "class"),
            key=lambda row: (-number(row, "count"), str(row.get("what"))),
        )
        rest = classes[MOST_CLASSES:]
        kinds = by((r for r in rows if r.get("kind") == "exception"), "what")
        shown = by(examples.get(source, []), "kind")
        found.append(
            Population(
                row=total,
                classes=tuple(classes[:MOST_CLASSES]),
                more=(len(rest), sum(number(row, "count") for row in rest)),
                exceptions=tuple(
                    Exceptions(
                        kind, number(same[0], "count"), tuple(shown.get(kind, ())[:MOST_EXAMPLES])
                    )
                    for kind, same in kinds.items()
                ),
            )
        )
    return found


def documents(model: ReportModel) -> list[Document]:
    """Documents with their outline and what their sections cover."""
    outlines = by(model.document_outline, "document")
    coverage = by((r for r in model.document_coverage if r.get("how") in _COVERS), "document")
    seen: set[str] = set()
    found = []
    for row in model.documents:
        iri = str(row.get("document"))
        outline = [r for r in outlines.get(iri, ()) if r.get("path") == row.get("path")]
        # What a section covers is known per document: of several files the first shows it.
        rows = [] if iri in seen else coverage.get(iri, [])
        seen.add(iri)
        sections = [_merged(same) for same in by(outline, "position").values()]
        chapters = _chapters(sections)
        flat = all(not chapter.sections for chapter in chapters)
        missing = [str(s.get("title")) for s in sections if not s.get("found")]
        found.append(
            Document(
                row=row,
                model=str(outline[0].get("model") or "") if outline else "",
                wanted=len(sections),
                found=sum(1 for section in sections if section.get("found") is True),
                numbered=any(s.get("section") == s.get("number") for s in sections),
                chapters=() if flat else tuple(chapters),
                missing=tuple(missing) if flat else (),
                covered=_covered(rows),
                targets=len({str(r.get("target")) for r in rows}),
            )
        )
    return found


def _merged(rows: list[Row]) -> Row:
    """One section of the outline, with the first place where the document has it."""
    return next((row for row in rows if row.get("found") is True), rows[0])


def _chapters(sections: Iterable[Row]) -> list[Chapter]:
    groups: dict[str, list[Row]] = {}
    for row in sections:
        groups.setdefault(str(row.get("number")).partition(".")[0], []).append(row)
    return [Chapter(rows[0], tuple(rows[1:])) for rows in groups.values()]


def _covered(rows: Iterable[Row]) -> tuple[Covered, ...]:
    sections: dict[str, list[Row]] = {}
    for row in rows:
        label = " ".join(str(row.get(name) or "") for name in ("section", "heading")).strip()
        sections.setdefault(label, []).append(row)
    return tuple(
        Covered(
            section=label,
            page=next((number(r, "page") for r in same if r.get("page")), 0),
            by_how=tuple(
                (how, said_once(dict.fromkeys(named(r.get("target")) for r in group)))
                for how in _COVERS
                if (group := [r for r in same if r.get("how") == how])
            ),
        )
        for label, same in sorted(sections.items(), key=lambda item: natural(item[0]))
    )


def what_was_found(row: Row) -> str:
    """What a file contains, in words: ``1 certificate, 30 sections``."""
    return ", ".join(_counted(part) for part in listed(row.get("found")))


def _counted(part: str) -> str:
    hit = _FOUND.fullmatch(part)
    if not hit:
        return part
    one, many = _SPOKEN.get(hit[2]) or (_HUMP.sub(" ", hit[2]).lower(), "")
    return plural(int(hit[1]), one, many)
