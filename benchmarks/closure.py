"""What applies to 1, 10, 50 and 250 packs in one store: seconds, triples, memory.

    python benchmarks/closure.py [--packs 1 10 50 250] [--whole] [--profile] [--roll-up]

The packs are made from the two examples and differ in policy, secure device, web branch, declared
conditions and the facts that decide conditions. Each size is a process of its own. "load" puts the
packs into the store; "close" derives conditions, applicability, inheritance and dates for all of
them: by the clock on 2 cores, and CPU seconds of both. The columns after it are CPU seconds of the
parts: "claims" what follows from each claim, "copies" that for each pack that makes it, "conditions"
conditions and standing, "dates" evidence, clocks and revocations. "first" derives what
follows from each claim; "again" finds that in the cache. With --roll-up the packs bring what was
collected and found, and "roll-up" is CPU seconds for outcomes, gates and verdicts of all of them,
"decided" the triples. owlrl expands the nesting of clauses of
EN 319 411-2, the part of one pack that it can.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox

from clausegraph import catalog, closure, pipeline
from clausegraph.cache import Cache
from clausegraph.closure import Together, close
from clausegraph.inquiries import QUALIFIED_POLICIES
from clausegraph.one_store import OneStore
from clausegraph.rollup import roll_up
from clausegraph.shipped import CATALOGUE_IRI, literal
from clausegraph.store import Dataset, Term

NOW = datetime(2026, 11, 23, tzinfo=UTC)
EXAMPLES = ("aurora-esign", "borealis-eseal")
CG = "https://w3id.org/clausegraph/core#"
SECONDS = ("load", "close", "CPU", "claims", "copies", "conditions", "dates", "roll-up")
# Facts that decide conditions: a pack that leaves them out leaves more undecided.
FACTS = tuple(CG + n for n in ("keyOrigin", "subjectType", "route", "managedBy", "keepsExpired"))


def packs(count: int, *, checked: bool = False) -> Iterator[Dataset]:
    """Packs made from the examples, no two alike.

    Args:
        count: how many.
        checked: whether they bring what was collected and found, as the examples do: results are
            moved from there, some left out, and not found anew.
    """
    stages = pipeline.check if checked else pipeline.load
    sources = [stages(catalog.root() / "data" / "packs" / name, NOW) for name in EXAMPLES]
    for number in range(count):
        source = sources[number % len(sources)].dataset
        yield _variant(source, f"https://example.org/pack-{number:03d}/", random.Random(number))  # noqa: S311


def _variant(source: Dataset, base: str, chance: random.Random) -> Dataset:
    policy = chance.choice(QUALIFIED_POLICIES)
    branch = chance.choice(["OVCP", "IVCP"])
    device = chance.random() < 0.5
    left_out = {fact for fact in FACTS if chance.random() < 0.3}
    fewer = random.Random(f"results of {base}")  # noqa: S311
    unmet = {s for s in source.subjects("results") if fewer.random() < 0.3}
    pack = Dataset(base)

    def moved(term: Term) -> Term:
        if isinstance(term, ox.NamedNode) and term.value.startswith(source.base):
            return ox.NamedNode(base + term.value.removeprefix(source.base))
        return term

    service = ox.NamedNode(source.base + "service")
    for graph in ("run", "declared", *source.case_graphs(), "collected", "results"):
        kept = []
        for s, p, o in source.triples(graph):
            name, value = p.value, o
            if graph == "results" and s in unmet:
                continue
            if name == CG + "policy" and s == service:
                value = ox.NamedNode(f"{CATALOGUE_IRI}policy/{policy}")
            elif name == CG + "secureDeviceRequired" and not device:
                continue
            elif name == CG + "holds":
                roll = chance.random()
                if roll < 0.2:
                    continue
                if roll < 0.4:
                    value = literal(chance.choice(["true", "false"]), "boolean")
            elif name in left_out:
                continue
            kept.append(ox.Triple(moved(s), p, moved(value)))
        if graph == "declared" and policy == "QNCP-w":
            web = ox.NamedNode(f"{CATALOGUE_IRI}policy/{branch}")
            kept.append(ox.Triple(moved(service), ox.NamedNode(CG + "webBranch"), web))
        pack.add(kept, graph)
    return pack


def measure(count: int, *, whole: bool, rolled: bool, folder: str | None) -> dict[str, float]:
    """Seconds, triples and megabytes of one size, and seconds by part and rule.

    Args:
        count: number of packs.
        whole: whether each hop of each chain is written.
        rolled: whether outcomes, gates and verdicts are decided too.
        folder: of the cache with what follows from claims; None for no cache.
    """
    by_rule: dict[str, float] = {}
    parts: dict[str, float] = dict.fromkeys(("claims", "copies", "conditions", "dates"), 0)
    construct, extend = OneStore.construct, Together.extend
    stages = {rule.text: rule.stage for rule in catalog.queries("rules")}

    def timed(self: OneStore, text: str, *args: object, **more: object) -> int:
        start = time.thread_time()
        fresh = construct(self, text, *args, **more)  # type: ignore[arg-type]
        spent = time.thread_time() - start
        alone = not isinstance(self, Together)
        name = ("per claim: " if alone else "") + text.split("\n", 1)[0][6:]
        by_rule[name] = by_rule.get(name, 0) + spent
        if not alone and not together.closed:
            parts["dates" if stages[text] in closure.DATES else "conditions"] += spent
        return fresh

    def copied(self: Together, text: bytes) -> None:
        start = time.thread_time()
        extend(self, text)
        if threading.current_thread() is threading.main_thread() and copies:
            parts["copies"] += time.thread_time() - start

    def derived(*args: object, **more: object) -> object:
        start = time.process_time()
        found = templates(*args, **more)  # type: ignore[arg-type]
        parts["claims"] = time.process_time() - start
        copies.append(True)
        return found

    copies: list[bool] = []
    templates = closure._templates
    OneStore.construct = timed  # type: ignore[assignment,method-assign]
    Together.extend = copied  # type: ignore[assignment,method-assign]
    closure._templates = derived  # type: ignore[assignment]
    together = Together()
    kept = Cache(None if folder is None else Path(folder))
    start = time.process_time()
    found = []
    for pack in packs(count, checked=rolled):
        together.add_pack(pack)
        pack.clear("declared")
        found.append(pack)
    loaded, before = time.process_time(), len(together.merged(()))
    clock = time.perf_counter()
    close(together, whole=whole, kept=kept)
    clock = time.perf_counter() - clock
    cpu = time.process_time() - loaded
    triples = len(together.merged(())) - before
    decided = {}
    if rolled:
        start_of_roll_up = time.process_time()
        given = roll_up(together, found)
        decided = {
            "roll-up": time.process_time() - start_of_roll_up,
            "decided": sum(given.values()),
        }
    return {
        "packs": count,
        "load": loaded - start,
        "close": clock,
        "CPU": cpu,
        **parts,
        "given": before,
        "derived": triples,
        "per second": triples / clock,
        **decided,
        "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        **{f"rule {name}": seconds for name, seconds in by_rule.items()},
    }


def owl() -> tuple[float, int]:
    """Seconds and triples of owlrl for the clause tree of one standard."""
    import owlrl
    import rdflib

    graph = rdflib.Graph().parse(catalog.ontology_files()[0])
    names = {CG + "parent", CG + "clause"}
    for t in Together().shipped:
        if t.predicate.value in names and "en-319-411-2" in str(t.subject):
            graph.add(tuple(rdflib.URIRef(x.value) for x in (t.subject, t.predicate, t.object)))  # type: ignore[union-attr,arg-type]
    before, start = len(graph), time.process_time()
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return time.process_time() - start, len(graph) - before


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packs", type=int, nargs="*", default=[1, 10, 50, 250])
    parser.add_argument("--whole", action="store_true", help="every hop of every chain too")
    parser.add_argument("--roll-up", action="store_true", help="outcomes, gates, verdicts too")
    parser.add_argument("--profile", action="store_true", help="seconds of each rule")
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.child is not None:
        figures = measure(
            wanted.child, whole=wanted.whole, rolled=wanted.roll_up, folder=wanted.folder
        )
        print(json.dumps(figures))
        return
    more = ("roll-up", "decided") if wanted.roll_up else ()
    columns = ("packs", "given", *SECONDS[:-1], "derived", "per second", *more, "MB")
    print(" " * 6 + " ".join(f"{name:>10}" for name in columns))
    with tempfile.TemporaryDirectory() as folder:
        for count in wanted.packs:
            for way in ("first", "again"):
                command = [sys.executable, __file__, "--child", str(count), "--folder", folder]
                command += ["--whole"] if wanted.whole else []
                command += ["--roll-up"] if wanted.roll_up else []
                answer = subprocess.run(command, check=True, capture_output=True).stdout
                row = json.loads(answer)
                cells = (f"{row[c]:>10,.2f}" if c in SECONDS else f"{row[c]:>10,.0f}"
                         for c in columns)  # fmt: skip
                print(f"{way:<6}" + " ".join(cells), flush=True)
            shutil.rmtree(folder, ignore_errors=True)
            if wanted.profile:
                rules = {k: v for k, v in row.items() if k.startswith("rule ")}
                for name, seconds in sorted(rules.items(), key=lambda item: -item[1])[:25]:
                    print(f"{seconds:>40.2f}  {name.removeprefix('rule ')}")
    seconds, triples = owl()
    print(f"owlrl, clause tree of EN 319 411-2: {seconds:.2f} s, {triples} triples")


if __name__ == "__main__":
    main()
