"""Names for contents: of parts, and of a folder with all that can be read in it.

Input: bytes and texts, or a folder. Output: a SHA-256 in hexadecimal digits.
"""

from __future__ import annotations

import os
import stat
from hashlib import sha256
from pathlib import Path

_CHUNK = 1024 * 1024


def digest(*parts: bytes | str) -> str:
    """SHA-256 over parts, each with its type and length, so that no two lists of parts agree.

    Returns:
        64 hexadecimal digits.
    """
    found = sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        found.update(b"%c%d:" % (b"s" if isinstance(part, str) else b"b", len(data)))
        found.update(data)
    return found.hexdigest()


def digest_of_folder(folder: Path, *, without: frozenset[str] = frozenset()) -> str:
    """SHA-256 over everything below a folder that a program could read: names, kinds, contents.

    Links to files are read through; a link to a folder counts by where it leads, and what lies
    there counts only if it is in the folder anyway. What cannot be read counts as such. The place
    of the folder itself does not count.

    Args:
        folder: need not exist.
        without: names of folders that are left out, wherever they stand.
    """
    root = os.path.realpath(folder)
    parts: list[str] = []
    open_ = [(root, "")]
    while open_:
        place, name = open_.pop()
        try:
            with os.scandir(place) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            parts += ("no folder", name, str(error.errno))
            continue
        parts += ("folder", name)
        for entry in entries:
            below = f"{name}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in without:
                    open_.append((entry.path, below))
                continue
            if entry.is_symlink():
                parts += ("link", below, os.path.relpath(os.path.realpath(entry.path), root))
            parts += (below, *_content(entry.path))
    return digest(*parts)


def _content(path: str) -> tuple[str, str]:
    """What a path that is no folder of its own leads to."""
    try:
        # A pipe must not be waited for, and what stands there may change until it is opened.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        return "unreadable", str(error.errno)
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            return "no file", str(stat.S_IFMT(mode))
        found = sha256()
        while chunk := os.read(handle, _CHUNK):
            found.update(chunk)
    except OSError as error:
        return "unreadable", str(error.errno)
    finally:
        os.close(handle)
    return "file", found.hexdigest()
