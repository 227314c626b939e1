"""Untrusted shapes and data: bounded, and the result that the Recommendation asks for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clausegraph.errors import AssetError, InputError
from clausegraph.validate import closure
from clausegraph.validate.closure import Reached, flattened
from clausegraph.validate.shapes import Path as PropertyPath
from tests.validate.graphs import fast, parse
from tests.validate.test_fallback import found

S = "ex:S sh:targetNode ex:a ; "
CHAIN = (
    "\n".join(f"ex:n{i} ex:p ex:n{i + 1} ." for i in range(400))
    + "ex:a ex:p ex:n0 . ex:n400 ex:p ex:a ."
)
NINES = "9" * 100


@pytest.mark.parametrize(
    ("shape", "data", "results"),
    [
        ("sh:property [ sh:path ex:p ; sh:pattern '(a+)+$' ]", f"ex:a ex:p '{'a' * 100_000}b' .", 1),
        ("sh:property [ sh:path ex:p ; sh:pattern '(a|a)*c' ]", f"ex:a ex:p '{'a' * 100_000}b' .", 1),
        (f"sh:property [ sh:path ex:p ; sh:minCount {NINES} ; sh:maxCount -{NINES} ]", "ex:a ex:p 1 .", 2),
        (f"sh:property [ sh:path ex:p ; sh:minLength {NINES} ; sh:maxLength {NINES} ]", "ex:a ex:p 1 .", 1),
        (f"sh:property [ sh:path ex:p ; sh:qualifiedValueShape [] ; sh:qualifiedMinCount {NINES} ]", "ex:a ex:p 1 .", 1),
        ("sh:property [ sh:path [ sh:zeroOrMorePath [ sh:oneOrMorePath ex:p ] ] ; sh:maxCount 401 ]", CHAIN, 1),
        ("sh:property [ sh:path [ sh:oneOrMorePath ex:p ] ; sh:minCount 402 ; sh:maxCount 402 ]", CHAIN, 0),
        (f"sh:property [ sh:path ({' ex:p' * 2000}) ; sh:minCount 1 ]", "ex:a ex:p ex:a .", 0),
        (f"sh:in ({' ex:b' * 5000} )", "ex:a ex:p 1 .", 1),
        ("sh:property [ sh:path ex:p ; sh:maxLength 10 ; sh:datatype xsd:integer ; sh:minInclusive 3 ; sh:lessThan ex:q ]",
         f"ex:a ex:p '{'a' * 1_000_000}', '{'9' * 100_000}'^^xsd:integer ; ex:q 1 .", 8),
    ],
    ids=lambda v: str(v)[:60],
)  # fmt: skip
def test_large_things_have_a_result(shape: str, data: str, results: int) -> None:
    assert len(fast(f"{S}{shape} .", data)) == results


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        ("sh:datatype xsd:integer", ['"abc"', '"x"']),
        ("sh:minInclusive 0", ['"abc"', '"x"']),
        ("sh:in ( 1 )", ['"01"', '"abc"', '"x"']),
        ("sh:minLength 2", ['"1"', '"x"']),
        ("sh:nodeKind sh:Literal", []),
    ],
)
def test_ill_typed_literals_are_judged_as_they_stand(component: str, expected: list[str]) -> None:
    data = parse('ex:a ex:p 1, "01"^^xsd:integer, "abc"^^xsd:integer, "x" .')
    shape = parse(f"{S} sh:property [ sh:path ex:p ; {component} ] .")
    assert sorted(str(r.value).partition("^")[0] for r in fast(shape, data)) == expected


def test_shapes_nested_without_end_are_an_error_not_a_hang(tmp_path: Path) -> None:
    shapes = f"{S} {'sh:not [ ' * 5000} sh:class ex:C {']' * 5000} ."
    with pytest.raises(InputError, match="too deep"):
        found(tmp_path, shapes, "ex:a ex:p 1 .")


def test_a_path_that_reaches_too_much_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closure, "MOST_PAIRS", 300)
    shape = "ex:S sh:targetNode ex:a ; sh:property [ sh:path [ sh:zeroOrMorePath ex:p ] ; sh:maxCount 1 ] ."
    with pytest.raises(AssetError, match="more than 300 pairs"):
        fast(shape, CHAIN)


def test_reached_is_a_set() -> None:
    reached, known = Reached(), set()
    for step in range(1, 60):
        pairs = np.array([(step * k) % 97 for k in range(step % 13)], dtype=np.int64)
        new = reached.add(pairs)
        assert set(new.tolist()) == set(pairs.tolist()) - known
        known |= set(pairs.tolist())
    assert reached.all().tolist() == sorted(known)


@pytest.mark.parametrize(
    ("outer", "inner", "flat"),
    [
        ("zeroOrMore", "zeroOrMore", "zeroOrMore"),
        ("oneOrMore", "oneOrMore", "oneOrMore"),
        ("zeroOrOne", "zeroOrOne", "zeroOrOne"),
        ("oneOrMore", "zeroOrOne", "zeroOrMore"),
        ("zeroOrOne", "oneOrMore", "zeroOrMore"),
        ("zeroOrMore", "oneOrMore", "zeroOrMore"),
    ],
)
def test_repetitions_of_repetitions(outer: str, inner: str, flat: str) -> None:
    step = PropertyPath("predicate", "urn:p")
    path = PropertyPath(outer, parts=(PropertyPath(inner, parts=(step,)),))
    assert flattened(path) == PropertyPath(flat, parts=(step,))
