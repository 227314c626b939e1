"""Numbers the terms of a stream of triples and sorts the triples by predicate.

Input: triples as a parser gives them. Output: a table of terms and, per predicate, two arrays.
"""

from __future__ import annotations

import gc
import re
from array import array
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count, islice

import numpy as np
import pyoxigraph as ox

from clausegraph.validate.pairs import Pairs, in_order
from clausegraph.validate.term_table import TermTable

_MADE_UP = re.compile(r"_:[0-9a-f]{16,32}")  # by the parser: 128 bits, without leading zeros


class Encoder:
    """Numbers the terms of triples as they come.

    Args:
        needed: predicates that are kept; None: all.
    """

    def __init__(self, needed: Container[str] | None = None) -> None:
        self._needed = needed
        self._ids: defaultdict[str, int] = defaultdict(count().__next__)
        self._found: dict[str, tuple[array[int], array[int]] | None] = {}
        self._texts: list[str] = []
        self._settled = 0
        self._labels: set[str] = set()

    def add(self, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        """Take in triples, or quads without their graphs; blank nodes keep their labels."""
        numbers, found = self._ids, self._found
        with _no_collection():
            for t in triples:
                predicate = t.predicate.value
                try:
                    table = found[predicate]
                except KeyError:
                    table = found[predicate] = self._table(predicate)
                if table is not None:
                    table[0].append(numbers[str(t.subject)])
                    table[1].append(numbers[str(t.object)])

    def _table(self, predicate: str) -> tuple[array[int], array[int]] | None:
        kept = self._needed is None or predicate in self._needed
        return (array("i"), array("i")) if kept else None

    def copy(self) -> Encoder:
        """An encoder that has read the same, to go on from here."""
        other = Encoder(self._needed)
        given = len(self._texts) + len(self._ids) - self._settled
        other._ids = defaultdict(count(given).__next__, self._ids)
        other._found = {
            name: None if table is None else (table[0][:], table[1][:])
            for name, table in self._found.items()
        }
        other._texts = list(self._texts)
        other._settled = self._settled
        other._labels = set(self._labels)
        return other

    def end_of_file(self) -> None:
        """What follows is another file, where a label of a blank node means another node.

        Labels that the parser made up are random: they are replaced by numbered ones, so that two
        runs over the same files name the same node alike.
        """
        fresh = list(islice(self._ids, self._settled, None))
        self._texts += [self._label(text) if text[0] == "_" else text for text in fresh]
        for text in fresh:
            if text[0] == "_":
                del self._ids[text]
        self._settled = len(self._ids)

    def _label(self, text: str) -> str:
        label, n = text, len(self._labels)
        while label in self._labels or _MADE_UP.fullmatch(label):
            n += 1
            label = f"_:b{n}"
        self._labels.add(label)
        return label

    def raw(self) -> tuple[list[str], dict[str, tuple[array[int], array[int]]]]:
        """The terms so far in the order of their numbers, and numbers by predicate, unsorted."""
        tables = {name: table for name, table in self._found.items() if table is not None}
        return [*self._texts, *islice(self._ids, self._settled, None)], tables

    def merge(
        self, texts: Sequence[str], tables: Mapping[str, tuple[array[int], array[int]]]
    ) -> None:
        """Take in what another encoder read of the same file, as `raw` gives it."""
        numbers = np.fromiter(map(self._ids.__getitem__, texts), np.int32, len(texts))
        for predicate, columns in tables.items():
            mine = self._found.get(predicate)
            if mine is None:
                mine = self._found[predicate] = (array("i"), array("i"))
            for own, others in zip(mine, columns, strict=True):
                own.frombytes(numbers[np.frombuffer(others, np.int32)].tobytes())

    def columns(self) -> tuple[TermTable, dict[str, Pairs]]:
        """All terms, and per predicate subjects and objects, sorted by both, each pair once.

        The encoder is empty afterwards.
        """
        self._texts += islice(self._ids, self._settled, None)
        self._ids.clear()
        terms = TermTable.of(self._texts)
        self._texts.clear()
        tables = {}
        for predicate in sorted(self._found):
            table = self._found.pop(predicate)
            if table is not None:
                subjects, objects = (np.frombuffer(x, dtype=np.int32) for x in table)
                tables[predicate] = in_order(subjects, objects)
        return terms, tables


@contextmanager
def _no_collection() -> Iterator[None]:
    """Millions of objects come and go, none in a cycle: to look for cycles costs a twentieth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
