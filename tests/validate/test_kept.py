"""Columns from the cache: the same as new ones, and never those of other input."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausegraph import cache as caching
from clausegraph.cache import Cache
from clausegraph.validate import kept
from clausegraph.validate.columns import Columns
from clausegraph.validate.files import read_columns
from clausegraph.validate.kept import kept_columns, packed, unpacked
from tests.validate.graphs import parse
from tests.validate.strategies import deep_graphs

EX = "http://example.org/"
LINE = f'<{EX}a> <{EX}p> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'


def listed(graph: Columns) -> list[str]:
    return [f"{t.subject} {t.predicate} {t.object}" for t in graph.triples()]


@given(deep_graphs | st.just(""))
def test_round_trip(graph: str) -> None:
    columns = Columns(parse(graph))
    columns.terms.ids(["<urn:later>"])
    again = unpacked(packed(columns))
    assert again is not None
    assert listed(again) == listed(columns)
    assert again.terms.suffixes == columns.terms.suffixes
    assert len(again.terms) == len(columns.terms) - 1


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 8, b"x" * 100, packed(Columns(parse("ex:a ex:p 1 .")))[8:]]
)
def test_what_is_no_entry_counts_as_absent(data: bytes) -> None:
    assert unpacked(data) is None


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.setattr(caching, "settled", lambda: True)
    (tmp_path / "g.nt").write_text(LINE)
    return Cache(tmp_path / "cache")


def entries(place: Cache) -> int:
    return sum(1 for _ in place.entries())


def test_the_second_run_reads_no_file(
    place: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kept_columns([tmp_path / "g.nt"], None, None, place)
    monkeypatch.setattr(kept, "read_columns", lambda *_: pytest.fail("read again"))
    second = kept_columns([tmp_path / "g.nt"], None, None, place)
    assert listed(first) == listed(second) == [LINE.removesuffix(" .\n")]
    assert entries(place) == 1


def test_each_input_that_changes_is_noticed(
    place: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "g.nt"
    other = LINE.replace("01", "1")
    kept_columns([file], None, None, place)
    file.write_text(other)
    assert listed(kept_columns([file], None, None, place)) == [other.removesuffix(" .\n")]
    assert kept_columns([file], None, {EX + "q"}, place).predicates == []
    turtle = tmp_path / "g.ttl"
    turtle.write_text(other)
    kept_columns([turtle], None, None, place)
    kept_columns([turtle], EX, None, place)
    kept_columns([turtle, turtle], EX, None, place)
    assert entries(place) == 6
    monkeypatch.setattr(caching, "program", lambda: "another version")
    kept_columns([turtle], EX, None, place)
    assert entries(place) == 7


def test_a_damaged_entry_is_made_anew(place: Cache, tmp_path: Path) -> None:
    kept_columns([tmp_path / "g.nt"], None, None, place)
    (entry,) = place.entries()
    data = bytearray(entry.path.read_bytes())
    data[60] ^= 1
    entry.path.write_bytes(data)
    assert listed(kept_columns([tmp_path / "g.nt"], None, None, place)) == [
        LINE.removesuffix(" .\n")
    ]


def test_a_file_written_while_it_is_read_is_not_kept(
    place: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(paths: list[Path], base: str | None, needed: None) -> Columns:
        found = read_columns(paths, base, needed)
        paths[0].write_text(LINE * 2 + LINE.replace("01", "02"))
        return found

    monkeypatch.setattr(kept, "read_columns", slow)
    kept_columns([tmp_path / "g.nt"], None, None, place)
    assert entries(place) == 0
