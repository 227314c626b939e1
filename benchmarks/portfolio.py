"""Many packs: all anew, none changed, one changed; whole processes, with all cores.

python benchmarks/portfolio.py [--packs 250] [--jobs N] [--folder DIR]

Half of the packs are copies of the larger example under other base IRIs, each with a document of
its own, half are small ones under the seven policies in turn. The cache is a new folder each time.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from clausegraph.inquiries import QUALIFIED_POLICIES
from clausegraph.pack.template import write_template

EXAMPLE = Path(__file__).resolve().parent.parent / "data" / "packs" / "aurora-esign"
ID = "https://w3id.org/clausegraph/id/"
COMMAND = [str(Path(sys.executable).with_name("clausegraph")), "portfolio"]
AS_OF = ["--as-of", "2026-11-23T00:00:00Z"]


def large(folder: Path, number: int) -> None:
    """A copy of the example under a base IRI, a name and with a document of its own."""
    shutil.copytree(EXAMPLE, folder)
    root = folder / "pack.yaml"
    text = root.read_text(encoding="utf-8").replace(f"{ID}aurora-esign/", f"{ID}{folder.name}/")
    text = text.replace("description: Example", f"description: Number {number}. Example")
    root.write_text(text, encoding="utf-8")
    (folder / "artefacts" / "documents" / "own.md").write_text(
        f"# Note {number}\n\nVersion 1.{number} of 2026-06-01 about REV-6.2.4-03A.\n",
        encoding="utf-8",
    )


def small(folder: Path, number: int) -> None:
    """A new pack with one artefact, under one of the policies."""
    policy = QUALIFIED_POLICIES[number % len(QUALIFIED_POLICIES)]
    write_template(folder, policy, f"{ID}{folder.name}/")
    (folder / "artefacts" / "own.md").write_text(f"# Handbook {number}\n", encoding="utf-8")


def make(folder: Path, count: int) -> None:
    """Write the packs."""
    for number in range(count):
        kind = small if number % 2 else large
        kind(folder / f"pack-{number:04d}", number)


def environment(cache: str) -> dict[str, str]:
    """That of an installed program: modules are compiled once, not in every process."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "CLAUSEGRAPH_CACHE": cache}


def run(folder: Path, cache: str, jobs: int | None) -> tuple[float, float, list[dict[str, str]]]:
    """Wall seconds, processor seconds, rows."""
    options = [] if jobs is None else ["--jobs", str(jobs)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        [*COMMAND, str(folder), *AS_OF, "--format", "csv", *options], stdout=subprocess.PIPE,
        env=environment(cache), check=False,
    )  # fmt: skip
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used, list(csv.DictReader(io.StringIO(done.stdout.decode())))


def measure(folder: Path, jobs: int | None) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as cache:
        subprocess.run(  # compiles the modules
            [COMMAND[0], "check", str(EXAMPLE), *AS_OF], stdout=subprocess.DEVNULL,
            env=environment("off"), check=False,
        )  # fmt: skip
        reference: list[dict[str, str]] = []
        print(f"{'run':24}{'wall s':>8}{'cpu s':>8}{'cpu s a pack':>14}  verdicts")
        for name, place in (
            ("cache off", "off"),
            ("first, cache empty", cache),
            ("nothing changed", cache),
            ("one pack changed", cache),
            ("nothing changed", cache),
        ):
            if name.startswith("one"):
                (folder / "pack-0000" / "artefacts" / "documents" / "own.md").write_text("# Other")
            wall, used, rows = run(folder, place, jobs)
            verdicts = ", ".join(
                f"{n} {v}" for v, n in sorted(Counter(r["verdict"] for r in rows).items())
            )
            print(
                f"{name:24}{wall:>8.2f}{used:>8.1f}{used / len(rows):>14.3f}  {verdicts}",
                flush=True,
            )
            reference = reference or rows
            assert [r["pack"] for r in rows] == [r["pack"] for r in reference]
            assert rows[1:] == reference[1:]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of one process: {peak:.0f} MB")


def main() -> None:
    """Make the packs and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packs", type=int, default=250)
    parser.add_argument("--jobs", type=int, default=None)
    parser.add_argument("--folder", type=Path, default=None, help="keep the packs here")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary) / "packs"
        if not folder.exists():
            make(folder, asked.packs)
        measure(folder, asked.jobs)


if __name__ == "__main__":
    main()
