"""Chunks shared out to processes, one at a time to each, so that memory stays bounded.

Input: chunks, the task. Output: chunks with their results, in the order in which they are ready.
A process that dies (a fault in a native library, a kill by the system) costs the row that killed
it: its chunk is halved until that row is found.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from clausegraph.artefacts.population.chunks import ChunkResult, Task, Worker, crashed
from clausegraph.cache import accident

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection

    from clausegraph.artefacts.population.rows import Row


class Chunk(NamedTuple):
    """Some rows that follow each other.

    Attributes:
        first: number of the first row in the source, from 0.
        rows: the rows.
    """

    first: int
    rows: Sequence[Row]


def run_here(chunks: Iterable[Chunk], task: Task) -> Iterator[tuple[Chunk, ChunkResult]]:
    """All chunks in this process."""
    worker = Worker(task)
    for chunk in chunks:
        yield chunk, worker.run(chunk.rows)


def run_shared(
    chunks: Iterable[Chunk], task: Task, jobs: int
) -> Iterator[tuple[Chunk, ChunkResult]]:
    """All chunks in several processes.

    Args:
        chunks: read on demand, at most one ahead of each process.
        task: what is asked.
        jobs: number of processes.
    """
    from multiprocessing.connection import wait

    with ExitStack() as stack:
        team: dict[Connection, _Process] = {}

        def hire() -> None:
            process = stack.enter_context(_Process(task))
            team[process.connection] = process

        for _ in range(jobs):
            hire()
        source = iter(chunks)
        ahead = next(source, None)
        while True:
            for process in team.values():
                if process.chunk is None and ahead is not None:
                    process.send(ahead)
                    ahead = next(source, None)
            busy = [c for c, process in team.items() if process.chunk is not None]
            if not busy:
                return
            for ready in wait(busy):
                process = team[ready]  # type: ignore[index]
                chunk, result = process.receive()
                if result is not None:
                    yield chunk, result
                    continue
                del team[process.connection]
                process.close()
                yield from ((part, one) for part, one in _salvage(chunk, task))
                hire()


def _salvage(chunk: Chunk, task: Task) -> Iterator[tuple[Chunk, ChunkResult]]:
    """The rows of a chunk on which a process died, each half in a process of its own."""
    if len(chunk.rows) == 1:
        yield chunk, crashed(chunk.rows[0])
        return
    middle = len(chunk.rows) // 2
    for part in (
        Chunk(chunk.first, chunk.rows[:middle]),
        Chunk(chunk.first + middle, chunk.rows[middle:]),
    ):
        with _Process(task) as process:
            process.send(part)
            _, result = process.receive()
        if result is None:
            yield from _salvage(part, task)
        else:
            yield part, result


class _Process:
    """One process and the chunk that it works on."""

    def __init__(self, task: Task) -> None:
        from multiprocessing import get_context

        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.chunk: Chunk | None = None
        self._process = context.Process(target=_serve, args=(theirs, task), daemon=True)
        self._process.start()
        theirs.close()  # so that its death is seen as the end of the connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, chunk: Chunk) -> None:
        """Give it work."""
        self.chunk = chunk
        with suppress(OSError):  # it died; receive() will tell
            self.connection.send([tuple(row) for row in chunk.rows])

    def receive(self) -> tuple[Chunk, ChunkResult | None]:
        """Its chunk and the result, or None when the process died."""
        chunk, self.chunk = self.chunk, None
        assert chunk is not None  # noqa: S101 - only asked while busy
        try:
            answer: Any = self.connection.recv()
        except (EOFError, OSError):
            accident()
            return chunk, None
        if isinstance(answer, BaseException):
            raise answer
        return chunk, answer

    def close(self) -> None:
        """End the process."""
        self.connection.close()
        self._process.join(timeout=1)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _serve(connection: Connection, task: Task) -> None:
    """The loop of a process: it ends when the other side is closed or gone."""
    import signal

    from clausegraph.artefacts.population.rows import Row

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told, and closes the connection
    try:
        worker = Worker(task)
    except Exception as error:  # noqa: BLE001 - the parent raises it
        with suppress(EOFError, OSError):
            connection.recv()
            connection.send(error)
        return
    with suppress(EOFError, OSError):
        while True:
            rows = [Row(*row) for row in connection.recv()]
            connection.send(worker.run(rows))
