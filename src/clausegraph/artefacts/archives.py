"""The members of an archive or folder, one after the other, in bounded memory.

Input: a zip, tar or tar.gz (path or bytes), or a folder. Output: `Member` values as a stream: a
member that is refused (encrypted, a link, too large, a path that leaves the archive, itself an
archive) comes with the reason and without bytes. Nothing is written to disk, links are not
followed, nested archives are not opened.
"""

from __future__ import annotations

import gzip
import io
import os
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Self, cast

from clausegraph.artefacts.text import UnreadableError, clean

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 256 * 1024
_RATIO_COUNTS_FROM = 16 * 1024 * 1024
_HEADROOM = 1024 * 1024
_MAX_DEPTH = 30
_DIRECTORY_ENTRY = 512  # bytes of a zip's directory per member; 46 and the name are usual
_DAMAGED_HEADERS = frozenset({"InvalidHeaderError", "TruncatedHeaderError"})
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_EMPTY_ZIP = b"PK\x05\x06"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of what is read; beyond the last three the archive as a whole is refused.

    Attributes:
        member_size: greatest size of one member, in bytes.
        members: greatest number of members.
        total_size: greatest sum of all members unpacked, in bytes.
        ratio: greatest ratio of unpacked to packed bytes, looked at from 16 MiB on.
    """

    member_size: int = 16 * 1024 * 1024
    members: int = 100_000
    total_size: int = 1024 * 1024 * 1024
    ratio: int = 100


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its bytes, or why they were refused."""

    name: str
    data: bytes
    refusal: str = ""


def is_archive(head: bytes) -> bool:
    """Whether these first bytes (at least 512) are those of a zip, a gzip or a tar."""
    return head.startswith((_ZIP, _EMPTY_ZIP, _GZIP)) or _is_tar(head)


def iter_archive(source: Path | bytes, limits: Limits | None = None) -> Iterator[Member]:
    """The members of an archive or a folder, folders and their like left out.

    Args:
        source: an archive, as path or bytes, or the path of a folder.
        limits: bounds; by default those of `Limits`.

    Yields:
        members in the order of the archive, in that of their names for a folder.

    Raises:
        UnreadableError: no archive, a damaged one, or one beyond the limits; raised while the
            stream is read, after the members before the damage.
        OSError: the file cannot be read.
    """
    limits = limits or Limits()
    if isinstance(source, Path) and source.is_dir():
        yield from _Count(limits).through(_folder(source, "", limits, 0))
        return
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
        head = stream.read(512)
        stream.seek(0)
        if head.startswith((_ZIP, _EMPTY_ZIP)):
            members = _zip(stream, limits)
        elif head.startswith(_GZIP) or _is_tar(head):
            members = _tar(stream, limits, packed=head.startswith(_GZIP))
        else:
            raise UnreadableError("The file is no zip, tar or tar.gz.")
        yield from _Count(limits).through(members)


def _is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


