"""A file read by two processes gives what one process reads, wherever it is cut."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from clausegraph.artefacts import processes
from clausegraph.errors import InputError
from clausegraph.validate import files, halves
from clausegraph.validate.files import read_columns
from clausegraph.validate.halves import read_in_halves

EX = "http://example.org/"
HEAD = f"@prefix ex: <{EX}> .\n"
PLAIN = HEAD + "".join(
    f'ex:a{n % 7} ex:p{n % 3} "{n}." , _:n{n % 5} , [ ex:p0 {n}.5 ] .\n' for n in range(40)
)
TURTLE = {
    "plain": PLAIN,
    "statements over many lines": HEAD
    + "ex:a ex:p 1 ;\n# a comment .\n ex:q 2 .\n\nex:b ex:p 1.\n" * 9,
    "lists and empty lines": HEAD
    + "ex:a ex:p ( 1 2 [ ex:q 3.\n ] ) .\n".replace("3.\n", "3 \n") * 9,
    "a comment that looks like an end": HEAD
    + "ex:a ex:p ex:b ,\n# ex:x ex:y ex:z .\nex:c ; ex:d ex:e .\n" * 9,
}
LATE = {
    "a prefix declared anew": HEAD + "ex:a ex:p 1 .\n" * 20 + "@prefix ex: <urn:other:> .\nex:a ex:p 2 .\n" + "ex:c ex:p 3 .\n" * 20,
    "a prefix that comes late": HEAD + "ex:a ex:p 1 .\n" * 20 + "@prefix y: <urn:y:> .\ny:a ex:p 2 .\n" + "y:c ex:p 3 .\n" * 20,
    "a base that comes late": HEAD + "ex:a ex:p 1 .\n" * 20 + "@base <urn:base:> .\n<#a> ex:p 2 .\n" + "<#b> ex:p 3 .\n" * 20,
}  # fmt: skip


class Beside:
    """Stands for the other process, and answers in this one when its question is whole."""

    def __init__(self, _module: str) -> None:
        self.stdout = io.BytesIO()
        self.stdin = Question(self.stdout)


class Question(io.BytesIO):
    def __init__(self, out: io.BytesIO) -> None:
        super().__init__()
        self.out = out

    def close(self) -> None:
        try:
            halves._answer(self.getvalue(), self.out)
        except (SyntaxError, OSError):
            self.out.truncate(0)
        self.out.seek(0)
        super().close()


@pytest.fixture
def cut_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Files of any size are cut at a share of their length; nothing is started."""
    monkeypatch.setattr(halves, "SMALLEST", 0)
    monkeypatch.setattr(halves.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(processes, "start", Beside)
    monkeypatch.setattr(processes, "end", lambda _: None)
    return lambda share: monkeypatch.setattr(halves, "_SHARE", share)


def read(path: Path, *, alone: bool = False) -> tuple[list[str], list[str]]:
    kept = files.read_in_halves
    files.read_in_halves = (lambda *_: None) if alone else kept
    try:
        graph = read_columns([path])
    finally:
        files.read_in_halves = kept
    terms = [graph.terms.text(n) for n in range(len(graph.terms))]
    return terms, [f"{t.subject} {t.predicate} {t.object}" for t in graph.triples()]


def used(path: Path, syntax: ox.RdfFormat = ox.RdfFormat.TURTLE) -> bool:
    return read_in_halves(path, syntax, None, None) is not None


@pytest.mark.parametrize("name", [*TURTLE, *LATE])
def test_wherever_it_is_cut(tmp_path: Path, cut_at: Callable[[float], None], name: str) -> None:
    path = tmp_path / "g.ttl"
    path.write_text((TURTLE | LATE)[name])
    alone = read(path, alone=True)
    taken = 0
    for step in range(40):
        cut_at(step / 40)
        assert read(path) == alone
        taken += used(path)
    assert taken > 5
    assert taken < 40


@pytest.mark.parametrize("suffix", ["nt", "nq"])
def test_lines(tmp_path: Path, cut_at: Callable[[float], None], suffix: str) -> None:
    path = tmp_path / f"g.{suffix}"
    path.write_text("".join(f'_:a{n % 3} <{EX}p> "{n}. " . # .\n' for n in range(30)))
    alone = read(path, alone=True)
    for step in range(20):
        cut_at(step / 20)
        assert read(path) == alone
        assert used(path, files.FORMATS[f".{suffix}"])


def test_only_needed_predicates(tmp_path: Path, cut_at: Callable[[float], None]) -> None:
    path = tmp_path / "g.ttl"
    path.write_text(PLAIN)
    cut_at(0.5)
    graph = read_columns([path], needed={EX + "p1"})
    assert graph.predicates == [EX + "p1"]
    assert len(graph) == len([t for t in read(path, alone=True)[1] if f"<{EX}p1>" in t])


@pytest.mark.parametrize(
    "text", [PLAIN + 'ex:a ex:p """long\n.\n""" .\n', PLAIN + "ex:a ex:p '''x.\n''' .\n"]
)
def test_long_strings_are_not_cut(
    tmp_path: Path, cut_at: Callable[[float], None], text: str
) -> None:
    path = tmp_path / "g.ttl"
    path.write_text(text)
    cut_at(0.5)
    assert halves.cut(path, ox.RdfFormat.TURTLE) is None
    assert read(path) == read(path, alone=True)


@pytest.mark.parametrize("place", [3, 35])
def test_a_fault_in_either_half_has_its_own_line(
    tmp_path: Path, cut_at: Callable[[float], None], place: int
) -> None:
    lines = PLAIN.splitlines(keepends=True)
    lines[place] = "ex:a ex:p oops .\n"
    path = tmp_path / "g.ttl"
    path.write_text("".join(lines))
    cut_at(0.5)
    with pytest.raises(InputError, match=f":{place + 1}: is ill-formed"):
        read_columns([path])


def test_a_small_file_is_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "g.ttl"
    path.write_text(PLAIN)
    assert not used(path)


def test_two_real_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halves, "SMALLEST", 0)
    monkeypatch.setattr(halves.os, "cpu_count", lambda: 2)
    path = tmp_path / "g.ttl"
    path.write_text(PLAIN)
    assert used(path)
    assert read(path) == read(path, alone=True)
    path.write_text(PLAIN + "ex:a ex:p oops .\n")
    assert not used(path)
