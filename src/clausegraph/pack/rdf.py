"""Pack files that are already RDF: Turtle, TriG, N-Triples, N-Quads, JSON-LD.

Bounded in size; nothing is fetched: ``owl:imports`` and foreign JSON-LD contexts are refused.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from clausegraph.errors import InputError
from clausegraph.pack.format import CONTEXT_IRI, context
from clausegraph.pack.reading import decode, read_bytes

MAX_BYTES = 64 * 1024 * 1024
_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
SUFFIXES = frozenset(_FORMATS)
_IMPORTS = "http://www.w3.org/2002/07/owl#imports"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_PACK = "https://w3id.org/clausegraph/core#Pack"


def check_base(base: str, name: str, line: int | None = None) -> str:
    """A base IRI that instances can stand under.

    Raises:
        InputError: not https, no trailing slash, or no valid IRI.
    """
    try:
        ox.NamedNode(base)
        valid = base.startswith(("https://", "http://")) and base.endswith("/")
    except ValueError:
        valid = False
    if not valid or any(c in base for c in ' <>"{}|\\^`?#'):
        raise InputError(
            "the base IRI cannot be used",
            file=name,
            line=line,
            field="@base",
            expected="an https IRI that ends with /",
            seen=base[:120],
        )
    return base


def read_triples(path: Path, name: str, base: str | None) -> Iterator[ox.Triple]:
    """The triples of one RDF file; graph names inside it are not kept.

    Raises:
        InputError: too large, no valid RDF, imports, or a blank node as subject of evidence.
    """
    data = read_bytes(path, name, MAX_BYTES)
    decode(data, name)
    format_ = _FORMATS[path.suffix.lower()]
    if format_ is ox.RdfFormat.JSON_LD:
        data = _offline(data, name)
    try:
        for quad in ox.parse(data, format=format_, base_iri=base):
            if quad.predicate.value == _IMPORTS:
                raise InputError(
                    "owl:imports is not followed",
                    file=name,
                    seen=str(quad.object),
                    mend="copy the imported file into the pack",
                )
            yield quad.triple
    except SyntaxError as error:
        raise InputError(
            f"is no valid {format_.name}: {error.msg}", file=name, line=error.lineno
        ) from error
    except ValueError as error:
        raise InputError(f"is no valid {format_.name}: {error}", file=name) from error


def _offline(data: bytes, name: str) -> bytes:
    """JSON-LD with the shipped context in place of its IRI."""
    try:
        document = json.loads(data)
    except (json.JSONDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise InputError(f"is no valid JSON: {error}", file=name, line=line) from error
    nodes = document if isinstance(document, list) else [document]
    for node in nodes:
        if not isinstance(node, dict):
            continue
        stated = node.get("@context", [])
        stated = stated if isinstance(stated, list) else [stated]
        foreign = [c for c in stated if isinstance(c, str) and c != CONTEXT_IRI]
        if foreign:
            raise InputError(
                "a foreign JSON-LD context is not fetched",
                file=name,
                expected=CONTEXT_IRI,
                seen=foreign[0][:120],
                mend="write its terms into the file",
            )
        node["@context"] = [context() if c == CONTEXT_IRI else c for c in stated]
    return json.dumps(document).encode()


def find_base(path: Path, name: str) -> str:
    """The IRI of the one ``cg:Pack`` of a root file, which is the base of the pack.

    Raises:
        InputError: none or several.
    """
    found = {
        t.subject.value
        for t in read_triples(path, name, None)
        if t.predicate.value == _TYPE
        and isinstance(t.object, ox.NamedNode)
        and t.object.value == _PACK
        and isinstance(t.subject, ox.NamedNode)
    }
    if len(found) != 1:
        raise InputError(
            "the root file describes exactly one cg:Pack",
            file=name,
            expected="one resource of type cg:Pack whose IRI ends with /",
            seen=f"{len(found)}",
        )
    return check_base(found.pop(), name)


def files_under(
    folder: Path, area: str, limit: int, without: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Relative, percent-encoded paths of the files of a part of the pack.

    Args:
        folder: the pack folder.
        area: the folder in it.
        limit: greatest number of files.
        without: relative paths of folders, with ``/`` at their end, that are left out.

    Raises:
        InputError: more files than the limit.
    """
    part = folder / area
    if not part.is_dir() or part.is_symlink() or f"{area}/" in without:
        return
    count = 0
    for place, folders, files in os.walk(part):
        here = Path(place).relative_to(folder).as_posix()
        folders[:] = sorted(f for f in folders if f"{here}/{f}/" not in without)
        count += len(files) + len(folders)
        if count > limit:
            raise InputError("the pack holds too many files", file=area, expected=f"{limit}")
        links = [f for f in folders if (Path(place) / f).is_symlink()]
        for name in sorted([*files, *links]):
            path = Path(place) / name
            if path.is_file() or path.is_symlink():
                yield quote(f"{here}/{name}", safe="/")
