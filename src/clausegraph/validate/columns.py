"""A graph as columns: exact terms numbered once, per predicate two sorted arrays of numbers.

Input: triples. Output: look-ups for whole arrays of nodes at a time. Terms are compared exactly,
as RDF does; nothing is normalised.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from clausegraph.validate.shapes import RDF, RDFS, Node, Path

Ids = NDArray[np.int64]
Pairs = tuple[Ids, Ids]
NONE = np.int64(-1)
_EMPTY: Ids = np.empty(0, dtype=np.int64)


class Columns:
    """A graph in dictionary-encoded columns."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.terms: list[Node] = []
        self._ids: dict[Node, int] = {}
        number = self._ids.setdefault
        terms, names = self.terms, self._ids
        found: dict[str, tuple[list[int], list[int]]] = {}
        for t in triples:
            s, o = t.subject, t.object
            i = number(s, len(names))  # type: ignore[arg-type]  # no triple terms in evidence
            if i == len(terms):
                terms.append(s)  # type: ignore[arg-type]
            j = number(o, len(names))  # type: ignore[arg-type]
            if j == len(terms):
                terms.append(o)  # type: ignore[arg-type]
            table = found.get(t.predicate.value)
            if table is None:
                table = found[t.predicate.value] = ([], [])
            table[0].append(i)
            table[1].append(j)
        self._forward: dict[str, Pairs] = {
            p: _sorted(np.array(s, dtype=np.int64), np.array(o, dtype=np.int64))
            for p, (s, o) in found.items()
        }
        self._backward: dict[str, Pairs] = {}
        self._instances: dict[str, Ids] = {}

    @property
    def predicates(self) -> list[str]:
        """All predicates, sorted."""
        return sorted(self._forward)

    def id(self, term: Node) -> int:
        """The number of a term; a new one when it does not occur yet."""
        found = self._ids.get(term)
        if found is None:
            found = self._ids[term] = len(self.terms)
            self.terms.append(term)
        return found

    def ids(self, terms: Iterable[Node]) -> Ids:
        """Numbers of several terms."""
        return np.array([self.id(t) for t in terms], dtype=np.int64)

    def table(self, predicate: str) -> Pairs:
        """Subjects and objects of a predicate, sorted by both, each pair once."""
        return self._forward.get(predicate, (_EMPTY, _EMPTY))

    def objects(self, predicate: str, nodes: Ids) -> Pairs:
        """Index into ``nodes`` and object, for each triple that starts there."""
        return _expand(*self.table(predicate), nodes)

    def subjects(self, predicate: str, nodes: Ids) -> Pairs:
        """Index into ``nodes`` and subject, for each triple that ends there."""
        back = self._backward.get(predicate)
        if back is None:
            subjects, objects = self.table(predicate)
            back = self._backward[predicate] = _sorted(objects, subjects)
        return _expand(*back, nodes)

    def instances(self, class_: str) -> Ids:
        """Sorted SHACL instances of a class (type, and subclasses in this graph)."""
        if class_ not in self._instances:
            below = self.follow(
                Path("zeroOrMore", parts=(Path("inverse", parts=(_SUBCLASS,)),)),
                self.ids([ox.NamedNode(class_)]),
            )[1]
            self._instances[class_] = np.unique(self.subjects(RDF + "type", below)[1])
        return self._instances[class_]

    def follow(self, path: Path, nodes: Ids) -> Pairs:
        """Value nodes of a path: index into ``nodes`` and value, each pair once."""
        if path.kind == "predicate":
            return self.objects(path.predicate, nodes)
        if path.kind == "inverse":
            return self._inverse(path.parts[0], nodes)
        if path.kind == "sequence":
            rows, values = np.arange(len(nodes)), nodes
            for part in path.parts:
                step, values = self.follow(part, values)
                rows, values = self._once(rows[step], values)
            return rows, values
        if path.kind == "alternative":
            found = [self.follow(part, nodes) for part in path.parts]
            return self._once(
                np.concatenate([rows for rows, _ in found]),
                np.concatenate([values for _, values in found]),
            )
        return self._repeated(path, nodes)

    def _inverse(self, path: Path, nodes: Ids) -> Pairs:
        """``^p``; an inverse of a larger path turns the path round."""
        match path.kind:
            case "predicate":
                return self.subjects(path.predicate, nodes)
            case "inverse":
                return self.follow(path.parts[0], nodes)
            case "sequence":
                turned = tuple(Path("inverse", parts=(p,)) for p in reversed(path.parts))
            case _:
                turned = tuple(Path("inverse", parts=(p,)) for p in path.parts)
        return self.follow(Path(path.kind, parts=turned), nodes)

    def _repeated(self, path: Path, nodes: Ids) -> Pairs:
        """``*``, ``+`` and ``?`` by widening a frontier until nothing new comes."""
        part = path.parts[0]
        rows, values = np.arange(len(nodes)), nodes
        size = max(len(self.terms), 1)
        reached = np.unique(rows * size + values) if path.kind != "oneOrMore" else _EMPTY
        while len(values):
            step, fresh = self.follow(part, values)
            new = np.setdiff1d(rows[step] * size + fresh, reached)
            reached = np.union1d(reached, new)
            rows, values = new // size, new % size
            if path.kind == "zeroOrOne":
                break
        return reached // size, reached % size

    def _once(self, rows: Ids, values: Ids) -> Pairs:
        size = max(len(self.terms), 1)
        key = np.unique(rows * size + values)
        return key // size, key % size


_SUBCLASS = Path("predicate", RDFS + "subClassOf")


def _sorted(keys: Ids, values: Ids) -> Pairs:
    order = np.lexsort((values, keys))
    keys, values = keys[order], values[order]
    if len(keys) > 1:
        fresh = np.concatenate(([True], (keys[1:] != keys[:-1]) | (values[1:] != values[:-1])))
        keys, values = keys[fresh], values[fresh]
    return keys, values


def _expand(keys: Ids, values: Ids, nodes: Ids) -> Pairs:
    low = np.searchsorted(keys, nodes, "left")
    count = np.searchsorted(keys, nodes, "right") - low
    rows = np.repeat(np.arange(len(nodes)), count)
    start = (
        np.repeat(low - np.concatenate(([0], np.cumsum(count)[:-1])), count)
        if len(nodes)
        else _EMPTY
    )
    return rows, values[np.arange(len(rows)) + start]
