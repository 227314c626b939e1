"""Sections of a text, found by the headings of its form, by numbers and by how lines stand out.

Input: lines. Output: sections. A numbered line is a heading when it looks like one and stands out
from running text, or when nothing in the document tells types apart. Entries of a table of contents
are passed over, so are items of numbered lists that repeat the number of a heading.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from clausegraph.artefacts.documents.model import MAX_SECTIONS, Line, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_HEADING = 160
_NUMBERED = re.compile(
    r"(?:(?:section|chapter|clause|annex|appendix)\s{1,3})?"
    r"(\d{1,2}(?:\.\d{1,2}){0,5}|[A-Z](?:\.\d{1,2}){1,4})\.?[\s):\u2013-]{1,8}(\S.*)",
    re.IGNORECASE,
)
# Dot leaders, or a page number after a gap, mark an entry of a table of contents.
_CONTENTS = re.compile(r"(?:\.\s?){4,}\s*\d{0,4}$|…+\s*\d{1,4}$|(?:\s{2,}|\t)\d{1,4}$")
_SENTENCE_END = re.compile(r"[.;,:!?]$")
_DATE = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b", re.IGNORECASE
)


def split(lines: Sequence[Line]) -> tuple[str, tuple[Section, ...]]:
    """The text before the first heading, and the sections.

    Args:
        lines: the lines of the document in their order.
    """
    heads = _heads(lines)
    places = sorted(heads)[:MAX_SECTIONS]
    preface = _text(lines[: places[0]] if places else lines)
    sections = []
    for place, following in zip(places, [*places, len(lines)][1:], strict=True):
        number, heading, level = heads[place]
        first = lines[place]
        text = _text(lines[place + 1 : following])
        sure = bool(number) or first.level > 0
        sections.append(Section(number, heading, level, first.page, text, sure))
    return preface, tuple(sections)


def numbered(text: str) -> tuple[str, str] | None:
    """Number and heading of a line that could be a numbered heading, else None."""
    if len(text) > _MAX_HEADING:
        return None
    match = _NUMBERED.fullmatch(text.strip())
    return (match[1].upper(), " ".join(match[2].split())) if match else None


def _text(lines: Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines).strip()


def _heads(lines: Sequence[Line]) -> dict[int, tuple[str, str, int]]:
    """Index of a line → number, heading, level."""
    told = {place for place, line in enumerate(lines) if line.level and line.text}
    if told:
        return {place: _told(lines[place]) for place in told}
    body = _body_weight(lines)
    by_number: dict[str, int] = {}
    found: dict[int, tuple[str, str, int]] = {}
    for place, line in enumerate(lines):
        stands_out = bool(body) and line.weight > body + 0.01
        if (parts := numbered(line.text)) is not None:
            number, heading = parts
            if not _plausible(heading, line.text) or (body and not stands_out):
                continue
            if (earlier := by_number.get(number)) is not None:
                if not _replaces(heading, line, found[earlier][1], lines[earlier]):
                    continue  # an item of a numbered list
                del found[earlier]
            by_number[number] = place
            found[place] = (number, heading, number.count(".") + 1)
        elif stands_out and _alone(lines, place, body):
            found[place] = ("", line.text, 1)
    return _levels(found, lines)


def _replaces(heading: str, line: Line, other: str, before: Line) -> bool:
    """Whether a heading is the one that an earlier line with its number only announced.

    The earlier line then stood in a table of contents, with a page number perhaps, or it was an
    item of a list, which stands out less.
    """
    return other.casefold().startswith(heading.casefold()) or line.weight > before.weight


def _told(line: Line) -> tuple[str, str, int]:
    number, heading = numbered(line.text) or ("", line.text)
    return number, heading, line.level


def _body_weight(lines: Sequence[Line]) -> float:
    """The weight in which most of the text is set; 0 when all of it looks alike."""
    amount: Counter[float] = Counter()
    for line in lines:
        if line.weight:
            amount[line.weight] += len(line.text)
    if len(amount) < 2:
        return 0.0
    return max(amount.items(), key=lambda item: (item[1], -item[0]))[0]


def _plausible(heading: str, whole: str) -> bool:
    first = heading[:1]
    return (
        (first.isupper() or first in "(“\"'" or not first.isascii())
        and not _SENTENCE_END.search(heading)
        and not _CONTENTS.search(whole)
        and not _DATE.match(heading)
    )


def _alone(lines: Sequence[Line], place: int, body: float) -> bool:
    """Whether a line that stands out is a heading and not part of a block that does."""
    text = lines[place].text
    if not text or len(text) > _MAX_HEADING or not any(c.isalpha() for c in text):
        return False
    if _CONTENTS.search(text) or text.endswith((".", ";", ",")):
        return False
    around = [lines[n] for n in (place - 1, place + 1) if 0 <= n < len(lines) and lines[n].text]
    return not around or any(line.weight <= body for line in around)


def _levels(
    found: dict[int, tuple[str, str, int]], lines: Sequence[Line]
) -> dict[int, tuple[str, str, int]]:
    """Unnumbered headings by their weight: heavier ones above lighter ones."""
    plain = sorted({lines[p].weight for p, (number, _, _) in found.items() if not number})[::-1]
    rank = {weight: position + 1 for position, weight in enumerate(plain)}
    return {
        place: (number, heading, level if number else rank[lines[place].weight])
        for place, (number, heading, level) in found.items()
    }
