"""Paths, sizes, hashes and kinds of files: `clausegraph.collect` as a whole."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from clausegraph.artefacts.media import Kind, sniff
from clausegraph.collect import DEFAULT_LIMIT, Question, collect
from clausegraph.errors import InputError, InputErrors
from tests.artefacts.test_archives import make_tar, make_zip
from tests.collect.samples import Graph, certificate, pem, pkcs7, trusted_list

BASE = "https://w3id.org/clausegraph/id/test/"
QUESTION = Question(BASE, datetime(2026, 11, 23, tzinfo=UTC))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    (folder / "artefacts").mkdir(parents=True)
    return folder


def gather(pack: Path, name: str, data: bytes | None, limit: int = DEFAULT_LIMIT) -> Graph:
    if data is not None:
        (pack / "artefacts" / name).write_bytes(data)
    return Graph(collect(pack, [f"artefacts/{name}"], QUESTION, limit=limit))


def test_every_file_has_identity_hash_size_and_type(pack: Path) -> None:
    graph = gather(pack, "log.txt", b"hello\n")
    assert graph.value("identifier") == "artefacts/log.txt"
    assert graph.value("sha256") == hashlib.sha256(b"hello\n").hexdigest()
    assert graph.value("byteSize") == "6"
    assert graph.value("mediaType") == "text/plain"
    assert graph.problem() == ""


def test_iri_is_base_and_percent_encoded_path(pack: Path) -> None:
    (pack / "artefacts" / "CPS å 1.txt").write_text("x")
    plain = list(collect(pack, ["artefacts/CPS å 1.txt"], QUESTION))
    encoded = list(collect(pack, ["artefacts/CPS%20%C3%A5%201.txt"], QUESTION))
    assert plain == encoded
    assert plain[0].subject == NamedNode(BASE + "artefacts/CPS%20%C3%A5%201.txt")
    assert Graph(plain).value("identifier") == "artefacts/CPS å 1.txt"


def test_a_path_given_twice_is_read_once(pack: Path) -> None:
    (pack / "artefacts" / "a.txt").write_text("x")
    graph = Graph(collect(pack, ["artefacts/a.txt", "./artefacts/a.txt"], QUESTION))
    assert len(graph.values("sha256")) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/etc/hostname", "../outside.txt", "artefacts/../../outside.txt", "%2e%2e/outside.txt",
        "C:/x.txt", "https://example.org/x", "artefacts\\x.txt", "a\0b", "a\nb", "", ".",
        "artefacts/\udc80",
    ],
)  # fmt: skip
def test_paths_that_leave_the_pack_are_refused(pack: Path, path: str) -> None:
    (pack.parent / "outside.txt").write_text("secret")
    with pytest.raises(InputError) as caught:
        collect(pack, [path], QUESTION)
    assert caught.value.mend
    str(caught.value).encode()  # a lone surrogate in the message could not be printed


def test_several_bad_paths_are_reported_together(pack: Path) -> None:
    with pytest.raises(InputErrors) as caught:
        collect(pack, ["/a", "artefacts/x", "../b"], QUESTION)
    assert len(caught.value.errors) == 2


def test_symbolic_links(pack: Path) -> None:
    (pack.parent / "secret.txt").write_text("secret")
    (pack / "artefacts" / "real.txt").write_text("x")
    (pack / "artefacts" / "in.txt").symlink_to("real.txt")
    (pack / "artefacts" / "out.txt").symlink_to("../../secret.txt")
    (pack / "artefacts" / "loop.txt").symlink_to("loop.txt")
    (pack / "artefacts" / "folder").symlink_to(pack.parent)
    assert Graph(collect(pack, ["artefacts/in.txt"], QUESTION)).value("byteSize") == "1"
    for name in ("out.txt", "loop.txt", "folder/secret.txt", "folder/nothing.txt"):
        with pytest.raises(InputError):
            collect(pack, [f"artefacts/{name}"], QUESTION)


def test_missing_file_is_a_fact(pack: Path) -> None:
    graph = gather(pack, "gone.pdf", None)
    assert graph.problem() == "missing"
    assert not graph.values("sha256")


def test_folder_pipe_and_endless_name_are_unreadable(pack: Path) -> None:
    os.mkfifo(pack / "artefacts" / "pipe.txt")
    assert gather(pack, "pipe.txt", None).problem() == "unreadable"
    for path in ("artefacts", "artefacts/" + "x" * 5000):
        assert Graph(collect(pack, [path], QUESTION)).problem() == "unreadable"


@pytest.mark.parametrize(
    ("size", "state"), [(100, ""), (101, "too-large"), (3_000_000, "too-large")]
)
def test_too_large_file_is_still_hashed(pack: Path, size: int, state: str) -> None:
    data = b"x" * size
    graph = gather(pack, "big.txt", data, limit=100)
    assert graph.problem() == state
    assert graph.value("sha256") == hashlib.sha256(data).hexdigest()
    assert graph.value("byteSize") == str(size)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.cer", b"", "empty"),
        ("empty.pdf", b"", "empty"),
        ("page.cer", b"<!DOCTYPE html><html>", "HTML"),
        ("page.pdf", b"\n<html><body>Log in</body></html>", "HTML"),
        ("list.xml", b"<!-- x --><!doctype html><html>", "HTML"),
        ("list.xml", '<html xmlns="http://www.w3.org/1999/xhtml"/>'.encode("utf-16"), "HTML"),
        ("list.xml", b"PK\x03\x04rest", "another kind"),
        ("noise.cer", b"\x93\x01\x02\xff", "no known form"),
        ("text.pem", b"no certificate here", "plain text"),
        pytest.param("cut.der", certificate()[:40], "not a certificate", id="cut-certificate"),
        ("cut.docx", b"PK\x03\x04rest", "damaged"),
        ("list.tsl", b"<other/>", "XML"),
    ],
)
def test_unreadable_files_say_why(pack: Path, name: str, data: bytes, said: str) -> None:
    graph = gather(pack, name, data)
    assert graph.problem() == "unreadable"
    assert said in graph.note()
    assert graph.value("sha256") == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("name", "head", "kind", "media"),
    [
        ("a", certificate(), Kind.CERTIFICATE, "application/pkix-cert"),
        ("a.txt", pem(certificate()), Kind.PEM, "application/x-pem-file"),
        ("a.md", b"# Title\n" + pem(certificate()), Kind.MARKDOWN, "text/markdown"),
        ("a", trusted_list(), Kind.TRUSTED_LIST, "application/vnd.etsi.tsl+xml"),
        ("a.xml", b"\xef\xbb\xbf<a/>", Kind.XML, "application/xml"),
        ("a.pdf", b"%PDF-1.7", Kind.PDF, "application/pdf"),
        ("a.csv", b"a,b\n", Kind.TEXT, "text/csv"),
        ("a.html", b"<p>x", Kind.HTML, "text/html"),
        ("a.bin", b"\x00\x01", Kind.OTHER, "application/octet-stream"),
        ("a.ocsp", b"\x30\x03\x0a\x01\x06", Kind.OCSP, "application/ocsp-response"),
        ("a.p7b", b"\x30\x04\x06\x02\x2a\x03", Kind.PKCS7, "application/pkcs7-mime"),
        ("a.txt", b"0 is the first digit", Kind.TEXT, "text/plain"),
        ("a.txt", b"x" * 65535 + "å".encode(), Kind.TEXT, "text/plain"),
        ("a.txt", "Über".encode("utf-16"), Kind.TEXT, "text/plain"),
        ("a.txt", "Über".encode("cp1252"), Kind.TEXT, "text/plain"),
        ("a.csv", "Über".encode("cp1252"), Kind.OTHER, "application/octet-stream"),
    ],
)
def test_kind_is_told_from_content(name: str, head: bytes, kind: Kind, media: str) -> None:
    assert sniff(head, name) == (kind, media)


def test_import_stays_light() -> None:
    heavy = ("cryptography", "asn1crypto", "lxml", "pyoxigraph")
    code = f"import sys, clausegraph.collect; print([m for m in {heavy} if m in sys.modules])"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xml", b"<!-- -->" * 5000 + b"x"),
        ("a.md", b"#" + b" " * 60_000),
        ("a.pdf", b"%PDF-1.4" + b"/Count 1" * 200_000),
        ("a.pdf", b"%PDF-1.4<<" + b"/Type/Pages" * 100_000),
        ("a.html", b"<title" * 10_000),
        ("a.pem", b"-----BEGIN CERTIFICATE-----" * 40_000),
        ("a.der", b"\x30\x84\x00\x40\x00\x00" + b"\x06\x84\x00\x3f\x00\x00" + b"\x81" * 0x400000),
        ("a.xml", b"<a " + b"a='' " * 300_000 + b"/>"),
    ],
    ids=["comments", "heading", "counts", "trees", "titles", "blocks", "oid", "attributes"],
)
def test_hostile_content_takes_bounded_time(pack: Path, name: str, data: bytes) -> None:
    start = time.process_time()
    gather(pack, name, data)
    assert time.process_time() - start < 30  # quadratic work on these takes minutes


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.p7b"])
def test_containers_of_certificates_are_opened(pack: Path, name: str) -> None:
    files = {"a.cer": certificate()}
    forms = {"a.zip": make_zip(files), "a.tar": make_tar(files), "a.p7b": pkcs7(*files.values())}
    graph = gather(pack, name, forms[name])
    assert graph.values("contains") == [f"certificate/{hashlib.sha256(files['a.cer']).hexdigest()}"]
