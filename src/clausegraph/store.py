"""The dataset of named graphs of one pack, embedded (pyoxigraph).

Input: triples, Turtle files, queries with their graphs. Output: typed rows, new triples.
Graphs have short names (``catalogue``, ``declared`` …, see ``docs/model.md``); a query sees the
graphs that it names as one default graph, so that views run alike on any SPARQL 1.1 store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from clausegraph.errors import AssetError
from clausegraph.periods import CUSTOM

Term = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple

GRAPHS = "https://w3id.org/clausegraph/graph/"
FIXED = ("catalogue", "rules")


class Dataset:
    """Named graphs of one pack.

    Args:
        base: base IRI of the pack; its graphs stand under ``<base>graph/``.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self.store = ox.Store()
        self._cases: list[str] = []

    def graph(self, name: str) -> ox.NamedNode:
        """The IRI of a graph by its short name."""
        if name in FIXED:
            return ox.NamedNode(GRAPHS + name)
        return ox.NamedNode(f"{self.base}graph/{name}")

    def case_graphs(self) -> list[str]:
        """Short names of the case graphs present, sorted."""
        return sorted(self._cases)

    def names(self, short: Iterable[str]) -> list[str]:
        """Short names with ``cases`` spelt out."""
        found: list[str] = []
        for name in short:
            found.extend(self.case_graphs() if name == "cases" else [name])
        return found

    def default(self, short: Iterable[str]) -> list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]:
        """The graphs that a query sees as its one default graph."""
        return [self.graph(name) for name in self.names(short)]

    def load_turtle(self, paths: Iterable[Path], graph: str) -> None:
        """Load shipped Turtle files into a graph.

        Raises:
            AssetError: a file does not parse.
        """
        for path in paths:
            try:
                self.store.bulk_load(
                    path=str(path), format=ox.RdfFormat.TURTLE, to_graph=self.graph(graph)
                )
            except (SyntaxError, OSError) as error:
                raise AssetError(f"{path.name}: {error}") from error

    def add(self, triples: Iterable[ox.Triple], graph: str) -> None:
        """Add triples to a graph."""
        if graph.startswith("cases/") and graph not in self._cases:
            self._cases.append(graph)
        node = self.graph(graph)
        self.store.extend(ox.Quad(t.subject, t.predicate, t.object, node) for t in triples)

    def clear(self, graph: str) -> None:
        """Remove what a stage wrote."""
        self.store.clear_graph(self.graph(graph))

    def triples(self, *graphs: str) -> Iterator[ox.Triple]:
        """The triples of some graphs, graph by graph."""
        for name in self.names(graphs):
            for quad in self.store.quads_for_pattern(None, None, None, self.graph(name)):
                yield quad.triple

    def count(self, graph: str) -> int:
        """Number of triples of a graph (``cases`` = of all cases)."""
        return sum(1 for _ in self.triples(graph))

    def select(
        self, text: str, graphs: Iterable[str], params: Mapping[str, Term] | None = None
    ) -> Iterator[dict[str, Term | None]]:
        """Run a SELECT over some graphs seen as one.

        Args:
            text: the query; parameters are variables that stand in the projection.
            graphs: short names.
            params: values of parameters, bound through the API and never formatted into text.
        """
        default = self.default(graphs)
        substitutions = {ox.Variable(k): v for k, v in (params or {}).items()}
        solutions = self.store.query(
            text, default_graph=default, substitutions=substitutions or None
        )
        if not isinstance(solutions, ox.QuerySolutions):
            raise AssetError("a SELECT query was expected")
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            yield {name: solution[name] for name in names}

    def construct(self, text: str, graphs: Iterable[str], into: str) -> int:
        """Run a CONSTRUCT over some graphs and add its triples to a graph.

        Returns:
            the number of triples that were new.
        """
        default = self.default(graphs)
        node = self.graph(into)
        result = self.store.query(text, default_graph=default, custom_functions=CUSTOM)
        if not isinstance(result, ox.QueryTriples):
            raise AssetError("a CONSTRUCT query was expected")
        fresh = {
            quad
            for quad in (ox.Quad(t.subject, t.predicate, t.object, node) for t in result)
            if quad not in self.store
        }
        self.store.extend(fresh)
        return len(fresh)


def nquads(dataset: Dataset, *graphs: str) -> str:
    """The graphs as sorted N-Quads lines, for comparison and snapshots."""
    lines = [
        f"{t.subject} {t.predicate} {t.object} {dataset.graph(name)} .\n"
        for name in dataset.names(graphs)
        for t in dataset.triples(name)
    ]
    return "".join(sorted(lines))


def turtle(dataset: Dataset, graph: str) -> str:
    """One graph as Turtle, its triples sorted, with the usual prefixes."""
    from clausegraph import terms

    prefixes = {
        name.removesuffix("_NS").lower(): value
        for name, value in sorted(vars(terms).items())
        if name.endswith("_NS")
    }
    ordered = sorted(dataset.triples(graph), key=str)
    written = ox.serialize(ordered, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""
    lines = written.decode("utf-8").splitlines(keepends=True)
    head = [line for line in lines[: len(prefixes)] if line.startswith("@prefix ")]
    # The serialiser writes its prefixes in another order in every process.
    return "".join(sorted(head) + lines[len(head) :])
