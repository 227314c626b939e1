"""Sources of every form, good and bad: what is read, and where the rest is said to stand."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausegraph.artefacts.population import Source
from clausegraph.artefacts.population.streams import csv_rows, json_rows, pem_rows
from clausegraph.errors import InputError

from .populations import archive, b64, ders, folder, kinds, pem, places, profiled

A, B, C = ders()[:3]
KEY = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"
QUOTED = f'"{pem(B)}"'

GOOD: dict[str, bytes] = {
    "header.csv": f"id,certificate\n1,{b64(A)}\n2,{b64(B)}\n3,{b64(C)}\n".encode(),
    "none.csv": f"1;{b64(A)}\n2;{b64(B)}\n3;{b64(C)}\n".encode(),
    "quoted.csv": f'name,x509\r\n"a ""b""",{b64(A)}\r\nb,{QUOTED}\r\nc,{C.hex()}\r\n'.encode(),
    "odd-header.csv": f"foo,bar\n1,{b64(A)}\n2,{b64(B)}\n3,{b64(C)}\n".encode(),
    "bom.csv": f"\ufeffcertificate\n{b64(A)}\n{b64(B)}\n{C.hex(':')}\n".encode(),
    "latin.csv": b"name,cert\n\xe5\xe4," + f"{b64(A)}\nx,{b64(B)}\ny,{b64(C)}\n".encode(),
    "pem64.csv": "".join(b64(pem(d).encode()) + "\n" for d in (A, B, C)).encode(),
    "objects.jsonl": "".join(
        json.dumps({"n": 1, "pem": pem(d)}) + "\n" for d in (A, B, C)
    ).encode(),
    "strings.jsonl": "".join(json.dumps(b64(d)) + "\n\n" for d in (A, B, C)).encode(),
    "nested.jsonl": "".join(json.dumps({"a": {"der": b64(d)}}) + "\n" for d in (A, B, C)).encode(),
    "bundle.pem": f"comment\n{pem(A)}Bag Attributes\n{pem(B)}{pem(C)}".encode(),
    "plain.txt": "".join(b64(d) + "\n" for d in (A, B, C)).encode(),
    "packed.csv.gz": gzip.compress(f"certificate\n{b64(A)}\n{b64(B)}\n{b64(C)}\n".encode()),
    "packed.pem.gz": gzip.compress((pem(A) + pem(B) + pem(C)).encode()),
}