class _Count:
    """Holds the number and the size of all members below their limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.members = 0
        self.size = 0

    def through(self, members: Iterator[Member]) -> Iterator[Member]:
        for member in members:
            self.members += 1
            self.size += len(member.data)
            if self.members > self.limits.members:
                raise UnreadableError(f"There are more than {self.limits.members} members.")
            if self.size > self.limits.total_size:
                raise UnreadableError(f"There are more than {self.limits.total_size} bytes.")
            yield member


def _checked(name: str, data: bytes) -> Member:
    if is_archive(data[:512]):
        return Member(name, b"", "an archive in an archive is not opened")
    return Member(name, data)


def _name_refusal(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or name[1:2] == ":":
        return "its path leaves the archive"
    return ""


def _too_large(size: int, limits: Limits) -> str:
    return f"it has {size} bytes, more than the limit of {limits.member_size}"


# ---- folders ----


def _folder(folder: Path, prefix: str, limits: Limits, depth: int) -> Iterator[Member]:
    if depth > _MAX_DEPTH:
        yield Member(prefix, b"", f"folders are nested deeper than {_MAX_DEPTH}")
        return
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        name = clean(prefix + entry.name, 300)
        if entry.is_symlink():
            yield Member(name, b"", "a symbolic link is not followed")
        elif entry.is_dir():
            yield from _folder(Path(entry.path), f"{prefix}{entry.name}/", limits, depth + 1)
        elif not entry.is_file():
            yield Member(name, b"", "it is no regular file")
        elif (size := entry.stat().st_size) > limits.member_size:
            yield Member(name, b"", _too_large(size, limits))
        else:
            yield _checked(name, Path(entry.path).read_bytes())


# ---- zip ----


def _zip(stream: BinaryIO, limits: Limits) -> Iterator[Member]:
    size = _directory_size(stream)
    if size > _DIRECTORY_ENTRY * limits.members:
        raise UnreadableError(f"There are more than {limits.members} members.")
    damage = (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError, struct.error)
    try:
        archive = zipfile.ZipFile(stream)
    except damage as error:
        raise UnreadableError("The zip archive is damaged.") from error
    unpacked = packed = 0
    with archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            name = clean(info.filename, 300)
            if refusal := _zip_refusal(info, limits):
                yield Member(name, b"", refusal)
                continue
            try:
                with archive.open(info) as member:
                    data = member.read(limits.member_size + 1)
            except (*damage, RuntimeError, zlib.error):
                yield Member(name, b"", "it is damaged or packed in an unknown way")
                continue
            if len(data) > limits.member_size:
                yield Member(name, b"", _too_large(len(data), limits))
                continue
            unpacked += len(data)
            packed += max(info.compress_size, 1)
            _check_ratio(unpacked, packed, limits)
            yield _checked(name, data)


def _zip_refusal(info: zipfile.ZipInfo, limits: Limits) -> str:
    if info.flag_bits & 0x1:
        return "it is encrypted"
    kind = info.external_attr >> 28  # of the file mode, when made on Unix
    if info.create_system == 3 and kind == 0xA:
        return "a symbolic link is not followed"
    if info.file_size > limits.member_size:
        return _too_large(info.file_size, limits)
    return _name_refusal(info.filename)


def _directory_size(stream: BinaryIO) -> int:
    """The size of the directory that zipfile would read into memory."""
    end = stream.seek(0, os.SEEK_END)
    tail_size = min(end, 22 + 65_535 + 20 + 56)
    stream.seek(end - tail_size)
    tail = stream.read(tail_size)
    stream.seek(0)
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or found + 22 > len(tail):
        raise UnreadableError("The zip archive is damaged: its directory is missing.")
    size = int(struct.unpack_from("<L", tail, found + 12)[0])
    large = tail.rfind(b"PK\x06\x06")
    if size == 0xFFFFFFFF and large >= 0 and large + 56 <= len(tail):
        size = int(struct.unpack_from("<Q", tail, large + 40)[0])
    return min(size, end)


def _check_ratio(unpacked: int, packed: int, limits: Limits) -> None:
    if unpacked > _RATIO_COUNTS_FROM and unpacked > limits.ratio * max(packed, 1):
        raise UnreadableError(
            f"The archive unpacks to more than {limits.ratio} times its size: a zip bomb."
        )


# ---- tar ----


class _Metered:
    """The unpacked stream of a tar, read no further than allowed.

    tarfile reads headers of any length into memory, and skips what nobody wanted by reading it;
    so each step may take only what its member was announced to have.
    """

    def __init__(self, stream: BinaryIO, limits: Limits, *, packed: bool) -> None:
        self._raw = stream
        unpacked = gzip.GzipFile(fileobj=stream) if packed else stream
        self._stream = cast("BinaryIO", unpacked)
        self._limits = limits
        self._packed = packed
        self._read = 0
        self._budget = 0

    def allow(self, size: int) -> None:
        """Let the next step take this many bytes, and some for headers."""
        self._budget = self._read + size + _HEADROOM

    def read(self, size: int) -> bytes:
        data = self._stream.read(min(size, _CHUNK))
        self._read += len(data)
        if self._read > self._budget:
            raise UnreadableError("The archive has a header beyond all bounds.")
        if self._read > self._limits.total_size + _HEADROOM:
            raise UnreadableError(f"There are more than {self._limits.total_size} bytes.")
        if self._packed:
            _check_ratio(self._read, self._raw.tell(), self._limits)
        return data


class _Header(tarfile.TarInfo):
    """A header whose damage ends the reading with an error; tarfile takes it for the end."""

    @classmethod
    def fromtarfile(cls, tarfile_: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(tarfile_)
        except tarfile.HeaderError as error:
            if type(error).__name__ in _DAMAGED_HEADERS:
                raise tarfile.ReadError("damaged header") from error
            raise


def _tar(stream: BinaryIO, limits: Limits, *, packed: bool) -> Iterator[Member]:
    metered = _Metered(stream, limits, packed=packed)
    metered.allow(limits.member_size)
    damage = (tarfile.TarError, OSError, EOFError, ValueError, OverflowError, zlib.error)
    try:
        with tarfile.open(fileobj=cast("BinaryIO", metered), mode="r|", tarinfo=_Header) as archive:
            while (info := archive.next()) is not None:
                archive.members.clear()  # type: ignore[attr-defined]  # else it keeps them
                if info.size < 0:
                    raise UnreadableError("The tar archive is damaged: a member of negative size.")
                metered.allow(info.size)
                if not info.isdir():
                    yield _tar_member(archive, info, limits)
    except damage as error:
        raise UnreadableError("The archive is no tar, or a damaged one.") from error


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo, limits: Limits) -> Member:
    name = clean(info.name, 300)
    if info.issym() or info.islnk():
        return Member(name, b"", "a link is not followed")
    if not info.isreg():
        return Member(name, b"", "it is no regular file")
    if info.size > limits.member_size:
        return Member(name, b"", _too_large(info.size, limits))
    if refusal := _name_refusal(info.name):
        return Member(name, b"", refusal)
    member = archive.extractfile(info)
    data = member.read(limits.member_size + 1) if member else b""
    if len(data) != info.size:
        raise EOFError
    return _checked(name, data)
