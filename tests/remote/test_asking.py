"""Views and own queries in real stores: the rows of the embedded store, for the example packs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from clausegraph import catalog, pipeline, views
from clausegraph.cli.app import app
from clausegraph.errors import ClausegraphError, InputError, StoreError
from clausegraph.pipeline import Checked
from clausegraph.remote import asking, manifest, push
from clausegraph.remote.endpoint import Endpoint, connect
from tests.conftest import ROOT

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
PACKS = ("aurora-esign", "borealis-eseal")
REQUIREMENT = "https://w3id.org/clausegraph/catalogue/en-319-411-2/2.6.1/OVR-6.3.5-12"
PARAMS = {"explain": {"requirement": REQUIREMENT}}
CG = "https://w3id.org/clausegraph/core#"
RUN = CliRunner()


@pytest.fixture(scope="module")
def checked() -> dict[str, Checked]:
    return {name: pipeline.check(ROOT / "data" / "packs" / name, AS_OF) for name in PACKS}


@pytest.fixture(scope="module", params=["virtuoso", "oxigraph"])
def filled(request: pytest.FixtureRequest, checked: dict[str, Checked]) -> Endpoint:
    """A store that holds the example packs."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "virtuoso":
            patch.setenv("CLAUSEGRAPH_STORE_USER", "dba")
            patch.setenv("CLAUSEGRAPH_STORE_PASSWORD", "dba")
        store = connect(request.getfixturevalue(request.param))
    for name, each in checked.items():
        push.push(store, each.dataset, name, AS_OF)
    return store


def asked(store: Endpoint, pack: str, view: str) -> list[views.Row]:
    packs = manifest.chosen(manifest.read_all(store), [pack])
    ((_, rows),) = asking.view(store, packs, view, PARAMS.get(view, {}))
    return rows


