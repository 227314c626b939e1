"""SHACL engines as whole processes: read two files, validate, write a Turtle report.

    python benchmarks/shacl_engines.py ENGINE DATA SHAPES REPORT

`run` starts such a process and measures it. rudof and pyshifty are optional: pip install
'clausegraph[benchmark]'.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

NEEDS = {
    "fast": "clausegraph",
    "cached": "clausegraph",
    "pyshacl": "pyshacl",
    "rudof": "pyrudof",
    "pyshifty": "shifty",
}
"""Engines with the module that each needs; ``cached`` is ``fast`` in its second run."""
_SH = "http://www.w3.org/ns/shacl#"
_COMPARED = ("focusNode", "resultPath", "value", "sourceConstraintComponent", "resultSeverity")


@dataclass(frozen=True)
class Run:
    """One run: seconds by the clock and of the processors, peak memory in MB, children included."""

    wall: float
    cpu: float
    megabytes: float


def installed(engine: str) -> bool:
    """Whether an engine can be started here."""
    return importlib.util.find_spec(NEEDS[engine]) is not None


def run(engine: str, data: Path, shapes: Path, report: Path, cache: Path) -> Run:
    """One whole process.

    Args:
        engine: one of `NEEDS`.
        data: Turtle file with the data.
        shapes: Turtle file with the shapes.
        report: file that gets the report.
        cache: folder of the cache, which only ``cached`` uses.
    """
    if engine in {"fast", "cached"}:
        command = [sys.executable, "-m", "clausegraph.cli.app", "validate", str(data), "--shapes", str(shapes),
                   "--format", "turtle", "--out", str(report), "--fail-on", "never"]  # fmt: skip
        if engine == "fast":
            command.append("--no-cache")
    else:
        command = [sys.executable, __file__, engine, str(data), str(shapes), str(report)]
    return measured(command, {"CLAUSEGRAPH_CACHE": str(cache)})


def measured(command: list[str], environment: dict[str, str]) -> Run:
    """Run a process and measure it alone."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL)
    memory = _Memory(process.pid)
    memory.start()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    memory.over.set()
    memory.join()
    return Run(wall, used.ru_utime + used.ru_stime, memory.peak)


class _Memory(threading.Thread):
    """Looks a hundred times a second how much a process and those that it started hold together.

    The peak that the system tells at the end is no use: it counts what the starting process held.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self.over = pid, 0.0, threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.01):
            alone, together = _field(self.pid, "VmHWM"), _resident(self.pid)
            self.peak = max(self.peak, alone / 1024, together / 1024)


def _resident(pid: int) -> int:
    """Kilobytes of a process and its children, as far as they still live."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    return _field(pid, "VmRSS") + sum(_resident(int(child)) for child in children)


def _field(pid: int, name: str) -> int:
    """A number of kilobytes that the system keeps of a process; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith(name)), 0)


def results(report: Path) -> Counter[tuple[str, ...]]:
    """The results of a report as a multiset of focus node, path, value, component, severity."""
    import pyoxigraph as ox

    facts: dict[object, dict[str, str]] = {}
    members = []
    for quad in ox.parse(path=report, format=ox.RdfFormat.TURTLE):
        local = quad.predicate.value.removeprefix(_SH)
        if local in _COMPARED:
            facts.setdefault(quad.subject, {})[local] = str(quad.object)
        elif local == "result":
            members.append(quad.object)
    return Counter(tuple(facts[m].get(name, "") for name in _COMPARED) for m in members)


def _pyshacl(data: str, shapes: str) -> str:
    import pyshacl
    import rdflib

    graph, rules = rdflib.Graph(), rdflib.Graph()
    graph.parse(data)
    rules.parse(shapes)
    _, report, _ = pyshacl.validate(graph, shacl_graph=rules, inplace=True)
    return str(report.serialize(format="turtle"))


def _rudof(data: str, shapes: str) -> str:
    from pyrudof import RDFFormat, ResultShaclValidationFormat, Rudof, RudofConfig

    engine = Rudof(RudofConfig())
    engine.read_data(Path(data), format=RDFFormat.Turtle)
    engine.read_shacl(Path(shapes))
    engine.validate_shacl()
    return str(engine.serialize_shacl_validation_results(format=ResultShaclValidationFormat.Turtle))


def _pyshifty(data: str, shapes: str) -> str:
    import shifty

    _, report, _ = shifty.validate(Path(data), Path(shapes), infer=False, graph_mode="data")
    return str(report.serialize(format="turtle"))


if __name__ == "__main__":
    name, data_file, shapes_file, report_file = sys.argv[1:]
    by_name = {"pyshacl": _pyshacl, "rudof": _rudof, "pyshifty": _pyshifty}
    Path(report_file).write_text(by_name[name](data_file, shapes_file), encoding="utf-8")
