"""The dataset of named graphs of one pack, embedded (pyoxigraph).

Input: triples, Turtle files, queries with their graphs. Output: typed rows, new triples.
Graphs have short names (``catalogue``, ``declared`` …, see ``docs/model.md``). Their triples are
kept here as they came; the store holds them merged into its default graph, which it answers
about twice as fast as a union of named graphs. A query therefore sees the graphs that it names
and perhaps others; one that must see no others says ``restricted: yes`` in its header.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from operator import attrgetter
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

    Attributes:
        origin: the dataset of which this one is a copy, while the graphs in `FIXED` are the same;
            what depends on them alone can be made once for all copies.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self.origin: Dataset | None = None
        self._graphs: dict[str, dict[ox.Quad, None]] = {}
        self._store = ox.Store()
        self._merged: set[str] = set()

    def copy(self, base: str) -> Dataset:
        """A dataset with the same graphs so far, and graphs of its own under another base."""
        other = Dataset(base)
        other._graphs = {name: dict(held) for name, held in self._graphs.items()}
        other.origin = self
        return other

    def graph(self, name: str) -> ox.NamedNode:
        """The IRI of a graph by its short name."""
        if name in FIXED:
            return ox.NamedNode(GRAPHS + name)
        return ox.NamedNode(f"{self.base}graph/{name}")

    def case_graphs(self) -> list[str]:
        """Short names of the case graphs present, sorted."""
        return sorted(name for name in self._graphs if name.startswith("cases/"))

    def names(self, short: Iterable[str]) -> list[str]:
        """Short names with ``cases`` spelt out."""
        found: list[str] = []
        for name in short:
            found.extend(self.case_graphs() if name == "cases" else [name])
        return found

    def load_turtle(self, paths: Iterable[Path], graph: str) -> None:
        """Load shipped Turtle files into a graph.

        Raises:
            AssetError: a file does not parse.
        """
        self._add((quad for path in paths for quad in _parsed(path)), graph)

    def add(self, triples: Iterable[ox.Triple], graph: str) -> None:
        """Add triples to a graph."""
        self._add((ox.Quad(*triple) for triple in triples), graph)

    def add_quads(self, quads: Iterable[ox.Quad], graph: str) -> None:
        """Add triples that are given as quads of the default graph, which is how they are held."""
        self._add(quads, graph)

    def _add(self, quads: Iterable[ox.Quad], graph: str) -> int:
        """Add triples, given as quads of the default graph; how many were new."""
        if graph in FIXED:
            self.origin = None
        fresh = dict.fromkeys(quads)
        if held := self._graphs.get(graph):
            fresh = dict.fromkeys(quad for quad in fresh if quad not in held)
            held.update(fresh)
        else:
            self._graphs[graph] = dict(fresh)
        if graph in self._merged:
            self._store.extend(fresh)
        return len(fresh)

    def clear(self, graph: str) -> None:
        """Remove what a stage wrote."""
        if graph in FIXED:
            self.origin = None
        if self._graphs.pop(graph, None) and graph in self._merged:
            # Other graphs may hold some of its triples; merging again is the simple way.
            self._store = ox.Store()
            self._merged.clear()

    def triples(self, *graphs: str) -> Iterator[ox.Triple]:
        """The triples of some graphs as they were added, graph by graph."""
        return (quad.triple for quad in self.quads(*graphs))

    def quads(self, *graphs: str) -> Iterator[ox.Quad]:
        """The same as quads of the default graph, which is how they are held: so it costs less."""
        return chain.from_iterable(self._graphs.get(name, ()) for name in self.names(graphs))

    def subjects(self, graph: str) -> dict[ox.NamedNode | ox.BlankNode | ox.Triple, None]:
        """What a graph says something about, each once, in the order of its triples."""
        return dict.fromkeys(map(attrgetter("subject"), self._graphs.get(graph, ())))

    def count(self, graph: str) -> int:
        """Number of triples of a graph (``cases`` = of all cases)."""
        return sum(len(self._graphs.get(name, ())) for name in self.names([graph]))

    def merged(self, graphs: Iterable[str]) -> ox.Store:
        """A store whose default graph holds these graphs, and others that were asked for before."""
        for name in self.names(graphs):
            if name not in self._merged:
                self._merged.add(name)
                self._store.extend(self._graphs.get(name, ()))
        return self._store

    def restricted(self, graphs: Iterable[str]) -> ox.Store:
        """A store whose default graph holds these graphs and no others.

        It is the store of `merged` while nothing else was asked for, so nothing may be left in it.
        """
        names = self.names(graphs)
        if self._merged <= set(names):
            return self.merged(names)
        store = ox.Store()
        for name in names:
            store.extend(self._graphs.get(name, ()))
        return store

    def named(self, graphs: Iterable[str]) -> ox.Store:
        """A new store that holds these graphs under their IRIs, for ``GRAPH`` in a query."""
        store = ox.Store()
        for name in self.names(graphs):
            node = self.graph(name)
            held = self._graphs.get(name, ())
            store.extend(ox.Quad(q.subject, q.predicate, q.object, node) for q in held)
        return store

    def select(
        self,
        text: str,
        graphs: Iterable[str],
        params: Mapping[str, Term] | None = None,
        *,
        restricted: bool = False,
    ) -> Iterator[dict[str, Term | None]]:
        """Run a SELECT over some graphs seen as one.

        Args:
            text: the query; parameters are variables that stand in the projection.
            graphs: short names.
            params: values of parameters, bound through the API and never formatted into text.
            restricted: whether it must see no other graphs.
        """
        store = self.restricted(graphs) if restricted else self.merged(graphs)
        substitutions = {ox.Variable(k): v for k, v in (params or {}).items()}
        solutions = store.query(text, substitutions=substitutions or None)
        if not isinstance(solutions, ox.QuerySolutions):
            raise AssetError("a SELECT query was expected")
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            yield {name: solution[name] for name in names}

    def construct(
        self, text: str, graphs: Iterable[str], into: str, *, restricted: bool = False
    ) -> int:
        """Run a CONSTRUCT over some graphs and add its triples to a graph.

        Args:
            text: the query.
            graphs: short names.
            into: the graph that is written.
            restricted: whether it must see no other graphs.

        Returns:
            the number of triples that were new.
        """
        store = self.restricted(graphs) if restricted else self.merged(graphs)
        result = store.query(text, custom_functions=CUSTOM)
        if not isinstance(result, ox.QueryTriples):
            raise AssetError("a CONSTRUCT query was expected")
        return self._add([ox.Quad(*triple) for triple in result], into)


def _parsed(path: Path) -> Iterator[ox.Quad]:
    try:
        yield from ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    except (SyntaxError, OSError) as error:
        raise AssetError(f"{path.name}: {error}") from error


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
