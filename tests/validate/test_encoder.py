"""An encoder that goes on from a copy numbers terms as one that read everything."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from clausegraph.validate.encoder import Encoder

PREFIX = "@prefix : <urn:> . "
FIRST = (':a :p :b ; :q "1" . _:x :p :a .', ":c :p _:x .")
SECOND = ':b :p :d , _:x . :a :q "1" , "2" .'


def parsed(text: str) -> list[ox.Quad]:
    return list(ox.parse(PREFIX + text, format=ox.RdfFormat.TURTLE))


def state(encoder: Encoder) -> object:
    terms, tables = encoder.columns()
    return list(terms), {p: [column.tolist() for column in t] for p, t in tables.items()}


@pytest.mark.parametrize("files", [False, True], ids=["one file", "several files"])
@pytest.mark.parametrize("needed", [None, frozenset({"urn:p"})], ids=["all", "some"])
def test_a_copy_goes_on_and_leaves_the_first_as_it_was(
    files: bool, needed: frozenset[str] | None
) -> None:
    whole, begun = Encoder(needed), Encoder(needed)
    for text in FIRST:
        for encoder in (whole, begun):
            encoder.add(parsed(text))
            if files:
                encoder.end_of_file()
    copy, again = begun.copy(), begun.copy()
    for encoder in (whole, copy):
        encoder.add(parsed(SECOND))
    assert state(copy) == state(whole)
    again.add(parsed(SECOND))
    assert state(again)[1] != state(begun)[1]  # type: ignore[index]
