"""Lines and properties become one document.

Input: lines in their order, what the form says of itself. Output: `DocumentText`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clausegraph.artefacts.documents import headings, stated
from clausegraph.artefacts.documents.model import MAX_TEXT, DocumentText, Line, Seal, Section
from clausegraph.artefacts.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def assemble(
    form: str,
    lines: Iterable[Line],
    *,
    title: str = "",
    language: str = "",
    pages: int = 0,
    seals: tuple[Seal, ...] = (),
    notes: Sequence[str] = (),
) -> DocumentText:
    """Make a document of its lines.

    Args:
        form: name of the form.
        lines: in their order.
        title: title in the properties of the file.
        language: language that the file declares, for example ``en-GB``; the text decides first.
        pages: number of pages, 0 where the form has none.
        seals: signatures inside the file.
        notes: what is odd.
    """
    kept, left_out = _within(lines)
    preface, sections = headings.split(kept)
    printed = _printed_title(kept, sections)
    whole = "\n".join(line.text for line in kept)
    issued, effective = stated.dates(whole)
    told = language.strip().lower()[:2]
    return DocumentText(
        form=form,
        titles=tuple(dict.fromkeys(t for t in (_words(title), _words(printed)) if t)),
        version=stated.version(whole),
        issued=issued,
        effective=effective,
        language=stated.language(whole) or (told if told.isalpha() else ""),
        pages=pages,
        preface=preface,
        sections=sections,
        seals=seals,
        notes=(*notes, *left_out),
    )


def _within(lines: Iterable[Line]) -> tuple[list[Line], list[str]]:
    kept: list[Line] = []
    budget = MAX_TEXT
    for line in lines:
        budget -= len(line.text)
        if budget < 0:
            return kept, [f"Only the first {MAX_TEXT} characters were read."]
        kept.append(line)
    return kept, []


def _printed_title(lines: Sequence[Line], sections: Sequence[Section]) -> str:
    """The first line, or the first heading of level 1 where the form tells headings."""
    first = next((line for line in lines if line.text), None)
    told = next((s for s in sections if s.level == 1 and not s.number), None)
    if told is not None and any(line.level for line in lines):
        return told.heading
    if first is None or len(first.text) > 200 or headings.numbered(first.text) is not None:
        return ""
    return first.text


def _words(text: str) -> str:
    return clean(" ".join(text.split()), 300)
