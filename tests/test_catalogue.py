"""The catalogue holds every fact of its sources, and what is generated is fresh."""

from __future__ import annotations

import csv
import re
from collections import Counter

import pytest

from clausegraph import catalog
from clausegraph.store import Dataset

from .conftest import ROOT

CG = "https://w3id.org/clausegraph/core#"
COUNTS = {
    "SELECT (COUNT(*) AS ?n) WHERE { ?x a cg:Requirement }": 834,
    "SELECT (COUNT(*) AS ?n) WHERE { ?x a cg:Requirement ; cg:modality ?m . FILTER(STRENDS(STR(?m), '/void')) }": 69,
    "SELECT (COUNT(*) AS ?n) WHERE { ?x a cg:EditionBridge }": 26,
    "SELECT (COUNT(*) AS ?n) WHERE { ?x a cg:CertificatePolicy ; cg:policyOid ?o }": 14,
    "SELECT (COUNT(*) AS ?n) WHERE { ?x a cg:Reference ; cg:relation/skos:notation 'maps-to-law' }": 646,
    "SELECT (COUNT(*) AS ?n) WHERE { ?x a cg:Edition }": 3,
    "SELECT (COUNT(*) AS ?n) WHERE { ?x a cg:Gate }": 5,
}
PREFIXES = f"PREFIX cg: <{CG}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "


@pytest.mark.parametrize("query", COUNTS)
def test_counts(query: str, catalogue: Dataset) -> None:
    (row,) = catalogue.select(PREFIXES + query, ["catalogue"])
    assert row["n"] is not None
    assert int(row["n"].value) == COUNTS[query]  # type: ignore[union-attr]


def test_every_reference_row_is_a_node(catalogue: Dataset) -> None:
    query = (
        PREFIXES
        + """SELECT (COUNT(*) AS ?n) WHERE { ?x a cg:Reference ; cg:from/a cg:Requirement ; cg:relation/skos:notation ?r .
      FILTER(?r IN ('incorporates', 'incorporates-if', 'excludes', 'refines', 'supersedes', 'see')) }"""
    )
    with (ROOT / "data" / "catalogue" / "references.csv").open(encoding="utf-8") as stream:
        distinct = {tuple(row.values()) for row in csv.DictReader(stream)}
    (row,) = catalogue.select(query, ["catalogue"])
    assert int(row["n"].value) == len(distinct)  # type: ignore[union-attr]


def test_generated_files_are_fresh() -> None:
    from tools.generate import files

    stale = [p.name for p, text in files().items() if p.read_text(encoding="utf-8") != text]
    assert stale == []


def test_every_header_parses_and_kinds_fit_folders() -> None:
    for folder, kind in (("views", "view"), ("rules", "rule")):
        found = catalog.queries(folder)
        assert len(found) > 20
        assert {query.kind for query in found} == {kind}


@pytest.mark.parametrize("folder", ["rules", "views"])
def test_every_query_follows_a_source_of_its_own(folder: str, catalogue: Dataset) -> None:
    """A clause, requirement, provision or specification; a family of queries may share one."""
    known = {str(t.subject)[1:-1] for t in catalogue.triples("catalogue")}
    known -= {CG.rstrip("#")}
    specifications = ("https://www.w3.org/TR/", "http://data.europa.eu/eli/")
    sources = {
        query.id: re.findall(r"^# source: (\S+)$", query.text, re.MULTILINE)
        for query in catalog.queries(folder)
    }
    assert {name: len(found) for name, found in sources.items() if len(found) != 1} == {}
    flat = {name: found[0] for name, found in sources.items()}
    assert {
        name: source
        for name, source in flat.items()
        if source not in known and not source.startswith(specifications)
    } == {}
    assert [s for s, count in Counter(flat.values()).items() if count > 3] == []
