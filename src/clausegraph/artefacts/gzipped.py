"""One file packed with gzip, as a stream.

Input: the packed bytes. Output: the unpacked ones, in bounded memory; a stream that is damaged, cut
off, or grows beyond all proportion is an error when the reader comes there.
"""

from __future__ import annotations

import gzip
import io
import zlib
from typing import IO, cast

from clausegraph.artefacts.text import UnreadableError

_RATIO_FROM = 64 * 1024 * 1024
_BUFFER = 1024 * 1024


class Unpacked(io.BufferedReader):
    """A gzip stream that refuses to grow beyond all proportion.

    Args:
        raw: the packed bytes.
        ratio: greatest ratio of unpacked to packed bytes, looked at from 64 MiB on.

    Reading raises `UnreadableError` for what is damaged, cut off or a bomb.
    """

    def __init__(self, raw: IO[bytes], ratio: int) -> None:
        super().__init__(_Metered(raw, ratio), buffer_size=_BUFFER)


class _Metered(io.RawIOBase):
    def __init__(self, raw: IO[bytes], ratio: int) -> None:
        self._raw = raw
        self._ratio = ratio
        self._unpacked = gzip.GzipFile(fileobj=raw)
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        try:
            data = self._unpacked.read(len(view))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnreadableError("The gzip stream is damaged or cut off.") from error
        self._read += len(data)
        if self._read > _RATIO_FROM and self._read > self._ratio * max(self._raw.tell(), 1):
            raise UnreadableError(
                f"It unpacks to more than {self._ratio} times its size: a zip bomb."
            )
        view[: len(data)] = data
        return len(data)
