"""What is read as arrays of bytes agrees with what is asked literal by literal."""

from __future__ import annotations

import numpy as np
import pyoxigraph as ox
from hypothesis import example, given
from hypothesis import strategies as st

from clausegraph.validate import literals, order
from clausegraph.validate.literals import XSD
from clausegraph.validate.term_table import TermTable

NUMBERS = [
    "integer",
    "byte",
    "nonNegativeInteger",
    "negativeInteger",
    "unsignedLong",
    "decimal",
    "double",
]
TIMES = ["dateTime", "dateTimeStamp", "date"]
numbers = st.one_of(
    st.integers(-(10**19), 10**19).map(str),
    st.integers(-300, 300).map(str),
    st.sampled_from(
        ["", "-", "+1", "-0", "01", "007", " 5 ", "1.5", "abc", "٣", "1e3", "9" * 40, "1-2", "5\\"]
    ),
)
two = st.integers(0, 99).map("{:02}".format)
days = st.builds(
    "{:04}-{}-{}".format, st.integers(0, 9999) | st.sampled_from([1900, 2000, 2024, 2100]),
    st.integers(0, 13).map("{:02}".format), st.integers(0, 32).map("{:02}".format),
)  # fmt: skip
times = st.one_of(
    days,
    st.builds("{}T{}:{}:{}{}".format, days, two, two, two, st.sampled_from(["Z", "", "z", "+01:00", ".5Z"])),
    st.builds("{}T{:02}:{:02}:{:02}Z".format, days, st.integers(0, 24), st.integers(0, 60), st.integers(0, 60)),
    st.sampled_from(["2026-11-23 10:00:00Z", "20261123T100000Z", "2026-11-23T10:00:00Ä", "-026-01-01"]),
)  # fmt: skip
found = st.one_of(
    st.builds(lambda t, d: ox.Literal(t, datatype=ox.NamedNode(XSD + d)), numbers, st.sampled_from(NUMBERS)),
    st.builds(lambda t, d: ox.Literal(t, datatype=ox.NamedNode(XSD + d)), times, st.sampled_from(TIMES)),
    st.sampled_from([ox.Literal("5"), ox.Literal("5", language="en"), ox.NamedNode("x:5")]),
)  # fmt: skip


@given(found, found, st.booleans(), st.booleans())
@example(
    ox.Literal("2024-02-29T23:59:59Z", datatype=ox.NamedNode(XSD + "dateTime")),
    ox.Literal("2024-03-01T00:00:00Z", datatype=ox.NamedNode(XSD + "dateTime")),
    False, True,
)  # fmt: skip
def test_order(a: ox.Literal, b: ox.Literal, or_equal: bool, late: bool) -> None:
    table = TermTable.of([str(a)])
    if not late and a != b:
        table = TermTable.of([str(a), str(b)])
    first, second = table.ids([str(a)]), table.ids([str(b)])
    expected = literals.less(a, b, or_equal=or_equal) is True
    assert order.in_order(table, first, second, or_equal=or_equal).tolist() == [expected]


@given(st.lists(found.filter(lambda t: isinstance(t, ox.Literal)), unique_by=str, max_size=20))
def test_well_typed(terms: list[ox.Literal]) -> None:
    table = TermTable.of(map(str, terms))
    for datatype in {t.datatype.value for t in terms}:
        chosen = [n for n, t in enumerate(terms) if t.datatype.value == datatype]
        mask = order.well_typed(table, np.array(chosen, dtype=np.int32), datatype)
        assert mask.tolist() == [literals.well_typed(terms[n]) for n in chosen]


def test_common_forms_need_no_question() -> None:
    forms = [
        f'"2026-11-23T10:00:00Z"^^<{XSD}dateTime>', f'"2026-11-23"^^<{XSD}date>',
        f'"-42"^^<{XSD}integer>', f'"255"^^<{XSD}unsignedByte>',
    ]  # fmt: skip
    kinds, _ = order.keys(TermTable.of(forms), np.arange(4))
    assert (kinds > 0).all()
