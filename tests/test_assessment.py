"""Remembered assessments: the same answers, and every input that changes is noticed."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clausegraph import assessment, cache, catalog, pipeline, views
from clausegraph.assessment import Asked, Assessment, assess
from clausegraph.assessment.rows import pack_rows, unpack_rows
from clausegraph.cache import Cache
from clausegraph.catalog import Column, Query
from clausegraph.cli.app import app
from clausegraph.errors import InputError
from clausegraph.pack.template import write_template
from clausegraph.portfolio.rows import OPEN
from clausegraph.report import VIEWS
from clausegraph.store import nquads

from .conftest import ROOT

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ASKED = Asked(NOW)
PACKS = ROOT / "data" / "packs"
GRAPHS = ("run", "declared", "cases", "collected", "inferred", "results", "outcomes")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    """A cache of this test; a source edited a moment ago does not switch it off."""
    monkeypatch.setattr(assessment, "settled", lambda *_: True)
    monkeypatch.setenv(cache.PLACE, str(tmp_path / "cache"))
    return cache.default()


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> pipeline.Checked:
    """A pack that was loaded only: these tests ask when work is done, not what comes of it."""
    folder = tmp_path_factory.mktemp("loaded") / "service"
    write_template(folder, "QCP-n", None)
    return pipeline.load(folder, NOW)


class Stages:
    """Stands in for the pipeline and counts how often it runs."""

    def __init__(self, result: pipeline.Checked) -> None:
        self.result = result
        self.runs = 0
        self.during: Callable[[], object] = lambda: None

    def __call__(self, *_: object, **__: object) -> pipeline.Checked:
        self.runs += 1
        self.during()
        return self.result


@pytest.fixture
def stages(loaded: pipeline.Checked, monkeypatch: pytest.MonkeyPatch) -> Stages:
    counter = Stages(loaded)
    monkeypatch.setattr(pipeline, "check", counter)
    return counter


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "service"
    write_template(folder, "QCP-n", None)
    (folder / "artefacts" / "a.txt").write_text("a")
    (folder / "named.txt").write_text("named outside artefacts")
    return folder


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped assets that a test may edit."""
    copy = tmp_path / "assets"
    for folder in catalog.asset_folders():
        shutil.copytree(folder, copy / folder.relative_to(catalog.root()))
    monkeypatch.setattr(catalog, "root", lambda: copy)
    return copy


def test_the_second_time_no_stage_runs(kept: Cache, pack: Path, stages: Stages) -> None:
    first, second = assess(pack, ASKED), assess(pack, ASKED)
    assert stages.runs == 1
    assert second.rows("verdict") == first.rows("verdict")
    assert [e.kind for e in kept.entries()].count("pack") == 1


def test_another_place_is_no_other_pack(kept: Cache, pack: Path, stages: Stages) -> None:
    assess(pack, ASKED)
    pack.rename(pack.parent / "moved")
    assert assess(pack.parent / "moved", ASKED).pack.folder == pack.parent / "moved"
    assert stages.runs == 1


PARAMETERS: dict[str, dict[str, Any]] = {
    "as of": {"as_of": NOW + timedelta(seconds=1)},
    "as of, a fraction": {"as_of": NOW + timedelta(microseconds=1)},
    "bridging": {"bridging": False},
    "engine": {"engine": "both"},
    "keep subjects": {"keep_subjects": True},
    "lint": {"lint": True},
}


def test_no_parameter_is_forgotten() -> None:
    assert {key for change in PARAMETERS.values() for key in change} == {
        field.name for field in fields(Asked)
    }


@pytest.mark.parametrize("name", PARAMETERS)
def test_each_parameter_counts(kept: Cache, pack: Path, stages: Stages, name: str) -> None:
    assess(pack, ASKED)
    assess(pack, replace(ASKED, **PARAMETERS[name]))
    assert stages.runs == 2


PACK_CHANGES: dict[str, Callable[[Path], object]] = {
    "root file": lambda p: (p / "pack.yaml").write_text((p / "pack.yaml").read_text() + "\n"),
    "root file of another name": lambda p: (p / "pack.yaml").rename(p / "pack.yml"),
    "a second root file": lambda p: (p / "pack.ttl").write_text(""),
    "evidence": lambda p: (p / "evidence" / "evidence.yaml").write_text("evidence: []\n"),
    "evidence added": lambda p: (p / "evidence" / "more.csv").write_text("id\n"),
    "case added": lambda p: (p / "cases" / "2026-01-change.yaml").write_text("type: change\n"),
    "graph added": lambda p: ((p / "graph").mkdir(), (p / "graph" / "x.ttl").write_text("")),
    "artefact": lambda p: (p / "artefacts" / "a.txt").write_text("b"),
    "artefact added": lambda p: (p / "artefacts" / "b.txt").write_text("b"),
    "artefact renamed": lambda p: (p / "artefacts" / "a.txt").rename(p / "artefacts" / "b.txt"),
    "artefact removed": lambda p: (p / "artefacts" / "a.txt").unlink(),
    "artefact a link": lambda p: (p / "artefacts" / "l.txt").symlink_to("a.txt"),
    "a file beside artefacts": lambda p: (p / "named.txt").write_text("other"),
    "that file gone": lambda p: (p / "named.txt").unlink(),
}


