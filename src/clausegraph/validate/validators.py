"""ASK validators of constraint components for all pairs of focus node and value at once.

Input: a query made ready by `clausegraph.validate.prebinding.prepare_ask`, and a store. The pairs
are numbered and stated in the store while the query runs; it gives the numbers it accepts, so
the exact terms of the data graph reach the report.
"""

from __future__ import annotations

import numpy as np
import pyoxigraph as ox

from clausegraph.validate.components import Hits, Values
from clausegraph.validate.prebinding import PAIR, PAIR_FOCUS, PAIR_VALUE, PAIRS
from clausegraph.validate.rewritten import forms_of
from clausegraph.validate.shapes import Ask
from clausegraph.validate.sparql import SparqlSource, fill
from clausegraph.validate.term_table import LITERAL

_FOCUS, _VALUE = ox.NamedNode(PAIR_FOCUS), ox.NamedNode(PAIR_VALUE)
_PAIRS = ox.NamedNode(PAIRS)
_NUMBER = "https://w3id.org/clausegraph/function#pair"


def rejected(source: SparqlSource, seen: Values, ask: Ask) -> Hits:
    """The value nodes that a validator does not accept (chapter 6.3).

    Raises:
        IllFormed: a query that does not parse.
        Unsupported: it depends on how literals are written that the store rewrites.
    """
    terms = seen.graph.terms
    pairs, back = np.unique(
        np.stack([seen.focus[seen.rows], seen.values], axis=1), axis=0, return_inverse=True
    )
    accepted = np.zeros(len(pairs), dtype=np.bool_)
    literals = np.unique(pairs[seen.graph.terms.kind[pairs] == LITERAL])
    forms = forms_of(terms, literals)
    if forms or source.rewritten is not None:
        forms = {text: forms.get(text, text) for text in terms.texts(literals)}
    focus = terms.texts(np.unique(pairs[:, 0]))
    source.names(ask, (), forms, focus)
    source.store.extend(
        quad
        for n, (focus, value) in enumerate(pairs.tolist())
        for quad in (
            ox.Quad(ox.NamedNode(f"{_NUMBER}{n}"), _FOCUS, terms[focus], _PAIRS),
            ox.Quad(ox.NamedNode(f"{_NUMBER}{n}"), _VALUE, terms[value], _PAIRS),
        )
    )
    try:
        for solution in source.ask(ask):
            accepted[int(solution[PAIR].value.removeprefix(_NUMBER))] = True
    finally:
        source.store.clear_graph(_PAIRS)
    rows, values = seen.keep(~accepted[back.reshape(-1)])
    messages = [
        tuple(
            fill(m, {"this": terms[seen.focus[row]], "value": terms[value], **dict(ask.bound)})
            for m in ask.messages or seen.shape.messages
        )
        for row, value in zip(rows.tolist(), values.tolist(), strict=True)
    ]
    return Hits(rows, values, messages=messages)
