"""What follows from a claim, taken over from another pack that makes it, is what the rules give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from benchmarks.closure import NOW, packs
from clausegraph import cache, catalog, claims, pipeline, shipped
from clausegraph.cache import Cache
from clausegraph.claims import CLAIM, infer_by_claim
from clausegraph.infer import infer
from clausegraph.store import Dataset, nquads

from .conftest import ROOT

CG = "https://w3id.org/clausegraph/core#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@pytest.fixture(autouse=True)
def nothing_derived(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "_known", {})


@pytest.fixture(scope="module")
def four() -> list[Dataset]:
    return list(packs(4))


def under(pack: Dataset, base: str | None = None, more: tuple[ox.Triple, ...] = ()) -> Dataset:
    """A copy of a pack in a dataset with the catalogue, under another base IRI."""
    base = base or pack.base
    dataset = shipped.catalogue(base)

    def moved(term: object) -> object:
        value = getattr(term, "value", "")
        if isinstance(term, ox.NamedNode) and value.startswith(pack.base):
            return ox.NamedNode(base + value.removeprefix(pack.base))
        return term

    for graph in ("run", "declared", *pack.case_graphs()):
        dataset.add((ox.Triple(*map(moved, t)) for t in pack.triples(graph)), graph)  # type: ignore[arg-type]
    dataset.add(more, "declared")
    return dataset


def by_all_rules(dataset: Dataset) -> str:
    infer(dataset)
    return nquads(dataset, "inferred")


def brief(lines: str) -> list[str]:
    """Without what only tells each hop of a chain."""
    hop = re.compile(r"<[^>]*/hop/|<[^>]*> <[^>]*core#(admits|carries|takesOut)>")
    return [line for line in lines.splitlines() if not hop.match(line)]


def among_others(dataset: Dataset) -> str:
    infer_by_claim(dataset, Cache(None), many=True)
    return nquads(dataset, "inferred")


def test_one_pack_after_the_other_is_as_each_alone(four: list[Dataset]) -> None:
    again = [under(pack, f"https://example.net/other-{n}/") for n, pack in enumerate(four)]
    for pack in (*map(under, four), *again):
        assert brief(among_others(pack)) == brief(by_all_rules(pack))
    assert 1 < len(claims._known) <= 4, "the second four took over what the first derived"


@pytest.fixture
def rules_run(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, ...]]]:
    """The scopes of the rules that ran."""
    found: list[tuple[str, ...]] = []
    really = claims.run_rules

    def run(
        dataset: Dataset, writes: str, scopes: tuple[str, ...] = ("all",), **how: bool
    ) -> object:
        found.append(scopes)
        return really(dataset, writes, *([scopes] if scopes != ("all",) else []), **how)

    monkeypatch.setattr(claims, "run_rules", run)
    return found


def test_the_second_pack_with_a_claim_runs_its_own_rules_only(
    four: list[Dataset], rules_run: list[tuple[str, ...]]
) -> None:
    for base in ("https://example.net/a/", "https://example.net/b/"):
        infer_by_claim(under(four[0], base), Cache(None), many=True)
    assert rules_run == [("catalogue", "claim"), ("pack",), ("pack",)]


@pytest.mark.parametrize("name", sorted(CLAIM))
def test_another_claim_is_noticed(
    four: list[Dataset], rules_run: list[tuple[str, ...]], name: str
) -> None:
    service = next(
        t.object for t in four[0].triples("declared") if t.predicate.value == CG + "service"
    )
    policy = ox.NamedNode(shipped.CATALOGUE_IRI + "policy/IVCP")
    yes = ox.Literal("true", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))
    value = yes if name.endswith("Required") else policy
    more = (ox.Triple(service, ox.NamedNode(name), value),)  # type: ignore[arg-type]
    plain, other = under(four[0]), under(four[0], more=more)
    infer_by_claim(plain, Cache(None), many=True)
    told = among_others(other)
    if other.count("declared") > plain.count("declared"):
        assert rules_run[2] == ("catalogue", "claim")
    assert told == by_all_rules(other)


def test_other_assets_are_noticed(
    four: list[Dataset], rules_run: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    infer_by_claim(under(four[0]), Cache(None), many=True)
    monkeypatch.setattr(catalog, "fingerprint", lambda: "edited")
    infer_by_claim(under(four[0]), Cache(None), many=True)
    assert rules_run == [("catalogue", "claim"), ("pack",)] * 2


FOREIGN = {
    "an edge of the catalogue": ox.Triple(
        ox.NamedNode(shipped.CATALOGUE_IRI + "policy/QCP-n"),
        ox.NamedNode("http://purl.org/dc/terms/identifier"), ox.Literal("x"),
    ),
    "a requirement of its own": ox.Triple(
        ox.NamedNode("https://example.net/a/r"), TYPE, ox.NamedNode(CG + "Requirement")
    ),
    "a chain": ox.Triple(
        ox.NamedNode("https://example.net/a/r"), ox.NamedNode(CG + "covers"),
        ox.NamedNode("https://example.net/a/s"),
    ),
    "a service elsewhere": ox.Triple(
        ox.NamedNode("https://example.net/a/"), ox.NamedNode(CG + "service"),
        ox.NamedNode("https://elsewhere.example/service"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_pack_that_states_more_than_a_claim_gets_all_rules(
    four: list[Dataset], rules_run: list[tuple[str, ...]], kind: str
) -> None:
    infer_by_claim(under(four[0], "https://example.net/a/"), Cache(None), many=True)
    pack = under(four[0], "https://example.net/a/", (FOREIGN[kind],))
    told = among_others(pack)
    assert rules_run[2:] == [("all",)]
    assert told == by_all_rules(pack)


@pytest.mark.parametrize(
    "base", ["https://w3id.org/", shipped.CATALOGUE_IRI, shipped.CATALOGUE_IRI + "policy/"]
)
def test_a_base_that_meets_the_catalogue_gets_all_rules(
    four: list[Dataset], rules_run: list[tuple[str, ...]], base: str
) -> None:
    infer_by_claim(under(four[0], base), Cache(None), many=True)
    assert rules_run == [("all",)]


def test_what_is_taken_over_in_memory_leaves_out_the_hops_and_no_more(four: list[Dataset]) -> None:
    first, second = (under(four[0], f"https://example.net/{name}/") for name in "ab")
    whole = among_others(first).replace("example.net/a/", "example.net/b/").splitlines()
    told = among_others(second).splitlines()
    assert told == brief("\n".join(whole))
    assert len(told) < len(whole)


def test_templates_in_memory_are_bounded(
    four: list[Dataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "_MOST", 1)
    for pack in four:
        infer_by_claim(under(pack), Cache(None), many=True)
        assert len(claims._known) == 1


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.setattr(claims, "settled", lambda *_: True)
    return Cache(tmp_path / "kept")


ALONE = [("catalogue", "claim"), ("pack",)]


def test_a_pack_alone_leaves_what_follows_from_its_claim_for_the_next(
    four: list[Dataset], rules_run: list[tuple[str, ...]], kept: Cache
) -> None:
    for base in ("https://example.net/a/", "https://example.net/b/"):
        pack = under(four[0], base)
        infer_by_claim(pack, kept)
        told = nquads(pack, "inferred")
        assert told == by_all_rules(pack)
    assert rules_run == [*ALONE, ("pack",)]
    assert not claims._known, "one pack needs it once"


def test_a_pack_alone_without_cache_gets_all_rules(
    four: list[Dataset], rules_run: list[tuple[str, ...]]
) -> None:
    infer_by_claim(under(four[0]), Cache(None))
    assert rules_run == [("all",)]


@pytest.mark.parametrize("what", ["program", "assets", "claim", "entry", "unsettled"])
def test_what_is_kept_holds_while_nothing_changes(
    four: list[Dataset], rules_run: list[tuple[str, ...]], kept: Cache,
    monkeypatch: pytest.MonkeyPatch, what: str,
) -> None:  # fmt: skip
    if what == "unsettled":
        monkeypatch.setattr(claims, "settled", lambda *_: False)
    infer_by_claim(under(four[0]), kept)
    if what == "program":
        monkeypatch.setattr(claims, "program", lambda: "another")
    if what == "assets":
        monkeypatch.setattr(catalog, "fingerprint", lambda: "edited")
    if what == "entry":
        for entry in kept.entries():
            entry.path.write_bytes(entry.path.read_bytes()[:-1])
    infer_by_claim(under(four[what == "claim"]), kept)
    assert rules_run == ALONE * 2


def test_a_command_leaves_it_for_the_next_pack(
    rules_run: list[tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "settled", lambda *_: True)
    monkeypatch.setenv(cache.PLACE, str(tmp_path))
    told = []
    for _ in range(2):
        checked = pipeline.derive(ROOT / "data" / "packs" / "aurora-esign", NOW)
        told.append(nquads(checked.dataset, "inferred"))
    assert rules_run == [*ALONE, ("pack",)]
    assert told[0] == told[1]
