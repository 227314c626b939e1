"""``check`` in a store: rules and outcomes are evaluated where the graphs are; results travel.

Input: the manifest of a pushed pack. Output: the graphs ``results`` and ``outcomes`` in the store,
the same that `clausegraph.pipeline.check` writes, and the rows of views. Until the last request
the old state stands. What the store cannot evaluate is evaluated here over fetched graphs, and
counted (`Checked.here`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import pyoxigraph as ox

from clausegraph import catalog
from clausegraph.errors import AssetError, StoreError
from clausegraph.infer import MAX_ROUNDS
from clausegraph.remote import manifest as manifests
from clausegraph.remote.asking import graphs, rows
from clausegraph.remote.endpoint import Endpoint
from clausegraph.remote.graphs import digest, portable, restored
from clausegraph.remote.manifest import SHARED, Entry, Manifest
from clausegraph.remote.pull import fits, unchanged
from clausegraph.remote.push import counts
from clausegraph.remote.source import REFUSALS, EndpointSource, limits_of
from clausegraph.shipped import catalogue
from clausegraph.store import GRAPHS
from clausegraph.terms import DCTERMS_NS
from clausegraph.validate.pushdown import Pushed, push_down
from clausegraph.validate.report import Report, triples
from clausegraph.validate.run import DATA_GRAPHS, evaluate
from clausegraph.validate.shapes import Plan
from clausegraph.validate.shapes_graph import read_shapes
from clausegraph.validate.sparql import SparqlSource

Progress = Callable[[str], None]
__all__ = ["WRITTEN", "Checked", "RuleBook", "check", "rows", "rule_book"]
WRITTEN = ("results", "outcomes")


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of a store.

    Attributes:
        shapes: the shapes graph.
        plan: of it.
    """

    shapes: tuple[ox.Triple, ...]
    plan: Plan


@dataclass(frozen=True, slots=True)
class Checked:
    """A pack of a store after the check.

    Attributes:
        manifest: of the pack, as it stands in the store now.
        native: number of rules that the store evaluated.
        here: what was evaluated here instead (IRI of a rule, id of a query that decides
            outcomes), with the reason.
        lexical: number of rules that judge how literals are written, which the store may have
            rewritten when they were pushed.
        requests: number of requests.
        changed: whether the store held other results or outcomes before.
    """

    manifest: Manifest
    native: int
    here: dict[str, str]
    lexical: int
    requests: int
    changed: bool


def rule_book(store: Endpoint) -> RuleBook:
    """The rules that the store holds; the shipped ones when they are the same.

    Raises:
        StoreError: no answer, or no rules.
        AssetError: rules that cannot be read.
    """
    shared = manifests.read(store, SHARED)
    iri = GRAPHS + "rules"
    held = next((e for e in shared.graphs if e.graph == iri), None) if shared else None
    if held is None:
        raise StoreError(
            "the store holds no rules",
            file=store.where.query,
            expected=f"the graph {iri}",
            mend="push a pack: clausegraph push PACK --store URL",
        )
    shapes = tuple(catalogue().triples("rules"))
    if held != _entry(iri, portable(iri, shapes)):
        shapes = tuple(restored(store.get(iri)))
    return RuleBook(shapes, read_shapes(shapes))


def check(
    store: Endpoint, pack: Manifest, book: RuleBook, progress: Progress = lambda _stage: None
) -> Checked:
    """Validate a pack in the store and decide its outcomes there.

    Args:
        store: where the pack is.
        pack: its manifest.
        book: see `rule_book`.
        progress: told the name of each stage before it starts.

    Raises:
        StoreError: no whole answer, or a push meanwhile.
    """
    before = store.requests
    fits(store, [pack], manifests.read(store, SHARED))
    fetched = _Fetched(store)
    progress("validating")
    pushed = push_down(
        book.plan, EndpointSource(store, graphs(pack, DATA_GRAPHS)), limits=limits_of(store)
    )
    report = _whole(fetched, pack, book, pushed)
    here = dict(pushed.left)
    progress("deciding outcomes")
    staging = _Staging(store, pack)
    try:
        made = {"results": staging.put("results", triples(pack.pack, report))}
        made["outcomes"] = staging.put("outcomes", _outcomes(fetched, pack, staging, here))
        unchanged(store, [pack])
        new = _manifest(pack, made)
        changed = new != pack or counts(store, [e.graph for e in _entries(pack)]) != {
            e.graph: e.count for e in _entries(new) if e.count
        }
        if changed:
            progress("writing results")
            staging.exchange(new)
    except BaseException:
        with suppress(StoreError):  # what is left is removed by the next push
            staging.drop()
        raise
    staging.drop()
    return Checked(new, pushed.native, here, len(pushed.lexical), store.requests - before, changed)


class _Fetched:
    """Graphs of a store that are needed here, each read once."""

    def __init__(self, store: Endpoint) -> None:
        self.store = store
        self._graphs: dict[str, list[ox.Triple]] = {}

    def triples(self, names: Iterable[str]) -> Iterator[ox.Triple]:
        """The triples of some graphs by their IRIs."""
        for name in names:
            if name not in self._graphs:
                self._graphs[name] = restored(self.store.get(name))
            yield from self._graphs[name]

    def construct(self, query: str, names: Iterable[str]) -> set[ox.Triple]:
        """The triples of a CONSTRUCT over some graphs, evaluated here."""
        found = SparqlSource.of(self.triples(names)).store.query(query)
        if not isinstance(found, ox.QueryTriples):
            raise AssetError("a CONSTRUCT query was expected")
        return set(found)

    def forget(self, name: str) -> None:
        """Read a graph anew, since it was written."""
        self._graphs.pop(name, None)


