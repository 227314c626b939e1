"""A checked pack goes into a store: staged, counted, then moved into place by one request.

Input: the dataset of a pack after all stages. Output: its graphs in the store, under their own
IRIs, and a manifest. Until the last request the store holds the old state, whole; what was staged
before an interruption is used again by the next push, and what nobody needs any more is removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pyoxigraph as ox

from clausegraph.errors import StoreError
from clausegraph.remote import manifest as manifests
from clausegraph.remote.endpoint import Endpoint
from clausegraph.remote.graphs import digest, portable
from clausegraph.remote.manifest import SHARED, Damaged, Entry, Manifest
from clausegraph.store import FIXED, Dataset
from clausegraph.terms import DCTERMS_NS

CHUNK = 25_000
"""Triples of one request."""

OWN = ("run", "declared", "cases", "collected", "inferred", "results", "outcomes")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did.

    Attributes:
        manifest: of the pack, as it stands in the store now.
        sent: short names of the graphs that were sent.
        kept: short names of those that were there already.
        triples: number of triples sent.
        requests: number of requests.
    """

    manifest: Manifest
    sent: tuple[str, ...]
    kept: tuple[str, ...]
    triples: int
    requests: int


@dataclass(frozen=True, slots=True)
class _Graph:
    entry: Entry
    staged: str
    triples: Sequence[ox.Triple]


def push(
    store: Endpoint,
    dataset: Dataset,
    identifier: str,
    as_of: datetime,
    progress: Progress = lambda _done, _all: None,
) -> Pushed:
    """Bring the graphs of a pack into a store.

    Args:
        store: where to.
        dataset: all graphs of the pack after all stages.
        identifier: short name of the pack.
        as_of: as-of time of the run, UTC.
        progress: told triples sent and triples to send.

    Raises:
        StoreError: no answer, or the store does not hold what was sent. The old state stands,
            unless the message says that this is not known.
    """
    before = store.requests
    graphs = _graphs(dataset)
    shared = [g for n, g in graphs.items() if n in FIXED]
    own = [g for n, g in graphs.items() if n not in FIXED]
    new = Manifest(
        manifests.of_pack(dataset.base), dataset.base, identifier,
        as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        tuple(sorted(g.entry for g in own)), tuple(sorted(g.entry for g in shared)),
    )  # fmt: skip
    new_shared = Manifest(SHARED, "", "shared", "", new.needs)
    old, old_shared = _held(store, new.iri), _held(store, SHARED)
    known = {e for m in (old, old_shared) if m for e in m.graphs}
    there = counts(store, [g.entry.graph for g in graphs.values()])
    # Where no manifest stands, nobody reads: such graphs need no place for staging.
    unread = {n for n in graphs if (old_shared if n in FIXED else old) is None}
    changed = {
        name: replace(g, staged=g.entry.graph) if name in unread else g
        for name, g in graphs.items()
        if g.entry not in known or there.get(g.entry.graph, 0) != g.entry.count
    }
    kept = tuple(sorted(set(graphs) - set(changed)))
    if not changed and (old, old_shared) == (new, new_shared):
        return Pushed(new, (), kept, 0, store.requests - before)
    register = f"{dataset.base}graph/staging"
    mine, present = f"{dataset.base}graph/", {g.entry.graph for g in graphs.values()}
    left = _stage(store, register, list(changed.values()), progress)
    stale = [g for g in left if g.startswith(mine) and g not in {*present, new.iri, SHARED}]
    gone = [
        e.graph
        for e in (old.graphs if old else ())
        if e.graph not in present and e.graph.startswith(mine)
    ]
    request = _exchange(
        store, list(changed.values()), [*gone, *stale, register],
        [m for m, was in ((new, old), (new_shared, old_shared)) if m != was],
    )  # fmt: skip
    _run(store, request, new, new_shared)
    _verify(store, graphs.values())
    return Pushed(
        new, tuple(sorted(changed)), kept, sum(g.entry.count for g in changed.values()),
        store.requests - before,
    )  # fmt: skip


def _held(store: Endpoint, iri: str) -> Manifest | None:
    """A manifest of an earlier push; one that is damaged counts for nothing."""
    try:
        return manifests.read(store, iri)
    except Damaged:
        return None


def _graphs(dataset: Dataset) -> dict[str, _Graph]:
    found = {}
    for name in (*FIXED, *dataset.names(OWN)):
        iri = dataset.graph(name).value
        triples = portable(iri, dataset.triples(name))
        sha256 = digest(triples)
        staged = f"{dataset.base}graph/staging/{sha256[:16]}/{name}"
        found[name] = _Graph(Entry(iri, len(triples), sha256), staged, triples)
    return found


