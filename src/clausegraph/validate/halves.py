"""One large file read by two processes, each its half.

Input: a file. Output: an encoder that holds what reading it alone would have given, term by term
in the same order; or None, and then it is to be read alone.

A place to cut is the end of a line after a full stop. Outside of long strings, which a file that is
cut must not have, no literal and no IRI goes on after the end of a line; so the place lies between
two tokens. Whether it lies between two statements shows when the first half ends without an error,
since Turtle ends every statement by a full stop of its own. The second half needs the prefixes that
hold at the cut: it is given those before the first triple, and is not used if others came after.
"""

from __future__ import annotations

import io
import json
import mmap
import os
import struct
import sys
from array import array
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from clausegraph.artefacts import processes
from clausegraph.validate.encoder import Encoder
from clausegraph.validate.guards import check

SMALLEST = 8 * 1024 * 1024
"""Files below this size, in bytes, are read alone: starting a process costs as much."""
_SHARE = 0.54  # of the first half: the second begins later, by the start of its process
_CUTS = {
    ox.RdfFormat.TURTLE: b".\n",
    ox.RdfFormat.N_TRIPLES: b"\n",
    ox.RdfFormat.N_QUADS: b"\n",
}
_BY_NAME = {syntax.name: syntax for syntax in _CUTS}
_LONG_STRINGS = (b'"""', b"'''")
_LENGTH = struct.Struct("<Q")
_FAULTS = (SyntaxError, MemoryError, OSError, ValueError)


def read_in_halves(
    path: Path, syntax: ox.RdfFormat, base: str | None, needed: Collection[str] | None
) -> Encoder | None:
    """Read a file by two processes.

    Args:
        path: the file, not packed.
        syntax: how it is written.
        base: IRI against which relative IRIs are resolved.
        needed: predicates whose triples are kept; None: all.

    Returns:
        what was read; None when the file cannot be cut, or either half has a fault.
    """
    try:
        place = cut(path, syntax)
        if place is None or (os.cpu_count() or 1) < 2:
            return None
        with _part(path, 0, place) as first:
            quads = ox.parse(first, format=syntax, base_iri=base)
            start = next(quads, None)
            if start is None:
                return None
            state = _state(quads)
            process = processes.start(__name__)
            try:
                _ask(
                    process.stdin, [str(path.resolve()), place, syntax.name, state, _listed(needed)]
                )
                with path.open("rb") as whole:
                    check(whole, syntax)
                encoder = Encoder(needed)
                encoder.add(chain([start], quads))
                if _state(quads) != state:
                    return None
                return encoder if _take(process.stdout, encoder) else None
            finally:
                processes.end(process)
    except _FAULTS:
        return None


def cut(path: Path, syntax: ox.RdfFormat) -> int | None:
    """Where the second half of a file begins, in bytes; None when it is not cut."""
    sign = _CUTS.get(syntax)
    size = path.stat().st_size
    if sign is None or size < max(SMALLEST, 1):
        return None
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as run:
        if syntax == ox.RdfFormat.TURTLE and any(run.find(q) >= 0 for q in _LONG_STRINGS):
            return None
        found = run.find(sign, int(size * _SHARE))
        return found + len(sign) if 0 <= found < size - len(sign) else None


class _Part(io.BytesIO):
    """Some bytes, then those of a file from one place up to another."""

    def __init__(self, head: bytes, stream: IO[bytes], size: int) -> None:
        super().__init__(head)
        self._stream, self._left = stream, size

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        if not found and self._left:
            found = self._stream.read(
                self._left if size is None or size < 0 else min(size, self._left)
            )
            self._left -= len(found)
        return found


@contextmanager
def _part(path: Path, start: int, end: int, head: bytes = b"") -> Iterator[_Part]:
    with path.open("rb") as stream:
        stream.seek(start)
        yield _Part(head, stream, end - start)


def _state(quads: ox.QuadParser) -> list[object]:
    """What a parser knows at its place: base and prefixes."""
    return [quads.base_iri, dict(quads.prefixes)]


def _listed(needed: Collection[str] | None) -> list[str] | None:
    return None if needed is None else sorted(needed)


# -- between the two processes: length and JSON, then raw bytes -----------------------------


def _ask(stream: IO[bytes] | None, question: object) -> None:
    assert stream is not None
    stream.write(json.dumps(question).encode())
    stream.close()


def _take(stream: IO[bytes] | None, encoder: Encoder) -> bool:
    """Add what the other process answers; whether it answered."""
    assert stream is not None
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return False
    predicates, lengths = json.loads(stream.read(*_LENGTH.unpack(head)))
    pieces = [stream.read(length) for length in lengths]
    if [len(piece) for piece in pieces] != lengths:
        return False
    texts = pieces[0].decode().split("\n")[:-1]
    columns = [array("i", piece) for piece in pieces[1:]]
    pairs = zip(columns[::2], columns[1::2], strict=True)
    encoder.merge(texts, dict(zip(predicates, pairs, strict=True)))
    return True


def _answer(question: bytes, stream: IO[bytes]) -> None:
    """The other process: read the second half and give its columns away."""
    path, place, name, (base, prefixes), needed = json.loads(question)
    head = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in prefixes.items()).encode()
    encoder = Encoder(None if needed is None else frozenset(needed))
    with _part(Path(path), place, Path(path).stat().st_size, head) as part:
        encoder.add(ox.parse(part, format=_BY_NAME[name], base_iri=base))
    texts, tables = encoder.raw()
    columns = [column for table in tables.values() for column in table]
    pieces = ["\n".join((*texts, "")).encode(), *(column.tobytes() for column in columns)]
    contents = json.dumps([list(tables), [len(piece) for piece in pieces]]).encode()
    for piece in (_LENGTH.pack(len(contents)), contents, *pieces):
        stream.write(piece)
    stream.flush()


if __name__ == "__main__":
    _answer(sys.stdin.buffer.read(), sys.stdout.buffer)
