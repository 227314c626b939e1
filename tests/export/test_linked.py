"""Linked data: a file parses to the canonical graph that it was written from."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from clausegraph import catalog
from clausegraph.export import Options, Part, Projection, produce
from clausegraph.export.linked.canonical import canonical_bytes, canonical_hash, canonical_quads
from clausegraph.export.linked.framing import Framer
from clausegraph.pack import context, pack_format

SYNTAXES = {
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
LOSSLESS = ("trig", "nquads", "ttl", "jsonld")
CG = "https://w3id.org/clausegraph/core#"


def content(part: Part) -> bytes:
    return part.content if isinstance(part.content, bytes) else part.content.read_bytes()


def quads_of(part: Part, projection: Projection) -> list[ox.Quad]:
    """The quads of a file; a Turtle file stands for the graph of its name."""
    found = list(ox.parse(content(part), format=SYNTAXES[part.media_type]))
    if part.media_type != "text/turtle":
        return found
    graph = projection.dataset.graph(part.path.partition("turtle/")[2].removesuffix(".ttl"))
    return [ox.Quad(q.subject, q.predicate, q.object, graph) for q in found]


@pytest.mark.parametrize("pack", ["aurora", "borealis"])
@pytest.mark.parametrize("name", LOSSLESS)
def test_round_trip_is_an_identity(name: str, pack: str, request: pytest.FixtureRequest) -> None:
    projection: Projection = request.getfixturevalue(pack)
    read = [
        q for part in produce(projection, [name], Options()) for q in quads_of(part, projection)
    ]
    written = list(projection.quads(projection.graphs()))
    assert canonical_quads(read) == canonical_quads(written)
    assert canonical_hash(read) == projection.hash


@pytest.mark.parametrize("name", [*LOSSLESS, "itb", "ro-crate", "bagit", "dcat"])
def test_same_pack_same_bytes(name: str, borealis: Projection) -> None:
    def once() -> list[tuple[str, bytes]]:
        return [(p.path, content(p)) for p in produce(borealis, [name], Options())]

    assert once() == once()


def test_n_quads_are_the_hashed_form(aurora: Projection) -> None:
    [part] = produce(aurora, ["nquads"], Options())
    assert part.digest()[1] == aurora.hash
    lines = content(part).splitlines()
    assert lines == sorted(lines)


def test_a_second_parser_reads_the_same_tree(
    borealis: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The JSON-LD processor of rdflib knows nothing of ours and finds the same triples."""
    part = next(p for p in produce(borealis, ["jsonld"], Options()) if "pack" in p.path)
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    dataset = rdflib.Dataset()
    dataset.parse(data=content(part), format="json-ld")
    graph = borealis.dataset.graph("declared").value
    theirs = {(str(s), str(p), str(o)) for s, p, o in dataset.graph(rdflib.URIRef(graph))}
    ours = {
        (t.subject.value, t.predicate.value, getattr(t.object, "value", ""))
        for t in borealis.triples("declared")
    }
    assert theirs == ours


def test_the_tree_is_nested_as_a_pack_file_is(aurora: Projection) -> None:
    part = next(p for p in produce(aurora, ["jsonld"], Options()) if "pack" in p.path)
    document = json.loads(content(part))
    [declared] = [g for g in document["@graph"] if g["id"].endswith("graph/declared")]
    [pack] = declared["@graph"]
    assert pack["service"]["policy"] == "QCP-n-qscd"
    assert len(pack["evidence"]) == len(aurora.rows("evidence"))
    assert pack["evidence"][0]["supports"]
    assert document["@context"][1] == context()


def test_the_hash_sees_one_changed_term(aurora: Projection) -> None:
    quads = list(aurora.quads(["declared"]))
    first = quads[0]
    changed = ox.Quad(first.subject, first.predicate, ox.Literal("other"), first.graph_name)
    assert canonical_hash(quads) != canonical_hash([changed, *quads[1:]])
    assert canonical_hash(quads) == canonical_hash(list(reversed(quads)))


