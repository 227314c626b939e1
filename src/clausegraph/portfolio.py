"""Many packs at once: each checked in a process of its own, one row per pack.

Input: a folder that holds pack folders. Output: rows in the order of their names, the same for
any number of processes. A pack that cannot be used gives a row that says why and does not stop
the others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from clausegraph.errors import EXIT_FINDINGS, EXIT_OK, ClausegraphError, InputError

GATES = ("intake", "triage", "incident", "assurance", "closure")


@dataclass(frozen=True, slots=True)
class PackRow:
    """The verdict of one pack.

    Attributes:
        pack: folder, relative to the portfolio.
        verdict: ``ready``, ``open``, ``blocked``, or ``error`` for a pack that cannot be used.
        intake, triage, incident, assurance, closure: state of each gate.
        stops: findings that are stop conditions.
        findings: all findings.
        requirements: applicable requirements, those not applicable by declaration included.
        gaps: requirements that are missing, stale, disputed or undecided.
        error: why the pack cannot be used.
        exit_code: what ``check`` would exit with: 0, 1, 2 or 3.
    """

    pack: str
    verdict: str
    policy: str = ""
    intake: str = ""
    triage: str = ""
    incident: str = ""
    assurance: str = ""
    closure: str = ""
    stops: int = 0
    findings: int = 0
    requirements: int = 0
    gaps: int = 0
    error: str = ""
    exit_code: int = EXIT_OK

    def cells(self) -> dict[str, object]:
        """The row by column."""
        return asdict(self)


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
        jobs: number of processes; all cores when None.
        engine: see `clausegraph.validate.Engine`.

    Yields:
        one row per pack, in order of name.

    Raises:
        InputError: see `pack_folders`.
    """
    packs = pack_folders(folder)
    work = [(str(p), as_of, engine) for p in packs]
    count = min(jobs or os.cpu_count() or 1, len(work))
    if count == 1:
        yield from map(check_one, work)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        yield from pool.map(check_one, work)


def check_one(work: tuple[str, datetime, str]) -> PackRow:
    """One pack: folder, as-of time and engine in, its row out. Never raises."""
    from clausegraph import pipeline, views

    folder, as_of, engine = Path(work[0]), work[1], work[2]
    try:
        dataset = pipeline.check(folder, as_of, engine=engine).dataset
        verdict = views.rows(dataset, "verdict")[0]
        states = {str(r["gate"]): str(r["state"]) for r in views.rows(dataset, "gates")}
        findings = views.rows(dataset, "findings")
        blocking = any(f["severity"] == "violation" for f in findings)
        ready = verdict["verdict"] == "ready" and not blocking
        return PackRow(
            pack=folder.name,
            verdict=str(verdict["verdict"]),
            policy=str(verdict["policy"] or ""),
            **{gate: states.get(gate, "") for gate in GATES},
            stops=sum(bool(f["stop"]) for f in findings),
            findings=len(findings),
            requirements=len(views.rows(dataset, "outcomes")),
            gaps=len(views.rows(dataset, "gaps")),
            exit_code=EXIT_OK if ready else EXIT_FINDINGS,
        )
    except ClausegraphError as error:
        return PackRow(folder.name, "error", error=_line(error), exit_code=error.exit_code)
    except Exception as error:  # noqa: BLE001  # a fault on one pack must not hide the others
        return PackRow(folder.name, "error", error=f"{type(error).__name__}: {error}", exit_code=3)


def _line(error: ClausegraphError) -> str:
    return " ".join(str(error).split())
