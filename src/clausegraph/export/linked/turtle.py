"""Turtle: one file per graph of the pack, since Turtle has no graphs (https://www.w3.org/TR/turtle/)."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from clausegraph.export.linked.canonical import serialised
from clausegraph.export.package import Part
from clausegraph.export.projection import Request


def parts(request: Request) -> Iterator[Part]:
    """``turtle/<graph>.ttl``, cases in a folder of their own."""
    pack = request.projection
    for name in pack.graphs():
        data = serialised(pack.quads([name]), ox.RdfFormat.TURTLE, pack.base)
        yield Part(f"turtle/{name}.ttl", "text/turtle", data)
