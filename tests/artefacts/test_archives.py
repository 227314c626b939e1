"""Archives and folders as streams: bounded, nothing followed, nothing opened twice."""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausegraph.artefacts.archives import Limits, Member, is_archive, iter_archive
from clausegraph.artefacts.text import UnreadableError

FILES = {"a.cer": b"one", "sub/b.cer": b"two" * 100}
SMALL = Limits(member_size=1000, members=5, total_size=3000, ratio=100)
bounded = settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def make_zip(files: dict[str, bytes], **changes: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for field, value in changes.items():
                setattr(info, field, value)
            archive.writestr(info, data)
    return stream.getvalue()


def make_tar(files: dict[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.type = kind
            info.linkname = "elsewhere"
            info.size = len(data) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def make_folder(folder: Path) -> Path:
    for name, data in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def read(source: Path | bytes, limits: Limits = SMALL) -> list[Member]:
    return list(iter_archive(source, limits))


@pytest.mark.parametrize("form", ["zip", "tar", "tar.gz", "folder"])
@pytest.mark.parametrize("as_path", [True, False])
def test_every_form_gives_the_same_members(form: str, as_path: bool, tmp_path: Path) -> None:
    source: Path | bytes
    if form == "folder":
        source = make_folder(tmp_path)
    else:
        source = make_zip(FILES) if form == "zip" else make_tar(FILES)
        source = gzip.compress(source) if form == "tar.gz" else source
        assert is_archive(source[:512])
        if as_path:
            (tmp_path / "archive").write_bytes(source)
            source = tmp_path / "archive"
    assert {m.name: m.data for m in read(source)} == FILES
    assert not any(m.refusal for m in read(source))


REFUSED = {
    "encrypted": make_zip({"a": b"x"}, flag_bits=1),
    "too large": make_zip({"a": bytes(range(256)) * 4}),
    "too large in tar": make_tar({"a": bytes(1001)}),
    "path": make_zip({"../a": b"x"}),
    "absolute path": make_tar({"/etc/a": b"x"}),
    "drive": make_zip({"C:a": b"x"}),
    "link in zip": make_zip(
        {"a": b"b"}, external_attr=(stat.S_IFLNK | 0o777) << 16, create_system=3
    ),
    "link in tar": make_tar({"a": b""}, tarfile.SYMTYPE),
    "hard link": make_tar({"a": b""}, tarfile.LNKTYPE),
    "device": make_tar({"a": b""}, tarfile.CHRTYPE),
    "nested": make_zip({"a.zip": make_zip({"b": b"x"})}),
    "nested in tar": make_tar({"a.gz": gzip.compress(b"x")}),
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_refused_members_come_with_the_reason_and_no_bytes(what: str) -> None:
    data = REFUSED[what]
    if what == "encrypted":  # the writer clears the bit
        data = bytearray(data)
        for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(mark) + place] |= 1
        data = bytes(data)
    (member,) = read(data)
    assert member.refusal
    assert member.data == b""


def test_links_and_pipes_of_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe")
    assert [m.refusal for m in read(tmp_path)] == [
        "a symbolic link is not followed", "it is no regular file",
    ]  # fmt: skip


def test_deeply_nested_folders_are_left_alone(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 40)
    deep.mkdir(parents=True)
    (deep / "a").write_bytes(b"x")
    (member,) = read(tmp_path)
    assert "nested deeper" in member.refusal


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (make_zip({str(n): b"x" for n in range(6)}), "more than 5 members"),
        (make_tar({str(n): b"x" for n in range(6)}), "more than 5 members"),
        (make_zip({str(n): bytes([n]) * 999 for n in range(5)}), "more than 3000 bytes"),
        (make_zip({f"{n:0>200}": b"" for n in range(60)}), "more than 5 members"),
        (make_zip(FILES)[:-30], "damaged"),
        (make_tar(FILES)[:700], "damaged"),
        (gzip.compress(make_tar(FILES))[:60], "damaged"),
        (gzip.compress(b"no tar"), "damaged"),
        (make_tar(FILES).replace(b"sub/b", b"sub/c"), "damaged"),
        (b"", "no zip"),
        (b"<html>", "no zip"),
    ],
)
def test_archives_that_are_refused_as_a_whole(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        read(data)


def test_a_zip_bomb_ends_after_few_bytes() -> None:
    wide = Limits(member_size=2**26, members=100, total_size=2**32, ratio=50)
    zeros = bytes(2**24 + 1)
    for bomb in (make_zip({"a": zeros}), gzip.compress(make_tar({"a": zeros}))):
        with pytest.raises(UnreadableError, match="zip bomb"):
            read(bomb, wide)


def test_a_header_without_end_is_not_read_into_memory() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("a")
        info.pax_headers = {"comment": "x" * 3_000_000}
        archive.addfile(info)
    with pytest.raises(UnreadableError, match="beyond all bounds"):
        read(gzip.compress(stream.getvalue()), Limits(member_size=1000))


@pytest.mark.parametrize(
    "sample", [make_zip(FILES), make_tar(FILES), gzip.compress(make_tar(FILES))]
)
@given(edits=st.lists(st.tuples(st.integers(0, 20_000), st.binary(max_size=4)), max_size=6),
       cut=st.integers(0, 20_000))  # fmt: skip
@bounded
def test_damaged_archives_never_crash(
    sample: bytes, edits: list[tuple[int, bytes]], cut: int
) -> None:
    data = bytearray(sample[: max(cut, 1)])
    for place, value in edits:
        start = place % len(data)
        data[start : start + len(value)] = value
    with suppress(UnreadableError):
        assert all(len(m.data) <= SMALL.member_size for m in read(bytes(data)))
