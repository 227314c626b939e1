"""Packs come back from a store, whole or not at all.

Input: manifests. Output: quads, their number and digest equal to the manifest's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from clausegraph.errors import StoreError
from clausegraph.remote import manifest as manifests
from clausegraph.remote.endpoint import Endpoint
from clausegraph.remote.graphs import digest, restored
from clausegraph.remote.manifest import SHARED, Entry, Manifest

Progress = Callable[[int, int], None]
FEW = 3
"""So many manifests are read again one by one; of more, all that the store holds at once."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """The graphs of a manifest.

    Attributes:
        manifest: as it stood before and after they were read.
        graphs: IRI → triples, sorted by IRI.
    """

    manifest: Manifest
    graphs: dict[str, list[ox.Triple]]

    def quads(self) -> list[ox.Quad]:
        """All of them as quads, sorted."""
        return [
            ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(graph))
            for graph, triples in self.graphs.items()
            for t in sorted(triples, key=str)
        ]


def pull(
    store: Endpoint,
    wanted: Iterable[Manifest],
    progress: Progress = lambda _done, _all: None,
) -> list[Pulled]:
    """The graphs of packs, and the shared graphs that they need first.

    Args:
        store: where from.
        wanted: manifests of packs.
        progress: told triples read and triples to read.

    Raises:
        StoreError: no answer, a graph that is not what the manifest says, or a push meanwhile.
    """
    own = list(wanted)
    shared = manifests.read(store, SHARED)
    fits(store, own, shared)
    every = [*([shared] if shared and own else []), *own]
    total = sum(e.count for m in every for e in m.graphs)
    done = 0
    found = []
    for each in every:
        graphs = {}
        for entry in each.graphs:
            graphs[entry.graph] = restored(_graph(store, entry))
            done += entry.count
            progress(done, total)
        found.append(Pulled(each, graphs))
    unchanged(store, every)
    return found


def fits(store: Endpoint, own: Iterable[Manifest], shared: Manifest | None) -> None:
    """Refuse packs that were made with another catalogue or other rules than the store holds.

    Raises:
        StoreError: there is one.
    """
    held = set(shared.graphs) if shared else set()
    for each in own:
        if not set(each.needs) <= held:
            raise StoreError(
                f"the pack {each.identifier!r} was made with another catalogue or other rules "
                "than the store holds now",
                file=store.where.query,
                mend="push it again with this version",
            )


def unchanged(store: Endpoint, before: Iterable[Manifest]) -> None:
    """Refuse what was read while somebody pushed.

    Raises:
        StoreError: a manifest is not what it was.
    """
    held = list(before)
    many = {m.iri: m for m in manifests.read_all(store)} if len(held) > FEW else {}
    for each in held:
        now = many.get(each.iri) if many and each.pack else manifests.read(store, each.iri)
        if now != each:
            raise StoreError(
                f"the pack {each.identifier!r} was pushed anew meanwhile",
                file=store.where.query,
                mend="ask again",
            )


def _graph(store: Endpoint, entry: Entry) -> list[ox.Triple]:
    triples = list(store.get(entry.graph)) if entry.count else []
    if len(set(triples)) != entry.count or digest(triples) != entry.sha256:
        same = len(set(triples)) == entry.count
        raise StoreError(
            "a graph in the store is not what was pushed",
            file=store.where.query,
            expected=f"{entry.count:,} triples with digest {entry.sha256[:16]}… in {entry.graph}",
            seen=f"{len(set(triples)):,} triples" + (", other values" if same else ""),
            mend="push the pack again",
        )
    return triples
