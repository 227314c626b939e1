"""DCAT and VoID: the package as a dataset, its files as distributions, its graphs with counts.

Input: the parts written so far. Output: ``dataset.ttl``. Identifiers stand under the base of the
pack; a distribution names its path in the package. Source: https://www.w3.org/TR/vocab-dcat-3/,
https://www.w3.org/TR/void/, SPDX for checksums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote

import pyoxigraph as ox

from clausegraph.export.linked.canonical import PREFIXES, serialised
from clausegraph.export.package import Part
from clausegraph.export.projection import Projection, Request

_SPDX = "http://spdx.org/rdf/terms#"
_VOID = "http://rdfs.org/ns/void#"
_XSD = PREFIXES["xsd"]
_MEDIA = "https://www.iana.org/assignments/media-types/"
_VOCABULARIES = ("cg", "dcat", "dcterms", "earl", "prov", "sh")


def parts(request: Request) -> Iterator[Part]:
    """``dataset.ttl``."""
    described = _Description(request.projection)
    described.dataset(request.formats)
    for part in request.written:
        described.distribution(part)
    quads = (ox.Quad(t.subject, t.predicate, t.object) for t in described.triples)
    yield Part(
        "dataset.ttl",
        "text/turtle",
        serialised(quads, ox.RdfFormat.TURTLE, request.projection.base),
    )


class _Description:
    def __init__(self, projection: Projection) -> None:
        self.projection = projection
        self.node = ox.NamedNode(projection.base + "export")
        self.triples: list[ox.Triple] = []

    def add(self, subject: ox.NamedNode, name: str, value: ox.NamedNode | ox.Literal) -> None:
        """One triple; the property by prefix and name."""
        prefix, _, local = name.partition(":")
        spaces = {**PREFIXES, "void": _VOID, "spdx": _SPDX}
        self.triples.append(ox.Triple(subject, ox.NamedNode(spaces[prefix] + local), value))

    def dataset(self, formats: tuple[str, ...]) -> None:
        """The package itself, with its graphs."""
        pack = self.projection
        verdict = pack.rows("verdict")[0]
        for class_ in (PREFIXES["dcat"] + "Dataset", _VOID + "Dataset"):
            self.add(self.node, "rdf:type", ox.NamedNode(class_))
        title = f"{verdict['title'] or pack.name}: export"
        self.add(self.node, "dcterms:title", ox.Literal(title, language="en"))
        text = "Evidence graph of a qualified certificate service, with what was derived from it."
        self.add(self.node, "dcterms:description", ox.Literal(text, language="en"))
        self.add(self.node, "dcterms:identifier", ox.Literal(pack.hash))
        self.add(self.node, "dcterms:issued", _typed(pack.stamp, "dateTime"))
        self.add(self.node, "dcat:version", ox.Literal(pack.stamp))
        self.add(self.node, "prov:wasDerivedFrom", ox.NamedNode(pack.base))
        for name in formats:
            self.add(self.node, "dcat:keyword", ox.Literal(name))
        for prefix in _VOCABULARIES:
            self.add(self.node, "void:vocabulary", ox.NamedNode(PREFIXES[prefix]))
        total = 0
        for name in pack.graphs():
            subset, triples = pack.dataset.graph(name), list(pack.triples(name))
            total += len(triples)
            self.add(subset, "rdf:type", ox.NamedNode(_VOID + "Dataset"))
            self.add(subset, "dcterms:title", ox.Literal(name))
            self.add(subset, "void:triples", _typed(str(len(triples)), "integer"))
            self.add(self.node, "void:subset", subset)
            self._classes(subset, triples)
        self.add(self.node, "void:triples", _typed(str(total), "integer"))

    def _classes(self, subset: ox.NamedNode, triples: list[ox.Triple]) -> None:
        counts = Counter(
            t.object.value
            for t in triples
            if t.predicate.value == PREFIXES["rdf"] + "type" and isinstance(t.object, ox.NamedNode)
        )
        for class_, count in counts.items():
            place = ox.NamedNode(f"{subset.value}/class/{quote(class_, safe='')}")
            self.add(subset, "void:classPartition", place)
            self.add(place, "void:class", ox.NamedNode(class_))
            self.add(place, "void:entities", _typed(str(count), "integer"))

    def distribution(self, part: Part) -> None:
        """One file of the package."""
        size, sha256 = part.digest()
        place = ox.NamedNode(f"{self.node.value}/{quote(part.path)}")
        checksum = ox.NamedNode(f"{self.projection.base}export-sha256/{sha256}")
        self.add(self.node, "dcat:distribution", place)
        self.add(place, "rdf:type", ox.NamedNode(PREFIXES["dcat"] + "Distribution"))
        self.add(place, "dcterms:identifier", ox.Literal(part.path))
        self.add(place, "dcat:accessURL", place)
        self.add(place, "dcat:mediaType", ox.NamedNode(_MEDIA + part.media_type))
        self.add(place, "dcat:byteSize", _typed(str(size), "nonNegativeInteger"))
        self.add(place, "spdx:checksum", checksum)
        self.add(checksum, "rdf:type", ox.NamedNode(_SPDX + "Checksum"))
        self.add(checksum, "spdx:algorithm", ox.NamedNode(_SPDX + "checksumAlgorithm_sha256"))
        self.add(checksum, "spdx:checksumValue", _typed(sha256, "hexBinary"))


def _typed(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(_XSD + datatype))
