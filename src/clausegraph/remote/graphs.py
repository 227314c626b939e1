"""Graphs on their way to a store and back: names for blank nodes, and a digest of what they say.

Input: triples. Output: triples without blank nodes (RDF 1.1, 3.5: IRIs that stand for them), the
same triples with their blank nodes again, and a SHA-256 that is the same before and after a store
has written numbers and instants in its own form.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import pyoxigraph as ox

from clausegraph.terms import XSD_NS

GENID = "https://w3id.org/.well-known/genid/clausegraph/"
_WHOLE = frozenset(
    XSD_NS + name
    for name in (
        "integer", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
        "negativeInteger", "long", "int", "short", "byte", "unsignedLong", "unsignedInt",
        "unsignedShort", "unsignedByte",
    )
)  # fmt: skip
_DURATION = re.compile(
    r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_FRACTION = re.compile(r"(\.\d*?)0+(?=Z|[+-]\d\d:\d\d|$)")


def portable(graph: str, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples of a graph, sorted, with IRIs in place of blank nodes.

    The IRIs depend on the content of the graph only (RDF Dataset Canonicalization), so that an
    unchanged graph gives the same triples again.

    Args:
        graph: IRI of the graph, which keeps its nodes apart from those of others.
        triples: what it holds.
    """
    found = list(triples)
    if any(isinstance(x, ox.BlankNode) for t in found for x in (t.subject, t.object)):
        named = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in found)
        named.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        place = GENID + hashlib.sha256(graph.encode()).hexdigest()[:16] + "/"
        found = [
            ox.Triple(_named(q.subject, place), q.predicate, _named(q.object, place)) for q in named
        ]
    return sorted(set(found), key=str)


def _named(term: Any, place: str) -> Any:
    return ox.NamedNode(place + term.value) if isinstance(term, ox.BlankNode) else term


def restored(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples with blank nodes in place of the IRIs that `portable` made."""
    return [ox.Triple(_blank(t.subject), t.predicate, _blank(t.object)) for t in triples]


def _blank(term: Any) -> Any:
    if isinstance(term, ox.NamedNode) and term.value.startswith(GENID):
        return ox.BlankNode("g" + re.sub(r"\W", "", term.value.removeprefix(GENID)))
    return term


def digest(triples: Sequence[ox.Triple]) -> str:
    """SHA-256 of the sorted triples, their literals in one form for each value."""
    lines = sorted(f"{t.subject} {t.predicate} {_one_form(t.object)}\n" for t in triples)
    return hashlib.sha256("".join(lines).encode("utf-8")).hexdigest()


def _length(text: str) -> str:
    """A duration as months and seconds (XML Schema 1.1, 3.3.6).

    Raises:
        ValueError: it is none.
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(text)
    sign, *numbers = found.groups("0")
    years, months, days, hours, minutes, seconds = (Decimal(n) for n in numbers)
    whole = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return f"{sign if sign == '-' else ''}{years * 12 + months:f} {whole.normalize():f}"


def _one_form(term: object) -> object:
    if not isinstance(term, ox.Literal):
        return term
    if term.language:
        return ox.Literal(term.value, language=term.language.lower())
    kind, text = term.datatype.value, term.value
    if not kind.startswith(XSD_NS):
        return term
    try:
        if kind in _WHOLE:
            text = str(int(text))
        elif kind == XSD_NS + "decimal":
            text = format(Decimal(text).normalize(), "f")
        elif kind in {XSD_NS + "double", XSD_NS + "float"}:
            text = repr(float(text))
        elif kind == XSD_NS + "boolean":
            text = {"1": "true", "0": "false"}.get(text, text)
        elif kind.endswith("uration"):
            text = _length(text)
        elif kind in {XSD_NS + "dateTime", XSD_NS + "time"}:
            text = _FRACTION.sub(lambda m: m[1].rstrip("."), text)
        else:
            return term
    except (ValueError, InvalidOperation):
        return term  # an ill-typed value stands for itself
    return ox.Literal(
        text, datatype=ox.NamedNode(XSD_NS + "integer") if kind in _WHOLE else term.datatype
    )
