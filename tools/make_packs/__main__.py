"""Command line of the pack generator: ``python -m tools.make_packs [--refresh] [--out FOLDER]``."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.make_packs.build import build, refresh
from tools.make_packs.catalogue import ROOT


def main() -> None:
    """Make the packs, or derive only their pack files again."""
    parser = argparse.ArgumentParser(prog="python -m tools.make_packs", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "packs")
    parser.add_argument(
        "--refresh", action="store_true", help="keep keys, certificates and signatures"
    )
    arguments = parser.parse_args()
    (refresh if arguments.refresh else build)(arguments.out)


if __name__ == "__main__":
    main()
