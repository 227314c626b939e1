"""The program that runs, as a part of every key, and whether it may leave results under that name.

Input: the files of this package, Python, the installed libraries. Output: a digest.
"""

from __future__ import annotations

import functools
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from clausegraph.cache.digests import digest, digest_of_folder

_PACKAGE = Path(__file__).resolve().parent.parent
_LOADED = time.time()
_SETTLED = 5.0  # seconds: longer than an interpreter takes to read the program
_accidents = 0


@functools.cache
def program() -> str:
    """A digest of this program: its files without the shipped assets, Python, the libraries.

    Libraries count by the names of their metadata folders, which hold the version. Computed once
    in a process, since what is loaded stays loaded.
    """
    return digest(
        sys.version,
        sys.platform,
        sys.byteorder,
        *(name for _, names in _libraries() for name in names),
        digest_of_folder(_PACKAGE, without=frozenset({"__pycache__", "_assets"})),
    )


def _libraries() -> Iterator[tuple[str, list[str]]]:
    """Folders with installed libraries, in the order of the search, each with their metadata."""
    # A process that another one starts may find the same folders twice.
    for folder in dict.fromkeys(os.path.realpath(entry) for entry in sys.path):
        try:
            names = os.listdir(folder)  # noqa: PTH208  # names only, hundreds of them
        except OSError:
            continue
        found = sorted(name for name in names if name.endswith((".dist-info", ".egg-info")))
        if found:
            yield folder, found


def settled(*assets: Path) -> bool:
    """Whether the program on disk is the one that runs: results may be put under its name.

    A source, a library or an asset that was written while this process already ran, or just
    before, may be another than the one in memory. Such a process reads the cache but leaves
    nothing in it.

    Args:
        assets: folders with other files that the results depend on.
    """
    limit = _LOADED - _SETTLED
    return all(Path(folder).stat().st_ctime < limit for folder, _ in _libraries()) and all(
        _older(str(folder), limit) for folder in (_PACKAGE, *assets)
    )


def _older(folder: str, limit: float) -> bool:
    """Whether nothing below a folder was written, renamed or removed since a moment."""
    open_ = [folder]
    while open_:
        place = open_.pop()
        if os.stat(place).st_ctime >= limit:  # noqa: PTH116
            return False
        with os.scandir(place) as found:
            for entry in found:
                if entry.is_dir():
                    if entry.name != "__pycache__":
                        open_.append(entry.path)
                elif entry.stat().st_ctime >= limit:
                    return False
    return True


def accident() -> None:
    """Say that a result came about by chance: a time limit passed, a process was killed.

    The same input may give another result next time, so whoever keeps results compares
    `accidents` before and after its work.
    """
    global _accidents
    _accidents += 1


def accidents() -> int:
    """How many accidents this process has met."""
    return _accidents