@pytest.mark.parametrize("change", PACK_CHANGES)
def test_each_change_of_the_pack_counts(
    kept: Cache, pack: Path, stages: Stages, change: str
) -> None:
    assess(pack, ASKED)
    PACK_CHANGES[change](pack)
    assess(pack, ASKED)
    assert stages.runs == 2


def _first(folder: Path, pattern: str) -> Path:
    return min(folder.rglob(pattern))


ASSET_CHANGES: dict[str, Callable[[Path], Path]] = {
    "ontology": lambda a: a / "ontology" / "core.ttl",
    "catalogue": lambda a: _first(a / "ontology" / "catalogue", "*.ttl"),
    "pack format": lambda a: a / "ontology" / "pack-format.yaml",
    "shape": lambda a: _first(a / "shapes", "*.ttl"),
    "rule": lambda a: _first(a / "queries" / "rules", "*.rq"),
    "view": lambda a: _first(a / "queries" / "views", "*.rq"),
    "codelist": lambda a: _first(a / "data" / "codelists", "*.csv"),
    "wording looked for in documents": lambda a: _first(a / "data" / "documents", "*.csv"),
}


@pytest.mark.parametrize("asset", ASSET_CHANGES)
def test_each_kind_of_shipped_file_counts(
    kept: Cache, pack: Path, stages: Stages, assets: Path, asset: str
) -> None:
    assess(pack, ASKED)
    file = ASSET_CHANGES[asset](assets)
    before = file.read_bytes()
    file.write_bytes(before + b"\n")
    assess(pack, ASKED)
    assert stages.runs == 2
    file.unlink()
    assess(pack, ASKED)
    assert stages.runs == 3
    file.write_bytes(before)
    assess(pack, ASKED)
    assert stages.runs == 3, "as it was at first"


