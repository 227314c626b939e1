"""Speed and memory of ``clausegraph population``, each run a whole process.

python benchmarks/population.py [--rows 10000 1000000] [--jobs 1 2] [--runs 3] [--form csv]

Rows come from ``benchmarks/synthetic.py``: templates with other serial numbers, times, subjects
and keys; their signatures do not verify, so signatures are not measured here. "peak MB" is the
largest process of a run, "cpu/s" certificates per second of processor time over all processes,
which another load on the machine hardly changes.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import synthetic

COMMAND = ["population", "--as-of", "2026-11-23T00:00:00Z", "--format", "csv", "--fail-on", "never"]


def measured(source: str, jobs: int) -> tuple[float, float, float]:
    """Seconds, seconds of processors, peak memory in MB of one run; call it in a fresh process."""
    start = time.perf_counter()
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "clausegraph.cli.app", *COMMAND, "--jobs", str(jobs), source],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status = os.waitpid(child, 0)
    assert status == 0
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Print the table with medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--form", default="csv", choices=["csv", "jsonl", "pem", "tar"])
    given = parser.parse_args()
    made = synthetic.templates()
    print(f"load {os.getloadavg()[0]:.1f} before the first run, {os.cpu_count()} processors")
    print(
        f"{'rows':>9}{'jobs':>6}{'median s':>10}{'rows/s':>9}{'cpu/s':>9}{'peak MB':>9}{'load':>7}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for rows in given.rows:
            source = Path(folder) / f"{rows}.{given.form}"
            synthetic.write(source, synthetic.certificates(rows, made))
            for jobs in given.jobs:
                with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
                    found = [pool.apply(measured, (str(source), jobs)) for _ in range(given.runs)]
                seconds = statistics.median(f[0] for f in found)
                used = statistics.median(f[1] for f in found)
                peak = max(f[2] for f in found)
                print(
                    f"{rows:>9}{jobs:>6}{seconds:>10.2f}{rows / seconds:>9.0f}{rows / used:>9.0f}"
                    f"{peak:>9.0f}{os.getloadavg()[0]:>7.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
