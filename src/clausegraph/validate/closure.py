"""Property paths that repeat (``*``, ``+``, ``?``): a growing set of pairs, and its bound.

A path that repeats over a long chain gives as many pairs as the square of its length, so the set
grows by sorted runs (each pair is sorted only a few times), and past `MOST_PAIRS` it is an error
rather than a machine without memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clausegraph.errors import AssetError
from clausegraph.validate.shapes import Path

Packed = NDArray[np.int64]
MOST_PAIRS = 50_000_000
_REPEATED = ("zeroOrMore", "oneOrMore", "zeroOrOne")


class Reached:
    """Pairs as sorted runs, each at least twice as long as the next."""

    def __init__(self) -> None:
        self._runs: list[Packed] = []
        self._size = 0

    def add(self, pairs: Packed) -> Packed:
        """Take pairs in; gives those that are new, sorted.

        Raises:
            AssetError: more than `MOST_PAIRS`.
        """
        fresh = np.unique(pairs)
        for run in self._runs:
            at = np.searchsorted(run, fresh)
            np.minimum(at, len(run) - 1, out=at)
            fresh = fresh[run[at] != fresh]
        if not len(fresh):
            return fresh
        self._size += len(fresh)
        if self._size > MOST_PAIRS:
            raise AssetError(
                f"a property path that repeats reaches more than {MOST_PAIRS:,} pairs of nodes"
            )
        self._runs.append(fresh)
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * len(self._runs[-1]):
            last = self._runs.pop()
            self._runs[-1] = _merged([self._runs[-1], last])
        return fresh

    def all(self) -> Packed:
        """All pairs, sorted."""
        return _merged(self._runs) if self._runs else np.empty(0, dtype=np.int64)


def _merged(runs: list[Packed]) -> Packed:
    return np.sort(np.concatenate(runs), kind="stable")  # linear for what is sorted already


def flattened(path: Path) -> Path:
    """A path that repeats a repetition, as one repetition: ``(p*)+`` is ``p*``."""
    inner = path.parts[0]
    while inner.kind in _REPEATED:
        same = path.kind == inner.kind
        path = Path(path.kind if same else "zeroOrMore", parts=inner.parts)
        inner = path.parts[0]
    return path
