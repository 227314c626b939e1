"""Numbered terms as one run of bytes, with their kinds and datatypes as arrays.

Input: terms as N-Triples writes them. Output: look-ups for whole arrays of numbers; a term
becomes an object only when somebody asks for it. Terms are kept exactly: two are the same when
their N-Triples texts are, and nothing is normalised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from zlib import crc32

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from clausegraph.errors import InputError
from clausegraph.validate.pairs import Ids
from clausegraph.validate.shapes import RDF, Node

IRI, BLANK, LITERAL = 0, 1, 2
"""Kinds of terms."""
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_NAMED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_CHUNK = 50_000
_MEMO = 50_000
_NEWLINE, _QUOTE = 10, 34


class TermTable:
    """Terms by number.

    Args:
        blob: the terms, each as N-Triples writes it and followed by a line feed (which N-Triples
            escapes inside of terms).
        checks: CRC-32 of each term, by which a term is found.
        suffix: per term the place of what follows its text in ``suffixes``; -1 for no literal.
        suffixes: ``""``, ``^^<datatype>`` or ``@language``.
        length: number of bytes of the blob that are terms; None: all.
    """

    def __init__(
        self,
        blob: bytes,
        checks: NDArray[np.uint32],
        suffix: NDArray[np.int32],
        suffixes: list[str],
        length: int | None = None,
    ) -> None:
        self.blob, self.checks = blob, checks
        self.bytes = np.frombuffer(blob, np.uint8, len(blob) if length is None else length)
        self.ends: NDArray[np.int64] = np.flatnonzero(self.bytes == _NEWLINE)
        self.starts = np.concatenate((np.zeros(1, dtype=np.int64), self.ends[:-1] + 1))
        self.starts = self.starts[: len(self.ends)]
        self.kind = _kinds(self.bytes, self.starts)
        self.suffix = suffix
        self.suffixes = suffixes
        self._places = {text: n for n, text in enumerate(suffixes)}
        # Kinds and places in the order of literals, as far as `order` has read them.
        self.keys: tuple[NDArray[np.uint8], NDArray[np.int64]] | None = None
        self.read: set[int] = set()
        self._later: list[str] = []  # terms that came after the table was made
        self._known: dict[str, int] = {}
        self._made: dict[int, Node] = {}

    @classmethod
    def of(cls, texts: Iterable[str]) -> TermTable:
        """A table of distinct terms, in their order.

        Raises:
            InputError: a triple term.
        """
        blobs, checks, suffix = [], [], []
        places: dict[str, int] = {}
        waiting = iter(texts)
        while chunk := list(islice(waiting, _CHUNK)):
            blobs.append("\n".join((*chunk, "")).encode())
            checks.append(np.array([crc32(b) for b in blobs[-1].split(b"\n")[:-1]], np.uint32))
            suffix.append(_suffixes(chunk, places))
        return cls(
            b"".join(blobs),
            np.concatenate(checks) if checks else np.empty(0, np.uint32),
            np.concatenate(suffix) if suffix else np.empty(0, np.int32),
            list(places),
        )

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def frozen(self) -> int:
        """Number of terms that lie in the bytes; those of higher numbers came later."""
        return len(self.ends)

    def text(self, number: int) -> str:
        """A term as N-Triples writes it."""
        if number >= len(self.ends):
            return self._later[number - len(self.ends)]
        return self.blob[self.starts[number] : self.ends[number]].decode()

    def texts(self, numbers: Ids) -> Iterator[str]:
        """Several terms as N-Triples writes them."""
        if not len(numbers) or int(numbers.max()) >= len(self.ends):
            yield from (self.text(n) for n in numbers.tolist())
            return
        blob = self.blob
        places = zip(self.starts[numbers].tolist(), self.ends[numbers].tolist(), strict=True)
        for start, end in places:
            yield blob[start:end].decode()

    def __getitem__(self, number: int) -> Node:
        found = self._made.get(number)
        if found is None:
            if len(self._made) >= _MEMO:
                self._made.clear()
            found = self._made[number] = term_of(self.text(number))
        return found

    def lexical(self, numbers: Ids) -> Iterator[str]:
        """IRIs, labels of blank nodes, and texts of literals without datatype or language."""
        return map(value_of, self.texts(numbers))

    def ids(self, texts: Iterable[str]) -> NDArray[np.int32]:
        """Numbers of terms given as N-Triples writes them; new ones for new terms."""
        wanted = list(texts)
        unknown = [text for text in dict.fromkeys(wanted) if text not in self._known]
        if unknown:
            self._find(unknown)
            self._add([text for text in unknown if text not in self._known])
        return np.array([self._known[text] for text in wanted], dtype=np.int32)

    def _find(self, texts: list[str]) -> None:
        by_check: dict[int, list[str]] = {}
        for text in texts:
            by_check.setdefault(crc32(text.encode()), []).append(text)
        if len(by_check) < 4:
            places = [np.flatnonzero(self.checks == check) for check in by_check]
            found = np.concatenate(places)
        else:
            found = np.flatnonzero(np.isin(self.checks, np.array(list(by_check), np.uint32)))
        for number in found.tolist():
            text = self.text(number)
            if text in by_check[int(self.checks[number])]:
                self._known[text] = number

    def _add(self, texts: list[str]) -> None:
        if not texts:
            return
        first = len(self)
        self._later += texts
        self._known.update((text, first + n) for n, text in enumerate(texts))
        self.kind = np.append(self.kind, np.array([_kind(text) for text in texts], np.uint8))
        self.suffix = np.append(self.suffix, _suffixes(texts, self._places))
        self.suffixes = list(self._places)


def term_of(text: str) -> Node:
    """The term that N-Triples writes so."""
    kind = _kind(text)
    if kind == IRI:
        return ox.NamedNode(text[1:-1])
    if kind == BLANK:
        return ox.BlankNode(text[2:])
    value, suffix = value_of(text), text[text.rindex('"') + 1 :]
    if suffix.startswith("@"):
        language, _, direction = suffix[1:].partition("--")
        return ox.Literal(
            value,
            language=language,
            direction=ox.BaseDirection(direction) if direction else None,
        )
    if suffix:
        return ox.Literal(value, datatype=ox.NamedNode(suffix[3:-1]))
    return ox.Literal(value)


def value_of(text: str) -> str:
    """IRI, label or lexical form in what N-Triples writes."""
    if text[0] == "<":
        return text[1:-1]
    if text[0] == "_":
        return text[2:]
    value = text[1 : text.rindex('"')]
    return _ESCAPE.sub(_unescaped, value) if "\\" in value else value


def datatype_of(suffix: str) -> str:
    """The datatype that a suffix names."""
    if suffix.startswith("@"):
        return RDF + ("dirLangString" if "--" in suffix else "langString")
    return suffix[3:-1] if suffix else XSD_STRING


def language_of(suffix: str) -> str:
    """The language tag that a suffix names, in lower case; empty for none."""
    return suffix[1:].partition("--")[0].lower() if suffix.startswith("@") else ""


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _NAMED.get(found[3], found[3])


def _kind(text: str) -> int:
    return LITERAL if text[0] == '"' else BLANK if text[0] == "_" else IRI


def _kinds(run: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.uint8]:
    first = run[starts]
    kinds = np.full(len(starts), IRI, dtype=np.uint8)
    kinds[first == ord("_")] = BLANK
    kinds[first == _QUOTE] = LITERAL
    return kinds


def _suffixes(texts: Iterable[str], places: dict[str, int]) -> NDArray[np.int32]:
    number = places.setdefault
    return np.array(
        [
            number(t[t.rindex('"') + 1 :], len(places)) if t[0] == '"'
            else -1 if " " not in t else _refused(t)
            for t in texts
        ],
        dtype=np.int32,
    )  # fmt: skip


def _refused(text: str) -> int:
    raise InputError(
        "a triple term (RDF 1.2) cannot be validated",
        expected="IRIs, blank nodes and literals, as in RDF 1.1",
        seen=text[:200],
    )
