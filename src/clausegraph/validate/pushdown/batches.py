"""Many branches in few requests: groups joined by UNION, told apart by a number.

A request is bounded in length and in number of branches. A source that refuses a request gets
its two halves, down to single branches; what it refuses alone is given back with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from clausegraph.validate.pushdown.patterns import Prefixes, merge
from clausegraph.validate.pushdown.source import Refused, Row, Source
from clausegraph.validate.shapes import Unsupported

NUMBER = "cgBranch"


class Part(Protocol):
    """What a request is made of."""

    @property
    def pattern(self) -> str:
        """Group graph pattern."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its variables."""
        ...

    @property
    def prefixes(self) -> Prefixes:
        """Prefixes that it uses."""
        ...


P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request may hold.

    Attributes:
        branches: groups in a request.
        characters: length of its text.
        nodes: up to so many focus nodes of a target are fetched and written into the queries of
            its shapes, so that a server need not find them again; 0: none.
    """

    branches: int = 40
    characters: int = 30_000
    nodes: int = 50


DEFAULT = Limits()


@dataclass(slots=True)
class Asked(Generic[P]):
    """Answers of all parts, and the parts that were refused, with the reason.

    Attributes:
        rows: part and solution.
        refused: part and reason.
    """

    rows: list[tuple[P, Row]] = field(default_factory=list)
    refused: list[tuple[P, str]] = field(default_factory=list)


def query_text(parts: Sequence[Part], clause: str, *, counted: bool = False) -> str:
    """One SELECT for several parts.

    Args:
        parts: at least one.
        clause: the FROM clauses.
        counted: ask for the number of distinct ``?this`` of each part instead of its solutions.
    """
    prefixes: dict[str, str] = {}
    for part in parts:
        merge(prefixes, part.prefixes)
    head = "".join(f"PREFIX {p}: <{n}>\n" for p, n in sorted(prefixes.items()))
    groups = "\nUNION ".join(
        f"{{ {part.pattern}BIND({n} AS ?{NUMBER}) }}" for n, part in enumerate(parts)
    )
    if counted:
        return (
            f"{head}SELECT ?{NUMBER} (COUNT(DISTINCT ?this) AS ?count) {clause}"
            f"WHERE {{\n{groups}\n}} GROUP BY ?{NUMBER}"
        )
    names = dict.fromkeys(name for part in parts for name in part.columns)
    variables = " ".join(f"?{name}" for name in (NUMBER, *names))
    return f"{head}SELECT DISTINCT {variables} {clause}WHERE {{\n{groups}\n}}"


def batches(parts: Sequence[P], limits: Limits) -> Iterator[list[P]]:
    """Parts put together, in their order, as far as the limits allow."""
    batch: list[P] = []
    length = 0
    prefixes: dict[str, str] = {}
    for part in parts:
        size = len(part.pattern) + 40
        merged = dict(prefixes)
        try:
            merge(merged, part.prefixes)
            fits = length + size <= limits.characters and len(batch) < limits.branches
        except Unsupported:
            fits = False
        if batch and not fits:
            yield batch
            batch, length, merged = [], 0, dict(part.prefixes)
        batch.append(part)
        length += size
        prefixes = merged
    if batch:
        yield batch


def ask(
    source: Source, parts: Sequence[P], limits: Limits, clause: str, *, counted: bool = False
) -> Asked[P]:
    """The solutions of all parts."""
    asked: Asked[P] = Asked()
    waiting = list(batches(parts, limits))
    while waiting:
        batch = waiting.pop(0)
        try:
            rows = list(source.select(query_text(batch, clause, counted=counted)))
        except Refused as reason:
            if len(batch) == 1:
                asked.refused.append((batch[0], str(reason)))
            else:
                middle = len(batch) // 2
                waiting[:0] = [batch[:middle], batch[middle:]]
            continue
        asked.rows += [(batch[int(row[NUMBER].value)], row) for row in rows if NUMBER in row]
    return asked
