"""The cache on disk: keys, damage, bounds, several processes, places that cannot be used."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import combinations
from multiprocessing import get_context
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausegraph import cache
from clausegraph.cache import Cache, digest, digest_of_folder, program
from clausegraph.cache.folder import MEGABYTE
from clausegraph.cli.app import app
from clausegraph.errors import InputError

KEY = digest("a key")
PACKAGE = Path(cache.__file__).parent.parent


def test_no_two_lists_of_parts_have_the_same_digest() -> None:
    lists: list[tuple[bytes | str, ...]] = [
        (), ("",), ("", ""), ("ab",), ("a", "b"), ("b", "a"), (b"ab",), (b"a", "b"), ("2:ab",),
        ("s1:as1:b",), ("\udcff",),
    ]  # fmt: skip
    for one, other in combinations(lists, 2):
        assert digest(*one) != digest(*other)
    assert digest("a", b"b") == digest("a", b"b")


def test_an_entry_comes_back_by_kind_and_key(tmp_path: Path) -> None:
    kept = Cache(tmp_path / "c")
    assert kept.get("pack", KEY) is None
    assert not (tmp_path / "c").exists()
    kept.put("pack", KEY, b"\x00data")
    assert Cache(tmp_path / "c").get("pack", KEY) == b"\x00data"
    assert kept.get("other", KEY) is None
    assert kept.get("pack", digest("b")) is None
    kept.put("pack", KEY, b"newer")
    assert kept.get("pack", KEY) == b"newer"
    assert [(e.kind, e.path.name) for e in kept.entries()] == [("pack", KEY)]


def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    kept = Cache(tmp_path / "a" / "c")
    kept.put("pack", KEY, b"x")
    modes = {p: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "a" / "c").rglob("*")}
    assert {oct(m) for p, m in modes.items() if p.is_file()} == {"0o600"}
    assert {oct(m) for p, m in modes.items() if p.is_dir()} == {"0o700"}
    assert stat.S_IMODE((tmp_path / "a" / "c").stat().st_mode) == 0o700


def _flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def _linked(path: Path) -> None:
    elsewhere = path.parent.parent / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "a bit flipped": _flipped,
    "cut short": lambda p: p.write_bytes(p.read_bytes()[:-1]),
    "longer": lambda p: p.write_bytes(p.read_bytes() + b"x"),
    "empty": lambda p: p.write_bytes(b""),
    "foreign": lambda p: p.write_bytes(b"some text of somebody else that is long enough to read"),
    "another format": lambda p: p.write_bytes(p.read_bytes().replace(b"cache 1", b"cache 0")),
    "of another key": lambda p: p.write_bytes((p.parent / digest("other")).read_bytes()),
    "of another kind": lambda p: p.write_bytes((p.parent.parent / "other" / KEY).read_bytes()),
    "a link": _linked,
    "a folder": lambda p: (p.unlink(), p.mkdir()),
    "deleted": lambda p: p.unlink(),
    "all deleted": lambda p: shutil.rmtree(p.parent.parent),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_counts_as_absent(tmp_path: Path, damage: str) -> None:
    kept = Cache(tmp_path / "c")
    for kind, key in (("pack", KEY), ("pack", digest("other")), ("other", KEY)):
        kept.put(kind, key, f"{kind} {key}".encode())
    DAMAGE[damage](tmp_path / "c" / "pack" / KEY)
    assert kept.get("pack", KEY) is None
    kept.put("pack", KEY, b"again")
    if damage != "a folder":
        assert kept.get("pack", KEY) == b"again"


def test_the_bound_holds_after_every_put_and_the_longest_unused_goes(tmp_path: Path) -> None:
    kept = Cache(tmp_path, limit=10_000)
    keys = [digest(str(n)) for n in range(40)]
    for number, key in enumerate(keys):
        kept.put("pack", key, bytes(1000))
        os.utime(tmp_path / "pack" / key, (number, number))
        if number:
            assert kept.get("pack", keys[0]) is not None
        assert sum(e.size for e in kept.entries()) <= 10_000
    left = {e.path.name for e in kept.entries()}
    assert keys[0] in left, "what is used stays"
    assert keys[-1] in left
    assert not left & set(keys[1:30])


def test_an_entry_larger_than_half_of_the_bound_is_not_kept(tmp_path: Path) -> None:
    kept = Cache(tmp_path, limit=10_000)
    kept.put("pack", KEY, bytes(6000))
    assert kept.get("pack", KEY) is None


def test_entries_of_earlier_processes_count(tmp_path: Path) -> None:
    for number in range(30):
        Cache(tmp_path, limit=10_000).put("pack", digest(str(number)), bytes(1000))
    assert sum(e.size for e in Cache(tmp_path).entries()) <= 10_000


def test_a_file_that_a_dead_writer_left_is_removed(tmp_path: Path) -> None:
    Cache(tmp_path).put("pack", KEY, b"x")
    old, new = tmp_path / "pack" / ".new-old", tmp_path / "pack" / ".new-new"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    Cache(tmp_path).put("pack", KEY, b"x")
    assert (old.exists(), new.exists()) == (False, True)


def test_clearing_takes_entries_only(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    kept.put("pack", KEY, b"x")
    mine = [tmp_path / "notes.txt", tmp_path / "pack" / "notes.txt", tmp_path / "UP" / KEY]
    for path in mine:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    assert kept.clear() == 1
    assert kept.get("pack", KEY) is None
    assert all(path.exists() for path in mine)


def test_a_place_that_cannot_be_used_is_worked_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    good = tmp_path / "open" / "pack" / KEY
    for folder in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "open", None):
        kept = Cache(folder)
        kept.put("pack", KEY, b"x")
        assert kept.get("pack", KEY) is None
        assert list(kept.entries()) == []
    assert not good.exists()
    assert Cache(tmp_path / "open").refusal() == "other users can write in the folder"
    assert Cache(tmp_path / "file").refusal() == "there is a file in its place"


@pytest.mark.parametrize(("kind", "key"), [("../x", KEY), ("pack", "../../x"), ("pack", KEY[1:])])
def test_kind_and_key_are_no_paths(tmp_path: Path, kind: str, key: str) -> None:
    with pytest.raises(ValueError, match="no kind and key"):
        Cache(tmp_path).get(kind, key)


def _write_and_read(folder: str, worker: int) -> int:
    """Writes entries that all workers write, too; counts those that come back wrong."""
    kept = Cache(Path(folder), limit=60_000)
    wrong = 0
    for number in range(150):
        key = digest(str(number % 20))
        kept.put("pack", key, key.encode() * 60)
        found = kept.get("pack", digest(str((number + worker) % 20)))
        wrong += found is not None and found != digest(str((number + worker) % 20)).encode() * 60
        if worker == 0 and number % 50 == 49:
            shutil.rmtree(folder, ignore_errors=True)
    return wrong


def test_several_processes_write_read_and_delete_at_once(tmp_path: Path) -> None:
    with get_context("spawn").Pool(3) as pool:
        wrong = pool.starmap(_write_and_read, [(str(tmp_path / "c"), n) for n in range(3)])
    assert wrong == [0, 0, 0]
    assert not list((tmp_path / "c").rglob(".new-*"))
    kept = Cache(tmp_path / "c")
    kept.put("pack", KEY, b"x")
    assert kept.get("pack", KEY) == b"x"


def test_the_environment_names_place_and_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.PLACE, "off")
    assert cache.default().folder is None
    monkeypatch.setenv(cache.PLACE, str(tmp_path / "c"))
    monkeypatch.setenv(cache.SIZE, "7")
    assert (cache.default().folder, cache.default().limit) == (tmp_path / "c", 7 * MEGABYTE)
    monkeypatch.setenv(cache.SIZE, "0")
    assert cache.default().folder is None
    for wrong in ("-1", "1.5", "1 GB", "9" * 10):
        monkeypatch.setenv(cache.SIZE, wrong)
        with pytest.raises(InputError, match="size of the cache"):
            cache.default()
    monkeypatch.delenv(cache.SIZE)
    monkeypatch.delenv(cache.PLACE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    assert cache.default().folder == tmp_path / "x" / "clausegraph"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "h"))
    assert cache.default().folder == tmp_path / "h" / ".cache" / "clausegraph"


def test_the_command_shows_place_size_and_entries_and_clears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.PLACE, str(tmp_path / "c"))
    cache.default().put("pack", KEY, bytes(100))
    cache.default().put("facts", KEY, bytes(10))
    run = CliRunner()
    shown = run.invoke(app, ["cache"]).output
    assert str(tmp_path / "c") in shown
    assert "  facts: 1 entries, 62 bytes\n  pack: 1 entries, 152 bytes\n" in shown
    found = json.loads(run.invoke(app, ["cache", "--format", "json"]).output)
    assert (found["bytes"], found["unused_because"]) == (214, None)
    assert run.invoke(app, ["cache", "--clear"]).output.startswith("2 entries removed\n")
    assert list(cache.default().entries()) == []
    assert run.invoke(app, ["cache", "--format", "csv"]).output == "kind,entries,bytes\n"
    monkeypatch.setenv(cache.PLACE, "off")
    assert "not used: it is switched off" in run.invoke(app, ["cache"]).output


def _ask(source: Path, libraries: Path) -> str:
    """The name of the program in a folder, from another process."""
    run = subprocess.run(
        [sys.executable, "-c", "from clausegraph import cache; print(cache.program())"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(source), str(libraries)))},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return run.stdout.strip()


def test_the_program_has_another_name_when_a_source_or_a_library_changes(tmp_path: Path) -> None:
    source, libraries = tmp_path / "src", tmp_path / "libraries"
    shutil.copytree(PACKAGE, source / "clausegraph", ignore=shutil.ignore_patterns("__pycache__"))
    (libraries / "pyoxigraph_like-1.0.dist-info").mkdir(parents=True)
    names = [_ask(source, libraries)]
    assert _ask(source, libraries) == names[0], "compiled files do not count"

    def changed() -> None:
        names.append(_ask(source, libraries))
        assert names.count(names[-1]) == 1

    module = source / "clausegraph" / "collect" / "facts.py"
    state = module.stat()
    module.write_text(module.read_text().replace("code", "kode", 1))
    os.utime(module, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert module.stat().st_size == state.st_size, "size and time alone would not tell"
    changed()
    (source / "clausegraph" / "collect" / "more.py").write_text("")
    changed()
    (source / "clausegraph" / "report" / "templates" / "about.html").write_text("x")
    changed()
    (libraries / "pyoxigraph_like-1.0.dist-info").rename(
        libraries / "pyoxigraph_like-1.1.dist-info"
    )
    changed()


def test_what_was_written_while_the_process_runs_is_not_settled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = sys.modules[program.__module__]
    (tmp_path / "shapes").mkdir()
    monkeypatch.setattr(loaded, "_LOADED", time.time() + 100)
    assert cache.settled(tmp_path)
    monkeypatch.setattr(loaded, "_LOADED", time.time())
    assert not cache.settled(tmp_path)
    monkeypatch.setattr(loaded, "_LOADED", time.time() + 100)
    monkeypatch.setattr(loaded, "_SETTLED", 101.0)
    assert not cache.settled(tmp_path)
    os.utime(tmp_path / "shapes", (1, 1))
    assert not cache.settled(tmp_path), "an old date does not hide that something was written"


def _pack(folder: Path) -> Path:
    for name in ("pack.yaml", "artefacts/a.pem", "artefacts/deep/er/b.pem", "cases/c.yaml"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (folder / "empty").mkdir()
    (folder / "artefacts" / "link.pem").symlink_to("a.pem")
    (folder / "artefacts" / "dangling").symlink_to("nowhere")
    (folder / "artefacts" / "loop").symlink_to("loop")
    (folder / "artefacts" / "up").symlink_to("..")
    (folder / "outside.pem").symlink_to(folder.parent / "outside.pem")
    return folder


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda p: (p / "pack.yaml").write_text("other"),
    "content, deep": lambda p: (p / "artefacts/deep/er/b.pem").write_text("other"),
    "one byte of the same size": lambda p: (p / "pack.yaml").write_text("pack.yamm"),
    "added": lambda p: (p / "notes.txt").write_text(""),
    "added folder": lambda p: (p / "artefacts" / "new").mkdir(),
    "removed": lambda p: (p / "cases/c.yaml").unlink(),
    "removed folder": lambda p: (p / "empty").rmdir(),
    "renamed": lambda p: (p / "cases/c.yaml").rename(p / "cases/d.yaml"),
    "renamed folder": lambda p: (p / "artefacts/deep").rename(p / "artefacts/peed"),
    "moved": lambda p: (p / "artefacts/deep/er/b.pem").rename(p / "artefacts/deep/b.pem"),
    "two exchanged": lambda p: (
        (p / "artefacts/a.pem").rename(p / "x"),
        (p / "artefacts/deep/er/b.pem").rename(p / "artefacts/a.pem"),
        (p / "x").rename(p / "artefacts/deep/er/b.pem"),
    ),
    "file becomes folder": lambda p: ((p / "cases/c.yaml").unlink(), (p / "cases/c.yaml").mkdir()),
    "file becomes link": lambda p: (
        (p / "artefacts/a.pem").rename(p / "artefacts/z.pem"),
        (p / "artefacts/a.pem").symlink_to("z.pem"),
    ),
    "file becomes pipe": lambda p: ((p / "pack.yaml").unlink(), os.mkfifo(p / "pack.yaml")),
    "link elsewhere": lambda p: (
        (p / "artefacts/up").unlink(), (p / "artefacts/up").symlink_to("deep"),
    ),
    "link that led nowhere": lambda p: (p / "artefacts/nowhere").write_text("here"),
    "what a link outside leads to": lambda p: (p.parent / "outside.pem").write_text("other"),
    "that it leads to nothing": lambda p: (p.parent / "outside.pem").unlink(),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_folder_has_another_digest_when_anything_in_it_changes(
    tmp_path: Path, change: str
) -> None:
    (tmp_path / "outside.pem").write_text("outside")
    folder = _pack(tmp_path / "pack")
    before = digest_of_folder(folder)
    for path in (folder / "pack.yaml", folder):
        os.utime(path, (1, 1))
    assert digest_of_folder(folder) == before, "times do not count"
    CHANGES[change](folder)
    assert digest_of_folder(folder) != before


def test_the_place_of_a_folder_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "outside.pem").write_text("outside")
    folder = _pack(tmp_path / "pack")
    (tmp_path / "link").symlink_to("pack")
    assert digest_of_folder(tmp_path / "link") == digest_of_folder(folder)
    before = digest_of_folder(folder)
    folder.rename(tmp_path / "other")
    assert digest_of_folder(tmp_path / "other") == before
    assert digest_of_folder(folder) != before


def test_a_file_that_becomes_unreadable_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("a")
    before = digest_of_folder(tmp_path)
    really = os.open

    def refuse(path: str, flags: int) -> int:
        if path.endswith("/a"):
            raise PermissionError(errno.EACCES, "no")
        return really(path, flags)

    monkeypatch.setattr(os, "open", refuse)
    assert digest_of_folder(tmp_path) != before
