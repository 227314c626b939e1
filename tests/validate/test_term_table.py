"""Terms come out of the table exactly as they went in."""

from __future__ import annotations

import numpy as np
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausegraph.errors import InputError
from clausegraph.validate.term_table import (
    BLANK,
    IRI,
    LITERAL,
    TermTable,
    datatype_of,
    language_of,
    term_of,
    value_of,
)

XSD = "http://www.w3.org/2001/XMLSchema#"
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "",
        '"',
        '\\"',
        "\\",
        "\n",
        "\r\n",
        "\t\b\f",
        "\x00\x7f\x85\u2028",
        "💡 astral",
        '"@en',
        '"^^<x:y>',
    ]
)
iris = st.sampled_from(["http://example.org/a", "urn:x:ä?b=c#d", "x:<".replace("<", "%3C")])
terms = st.one_of(
    st.builds(ox.NamedNode, iris),
    st.builds(ox.BlankNode, st.sampled_from(["a", "b0", "x.y", "f" * 32])),
    st.builds(ox.Literal, texts),
    st.builds(
        lambda t, d: ox.Literal(t, datatype=ox.NamedNode(d)),
        texts,
        st.sampled_from([XSD + "integer", XSD + "string", XSD + "dateTime", "urn:own"]),
    ),
    st.builds(lambda t, tag: ox.Literal(t, language=tag), texts, st.sampled_from(["en", "DE-ch", "x-y"])),
)  # fmt: skip


@given(st.lists(terms, unique_by=str, max_size=20))
def test_round_trip(given_terms: list[ox.Literal]) -> None:
    table = TermTable.of(map(str, given_terms))
    assert [table[n] for n in range(len(table))] == given_terms
    numbers = np.arange(len(given_terms))
    assert list(table.texts(numbers)) == list(map(str, given_terms))
    assert list(table.lexical(numbers)) == [t.value for t in given_terms]
    for number, term in enumerate(given_terms):
        suffix = table.suffixes[table.suffix[number]] if table.suffix[number] >= 0 else None
        if isinstance(term, ox.Literal):
            assert table.kind[number] == LITERAL
            assert datatype_of(suffix) == term.datatype.value
            assert language_of(suffix) == (term.language or "").lower()
        else:
            assert suffix is None
            assert table.kind[number] == (IRI if isinstance(term, ox.NamedNode) else BLANK)


@given(st.lists(terms, unique_by=str, max_size=12), st.lists(terms, max_size=12))
def test_later_terms_get_numbers_of_their_own(
    first: list[ox.Literal], later: list[ox.Literal]
) -> None:
    table = TermTable.of(map(str, first))
    numbers = table.ids(map(str, later)).tolist()
    assert [table[n] for n in numbers] == later
    assert table.ids(map(str, first)).tolist() == list(range(len(first)))
    assert len(table) == len({*map(str, first), *map(str, later)})
    assert len(table.kind) == len(table.suffix) == len(table)
    assert list(table.texts(np.array(numbers, dtype=np.int32))) == list(map(str, later))


def test_lexical_forms_are_kept() -> None:
    forms = [f'"{form}"^^<{XSD}integer>' for form in ("01", "1", "+1", "abc", "")]
    table = TermTable.of(forms)
    assert [table[n].value for n in range(5)] == ["01", "1", "+1", "abc", ""]


def test_terms_with_the_same_check_are_told_apart() -> None:
    # "plumless" and "buckeroo" have the same CRC-32, and so have terms that end alike.
    table = TermTable.of(["<plumless:>", '"x"'])
    assert table.ids(["<plumless:>", "<buckeroo:>"]).tolist() == [0, 2]


def test_a_triple_term_is_refused() -> None:
    (quad,) = ox.parse('<x:s> <x:p> <<( _:a <x:b> "c" )>> .', format=ox.RdfFormat.N_TRIPLES)
    with pytest.raises(InputError, match="triple term"):
        TermTable.of([str(quad.object)])


def test_a_base_direction_is_kept() -> None:
    (quad,) = ox.parse('<x:s> <x:p> "a"@en--ltr .', format=ox.RdfFormat.N_TRIPLES)
    assert term_of(str(quad.object)) == quad.object


def test_direction_is_a_datatype_of_its_own() -> None:
    assert datatype_of("@en--ltr").endswith("#dirLangString")
    assert language_of("@en--ltr") == "en"
    assert value_of(r'"a\u0041\U0001F4A1\""') == 'aA💡"'
