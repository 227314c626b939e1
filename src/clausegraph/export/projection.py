"""What a format gets to see: the views of a checked pack as rows, and its graphs as exact terms.

Input: the dataset after all stages and the triples of the pack as they were parsed. Output: rows
of views, each view run once however many formats ask for it, and quads. Exports are projections
of this and of nothing else: no format runs a stage or a query of its own making.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid5

import pyoxigraph as ox

from clausegraph import __version__, views
from clausegraph.export.package import Part
from clausegraph.pack import LoadedPack
from clausegraph.store import Dataset
from clausegraph.views import Row

# The namespace of RFC 9562 for URLs: identifiers of nodes are IRIs.
_URL = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
STAGES = ("run", "declared", "cases", "collected", "inferred", "results", "outcomes")


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may choose.

    Attributes:
        oscal_version: 1.1.2, 1.2.1 or 1.2.3.
    """

    oscal_version: str = "1.1.2"


class CheckedPack(Protocol):
    """A pack after all stages, ``pipeline.Checked``."""

    @property
    def dataset(self) -> Dataset:
        """All named graphs."""

    @property
    def pack(self) -> LoadedPack:
        """What was loaded."""

    @property
    def as_of(self) -> datetime:
        """The as-of time, UTC."""


@dataclass(slots=True)
class Projection:
    """A checked pack, as formats see it.

    Attributes:
        dataset: all named graphs.
        folder: the pack folder; only formats that carry artefacts read from it.
        parsed: short graph name to the exact triples as parsed (``declared``, ``cases/…``).
        artefacts: relative paths of the artefacts of the pack.
        as_of: the as-of time, UTC.
        derive: what applies under a policy without a pack, ``inquiries.derive_policy``.
        known: IRIs of the catalogue that a pack may name, ``shipped.known_iris``.
    """

    dataset: Dataset
    folder: Path
    parsed: Mapping[str, tuple[ox.Triple, ...]]
    artefacts: tuple[str, ...]
    as_of: datetime
    derive: Callable[[str], Dataset]
    known: frozenset[str]
    _rows: dict[tuple[str, tuple[tuple[str, str], ...]], list[Row]] = field(default_factory=dict)
    _hash: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls, checked: CheckedPack, derive: Callable[[str], Dataset], known: frozenset[str]
    ) -> Projection:
        """The projection of a checked pack."""
        pack = checked.pack
        return cls(
            checked.dataset, pack.folder, pack.graphs, pack.artefacts, checked.as_of, derive, known
        )

    @property
    def base(self) -> str:
        """The base IRI of the pack."""
        return self.dataset.base

    @property
    def name(self) -> str:
        """The last part of the base IRI, as a name for files."""
        return self.base.rstrip("/").rpartition("/")[2]

    @property
    def version(self) -> str:
        """Version of this software."""
        return __version__

    @property
    def stamp(self) -> str:
        """The as-of time as ``2026-11-23T00:00:00Z``: the only time that an export may say."""
        return self.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def rows(self, view: str, **params: str) -> list[Row]:
        """The rows of a view; run once, then remembered. Rows are not to be changed."""
        key = (view, tuple(sorted(params.items())))
        if key not in self._rows:
            self._rows[key] = views.rows(self.dataset, view, **params)
        return self._rows[key]

    def graphs(self) -> list[str]:
        """Short names of the graphs of the pack that hold anything, cases spelt out."""
        return [n for n in self.dataset.names(STAGES) if any(True for _ in self.triples(n))]

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """The triples of a graph: as parsed where the pack states them, else as derived."""
        if graph in self.parsed:
            return iter(self.parsed[graph])
        return self.dataset.triples(graph)

    def quads(self, graphs: Iterable[str]) -> Iterator[ox.Quad]:
        """The quads of some graphs, unordered."""
        for name in graphs:
            node = self.dataset.graph(name)
            for t in self.triples(name):
                yield ox.Quad(t.subject, t.predicate, t.object, node)

    @property
    def provider(self) -> str:
        """The registered name of the provider, as the pack states it."""
        for row in self.rows("intake-record"):
            if row["field"] == "provider" and row["value"]:
                return str(row["value"])
        return "Trust service provider"

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical form (RDFC-1.0) of all graphs of the pack."""
        if not self._hash:
            from clausegraph.export.linked.canonical import canonical_hash

            self._hash.append(canonical_hash(self.quads(self.graphs())))
        return self._hash[0]

    def uuid(self, iri: str) -> str:
        """The UUIDv5 of a node: the same node has the same one in every export of its pack.

        Args:
            iri: an IRI, or a name relative to the base of the pack.
        """
        return str(uuid5(_URL, iri if ":" in iri else self.base + iri))


@dataclass(frozen=True)
class Request:
    """What a format works on.

    Attributes:
        projection: the checked pack.
        options: choices of the user.
        written: what the formats before this one made.
    """

    projection: Projection
    options: Options
    written: tuple[Part, ...] = ()

    @cached_property
    def formats(self) -> tuple[str, ...]:
        """Names of the formats made so far."""
        return tuple(dict.fromkeys(part.format for part in self.written))
