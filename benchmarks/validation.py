"""SHACL engines over generated certificate graphs: side by side, growth, profile, physical limit.

    python benchmarks/validation.py [--engines fast cached pyshacl:10000] [--nodes 10000 100000]
                                    [--runs 5] [--parts engines sparql nodes rules violations profile]
                                    [--full]

Side by side, each run is a process of its own that reads two files, validates and writes a Turtle
report; the reports are compared as multisets of results. ``ENGINE:SIZE,SIZE`` gives an engine sizes
of its own, since some need minutes and gigabytes where others need seconds. ``--full`` adds a
million certificates. The other parts look inside the set-based engine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from certificate_graph import SHAPES, SPARQL, generate, shapes
from shacl_engines import NEEDS, Run, installed, results, run

MILLION = 1_000_000
PARTS = ("engines", "sparql", "nodes", "rules", "violations", "profile")


class Bench:
    """Files of one benchmark in a folder that goes away with it."""

    def __init__(self, folder: Path, runs: int) -> None:
        self.folder, self.runs = folder, runs

    def graph(self, nodes: int, every: int = 30) -> Path:
        """The generated graph, made once."""
        path = self.folder / f"{nodes}-{every}.ttl"
        if not path.exists():
            generate(nodes, path, every)
        return path

    def rules(self, text: str) -> Path:
        """A file with shapes."""
        path = self.folder / f"shapes-{abs(hash(text))}.ttl"
        path.write_text(text, encoding="utf-8")
        return path

    def median(self, engine: str, data: Path, rules: Path) -> tuple[Run, Path]:
        """The median run of an engine and its report."""
        report, cache = self.folder / f"report-{engine}.ttl", self.folder / "cache"
        if engine == "cached":  # the first run fills the cache
            run(engine, data, rules, report, cache)
        found = [run(engine, data, rules, report, cache) for _ in range(self.runs)]
        return Run(
            *(statistics.median(column) for column in zip(*map(_cells, found), strict=True))
        ), report


def _cells(found: Run) -> tuple[float, float, float]:
    return found.wall, found.cpu, found.megabytes


def side_by_side(bench: Bench, sizes: dict[str, list[int]], rules: str) -> None:
    """Whole processes; the last column says whether the report agrees with the first engine's."""
    print(
        f"{'nodes':>9} {'engine':9}{'seconds':>9}{'CPU s':>8}{'MB':>7}{'results':>9}  times fast  same results"
    )
    for nodes in sorted({n for chosen in sizes.values() for n in chosen}):
        first: tuple[Run, Counter[tuple[str, ...]]] | None = None
        for engine, chosen in sizes.items():
            if nodes not in chosen:
                continue
            if not installed(engine):
                print(f"{nodes:>9} {engine:9} not installed")
                continue
            found, report = bench.median(engine, bench.graph(nodes), bench.rules(rules))
            reported = results(report)
            first = first or (found, reported)
            same = (
                "yes"
                if reported == first[1]
                else f"no: {sum(((reported - first[1]) | (first[1] - reported)).values())} differ"
            )
            print(
                f"{nodes:>9} {engine:9}{found.wall:>9.2f}{found.cpu:>8.2f}{found.megabytes:>7.0f}"
                f"{sum(reported.values()):>9}{found.wall / first[0].wall:>12.2f}  {same}",
                flush=True,
            )


def growth_by_nodes(bench: Bench, nodes: list[int]) -> None:
    """Time and memory per certificate."""
    print(
        f"{'nodes':>9}{'seconds':>9}{'µs a node':>11}{'MB':>7}   (whole process, set-based, nothing cached)"
    )
    for count in nodes:
        found, _ = bench.median("fast", bench.graph(count), bench.rules(SHAPES))
        print(
            f"{count:>9}{found.wall:>9.2f}{found.wall / count * 1e6:>11.1f}{found.megabytes:>7.0f}",
            flush=True,
        )


def growth_by_rules(bench: Bench, nodes: int) -> None:
    """The same rules several times over."""
    print(f"{'constraints':>12}{'load s':>8}{'validate s':>12}{'ms each':>9}   ({nodes} nodes)")
    for times in (1, 2, 5, 10, 50):
        stages = Stages()
        _inside(bench.graph(nodes), shapes(times), stages)
        count, spent = 19 * times, stages["validate"]
        print(
            f"{count:>12}{stages['load']:>8.2f}{spent:>12.3f}{spent / count * 1000:>9.2f}",
            flush=True,
        )


def growth_by_violations(bench: Bench, nodes: int) -> None:
    """From no wrong certificate to all of them wrong."""
    print(f"{'results':>9}{'validate s':>12}{'report s':>10}   ({nodes} nodes)")
    for every in (0, 1000, 100, 30, 10, 3, 1):
        stages = Stages()
        count = _inside(bench.graph(nodes, every), SHAPES, stages)
        print(f"{count:>9}{stages['validate']:>12.3f}{stages['report']:>10.3f}", flush=True)