def test_blank_node_names_do_not_matter() -> None:
    predicate, graph = ox.NamedNode(CG + "part"), ox.DefaultGraph()

    def ring(*names: str) -> list[ox.Quad]:
        nodes = [ox.BlankNode(n) for n in names]
        return [
            ox.Quad(a, predicate, b, graph)
            for a, b in zip(nodes, [*nodes[1:], nodes[0]], strict=True)
        ]

    assert canonical_bytes(ring("a", "b", "c")) == canonical_bytes(ring("z", "x", "y"))
    assert canonical_hash(ring("a", "b", "c")) != canonical_hash(ring("a", "b"))


BASE = "https://w3id.org/clausegraph/id/any/"
_FORMAT = pack_format()
_LOCAL = st.sampled_from(["", "a", "b", "cases/c", "x:y", "//z", "#h", "a b".replace(" ", "%20")])
_NODES = st.builds(lambda local: ox.NamedNode(BASE + local), _LOCAL) | st.builds(
    ox.BlankNode, st.sampled_from(["n1", "n2"])
)
_KEYS = sorted({_FORMAT.expand(k.path) for b in _FORMAT.blocks.values() for k in b.keys.values()})
_PREDICATES = st.sampled_from([*_KEYS, CG + "inPack", "urn:x:other"]).map(ox.NamedNode)
_CLASSES = st.sampled_from(sorted(_FORMAT.expand(b.cls) for b in _FORMAT.blocks.values()))
_OBJECTS = (
    _NODES
    | st.sampled_from(
        ["https://w3id.org/clausegraph/catalogue/role/management", "https://w3id.org/clausegraph/catalogue/policy/NCP+",
         "http://www.w3.org/ns/earl#passed", "mailto:a@b.example", "https://w3id.org/clausegraph/catalogue/role/a:b"]
    ).map(ox.NamedNode)
    | st.builds(ox.Literal, st.text(st.characters(exclude_categories=["Cs"]), max_size=6))
    | st.builds(lambda v: ox.Literal(v, language="en"), st.sampled_from(["word", ""]))
    | st.builds(
        lambda v, d: ox.Literal(v, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#" + d)),
        st.sampled_from(["01", "1", "true", "x", "P1Y"]),
        st.sampled_from(["integer", "boolean", "dateTime", "decimal", "duration", "date"]),
    )
)  # fmt: skip
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_TRIPLES = st.builds(ox.Triple, _NODES, _PREDICATES, _OBJECTS) | st.builds(
    lambda s, c: ox.Triple(s, _TYPE, ox.NamedNode(c)), _NODES, _CLASSES
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_TRIPLES, min_size=1, max_size=12, unique_by=str))
def test_framing_loses_no_triple_of_any_graph(triples: list[ox.Triple]) -> None:
    nodes = Framer(BASE).tree(triples)
    document = {"@context": [{"@base": BASE}, context()], "@graph": nodes}
    read = ox.parse(json.dumps(document), format=ox.RdfFormat.JSON_LD)
    expected = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
    assert canonical_bytes(read) == canonical_bytes(expected)


def test_domain_folder_of_the_test_bed_holds_what_it_names(borealis: Projection) -> None:
    parts = {p.path.removeprefix("itb/"): p for p in produce(borealis, ["itb"], Options())}
    config = dict(
        line.split(" = ", 1)
        for line in content(parts["config.properties"]).decode().splitlines()
        if line and not line.startswith("#")
    )
    types = config["validator.type"].split(", ")
    for name in types:
        assert config[f"validator.typeLabel.{name}"]
        for path in config[f"validator.shaclFile.{name}"].split(", "):
            assert any(p == path or p.startswith(path + "/") for p in parts)
    assert len(types) == len(catalog.shape_files())


