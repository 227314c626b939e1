"""Wall time and peak memory of the commands of daily use, each as a whole process.

Lines with "again" find what the first run left in the cache; for all others it is off.

python benchmarks/commands.py [--runs 5]
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PACKS = Path(__file__).resolve().parent.parent / "data" / "packs"
AS_OF = ["--as-of", "2026-11-23T00:00:00Z"]
COMMANDS = {
    "--help": ["--help"],
    "check aurora-esign": ["check", "aurora-esign", *AS_OF, "--fail-on", "never"],
    "check aurora-esign, again": ["check", "aurora-esign", *AS_OF, "--fail-on", "never"],
    "gaps aurora-esign, again": ["gaps", "aurora-esign", *AS_OF],
    "check, pyshacl": [
        "check", "aurora-esign", *AS_OF, "--fail-on", "never", "--engine", "pyshacl",
    ],
    "check borealis-eseal": ["check", "borealis-eseal", *AS_OF, "--fail-on", "never"],
    "inherit QCP-n-qscd": ["inherit", "QCP-n-qscd"],
    "catalogue revocation": ["catalogue", "revocation"],
    "rules": ["rules"],
}  # fmt: skip


# As it runs where it is installed: modules are compiled once, not in every process.
_ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def run(arguments: list[str], cache: str = "off") -> tuple[float, float]:
    """Seconds and the children's peak memory so far, in megabytes."""
    start = time.perf_counter()
    subprocess.run(
        [str(Path(sys.executable).with_name("clausegraph")), *arguments], cwd=PACKS, check=True,
        stdout=subprocess.DEVNULL, env={**_ENVIRONMENT, "CLAUSEGRAPH_CACHE": cache},
    )  # fmt: skip
    seconds = time.perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    """Print the table; memory is the peak of all runs up to that line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    print(f"{'command':25}{'median s':>9}{'min':>8}{'max':>8}{'peak MB':>9}")
    run(["check", "aurora-esign", *AS_OF, "--fail-on", "never"])  # compiles
    with tempfile.TemporaryDirectory() as kept:
        for name, arguments in COMMANDS.items():
            cache = kept if name.endswith("again") else "off"
            if cache == kept:
                run(arguments, cache)
            found = [run(arguments, cache) for _ in range(runs)]
            times = [seconds for seconds, _ in found]
            print(
                f"{name:26}{statistics.median(times):>8.2f}{min(times):>8.2f}{max(times):>8.2f}"
                f"{found[-1][1]:>9.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