def test_a_view_that_the_store_refuses_is_evaluated_here(
    filled: Endpoint, checked: dict[str, Checked], monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = manifest.chosen(manifest.read_all(filled), PACKS)
    select, told = filled.select, list[str]()

    def refusing(query: str, *rest: object, **more: object) -> object:
        if "# id: evidence\n" in query:
            raise StoreError("no", seen="too\n hard", status=500)
        return select(query, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(filled, "select", refusing)
    found = asking.view(filled, packs, "evidence", {}, told.append)
    assert {m.identifier: rows for m, rows in found} == {
        pack: views.rows(checked[pack].dataset, "evidence") for pack in PACKS
    }
    assert told == ["too hard"]  # once, not once by pack
    assert asking.rows(filled, found[0][0], "evidence") == found[0][1]


def test_a_store_that_fails_is_no_refusal(
    filled: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = manifest.chosen(manifest.read_all(filled), PACKS[:1])

    def failing(*_: object, **__: object) -> object:
        raise StoreError("the store gives no whole answer", status=None)

    monkeypatch.setattr(filled, "select", failing)
    with pytest.raises(StoreError, match="no whole answer"):
        asking.rows(filled, packs[0], "evidence")


@pytest.mark.parametrize("view", [q.id for q in catalog.queries("views")])
def test_every_view_gives_the_rows_of_the_embedded_store(
    filled: Endpoint, checked: dict[str, Checked], view: str
) -> None:
    pack = PACKS[0]
    expected = views.rows(checked[pack].dataset, view, **PARAMS.get(view, {}))
    assert asked(filled, pack, view) == expected


@pytest.mark.parametrize("view", ["explain", "findings", "drift", "trusted-list", "verdict"])
def test_views_of_a_second_pack_beside_it(
    filled: Endpoint, checked: dict[str, Checked], view: str
) -> None:
    pack = PACKS[1]
    expected = views.rows(checked[pack].dataset, view, **PARAMS.get(view, {}))
    assert expected
    assert asked(filled, pack, view) == expected


def test_only_rows_travel(filled: Endpoint) -> None:
    packs = manifest.read_all(filled)
    before = filled.requests
    found = asking.view(filled, packs, "gates", {})
    assert [(m.identifier, len(rows)) for m, rows in found] == [(p, 5) for p in PACKS]
    assert filled.requests - before <= 10


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?s ?date {{ ?s a <{CG}Evidence> . OPTIONAL {{ ?s <http://purl.org/dc/terms/date> ?date }} }}",
        f"ASK {{ ?s a <{CG}Pack> }}",
        f"ASK {{ ?s a <{CG}NoSuchClass> }}",
        f"CONSTRUCT {{ ?s a <http://x/Evidence> }} WHERE {{ ?s a <{CG}Evidence> }}",
    ],
)
def test_own_queries(filled: Endpoint, checked: dict[str, Checked], query: str) -> None:
    packs = manifest.chosen(manifest.read_all(filled), [PACKS[0]])
    columns, rows = asking.own(filled, packs, query)
    expected_columns, expected = views.run_text(checked[PACKS[0]].dataset, query)
    assert columns == expected_columns
    assert sorted(map(repr, rows)) == sorted(map(repr, expected))


def test_own_queries_see_all_chosen_packs_as_one(filled: Endpoint) -> None:
    packs = manifest.read_all(filled)
    query = f"SELECT ?p {{ ?p a <{CG}Pack> }} ORDER BY ?p"
    assert [r["p"] for r in asking.own(filled, packs, query)[1]] == [m.pack for m in packs]
    assert [r["p"] for r in asking.own(filled, packs[:1], query)[1]] == [packs[0].pack]


@pytest.mark.parametrize(
    "query", ["SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "CLEAR ALL", "SELECT"]
)
def test_own_queries_that_are_not_sent(filled: Endpoint, query: str) -> None:
    before = filled.requests
    with pytest.raises(InputError):
        asking.own(filled, manifest.read_all(filled)[:1], query)
    assert filled.requests - before <= 3, "only the manifests were read"


def run(store: Endpoint, *arguments: str) -> str:
    url = store.where.query.rsplit("/", 1)[0]
    with pytest.MonkeyPatch.context() as patch:
        if store.dialect.name == "virtuoso":
            patch.setenv("CLAUSEGRAPH_STORE_USER", "dba")
            patch.setenv("CLAUSEGRAPH_STORE_PASSWORD", "dba")
        result = RUN.invoke(app, [*arguments, "--store", url])
    if isinstance(result.exception, ClausegraphError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_the_commands(filled: Endpoint, tmp_path: Path) -> None:
    pack = str(ROOT / "data" / "packs" / PACKS[0])
    (pushed,) = json.loads(run(filled, "push", pack, "--as-of", "2026-11-23", "--format", "json"))
    assert (pushed["pack"], pushed["graphs_sent"], pushed["graphs_kept"]) == (PACKS[0], 0, 14)
    listed = json.loads(run(filled, "pull", "--list", "--format", "json"))
    assert [row["pack"] for row in listed] == list(PACKS)
    out = tmp_path / "back.nq"
    run(filled, "pull", "--pack", PACKS[0], "--out", str(out))
    assert len(out.read_text(encoding="utf-8").splitlines()) > listed[0]["triples"]
    verdicts = run(filled, "query", "verdict", "--format", "csv").splitlines()
    assert [line.rsplit(",", 1)[1] for line in verdicts] == ["verdict", "ready", "blocked"]
    gates = run(filled, "query", "gates").splitlines()
    assert gates[0].startswith("pack\tgate\t")
    assert len(gates) == 11
    one = run(filled, "query", "gates", PACKS[1]).splitlines()
    assert one == [line.partition("\t")[2] for line in [gates[0], *gates[6:]]]


def test_a_folder_gets_a_file_by_pack(
    filled: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clausegraph.remote import pull

    some = ox.Triple(*3 * (ox.NamedNode("http://x/s"),))
    monkeypatch.setattr(pull, "_graph", lambda _store, _entry: [some])
    run(filled, "pull", "--out", str(tmp_path / "folder"))
    assert sorted(p.name for p in (tmp_path / "folder").iterdir()) == [
        "aurora-esign.nq", "borealis-eseal.nq", "shared.nq",
    ]  # fmt: skip


def test_nothing_half_is_written(
    filled: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clausegraph.remote import pull

    def broken(_store: Endpoint, _entry: manifest.Entry) -> None:
        raise StoreError("the connection is gone")

    monkeypatch.setattr(pull, "_graph", broken)
    with pytest.raises(StoreError, match="gone"):
        run(filled, "pull", "--out", str(tmp_path / "back.trig"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["pull"],
        ["pull", "--out", "x.ttl"],
        ["pull", "--list", "--pack", "nobody"],
        ["query", "verdict", "nobody"],
        ["query", "no-such-view"],
        ["query", "explain"],
        ["query", "verdict", "--dialect", "klingon"],
    ],
)
def test_unusable_arguments(filled: Endpoint, arguments: list[str]) -> None:
    with pytest.raises(InputError):
        run(filled, *arguments)


@pytest.mark.parametrize("command", [["push", "x"], ["pull", "--list"]])
def test_a_store_has_to_be_named(command: list[str]) -> None:
    result = RUN.invoke(app, command)
    assert isinstance(result.exception, InputError)
    assert "--store" in str(result.exception)


def test_a_password_in_the_url_is_refused_and_not_shown() -> None:
    result = RUN.invoke(app, ["pull", "--list", "--store", "http://me:s3cret@127.0.0.1:1/"])
    assert isinstance(result.exception, InputError)
    assert "s3cret" not in str(result.exception) + result.output
