"""RDF bytes that depend on the graph alone: sorted quads, fixed prefixes, canonical blank nodes.

Input: quads with their exact terms. Output: bytes of a syntax, and the hash of the RDFC-1.0
canonical form (https://www.w3.org/TR/rdf-canon/). Blank nodes get their canonical labels before
anything is sorted, so that the same graph gives the same bytes however it was read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pyoxigraph as ox

PREFIXES = {
    "cat": "https://w3id.org/clausegraph/catalogue/",
    "cg": "https://w3id.org/clausegraph/core#",
    "cgs": "https://w3id.org/clausegraph/shapes#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "earl": "http://www.w3.org/ns/earl#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "http://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def canonical_quads(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The quads with canonical blank-node labels, sorted by graph, subject, predicate, object."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=_key)


def _key(quad: ox.Quad) -> tuple[str, str, str, str]:
    return (str(quad.graph_name), str(quad.subject), str(quad.predicate), str(quad.object))


def canonical_bytes(quads: Iterable[ox.Quad]) -> bytes:
    """The canonical N-Quads of RDFC-1.0: lines in order of their code points."""
    data = ox.serialize(canonical_quads(quads), format=ox.RdfFormat.N_QUADS) or b""
    return b"".join(sorted(data.splitlines(keepends=True)))


def canonical_hash(quads: Iterable[ox.Quad]) -> str:
    """SHA-256 of the canonical N-Quads."""
    return hashlib.sha256(canonical_bytes(quads)).hexdigest()


def serialised(quads: Iterable[ox.Quad], syntax: ox.RdfFormat, base: str) -> bytes:
    """Quads as bytes.

    Args:
        quads: of any graphs; a syntax without graphs gets their triples.
        syntax: one of pyoxigraph.
        base: base IRI of the pack, which gets the empty prefix.
    """
    ordered = canonical_quads(quads)
    items = ordered if syntax.supports_datasets else [quad.triple for quad in ordered]
    return ox.serialize(items, format=syntax, prefixes={**PREFIXES, "": base}) or b""