class Stages(dict[str, float]):
    """Processor seconds by stage."""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens inside under a name."""
        start = time.process_time()
        yield
        self[name] = self.get(name, 0.0) + time.process_time() - start


def _inside(data: Path, rules: str, stages: Stages, *, detail: bool = False) -> int:
    """One validation in this process, stage by stage."""
    import numpy as np
    import pyoxigraph as ox

    from clausegraph.validate import components
    from clausegraph.validate.columns import Columns
    from clausegraph.validate.encoder import Encoder
    from clausegraph.validate.focus import focus_ids
    from clausegraph.validate.kept import packed, unpacked
    from clausegraph.validate.report import Report
    from clausegraph.validate.run import by_columns
    from clausegraph.validate.shapes_graph import read_shapes
    from clausegraph.validate.sparql import SparqlSource
    from clausegraph.validate.standalone import Validation
    from clausegraph.validate.standard_report import as_turtle

    turtle = ox.RdfFormat.TURTLE
    with stages.stage("plan"):
        plan = read_shapes(q.triple for q in ox.parse(rules, format=turtle))
    if detail:
        with stages.stage("bytes"):
            data.read_bytes()
        with stages.stage("parse"):
            for _ in ox.parse(path=data, format=turtle):
                pass
    encoder = Encoder(plan.predicates())
    with stages.stage("load"):
        with stages.stage("encode"):
            encoder.add(ox.parse(path=data, format=turtle))
        with stages.stage("sort"):
            graph = Columns.of(*encoder.columns())
    if detail:
        kept = packed(graph)
        with stages.stage("reload"):
            again = unpacked(kept)
        assert again is not None
        with stages.stage("scan"):
            for predicate in again.predicates:
                for column in again.table(predicate):
                    np.add.reduce(column)
        stages["needed triples"] = len(graph)
        _timed(components.COMPONENTS, stages)
    source = SparqlSource.of(())
    with stages.stage("validate"):
        with stages.stage("focus"):
            focus = {s.name: focus_ids(s, graph, source) for s in plan.targeted}
        found, left = by_columns(plan, graph, source, focus)
    assert not left
    with stages.stage("report"):
        report = Report(tuple(sorted(found, key=lambda r: r.key)), {})
        as_turtle(Validation(report, len(graph), {}, {}))
    return len(found)


def _timed(by_name: dict[str, Callable[..., object]], stages: Stages) -> None:
    """Let each constraint component count its own time."""
    for name, check in list(by_name.items()):

        def counted(
            *values: object, _name: str = name, _check: Callable[..., object] = check
        ) -> object:
            with stages.stage(f"sh:{_name}"):
                return _check(*values)

        by_name[name] = counted


def profile(bench: Bench, nodes: int) -> None:
    """Where the time goes, and what no engine can do without."""
    stages: defaultdict[str, float] = defaultdict(float, _profiled(bench, nodes))
    triples = int(stages.pop("needed triples"))
    print(f"Where the processor time goes ({nodes} nodes, {triples} needed triples)")
    inside = sum(v for k, v in stages.items() if k.startswith("sh:"))
    rows = [
        ("read the shapes", "plan"), ("parse, number the terms", "encode"), ("sort into columns", "sort"),
        ("  or: read them back", "reload"), ("validate", "validate"), ("sort and write the report", "report"),
    ]  # fmt: skip
    for label, name in rows:
        print(f"  {label:34}{stages[name]:>9.4f} s")
    print("Within validate")
    for name in sorted((k for k in stages if k.startswith("sh:")), key=lambda k: -stages[k]):
        print(f"  {name:34}{stages[name]:>9.4f} s")
    print(f"  {'focus nodes':34}{stages['focus']:>9.4f} s")
    print(f"  {'paths, sh:or, results':34}{stages['validate'] - stages['focus'] - inside:>9.4f} s")
    print("Physical limits")
    print(f"  {'read the bytes of the file':34}{stages['bytes']:>9.4f} s")
    print(f"  {'parse it and throw it away':34}{stages['parse']:>9.4f} s")
    print(f"  {'one scan of the needed triples':34}{stages['scan']:>9.4f} s")


def _profiled(bench: Bench, nodes: int) -> Stages:
    from clausegraph.validate import components

    kept = dict(components.COMPONENTS)
    stages = Stages()
    try:
        _inside(bench.graph(nodes), SHAPES, stages, detail=True)
    finally:
        components.COMPONENTS.update(kept)
    return stages


def _sizes(chosen: list[str], nodes: list[int]) -> dict[str, list[int]]:
    """``ENGINE`` or ``ENGINE:SIZE,SIZE``."""
    found = {}
    for item in chosen:
        engine, _, own = item.partition(":")
        if engine not in NEEDS:
            sys.exit(f"no engine is called {engine!r}: one of {', '.join(NEEDS)}")
        found[engine] = [int(size) for size in own.split(",")] if own else nodes
    return found


def _for_query(sizes: dict[str, list[int]]) -> dict[str, list[int]]:
    """A thousand nodes say enough of pySHACL, which asks the query anew for each."""
    return {
        engine: [1_000] if engine == "pyshacl" else sorted({1_000, *chosen} - {MILLION})
        for engine, chosen in sizes.items()
    }


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--engines", nargs="+", default=["fast", "cached", "pyshifty", "rudof:1000", "pyshacl:1000"]
    )
    parser.add_argument("--nodes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--full", action="store_true", help="a million certificates as well")
    options = parser.parse_args()
    most = max(options.nodes)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), options.runs)
        sizes = _sizes(options.engines, options.nodes)
        if options.full:
            sizes = {e: [*n, MILLION] if e in {"fast", "cached"} else n for e, n in sizes.items()}
        parts: dict[str, Callable[[], None]] = {
            "engines": lambda: side_by_side(bench, sizes, SHAPES),
            "sparql": lambda: side_by_side(bench, _for_query(sizes), SPARQL),
            "nodes": lambda: growth_by_nodes(bench, [*options.nodes, *([MILLION] if options.full else [])]),
            "rules": lambda: growth_by_rules(bench, most),
            "violations": lambda: growth_by_violations(bench, most),
            "profile": lambda: profile(bench, most),
        }  # fmt: skip
        for name in options.parts:
            print(f"\n== {name}")
            parts[name]()


if __name__ == "__main__":
    main()