def test_a_validator_of_one_graph_finds_there_what_we_found(borealis: Projection) -> None:
    """PySHACL on the one input graph and one shapes file gives our results for its rules."""
    parts = {p.path.removeprefix("itb/"): p for p in produce(borealis, ["itb"], Options())}
    data, shapes = rdflib.Graph(), rdflib.Graph()
    data.parse(data=content(parts["input/pack.ttl"]), format="turtle")
    for name in ("prefixes", "incident"):
        shapes.parse(data=content(parts[f"shapes/{name}.ttl"]), format="turtle")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=True)
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    theirs = Counter(str(o) for o in report.objects(None, sh.focusNode))
    rules = {str(s) for s in shapes.subjects(rdflib.RDF.type, rdflib.URIRef(CG + "Rule"))}
    codes = {r.rpartition("#")[2] for r in rules}
    ours = Counter(str(r["focus"]) for r in borealis.rows("findings") if r["code"] in codes)
    assert ours
    assert theirs == ours


def test_crate_describes_every_file_that_it_carries(aurora: Projection) -> None:
    parts = {p.path.removeprefix("ro-crate/"): p for p in produce(aurora, ["ro-crate"], Options())}
    document = json.loads(content(parts["ro-crate-metadata.json"]))
    entities = {e["@id"]: e for e in document["@graph"]}
    root = entities["./"]
    assert {"name", "description", "datePublished", "license"} <= root.keys()
    assert entities["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    files = {p["@id"] for p in root["hasPart"]}
    assert files == parts.keys() - {"ro-crate-metadata.json"}
    for name in files:
        size, sha256 = parts[name].digest()
        assert (entities[name]["contentSize"], entities[name]["sha256"]) == (str(size), sha256)
    assert len(entities) == len(document["@graph"])
    linked = {e["encoding"]["@id"] for e in entities.values() if "encoding" in e}
    assert linked <= files


def test_an_artefact_that_is_missing_is_said_to_be(borealis: Projection) -> None:
    missing = [r for r in borealis.rows("artefacts") if not r["sha256"]]
    assert missing
    parts = produce(borealis, ["ro-crate"], Options())
    assert not {f"ro-crate/{r['path']}" for r in missing} & {p.path for p in parts}


def test_bag_sums_hold(borealis: Projection, tmp_path: Path) -> None:
    parts = {p.path.removeprefix("bagit/"): p for p in produce(borealis, ["bagit"], Options())}
    sums: dict[str, str] = {}
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        for line in content(parts[name]).decode().splitlines():
            sha256, _, path = line.partition("  ")
            sums[path] = sha256
    assert sums.keys() == parts.keys() - {"tagmanifest-sha256.txt"}
    assert sums == {n: hashlib.sha256(content(parts[n])).hexdigest() for n in sums}
    payload = [p for n, p in parts.items() if n.startswith("data/")]
    octets = sum(p.digest()[0] for p in payload)
    assert f"Payload-Oxum: {octets}.{len(payload)}\n" in content(parts["bag-info.txt"]).decode()


def test_dcat_describes_every_other_file(borealis: Projection) -> None:
    parts = produce(borealis, ["dcat", "nquads", "ttl"], Options())
    [description] = [p for p in parts if p.format == "dcat"]
    text = content(description).decode()
    others = [p for p in parts if p is not description]
    assert others
    graph = rdflib.Graph().parse(data=text, format="turtle")
    dcterms, dcat = rdflib.DCTERMS, rdflib.DCAT
    found = {
        str(graph.value(d, dcterms.identifier)): int(str(graph.value(d, dcat.byteSize)))
        for d in graph.subjects(rdflib.RDF.type, dcat.Distribution)
    }
    assert found == {p.path: p.digest()[0] for p in others}
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    total = graph.value(rdflib.URIRef(borealis.base + "export"), void.triples)
    assert int(str(total)) == sum(1 for _ in borealis.quads(borealis.graphs()))
    assert re.search(borealis.hash, text)
