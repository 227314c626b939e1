"""The bytes of a file with its size and SHA-256, in bounded memory.

Input: a path. Output: size, hash and, when the file is small enough, its bytes.
"""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT_LIMIT = 64 * 1024 * 1024
"""Greatest size, in bytes, of a file that is read for more than its hash."""
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Content:
    """What was read of a file; ``data`` is None when it exceeds the limit."""

    size: int
    sha256: str
    head: bytes
    data: bytes | None


def read(file: Path, limit: int) -> Content:
    """Hash a file of any size and keep its bytes when there are at most ``limit``.

    Raises:
        OSError: the file is missing, unreadable or no regular file.
    """
    if not stat.S_ISREG(file.stat().st_mode):  # opening a pipe would wait for ever
        raise OSError("not a regular file")
    digest = hashlib.sha256()
    size = 0
    head = b""
    kept: list[bytes] | None = []
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            head = head or chunk
            if size > limit:
                kept = None
            elif kept is not None:
                kept.append(chunk)
    data = None if kept is None else b"".join(kept)
    return Content(size, digest.hexdigest(), head, data)