def test_the_program_counts(
    kept: Cache, pack: Path, stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    assess(pack, ASKED)
    monkeypatch.setattr(assessment, "program", lambda: "another version")
    assess(pack, ASKED)
    assert stages.runs == 2


DURING: dict[str, Callable[[Path, pytest.MonkeyPatch], object]] = {
    "the pack is edited": lambda p, _: (p / "artefacts" / "a.txt").write_text("b"),
    "an accident happens": lambda *_: cache.accident(),
    "a source is edited": lambda _, m: m.setattr(assessment, "settled", lambda *_: False),
}


@pytest.mark.parametrize("event", DURING)
def test_nothing_is_kept_when_meanwhile(
    kept: Cache, pack: Path, stages: Stages, monkeypatch: pytest.MonkeyPatch, event: str
) -> None:
    stages.during = lambda: DURING[event](pack, monkeypatch)
    assess(pack, ASKED).rows("verdict")
    assert list(kept.entries()) == []


def test_a_refused_pack_is_refused_again(kept: Cache, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "pack.yaml").write_text("service: [")
    for _ in range(2):
        with pytest.raises(InputError):
            assess(tmp_path / "broken", ASKED)
    with pytest.raises(InputError, match="time zone"):
        assess(PACKS / "aurora-esign", Asked(NOW.replace(tzinfo=None)))
    assert list(kept.entries()) == []


def test_entries_may_vanish_or_break_at_any_time(kept: Cache, pack: Path, stages: Stages) -> None:
    want = assess(pack, ASKED).rows("verdict")
    for kind in ("rows", "pack"):
        for damage in (lambda p: p.unlink(), lambda p: p.write_bytes(b"damaged")):
            for entry in list(kept.entries()):
                if entry.kind == kind:
                    damage(entry.path)
            assert assess(pack, ASKED).rows("verdict") == want
    halfway = assess(pack, ASKED)
    shutil.rmtree(kept.folder)
    assert halfway.rows("verdict") == want
    assert nquads(halfway.dataset, *GRAPHS) == nquads(stages.result.dataset, *GRAPHS)


def test_rows_keep_their_types() -> None:
    types = ("iri", "string", "integer", "decimal", "boolean", "dateTime", "dateTime", "string")
    columns = tuple(Column(f"c{n}", t, optional=True) for n, t in enumerate(types))
    view = Query("v", "view", "", (), (), columns, "", Path())
    values = ("https://x/", "ü\x00\"\\'", 10**30, Decimal("1.50"), True, NOW, None, None)
    rows = [dict(zip((c.name for c in columns), values, strict=True)), dict.fromkeys("c0")]
    rows[1] = {c.name: None for c in columns}
    back = unpack_rows(pack_rows(rows), view)
    assert back == rows
    assert [type(v) for v in back[0].values()] == [type(v) for v in values]
    assert str(back[0]["c3"]) == "1.50"


@pytest.fixture(scope="module", params=["aurora-esign", "borealis-eseal"])
def twice(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Assessment, Assessment]:
    """An example pack, assessed, and remembered."""
    kept = Cache(tmp_path_factory.mktemp("kept"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assessment, "settled", lambda *_: True)
        first = assess(PACKS / request.param, ASKED, kept=kept)
        fresh = {view: views.rows(first.dataset, view) for view in VIEWS}
        assert {view: first.rows(view) for view in VIEWS[::2]} == {v: fresh[v] for v in VIEWS[::2]}
        assert first.several(VIEWS) == fresh  # half of them kept, half of them run
        patch.setattr(pipeline, "check", None)
        again = assess(PACKS / request.param, ASKED, kept=kept)
    return first, again


def test_graphs_and_declarations_come_back_exactly(twice: tuple[Assessment, Assessment]) -> None:
    first, again = twice
    assert again.checked is not first.checked
    for graph in GRAPHS:
        assert nquads(again.dataset, graph) == nquads(first.dataset, graph), graph
        assert first.dataset.count(graph) > 0, graph
    assert again.dataset.case_graphs() == first.dataset.case_graphs()
    assert again.pack == first.pack
    assert list(again.pack.graphs) == list(first.pack.graphs)
    assert again.as_of == first.as_of


@pytest.mark.parametrize("view", VIEWS)
def test_views_give_the_same_from_memory_and_from_remembered_graphs(
    twice: tuple[Assessment, Assessment], view: str
) -> None:
    first, again = twice
    want = repr(first.rows(view))
    assert repr(again.rows(view)) == want
    assert repr(views.rows(again.dataset, view)) == want
    assert repr(again.several([view])) == repr({view: first.rows(view)})


COMMANDS = {
    "check json": ["check", "{pack}", "--format", "json"],
    "check html": ["check", "{pack}", "--format", "html"],
    "own query": ["query", "{query}", "{pack}", "--format", "json"],
    "explain": ["explain", "411-2:OVR-6.3.5-12", "{pack}"],
    "export": ["export", "{pack}", "--as", "nquads,trig,csvw", "--to", "{out}"],
}


def test_commands_say_the_same_without_with_and_after_the_cache(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assessment, "settled", lambda *_: True)
    (tmp_path / "q.rq").write_text("SELECT ?s ?o { ?s a ?o FILTER isIRI(?s) } ORDER BY ?s ?o")
    really, runs = pipeline.check, []

    def counted(*args: Any, **named: Any) -> pipeline.Checked:
        runs.append(args)
        return really(*args, **named)

    monkeypatch.setattr(pipeline, "check", counted)

    def outputs(turn: str, *more: str) -> dict[str, object]:
        found: dict[str, object] = {}
        for name, command in COMMANDS.items():
            out = tmp_path / turn / "out"
            words = [w.format(pack=pack, query=tmp_path / "q.rq", out=out) for w in command]
            result = CliRunner().invoke(app, [*words, "--as-of", "2026-11-23", *more])
            assert isinstance(result.exception, SystemExit | None), result.exception
            found[name] = (result.exit_code, result.output.replace(str(out), ""))
            if out.exists():
                files = sorted(p for p in out.rglob("*") if p.is_file())
                found[f"{name} files"] = {str(p.relative_to(out)): p.read_bytes() for p in files}
        return found

    monkeypatch.setenv(cache.PLACE, str(tmp_path / "cache"))
    want = outputs("without", "--no-cache")
    assert not (tmp_path / "cache").exists()
    assert len(runs) == len(COMMANDS)
    for turn in ("with", "after"):
        monkeypatch.setenv(cache.PLACE, str(tmp_path / "cache"))
        assert outputs(turn) == want
    assert len(runs) == len(COMMANDS) + 1


def test_without_an_as_of_time_nothing_is_kept(kept: Cache, pack: Path, stages: Stages) -> None:
    for _ in range(2):
        CliRunner().invoke(app, ["check", str(pack)])
    assert stages.runs == 2
    assert not [e for e in kept.entries() if e.kind in {"pack", "rows"}]


def test_counts_of_outcomes_are_those_of_the_lists(twice: tuple[Assessment, Assessment]) -> None:
    counts = {str(r["outcome"]): r["requirements"] for r in twice[0].rows("outcome-counts")}
    assert counts == Counter(str(r["outcome"]) for r in twice[0].rows("outcomes"))
    assert sum(int(str(counts.get(o, 0))) for o in OPEN) == len(twice[0].rows("gaps"))
