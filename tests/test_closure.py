"""Many packs in one store: the union of what each gives alone, from no more than its claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from benchmarks.closure import packs
from clausegraph import catalog, closure, shipped
from clausegraph import infer as infer_module
from clausegraph.cache import Cache
from clausegraph.closure import CLAIM, SHARED, Together, claim_names, close
from clausegraph.errors import InputError
from clausegraph.infer import infer, run_rules
from clausegraph.portfolio.together import bring_together
from clausegraph.store import Dataset

from .conftest import ROOT

CG = "https://w3id.org/clausegraph/core#"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
GRAPHS = ("run", "declared", "cases")
CATALOGUE = tuple(shipped.catalogue().triples("catalogue"))
DETAIL = {CG + name for name in ("admits", "carries", "takesOut")}

Lines = set[str]


def alone(pack: Dataset, scopes: tuple[str, ...] = ("catalogue", "claim", "pack")) -> Lines:
    """What one pack gives in a dataset of its own."""
    dataset = Dataset(pack.base)
    dataset.add(CATALOGUE, "catalogue")
    for graph in ("run", "declared", *pack.case_graphs()):
        dataset.add(pack.triples(graph), graph)
    run_rules(dataset, "inferred", scopes)
    return lines(dataset.triples("inferred"))


def lines(triples: Iterator[ox.Triple]) -> Lines:
    return {str(t) for t in triples}


@pytest.fixture(scope="module")
def four() -> list[Dataset]:
    """Packs of different policies, conditions and facts."""
    return list(packs(4))


@pytest.fixture(scope="module")
def union(four: list[Dataset]) -> Lines:
    return set[str]().union(*(alone(pack) for pack in four))


def derived(four: list[Dataset], *, whole: bool) -> tuple[Lines, Lines]:
    """What stands in the store before, and what the closure adds."""
    together = Together()
    for pack in four:
        together.add_pack(pack)
    before = lines(together.triples())
    close(together, whole=whole)
    return before, lines(together.triples()) - before


def test_rules_keep_packs_apart(four: list[Dataset], union: Lines) -> None:
    """All rules over several packs in one dataset give the union of what each gives alone."""
    many = Dataset("https://example.org/")
    many.add(CATALOGUE, "catalogue")
    for pack in four:
        many.add(pack.triples(*GRAPHS), "declared")
    infer(many)
    assert lines(many.triples("inferred")) == union


def test_closure_is_the_union(four: list[Dataset], union: Lines) -> None:
    before, added = derived(four, whole=True)
    assert added == union - before


def test_without_detail_only_hops_and_working_facts_are_left_out(
    four: list[Dataset], union: Lines
) -> None:
    before, added = derived(four, whole=False)
    missing = union - before - added
    assert added < union
    assert {m for m in missing if "/hop/" not in m and not any(d in m for d in DETAIL)} == set()
    assert {m.split(" ")[1] for m in missing} >= {f"<{d}>" for d in DETAIL}


def test_what_is_kept_gives_the_same_and_is_not_derived_again(
    four: list[Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Cache(tmp_path / "kept")
    monkeypatch.setattr(closure, "settled", lambda *_: True)
    results = []
    asked: list[int] = []
    counts = []
    derive = closure._derive
    monkeypatch.setattr(
        closure,
        "_derive",
        lambda s, claims, whole: asked.append(len(claims)) or derive(s, claims, whole=whole),
    )
    for _ in range(2):
        together = Together()
        for pack in four:
            together.add_pack(pack)
        close(together, kept=kept)
        results.append(lines(together.triples()))
        counts.append(sum(asked))
        asked.clear()
    assert results[0] == results[1]
    assert counts[0] > 0
    assert counts[1] == 0


def test_packs_differ(four: list[Dataset]) -> None:
    """The test above would prove little with packs that are alike."""
    claims = {
        frozenset(t.object for t in pack.triples("declared") if t.predicate.value in CLAIM)
        for pack in four
    }
    assert len(claims) > 2


def reduced(pack: Dataset, keep: set[str]) -> Dataset:
    other = Dataset(pack.base)
    other.add((t for t in pack.triples(*GRAPHS) if str(t) in keep), "declared")
    return other


def test_a_claim_gives_the_same_without_the_rest_of_the_pack(four: list[Dataset]) -> None:
    for pack in four[:2]:
        together = Together()
        together.add_pack(pack)
        claim = {str(t) for t in together.claims[pack.base]}
        above = ("catalogue", "claim")
        assert alone(reduced(pack, claim), above) == alone(pack, above)


def test_each_fact_of_a_claim_is_noticed(four: list[Dataset]) -> None:
    """A pack that lacks one of them makes another claim."""
    pack = four[0]
    together = Together()
    together.add_pack(pack)
    claim = {str(t) for t in together.claims[pack.base]}
    everything = {str(t) for t in pack.triples(*GRAPHS)}
    for fact in claim:
        other = Together()
        other.add_pack(reduced(pack, everything - {fact}))
        assert other.claims[pack.base] != together.claims[pack.base], fact
    names = {fact.split(" ")[1] for fact in claim}
    assert {f"<{CG}policy>", f"<{CG}service>", f"<{CG}bridging>"} <= names


@pytest.mark.parametrize("name", sorted(claim_names() - CLAIM - SHARED))
def test_a_pack_states_nothing_else_that_those_rules_read(name: str, together: Together) -> None:
    """Else its claim would not be all that they read: every property they name is looked for."""
    subject, value = (ox.NamedNode(f"https://example.org/pack-000/{x}") for x in "xy")
    kind = name in {CG + c for c in ("Applicability", "Hop", "Requirement", "Clause")}
    own = name in {CG + c for c in ("Run", "Pack", "TrustService")}
    triple = ox.Triple(
        subject,
        closure._TYPE if kind else ox.NamedNode(name),
        ox.NamedNode(name) if kind else value,
    )
    quad = ox.Quad(*triple)
    together.merged(()).add(quad)
    try:
        with pytest.raises(InputError):
            closure._refuse_foreign(together)
    finally:
        together.merged(()).remove(quad)
    assert not own or kind is False


@pytest.fixture(scope="module")
def together(four: list[Dataset]) -> Together:
    found = Together()
    for pack in four:
        found.add_pack(pack)
    return found


def test_a_pack_does_not_speak_about_the_catalogue(together: Together) -> None:
    requirement = next(t.subject for t in CATALOGUE if t.object == ox.NamedNode(CG + "Requirement"))
    quad = ox.Quad(
        requirement,
        ox.NamedNode("http://purl.org/dc/terms/isPartOf"),
        ox.NamedNode("https://example.org/pack-000/x"),
    )
    together.merged(()).add(quad)
    try:
        with pytest.raises(InputError, match="only the catalogue"):
            closure._refuse_foreign(together)
    finally:
        together.merged(()).remove(quad)


def test_two_packs_with_one_base_are_refused(four: list[Dataset]) -> None:
    together = Together()
    together.add_pack(four[0])
    with pytest.raises(InputError, match="same base"):
        together.add_pack(four[0])


def names(text: str) -> set[str]:
    return set(re.findall(r"\b[a-z]+:\w+", text))


def test_rules_that_run_beside_each_other_read_nothing_of_each_other() -> None:
    """Read off their text: what one names to write, the other does not name to read."""

    def group(stages: range, scopes: tuple[str, ...] = ("pack",)) -> tuple[set[str], set[str]]:
        reads, writes = set[str](), set[str]()
        for rule in catalog.queries("rules"):
            if rule.writes == "inferred" and rule.scope in scopes and rule.stage in stages:
                head, _, body = rule.text.partition("CONSTRUCT")[2].partition("WHERE")
                reads |= names(body)
                writes |= names(head)
        return reads, writes

    claims = group(infer_module.STAGES, ("catalogue", "claim"))
    conditions, between = group(closure.CONDITIONS), group(closure.BETWEEN)
    dates = group(closure.DATES)
    pairs = {
        "what claims give, conditions": claims[1] & conditions[0],
        "dates, what lies between": dates[1] & between[0],
        "what lies between, dates": between[1] & dates[0],
        "conditions, dates": conditions[1] & dates[0],
        "dates, conditions": dates[1] & conditions[0],
    }
    # Nodes of other classes have it too: a service and a run, which state it themselves.
    assert {name: found - {"cg:service"} for name, found in pairs.items()} == {
        name: set() for name in pairs
    }
    assert all((*conditions, *between, *dates))


def test_packs_agree_whether_bridges_are_read(four: list[Dataset]) -> None:
    together = Together()
    together.add_pack(four[0])
    other = Dataset(four[1].base)
    other.add(four[1].triples("declared"), "declared")
    shipped.add_run(other, NOW, bridging=False)
    together.add_pack(other)
    with pytest.raises(InputError, match="bridges"):
        close(together)


def test_a_policy_outside_the_catalogue_is_refused(four: list[Dataset]) -> None:
    base = ox.NamedNode("https://example.org/odd/")
    service = ox.NamedNode("https://example.org/odd/service")
    odd = Dataset(base.value)
    odd.add(
        [
            ox.Triple(base, ox.NamedNode(CG + "service"), service),
            ox.Triple(service, ox.NamedNode(CG + "policy"), base),
        ],
        "declared",
    )
    with pytest.raises(InputError, match="unknown policy"):
        Together().add_pack(odd)


def test_query_over_a_folder_of_packs(tmp_path: Path) -> None:
    from clausegraph.cli.app import app

    text = tmp_path / "count.rq"
    text.write_text(
        f"PREFIX cg: <{CG}> SELECT ?policy (COUNT(?app) AS ?applicable) WHERE {{"
        " ?app a cg:Applicability ; cg:service ?service . ?service cg:policy ?policy"
        " } GROUP BY ?policy ORDER BY ?policy"
    )
    folder = catalog.root() / "data" / "packs"
    arguments = ["query", str(text), str(folder), "--together", "--as-of", "2026-11-23"]
    answer = CliRunner().invoke(app, [*arguments, "--format", "csv"])
    assert answer.exit_code == 0, answer.output
    assert [line.rpartition("/")[2] for line in answer.output.split()[1:]] == [
        "QCP-l,686", "QCP-n-qscd,703",
    ]  # fmt: skip


def test_a_view_or_a_broken_pack_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "pack.yaml").write_text("service: 1\n")
    with pytest.raises(InputError, match="one"):
        bring_together(tmp_path, NOW)
    assert (ROOT / "data" / "packs").is_dir()
