"""Where a population lies: a folder, an archive, a CSV, JSON Lines or PEM file, packed or not.

Input: a path. Output: its rows as a stream, read once from front to back in bounded memory. What
cannot be read is a faulty row; what makes the whole source unusable is an `InputError`. Links are
not followed, archives in archives are not opened.
"""

from __future__ import annotations

import io
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, cast

from clausegraph.artefacts.archives import Limits, is_archive, iter_archive
from clausegraph.artefacts.gzipped import Unpacked
from clausegraph.artefacts.population.decode import looks_like_certificate
from clausegraph.artefacts.population.rows import MAX_ROW, Row, fault
from clausegraph.artefacts.population.streams import csv_rows, json_rows, pem_rows
from clausegraph.artefacts.text import UnreadableError, clean
from clausegraph.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMITS = Limits(member_size=64 * 1024 * 1024, members=100_000_000, total_size=1 << 42, ratio=100)
"""Bounds of archives and folders; they are streams, so only members are kept in memory."""
_HEAD = 64 * 1024
_GZIP = b"\x1f\x8b"
_TABLES = frozenset({".csv", ".tsv", ".txt"})
_LINES = frozenset({".jsonl", ".ndjson", ".json"})


@dataclass(frozen=True, slots=True)
class Source:
    """A population at rest.

    Attributes:
        path: where it is.
        column: column or key of the certificate in tables; None means that it is looked for.
    """

    path: Path
    column: str | None = None

    @property
    def size(self) -> int:
        """Bytes of the file; 0 for a folder, whose size nobody knows beforehand."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def rows(self, progress: Callable[[int], None] | None = None) -> Iterator[Row]:
        """All rows.

        Args:
            progress: told the position in the file, in bytes, now and then.

        Raises:
            InputError: the source is missing, unreadable, damaged, no population at all, or it
                changed while it was read.
        """
        try:
            if self.path.is_dir():
                yield from self._members()
                return
            if not stat.S_ISREG(self.path.stat().st_mode):  # opening a pipe would wait for ever
                raise OSError("not a regular file")
            before = self.state()
            with self.path.open("rb") as stream:
                yield from self._file(stream, progress)
            if self.state() != before:
                raise self._error(
                    "changed while it was read", mend="wait until it is written, then run again"
                )
        except OSError as error:
            raise self._error(f"cannot be read: {error.strerror or error}") from error
        except UnreadableError as error:
            raise self._error(f"cannot be read to its end: {error}") from error

    def _error(self, what: str, mend: str | None = None) -> InputError:
        return InputError(what, file=str(self.path), mend=mend)

    def state(self) -> tuple[int, int, int]:
        """What changes when somebody writes to the file or puts another in its place.

        Raises:
            OSError: it is gone.
        """
        found = self.path.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns

    def _file(self, stream: IO[bytes], progress: Callable[[int], None] | None) -> Iterator[Row]:
        raw = stream
        head = raw.read(_HEAD)
        raw.seek(0)
        if not head:
            raise self._error("is empty", mend="export it again")
        name = self.path.name
        if head.startswith(_GZIP):
            unpacked = Unpacked(raw, LIMITS.ratio)
            inner = unpacked.peek(_HEAD)
            if not is_archive(inner):
                name = name.removesuffix(".gz")
                stream, head = cast("IO[bytes]", unpacked), inner
        rows = self._members() if is_archive(head) else _table(stream, head, name, self.column)
        for number, row in enumerate(rows):
            if progress is not None and number % 256 == 0:
                progress(raw.tell())
            yield row

    def _members(self) -> Iterator[Row]:
        for member in iter_archive(self.path, LIMITS):
            if member.refusal:
                yield fault(member.name, f"The member was not read: {member.refusal}.")
            elif not member.data:
                yield fault(member.name, "The member is empty.")
            elif _is_table(member.name) or len(member.data) > MAX_ROW:
                stream = io.BytesIO(member.data)
                try:
                    yield from _table(stream, member.data[:_HEAD], member.name, self.column)
                except InputError as error:
                    yield fault(member.name, f"The member {error.message}.")
            else:
                yield Row(member.name, "file", member.data)


def _is_table(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in (_TABLES | _LINES) - {".txt", ".json"}


def _table(stream: IO[bytes], head: bytes, name: str, column: str | None) -> Iterator[Row]:
    """The rows of one file by its content, and by its name where that does not tell."""
    name = clean(name, 300)
    suffix = PurePosixPath(name).suffix.lower()
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if suffix in _LINES or (suffix not in _TABLES and start[:1] in (b"{", b"[")):
        return json_rows(stream, name, column)
    if suffix not in _TABLES and b"-----BEGIN " in head:
        return pem_rows(stream, name)
    if suffix in _TABLES and not _only_pem(start):
        return csv_rows(stream, name, column)
    if _only_pem(start):
        return pem_rows(stream, name)
    if head[:1] == b"\x30" and b"\0" in head:
        return iter([Row(name, "file", stream.read(MAX_ROW + 1)[:MAX_ROW])])
    first = start.partition(b"\n")[0][:200].decode("utf-8", "replace")
    if looks_like_certificate(first.strip('"')):
        return csv_rows(stream, name, column)
    raise InputError(
        "is no population",
        file=name,
        expected="a folder, a zip or tar(.gz), CSV, JSON Lines or PEM, packed with gzip or not",
        seen="bytes of another form",
    )


def _only_pem(start: bytes) -> bool:
    return start.startswith(b"-----BEGIN ")
