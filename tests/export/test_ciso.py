"""CISO Assistant: libraries by its rules, audit rows that it would take, and their way back."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from clausegraph.errors import InputError
from clausegraph.export import Options, Part, Projection, produce
from clausegraph.export.ciso.library import VERSION
from clausegraph.export.inbound import bring_in
from clausegraph.export.inbound import ciso as inbound_ciso

from .ciso_rules import PROGRESS, RESULTS, problems
from .conftest import ROOT, projection_of

Documents = dict[str, Any]
AUDIT = "ciso-assistant/audits/en-319-411-2"
# SHA-256 of all libraries of each version: whoever changes what they say raises the version.
DIGESTS = {1: "6451a806f5daac1302cfc149d64304f931497ebdf9b1849a1a52aab31bf45fe8"}


@pytest.fixture(scope="module")
def files(aurora: Projection) -> dict[str, Part]:
    return {p.path: p for p in produce(aurora, ["ciso"], Options())}


@pytest.fixture(scope="module")
def documents(files: dict[str, Part]) -> Documents:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {
        p.path: yaml.load(p.content, Loader=loader)  # noqa: S506
        for p in files.values()
        if p.path.endswith(".yaml")
    }


def test_libraries_keep_the_rules(documents: Documents) -> None:
    assert list(problems(documents)) == []
    assert len(documents) == 15


def test_who_changes_a_library_raises_its_version(documents: Documents) -> None:
    digest = hashlib.sha256(json.dumps(documents, sort_keys=True).encode()).hexdigest()
    assert DIGESTS.get(VERSION) == digest, "raise VERSION and add its digest"


def test_groups_are_what_applies_under_each_policy(
    aurora: Projection, documents: Documents
) -> None:
    from clausegraph import views

    framework = documents["ciso-assistant/libraries/en-319-411-2.yaml"]["objects"]["framework"]
    found = {
        n["ref_id"] for n in framework["requirement_nodes"]
        if "QCP-n-qscd" in n.get("implementation_groups", ())
    }  # fmt: skip
    rows = views.rows(aurora.derive("QCP-n-qscd"), "inheritance")
    wanted = {
        r["identifier"]
        for r in rows
        if r["standard"] == "EN 319 411-2" and r["standing"] in ("applies", "undecided")
    }
    assert found == wanted
    assert found


def _first(documents: Documents, kind: str) -> Any:
    return next(d for d in documents.values() if kind in d["objects"])


def _node(documents: Documents) -> Any:
    return _first(documents, "framework")["objects"]["framework"]["requirement_nodes"][3]


def _mapping(documents: Documents) -> Any:
    return _first(documents, "requirement_mapping_sets")["objects"]["requirement_mapping_sets"][0][
        "requirement_mappings"
    ][0]


@pytest.mark.parametrize(
    "defect",
    [
        lambda d: _first(d, "framework").update(version="1.0"),
        lambda d: _first(d, "framework").update(urn="urn:clausegraph:risk:library:EN 319"),
        lambda d: _first(d, "framework").pop("locale"),
        lambda d: _node(d).update(urn=_node(d)["urn"].upper()),
        lambda d: _node(d).update(parent_urn="urn:clausegraph:risk:req_node:en-319-401:99"),
        lambda d: _node(d).update(depth=9),
        lambda d: _node(d).pop("assessable"),
        lambda d: _node(d).update(implementation_groups=["QCP-x"]),
        lambda d: _mapping(d).update(relationship="partly"),
        lambda d: _mapping(d).update(
            target_requirement_urn="urn:clausegraph:risk:req_node:en-319-401:void"
        ),
        lambda d: _first(d, "requirement_mapping_sets").update(dependencies=[]),
    ],
)
def test_seeded_defects_are_caught(
    defect: Callable[[Documents], Any], documents: Documents
) -> None:
    broken = {k: deepcopy(v) for k, v in documents.items() if "eidas" not in k and "cir" not in k}
    assert list(problems(broken)) == []
    defect(broken)
    assert list(problems(broken))


def rows_of(files: dict[str, Part]) -> list[dict[str, str]]:
    content = files[f"{AUDIT}.csv"].content
    assert isinstance(content, bytes)
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_audit_rows_are_such_as_the_platform_takes(
    files: dict[str, Part], documents: Documents, aurora: Projection
) -> None:
    rows = rows_of(files)
    nodes = documents["ciso-assistant/libraries/en-319-411-2.yaml"]["objects"]["framework"][
        "requirement_nodes"
    ]
    assert [r["urn"] for r in rows] == [n["urn"] for n in nodes]
    assert [r["assessable"] == "x" for r in rows] == [n["assessable"] for n in nodes]
    taken = [r for r in rows if r["assessable"]]
    assert {r["compliance_result"] for r in taken} <= RESULTS
    assert {r["requirement_progress"] for r in taken} <= PROGRESS
    assert all(not r["compliance_result"] for r in rows if not r["assessable"])
    met = {
        r["identifier"]
        for r in aurora.rows("outcomes")
        if r["outcome"] in ("met", "inherited") and r["standard"] == "EN 319 411-2"
    }
    assert {r["ref_id"] for r in taken if r["compliance_result"] == "compliant"} == met


def test_csv_and_workbook_say_the_same(files: dict[str, Part]) -> None:
    content = files[f"{AUDIT}.xlsx"].content
    assert isinstance(content, bytes)
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    table = [[str(v or "") for v in row] for row in page.iter_rows(values_only=True)]
    assert table == [list(rows_of(files)[0]), *(list(r.values()) for r in rows_of(files))]


def as_table(rows: list[dict[str, str]]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def test_audit_rows_come_back_once(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(ROOT / "data" / "packs" / "borealis-eseal", folder)
    pack = projection_of(folder)
    rows = rows_of({p.path: p for p in produce(pack, ["ciso"], Options())})
    by_ref = {r["ref_id"]: r for r in rows}
    by_ref["OVR-6.3.5-12"].update(
        compliance_result="partially_compliant", observations="=half of it"
    )
    by_ref["CSS-6.3.10-08"].update(compliance_result="compliant")
    file = tmp_path / "back.csv"
    file.write_bytes(as_table(rows))
    reading, outcome = bring_in(file, pack)
    found = {s.requirement.rpartition("/")[2]: s for s in outcome.added}
    assert {k: (s.result, s.by, s.date) for k, s in found.items()} == {
        "OVR-6.3.5-12": ("failed", "CISO Assistant", pack.stamp),
        "CSS-6.3.10-08": ("passed", "CISO Assistant", pack.stamp),
    }
    assert found["OVR-6.3.5-12"].remark == "Partially compliant. =half of it"
    assert outcome.problems == ()
    assert {n.kind for n in reading.notes} == {"unchanged"}
    again = projection_of(folder)
    assert {(r["identifier"], r["result"]) for r in again.rows("assessor-results") if r["by"] == "CISO Assistant"} == {
        ("OVR-6.3.5-12", "failed"), ("CSS-6.3.10-08", "passed")
    }  # fmt: skip
    _, twice = bring_in(file, again)
    assert twice.added == ()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (
            {
                "urn": "urn:clausegraph:risk:req_node:en-319-411-2:none",
                "compliance_result": "compliant",
            },
            "unknown",
        ),
        (
            {
                "urn": "urn:clausegraph:risk:req_node:en-319-411-2:css-6.3.10-08",
                "compliance_result": "compliant",
            },
            "changed",
        ),
        ({"compliance_result": "fine"}, "unreadable"),
        ({"compliance_result": "non_compliant", "assessed_on": "soon"}, "unreadable"),
        ({"urn": "", "ref_id": "CSS-6.3.10-01", "compliance_result": "compliant"}, "unknown"),
    ],
)
def test_doubts_are_said_with_their_row(
    change: dict[str, str], kind: str, tmp_path: Path, files: dict[str, Part], aurora: Projection
) -> None:
    rows = [r | {"assessed_on": ""} for r in rows_of(files)]
    number = next(n for n, r in enumerate(rows) if r["ref_id"] == "OVR-6.3.5-12")
    rows[number].update(change)
    file = tmp_path / "back.csv"
    file.write_bytes(as_table(rows))
    _, outcome = bring_in(file, aurora, dry_run=True)
    assert outcome.added == ()
    [note] = outcome.problems
    assert (note.kind, note.where) == (kind, f"row {number + 2}")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=300))
def test_whatever_follows_the_header_is_read_or_refused(aurora: Projection, tail: bytes) -> None:
    data = b"urn,ref_id,compliance_result,observations\n" + tail
    assert inbound_ciso.recognises(data)
    with contextlib.suppress(InputError):
        inbound_ciso.read(data, aurora)
