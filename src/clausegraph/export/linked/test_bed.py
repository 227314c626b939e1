"""A domain folder for the RDF validator of the Interoperability Test Bed, with our shapes.

Input: the shipped shapes and the graphs that they read. Output: ``config.properties``, the shapes,
one validation type for all rules and one per shapes file, and ``input/pack.ttl``: all graphs that
a rule may read, as one graph, since the validator takes one. ``input/results.ttl`` is what our
engine found, to compare. Source: the Test Bed's guide on the validation of RDF
(https://www.itb.ec.europa.eu/docs/guides/latest/validatingRDF/).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from clausegraph import catalog
from clausegraph.export.linked.canonical import serialised
from clausegraph.export.package import Part
from clausegraph.export.projection import STAGES, Request

_PREFIXES = "prefixes"


def parts(request: Request) -> Iterator[Part]:
    """The domain folder and the input to validate."""
    pack = request.projection
    shapes = catalog.shape_files()
    yield Part("config.properties", "text/plain", _config(shapes).encode())
    for path in shapes:
        yield Part(f"shapes/{path.name}", "text/turtle", path.read_bytes())
    read = ["catalogue", *(s for s in STAGES if s not in ("results", "outcomes"))]
    quads = (
        ox.Quad(t.subject, t.predicate, t.object)
        for name in pack.dataset.names(read)
        for t in pack.triples(name)
    )
    data = serialised(quads, ox.RdfFormat.TURTLE, pack.base)
    yield Part("input/pack.ttl", "text/turtle", data)
    results = serialised(pack.quads(["results"]), ox.RdfFormat.TURTLE, pack.base)
    yield Part("input/results.ttl", "text/turtle", results)


def _config(shapes: Sequence[Path]) -> str:
    stems = [p.stem for p in shapes if p.stem != _PREFIXES]
    lines = [
        "# Domain of the RDF validator of the Interoperability Test Bed.",
        "# Put this folder under validator.resourceRoot and validate input/pack.ttl against `all`.",
        "validator.type = " + ", ".join(["all", *stems]),
        "validator.typeLabel.all = All rules of the five gates",
        *(f"validator.typeLabel.{s} = Rules: {s.replace('-', ' ')}" for s in stems),
        "validator.shaclFile.all = shapes",
        *(f"validator.shaclFile.{s} = shapes/{_PREFIXES}.ttl, shapes/{s}.ttl" for s in stems),
        "# All that is needed lies here: nothing is fetched.",
        "validator.loadImports = false",
        "validator.channels = form, rest_api, soap_api",
        "validator.defaultReportSyntax = text/turtle",
        "validator.reportsOrdered = true",
        "validator.uploadTitle = Qualified certificate services",
        "",
    ]
    return "\n".join(lines)
