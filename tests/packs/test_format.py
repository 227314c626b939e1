"""Keys, codes, references, hashes and sizes of the committed packs."""

from __future__ import annotations

import csv
import hashlib
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packs.folders import AURORA, BOREALIS, BOTH, ROOT, cases, evidence, files, load, name
from tools.make_packs import build
from tools.make_packs import catalogue as tables

FORMAT = load(ROOT / "ontology" / "pack-format.yaml")
CATALOGUE = tables.load()
SPECIAL = {"id", "type", "@context"}
ALL_FILES = [path for folder in BOTH for path in files(folder)]
Found = tuple[str, str, Any]


@cache
def _codes(scheme: str) -> frozenset[str]:
    column, table = {
        "policy": ("policy", "catalogue/policies.csv"),
        "condition": ("code", "catalogue/conditions.csv"),
        "significance": ("id", "catalogue/law_significance.csv"),
    }.get(scheme, ("code", f"codelists/{scheme}.csv"))
    with (ROOT / "data" / table).open(encoding="utf-8", newline="") as stream:
        return frozenset(row[column] for row in csv.DictReader(stream))


def _walk(node: dict[str, Any], block: str, place: str) -> list[Found]:
    """Every value with the type that the format gives it; an unknown key fails."""
    found: list[Found] = []
    for key, value in node.items():
        if key in SPECIAL:
            continue
        assert key in FORMAT["blocks"][block]["keys"], f"{place}: no key {key} in {block}"
        kind = FORMAT["blocks"][block]["keys"][key][1]
        many = kind.endswith("*")
        values = value if isinstance(value, list) else [value]
        assert many or not isinstance(value, list), f"{place}.{key} takes one value"
        for entry in values:
            bare = kind.removesuffix("*")
            if bare in FORMAT["blocks"]:
                found += _walk(entry, bare, f"{place}.{key}")
            else:
                found.append((bare, f"{place}.{key}", entry))
    return found


@cache
def _values(folder: Path) -> list[Found]:
    found = _walk(load(folder / "pack.yaml"), "pack", "pack.yaml")
    for item in evidence(folder):
        found += _walk(item, "evidence", item["id"])
    for case in cases(folder):
        found += _walk(case, case["type"], case["id"])
    return found


def _ids(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["id"]} if "id" in node else set()
        return own.union(*(_ids(value) for value in node.values()))
    return set().union(*(_ids(value) for value in node)) if isinstance(node, list) else set()


@pytest.mark.parametrize("folder", BOTH, ids=name)
def test_codes_stand_in_the_codelists(folder: Path) -> None:
    values = [v for v in _values(folder) if v[0].endswith("!")]
    assert len(values) > 100
    unknown = [v for v in values if v[2] not in _codes(v[0].removesuffix("!"))]
    assert not unknown


@pytest.mark.parametrize("folder", BOTH, ids=name)
def test_references_resolve(folder: Path) -> None:
    known = _ids([load(folder / "pack.yaml"), evidence(folder), cases(folder)])
    assert not [v for v in _values(folder) if v[0] == "ref" and v[2] not in known]


@pytest.mark.parametrize("folder", BOTH, ids=name)
def test_targets_exist(folder: Path) -> None:
    clauses = set(CATALOGUE.titles)
    for _, place, target in (v for v in _values(folder) if v[0] == "target"):
        prefix, _, local = target.partition(":")
        if prefix == "law":
            continue
        key = (prefix, local.removeprefix("clause/"))
        assert key in (clauses if "clause/" in local else CATALOGUE.requirements), place


@pytest.mark.parametrize("folder", BOTH, ids=name)
def test_instants_carry_a_time_zone(folder: Path) -> None:
    instants = [value for kind, _, value in _values(folder) if kind == "datetime"]
    assert len(instants) > 50
    for value in instants:
        assert isinstance(value, str), value
        assert value.endswith("Z"), value
        datetime.fromisoformat(value)


@pytest.mark.parametrize("folder", BOTH, ids=name)
def test_files_exist_except_the_planted_one(folder: Path) -> None:
    named = {value for kind, _, value in _values(folder) if kind == "file"}
    missing = {path for path in named if not (folder / path).is_file()}
    assert missing == ({"artefacts/records/training-record.md"} if folder == BOREALIS else set())


@pytest.mark.parametrize("folder", BOTH, ids=name)
def test_hashes_match_except_the_planted_one(folder: Path) -> None:
    differing = set()
    for item in evidence(folder):
        path = folder / item["path"]
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != item["sha256"]:
            differing.add(item["id"])
    assert differing == ({"ev-risk-assessment"} if folder == BOREALIS else set())


@pytest.mark.parametrize("folder", BOTH, ids=name)
def test_every_artefact_is_used(folder: Path) -> None:
    named = {value for kind, _, value in _values(folder) if kind == "file"}
    stray = {
        path.relative_to(folder).as_posix().removesuffix(".p7s")
        for path in files(folder / "artefacts")
    } - named
    assert not stray


@pytest.mark.parametrize("path", ALL_FILES, ids=name)
def test_file_holds_no_private_key_and_is_small(path: Path) -> None:
    data = path.read_bytes()
    assert len(data) < 300 * 1024
    assert b"PRIVATE KEY" not in data
    # DER of the start of an EC private key on P-256: SEC 1 (version 1, 32 octets).
    assert b"\x30\x77\x02\x01\x01\x04\x20" not in data
    assert b"\x02\x01\x01\x04\x20" not in data


def test_total_size_and_number() -> None:
    assert sum(path.stat().st_size for path in ALL_FILES) < 1536 * 1024
    assert len(ALL_FILES) < 250


@pytest.mark.parametrize("path", ALL_FILES, ids=name)
def test_only_reserved_names_and_territory(path: Path) -> None:
    text = path.read_bytes().decode("latin-1")
    official = {
        "uri.etsi.org", "www.w3.org", "w3id.org",
    }  # fmt: skip
    hosts = set(re.findall(r"https?://([A-Za-z0-9.-]+)", text))
    assert all(host in official or host.endswith(".example") for host in hosts), hosts


@pytest.mark.parametrize("pack", [AURORA, BOREALIS], ids=name)
def test_pack_derives_again_to_the_same_bytes(pack: Path) -> None:
    texts, made = build.derive(pack.name, pack)
    changed = [n for n, content in made.items() if (pack / n).read_bytes() != content]
    changed += [
        text.path
        for text in texts
        if text.delivered is not None and (pack / text.path).read_bytes() != text.delivered
    ]
    assert not changed


def test_conditions_of_the_source_are_known() -> None:
    decided = yaml.safe_load(
        (ROOT / "tools/make_packs/source/conditions.yaml").read_text(encoding="utf-8")
    )
    assert set(decided) <= _codes("condition")
