"""A checked pack as bytes, and back: its graphs, and its declarations exactly as parsed.

Input: a pack after all stages. Output: one head in JSON, then N-Triples, graph by graph, in the
order in which the triples came; compressed. The shipped graphs are not in it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pyoxigraph as ox

from clausegraph.pack import LoadedPack
from clausegraph.pipeline import Checked
from clausegraph.shipped import catalogue

_GRAPHS = ("cases", "declared", "run", "collected", "inferred", "results", "outcomes")


def write_snapshot(checked: Checked) -> bytes:
    """The graphs and declarations of a pack as bytes."""
    dataset, pack = checked.dataset, checked.pack
    names = dataset.names(_GRAPHS)
    sections = [_written(dataset.triples(name)) for name in names]
    parsed = [_written(triples) for triples in pack.graphs.values()]
    head = {
        "base": pack.base,
        "as_of": checked.as_of.isoformat(),
        "artefacts": pack.artefacts,
        "sources": dict(pack.sources),
        "graphs": list(zip(names, map(len, sections), strict=True)),
        "parsed": list(zip(pack.graphs, map(len, parsed), strict=True)),
    }
    data = b"".join([json.dumps(head).encode(), b"\n", *sections, *parsed])
    return zlib.compress(data, 1)


def _written(triples: Iterable[ox.Triple]) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def read_snapshot(data: bytes, folder: Path) -> Checked:
    """The pack that was written.

    Args:
        data: from `write_snapshot`.
        folder: where the pack lies now.
    """
    line, _, rest = zlib.decompress(data).partition(b"\n")
    head = json.loads(line)
    place = 0

    def section(length: int) -> tuple[ox.Triple, ...]:
        nonlocal place
        part = rest[place : place + length]
        place += length
        return tuple(quad.triple for quad in ox.parse(part, format=ox.RdfFormat.N_TRIPLES))

    dataset = catalogue(head["base"])
    for name, length in head["graphs"]:
        dataset.add(section(length), name)
    pack = LoadedPack(
        folder,
        head["base"],
        {name: section(length) for name, length in head["parsed"]},
        tuple(head["artefacts"]),
        {file: tuple(nodes) for file, nodes in head["sources"].items()},
    )
    return Checked(dataset, pack, datetime.fromisoformat(head["as_of"]))
