"""N-Quads: every graph of the pack, one quad a line, in order (https://www.w3.org/TR/n-quads/).

The file is the canonical form itself: its SHA-256 is the graph hash of the manifest.
"""

from __future__ import annotations

from collections.abc import Iterator

from clausegraph.export.linked.canonical import canonical_bytes
from clausegraph.export.package import Part
from clausegraph.export.projection import Request


def parts(request: Request) -> Iterator[Part]:
    """``pack.nq``."""
    pack = request.projection
    yield Part("pack.nq", "application/n-quads", canonical_bytes(pack.quads(pack.graphs())))
