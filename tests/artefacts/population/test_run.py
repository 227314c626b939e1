"""The whole run: processes, crashes, checkpoints, repeats."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausegraph.artefacts.population import Source, Task, profile_source
from clausegraph.artefacts.population import run as module
from clausegraph.artefacts.population.resume import Checkpoint
from clausegraph.artefacts.population.spool import Spool, subject_key
from clausegraph.artefacts.x509 import parse
from clausegraph.cache import accidents
from clausegraph.errors import InputError
from tests.collect.samples import CA, certificate, pem, resigned

from .populations import NOW, TASK, Failing, Killer, b64, ders, kinds, places, profiled, shown


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Forty certificates and two faults, in chunks of seven."""
    monkeypatch.setattr(module, "CHUNK_ROWS", 7)
    path = tmp_path / "population.csv"
    lines = [*(b64(der) for der in ders()), "MII!", b64(ders()[3])]
    path.write_text("".join(f"{n},{line}\n" for n, line in enumerate(lines)))
    return path


def test_the_number_of_processes_changes_nothing(source: Path) -> None:
    alone = profile_source(Source(source), TASK)
    shared = profile_source(Source(source), TASK, jobs=2)
    assert shown(shared) == shown(alone)
    assert shared == alone
    assert kinds(alone) == {"row-unreadable": 1, "repeated": 1}


def test_a_row_that_kills_its_process_costs_itself_alone(source: Path) -> None:
    sha256 = parse(ders()[17]).sha256
    before = accidents()
    found = profile_source(Source(source), Task(NOW, concluder=Killer(sha256)), jobs=2)
    assert accidents() > before, "so that nobody keeps what came of it"
    assert kinds(found)["processing-failed"] == 1
    assert places(found, "processing-failed") == ["population.csv:18"]
    assert found.distinct == len(ders()) - 1
    assert found.profile.rows == 42


def test_a_fault_of_our_own_is_an_exception_of_each_row(source: Path) -> None:
    found = profile_source(Source(source), Task(NOW, concluder=Failing(at_once=False)))
    assert kinds(found)["processing-failed"] == 41


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_no_process_can_load_ends_the_run(source: Path, jobs: int) -> None:
    with pytest.raises(ValueError, match="no lists"):
        profile_source(Source(source), Task(NOW, concluder=Failing(at_once=True)), jobs=jobs)


