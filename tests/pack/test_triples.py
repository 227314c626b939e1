"""The pack is linked data: other JSON-LD processors make the same triples of it."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
import yaml

from clausegraph import catalog
from clausegraph.pack import context, load_pack, pack_format
from clausegraph.pack.format import CONTEXT_IRI

from .conftest import HEAD, SMALL, Write

CG = "https://w3id.org/clausegraph/core#"
ADDED = {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    CG + "inPack",
    CG + "sourceLocation",
}
CHANGE = """\
id: change-1
type: change
title: New key ceremony
triggers: [policy-change]
affects: [service]
material: true
release: 2026-06-01T00:00:00Z
decisions:
  - {id: d1, kind: assessment-item, because: x, role: assessment-lead, date: 2026-01-02T00:00:00Z}
"""


class _Strings(yaml.SafeLoader):
    """YAML as JSON: timestamps stay text, as YAML-LD has it."""


_Strings.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _linked(text: str, base: str) -> str:
    """The raw file with the shipped context in place of its IRI."""
    document = yaml.load(text, Loader=_Strings)  # noqa: S506
    shipped = json.loads(catalog.context_file().read_text())["@context"]
    document["@context"] = [shipped, {"@base": base}]
    return json.dumps(document)


def _canonical(triples: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    return {(s, p, o.replace("+00:00", "Z")) for s, p, o in triples}


def _ours(folder, known, graph: str) -> set[tuple[str, str, str]]:
    triples = load_pack(folder, known).graphs[graph]
    return {
        (str(t.subject), str(t.predicate), str(t.object))
        for t in triples
        if t.predicate.value not in ADDED
    }


def _skolem_free(triples: set[tuple[str, str, str]]) -> int:
    return len(triples)


@pytest.mark.parametrize("graph", ["declared", "cases/c"])
def test_same_triples_as_pyoxigraph_and_rdflib(
    graph: str, write: Write, known: frozenset[str]
) -> None:
    import rdflib

    small = SMALL.replace("{gate:", "{id: s1, gate:").replace("+01:00", "Z")
    folder = write(small, **{"cases__c.yaml": CHANGE})
    ours = _canonical(_ours(folder, known, graph))
    raw = _linked(small if graph == "declared" else CHANGE, "https://w3id.org/clausegraph/id/tiny/")
    types = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    oxigraph = {
        (str(q.subject), str(q.predicate), str(q.object))
        for q in ox.parse(raw, format=ox.RdfFormat.JSON_LD)
        if str(q.predicate) != types
    }
    graph_ = rdflib.Graph().parse(data=raw, format="json-ld")
    by_rdflib = {(s.n3(), p.n3(), o.n3()) for s, p, o in graph_ if p != rdflib.RDF.type}
    assert len(ours) > 8
    assert _canonical(oxigraph) == ours
    assert _canonical(by_rdflib) == ours


def test_shipped_context_is_fresh() -> None:
    assert json.loads(catalog.context_file().read_text()) == {"@context": context()}


def test_instants_are_canonical(write: Write, known: frozenset[str]) -> None:
    values = {o for _, p, o in _ours(write(), known, "declared") if p.endswith("terms/date>")}
    assert values == {'"2026-01-01T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>'}


def test_every_node_has_an_iri_type_and_place(write: Write, known: frozenset[str]) -> None:
    pack = load_pack(write(SMALL, **{"cases__c.yaml": CHANGE}), known)
    for triples in pack.graphs.values():
        assert not [t for t in triples if isinstance(t.subject, ox.BlankNode)]
        nodes = {t.subject for t in triples}
        for predicate in ADDED:
            assert {t.subject for t in triples if t.predicate.value == predicate} == nodes


def test_csv_rows_equal_yaml_items(write: Write, known: frozenset[str]) -> None:
    yaml_item = "evidence:\n  - {id: e, kind: [cps, cp], title: A, supports: [401:REQ-5-01]}\n"
    csv_item = "id,kind,title,supports\ne,cps|cp,A,401:REQ-5-01\n"
    one = _ours(write(HEAD, **{"evidence__a.yaml": yaml_item}), known, "declared")
    (write(HEAD) / "evidence" / "a.yaml").unlink()
    two = _ours(write(HEAD, **{"evidence__a.csv": csv_item}), known, "declared")
    assert one == two


def test_xlsx_rows_equal_csv_rows(write: Write, known: frozenset[str]) -> None:
    import io

    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["id", "kind", "title"])
    book.active.append(["e", "cps|cp", "A"])
    stream = io.BytesIO()
    book.save(stream)
    one = _ours(write(HEAD, **{"evidence__a.xlsx": stream.getvalue()}), known, "declared")
    (write(HEAD) / "evidence" / "a.xlsx").unlink()
    two = _ours(
        write(HEAD, **{"evidence__a.csv": "id,kind,title\ne,cps|cp,A\n"}), known, "declared"
    )
    assert one == two


@pytest.mark.parametrize("suffix", ["ttl", "trig", "jsonld"])
def test_pack_as_rdf(suffix: str, write: Write, known: frozenset[str]) -> None:
    turtle = f"<https://x.example/p/> a <{CG}Pack> ; <http://purl.org/dc/terms/title> 'T' ."
    texts = {
        "ttl": turtle,
        "trig": "{ " + turtle + " }",
        "jsonld": json.dumps(
            {"@context": CONTEXT_IRI, "id": "https://x.example/p/", "type": "cg:Pack", "title": "T"}
        ),
    }
    folder = write(HEAD)
    (folder / "pack.yaml").unlink()
    (folder / f"pack.{suffix}").write_text(texts[suffix])
    pack = load_pack(folder, known)
    assert pack.base == "https://x.example/p/"
    names = {
        t.predicate.value.rpartition("#")[2].rpartition("/")[2] for t in pack.graphs["declared"]
    }
    assert names == {"type", "title", "inPack"}


def test_every_key_has_a_definition_and_known_type() -> None:
    for block in pack_format().blocks.values():
        for key in block.keys.values():
            assert key.definition[0].isupper()
            assert pack_format().expand(key.path).startswith("http")