@pytest.mark.parametrize("name", GOOD)
def test_every_form_gives_the_same_certificates(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(GOOD[name])
    found = profiled(tmp_path / name)
    assert (found.distinct, found.profile.rows, kinds(found)) == (3, 3, {})


@pytest.mark.parametrize("name", ["all.tar", "all.tar.gz", "all.zip", "folder"])
def test_archives_and_folders_hold_files_of_every_form(name: str, tmp_path: Path) -> None:
    members = [
        ("a.der", A), ("deep/b.pem", pem(B).encode()), ("c.csv", f"cert\n{b64(C)}\n".encode()),
    ]  # fmt: skip
    make = folder if name == "folder" else archive
    found = profiled(make(tmp_path / name, members))
    assert (found.distinct, kinds(found)) == (3, {})


BAD: dict[str, tuple[bytes, dict[str, int], list[str]]] = {
    # one broken row costs itself alone
    "quote.csv": (
        f'cert\n{b64(A)}\n"{b64(B)}\n{b64(C)}\n'.encode(), {"row-unreadable": 1}, ["quote.csv:3"]
    ),
    "short.csv": (f"id,cert\n1,{b64(A)}\n2\n".encode(), {"row-unreadable": 1}, ["short.csv:3"]),
    "empty-cell.csv": (f"id,cert\n1,\n2,{b64(A)}\n".encode(), {"row-unreadable": 1}, ["empty-cell.csv:2"]),
    "huge.csv": (
        f"cert\n{'A' * 1_100_000}\n{b64(A)}\n".encode(), {"row-unreadable": 1}, ["huge.csv:2"]
    ),
    "endless-quote.csv": (
        f'cert\n"{"A" * 700_000}\n{"B" * 700_000}\n{b64(A)}\n'.encode(),
        {"row-unreadable": 1, "not-a-certificate": 1}, ["endless-quote.csv:2"],
    ),
    "bytes.csv": (b"cert\n\xff\xfe\n" + b64(A).encode(), {"row-unreadable": 1}, ["bytes.csv:2"]),
    "base64.csv": (f"cert\nMII!!!\n{b64(A)}\n".encode(), {"row-unreadable": 1}, ["base64.csv:2"]),
    "odd-hex.csv": (f"cert\n30820\n{b64(A)}\n".encode(), {"row-unreadable": 1}, ["odd-hex.csv:2"]),
    "no-der.csv": (f"cert\nAAAA\n{b64(A)}\n".encode(), {"not-a-certificate": 1}, ["no-der.csv:2"]),
    "key.csv": (f'cert\n"{KEY}"\n{b64(A)}\n'.encode(), {"private-key": 1}, ["key.csv:2"]),
    "broken.jsonl": (
        f'{{"cert": "{b64(A)}"}}\n{{"cert": \n{"[" * 100_000}\n'.encode(), {"row-unreadable": 2},
        ["broken.jsonl:2", "broken.jsonl:3"],
    ),
    "twice.jsonl": (
        f'{{"cert": "{b64(A)}"}}\n{{"cert": "{b64(B)}", "cert": "{b64(C)}"}}\n'.encode(),
        {"row-unreadable": 1}, ["twice.jsonl:2"],
    ),
    "deeper.jsonl": (
        f'{{"cert": "{b64(A)}"}}\n{{"cert": {{"cert": "{b64(B)}"}}}}\n'.encode(),
        {"row-unreadable": 1}, ["deeper.jsonl:2"],
    ),
    "open.pem": (pem(A).encode() + b"-----BEGIN CERTIFICATE-----\nMII\n", {"row-unreadable": 1}, []),
    "nested.pem": (
        b"-----BEGIN CERTIFICATE-----\nMII\n" + pem(A).encode(), {"row-unreadable": 1}, ["nested.pem:1"]
    ),
    "crl.pem": (
        f"{pem(A)}-----BEGIN X509 CRL-----\nMII=\n-----END X509 CRL-----\n".encode(),
        {"row-unreadable": 1}, [],
    ),
    "key.pem": (f"{pem(A)}{KEY}".encode(), {"private-key": 1}, []),
    "large.pem": (
        b"-----BEGIN CERTIFICATE-----\n" + b"A" * 3_000_000 + b"\n-----END CERTIFICATE-----\n"
        + pem(A).encode(), {"row-unreadable": 1}, ["large.pem:1"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_an_exception_with_its_place(name: str, tmp_path: Path) -> None:
    content, expected, where = BAD[name]
    (tmp_path / name).write_bytes(content)
    found = profiled(tmp_path / name)
    assert kinds(found) == expected
    kind = next(iter(expected))
    assert not where or places(found, kind) == where
    assert found.distinct >= 1, "the good rows are counted"


UNUSABLE: dict[str, tuple[bytes, str | None, str]] = {
    "empty.csv": (b"", None, "is empty"),
    "header-only.csv": (b"id,certificate\n", None, "no row"),
    "no-column.csv": (b"id,name\n1,x\n2,y\n", None, "no column"),
    "named.csv": (f"id,cert\n1,{b64(A)}\n".encode(), "pem", "no column 'pem'"),
    "numbered.csv": (f"id,cert\n1,{b64(A)}\n".encode(), "7", "no column '7'"),
    "array.json": (f'["{b64(A)}"]'.encode(), None, "JSON array"),
    "no-key.jsonl": (b'{"a": 1}\n', None, "no key"),
    "cut.csv.gz": (gzip.compress(b"certificate\n" * 5)[:-10], None, "damaged"),
    "bomb.csv.gz": (gzip.compress((b" " * 999 + b"\n") * 150_000, 9), None, "zip bomb"),
    "page.html": (b"<html><body>Please log in</body></html>", None, "no population"),
    "cut.tar": (b"", None, "is empty"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_source_is_an_input_error(name: str, tmp_path: Path) -> None:
    content, column, words = UNUSABLE[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=words):
        profiled(tmp_path / name, column)


def test_a_column_can_be_named_or_numbered(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text(f"old,new\n{b64(A)},{b64(B)}\n{b64(A)},{b64(C)}\n")
    assert [profiled(path, c).distinct for c in ("old", "new", "1", "2")] == [1, 2, 1, 2]


def test_a_cut_tar_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "all.tar", [(f"{n}.der", der) for n, der in enumerate(ders())])
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(InputError, match="cannot be read to its end"):
        profiled(path)


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.der"
    outside.write_bytes(B)
    inside = folder(tmp_path / "inside", [("a.der", A)])
    (inside / "link.der").symlink_to(outside)
    (inside / "round").symlink_to(inside)
    found = profiled(inside)
    assert (found.distinct, places(found, "row-unreadable")) == (1, ["link.der", "round"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(InputError, match="cannot be read"):
        profiled(path)


@pytest.mark.parametrize("name", ["nowhere.csv", "nowhere/at/all"])
def test_a_missing_source(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        profiled(tmp_path / name)


def test_a_pipe_is_no_source(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="not a regular file"):
        profiled(tmp_path / "pipe")


def test_a_source_that_changes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("".join(b64(d) + "\n" for d in ders()))
    rows = Source(path).rows()
    next(rows)
    with path.open("a") as stream:
        stream.write(b64(A) + "\n")
    with pytest.raises(InputError, match="changed while it was read"):
        list(rows)


READERS: list[Callable[..., object]] = [csv_rows, json_rows]
SNIPPETS = st.sampled_from(
    [b'"', b",", b"\n", b"\r\n", b";", b"{", b"}", b'{"cert": "', b"\xff", b"\0", b"MIIB", b"3082",
     b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n", b"certificate\n", b"[" * 50,
     b64(A).encode()]
)  # fmt: skip


@given(
    st.lists(SNIPPETS, max_size=30).map(b"".join), st.sampled_from(["x.csv", "x.jsonl", "x.pem"])
)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_text_ends_the_run(content: bytes, name: str) -> None:
    import io

    from clausegraph.artefacts.population.chunks import Worker

    from .populations import TASK

    stream = io.BytesIO(content)
    reader = {"x.csv": csv_rows, "x.jsonl": json_rows}.get(name)
    try:
        rows = list(pem_rows(stream, name) if reader is None else reader(stream, name, None))
    except InputError:
        return
    result = Worker(TASK).run(rows)
    assert result.profile.rows == len(rows)
    assert "processing-failed" not in result.profile.exceptions
