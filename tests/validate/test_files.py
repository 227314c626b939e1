"""RDF files as columns: syntaxes, blank nodes, and what a fault says."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from clausegraph.errors import InputError
from clausegraph.validate.files import read_columns

EX = "http://example.org/"
NAMES = 'xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/"'
LINE = f"<{EX}a> <{EX}p> <{EX}b> .\n"
SAME = {
    "g.ttl": f"<{EX}a> <{EX}p> <{EX}b> , <{EX}b> .",
    "g.nt": LINE,
    "g.nq": f"<{EX}a> <{EX}p> <{EX}b> <{EX}graph> .\n" + LINE,
    "g.trig": f"<{EX}g> {{ {LINE} }}",
    "g.jsonld": f'{{"@id": "{EX}a", "{EX}p": {{"@id": "{EX}b"}}}}',
    "g.rdf": f'<!DOCTYPE r [<!ENTITY e "{EX}">]><r:RDF {NAMES}>'
    f'<r:Description r:about="{EX}a"><e:p r:resource="&e;b"/></r:Description></r:RDF>',
    "g.v2.NT": LINE,
}


def texts(*paths: Path, base: str | None = None) -> list[str]:
    return sorted(
        f"{t.subject} {t.predicate} {t.object}" for t in read_columns(paths, base).triples()
    )


@pytest.mark.parametrize("name", SAME)
def test_every_syntax_packed_or_not(tmp_path: Path, name: str) -> None:
    plain, packed = tmp_path / name, tmp_path / f"{name}.gz"
    plain.write_text(SAME[name])
    packed.write_bytes(gzip.compress(SAME[name].encode()))
    assert texts(plain) == texts(packed) == texts(plain, packed) == [LINE.removesuffix(" .\n")]


def test_only_what_is_needed(tmp_path: Path) -> None:
    file = tmp_path / "g.nt"
    file.write_text(LINE + f'<{EX}a> <{EX}q> "1" .\n')
    graph = read_columns([file], needed={EX + "q"})
    assert (graph.predicates, len(graph), len(graph.terms)) == ([EX + "q"], 1, 2)


def test_blank_nodes_of_two_files_are_two_and_named_alike_in_every_run(tmp_path: Path) -> None:
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text(f"_:x <{EX}p> [ <{EX}p> _:x ] , _:b1 .")
    paths = [tmp_path / "a.ttl", tmp_path / "b.ttl"]
    assert texts(*paths) == texts(*paths)
    graph = read_columns(paths)
    nodes = {str(t.subject) for t in graph.triples()} | {str(t.object) for t in graph.triples()}
    assert len(nodes) == 6
    assert {"_:x", "_:b1"} < nodes
    assert max(map(len, nodes)) < 6


def test_terms_are_kept_exactly(tmp_path: Path) -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    objects = [f'"01"^^<{xsd}integer>', f'"1.50"^^<{xsd}decimal>', '""', '"a\\nb"@en', '"💡"']
    file = tmp_path / "g.nt"
    file.write_text("".join(f"<{EX}a> <{EX}p> {o} .\n" for o in objects))
    assert {t.removeprefix(f"<{EX}a> <{EX}p> ") for t in texts(file)} == set(objects)


FAULTS = {
    "g.nt": (LINE * 3 + "<oops\n" + LINE, ":4: is ill-formed", "N-Triples"),
    "g.ttl": (f"<{EX}a> <{EX}p> <{EX}b> .\n<{EX}a> foo .\n", ":2: is ill-formed", "foo"),
    "r.ttl": (f"<#a> <{EX}p> <{EX}b> .\n", ":1: is ill-formed", "--base"),
    "g.rdf": ("<r:RDF", "not well-formed", "RDF/XML"),
    "deep.rdf": (f"<r:RDF {NAMES}>" + "<r:Description><e:p>" * 300, "500 levels", "RDF/XML"),
    "many.rdf": (
        f'<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><r:RDF {NAMES}>&b;</r:RDF>',
        "entity b",
        "RDF/XML",
    ),
    "long.rdf": (
        f'<!DOCTYPE r [<!ENTITY a "{"x" * 501}">]><r:RDF {NAMES}/>',
        "entity a",
        "RDF/XML",
    ),
    "out.rdf": (
        f'<!DOCTYPE r [<!ENTITY a SYSTEM "a.txt">]><r:RDF {NAMES}/>',
        "entity a",
        "RDF/XML",
    ),
    "star.nt": ("<x:a> <x:p> " + "<<( <x:a> <x:p> " * 100_000, "50 levels", "N-Triples"),
    "deep.jsonld": ('{"x:p":' * 100_000, "stack size", "JSON-LD"),
    "g.jsonld": ('{"@context": "https://example.org/c"}', "is ill-formed", "JSON-LD"),
    "g.nt.gz": ("not packed", "damaged", "N-Triples"),
    "g.csv": ("a,b", "its syntax is not known", ".ttl"),
    "star.ttl": (f"<{EX}a> <{EX}p> <<( <{EX}a> <{EX}p> 1 )>> .", "triple term", "RDF 1.1"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_says_where_and_gives_nothing(tmp_path: Path, name: str) -> None:
    content, where, what = FAULTS[name]
    file = tmp_path / name
    file.write_text(content)
    with pytest.raises(InputError) as caught:
        read_columns([file])
    assert where in str(caught.value)
    assert what in str(caught.value)


def test_a_file_that_is_cut_off(tmp_path: Path) -> None:
    file = tmp_path / "g.nt.gz"
    file.write_bytes(gzip.compress(LINE.encode() * 1000)[:-12])
    with pytest.raises(InputError, match="damaged or cut off"):
        read_columns([file])


@pytest.mark.parametrize("name", ["g.ttl", "g.nt"])
def test_a_literal_beyond_all_bounds(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    with file.open("w") as out:
        out.write(f'<{EX}a> <{EX}p> "')
        for _ in range(50):
            out.write("x" * 1_000_000)
        out.write('" .\n')
    with pytest.raises(InputError, match="too long"):
        read_columns([file])


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.nt")
    (tmp_path / "folder.nt").mkdir()
    for name, said in (
        ("gone.nt", "No such file"),
        ("pipe.nt", "regular"),
        ("folder.nt", "regular"),
    ):
        with pytest.raises(InputError, match=said):
            read_columns([tmp_path / name])


def test_relative_iris_need_a_base(tmp_path: Path) -> None:
    file = tmp_path / "g.ttl"
    file.write_text(f"<#a> <{EX}p> <b> .")
    assert texts(file, base="http://example.org/x") == [f"<{EX}x#a> <{EX}p> <{EX}b>"]


def test_an_empty_file_is_an_empty_graph(tmp_path: Path) -> None:
    file = tmp_path / "g.nt"
    file.write_text("")
    assert (len(read_columns([file])), len(read_columns([file]).terms)) == (0, 0)


def test_angle_brackets_in_literals_are_no_terms(tmp_path: Path) -> None:
    file = tmp_path / "g.nt"
    file.write_text(f'<{EX}a> <{EX}p> "a << b" .\n' * 200 + f'<{EX}a> <{EX}p> "<<<<" .\n' * 200)
    assert len(read_columns([file])) == 2