def test_a_checkpoint_gives_the_same_and_saves_the_work(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    fresh = profile_source(Source(source), TASK)
    assert profile_source(Source(source), TASK, checkpoint=kept) == fresh
    monkeypatch.setattr(module, "run_here", lambda chunks, _: iter([(c, None) for c in chunks]))
    again = profile_source(Source(source), TASK, checkpoint=kept)
    assert shown(again) == shown(fresh), "no chunk was parsed again"


def test_a_checkpoint_is_never_wrong_after_a_change(source: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    profile_source(Source(source), TASK, checkpoint=kept)
    lines = source.read_text().splitlines(keepends=True)
    source.write_text("".join(lines[:20] + lines[21:]))
    changed = profile_source(Source(source), TASK, checkpoint=kept)
    assert changed == profile_source(Source(source), TASK)
    later = Task(NOW.replace(year=2020))
    asked = profile_source(Source(source), later, checkpoint=kept)
    assert asked == profile_source(Source(source), later)
    assert kinds(asked)["not-yet-valid"] == asked.profile.certificates


def test_a_damaged_result_is_made_again(source: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    fresh = profile_source(Source(source), TASK, checkpoint=kept)
    with sqlite3.connect(kept) as file:
        file.execute("UPDATE chunk SET result = substr(result, 1, 50)")
    file.close()
    assert profile_source(Source(source), TASK, checkpoint=kept) == fresh


@pytest.mark.parametrize("content", [b"no database", b""])
def test_another_file_is_no_checkpoint(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content * 100)
    if not content:
        with sqlite3.connect(path) as file:
            file.execute("CREATE TABLE mine (a)")
        file.close()
    before = path.read_bytes()
    with pytest.raises(InputError, match="checkpoint"):
        Checkpoint(path, TASK)
    assert path.read_bytes() == before


_CHILD = """
import sys
from pathlib import Path
from clausegraph.artefacts.population import Source, Task, profile_source
from clausegraph.artefacts.population import run
from datetime import datetime
run.CHUNK_ROWS = 7
def slowly(rows, position):
    print(rows, flush=True)
    if rows >= 14: import time; time.sleep(60)
profile_source(Source(Path(sys.argv[1])), Task(datetime.fromisoformat(sys.argv[2])),
               checkpoint=Path(sys.argv[3]), progress=slowly)
"""


def test_a_run_after_a_kill_gives_the_same_as_a_fresh_one(source: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    command = [sys.executable, "-c", _CHILD, str(source), NOW.isoformat(), str(kept)]
    path = os.pathsep.join(p for p in sys.path if p)
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
    )
    assert child.stdout is not None
    for line in child.stdout:
        if int(line) >= 14:
            break
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    with sqlite3.connect(kept) as file:
        (chunks,) = file.execute("SELECT count(*) FROM chunk").fetchone()
    file.close()
    assert 1 <= chunks < 6
    assert profile_source(Source(source), TASK, checkpoint=kept) == profiled(source)


def test_nothing_is_left_behind(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    profile_source(Source(source), TASK)
    with pytest.raises(ValueError, match="no lists"):
        profile_source(Source(source), Task(NOW, concluder=Failing(at_once=True)))
    assert list(room.iterdir()) == []


def test_repeats_are_counted_over_the_whole(tmp_path: Path) -> None:
    twins = [certificate(serial=7), certificate(serial=7, policies=("0.4.0.194112.1.1",))]
    other = certificate(CA, serial=7)
    rows = [*ders()[:5], *twins, other, other, twins[0]]
    path = tmp_path / "all.pem"
    path.write_bytes(b"".join(pem(der) for der in rows))
    found = profiled(path)
    assert (found.distinct, found.repeated, found.serial_groups, found.key_groups) == (8, 2, 1, 1)
    assert kinds(found)["serial-reused"] == 3, "subject and policy differ, issuer and serial do not"
    assert kinds(found)["key-shared"] == 3
    assert kinds(found)["repeated"] == 2


def test_examples_of_repeats_have_their_place_in_a_bundle(tmp_path: Path) -> None:
    twins = [certificate(serial=7), certificate(serial=7, qc=None)]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.pem").write_bytes(pem(ders()[0]) + pem(twins[0]))
    (tmp_path / "in" / "b.pem").write_bytes(pem(twins[1]))
    found = profiled(tmp_path / "in")
    assert places(found, "serial-reused") == ["a.pem#2", "b.pem"]


@pytest.mark.parametrize("few", [0, 40_000, 1_000_000])
def test_a_spool_counts_exactly_and_names_the_smallest(tmp_path: Path, few: int) -> None:
    def records() -> Iterator[bytes]:
        for n in range(3000):
            key, cert = n % 1000, n % 2000  # a key has one certificate or two, 1000 rows repeat
            yield (
                key.to_bytes(2, "big") * 8
                + cert.to_bytes(16, "big")
                + n.to_bytes(6, "big")
                + b"\0\0"
            )

    for size in (1, 700, 3000):
        rows = list(records())
        with Spool(tmp_path, few) as spool:
            for first in range(0, len(rows), size):
                part = [
                    r[:32] + (i << 16).to_bytes(8, "big")
                    for i, r in enumerate(rows[first : first + size])
                ]
                spool.add(b"".join(part), first)
            found = spool.repeats(3)
            asked = [rows[0][:16], b"absent, absent, "]
            assert spool.missing(asked) == asked[1:]
            assert any(tmp_path.iterdir()) is (few < 3000 * 40)
        assert (found.distinct, found.groups, found.shared, found.repeated) == (
            2000,
            1000,
            2000,
            1000,
        )
        assert [p >> 16 for p in found.shared_places] == [0, 1000, 1]
        assert [p >> 16 for p in found.repeated_places] == [2000, 2001, 2002]
    assert list(tmp_path.iterdir()) == []


def test_authorities_tell_what_they_can(tmp_path: Path) -> None:
    from cryptography import x509

    issuer = certificate(CA, ca=True)
    leaf = certificate()
    path = tmp_path / "a.pem"
    path.write_bytes(pem(leaf))
    assert kinds(profiled(path)) == {}, "nobody asked"
    known = profiled(path, task=Task(NOW, (issuer,), verify=True))
    assert kinds(known) == {"issuer-unknown": 1}, "name, but not the key identifier"
    assert (
        x509.load_der_x509_certificate(issuer).subject
        == x509.load_der_x509_certificate(leaf).issuer
    )
    own = resigned(issuer, extensions=None)
    assert kinds(profiled(path, task=Task(NOW, (own,)))) == {}
    assert kinds(profiled(path, task=Task(NOW, (own,), verify=True))) == {}
    forged = bytearray(leaf)
    forged[-1] ^= 1
    path.write_bytes(pem(bytes(forged)))
    assert kinds(profiled(path, task=Task(NOW, (own,)))) == {}
    assert kinds(profiled(path, task=Task(NOW, (own,), verify=True))) == {"signature-invalid": 1}


def test_a_key_is_its_encoding() -> None:
    assert subject_key(parse(ders()[0])) != subject_key(parse(ders()[1]))
    assert time.monotonic() > 0
