"""The bytes of a file with its size and SHA-256, in bounded memory.

Input: a path. Output: size, hash and, when the file is small enough, its bytes. What a person names
on the command line is read by `content_of` and `data_of`, which raise an error in words.
"""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clausegraph.errors import InputError

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


def content_of(path: Path, limit: int = DEFAULT_LIMIT, expected: str = "a file") -> Content:
    """What `read` gives, for a file that somebody names.

    Args:
        path: the file as it was named.
        limit: greatest number of bytes that are kept.
        expected: what the file should be, for the error.

    Raises:
        InputError: the file is missing, unreadable or no regular file.
    """
    try:
        return read(path, limit)
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror or error}", file=str(path), expected=expected
        ) from error


def data_of(path: Path, expected: str = "a file") -> bytes:
    """The bytes of a file that somebody names, when there are at most `DEFAULT_LIMIT`.

    Args:
        path: the file as it was named.
        expected: what the file should be, for the error.

    Raises:
        InputError: the file is missing, unreadable, no regular file, or too large.
    """
    content = content_of(path, expected=expected)
    if content.data is None:
        raise InputError(
            f"has {content.size} bytes, more than can be read",
            file=str(path),
            expected=f"{expected} of at most {DEFAULT_LIMIT} bytes",
        )
    return content.data
