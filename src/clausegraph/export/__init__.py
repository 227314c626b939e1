"""Exports of a checked pack: one module per format, each a projection of views and the graph.

Input: a `Projection` (dataset with all graphs, views as rows) and options. Output: parts, that is
files with their relative path and media type, which `package.write` puts into a folder with a
manifest of hashes and a loss report. A format is one line of `FORMATS`; its module is imported
only when it is asked for and has two names:

- ``parts(request) -> Iterable[Part]``: the files, in a stable order, the same bytes for the same
  pack and as-of time;
- its loss declaration stands in ``declarations/<name>.yaml`` (see `clausegraph.export.loss`).

Source: the gates and views of this software; the formats are named with their own specifications.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from clausegraph.errors import InputError, MissingExtra
from clausegraph.export.package import Part
from clausegraph.export.projection import Options, Projection, Request

__all__ = [
    "FORMATS",
    "Format",
    "Options",
    "Part",
    "Projection",
    "Request",
    "chosen",
    "package",
    "produce",
]


@dataclass(frozen=True, slots=True)
class Format:
    """What the registry knows of a format.

    Attributes:
        name: as in ``--as``.
        title: what it is, for people.
        module: imported when the format is asked for.
        folder: the folder of the package that its files go to.
        libraries: import names that it needs beyond the core dependencies.
        extra: the optional dependency group that installs them.
        describes: whether it describes the other files and so comes after them.
    """

    name: str
    title: str
    module: str
    folder: str
    libraries: tuple[str, ...] = ()
    extra: str = ""
    describes: bool = False


class Exporter(Protocol):
    """What a module of a format offers."""

    def parts(self, request: Request) -> Iterable[Part]:
        """The files of the format, paths relative to its folder."""


_EXPORT = "clausegraph.export"
_LINKED = f"{_EXPORT}.linked"
FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format("trig", "RDF TriG, all graphs of the pack", f"{_LINKED}.trig", "linked-data"),
        Format("nquads", "RDF N-Quads, canonical form", f"{_LINKED}.nquads", "linked-data"),
        Format("ttl", "RDF Turtle, a file per graph", f"{_LINKED}.turtle", "linked-data"),
        Format("jsonld", "JSON-LD under the shipped context", f"{_LINKED}.jsonld", "linked-data"),
        Format("itb", "Domain folder of the Test Bed's validator", f"{_LINKED}.test_bed", "itb"),
        Format("ro-crate", "RO-Crate with the artefacts", f"{_LINKED}.ro_crate", "ro-crate"),
        Format("bagit", "The crate as a BagIt bag", f"{_LINKED}.bagit", "bagit"),
        Format("oscal", "OSCAL bundle, catalog to plan of action", f"{_EXPORT}.oscal", "oscal"),
        Format("xlsx", "assessor's workbook", f"{_EXPORT}.workbook", "workbook"),
        Format(
            "ciso", "CISO Assistant libraries and audit rows", f"{_EXPORT}.ciso", "ciso-assistant"
        ),
        *(
            Format(
                name,
                f"report and cases as {name.upper()}",
                f"{_EXPORT}.documents.{name}",
                "documents",
                libraries,
                "documents" if libraries else "",
            )
            for name, libraries in (("docx", ("docx",)), ("pdf", ("reportlab",)), ("html", ()))
        ),
        Format("csvw", "every view as CSV with CSVW metadata", f"{_EXPORT}.tables", "tables"),
        Format("reqif", "ReqIF 1.2 for requirement tools", f"{_EXPORT}.reqif", "reqif"),
        Format("sarif", "SARIF 2.1.0 annotations", f"{_EXPORT}.sarif", "sarif"),
        Format(
            "dcat", "DCAT and VoID description", f"{_LINKED}.dcat", "linked-data", describes=True
        ),
    )
}


def chosen(names: Sequence[str]) -> list[Format]:
    """The formats of these names, in the order of the registry, those that describe last.

    Raises:
        InputError: no name, or one that is no format.
        MissingExtra: a library that a format needs is not installed.
    """
    wanted = [part.strip() for name in names for part in name.split(",") if part.strip()]
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        raise InputError(
            "no such format" if unknown else "no format is named",
            field="--as",
            expected="one or more of " + ", ".join(FORMATS),
            seen=", ".join(unknown) or "nothing",
        )
    found = [f for f in FORMATS.values() if f.name in wanted]
    for each in found:
        for library in each.libraries:
            if importlib.util.find_spec(library) is None:
                raise MissingExtra(f"export as {each.name}", each.extra)
    return sorted(found, key=lambda f: f.describes)


def produce(projection: Projection, names: Sequence[str], options: Options) -> list[Part]:
    """The files of several formats, paths relative to the folder of the package.

    Raises:
        InputError: see `chosen`.
        MissingExtra: see `chosen`.
    """
    written: list[Part] = []
    for each in chosen(names):
        exporter = cast("Exporter", importlib.import_module(each.module))
        request = Request(projection, options, tuple(written))
        written += [
            part.under(each.folder, each.name)
            for part in sorted(exporter.parts(request), key=lambda p: p.path)
        ]
    return written


def write_package(
    projection: Projection,
    names: Sequence[str],
    options: Options,
    target: Path,
    parts: Sequence[Part] | None = None,
) -> dict[str, Any]:
    """Write the files of several formats with manifest and loss report.

    Args:
        projection: the checked pack.
        names: names of formats.
        options: choices of the user.
        target: the folder to write; see `clausegraph.export.package.write`.
        parts: what `produce` gave for the same formats and options, when it is at hand.

    Returns:
        the manifest.

    Raises:
        InputError: see `chosen` and `clausegraph.export.package.write`.
        MissingExtra: see `chosen`.
    """
    from clausegraph.export.loss import report
    from clausegraph.export.package import write

    formats = [f.name for f in chosen(names)]
    made = produce(projection, names, options) if parts is None else parts
    graphs = projection.graphs()
    about = {
        "version": projection.version,
        "pack": projection.base,
        "as_of": projection.stamp,
        "formats": formats,
        "graph": {
            "graphs": graphs,
            "quads": sum(1 for _ in projection.quads(graphs)),
            "canonicalization": "RDFC-1.0",
            "sha256": projection.hash,
        },
    }
    return write(target, [*made, report(projection, formats)], about)
