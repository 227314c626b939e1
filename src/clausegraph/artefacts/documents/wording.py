"""The wording that is looked for in documents, which is data.

Input: the tables of ``data/documents``. Output: their rows, and whether two headings say the same.
"""

from __future__ import annotations

import csv
import re
from functools import cache

from clausegraph.catalog import document_table

_WORD = re.compile(r"[^\W_]+")
_IDLE = frozenset({
    "a", "an", "and", "as", "by", "for", "from", "in", "its", "of", "on", "or", "the", "to", "with",
})  # fmt: skip


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one table of ``data/documents``."""
    with document_table(name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def tokens(heading: str) -> frozenset[str]:
    """The words of a heading that carry meaning, without endings of number."""
    words = (word.lower() for word in _WORD.findall(heading))
    return frozenset(_stem(word) for word in words if word not in _IDLE)


def _stem(word: str) -> str:
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def likeness(first: str, second: str) -> float:
    """How much two headings have in common, from 0 to 1 (Dice's measure on their words)."""
    one, two = tokens(first), tokens(second)
    return 2 * len(one & two) / (len(one) + len(two)) if one and two else 0.0
