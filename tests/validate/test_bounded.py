"""pySHACL in its own process: the same results, and an end when a pattern never ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausegraph.errors import AssetError, InputError
from clausegraph.validate import bounded
from clausegraph.validate.reference import run_pyshacl
from clausegraph.validate.run import Engine
from clausegraph.validate.standalone import validate_files
from tests.validate.graphs import PREFIXES, parse, setting

BOMB = "ex:Bomb sh:path ex:p ; sh:pattern '^(a+)+$' ."
DATA = f'ex:a ex:p "{"a" * 60}!" .'
SHAPES = """
ex:S sh:targetNode ex:a, "l\\n1"@en ; sh:nodeKind sh:Literal ; sh:message "no \\"literal\\"" ;
  sh:property [ sh:path ( ex:p [ sh:inversePath ex:q ] ) ; sh:minCount 1 ; sh:severity sh:Info ] ,
    [ sh:path ex:p ; sh:datatype xsd:integer ; sh:maxCount 1 ] .
"""


def test_the_same_results_as_here() -> None:
    shapes, data = parse(SHAPES), parse('ex:a ex:p "01"^^xsd:integer, "x\\u00e9\\n"@de, _:b .')
    focus = setting(shapes, data)[3]
    there, here = bounded.ask_pyshacl(data, shapes, focus), run_pyshacl(data, shapes, focus)
    assert sorted(r.key for r in there) == sorted(r.key for r in here)
    assert len(here) == 6
    assert all(r in here for r in there)


@pytest.mark.parametrize(
    ("shapes", "engine"),
    [
        ("ex:S sh:targetNode ex:a ; sh:property ex:Bomb .", Engine.both),
        ("ex:S sh:targetNode ex:a ; sh:property ex:Bomb .", Engine.pyshacl),
        ("ex:S sh:targetNode ex:a ; sh:property ex:Bomb, [ sh:path ex:q ; sh:node ex:S ] .", Engine.fast),
    ],
)  # fmt: skip
def test_a_pattern_that_never_ends_is_ended_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shapes: str, engine: Engine
) -> None:
    monkeypatch.setenv(bounded.SECONDS, "2")
    for name, text in (("data", DATA), ("shapes", shapes + BOMB)):
        (tmp_path / f"{name}.ttl").write_text(PREFIXES + text)
    with pytest.raises(InputError, match="more than 2 seconds") as found:
        validate_files([tmp_path / "data.ttl"], [tmp_path / "shapes.ttl"], engine=engine)
    assert found.value.exit_code == 2
    assert found.value.seen == "it was busy with the shape http://example.org/Bomb"


def test_a_shape_without_name_goes_by_the_one_around_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(bounded.SECONDS, "2")
    inner = BOMB.removeprefix("ex:Bomb ").removesuffix(" .")
    shapes = f"ex:Other sh:targetNode ex:b . ex:S sh:targetNode ex:a ; sh:property [ {inner} ] ."
    for name, text in (("data", DATA), ("shapes", shapes)):
        (tmp_path / f"{name}.ttl").write_text(PREFIXES + text)
    with pytest.raises(InputError) as found:
        validate_files([tmp_path / "data.ttl"], [tmp_path / "shapes.ttl"], engine=Engine.pyshacl)
    assert found.value.seen == "it was busy with the shape http://example.org/S"


def test_the_set_based_engine_takes_the_same_pattern(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(PREFIXES + "ex:S sh:targetNode ex:a ; sh:property ex:Bomb ." + BOMB)
    (tmp_path / "data.ttl").write_text(PREFIXES + DATA)
    assert len(validate_files([tmp_path / "data.ttl"], [shapes]).report.results) == 1


@pytest.mark.parametrize("given", ["0", "-1", "soon", "nan", "inf"])
def test_no_time_at_all(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(bounded.SECONDS, given)
    with pytest.raises(InputError) as found:
        bounded.seconds()
    assert found.value.seen == given


def test_a_process_that_dies_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "_MODULE", "tests.dying_worker")
    shapes, data = parse("ex:S sh:targetNode ex:a ; sh:nodeKind sh:Literal ."), parse(DATA)
    with pytest.raises(AssetError, match="pySHACL"):
        bounded.ask_pyshacl(data, shapes, setting(shapes, data)[3])


def test_what_the_engine_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = parse("ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:lessThan ex:q ] .")
    data = parse("ex:a ex:p _:b ; ex:q 1 .")
    with pytest.raises(AssetError, match="pySHACL could not run the shapes"):
        bounded.ask_pyshacl(data, shapes, setting(shapes, data)[3])
