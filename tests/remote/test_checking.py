"""``check`` in real stores: the graphs and the output of ``check`` here, rule by rule in the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from clausegraph import pipeline, views
from clausegraph.cli.app import app
from clausegraph.errors import InputError, StoreError
from clausegraph.remote import checking
from clausegraph.remote import push as transfer
from clausegraph.remote.endpoint import Endpoint, Solution, connect
from clausegraph.remote.manifest import Manifest
from clausegraph.report import BRIEF
from clausegraph.store import Dataset
from tests.conftest import ROOT

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PACKS = ("aurora-esign", "borealis-eseal")
RUN = CliRunner()


@cache
def local(pack: str) -> Dataset:
    return pipeline.check(ROOT / "data" / "packs" / pack, NOW).dataset


def pushed(store: Endpoint, pack: str) -> Manifest:
    return transfer.push(store, local(pack), pack, NOW).manifest


def written(store: Endpoint, pack: Manifest, name: str) -> set[ox.Triple]:
    return set(store.get(pack.pack + "graph/" + name))


@pytest.mark.parametrize("pack", PACKS)
def test_the_store_finds_what_is_found_here(store: Endpoint, pack: str) -> None:
    before = pushed(store, pack)
    for name in checking.WRITTEN:
        store.delete(f"{before.pack}graph/{name}")
    book = checking.rule_book(store)
    done = checking.check(store, before, book)
    assert done.manifest == before  # counts and digests of results and outcomes as pushed
    assert done.changed
    assert done.here == {}
    assert done.native == len(book.plan.targeted)
    assert done.requests < 130
    for view in BRIEF:
        assert checking.rows(store, done.manifest, view) == views.rows(local(pack), view), view
    assert list(store.get(f"{before.pack}graph/staging")) == []
    for name in checking.WRITTEN:
        assert store.count(f"{before.pack}graph/{name}") > 0


@pytest.fixture
def quick(oxigraph: str) -> Endpoint:
    """The faster of the two stores."""
    return connect(oxigraph)


def test_unchanged_results_are_not_written_again(quick: Endpoint) -> None:
    before = pushed(quick, "borealis-eseal")
    done = checking.check(quick, before, checking.rule_book(quick))
    assert not done.changed
    assert done.manifest == before


def test_other_facts_give_other_results(quick: Endpoint) -> None:
    before = pushed(quick, "borealis-eseal")
    book = checking.rule_book(quick)
    kind = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    cg = "https://w3id.org/clausegraph/core#"
    node = ox.NamedNode(before.pack + "another")
    added = [ox.Triple(node, ox.NamedNode(kind), ox.NamedNode(cg + "StatusService"))]
    quick.put(before.pack + "graph/declared", added, append=True)
    done = checking.check(quick, before, book)
    assert done.changed
    focus = ox.NamedNode("http://www.w3.org/ns/shacl#focusNode")
    found = [t for t in written(quick, before, "results") if t.predicate == focus]
    assert node in {t.object for t in found}
    quick.delete(before.pack + "graph/manifest")  # so that the next push sends all


def test_what_the_store_refuses_is_evaluated_here(
    quick: Endpoint, oxigraph: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pushed(quick, "borealis-eseal")
    select, construct = quick.select, quick.construct

    def refusing(wrapped: Callable[..., Iterator[Solution]], text: str) -> Callable[..., object]:
        def ask(query: str, *args: object, **more: object) -> object:
            if text in query:
                raise StoreError("no", seen="too hard", status=500)
            return wrapped(query, *args, **more)

        return ask

    monkeypatch.setattr(quick, "select", refusing(select, "citedIdentifier"))
    monkeypatch.setattr(quick, "construct", refusing(construct, "# id: evidence-state"))
    done = checking.check(quick, before, checking.rule_book(quick))
    assert done.manifest == before
    rules = {what.rpartition("#")[2] for what in done.here}
    assert {"evidence-state", "workflow.intake.document-unknown-identifier"} <= rules
    assert set(done.here.values()) == {"too hard"}
    assert done.native == len(checking.rule_book(connect(oxigraph)).plan.targeted) - len(rules) + 1


def test_a_dead_store_ends_the_run(quick: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    before = pushed(quick, "borealis-eseal")
    old = written(quick, before, "results")

    def dead(query: str, *_: object, **__: object) -> object:
        raise StoreError("the store gives no whole answer", status=None)

    monkeypatch.setattr(quick, "construct", dead)
    with pytest.raises(StoreError, match="no whole answer"):
        checking.check(quick, before, checking.rule_book(quick))
    assert written(quick, before, "results") == old


def test_command(quick: Endpoint, oxigraph: str) -> None:
    for pack in PACKS:
        pushed(quick, pack)
    folder = str(ROOT / "data" / "packs" / "borealis-eseal")
    here = RUN.invoke(app, ["check", folder, "--as-of", "2026-11-23", "--format", "json"])
    there = RUN.invoke(app, ["check", "--store", oxigraph, "borealis-eseal", "--format", "json"])
    assert there.exit_code == here.exit_code == 1
    assert there.stdout == here.stdout
    assert "rules evaluated by the store (oxigraph), 0 here" in there.stderr
    both = RUN.invoke(app, ["check", "--store", oxigraph, "--format", "csv"])
    lines = both.stdout.splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [
        ["aurora-esign", "ready"], ["borealis-eseal", "blocked"],
    ]  # fmt: skip
    assert both.exit_code == 1
    some = RUN.invoke(app, ["check", "--store", oxigraph, "nobody", "borealis-eseal", "--format", "csv"])  # fmt: skip
    lines = some.stdout.splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [
        ["nobody", "error"], ["borealis-eseal", "blocked"],
    ]  # fmt: skip
    assert "holds no pack called" in lines[1]
    assert some.exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such-pack"], "no pack called"),
        (["--as-of", "2026-11-23"], "no use with --store"),
        (["--lint"], "no use with --store"),
    ],
)
def test_command_refuses(oxigraph: str, quick: Endpoint, arguments: list[str], said: str) -> None:
    pushed(quick, "borealis-eseal")
    done = RUN.invoke(app, ["check", "--store", oxigraph, *arguments])
    assert isinstance(done.exception, InputError)
    assert said in str(done.exception)


def test_no_pack_at_all() -> None:
    done = RUN.invoke(app, ["check"])
    assert isinstance(done.exception, InputError)
