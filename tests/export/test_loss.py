"""Every triple of a pack is accounted for by every format, and no declaration is a blank cheque."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clausegraph.errors import AssetError
from clausegraph.export import FORMATS, Projection, loss


@pytest.mark.parametrize("pack", ["aurora", "borealis"])
@pytest.mark.parametrize("name", FORMATS)
def test_every_property_is_declared(name: str, pack: str, request: pytest.FixtureRequest) -> None:
    rows = loss.losses(request.getfixturevalue(pack), name)
    undeclared = [
        f"{r.graph} {r.class_} {r.property_}" for r in rows if r.treatment == "undeclared"
    ]
    assert undeclared == []


def test_every_triple_is_counted_once(aurora: Projection) -> None:
    rows = loss.losses(aurora, "trig")
    assert sum(r.triples for r in rows) == sum(1 for _ in aurora.quads(aurora.graphs()))
    assert loss.totals(rows) == {
        "carried": sum(r.triples for r in rows),
        "approximated": 0,
        "dropped": 0,
    }


def test_report_is_json_with_one_entry_per_format(aurora: Projection) -> None:
    part = loss.report(aurora, ["trig"])
    assert isinstance(part.content, bytes)
    document = json.loads(part.content)
    assert list(document["formats"]) == ["trig"]
    assert all(len(row) == len(document["columns"]) for row in document["formats"]["trig"]["rows"])


def test_every_format_has_a_declaration_and_every_declaration_a_format() -> None:
    stems = {p.stem for p in Path(loss.__file__).with_name("declarations").iterdir()}
    assert stems == set(FORMATS)


@pytest.mark.parametrize(
    "text",
    [
        "classes: {cg:Pack: {'*': {carried: all of it}}}",
        "classes: {cg:Pack: {dcterms:title: {kept: somewhere}}}",
        "classes: {cg:Pack: {dcterms:title: {dropped: ''}}}",
        "other: 1",
    ],
)
def test_declarations_are_strict(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.yaml").write_text(text)
    monkeypatch.setattr(loss, "_FOLDER", tmp_path)
    with pytest.raises(AssetError):
        loss.declaration("bad")


def test_what_no_declaration_names_is_undeclared() -> None:
    declared = loss.Declaration(
        None,
        {"inferred": "derived again"},
        {"cg:Pack": {"dcterms:title": ("carried", "title")}, "cg:Run": {"*": ("dropped", "no")}},
    )
    assert declared.judge("declared", "cg:Pack", "dcterms:title") == ("carried", "title")
    assert declared.judge("declared", "cg:Pack", "cg:new")[0] == "undeclared"
    assert declared.judge("inferred", "cg:Pack", "cg:new") == ("dropped", "derived again")
    assert declared.judge("run", "cg:Run", "cg:asOf") == ("dropped", "no")
