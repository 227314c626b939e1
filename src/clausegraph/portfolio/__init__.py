"""Many packs at once: shared out to processes, one row per pack.

Input: pack folders, what is asked of each. Output: rows in the order of the packs, the same for
any number of processes. A pack that cannot be used, or that costs the process its life, gives a
row that says why and does not stop the others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from clausegraph.errors import InputError
from clausegraph.portfolio.rows import GATES, PackRow, Work, check_one
from clausegraph.portfolio.sharing import run_shared

__all__ = ["GATES", "PackRow", "Work", "check_one", "pack_folders", "run_packs", "run_portfolio"]


def pack_folders(folder: Path) -> list[Path]:
    """The folders directly below a folder that hold a pack, sorted by name.

    Raises:
        InputError: no such folder, or no pack in it.
    """
    from clausegraph.pack import root_files

    if not folder.is_dir():
        raise InputError(
            "there is no such folder", file=str(folder), mend="name the folder that holds the packs"
        )
    found = [child for child in sorted(folder.iterdir()) if child.is_dir() and root_files(child)]
    if not found:
        raise InputError(
            "the folder holds no pack",
            file=str(folder),
            expected="folders with pack.yaml (or pack.ttl, pack.trig, pack.jsonld)",
            mend="create one: clausegraph init",
        )
    return found


def run_portfolio(
    folder: Path, as_of: datetime, *, jobs: int | None = None, engine: str = "fast"
) -> Iterator[PackRow]:
    """Check every pack below a folder.

    Args:
        folder: holds the pack folders.
        as_of: time that counts as now; must have a time zone.
        jobs: see `run_packs`.
        engine: see `clausegraph.validate.Engine`.

    Yields:
        one row per pack, in order of name.

    Raises:
        InputError: see `pack_folders`.
    """
    packs = pack_folders(folder)
    yield from run_packs([Work(str(p), p.name, as_of, engine) for p in packs], jobs=jobs)


def run_packs(work: Sequence[Work], *, jobs: int | None = None) -> Iterator[PackRow]:
    """Check packs.

    Args:
        work: the packs and what is asked of each.
        jobs: number of processes; as many as processors when None. With 1 everything is done in
            this process, which then lives and dies with each pack.

    Yields:
        one row per pack, in their order.
    """
    count = min(jobs or os.cpu_count() or 1, len(work))
    yield from map(check_one, work) if count <= 1 else run_shared(work, count)