def _whole(fetched: _Fetched, pack: Manifest, book: RuleBook, pushed: Pushed) -> Report:
    """The report of all rules: what the store left is evaluated here."""
    results, focus_counts = list(pushed.results), dict(pushed.focus_counts)
    by_reference: Mapping[str, str] = {}
    if pushed.left:
        data = fetched.triples(graphs(pack, DATA_GRAPHS))
        more = evaluate(book.plan, book.shapes, data, pushed.left)
        results += more.results
        focus_counts |= more.focus_counts
        by_reference = more.by_reference
    return Report(tuple(sorted(results, key=lambda r: r.key)), focus_counts, by_reference)


def _outcomes(
    fetched: _Fetched, pack: Manifest, staging: _Staging, here: dict[str, str]
) -> Iterator[ox.Triple]:
    """The triples of the rules that write ``outcomes``, which see what earlier ones wrote."""
    known: set[ox.Triple] = set()
    for rule in catalog.queries("rules"):
        if rule.writes != "outcomes":
            continue
        seen = [staging.place(g) for g in graphs(pack, rule.graphs)]
        for _ in range(MAX_ROUNDS):
            fresh = sorted(_made(fetched, rule, seen, here) - known, key=str)
            known.update(fresh)
            if fresh:
                staging.put("outcomes", fresh, append=True)
                fetched.forget(staging.staged["outcomes"])
            if not fresh or not rule.repeat:
                break
        else:
            raise AssetError(f"rule {rule.id} comes to no end after {MAX_ROUNDS} rounds")
    yield from known


def _made(
    fetched: _Fetched, rule: catalog.Query, seen: Sequence[str], here: dict[str, str]
) -> set[ox.Triple]:
    try:
        return set(fetched.store.construct(rule.text, seen))
    except StoreError as error:
        if error.status not in REFUSALS:
            raise
        here[rule.id] = error.seen or error.message
        return fetched.construct(rule.text, seen)


class _Staging:
    """The new graphs of a pack until they are moved into place; a later push removes leftovers."""

    def __init__(self, store: Endpoint, pack: Manifest) -> None:
        self.store = store
        self.pack = pack
        base = pack.iri.removesuffix("manifest")
        self.register = base + "staging"
        self.final = {name: base + name for name in WRITTEN}
        self.staged = {name: f"{self.register}/check/{name}" for name in WRITTEN}
        self._mine = not list(store.get(self.register))
        me, part = ox.NamedNode(self.register), ox.NamedNode(DCTERMS_NS + "hasPart")
        # Written down before anything is staged, so that nothing staged can be forgotten.
        names = [ox.Triple(me, part, ox.NamedNode(s)) for s in self.staged.values()]
        store.put(self.register, names, append=True)
        self._run([f"DROP SILENT GRAPH <{s}>" for s in self.staged.values()])

    def place(self, graph: str) -> str:
        """The IRI under which a graph of the pack is read now."""
        name = next((n for n, iri in self.final.items() if iri == graph), "")
        return self.staged.get(name, graph)

    def put(self, name: str, found: Iterable[ox.Triple], *, append: bool = False) -> Entry:
        """Stage a graph, whole or more of it."""
        ready = portable(self.final[name], found)
        self.store.put(self.staged[name], ready, append=append)
        return _entry(self.final[name], ready)

    def exchange(self, new: Manifest) -> None:
        """Make the staged graphs the graphs, the manifest last."""
        there = counts(self.store, self.staged.values())
        for entry in _entries(new):
            staged = self.staged[new.short(entry)]
            if there.get(staged, 0) != entry.count:
                raise StoreError(
                    "the store does not hold what was sent",
                    file=self.store.where.graphs,
                    expected=f"{entry.count:,} triples in {staged}",
                    seen=f"{there.get(staged, 0):,}",
                    mend="the old results stand; check again",
                )
        lines = "".join(
            f"{ox.Triple(t.subject, t.predicate, self.store.dialect.outward(t.object))} . "
            for t in new.triples()
        )
        moves = [
            f"MOVE GRAPH <{self.staged[new.short(e)]}> TO GRAPH <{e.graph}>"
            if e.count
            else f"DROP SILENT GRAPH <{e.graph}>"
            for e in _entries(new)
        ]
        self._run(
            [
                f"DROP SILENT GRAPH <{new.iri}>",
                *moves,
                f"INSERT DATA {{ GRAPH <{new.iri}> {{ {lines}}} }}",
            ]
        )
        if manifests.read(self.store, new.iri) != new:
            raise StoreError(
                "after the check the store does not hold what was sent",
                file=self.store.where.query,
                mend="did somebody push the pack meanwhile? push it again",
            )

    def drop(self) -> None:
        """Remove what is left of the staging."""
        gone = [*self.staged.values(), *([self.register] if self._mine else [])]
        self._run([f"DROP SILENT GRAPH <{g}>" for g in gone])

    def _run(self, parts: Sequence[str]) -> None:
        self.store.update(" ;\n".join(parts))


def _entries(pack: Manifest) -> list[Entry]:
    return [e for e in pack.graphs if pack.short(e) in WRITTEN]


def _entry(iri: str, ready: Sequence[ox.Triple]) -> Entry:
    return Entry(iri, len(ready), digest(ready))


def _manifest(pack: Manifest, made: dict[str, Entry]) -> Manifest:
    kept = [e for e in pack.graphs if pack.short(e) not in WRITTEN]
    return replace(pack, graphs=tuple(sorted([*kept, *made.values()])))
