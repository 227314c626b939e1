"""Checked nodes of a pack as triples.

Input: nodes of `clausegraph.pack.nodes`, their block. Output: the triples that JSON-LD 1.1 makes of
them under the shipped context; a test holds the two together. The walk is written out because a
JSON-LD processor reads the whole scoped context again for every nested node, which took half of
the time of loading a pack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import pyoxigraph as ox

from clausegraph.pack.format import Block, Key, PackFormat, vocabulary
from clausegraph.pack.nodes import Json

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_ADDED = ("cg:inPack", "cg:sourceLocation")


def node_triples(node: Json, block: Block, fmt: PackFormat, base: str) -> Iterator[ox.Triple]:
    """The triples of a node and of the nodes nested in it.

    Args:
        node: as `NodeBuilder.node` returns it, its keys and values checked.
        block: its block of the pack format.
        fmt: the pack format.
        base: base IRI of the pack.
    """
    subject = _resolve(node["id"], base)
    if "type" in node:  # absent where a file only adds to a node that another file describes
        yield ox.Triple(subject, _TYPE, ox.NamedNode(node["type"]))
        in_pack, location = (_iri(fmt.expand(name)) for name in _ADDED)
        yield ox.Triple(subject, in_pack, ox.NamedNode(base))
        yield ox.Triple(subject, location, ox.Literal(node["cg:sourceLocation"]))
    for name, value in node.items():
        key = block.keys.get(name)
        if key is None:
            continue
        predicate = _iri(fmt.expand(key.path))
        for each in value if isinstance(value, list) else [value]:
            if key.is_block:
                yield ox.Triple(subject, predicate, _resolve(each["id"], base))
                yield from node_triples(each, fmt.blocks[key.type], fmt, base)
            else:
                yield ox.Triple(subject, predicate, _term(each, key, fmt, base))


def in_pack(triples: Iterable[ox.Triple], base: str) -> Iterator[ox.Triple]:
    """The pack of each node that a file in RDF describes, as every other node states it.

    Args:
        triples: of one or several files.
        base: base IRI of the pack.
    """
    predicate, pack = _iri("https://w3id.org/clausegraph/core#inPack"), ox.NamedNode(base)
    for subject in dict.fromkeys(t.subject for t in triples if t.predicate == _TYPE):
        yield ox.Triple(subject, predicate, pack)


def _term(value: Any, key: Key, fmt: PackFormat, base: str) -> ox.NamedNode | ox.Literal:
    if key.scheme:
        return _iri(vocabulary(key.scheme) + value)
    if key.type in {"ref", "file"}:
        return _resolve(value, base)
    if key.type == "url":
        return ox.NamedNode(value)
    if key.type == "target":
        prefix, _, local = value.partition(":")
        known = fmt.prefixes.get(prefix)
        return ox.NamedNode(value if known is None else known + local)
    datatype = key.datatype
    if datatype is None:
        return ox.Literal(value)
    lexical = str(value).lower() if isinstance(value, bool) else value
    return ox.Literal(lexical, datatype=_iri(fmt.expand(datatype)))


def _resolve(local: str, base: str) -> ox.NamedNode:
    return ox.NamedNode(base if local == "./" else base + local)


@cache
def _iri(value: str) -> ox.NamedNode:
    return ox.NamedNode(value)
