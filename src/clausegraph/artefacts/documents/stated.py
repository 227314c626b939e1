"""What a document states about itself: version, dates, language.

Input: its text. Output: values as printed near the beginning; nothing is guessed beyond that.
Clause: EN 319 401 REQ-6.1-08 (the practice statement is kept under review, with versions).
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import cache

from clausegraph.artefacts.documents.wording import table

_HEAD = 3000
_VERSION = re.compile(
    r"\b(?:version|vers\.|ver\.|release|revision|edition|v)\s{0,3}(?:no\.?|number|nr\.?)?\s{0,3}:?\s{0,3}"
    r"(\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?)\b",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_DATES = (
    (re.compile(rf"\b{_DAY}\.?\s{{1,3}}{_MONTH},?\s{{1,3}}(\d{{4}})\b", re.IGNORECASE), "dmy"),
    (re.compile(rf"\b{_MONTH}\s{{1,3}}{_DAY},?\s{{1,3}}(\d{{4}})\b", re.IGNORECASE), "mdy"),
    (re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b"), "ymd"),
    (re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b"), "dmy"),
)
_EFFECTIVE = re.compile(
    r"(?:effective|in force|applies|applicable|valid)\b"
    r"(?:\s{1,3}(?:date|from|since|as of|on|of))*[\s:]{0,5}$",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"(?:next review|review by|until|expir\w*|supersed\w*)\W{0,5}(?:by|on|date)?\W{0,5}$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 4


def version(text: str) -> str:
    """The first version printed near the beginning, or an empty text."""
    match = _VERSION.search(text[:_HEAD])
    return match[1] if match else ""


def dates(text: str) -> tuple[date | None, date | None]:
    """Date of issue and date from which the document applies, as printed near the beginning.

    The first date counts as date of issue unless the words before it say that the document applies
    from then, or that it is about a later event such as the next review.
    """
    head = text[:_HEAD]
    found: list[tuple[int, date]] = []
    for pattern, order in _DATES:
        found += [
            (match.start(), value)
            for match in pattern.finditer(head)
            if (value := _date(match.groups(), order)) is not None
        ]
    issued = effective = None
    for start, value in sorted(found):
        before = head[max(0, start - 40) : start]
        applies = _EFFECTIVE.search(before) is not None
        if (effective if applies else issued) is not None or _NEXT.search(before):
            continue
        if applies:
            effective = value
        else:
            issued = value
    return issued, effective


def _date(groups: tuple[str, ...], order: str) -> date | None:
    parts = dict(zip(order, groups, strict=True))
    month = parts["m"].lower()[:3]
    number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
    try:
        return date(int(parts["y"]), number, int(parts["d"]))
    except ValueError:
        return None


@cache
def _stop_words() -> dict[str, tuple[str, ...]]:
    """Small word → the languages that have it."""
    languages: dict[str, tuple[str, ...]] = {}
    for row in table("languages"):
        for word in dict.fromkeys(row["words"].split()):
            languages[word] = (*languages.get(word, ()), row["code"])
    return languages


def language(text: str) -> str:
    """The language of a text by its most frequent small words, or an empty text in doubt."""
    counts = Counter(map(str.lower, _WORD.findall(text[:200_000])))
    scores: Counter[str] = Counter()
    for word, codes in _stop_words().items():
        if count := counts.get(word):
            for code in codes:
                scores[code] += count
    ranked = [*sorted(((score, code) for code, score in scores.items()), reverse=True), (0, "")]
    best, code = ranked[0]
    return code if best >= _ENOUGH and best >= 1.5 * ranked[1][0] else ""
