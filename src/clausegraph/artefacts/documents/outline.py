"""Sections of a document placed in a model: the outline of RFC 3647, the list of Annex A.

Input: the sections of a document. Output: which section of the model each of them is, which are
missing, which come out of order. A heading counts by its words, by its number together with some
of its words, or by its number alone where the document as a whole follows the numbers of the model
(so that one in another language is understood).
Clause: RFC 3647 section 6; EN 319 411-1 OVR-5.2-02 and Annex A.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from clausegraph.artefacts.documents.wording import likeness, table, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clausegraph.artefacts.documents.model import DocumentText, Section

_SAME = 0.74
_ALIKE = 0.45
_BY_NUMBER = 0.6
_CHAPTERS = 9


@dataclass(frozen=True, slots=True)
class ModelSection:
    """One section of a model.

    Attributes:
        number: its number in the model.
        title: its title.
        wordings: the title and other usual wordings of it.
    """

    number: str
    title: str
    wordings: tuple[str, ...]

    def likeness(self, heading: str) -> float:
        """How near a heading comes to one of the wordings, from 0 to 1."""
        return max(likeness(heading, wording) for wording in self.wordings)


_Words: TypeAlias = dict[str, list[tuple[str, ModelSection]]]
"""Word → the model sections in whose wordings it stands."""


@cache
def framework() -> tuple[ModelSection, ...]:
    """The outline of RFC 3647: nine chapters and their sections, in order."""
    return tuple(
        ModelSection(row["number"], row["title"], _wordings(row["title"], row["also"]))
        for row in table("rfc3647_sections")
    )


@cache
def disclosures() -> tuple[ModelSection, ...]:
    """The eleven sections of a PKI disclosure statement, in order."""
    return tuple(
        ModelSection(row["order"], row["title"], _wordings(row["title"], row["also"]))
        for row in table("disclosure_headings")
    )


def _wordings(title: str, also: str) -> tuple[str, ...]:
    return (title, *filter(None, also.split("|")))


def place(document: DocumentText) -> dict[int, str]:
    """Index of a section → number in the outline of RFC 3647.

    Only chapters and sections of the second level are placed; what lies below belongs to the
    section above it.
    """
    model = _framework_numbers()
    numbered = [s.number for s in document.sections if s.number in model]
    follows = len(set(numbered)) >= _BY_NUMBER * len(model) and all(
        str(chapter) in numbered for chapter in range(1, _CHAPTERS + 1)
    )
    found: dict[int, str] = {}
    for index, section in enumerate(document.sections):
        same = model.get(section.number)
        if same is not None and (follows or same.likeness(section.heading) >= _ALIKE):
            found[index] = same.number
        elif (
            section.number.count(".") < 2
            and (best := _best(_framework_words(), section)) is not None
        ):
            found[index] = best
    return _first_only(found)


def disclose(document: DocumentText) -> dict[int, str]:
    """Index of a section → number in the list of Annex A of EN 319 411-1."""
    found = {
        index: best
        for index, section in enumerate(document.sections)
        if (best := _best(_disclosure_words(), section)) is not None
    }
    return _first_only(found)


def _best(index: _Words, section: Section) -> str | None:
    """The model section whose wording is nearest, when it is near enough and the only one."""
    near = {number: m for word in tokens(section.heading) for number, m in index.get(word, ())}
    scores = sorted(((m.likeness(section.heading), n) for n, m in near.items()), reverse=True)
    if not scores or scores[0][0] < _SAME or (len(scores) > 1 and scores[0][0] == scores[1][0]):
        return None
    return scores[0][1]


@cache
def _framework_numbers() -> dict[str, ModelSection]:
    return {section.number: section for section in framework()}


@cache
def _framework_words() -> _Words:
    return _by_word(framework())


@cache
def _disclosure_words() -> _Words:
    return _by_word(disclosures())


def _by_word(model: tuple[ModelSection, ...]) -> _Words:
    index: _Words = {}
    for section in model:
        for word in frozenset().union(*(tokens(wording) for wording in section.wordings)):
            index.setdefault(word, []).append((section.number, section))
    return index


def _first_only(found: dict[int, str]) -> dict[int, str]:
    """Each model section once: the first section of the document that is it."""
    seen: dict[str, int] = {}
    for index, number in found.items():
        seen.setdefault(number, index)
    return {index: number for number, index in seen.items()}


def missing(model: Sequence[ModelSection], found: dict[int, str]) -> list[ModelSection]:
    """The sections of a model that a document lacks, in the order of the model."""
    present = set(found.values())
    return [section for section in model if section.number not in present]


def out_of_order(found: dict[int, str]) -> list[int]:
    """Indexes of chapters that follow one which the model puts later, in document order."""
    latest = 0
    wrong = []
    for index in sorted(found):
        if "." in found[index]:
            continue
        chapter = int(found[index])
        if chapter < latest:
            wrong.append(index)
        latest = max(latest, chapter)
    return wrong
