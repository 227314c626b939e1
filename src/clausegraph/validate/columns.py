"""A graph as columns: exact terms numbered once, per predicate two sorted arrays of numbers.

Input: triples. Output: look-ups for whole arrays of nodes at a time. Terms are compared exactly,
as RDF does; nothing is normalised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from clausegraph.validate.closure import Reached, flattened
from clausegraph.validate.encoder import Encoder
from clausegraph.validate.pairs import Ids, Pairs, apart, expand, in_order, paired
from clausegraph.validate.shapes import RDF, RDFS, Node, Path
from clausegraph.validate.term_table import TermTable

_EMPTY: Ids = np.empty(0, dtype=np.int32)


class Columns:
    """A graph in dictionary-encoded columns.

    Args:
        triples: the graph; blank nodes keep their labels.
    """

    def __init__(self, triples: Iterable[ox.Triple] = ()) -> None:
        encoder = Encoder()
        encoder.add(triples)
        self._take(*encoder.columns())

    def _take(self, terms: TermTable, tables: Mapping[str, Pairs]) -> None:
        self.terms = terms
        self._forward = dict(tables)
        self._backward: dict[str, Pairs] = {}
        self._instances: dict[str, Ids] = {}

    @classmethod
    def of(cls, terms: TermTable, tables: Mapping[str, Pairs]) -> Columns:
        """A graph whose columns are there already.

        Args:
            terms: all terms.
            tables: per predicate subjects and objects, sorted by both, each pair once.
        """
        made = cls.__new__(cls)
        made._take(terms, tables)
        return made

    @property
    def predicates(self) -> list[str]:
        """All predicates, sorted."""
        return sorted(self._forward)

    def __len__(self) -> int:
        """Number of triples."""
        return sum(len(subjects) for subjects, _ in self._forward.values())

    def triples(self) -> Iterator[ox.Triple]:
        """The triples, predicate by predicate."""
        for predicate in self.predicates:
            name = ox.NamedNode(predicate)
            subjects, objects = self._forward[predicate]
            for s, o in zip(subjects.tolist(), objects.tolist(), strict=True):
                yield ox.Triple(self.terms[s], name, self.terms[o])  # type: ignore[arg-type]

    def id(self, term: Node) -> int:
        """The number of a term; a new one when it does not occur yet."""
        return int(self.terms.ids([str(term)])[0])

    def ids(self, terms: Iterable[Node]) -> Ids:
        """Numbers of several terms."""
        return self.terms.ids(map(str, terms))

    def table(self, predicate: str) -> Pairs:
        """Subjects and objects of a predicate, sorted by both, each pair once."""
        return self._forward.get(predicate, (_EMPTY, _EMPTY))

    def objects(self, predicate: str, nodes: Ids) -> Pairs:
        """Index into ``nodes`` and object, for each triple that starts there."""
        return expand(*self.table(predicate), nodes)

    def subjects(self, predicate: str, nodes: Ids) -> Pairs:
        """Index into ``nodes`` and subject, for each triple that ends there."""
        back = self._backward.get(predicate)
        if back is None:
            subjects, objects = self.table(predicate)
            back = self._backward[predicate] = in_order(objects, subjects)
        return expand(*back, nodes)

    def distinct(self, nodes: Ids) -> Ids:
        """The nodes in order, each once."""
        if len(nodes) * 16 < len(self.terms):
            return np.unique(nodes)
        present = np.zeros(len(self.terms), dtype=np.bool_)
        present[nodes] = True
        return np.flatnonzero(present).astype(np.int32)

    def member(self, nodes: Ids, members: Ids) -> NDArray[np.bool_]:
        """Which of the nodes are among the members."""
        if len(nodes) * 16 < len(self.terms):
            return np.isin(nodes, members)
        present = np.zeros(len(self.terms), dtype=np.bool_)
        present[members] = True
        return present[nodes]

    def instances(self, class_: str) -> Ids:
        """Sorted SHACL instances of a class (type, and subclasses in this graph)."""
        if class_ not in self._instances:
            below = self.follow(
                Path("zeroOrMore", parts=(Path("inverse", parts=(_SUBCLASS,)),)),
                self.ids([ox.NamedNode(class_)]),
            )[1]
            self._instances[class_] = self.distinct(self.subjects(RDF + "type", below)[1])
        return self._instances[class_]

    def follow(self, path: Path, nodes: Ids) -> Pairs:
        """Value nodes of a path: index into ``nodes`` and value, each pair once."""
        if path.kind == "predicate":
            return self.objects(path.predicate, nodes)
        if path.kind == "inverse":
            return self._inverse(path.parts[0], nodes)
        if path.kind == "sequence":
            rows, values = np.arange(len(nodes), dtype=np.int32), nodes
            for part in path.parts:
                step, values = self.follow(part, values)
                rows, values = _once(rows[step], values)
            return rows, values
        if path.kind == "alternative":
            found = [self.follow(part, nodes) for part in path.parts]
            return _once(
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
        path = flattened(path)
        reached = Reached()
        rows, values = np.arange(len(nodes), dtype=np.int32), nodes
        if path.kind != "oneOrMore":
            reached.add(paired(rows, values))
        while len(values):
            step, fresh = self.follow(path.parts[0], values)
            rows, values = apart(reached.add(paired(rows[step], fresh)))
            if path.kind == "zeroOrOne":
                break
        return apart(reached.all())


_SUBCLASS = Path("predicate", RDFS + "subClassOf")


def _once(rows: Ids, values: Ids) -> Pairs:
    return apart(np.unique(paired(rows, values)))
