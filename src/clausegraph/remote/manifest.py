"""What stands in a store: the manifest of each pack, and of the shared graphs.

A manifest is a graph of its own that names the graphs of a pack with their counts and digests. It
is written last and removed first, so a pack without one is not whole and is not read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from clausegraph.errors import InputError, StoreError
from clausegraph.remote.endpoint import Endpoint
from clausegraph.store import GRAPHS
from clausegraph.terms import CG, DCTERMS_NS, RDF_NS, XSD_NS

SHARED = GRAPHS + "manifest"
"""Manifest of the graphs that all packs share: ``catalogue`` and ``rules``."""

_TYPE = RDF_NS + "type"
_PART_OF, _HAS_PART = DCTERMS_NS + "isPartOf", DCTERMS_NS + "hasPart"
_REQUIRES, _IDENTIFIER = DCTERMS_NS + "requires", DCTERMS_NS + "identifier"


class Damaged(StoreError):
    """A manifest that cannot be read; the next push of its pack writes it anew."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A graph by its IRI, its number of triples and the digest of them."""

    graph: str
    count: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The graphs of a pack in a store.

    Attributes:
        iri: of the manifest and of its graph.
        pack: IRI of the pack; empty for the shared graphs.
        identifier: short name of the pack.
        as_of: as-of time of the run, as written; empty for the shared graphs.
        graphs: of the pack, sorted.
        needs: shared graphs that it was made with, sorted.
    """

    iri: str
    pack: str
    identifier: str
    as_of: str
    graphs: tuple[Entry, ...]
    needs: tuple[Entry, ...] = ()

    def triples(self) -> list[ox.Triple]:
        """The manifest as triples."""
        me = ox.NamedNode(self.iri)
        found = [
            ox.Triple(me, ox.NamedNode(_TYPE), ox.NamedNode(CG.Manifest)),
            ox.Triple(me, ox.NamedNode(_IDENTIFIER), ox.Literal(self.identifier)),
        ]
        if self.pack:
            found += [
                ox.Triple(me, ox.NamedNode(_PART_OF), ox.NamedNode(self.pack)),
                ox.Triple(me, ox.NamedNode(CG.asOf), _typed(self.as_of, "dateTime")),
            ]
        for link, entries in ((_HAS_PART, self.graphs), (_REQUIRES, self.needs)):
            for entry in entries:
                graph = ox.NamedNode(entry.graph)
                found += [
                    ox.Triple(me, ox.NamedNode(link), graph),
                    ox.Triple(graph, ox.NamedNode(CG.count), _typed(str(entry.count), "integer")),
                    ox.Triple(graph, ox.NamedNode(CG.sha256), ox.Literal(entry.sha256)),
                ]
        return found

    def short(self, entry: Entry) -> str:
        """The short name of one of the graphs: ``declared``, ``cases/…``."""
        return entry.graph.removeprefix(self.iri.removesuffix("manifest"))


def _typed(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(XSD_NS + datatype))


def of_pack(base: str) -> str:
    """The IRI of the manifest of a pack by its base."""
    return f"{base}graph/manifest"


def read(store: Endpoint, iri: str) -> Manifest | None:
    """A manifest; None when there is none.

    Raises:
        Damaged: it cannot be read.
        StoreError: no answer.
    """
    triples = list(store.get(iri))
    return _parsed(iri, triples) if triples else None


def read_all(store: Endpoint) -> list[Manifest]:
    """The manifests of all packs, sorted by identifier and IRI; without the shared one.

    Raises:
        StoreError: see `read`.
    """
    query = f"SELECT ?m ?s ?p ?o WHERE {{ GRAPH ?m {{ ?m a <{CG.Manifest}> . ?s ?p ?o }} }}"
    graphs: dict[str, list[ox.Triple]] = {}
    for row in store.select(query):
        name = getattr(row["m"], "value", "")
        triple = ox.Triple(row["s"], row["p"], row["o"])  # type: ignore[arg-type]
        graphs.setdefault(name, []).append(triple)
    graphs.pop(SHARED, None)
    found = [_parsed(name, triples) for name, triples in graphs.items()]
    return sorted(found, key=lambda m: (m.identifier, m.iri))


def chosen(found: list[Manifest], names: Iterable[str]) -> list[Manifest]:
    """Packs of a store by their short names or IRIs; all when none is named.

    Raises:
        InputError: a name that no pack has, or that several have.
    """
    wanted = list(names)
    if not wanted:
        return found
    kept = []
    for name in wanted:
        fit = [m for m in found if name in {m.identifier, m.pack}]
        if len(fit) != 1:
            raise InputError(
                f"the store holds no pack called {name!r}"
                if not fit
                else f"the store holds several packs called {name!r}",
                field="pack",
                expected=", ".join(m.pack if fit else m.identifier for m in fit or found)
                or "a store that holds packs",
                seen=name,
                mend="clausegraph pull --list shows what a store holds",
            )
        kept += fit
    return list(dict.fromkeys(kept))


def _parsed(iri: str, triples: Iterable[ox.Triple]) -> Manifest:
    values: dict[tuple[str, str], list[str]] = {}
    for t in triples:
        if t.predicate.value in {_HAS_PART, _REQUIRES} and not isinstance(t.object, ox.NamedNode):
            continue
        key = getattr(t.subject, "value", ""), t.predicate.value
        values.setdefault(key, []).append(getattr(t.object, "value", ""))

    def one(subject: str, predicate: str) -> str:
        found = values.get((subject, predicate), [])
        if len(found) != 1:
            raise Damaged(
                "the manifest of a pack in the store is damaged",
                seen=f"{len(found)} values of {predicate} at {subject}",
                expected="one",
                mend="push the pack again",
            )
        return found[0]

    def entries(link: str) -> tuple[Entry, ...]:
        graphs = sorted(values.get((iri, link), []))
        return tuple(Entry(g, _number(one(g, CG.count)), one(g, CG.sha256)) for g in graphs)

    shared = iri == SHARED
    return Manifest(
        iri,
        "" if shared else one(iri, _PART_OF),
        one(iri, _IDENTIFIER),
        "" if shared else one(iri, CG.asOf),
        entries(_HAS_PART),
        entries(_REQUIRES),
    )


def _number(text: str) -> int:
    if not text.isdigit():
        raise Damaged(
            "the manifest of a pack in the store is damaged", expected="a count", seen=text,
            mend="push the pack again",
        )  # fmt: skip
    return int(text)
