"""Push and pull against real stores: same triples, only what changed, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pyoxigraph as ox
import pytest

from clausegraph.errors import InputError, StoreError
from clausegraph.remote import manifest, pull, push
from clausegraph.remote.credentials import Credentials
from clausegraph.remote.endpoint import Endpoint
from clausegraph.remote.http import Http, Limits
from clausegraph.remote.manifest import SHARED
from clausegraph.remote.places import places
from clausegraph.store import Dataset

from .proxy import Wire, wired

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
BASE = "https://packs.example/one/"
XSD = "http://www.w3.org/2001/XMLSchema#"
TEXT = """@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <http://x/> .
:a :b "true"^^xsd:boolean , "P2Y"^^xsd:duration , "PT30H"^^xsd:duration , 4.0 , 1.5e0 , "x"@en , "2026-01-01T00:00:00Z"^^xsd:dateTime ;
   :list ( 1 2 [ :c :d ] ) ; :other _:one , _:two . _:one :n 1 . _:two :n 2 ; :is _:one ."""


def pack(
    base: str = BASE, *, extra: str = "", cases: tuple[str, ...] = ("cases/c-1",), rules: str = "r"
) -> Dataset:
    """A dataset with a few triples in every graph."""
    made = Dataset(base)
    for name in ("catalogue", "rules", "run", "declared", "collected", "inferred", *cases):
        word = rules if name == "rules" else name
        triples = [
            t.triple
            for t in ox.parse(TEXT.encode(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        ]
        triples.append(
            ox.Triple(ox.NamedNode("http://x/a"), ox.NamedNode("http://x/in"), ox.Literal(word))
        )
        made.add(triples, name)
    if extra:
        made.add(
            [ox.Triple(ox.NamedNode("http://x/a"), ox.NamedNode("http://x/b"), ox.Literal(extra))],
            "declared",
        )
    return made


def sent(store: Endpoint, dataset: Dataset, name: str = "one") -> push.Pushed:
    return push.push(store, dataset, name, AS_OF)


def manifest_of(store: Endpoint, base: str = BASE) -> manifest.Manifest:
    found = manifest.read(store, manifest.of_pack(base))
    assert found is not None
    return found


def back(store: Endpoint, base: str = BASE) -> dict[str, ox.Dataset]:
    """What a pull gives: graph → its triples, blank nodes named canonically, values in one form."""
    found = {}
    for pulled in pull.pull(store, [manifest_of(store, base)]):
        for graph, triples in pulled.graphs.items():
            found[graph] = canonical(triples)
    return found


def canonical(triples: Any) -> ox.Dataset:
    same = {"4.0": "4", "1.5e0": "1.5", "PT30H": "P1DT6H"}
    made = ox.Dataset()
    for t in triples:
        value = t.object
        if isinstance(value, ox.Literal) and value.value in same:
            value = ox.Literal(same[value.value], datatype=value.datatype)
        made.add(ox.Quad(t.subject, t.predicate, value))
    made.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return made


def expected(dataset: Dataset) -> dict[str, ox.Dataset]:
    names = ["catalogue", "rules", *dataset.names(push.OWN)]
    return {dataset.graph(n).value: canonical(dataset.triples(n)) for n in names}


def staged(store: Endpoint) -> list[str]:
    query = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), '/staging')) }"
    return sorted(row["g"].value for row in store.select(query))  # type: ignore[union-attr]


@pytest.fixture(autouse=True)
def _clean(store: Endpoint) -> Iterator[None]:
    yield
    for each in [*manifest.read_all(store), manifest.read(store, SHARED)]:
        if each is not None:
            for graph in [each.iri, *(e.graph for e in each.graphs)]:
                store.delete(graph)


def present(found: dict[str, ox.Dataset]) -> dict[str, ox.Dataset]:
    return {name: graph for name, graph in found.items() if len(graph)}


def test_what_is_pulled_is_what_was_pushed(store: Endpoint) -> None:
    dataset = pack()
    done = sent(store, dataset)
    assert {"catalogue", "rules", "declared", "cases/c-1"} <= set(done.sent)
    assert present(back(store)) == present(expected(dataset))
    assert staged(store) == []
    assert done.manifest == manifest_of(store)
    assert (done.manifest.identifier, done.manifest.as_of) == ("one", "2026-11-23T00:00:00Z")


def test_nothing_is_sent_twice(store: Endpoint) -> None:
    sent(store, pack())
    again = sent(store, pack())
    assert (again.sent, again.triples) == ((), 0)
    assert again.requests <= 6
    changed = sent(store, pack(extra="new"))
    assert changed.sent == ("declared",)
    assert present(back(store)) == present(expected(pack(extra="new")))


def test_a_graph_that_a_pack_no_longer_has_goes(store: Endpoint) -> None:
    sent(store, pack(cases=("cases/c-1", "cases/c-2")))
    sent(store, pack())
    assert store.count(BASE + "graph/cases/c-2") == 0
    assert present(back(store)) == present(expected(pack()))


def test_two_packs_share_the_catalogue_and_nothing_else(store: Endpoint) -> None:
    other = "https://packs.example/two/"
    sent(store, pack())
    second = sent(store, pack(other, extra="two"), "two")
    assert {"catalogue", "rules"} <= set(second.kept)
    found = manifest.read_all(store)
    assert [m.identifier for m in found] == ["one", "two"]
    assert manifest.chosen(found, ["two"]) == manifest.chosen(found, [other]) == found[1:]
    with pytest.raises(InputError, match="no pack called"):
        manifest.chosen(found, ["three"])
    assert len(pull.pull(store, found)) == 3
    assert present(back(store)) == present(expected(pack()))


def test_large_graphs_go_in_portions(store: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "CHUNK", 7)
    seen: list[tuple[int, int]] = []
    push.push(store, pack(), "one", AS_OF, lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 7
    assert seen == sorted(seen)
    assert present(back(store)) == present(expected(pack()))


def failing(after: int, run: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A method that works some times and then no more; with ``run`` only its answer is lost."""
    left = [after]

    def around(method: Callable[..., None]) -> Callable[..., None]:
        def call(*args: object, **options: object) -> None:
            left[0] -= 1
            if left[0] >= 0 or run:
                method(*args, **options)
            if left[0] < 0:
                raise StoreError("the connection is gone")

        return call

    return around


