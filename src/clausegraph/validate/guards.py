"""What would take the parser down, found before it reads: entities that multiply, deep nesting.

Input: the bytes of a file as a stream. Output: nothing, or an `UnreadableError`. The parser itself
bounds the length of a term and the depth of JSON, and takes deep Turtle; it expands XML entities
without bound, takes quadratic time for deep XML, and overflows its stack on nested triple terms.
"""

from __future__ import annotations

import re
from typing import IO
from xml.parsers import expat

import pyoxigraph as ox

from clausegraph.artefacts.text import UnreadableError

DEEPEST = 500
"""Greatest depth of elements of XML; an RDF/XML document of ordinary shape has 10."""
LONGEST_ENTITY = 500
_DEEPEST_TERM = 50
_CHUNK = 1 << 20
_TERM = re.compile(rb'<<|>>|"')


def check(stream: IO[bytes], syntax: ox.RdfFormat) -> None:
    """Read a stream to its end and refuse what the parser cannot be given.

    Args:
        stream: the unpacked bytes.
        syntax: how they will be read.

    Raises:
        UnreadableError: what is refused; for XML also what is not well-formed.
    """
    if syntax == ox.RdfFormat.RDF_XML:
        _check_xml(stream)
    elif syntax != ox.RdfFormat.JSON_LD:
        _check_terms(stream)


def _check_xml(stream: IO[bytes]) -> None:
    depth = 0

    def start(_name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise UnreadableError(f"The XML is nested more than {DEEPEST} levels deep.")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def entity(
        name: str, _parameter: bool, value: str | None, _base: object, _system: object, *_: object
    ) -> None:
        # Namespaces in an internal subset are common; they refer to nothing.
        if value is None or "&" in value or "%" in value or len(value) > LONGEST_ENTITY:
            raise UnreadableError(
                f"The XML declares the entity {name[:40]}, which is external, refers to others, or "
                f"has more than {LONGEST_ENTITY} characters."
            )

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = entity
    try:
        parser.ParseFile(stream)
    except expat.ExpatError as error:
        raise UnreadableError(f"The XML is not well-formed: {error}.") from error


def _check_terms(stream: IO[bytes]) -> None:
    """Refuse triple terms (RDF 1.2) in triple terms beyond any sense."""
    depth = 0
    cut = b""  # the first half of a sign that a chunk may end with
    while chunk := stream.read(_CHUNK):
        window = cut + chunk
        cut = window[-1:] if window[-1:] in {b"<", b">"} and window[-2:-1] != window[-1:] else b""
        if b"<<" not in window and not depth:
            continue
        for found in _TERM.finditer(window):
            if found[0] == b"<<":
                depth += 1
            elif found[0] == b">>":
                depth -= 1
            if found[0] == b'"' or depth < 0:  # a literal, in which anything may stand
                depth = 0
            if depth > _DEEPEST_TERM:
                raise UnreadableError(
                    f"Triple terms are nested more than {_DEEPEST_TERM} levels deep."
                )
