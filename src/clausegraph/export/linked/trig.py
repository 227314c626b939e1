"""TriG: every graph of the pack in one file (https://www.w3.org/TR/trig/)."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from clausegraph.export.linked.canonical import serialised
from clausegraph.export.package import Part
from clausegraph.export.projection import Request


def parts(request: Request) -> Iterator[Part]:
    """``pack.trig``."""
    pack = request.projection
    quads = pack.quads(pack.graphs())
    yield Part("pack.trig", "application/trig", serialised(quads, ox.RdfFormat.TRIG, pack.base))
