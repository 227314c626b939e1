"""Reads the cases of the rules, and the triples of each rule, exactly as they are written.

Input: files of ``tests/rules/`` and ``shapes/``. Output: terms of pyoxigraph; no literal in another form.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox

from clausegraph.validate.shapes import SH, Plan
from clausegraph.validate.shapes_graph import read_shapes

CASES = Path(__file__).resolve().parent
CODES = sorted(p.name for p in CASES.iterdir() if p.is_dir() and p.name != "__pycache__")
_RULES = "https://w3id.org/clausegraph/shapes#"
_REPORT, _RESULT = ox.NamedNode(SH + "ValidationReport"), ox.NamedNode(SH + "result")

Stated = tuple[str, str | None]
"""A focus node, and the value where the case states one, as N-Triples writes them."""


class Shapes:
    """The shapes of a folder by rule."""

    def __init__(self, folder: Path) -> None:
        self._about: dict[object, list[ox.Triple]] = {}
        for path in sorted(folder.glob("*.ttl")):
            for t in triples(path):
                self._about.setdefault(t.subject, []).append(t)

    @cache  # noqa: B019 - there is one book
    def exact(self, code: str) -> tuple[tuple[ox.Triple, ...], Plan]:
        """The triples that the description of a rule reaches, as written, and their plan."""
        found: list[ox.Triple] = []
        waiting: list[object] = [ox.NamedNode(_RULES + code)]
        seen = set()
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                found += self._about.get(node, [])
                waiting += [t.object for t in self._about.get(node, [])]
        return tuple(found), read_shapes(found)


def triples(path: Path) -> list[ox.Triple]:
    """A Turtle file as it is written: no literal in another form."""
    found = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri="urn:case")
    return [quad.triple for quad in found]


def read_case(path: Path) -> tuple[list[ox.Triple], list[Stated]]:
    """Split a case file into data and expected results."""
    about: dict[object, list[ox.Triple]] = {}
    for t in triples(path):
        about.setdefault(t.subject, []).append(t)
    reports = [s for s, ts in about.items() if any(t.object == _REPORT for t in ts)]
    expected: list[Stated] = []
    for report in reports:
        for node in [t.object for t in about[report] if t.predicate == _RESULT]:
            facts = {t.predicate.value: str(t.object) for t in about.pop(node)}
            assert SH + "focusNode" in facts, f"{path.name}: an expected result names no focus"
            expected.append((facts[SH + "focusNode"], facts.get(SH + "value")))
        del about[report]
    return [t for ts in about.values() for t in ts], expected