def counts(store: Endpoint, graphs: Iterable[str]) -> dict[str, int]:
    """Number of triples by graph; a graph without any is absent.

    Raises:
        StoreError: no answer.
    """
    names = " ".join(f"<{g}>" for g in graphs)
    query = (
        f"SELECT ?g (COUNT(*) AS ?n) WHERE {{ VALUES ?g {{ {names} }} GRAPH ?g {{ ?s ?p ?o }} }} "
        "GROUP BY ?g"
    )
    found = {}
    for row in store.select(query):
        graph, number = getattr(row["g"], "value", ""), getattr(row["n"], "value", "")
        if graph and number.isdigit():
            found[graph] = int(number)
    return found


def _stage(
    store: Endpoint, register: str, graphs: Sequence[_Graph], progress: Progress
) -> list[str]:
    """Send graphs to their places for staging, what is staged already excepted.

    Returns:
        what earlier pushes sent and this one does not.
    """
    wanted = {g.staged for g in graphs}
    registered = {t.object.value for t in store.get(register) if isinstance(t.object, ox.NamedNode)}
    # The name of a place for staging holds the digest; other places say nothing by their size.
    again = {g.staged for g in graphs if g.staged != g.entry.graph} & registered
    ready = counts(store, again) if again else {}
    me, part = ox.NamedNode(register), ox.NamedNode(DCTERMS_NS + "hasPart")
    # Written down before anything is sent, so that nothing can be forgotten there.
    store.put(register, [ox.Triple(me, part, ox.NamedNode(s)) for s in sorted(wanted)], append=True)
    total = sum(g.entry.count for g in graphs)
    done = 0
    for graph in graphs:
        if ready.get(graph.staged, 0) != graph.entry.count:
            for start in range(0, len(graph.triples), CHUNK):
                part_of_it = graph.triples[start : start + CHUNK]
                store.put(graph.staged, part_of_it, append=start > 0)
                progress(done + start + len(part_of_it), total)
        done += graph.entry.count
        progress(done, total)
    arrived = counts(store, wanted)
    for graph in graphs:
        if arrived.get(graph.staged, 0) != graph.entry.count:
            raise StoreError(
                "the store does not hold what was sent",
                file=store.where.graphs,
                expected=f"{graph.entry.count:,} triples for {graph.entry.graph}",
                seen=f"{arrived.get(graph.staged, 0):,}",
                mend="the old state stands; push again",
            )
    return sorted(registered - wanted)


def _exchange(
    store: Endpoint, graphs: Sequence[_Graph], gone: Sequence[str], written: Sequence[Manifest]
) -> str:
    """The request that makes the staged state the state.

    The manifests go first and come last: where a server does not run a request as one
    transaction, a stop in the middle leaves a pack without manifest, which nobody reads as whole.
    """
    parts = [f"DROP SILENT GRAPH <{m.iri}>" for m in written]
    parts += [
        f"MOVE GRAPH <{g.staged}> TO GRAPH <{g.entry.graph}>"
        if g.entry.count
        else f"DROP SILENT GRAPH <{g.entry.graph}>"
        for g in graphs
        if not g.entry.count or g.staged != g.entry.graph
    ]
    parts += [f"DROP SILENT GRAPH <{g}>" for g in gone]
    for each in written:
        lines = "".join(
            f"{ox.Triple(t.subject, t.predicate, store.dialect.outward(t.object))} . "
            for t in each.triples()
        )
        parts.append(f"INSERT DATA {{ GRAPH <{each.iri}> {{ {lines}}} }}")
    return " ;\n".join(parts)


def _run(store: Endpoint, request: str, new: Manifest, new_shared: Manifest) -> None:
    """Send the last request; where its answer is lost, look whether it was run."""
    try:
        store.update(request)
    except StoreError as error:
        try:
            done = (
                manifests.read(store, new.iri) == new
                and manifests.read(store, SHARED) == new_shared
            )
        except StoreError:
            done = False
        if not done:
            raise StoreError(
                "the staged graphs were not moved into place, as far as is known",
                file=store.where.update,
                seen=error.seen or error.message,
                mend="push again: what is staged already is not sent twice",
                status=error.status,
            ) from error


def _verify(store: Endpoint, graphs: Iterable[_Graph]) -> None:
    entries = [g.entry for g in graphs]
    there = counts(store, [e.graph for e in entries])
    for entry in entries:
        if there.get(entry.graph, 0) != entry.count:
            raise StoreError(
                "after the push the store does not hold what was sent",
                file=store.where.query,
                expected=f"{entry.count:,} triples in {entry.graph}",
                seen=f"{there.get(entry.graph, 0):,}",
                mend="did somebody else push the same pack? push again",
            )