@pytest.mark.parametrize("after", [0, 1, 3])
def test_an_interrupted_push_leaves_the_old_state_and_can_be_repeated(
    store: Endpoint, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    sent(store, pack())
    newer = pack(extra="new", cases=("cases/c-1", "cases/c-9"), rules="other")
    with monkeypatch.context() as broken:
        broken.setattr(store, "put", failing(after)(store.put))
        with pytest.raises(StoreError, match="gone"):
            sent(store, newer)
    assert present(back(store)) == present(expected(pack()))
    done = sent(store, newer)
    assert {"declared", "cases/c-9", "rules"} <= set(done.sent)
    assert present(back(store)) == present(expected(newer))
    assert staged(store) == []


def test_what_an_abandoned_push_left_is_removed(
    store: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(store, pack())
    with monkeypatch.context() as broken:
        broken.setattr(store, "put", failing(3)(store.put))
        with pytest.raises(StoreError):
            sent(store, pack(extra="never finished", cases=("cases/c-7",), rules="never"))
    assert len(staged(store)) >= 2
    sent(store, pack(extra="other"))
    assert staged(store) == []


def test_a_first_push_that_was_interrupted_is_not_read_and_leaves_nothing(
    store: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(store, "put", failing(8)(store.put))
        with pytest.raises(StoreError, match="gone"):
            sent(store, pack(cases=("cases/c-1", "cases/c-2", "cases/c-3")))
    assert manifest.read_all(store) == []
    assert store.count(BASE + "graph/cases/c-1") + store.count(BASE + "graph/declared") > 0
    sent(store, pack(cases=("cases/c-3",)))
    assert present(back(store)) == present(expected(pack(cases=("cases/c-3",))))
    assert store.count(BASE + "graph/cases/c-1") == 0
    assert staged(store) == []


def test_the_last_request_is_not_believed_lost(
    store: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(store, "update", failing(0, run=True)(store.update))
        done = sent(store, pack())
    assert done.sent
    assert present(back(store)) == present(expected(pack()))


def test_a_last_request_that_failed_is_told(
    store: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(store, pack())
    with monkeypatch.context() as broken:
        broken.setattr(store, "update", failing(0)(store.update))
        with pytest.raises(StoreError, match="not moved into place"):
            sent(store, pack(extra="new"))
    assert present(back(store)) == present(expected(pack()))


def test_a_changed_graph_is_not_pulled_and_a_push_mends_it(store: Endpoint) -> None:
    sent(store, pack())
    graph = BASE + "graph/declared"
    held = list(store.get(graph))
    store.put(graph, held[1:])
    with pytest.raises(StoreError, match="not what was pushed"):
        back(store)
    other = ox.Triple(held[0].subject, held[0].predicate, ox.Literal("forged"))
    store.put(graph, [*held[1:], other])
    with pytest.raises(StoreError, match="other values"):
        back(store)
    store.put(graph, held[1:])
    assert "declared" in sent(store, pack()).sent
    assert present(back(store)) == present(expected(pack()))


def test_a_push_during_a_pull_is_noticed(store: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(store, pack())
    whole = pull._graph
    pushed = []

    def meanwhile(of: Endpoint, entry: manifest.Entry) -> list[ox.Triple]:
        found = whole(of, entry)
        if entry.graph.endswith("/run") and not pushed:
            pushed.append(sent(store, pack(extra="meanwhile")))
        return found

    monkeypatch.setattr(pull, "_graph", meanwhile)
    with pytest.raises(StoreError, match=r"pushed anew|not what was pushed"):
        back(store)
    assert pushed


def test_of_many_packs_all_are_looked_at_again(store: Endpoint) -> None:
    bases = [f"https://packs.example/{n}/" for n in range(5)]
    for base in bases:
        sent(store, pack(base), base[-2])
    found = manifest.read_all(store)
    assert len(found) > pull.FEW
    before = store.requests
    pull.unchanged(store, found)
    assert store.requests - before <= 3
    sent(store, pack(bases[3], extra="meanwhile"), "3")
    with pytest.raises(StoreError, match="'3' was pushed anew"):
        pull.unchanged(store, found)
    store.delete(found[4].iri)
    with pytest.raises(StoreError, match="'4' was pushed anew"):
        pull.unchanged(store, [*found[:3], found[4]])


def test_another_catalogue_makes_older_packs_unreadable(store: Endpoint) -> None:
    other = "https://packs.example/two/"
    sent(store, pack())
    sent(store, pack(other, rules="newer"), "two")
    with pytest.raises(StoreError, match="another catalogue"):
        back(store)
    assert back(store, other)
    sent(store, pack(rules="newer"))
    assert back(store)


def test_a_damaged_manifest_is_told(store: Endpoint) -> None:
    sent(store, pack())
    iri = manifest.of_pack(BASE)
    kept = [t for t in store.get(iri) if not t.predicate.value.endswith("asOf")]
    store.put(iri, kept)
    with pytest.raises(StoreError, match="damaged"):
        manifest.read_all(store)
    assert sent(store, pack()).manifest == manifest_of(store)
    assert present(back(store)) == present(expected(pack()))
    store.delete(iri)
    assert manifest.read_all(store) == []


def test_a_manifest_cannot_make_a_push_delete_foreign_graphs(store: Endpoint) -> None:
    sent(store, pack())
    foreign = "https://packs.example/victim"
    store.put(
        foreign, [ox.Triple(ox.NamedNode(foreign), ox.NamedNode("http://x/p"), ox.Literal("kept"))]
    )
    held = manifest_of(store)
    forged = manifest.Manifest(
        held.iri, held.pack, held.identifier, held.as_of,
        (*held.graphs, manifest.Entry(foreign, 1, "0")), held.needs,
    )  # fmt: skip
    store.put(held.iri, forged.triples())
    sent(store, pack(extra="new"))
    assert store.count(foreign) == 1
    store.delete(foreign)


def test_dropped_connections_lose_nothing(store: Endpoint, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(store.dialect.name)
    who = Credentials("dba", "dba") if store.dialect.name == "virtuoso" else Credentials()
    wire = Wire(cut={4, 9, 15, 30}, drop={6, 12, 21, 33})
    with wired(url, wire) as far:
        http = Http(far, who, Limits(attempts=4), lambda _seconds: None)
        broken = Endpoint(places(far, store.dialect, secured=bool(who)), store.dialect, http)
        try:
            sent(broken, pack())
        except StoreError:  # the last request is the one that is not repeated by itself
            sent(broken, pack())
        found = present(back(broken))
    assert wire.count > 33, "all faults were met"
    assert found == present(back(store)) == present(expected(pack()))
