"""Results of chunks kept in a file, so that an interrupted run need not begin anew.

Input: the path of the file. Output: results by the content of their chunk. The key of a result is
a hash of the rows, of what is asked and of the code that answers, so a result is never used for
anything else: after a change of the source, only chunks that did not change are found. The file
is safe to delete at any time.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from clausegraph.artefacts.population.documents import result_document, result_of
from clausegraph.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from clausegraph.artefacts.population.chunks import ChunkResult, Task
    from clausegraph.artefacts.population.rows import Row

_TABLE = "CREATE TABLE IF NOT EXISTS chunk (key BLOB PRIMARY KEY, digest BLOB, result BLOB)"
_APPLICATION = 0x636C6750  # "clgP", so that no other database is written to


class Checkpoint:
    """The file; a context manager.

    Args:
        path: the file, made when it is missing.
        task: what is asked of each certificate.

    Raises:
        InputError: the file is no checkpoint or cannot be written.
    """

    def __init__(self, path: Path, task: Task) -> None:
        self._path = path
        self._seed = _code() + task.digest()
        try:
            self._file = sqlite3.connect(path, isolation_level=None)
            (found,) = self._file.execute("PRAGMA application_id").fetchone()
            (tables,) = self._file.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if found != _APPLICATION and tables:
                raise sqlite3.DatabaseError("another database")
            self._file.execute(f"PRAGMA application_id = {_APPLICATION}")
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = NORMAL")
            self._file.execute(_TABLE)
        except sqlite3.Error as error:
            raise InputError(
                f"cannot be used as a checkpoint: {error}",
                file=str(path),
                expected="a file that --resume wrote, or none",
                mend="delete it or name another",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def key(self, rows: Sequence[Row]) -> bytes:
        """The hash of everything that the result of some rows depends on."""
        digest = hashlib.sha256(self._seed)
        for locator, form, raw in rows:
            place = locator.encode("utf-8", "surrogatepass")
            digest.update(f"{len(place)} {form} {len(raw)} ".encode())
            digest.update(place)
            digest.update(raw)
        return digest.digest()

    def find(self, key: bytes) -> ChunkResult | None:
        """The result under a key; None when there is none or it is damaged."""
        try:
            row = self._file.execute(
                "SELECT digest, result FROM chunk WHERE key = ?", (key,)
            ).fetchone()
            if row is None or hashlib.sha256(key + row[1]).digest() != row[0]:
                return None
            return result_of(json.loads(zlib.decompress(row[1])))
        except (sqlite3.Error, KeyError, TypeError, ValueError, zlib.error):
            return None

    def keep(self, key: bytes, result: ChunkResult) -> None:
        """Store a result.

        Raises:
            InputError: the file cannot be written.
        """
        data = zlib.compress(json.dumps(result_document(result)).encode(), 1)
        digest = hashlib.sha256(key + data).digest()
        try:
            self._file.execute("INSERT OR REPLACE INTO chunk VALUES (?, ?, ?)", (key, digest, data))
        except sqlite3.Error as error:
            raise InputError(
                f"the checkpoint cannot be written: {error}", file=str(self._path)
            ) from error


@cache
def _code() -> bytes:
    """A hash of the code that parses and counts: another version may answer otherwise."""
    from importlib.metadata import version

    digest = hashlib.sha256(f"{version('cryptography')} {version('asn1crypto')}".encode())
    room = Path(__file__).resolve().parent
    for folder in (room, room.parent / "x509", room.parent / "trusted_lists"):
        for file in sorted(folder.rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.digest()
