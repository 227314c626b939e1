"""What comes back: statements of assessors from a platform or a workbook, into the pack.

Input: a file of a known kind and the checked pack. Output: a report, and two new files of the
pack: the file itself under ``artefacts/assessor/`` and its statements under ``evidence/`` as
``assessor-results``, each with the file as its source. Nothing that the pack holds is changed.
What cannot be brought in (unknown or changed identifiers, statements that contradict each other)
is reported row by row; since the file is kept whole, nothing is lost.

A kind is one line of `READERS`; its module offers ``recognises(data)`` and
``read(data, projection)``. Source: CIR (EU) 2025/2162, statements of a conformity assessment body.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

from clausegraph.errors import InputError
from clausegraph.export.inbound.model import Note, Outcome, Reading, Statement
from clausegraph.export.inbound.writing import add_statements
from clausegraph.export.projection import Projection

__all__ = ["READERS", "Note", "Outcome", "Reading", "Statement", "bring_in"]

MAX_BYTES = 64 * 1024 * 1024


class Reader(Protocol):
    """What a module of a kind offers."""

    def recognises(self, data: bytes) -> bool:
        """Whether the bytes are of this kind; cheap, never raises."""

    def read(self, data: bytes, projection: Projection) -> Reading:
        """The statements of the file.

        Raises:
            InputError: it is of this kind but cannot be read.
        """


_HERE = "clausegraph.export.inbound"
READERS: dict[str, str] = {
    "oscal": f"{_HERE}.oscal_results",
    "workbook": f"{_HERE}.workbook",
    "ciso-assistant": f"{_HERE}.ciso",
}


def bring_in(
    file: Path, projection: Projection, *, dry_run: bool = False
) -> tuple[Reading, Outcome]:
    """Bring the statements of a file into the pack.

    Args:
        file: the file as it came back.
        projection: the checked pack that it is about.
        dry_run: only say what would happen.

    Returns:
        what the file says, and what was written.

    Raises:
        InputError: the file is too large, of no known kind, or cannot be read.
    """
    data = _bytes(file)
    reading = _reader(data, file).read(data, projection)
    return reading, add_statements(projection, file, data, reading, dry_run=dry_run)


def _bytes(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                "the file is too large",
                file=str(file),
                expected=f"at most {MAX_BYTES} bytes",
                seen=f"{size} bytes",
            )
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", file=str(file)) from error


def _reader(data: bytes, file: Path) -> Reader:
    kinds: Sequence[str] = list(READERS)
    for kind in kinds:
        reader = cast("Reader", importlib.import_module(READERS[kind]))
        if reader.recognises(data):
            return reader
    raise InputError(
        "the file is of no kind that can be brought in",
        file=str(file),
        expected="one of " + ", ".join(kinds),
        seen=f"{len(data)} bytes",
    )
