"""What only the whole population can tell: repeated certificates, serial numbers and keys.

Input: fixed-length records of all certificates, in any order. Output: exact counts and the places
of a few examples. Few records stay in memory and are sorted at once. More lie in temporary files,
split by hash; one part after the other is sorted in memory. The files are removed when the spool is
closed.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from clausegraph.artefacts.x509 import Certificate

RECORD = 40
"""Bytes of a record: 16 of the key's hash, 16 of the certificate's, 8 of its place."""
_PARTS = 64
_BUFFER = 64 * 1024
_FEW = 1024 * 1024
"""Bytes of records that stay in memory."""
_FIELDS = [("key", ">u8", 2), ("cert", ">u8", 2), ("place", ">u8")]
SUB = 1 << 16
"""A place is the number of the row times this, plus the number of the certificate in its row."""


def serial_key(cert: Certificate) -> bytes:
    """16 bytes that only certificates of one issuer with one serial number share."""
    if cert.serial is None or not cert.issuer_der:
        return hashlib.sha256(cert.der).digest()[:16]
    return entry_key(cert.issuer_der, cert.serial)


def entry_key(issuer: bytes, serial: int) -> bytes:
    """The same 16 bytes from an encoded issuer name and a serial number."""
    size = (serial.bit_length() + 8) // 8
    return hashlib.sha256(issuer + serial.to_bytes(size, "big", signed=True)).digest()[:16]


def subject_key(cert: Certificate) -> bytes:
    """16 bytes that only certificates with one public key share."""
    return hashlib.sha256(cert.spki_der or cert.der).digest()[:16]


@dataclass(frozen=True, slots=True)
class Repeats:
    """Which keys several certificates share.

    Attributes:
        distinct: different certificates.
        shared: different certificates whose key another certificate has too.
        groups: keys that several certificates share.
        repeated: rows whose certificate stands in another row already.
        shared_places: places of the certificates of the groups with the smallest hashes.
        repeated_places: places of the repeated certificates with the smallest hashes.
    """

    distinct: int
    shared: int
    groups: int
    repeated: int
    shared_places: tuple[int, ...]
    repeated_places: tuple[int, ...]


class Spool:
    """Records on disk; a context manager that leaves nothing behind.

    Args:
        folder: where the temporary files are made; the system's folder when None.
        few: bytes of records from which on they are made.
    """

    def __init__(self, folder: Path | None = None, few: int = _FEW) -> None:
        self._place = folder
        self._few = few
        self._together: list[bytes] | None = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._buffers: list[bytearray] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def add(self, records: bytes, first_row: int) -> None:
        """Take records in.

        Args:
            records: `RECORD` bytes each, places relative to the first row.
            first_row: number of that row in the source.
        """
        if self._together is not None:
            self._together += _placed(records, first_row)
            if len(self._together) * RECORD > self._few:
                self._folder = tempfile.TemporaryDirectory(
                    prefix="clausegraph-population-", dir=self._place
                )
                self._buffers = [bytearray() for _ in range(_PARTS)]
                records, self._together = b"".join(self._together), None
                self._share_out(records, 0)
        else:
            self._share_out(records, first_row)

    def _share_out(self, records: bytes, first_row: int) -> None:
        import numpy as np  # takes longer to load than small populations to count

        table = np.frombuffer(bytearray(records), dtype=_FIELDS)
        table["place"] += np.uint64(first_row * SUB)
        part = (table["key"][:, 0] >> np.uint64(58)).astype(np.int64)
        order = np.argsort(part, kind="stable")
        table, part = table[order], part[order]
        starts = np.searchsorted(part, np.arange(_PARTS + 1))
        for number, buffer in enumerate(self._buffers):
            buffer += table[starts[number] : starts[number + 1]].tobytes()
            if len(buffer) >= _BUFFER:
                self._write(number)

    def _path(self, number: int) -> Path:
        assert self._folder is not None  # noqa: S101 - there are parts
        return Path(self._folder.name) / f"{number:02d}"

    def _write(self, number: int) -> None:
        if self._buffers[number]:
            with self._path(number).open("ab") as stream:
                stream.write(self._buffers[number])
            self._buffers[number].clear()

    def _parts(self) -> Iterator[bytes]:
        """All records in parts, in the order of their hashes."""
        if self._together is not None:
            yield b"".join(self._together)
            return
        for number in range(_PARTS):
            self._write(number)
            if self._path(number).is_file():
                yield self._path(number).read_bytes()

    def missing(self, keys: Iterable[bytes]) -> list[bytes]:
        """Which of some keys no record has, sorted."""
        wanted = set(keys)
        for part in self._parts() if wanted else ():
            wanted.difference_update(part[i : i + 16] for i in range(0, len(part), RECORD))
        return sorted(wanted)

    def repeats(self, most: int) -> Repeats:
        """Count, and name the places of at most ``most`` examples of each."""
        if self._together is not None:
            return _few(self._together, most)
        distinct = among = groups = again = 0
        shared: list[int] = []
        repeated: list[int] = []
        for part in self._parts():
            found = _many(part, most)
            distinct += found.distinct
            among += found.shared
            groups += found.groups
            again += found.repeated
            # Parts are taken in the order of their hashes, so the first are the smallest.
            shared += found.shared_places[: most - len(shared)]
            repeated += found.repeated_places[: most - len(repeated)]
        return Repeats(distinct, among, groups, again, tuple(shared), tuple(repeated))


def _placed(records: bytes, first_row: int) -> Iterator[bytes]:
    """Records with places relative to the first row of the source."""
    for begin in range(0, len(records), RECORD):
        record = records[begin : begin + RECORD]
        place = int.from_bytes(record[32:], "big") + first_row * SUB
        yield record[:32] + place.to_bytes(8, "big")


def _few(records: list[bytes], most: int) -> Repeats:
    distinct = shared = groups = 0
    shared_places: list[int] = []
    repeated: list[bytes] = []
    for _, same_key in groupby(sorted(records), key=lambda record: record[:16]):
        first = []
        for _, same in groupby(same_key, key=lambda record: record[16:32]):
            one, *more = same
            first.append(one)
            repeated += more
        distinct += len(first)
        if len(first) > 1:
            groups += 1
            shared += len(first)
            shared_places += map(_place, first[: most - len(shared_places)])
    return Repeats(
        distinct, shared, groups, len(repeated), tuple(shared_places),
        tuple(map(_place, repeated[:most])),
    )  # fmt: skip


def _place(record: bytes) -> int:
    return int.from_bytes(record[32:], "big")


def _many(records: bytes, most: int) -> Repeats:
    import numpy as np

    table = np.frombuffer(records, dtype=_FIELDS)
    columns = (
        table["place"], table["cert"][:, 1], table["cert"][:, 0],
        table["key"][:, 1], table["key"][:, 0],
    )  # fmt: skip
    table = table[np.lexsort(columns)]
    same_key = np.zeros(len(table), dtype=bool)
    same_key[1:] = (table["key"][1:] == table["key"][:-1]).all(axis=1)
    same_cert = same_key.copy()
    same_cert[1:] &= (table["cert"][1:] == table["cert"][:-1]).all(axis=1)
    first = table[~same_cert]  # one record per different certificate, the first in its source
    group = np.cumsum(~same_key[~same_cert]) - 1
    sizes = np.bincount(group)
    among = sizes[group] > 1
    repeated = table["place"][same_cert]
    return Repeats(
        distinct=len(first),
        shared=int(among.sum()),
        groups=int((sizes > 1).sum()),
        repeated=len(repeated),
        shared_places=tuple(int(p) for p in first["place"][among][:most]),
        repeated_places=tuple(int(p) for p in repeated[:most]),
    )
