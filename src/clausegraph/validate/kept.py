"""Columns of unchanged files, kept in the cache.

Input: files and what is needed of them. Output: their columns: read back when every file, the
program and the need are those of the run that left them, else made and kept. An entry is raw
arrays and text, nothing that could be executed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clausegraph import cache as caching
from clausegraph.cache import Cache
from clausegraph.validate.columns import Columns
from clausegraph.validate.files import read_columns, syntax
from clausegraph.validate.term_table import TermTable

KIND = "columns"
_WORD = 8


def kept_columns(
    paths: Iterable[Path], base: str | None, needed: Collection[str] | None, cache: Cache
) -> Columns:
    """The columns of some files, from the cache when nothing has changed.

    Args:
        paths: see `read_columns`.
        base: see `read_columns`.
        needed: see `read_columns`.
        cache: where they are kept.

    Raises:
        InputError: see `read_columns`.
    """
    files = list(paths)
    key = _key(files, base, needed) if cache.folder is not None else None
    if key is not None:
        found = cache.get(KIND, key)
        columns = unpacked(found) if found is not None else None
        if columns is not None:
            return columns
    columns = read_columns(files, base, needed)
    # A file that was written to meanwhile must not be kept under what it was before.
    if key is not None and key == _key(files, base, needed) and caching.settled():
        cache.put(KIND, key, packed(columns))
    return columns


def _key(paths: list[Path], base: str | None, needed: Collection[str] | None) -> str | None:
    """A digest of all that the columns depend on; None when a file cannot be read."""
    parts: list[str] = [caching.program(), base or "", "all" if needed is None else "some"]
    parts += sorted(needed or ())
    try:
        for path in paths:
            with path.open("rb") as stream:
                digest = sha256()
                while chunk := stream.read(1 << 20):
                    digest.update(chunk)
            packed_file = path.suffix.lower() == ".gz"
            parts += ["file", syntax(path).name, str(packed_file), digest.hexdigest()]
    except OSError:
        return None
    return caching.digest(*parts)


def packed(columns: Columns) -> bytes:
    """Columns as bytes: the run of terms, arrays of whole words, and a table of contents.

    Terms that came after the columns were made are left out.
    """
    terms = columns.terms
    arrays: list[NDArray[Any]] = [terms.checks, terms.suffix[: terms.frozen]]
    for predicate in columns.predicates:
        arrays += columns.table(predicate)
    pieces: list[bytes] = []
    places = []
    at = 0
    for piece in (terms.bytes, *arrays):
        data = np.ascontiguousarray(piece).tobytes()
        places.append((at, len(data)))
        padding = b"\0" * (-len(data) % _WORD)
        pieces += (data, padding)
        at += len(data) + len(padding)
    contents = json.dumps(
        {"suffixes": terms.suffixes, "predicates": columns.predicates, "places": places}
    ).encode()
    return b"".join((*pieces, contents, len(contents).to_bytes(_WORD, "little")))


def unpacked(data: bytes) -> Columns | None:
    """What `packed` made; None for anything else."""
    try:
        size = int.from_bytes(data[-_WORD:], "little")
        contents = json.loads(data[len(data) - _WORD - size : -_WORD])
        (start, length), *places = contents["places"]
        end = sum(places[-1])
        if start != 0 or end + -end % _WORD + size + _WORD != len(data):
            return None
        checks = np.frombuffer(data, np.uint32, places[0][1] // 4, places[0][0])
        rest = [np.frombuffer(data, np.int32, many // 4, at) for at, many in places[1:]]
        suffix, *tables = rest
        pairs = zip(tables[::2], tables[1::2], strict=True)
        terms = TermTable(data, checks, suffix, contents["suffixes"], length)
        if not len(terms) == len(checks) == len(suffix):
            return None
        return Columns.of(terms, dict(zip(contents["predicates"], pairs, strict=True)))
    except (ValueError, KeyError, TypeError, IndexError):
        return None
