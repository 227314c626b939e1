"""A package is whole or absent, never overwrites what a person changed, and says its hashes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from clausegraph.errors import AssetError, InputError
from clausegraph.export import package as package_module
from clausegraph.export.package import MANIFEST, Part, write

PARTS = [
    Part("a/one.txt", "text/plain", b"one", "x"),
    Part("two.txt", "text/plain", b"two", "y"),
]


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_manifest_says_what_is_there(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"
    write(target, PARTS, {"version": "1"})
    record = json.loads((target / MANIFEST).read_text())
    found = files(target)
    assert {f["path"]: (f["bytes"], f["sha256"]) for f in record["files"]} == {
        name: (len(data), hashlib.sha256(data).hexdigest())
        for name, data in found.items()
        if name != MANIFEST
    }
    assert record["version"] == "1"
    assert [p.name for p in target.parent.iterdir()] == ["out"]


def test_copies_files(tmp_path: Path) -> None:
    source = tmp_path / "source.bin"
    source.write_bytes(b"\x00" * 3_000_000)
    write(tmp_path / "out", [Part("copy.bin", "application/octet-stream", source)], {})
    assert (tmp_path / "out" / "copy.bin").read_bytes() == source.read_bytes()


def test_replaces_its_own_untouched_package(tmp_path: Path) -> None:
    target = tmp_path / "out"
    write(target, PARTS, {})
    write(target, [Part("three.txt", "text/plain", b"three")], {})
    assert set(files(target)) == {"three.txt", MANIFEST}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def _foreign(target: Path) -> None:
    target.mkdir()
    (target / "thesis.docx").write_bytes(b"years of work")


def _foreign_manifest(target: Path) -> None:
    target.mkdir()
    (target / MANIFEST).write_text('{"files": []}')


def _is_file(target: Path) -> None:
    target.write_text("a file")


def _is_link(target: Path) -> None:
    elsewhere = target.parent / "elsewhere"
    elsewhere.mkdir()
    target.symlink_to(elsewhere)


def _changed(target: Path) -> None:
    write(target, PARTS, {})
    (target / "two.txt").write_bytes(b"filled in")


def _added(target: Path) -> None:
    write(target, PARTS, {})
    (target / "a" / "notes.txt").write_bytes(b"notes")


def _linked(target: Path) -> None:
    write(target, PARTS, {})
    (target / "two.txt").unlink()
    (target / "two.txt").symlink_to("a/one.txt")


@pytest.mark.parametrize(
    "prepare", [_foreign, _foreign_manifest, _is_file, _is_link, _changed, _added, _linked]
)
def test_never_overwrites_what_it_did_not_write(tmp_path: Path, prepare: object) -> None:
    target = tmp_path / "out"
    prepare(target)  # type: ignore[operator]
    before = files(tmp_path)
    with pytest.raises(InputError):
        write(target, PARTS, {})
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    "path", ["/etc/x", "../x", "a/../../x", "", "a\x00b", "a\\b", "manifest.json", "two.TXT"]
)
def test_refuses_paths_that_lead_out_or_collide(tmp_path: Path, path: str) -> None:
    with pytest.raises(AssetError):
        write(tmp_path / "out", [*PARTS, Part(path, "text/plain", b"")], {})
    assert not (tmp_path / "out").exists()


def test_a_failure_leaves_the_older_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    write(target, PARTS, {})
    before = files(target)

    def full(_path: Path, _part: Part) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(package_module, "_write_part", full)
    with pytest.raises(InputError, match="No space left"):
        write(target, PARTS, {})
    assert files(target) == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
