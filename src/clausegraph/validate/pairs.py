"""Two arrays of equal length as a set of pairs: packed, sorted, joined.

The first part of a pair is a number of a term or of a row, the second the number of a term; both
have less than 32 bits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.signedinteger[Any]]
Pairs = tuple[Ids, Ids]
_HALF = 32
_LOW = np.int64(2**_HALF - 1)


def paired(first: Ids, second: Ids) -> NDArray[np.int64]:
    """Each pair as one number that sorts by the first part, then by the second."""
    packed = first.astype(np.int64)
    packed <<= _HALF
    packed |= second
    return packed


def apart(packed: NDArray[np.int64]) -> Pairs:
    """The two parts again."""
    return (packed >> _HALF).astype(np.int32), (packed & _LOW).astype(np.int32)


def in_order(first: Ids, second: Ids) -> Pairs:
    """Sorted by both parts, each pair once."""
    packed = paired(first, second)
    packed.sort()
    if len(packed) > 1:
        fresh = np.empty(len(packed), dtype=np.bool_)
        fresh[0] = True
        np.not_equal(packed[1:], packed[:-1], out=fresh[1:])
        if not fresh.all():
            packed = packed[fresh]
    return apart(packed)


def expand(keys: Ids, values: Ids, nodes: Ids) -> Pairs:
    """The join of sorted pairs with nodes: index into ``nodes`` and value, per match."""
    low = np.searchsorted(keys, nodes, "left")
    count = np.searchsorted(keys, nodes, "right") - low
    rows = np.repeat(np.arange(len(nodes), dtype=np.int32), count)
    start = np.repeat(low - np.cumsum(count) + count, count)
    start += np.arange(len(rows))
    return rows, values[start]
