"""Validation pushed down to a store: requests, seconds and bytes that travel.

    python benchmarks/remote.py [--nodes 10000 100000] [--runs 3] [--stores virtuoso oxigraph]

The graph and the seven property shapes are those of ``benchmarks/validation.py``. The servers are
started here, in folders of their own, and stopped at the end; loading is not measured. A result
counts only when it is the same as that of the embedded store.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.validation import SHAPES, SPARQL, generate  # noqa: E402
from clausegraph.remote.endpoint import Endpoint, connect  # noqa: E402
from clausegraph.remote.source import EndpointSource, limits_of  # noqa: E402
from clausegraph.validate.pushdown import DEFAULT, Source, StoreSource, push_down  # noqa: E402
from clausegraph.validate.shapes_graph import read_shapes  # noqa: E402
from tests import servers  # noqa: E402

GRAPH = "http://example.org/graph"
CHUNK = 25_000


class Metered:
    """A source that notes requests, and bytes where there is a network."""

    def __init__(self, source: Source, store: Endpoint | None = None) -> None:
        self.source = source
        self.store = store
        self.requests = 0

    def select(self, query: str) -> Iterator[object]:
        """See `Source.select`."""
        self.requests += 1
        return iter(self.source.select(query))

    def bytes(self) -> int:
        """Bytes of all answers so far."""
        return self.store.http.received if self.store is not None else 0


def triples(path: Path) -> Iterator[ox.Triple]:
    """The graph of a file."""
    return (q.triple for q in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))


def load(store: Endpoint, path: Path) -> None:
    """Send the graph in pieces."""
    part: list[ox.Triple] = []
    first = True
    for triple in triples(path):
        part.append(triple)
        if len(part) == CHUNK:
            store.put(GRAPH, part, append=not first)
            part, first = [], False
    store.put(GRAPH, part, append=not first)


def measured(shapes: str, make: object, runs: int) -> tuple[float, Metered, frozenset[str]]:
    """Median seconds, the meter of one run, and the results."""
    plan = read_shapes(q.triple for q in ox.parse(shapes, format=ox.RdfFormat.TURTLE))
    seconds = []
    for _ in range(runs):
        meter, limits = make()  # type: ignore[operator]
        before = meter.bytes()
        start = time.perf_counter()
        found = push_down(plan, meter, limits=limits)
        seconds.append(time.perf_counter() - start)
        assert not found.left, found.left
        meter.travelled = meter.bytes() - before
    return statistics.median(seconds), meter, frozenset(str(r.key) for r in found.results)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, nargs="+", default=[10_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--stores", nargs="+", default=["virtuoso", "oxigraph"])
    options = parser.parse_args()
    os.environ |= dict.fromkeys(("CLAUSEGRAPH_STORE_USER", "CLAUSEGRAPH_STORE_PASSWORD"), "dba")
    print(
        f"{'shapes':8}{'nodes':>8} {'store':<10}{'requests':>9}{'s':>8}{'of embedded':>12}{'kB':>9}{'results':>9}"
    )
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        places = {}
        for name in options.stores:
            home = Path(folder) / name
            home.mkdir()
            *command, url = (
                servers.virtuoso(home, 1_000_000) if name == "virtuoso" else servers.oxigraph()
            )
            stack.enter_context(servers.running(command, home, url))
            places[name] = connect(url)
        for nodes in options.nodes:
            data = Path(folder) / f"{nodes}.ttl"
            generate(nodes, data)
            embedded = ox.Store()
            embedded.bulk_load(path=str(data), format=ox.RdfFormat.TURTLE)
            for store in places.values():
                load(store, data)
            for kind, shapes in (("core", SHAPES), ("sparql", SPARQL)):
                base, meter, expected = measured(
                    shapes, lambda s=embedded: (Metered(StoreSource(s)), DEFAULT), options.runs
                )
                print(
                    f"{kind:8}{nodes:>8} {'embedded':<10}{meter.requests:>9}{base:>8.2f}{'':>12}{'':>9}{len(expected):>9}",
                    flush=True,
                )
                for name, store in places.items():
                    took, meter, found = measured(
                        shapes,
                        lambda s=store: (Metered(EndpointSource(s, [GRAPH]), s), limits_of(s)),
                        options.runs,
                    )
                    assert found == expected, f"{name}: {len(found ^ expected)} results differ"
                    print(
                        f"{kind:8}{nodes:>8} {name:<10}{meter.requests:>9}{took:>8.2f}{took / base:>12.1f}{meter.travelled / 1024:>9.0f}{len(found):>9}",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
