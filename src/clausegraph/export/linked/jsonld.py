"""JSON-LD: what the pack states as a tree under the shipped context, the derived graphs flat.

Input: the graphs of the pack. Output: ``pack.jsonld`` (declared and cases, framed as a pack file is
written) and ``derived.jsonld`` (all other graphs). Both hold their context, so that no processor
has to fetch one, and every graph by its name. Source: https://www.w3.org/TR/json-ld11/.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clausegraph.export.linked.canonical import PREFIXES, canonical_quads
from clausegraph.export.linked.framing import Framer
from clausegraph.export.package import Part, json_part
from clausegraph.export.projection import Request
from clausegraph.pack import context

MEDIA_TYPE = "application/ld+json"


def parts(request: Request) -> Iterator[Part]:
    """``pack.jsonld`` and ``derived.jsonld``."""
    pack = request.projection
    stated = [n for n in pack.graphs() if n == "declared" or n.startswith("cases/")]
    derived = [n for n in pack.graphs() if n not in stated]
    framer = Framer(pack.base)
    yield json_part(
        "pack.jsonld",
        {
            "@context": [{"@base": pack.base}, context()],
            "@graph": [_graph(request, n, framer.tree) for n in stated],
        },
        MEDIA_TYPE,
    )
    flat = {k: v for k, v in PREFIXES.items() if k != "cat"}
    names: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type", **flat}
    yield json_part(
        "derived.jsonld",
        {
            "@context": names,
            "@graph": [_graph(request, n, Framer(pack.base, flat).flat) for n in derived],
        },
        MEDIA_TYPE,
    )


def _graph(request: Request, name: str, frame: Any) -> dict[str, Any]:
    pack = request.projection
    triples = [quad.triple for quad in canonical_quads(pack.quads([name]))]
    return {"id": pack.dataset.graph(name).value, "@graph": frame(triples)}
