"""Packs shared out to processes, one pack at a time to each.

Input: work. Output: rows, in the order of the work. Each process loads the program, the catalogue
and the shapes once. One that dies (a fault in a native library, killed for want of memory) costs
the pack that it had; the next pack gets a new one.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, SimpleQueue

from clausegraph.artefacts import processes
from clausegraph.errors import EXIT_INTERNAL
from clausegraph.portfolio.rows import PackRow, Work, check_one, failed

_MODULE = "clausegraph.portfolio.worker"


def run_shared(work: Sequence[Work], count: int) -> Iterator[PackRow]:
    """The rows of packs, each checked in one of several processes.

    Args:
        work: the packs.
        count: number of processes.
    """
    crew = _Crew()
    threads = ThreadPoolExecutor(count)  # they only wait, each for the process that it talks to
    try:
        yield from threads.map(crew.check, work)
    finally:
        crew.end()
        threads.shutdown(cancel_futures=True)


class _Crew:
    """The processes: those that wait for work, and all that were started."""

    def __init__(self) -> None:
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._all: list[subprocess.Popen[bytes]] = []
        self._ended = False

    def check(self, work: Work) -> PackRow:
        """The row of one pack; never raises."""
        try:
            process = self._free()
        except OSError:  # the system gives no further process
            return check_one(work)
        answer = _answer(process, work)
        if answer is None:
            processes.end(process)
            return failed(work, _death(process.returncode), EXIT_INTERNAL)
        self._idle.put(process)
        return answer

    def _free(self) -> subprocess.Popen[bytes]:
        """A process that waits for work, or a new one."""
        with suppress(Empty):
            while (process := self._idle.get_nowait()).poll() is None:
                return process
        process = processes.start(_MODULE)
        self._all.append(process)
        if self._ended:  # meanwhile: nobody else would end this one
            processes.end(process)
        return process

    def end(self) -> None:
        """End all processes, also those that work."""
        self._ended = True
        for process in list(self._all):
            processes.end(process)


def _answer(process: subprocess.Popen[bytes], work: Work) -> PackRow | None:
    """What a process says of a pack, or None when it died."""
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    try:
        process.stdin.write(work.as_json().encode() + b"\n")
        process.stdin.flush()
        line = process.stdout.readline()
    except (OSError, ValueError):  # it is gone, or was ended meanwhile
        return None
    return PackRow.of_json(line) if line.endswith(b"\n") else None


def _death(code: int) -> str:
    how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
    more = " (perhaps the memory did not suffice)" if code == -9 else ""
    return f"the process that checked the pack {how}{more}"
