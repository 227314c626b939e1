"""``sh:sparql`` and SPARQL targets for whole sets of focus nodes at once.

Input: queries made ready by `clausegraph.validate.prebinding`, and a store. A constraint costs
one query, however many focus nodes: they are marked in a scratch graph, which the query joins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import numpy as np
import pyoxigraph as ox

from clausegraph.periods import CUSTOM
from clausegraph.validate.columns import Columns
from clausegraph.validate.components import Hits, Values
from clausegraph.validate.pairs import Ids
from clausegraph.validate.prebinding import FOCUS, MARK, MARKED, PAIR_FOCUS, PAIR_VALUE, SCRATCH
from clausegraph.validate.query_faults import fault
from clausegraph.validate.query_text import read
from clausegraph.validate.reference import exact_targets
from clausegraph.validate.rewritten import Rewritten, way_back
from clausegraph.validate.shapes import RDF, IllFormed, Node, Select, Unsupported
from clausegraph.validate.term_table import LITERAL, term_of

_SCRATCH = ox.NamedNode(SCRATCH)
_CHUNK = 100_000
_NO_ROWS: Ids = np.empty(0, dtype=np.int32)
_SHOWN = frozenset({"this", "value", "path", "message"})
# What a literal that the store rewrites looks like: 01, +1, 1.0, 1e0, or a datatype of its own.
_UNUSUAL = re.compile(r"\^\^|(?<![\w.:/-])(?:\+?0\d|\+\d|\d*\.\d|\d+[eE])|-0(?!\d)")
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


class SparqlSource:
    """The data graph in a store.

    Args:
        store: holds the data graph as its default graph.
        exact: gives the same graph with its terms as they were written.
        changed: whether the store may write some of them in another form.
    """

    def __init__(
        self,
        store: ox.Store,
        exact: Callable[[], Columns] = Columns,
        changed: Callable[[], bool] = lambda: True,
    ) -> None:
        self.store = store
        self._exact, self._changed = exact, changed
        self._marks = b""  # numbers of the nodes that are marked now
        self._targets: dict[str, set[Node]] = {}

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> SparqlSource:
        """A store of its own for some triples."""
        held = list(triples)
        store = ox.Store()
        store.extend(ox.Quad(*t) for t in held)
        return cls(store, lambda: Columns(held))

    @classmethod
    def over(cls, graph: Columns) -> SparqlSource:
        """A store of its own for the triples of columns; blank nodes keep their labels."""
        store = ox.Store()
        for predicate in graph.predicates:
            subjects, objects = graph.table(predicate)
            for at in range(0, len(subjects), _CHUNK):
                ends = (graph.terms.texts(ids[at : at + _CHUNK]) for ids in (subjects, objects))
                lines = [f"{s} <{predicate}> {o} .\n" for s, o in zip(*ends, strict=True)]
                store.extend(ox.parse("".join(lines), format=ox.RdfFormat.N_TRIPLES))
        return cls(store, lambda: graph)

    @cached_property
    def rewritten(self) -> Rewritten | None:
        """What the store writes in another form than the data; None: nothing."""
        return (Rewritten(self._exact()) or None) if self._changed() else None

    def names(
        self,
        select: Select,
        shown: Iterable[str],
        others: Mapping[str, str] | None = None,
        nodes: Iterable[str] = (),
    ) -> dict[str, str]:
        """By what the store writes, the exact terms that a query can meet.

        Args:
            select: the query.
            shown: variables that a result shows.
            others: further literals that it is given, each with its form in the store.
            nodes: focus nodes.

        Raises:
            Unsupported: its answers cannot be led back to the exact terms.
        """
        rewritten = self.rewritten
        if rewritten is None and not others and not _UNUSUAL.search(select.text):
            return {}
        query = read(select.text)
        if rewritten is None and others:
            rewritten = Rewritten(self._exact())
        names, formed = {}, {}
        if rewritten is not None:
            focus = list(nodes)
            names = rewritten.names(query.predicates, others, focus)
            formed = names
            if query.formed is not None:
                given = not query.formed.isdisjoint({PAIR_VALUE, PAIR_FOCUS})
                formed = rewritten.names(query.formed, others if given else None, focus)
        way_back(query, names, formed, frozenset(shown))
        return names

    def hits(self, seen: Values, select: Select) -> Hits:
        """Violations of a constraint: one per distinct solution (chapter 5.3).

        Raises:
            IllFormed: a query that does not parse.
            Unsupported: a focus node that cannot be given to the query.
        """
        if (seen.graph.terms.kind[seen.focus] == LITERAL).any():
            raise Unsupported("a literal as focus node of sh:sparql")
        messages, bound = select.messages or seen.shape.messages, dict(select.bound)
        placeholders = {name for m in messages for name in _PLACEHOLDER.findall(m)}
        focus = seen.graph.terms.texts(seen.graph.distinct(seen.focus))
        names = self.names(select, {*_SHOWN, *placeholders} - bound.keys(), nodes=focus)
        found_here = _distinct(self.ask(select, self._ready(seen, select)))
        fresh = read(select.text).fresh if names else frozenset()
        solutions = [_exactly(s, names, fresh) for s in found_here if "this" in s]
        if not solutions:
            return Hits(_NO_ROWS, _NO_ROWS)
        nodes = seen.graph.terms.ids(str(s["this"]) for s in solutions)
        order = np.argsort(seen.focus, kind="stable")
        places = [
            np.searchsorted(seen.focus, nodes, side, sorter=order).tolist()
            for side in ("left", "right")
        ]
        found: list[tuple[int, Node | None, str, tuple[str, ...]]] = []
        is_node_shape = seen.shape.path is None
        for solution, start, end in zip(solutions, *places, strict=True):
            value = solution.get("value") or (solution["this"] if is_node_shape else None)
            path = solution.get("path")
            said = solution.get("message")
            texts = (
                (said.value,)
                if isinstance(said, ox.Literal)
                else tuple(fill(m, {**bound, **solution}) for m in messages)
            )
            place = path.value if isinstance(path, ox.NamedNode) else ""
            found += [(row, value, place, texts) for row in order[start:end].tolist()]
        return Hits(
            np.array([f[0] for f in found], dtype=np.int64),
            np.array([-1] * len(found), dtype=np.int64),
            [f[2] for f in found],
            [f[3] for f in found],
            [f[1] for f in found],
        )

    def _ready(self, seen: Values, select: Select) -> str:
        """The query, when its marks stand in the store.

        Instances of a class are marked already: by their type.
        """
        query, class_ = select.text, _whole_class(seen)
        if class_ is not None:
            return query.replace(MARK, f" $this a <{class_}> . ")
        nodes = seen.graph.distinct(seen.focus)
        key = nodes.tobytes()
        if key != self._marks:
            self.release()
            tail = f" <{FOCUS}> <{MARKED}> <{SCRATCH}> .\n"
            quads = "".join([text + tail for text in seen.graph.terms.texts(nodes)])
            self.store.extend(ox.parse(quads, format=ox.RdfFormat.N_QUADS))
            self._marks = key
        return query

    def release(self) -> None:
        """Take the marks out of the store."""
        if self._marks:
            self.store.clear_graph(_SCRATCH)
            self._marks = b""

    def seek(self, selects: Iterable[Select]) -> None:
        """Ask several targets, two at a time: the store lets go of Python's lock while it works."""
        each = list({s.text: s for s in selects}.values())
        with ThreadPoolExecutor(2) as pool:
            for _ in pool.map(lambda some: list(map(self.targets, some)), (each[::2], each[1::2])):
                pass

    def targets(self, select: Select) -> set[Node]:
        """The nodes that a SPARQL target gives as ``?this``; a query is asked once."""
        found = self._targets.get(select.text)
        if found is None:
            found = self._targets[select.text] = self._found(select)
        return found

    def _found(self, select: Select) -> set[Node]:
        try:
            names = self.names(select, ("this",))
        except Unsupported:  # there is no set of focus nodes to be given to another engine
            return exact_targets(self._exact().triples(), select)
        solutions = self._run(select, select.text)
        if all(variable.value != "this" for variable in solutions.variables):
            return set()
        nodes = {node for s in solutions if (node := s["this"]) is not None}
        return {term_of(names[str(n)]) if str(n) in names else n for n in nodes}

    def ask(self, select: Select, text: str | None = None) -> Iterator[dict[str, Node]]:
        """Solutions of a SELECT over the graph.

        Args:
            select: the query.
            text: of it, when it has another than its own for these focus nodes.

        Raises:
            IllFormed: the query does not parse or is no SELECT.
        """
        found = self._run(select, text or select.text)
        names = [v.value for v in found.variables]
        for solution in found:
            yield {n: t for n in names if (t := solution[n]) is not None}

    def _run(self, select: Select, query: str) -> ox.QuerySolutions:
        try:
            found = self.store.query(query, custom_functions=CUSTOM)
        except SyntaxError as error:
            raise fault(select, error) from error
        if not isinstance(found, ox.QuerySolutions):
            raise IllFormed(f"a query of {select.owner} is no SELECT")
        return found


