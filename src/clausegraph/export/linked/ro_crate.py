"""RO-Crate 1.1: the evidence bundle with the artefacts themselves and what each one is.

Input: views ``artefacts``, ``evidence``, ``verdict``; files of the pack. Output: the artefacts
under their own paths, ``pack.trig``, and ``ro-crate-metadata.json`` with size, media type and
SHA-256 of each file and the evidence items that it stands for. Artefacts that the pack names and
that are missing or unreadable are described as such and cannot be carried. Source: RO-Crate 1.1,
https://w3id.org/ro/crate/1.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from clausegraph.export.linked import trig
from clausegraph.export.package import Part, json_part
from clausegraph.export.projection import Projection, Request
from clausegraph.views import Row

VERSION = "https://w3id.org/ro/crate/1.1"
METADATA = "ro-crate-metadata.json"
_LICENCE = "#licence"
_PROVIDER = "#provider"


def parts(request: Request) -> Iterator[Part]:
    """The crate: metadata file, graph and artefacts."""
    pack = request.projection
    files = []
    for row in pack.rows("artefacts"):
        path = pack.folder / str(row["path"])
        if row["sha256"] and path.is_file() and not path.is_symlink():
            media = str(row["media"] or "application/octet-stream")
            files.append((row, Part(str(row["path"]), media, path)))
    [graph] = trig.parts(request)
    yield json_part(METADATA, _metadata(pack, files, graph), "application/ld+json")
    yield graph
    for _, part in files:
        yield part


def _metadata(pack: Projection, files: list[tuple[Row, Part]], graph: Part) -> dict[str, Any]:
    verdict = pack.rows("verdict")[0]
    items: dict[str, list[Row]] = {}
    for row in pack.rows("evidence"):
        items.setdefault(str(row["path"]), []).append(row)
    carried = {str(row["path"]) for row, _ in files}
    entities = [_file(row, part, items) for row, part in files]
    size, sha256 = graph.digest()
    entities.append(
        {
            "@id": graph.path,
            "@type": "File",
            "name": "Evidence graph with all that was derived from it",
            "encodingFormat": graph.media_type,
            "contentSize": str(size),
            "sha256": sha256,
        }
    )
    evidence = [_evidence(row, carried) for rows in items.values() for row in rows]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": str(verdict["title"] or pack.name),
        "description": f"Evidence of a qualified certificate service. Verdict at {pack.stamp}: "
        f"{verdict['verdict']}.",
        "datePublished": pack.stamp,
        "license": {"@id": _LICENCE},
        "author": {"@id": _PROVIDER},
        "publisher": {"@id": _PROVIDER},
        "identifier": pack.base,
        "hasPart": [{"@id": e["@id"]} for e in entities],
        "mentions": [{"@id": e["@id"]} for e in evidence],
    }
    descriptor = {
        "@id": METADATA,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": VERSION},
    }
    licence = {
        "@id": _LICENCE,
        "@type": "CreativeWork",
        "name": "As agreed with the provider",
        "description": "Evidence of the provider, handed over for assessment; no further right "
        "of use is given with this package.",
    }
    provider = {"@id": _PROVIDER, "@type": "Organization", "name": pack.provider}
    return {
        "@context": f"{VERSION}/context",
        "@graph": [descriptor, root, licence, provider, *entities, *evidence],
    }


def _file(row: Row, part: Part, items: Mapping[str, list[Row]]) -> dict[str, Any]:
    names = [str(e["title"]) for e in items.get(str(row["path"]), []) if e["title"]]
    return {
        "@id": quote(part.path),
        "@type": "File",
        "name": names[0] if len(names) == 1 else part.path.rpartition("/")[2],
        "encodingFormat": part.media_type,
        "contentSize": str(row["bytes"]),
        "sha256": str(row["sha256"]),
    }


def _evidence(row: Row, carried: set[str]) -> dict[str, Any]:
    path = str(row["path"] or "")
    found: dict[str, Any] = {
        "@id": str(row["evidence"]),
        "@type": "CreativeWork",
        "name": str(row["title"] or row["evidence"]),
        "keywords": str(row["kinds"] or ""),
        "creativeWorkStatus": str(row["state"]),
    }
    if path in carried:
        found["encoding"] = {"@id": quote(path)}
    elif path:
        found["description"] = f"The artefact {path} is missing or cannot be read."
    for key, name in (("date", "dateCreated"), ("expires", "expires")):
        value = row[key]
        if value is not None:
            found[name] = value.strftime("%Y-%m-%dT%H:%M:%SZ")  # type: ignore[union-attr]
    return found
