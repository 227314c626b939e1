"""Passages that say, or deny, what a requirement wants said.

Input: a document in English. Output: passages with what they say. Two subjects are known: that the
trust anchor is the service digital identifier in the trusted list, and that status information goes
on beyond the end of validity. Wording is data; a sentence with a negation counts as a denial unless
the negation makes an exception ("no other anchor than …") or is harmless ("not removed").
Clause: EN 319 411-2 OVR-6.3.5-12 and CSS-6.3.10-12.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from clausegraph.artefacts.documents.wording import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clausegraph.artefacts.documents.model import DocumentText

Subject = Literal["trust-anchor", "status-beyond-expiry"]
MAX_PASSAGES = 20
_MAX_SENTENCE = 1200
# A full stop ends a sentence, one inside a number, an address or an abbreviation does not.
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z(\u201c\"'])|\n\s*\n|\n(?=[-•*]\s)")


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage.

    Attributes:
        subject: what it is about.
        holds: whether it says so (True) or denies it (False).
        text: the sentence.
        page: number of its page, 0 where the form has none.
    """

    subject: Subject
    holds: bool
    text: str
    page: int


def passages(document: DocumentText) -> tuple[Passage, ...]:
    """The passages of a document about the two subjects, in order; empty unless it is English."""
    if document.language != "en":
        return ()
    found: list[Passage] = []
    for sentence, page in _sentences(document):
        holds = _anchor(sentence)
        if holds is not None:
            found.append(Passage("trust-anchor", holds, sentence, page))
        holds = _beyond(sentence)
        if holds is not None:
            found.append(Passage("status-beyond-expiry", holds, sentence, page))
        if len(found) >= MAX_PASSAGES:
            break
    return tuple(found)


def _sentences(document: DocumentText) -> Iterator[tuple[str, int]]:
    blocks = [(document.preface, 1 if document.pages else 0)]
    blocks += [(section.text, section.page) for section in document.sections]
    for text, page in blocks:
        for part in _END.split(text):
            sentence = " ".join(part.split())
            if sentence and len(sentence) <= _MAX_SENTENCE:
                yield sentence, page


@cache
def _phrases(concept: str) -> tuple[str, ...]:
    found = (row["phrase"] for row in table("wording") if row["concept"] == concept)
    return tuple(sorted(found, key=len, reverse=True))


@cache
def _pattern(concept: str) -> re.Pattern[str]:
    words = "|".join(re.escape(each).replace(r"\ ", r"[\s-]+") for each in _phrases(concept))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


@cache
def _needed(concept: str) -> tuple[str, ...]:
    """Of each phrase the longest word, in lower case: without one of them there is no match."""
    return tuple(dict.fromkeys(max(each.lower().split(), key=len) for each in _phrases(concept)))


def _find(concept: str, sentence: str) -> re.Match[str] | None:
    """The first phrase of a concept in a sentence."""
    if sentence.isascii():  # elsewhere, other letters count as those of the phrases
        lower = sentence.lower()
        if not any(word in lower for word in _needed(concept)):
            return None
    return _pattern(concept).search(sentence)


def _anchor(sentence: str) -> bool | None:
    """Whether a sentence names the service digital identifier as trust anchor."""
    anchor = _find("trust-anchor", sentence)
    if anchor is None:
        return None
    known = [_find(concept, sentence) for concept in ("trusted-list", "service-identity")]
    places = [match.start() for match in (anchor, *known) if match is not None]
    if len(places) < 3:
        other = _find("other-anchor", sentence)
        # Another anchor is named, and the list is not mentioned: the opposite of what is wanted.
        contrary = other is not None and not any(known) and not _negated(sentence, other.start())
        return False if contrary else None
    return not _negated(sentence, max(places))


def _beyond(sentence: str) -> bool | None:
    """Whether a sentence says that status information goes on beyond the end of validity."""
    if _find("status", sentence) is None or _find("beyond-expiry", sentence) is None:
        return None
    return not _negated(sentence, len(sentence))


def _negated(sentence: str, until: int) -> bool:
    """Whether a negation stands before a place, and no exception takes it back."""
    text = _pattern("harmless-negation").sub(lambda match: " " * len(match[0]), sentence)
    negation = _pattern("negation").search(text, 0, until)
    if negation is None:
        return False
    return _pattern("exception").search(text, negation.start(), until) is None
