"""The folder of the cache: entries with checksum, written whole or not at all, bounded.

Input: kind, key, bytes. Output: the same bytes, or None for what is absent, damaged or foreign.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clausegraph.cache.digests import digest

MEGABYTE = 1024 * 1024
DEFAULT_LIMIT = 1024 * MEGABYTE

_MAGIC = b"clausegraph cache 1\n"
_KIND = re.compile(r"[a-z][a-z0-9-]{0,39}")
_KEY = re.compile(r"[0-9a-f]{64}")
_TEMPORARY = ".new-"
_ABANDONED = 3600  # seconds after which a temporary file has no writer any more


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the cache: its kind, its file, its size in bytes and when it was last used."""

    kind: str
    path: Path
    size: int
    used: float


class Cache:
    """Entries below one folder; without a folder nothing is found and nothing kept.

    Args:
        folder: made when the first entry is put; None for a cache that holds nothing.
        limit: greatest sum of the sizes of entries, in bytes; the longest unused go first.
    """

    def __init__(self, folder: Path | None, limit: int = DEFAULT_LIMIT) -> None:
        self.folder = folder
        self.limit = limit
        self._size: int | None = None  # what this process believes; None: not counted yet

    def get(self, kind: str, key: str) -> bytes | None:
        """The data of an entry, or None when there is none that is whole.

        Args:
            kind: what sort of work, for example ``pack``.
            key: from `digest`.
        """
        path = self._path(kind, key)
        if path is None:
            return None
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with os.fdopen(handle, "rb") as stream:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    return None
                head = stream.read(len(_MAGIC) + 32)
                data = stream.read()
            if head != _MAGIC + _seal(kind, key, data):
                path.unlink(missing_ok=True)
                return None
        except OSError:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return data

    def put(self, kind: str, key: str, data: bytes) -> None:
        """Keep an entry, if the folder can be written and the entry is no large part of the bound.

        Args:
            kind: what sort of work.
            key: from `digest`.
            data: what `get` will give.
        """
        path = self._path(kind, key)
        size = len(_MAGIC) + 32 + len(data)
        if path is None or size > self.limit // 2:
            return
        try:
            self._make(path.parent)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=_TEMPORARY)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(_MAGIC + _seal(kind, key, data))
                    stream.write(data)
                os.replace(temporary, path)  # noqa: PTH105
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
            self._bound(size)
        except OSError:
            self._size = None

    def entries(self) -> Iterator[Entry]:
        """All entries, in no order; those that vanish meanwhile are left out."""
        for kind, path, found in self._files():
            if _KEY.fullmatch(path.name):
                yield Entry(kind, path, found.st_size, found.st_mtime)

    def clear(self) -> int:
        """Remove all entries and nothing else that may lie in the folder.

        Returns:
            the number of entries removed.

        Raises:
            OSError: an entry cannot be removed.
        """
        count = 0
        for _, path, _ in list(self._files()):
            path.unlink(missing_ok=True)
            count += not path.name.startswith(_TEMPORARY)
        self._size = None
        return count

    def refusal(self) -> str:
        """Why the folder is not used; empty when it is, or when it can still be made.

        What others can write is not believed: a checksum tells damage, not forgery.
        """
        if self.folder is None:
            return "it is switched off"
        try:
            found = self.folder.stat()
        except FileNotFoundError:
            return ""
        except OSError as error:
            return f"the folder cannot be read: {error.strerror or error}"
        if not stat.S_ISDIR(found.st_mode):
            return "there is a file in its place"
        if found.st_uid != getattr(os, "getuid", lambda: found.st_uid)():
            return "the folder belongs to another user"
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return "other users can write in the folder"
        return ""

    def _path(self, kind: str, key: str) -> Path | None:
        if not _KIND.fullmatch(kind) or not _KEY.fullmatch(key):
            raise ValueError(f"no kind and key of an entry: {kind!r}, {key!r}")
        return None if self.folder is None or self.refusal() else self.folder / kind / key

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.parent.parent.mkdir(parents=True, exist_ok=True)
            for part in (folder.parent, folder):
                part.mkdir(mode=0o700, exist_ok=True)

    def _files(self) -> Iterator[tuple[str, Path, os.stat_result]]:
        """Entries and temporary files with their kind."""
        if self.folder is None:
            return
        for kind in _scan(self.folder):
            if _KIND.fullmatch(kind.name) and kind.is_dir(follow_symlinks=False):
                for file in _scan(Path(kind.path)):
                    if _KEY.fullmatch(file.name) or file.name.startswith(_TEMPORARY):
                        try:
                            yield kind.name, Path(file.path), file.stat(follow_symlinks=False)
                        except FileNotFoundError:
                            continue

    def _bound(self, added: int) -> None:
        """Throw out what was longest unused, when the bound is passed.

        Other processes add too: what this one believes is counted again when it alone has added
        a part of the bound.
        """
        if self._size is not None:
            self._size += added
            if self._size <= self.limit:
                return
        now = time.time()
        found = []
        total = 0
        for _, path, state in self._files():
            if path.name.startswith(_TEMPORARY) and now - state.st_mtime > _ABANDONED:
                path.unlink(missing_ok=True)
                continue
            total += state.st_size
            found.append((state.st_mtime_ns, path, state.st_size))
        if total > self.limit:
            for _, path, size in sorted(found):
                path.unlink(missing_ok=True)
                total -= size
                if total <= self.limit * 4 // 5:
                    break
        self._size = total


def _seal(kind: str, key: str, data: bytes) -> bytes:
    return bytes.fromhex(digest(kind, key, data))


def _scan(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []
