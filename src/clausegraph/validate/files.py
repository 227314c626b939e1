"""RDF files as columns: every syntax that the embedded parser knows, packed with gzip or not.

Input: paths. Output: one graph, or an `InputError` that says where a file goes wrong; what was
read before the fault is thrown away. Files are read as streams: memory grows with the number of
distinct terms that are needed. Named graphs are merged into one data graph.
"""

from __future__ import annotations

import contextlib
import stat
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from clausegraph.artefacts.gzipped import Unpacked
from clausegraph.artefacts.text import UnreadableError
from clausegraph.errors import InputError
from clausegraph.validate.columns import Columns
from clausegraph.validate.encoder import Encoder
from clausegraph.validate.guards import check
from clausegraph.validate.halves import read_in_halves

FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
}
_PACKED = ".gz"
_RATIO = 500  # repetitive N-Triples pack a hundredfold
_LONGEST = 16  # MiB: what the parser buffers at most for one term or statement


def read_columns(
    paths: Iterable[Path], base: str | None = None, needed: Collection[str] | None = None
) -> Columns:
    """The merged graph of some files.

    Blank nodes of different files are different nodes; those without a label of their own are
    numbered in the order in which they occur.

    Args:
        paths: the files; the last suffix before ``.gz`` names the syntax.
        base: IRI against which relative IRIs are resolved; without it they are an error.
        needed: predicates whose triples are kept; None: all.

    Raises:
        InputError: a file is missing, in no known syntax, ill-formed, or holds triple terms.
    """
    files = list(paths)
    encoder = Encoder(needed)
    if len(files) == 1 and files[0].suffix.lower() != _PACKED:
        (path,) = files
        both = read_in_halves(path, syntax(path), base, needed)
        if both is not None:
            encoder, files = both, []
            encoder.end_of_file()
    for path in files:
        with _opened(path, base) as quads:
            encoder.add(quads)
        encoder.end_of_file()
    return Columns.of(*encoder.columns())


def syntax(path: Path) -> ox.RdfFormat:
    """The syntax that the name of a file tells.

    Raises:
        InputError: it tells none.
    """
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes and suffixes[-1] == _PACKED:
        suffixes.pop()
    found = FORMATS.get(suffixes[-1]) if suffixes else None
    if found is None:
        raise InputError(
            "its syntax is not known",
            file=str(path),
            expected="a name that ends in " + ", ".join(FORMATS) + f", with {_PACKED} or without",
            seen=path.name,
        )
    return found


@contextlib.contextmanager
def _opened(path: Path, base: str | None) -> Iterator[Iterable[ox.Quad]]:
    """The quads of a file; what the parser says is wrong becomes an `InputError`."""
    chosen = syntax(path)
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever
            raise OSError("not a regular file")
        with _unpacked(path) as stream:
            check(stream, chosen)
        if path.suffix.lower() == _PACKED:
            with _unpacked(path) as stream:
                yield ox.parse(stream, format=chosen, base_iri=base)
        else:
            yield ox.parse(path=path, format=chosen, base_iri=base)
    except SyntaxError as error:
        raise _ill_formed(path, chosen, base, error) from error
    except MemoryError as error:
        raise InputError(
            "holds a term or statement that is too long",
            file=str(path),
            expected=f"at most {_LONGEST} MiB each",
            seen=str(error),
        ) from error
    except (OSError, UnreadableError) as error:
        raise InputError(
            f"cannot be read: {getattr(error, 'strerror', None) or error}",
            file=str(path),
            expected=chosen.name,
        ) from error


@contextlib.contextmanager
def _unpacked(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, taken out of gzip."""
    with path.open("rb") as raw:
        yield Unpacked(raw, _RATIO) if path.suffix.lower() == _PACKED else raw


def _ill_formed(
    path: Path, chosen: ox.RdfFormat, base: str | None, error: SyntaxError
) -> InputError:
    said = str(error.msg)
    relative = base is None and "No scheme found" in said
    return InputError(
        "is ill-formed",
        file=str(path),
        line=error.lineno,
        expected=chosen.name,
        seen=said[:500],
        mend="relative IRIs need --base IRI" if relative else None,
    )
