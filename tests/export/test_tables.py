"""Tables, requirement exchange and annotations: validated by readers that nobody here wrote."""

from __future__ import annotations

import csv
import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from clausegraph import catalog
from clausegraph.export import Options, Projection, produce
from clausegraph.export.tables import KEYS, REFERENCES

from .conftest import ROOT

REQIF = "{http://www.omg.org/spec/ReqIF/20110401/reqif.xsd}"


def laid_out(pack: Projection, name: str, folder: Path) -> Path:
    for part in produce(pack, [name], Options()):
        path = folder / part.path
        path.parent.mkdir(parents=True, exist_ok=True)
        assert isinstance(part.content, bytes)
        path.write_bytes(part.content)
    return folder


@pytest.fixture(scope="module")
def tables(aurora: Projection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return laid_out(aurora, "csvw", tmp_path_factory.mktemp("csvw")) / "tables"


@pytest.fixture(scope="module")
def reqif(aurora: Projection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return (
        laid_out(aurora, "reqif", tmp_path_factory.mktemp("reqif")) / "reqif" / "requirements.reqif"
    )


def valid(folder: Path, tmp_path: Path, names: set[str]) -> bool:
    """What the package csvw says of some of the tables."""
    from csvw import CSVW

    group = json.loads((folder / "csv-metadata.json").read_text())
    group["tables"] = [t for t in group["tables"] if t["url"].removesuffix(".csv") in names]
    metadata = tmp_path / "csv-metadata.json"
    metadata.write_text(json.dumps(group))
    for name in names:
        target = tmp_path / f"{name}.csv"
        if not target.exists():
            target.write_bytes((folder / f"{name}.csv").read_bytes())
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")  # the package finds defects by its own warnings
        try:
            return bool(CSVW(str(metadata), validate=True).is_valid)
        except ValueError:  # it raises what it cannot go on with
            return False


SMALL = {"cases", "case-record", "gates", "verdict", "assessor-results", "catalogue", "evidence"}


def test_tables_are_valid(tables: Path, tmp_path: Path) -> None:
    assert valid(tables, tmp_path, SMALL)


def _text_for_number(text: str) -> str:
    return re.sub(r",(\d+),", ",many,", text, count=1)


def _doubled_row(text: str) -> str:
    return text + text.splitlines(keepends=True)[-1]


def _lost_key(text: str) -> str:
    head, first, *rest = text.splitlines(keepends=True)
    return head + "," + first.partition(",")[2] + "".join(rest)


def _other_heading(text: str) -> str:
    return "x" + text


@pytest.mark.parametrize(
    ("table", "defect"),
    [
        ("gates", _text_for_number),
        ("gates", _doubled_row),
        ("cases", _lost_key),
        ("verdict", _other_heading),
    ],
)
def test_seeded_defects_of_tables_are_caught(
    table: str, defect: Callable[[str], str], tables: Path, tmp_path: Path
) -> None:
    with (tables / f"{table}.csv").open(newline="", encoding="utf-8") as stream:
        broken = defect(stream.read())
    (tmp_path / f"{table}.csv").write_text(broken, newline="")
    assert not valid(tables, tmp_path, {table} | ({"cases"} if table == "case-record" else set()))


def test_every_view_without_parameters_has_a_table(tables: Path) -> None:
    wanted = {v.id for v in catalog.queries("views") if all(p.optional for p in v.params)}
    assert {p.stem for p in tables.glob("*.csv")} == wanted
    assert set(KEYS) | set(REFERENCES) <= wanted


@pytest.mark.parametrize("pack", ["aurora", "borealis"])
def test_keys_name_one_row_and_references_hold(pack: str, request: pytest.FixtureRequest) -> None:
    projection: Projection = request.getfixturevalue(pack)
    for view, key in KEYS.items():
        found = [tuple(r[c] for c in key) for r in projection.rows(view)]
        assert len(found) == len(set(found)), view
    for view, references in REFERENCES.items():
        for column, table in references.items():
            known = {r[KEYS[table][0]] for r in projection.rows(table)}
            assert {r[column] for r in projection.rows(view)} <= known, (view, column)


def test_requirements_pass_the_strict_schema_and_the_reader_of_another_project(reqif: Path) -> None:
    import xmlschema
    from reqif import __file__ as home
    from reqif.parser import ReqIFParser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        schema = xmlschema.XMLSchema(str(Path(home).parent / "reqif_schema" / "reqif.xsd"))
        assert next(iter(schema.iter_errors(str(reqif))), None) is None
        bundle = ReqIFParser.parse(str(reqif))
    content = bundle.core_content.req_if_content
    assert [s.long_name for s in content.specifications] == [
        "EN 319 401 V3.2.1",
        "EN 319 411-1 V1.5.1",
        "EN 319 411-2 V2.6.1",
    ]
    assert len({o.identifier for o in content.spec_objects}) == len(content.spec_objects)


def test_every_reference_of_the_requirements_leads_somewhere(
    reqif: Path, aurora: Projection
) -> None:
    root = etree.parse(str(reqif)).getroot()
    ids = [e.get("IDENTIFIER") for e in root.iter() if e.get("IDENTIFIER")]
    assert len(ids) == len(set(ids))
    assert {e.text for e in root.iter() if str(e.tag).endswith("-REF")} <= set(ids)
    placed = [
        e.findtext(f"{REQIF}OBJECT/{REQIF}SPEC-OBJECT-REF")
        for e in root.iter(f"{REQIF}SPEC-HIERARCHY")
    ]
    objects = [e.get("IDENTIFIER") for e in root.iter(f"{REQIF}SPEC-OBJECT")]
    assert sorted(map(str, placed)) == sorted(map(str, objects))
    wanted = [r for r in aurora.rows("catalogue") if r["modality"] != "void"]
    assert len(objects) == len(wanted) + len(aurora.rows("clauses"))
    assert {e.get("LAST-CHANGE") for e in root.iter() if e.get("LAST-CHANGE")} == {aurora.stamp}


@pytest.fixture(scope="module")
def log(borealis: Projection) -> Any:
    [part] = produce(borealis, ["sarif"], Options())
    assert isinstance(part.content, bytes)
    return json.loads(part.content)


def test_annotations_point_to_the_line_that_is_meant(log: Any, borealis: Projection) -> None:
    [run] = log["runs"]
    rules, results = run["tool"]["driver"]["rules"], run["results"]
    assert len(results) == len(borealis.rows("findings")) > 0
    levels = {"error": "violation", "warning": "warning", "note": "info"}
    for result, row in zip(results, borealis.rows("findings"), strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == row["code"]
        assert levels[result["level"]] == row["severity"]
        [place] = result["locations"]
        physical = place["physicalLocation"]
        if row["location"]:
            uri = physical["artifactLocation"]["uri"]
            line = physical["region"]["startLine"]
            assert f"{uri}:{line}" == row["location"]
            lines = (ROOT / "data/packs/borealis-eseal" / uri).read_text().splitlines()
            assert 1 <= line <= len(lines)
    prints = [r["partialFingerprints"]["clausegraphResult/v1"] for r in results]
    assert len(prints) == len(set(prints))


@pytest.mark.parametrize("name", ["csvw", "reqif", "sarif"])
def test_same_pack_same_bytes(name: str, borealis: Projection) -> None:
    first, second = (produce(borealis, [name], Options()) for _ in range(2))
    assert first == second


def test_tables_read_back_as_the_rows(tables: Path, aurora: Projection) -> None:
    with (tables / "outcomes.csv").open(newline="", encoding="utf-8") as stream:
        read = list(csv.DictReader(stream))
    assert [(r["requirement"], r["outcome"]) for r in read] == [
        (r["requirement"], r["outcome"]) for r in aurora.rows("outcomes")
    ]