def _whole_class(seen: Values) -> str | None:
    """The class that the focus nodes are all direct instances of, when they are its target."""
    match seen.shape.targets:
        case [("targetClass", ox.NamedNode() as class_)]:
            direct = seen.graph.subjects(RDF + "type", seen.graph.ids([class_]))[1]
            return class_.value if np.array_equal(np.sort(direct), seen.focus) else None
    return None


def _distinct(solutions: Iterable[dict[str, Node]]) -> Iterator[dict[str, Node]]:
    seen = set()
    for solution in solutions:
        key = tuple((name, str(term)) for name, term in solution.items())
        if key not in seen:
            seen.add(key)
            yield solution


def _exactly(
    solution: dict[str, Node], names: Mapping[str, str], fresh: frozenset[str]
) -> dict[str, Node]:
    """A solution with the terms that the data hold in place of their forms in the store."""
    if not names:
        return solution
    return {
        name: term_of(names[text]) if (text := str(term)) in names and name not in fresh else term
        for name, term in solution.items()
    }


def fill(message: str, values: dict[str, Node]) -> str:
    """A message with ``{?name}`` and ``{$name}`` replaced (chapter 5.3.2)."""
    return _PLACEHOLDER.sub(lambda m: values[m[1]].value if m[1] in values else m[0], message)
