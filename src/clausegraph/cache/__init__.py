"""A content-hash cache on disk: work whose every input is unchanged is not done again.

Input: a kind, a key, bytes. Output: the same bytes, or None. A key is a `digest` of everything
that the work reads; `program` is part of every key, so that another version of this code, of
Python or of a library never sees an old entry::

    kept, key = default(), digest(program(), sha256_of_the_artefact, "what else counts")
    data = kept.get("facts", key)
    if data is None:
        data = work()
        kept.put("facts", key, data)

An entry carries a checksum over kind, key and data: what is damaged, cut short or foreign counts
as absent. Nothing in an entry is executed. The folder may be deleted at any time, also while
programs run; entries are written to a temporary file and renamed, so several processes can share
it. Where it cannot be written or belongs to somebody else, everything works without it.
``CLAUSEGRAPH_CACHE`` names the folder, or says ``off``; ``CLAUSEGRAPH_CACHE_SIZE`` bounds it in
megabytes. What came about by an accident (a time limit, a process that was killed) is reported
with `accident` and not kept.
"""

from __future__ import annotations

import functools
import os
import re
from pathlib import Path

from clausegraph.cache.digests import digest, digest_of_folder
from clausegraph.cache.folder import DEFAULT_LIMIT, MEGABYTE, Cache, Entry
from clausegraph.cache.program import accident, accidents, program, settled
from clausegraph.errors import InputError

__all__ = [
    "MEGABYTE", "OFF", "PLACE", "SIZE", "Cache", "Entry", "accident", "accidents", "default",
    "digest", "digest_of_folder", "program", "settled",
]  # fmt: skip

PLACE = "CLAUSEGRAPH_CACHE"
SIZE = "CLAUSEGRAPH_CACHE_SIZE"
OFF = "off"


def default() -> Cache:
    """The cache that the environment names: by default in the cache folder of this user.

    Raises:
        InputError: ``CLAUSEGRAPH_CACHE_SIZE`` is no whole number of megabytes.
    """
    return _cache(
        os.environ.get(PLACE, ""), os.environ.get(SIZE, ""), os.environ.get("XDG_CACHE_HOME", "")
    )


@functools.cache
def _cache(place: str, size: str, caches: str) -> Cache:
    """One object per setting, so that it knows what it has added."""
    if size and not re.fullmatch(r"[0-9]{1,9}", size):
        raise InputError(
            "the size of the cache cannot be read",
            field=SIZE,
            expected="a whole number of megabytes",
            seen=size,
        )
    limit = int(size) * MEGABYTE if size else DEFAULT_LIMIT
    if place == OFF or limit == 0:
        return Cache(None)
    try:
        if place:
            return Cache(Path(place).expanduser().absolute(), limit)
        above = Path(caches) if os.path.isabs(caches) else Path.home() / ".cache"  # noqa: PTH117
        return Cache(above / "clausegraph", limit)
    except (OSError, RuntimeError):  # no working folder, or a user without a home
        return Cache(None)
