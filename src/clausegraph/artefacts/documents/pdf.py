"""PDF files, opened in a process of their own.

Input: the bytes of PDF files. Output: `DocumentText`. A file that crashes the PDF library, fills
the memory or takes too long costs that process, which is started anew for the next file. What a
file gives does not depend on the files before it: one that fails is tried again in a process that
has read no other. Encrypted and damaged files are refused, a file without text (a scan) is read
and says so.
Source: ISO 32000 (12.8 for signatures).
"""

from __future__ import annotations

import json
import threading
import weakref
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Self

from clausegraph.artefacts import processes
from clausegraph.artefacts.documents import headings
from clausegraph.artefacts.documents.assemble import assemble
from clausegraph.artefacts.documents.model import DocumentText, Line, Seal
from clausegraph.artefacts.text import UnreadableError
from clausegraph.cache import accident

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence
    from types import TracebackType

TIME_LIMIT = 20.0
"""Seconds that one file may take."""
MOST_FILES = 500
"""Number of files after which the process is started anew, so that what it leaks is bounded."""
_MODULE = "clausegraph.artefacts.documents.pdf_worker"
_REFUSALS = {
    "encrypted": "The PDF is encrypted and opens with a password only.",
    "damaged": "The PDF is damaged: the library that reads it finds no document.",
}


class PdfReader:
    """Reads PDF files one after the other; its process ends with it or with its ``with``."""

    def __init__(self, time_limit: float = TIME_LIMIT) -> None:
        self._limit = time_limit
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0
        self._ending: weakref.finalize[Any, Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def prepare(self) -> None:
        """Start the process now, so that the first file need not wait for it."""
        if self._process is None:
            with suppress(OSError):  # the first file will be refused
                self._process = processes.start(_MODULE)
                self._ending = weakref.finalize(self, processes.end, self._process)

    def read(self, data: bytes) -> DocumentText:
        """Read one file.

        Raises:
            UnreadableError: it is encrypted, damaged, or reading it failed or took too long.
        """
        found = self._ask(data)
        if "error" in found:
            raise UnreadableError(_REFUSALS[found["error"]])
        return _document(data, found)

    def _ask(self, data: bytes) -> dict[str, Any]:
        if self._read >= MOST_FILES:
            self._stop()
        while True:
            self.prepare()
            fresh = self._read == 0
            answer = self._try(data, last=fresh)
            if answer is not None:
                self._read += 1
                return answer

    def _try(self, data: bytes, last: bool) -> dict[str, Any] | None:
        """The answer; None when the process failed on it and another one may do better."""
        process = self._process
        if process is None:
            raise UnreadableError("The PDF cannot be read: no process can be started for it.")
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        clock = threading.Timer(self._limit, stop)
        clock.start()
        try:
            answer = _exchange(process, data)
        except (OSError, ValueError) as error:
            self._stop()
            if not last and not late.is_set():
                return None
            accident()
            why = f"takes more than {self._limit:g} seconds" if late.is_set() else "fails"
            raise UnreadableError(f"The PDF cannot be read: opening it {why}.") from error
        finally:
            clock.cancel()
        return answer

    def _stop(self) -> None:
        if self._ending is not None:
            self._ending()
        self._process = self._ending = None
        self._read = 0


def _exchange(process: subprocess.Popen[bytes], data: bytes) -> dict[str, Any]:
    """One question, one answer.

    Raises:
        OSError: the process has ended.
        ValueError: the answer is cut off.
    """
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    _send(process.stdin, data)
    length = int(process.stdout.readline())
    answer: dict[str, Any] = json.loads(process.stdout.read(length))
    return answer


def _send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(b"%d\n" % len(data))
    pipe.write(data)
    pipe.flush()


def _document(data: bytes, found: dict[str, Any]) -> DocumentText:
    notes = list(found["notes"])
    if b"%%EOF" not in data[-2048:]:
        notes.append("The PDF has no end mark: it may be cut off.")
    lines = [Line(text, page, 0, weight) for text, page, weight in found["lines"]]
    if not any(line.text for line in lines):
        notes.append("The PDF holds no text, only images or nothing at all.")
    lines = without_furniture(lines)
    return assemble(
        "PDF",
        outlined(lines, found["outline"]),
        title=str(found["title"]),
        pages=int(found["pages"]),
        seals=_seals(data, found["signatures"]),
        notes=notes,
    )


def _seals(data: bytes, signatures: Sequence[dict[str, Any]]) -> tuple[Seal, ...]:
    if not signatures:
        return ()
    from clausegraph.artefacts.documents.seals import pdf_seal

    return tuple(pdf_seal(len(data), signature) for signature in signatures)


def without_furniture(lines: Sequence[Line]) -> list[Line]:
    """The lines without headers and footers: first and last lines that most pages share."""
    pages: dict[int, list[int]] = {}
    for place, line in enumerate(lines):
        if line.text:
            pages.setdefault(line.page, []).append(place)
    if len(pages) < 4:
        return list(lines)
    edges: dict[str, list[int]] = {}
    for places in pages.values():
        for place in {*places[:2], *places[-2:]}:
            key = "".join(c for c in lines[place].text if not c.isdigit())
            edges.setdefault(key, []).append(place)
    repeated = {
        place for places in edges.values() if len(places) > len(pages) / 2 for place in places
    }
    return [line for place, line in enumerate(lines) if place not in repeated]


def outlined(lines: Sequence[Line], outline: Sequence[Sequence[Any]]) -> list[Line]:
    """The lines, those that the outline of the file names marked as headings.

    The outline counts only when most of its entries are found as lines on their pages.
    """
    on_page: dict[tuple[int, str], int] = {}
    for place, line in enumerate(lines):
        on_page.setdefault((line.page, _key(line.text)), place)
    marked: dict[int, int] = {}
    for level, title, page in outline:
        parts = headings.numbered(title)
        for wording in (title, parts[1] if parts else ""):
            if (page, _key(wording)) in on_page:
                marked[on_page[page, _key(wording)]] = level
                break
    if len(marked) < 3 or len(marked) < 0.6 * len(outline):
        return list(lines)
    return [
        Line(line.text, line.page, marked.get(place, 0), line.weight)
        for place, line in enumerate(lines)
    ]


def _key(text: str) -> str:
    return "".join(text.split()).casefold()
