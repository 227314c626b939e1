"""Text streams of certificates: CSV, JSON Lines, PEM.

Input: a binary stream of any length. Output: rows, one by one, in bounded memory. A broken line
gives a faulty row with its line number and does not end the stream: a quote that is not closed
spoils its own line only.
"""

from __future__ import annotations

import csv
import json
import re
from collections import deque
from typing import IO, TYPE_CHECKING

from clausegraph.artefacts.population.decode import json_paths, looks_like_certificate
from clausegraph.artefacts.population.rows import MAX_ROW, Row, fault
from clausegraph.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = 1024 * 1024
_BEGIN = b"-----BEGIN "
_END = b"-----END "
_LABEL = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_CERTIFICATES = frozenset({b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE"})
COLUMNS = frozenset({
    "certificate", "cert", "pem", "der", "x509", "base64", "certificatepem", "certificateder",
    "certificatebase64", "x509certificate", "pemcertificate", "rawcertificate", "certpem",
    "certder", "certificatehex", "hex",
})  # fmt: skip
"""Names under which certificates are looked for, without case, blanks, ``-`` and ``_``."""
_MARKS = re.compile(r"[\s_-]+")


def pem_rows(stream: IO[bytes], name: str) -> Iterator[Row]:
    """The blocks of one PEM file of any length.

    Args:
        stream: the file.
        name: how the file is called in locators.
    """
    buffer, at, line, ended = b"", 0, 1, False
    while True:
        start = buffer.find(_BEGIN, at)
        stop = buffer.find(_END, start) if start >= 0 else -1
        close = buffer.find(b"-----", stop + len(_END)) if stop >= 0 else -1
        if close < 0:
            keep = start if start >= 0 else max(at, len(buffer) - len(_BEGIN) + 1)
            line += buffer.count(b"\n", at, keep)
            at = keep
            if start >= 0 and (ended or len(buffer) - at > MAX_ROW):
                why = "The PEM block has no end." if ended else "The PEM block is too large."
                yield fault(f"{name}:{line}", why)
                at += len(_BEGIN)
                continue
            if ended:
                return
            more = stream.read(_BLOCK)
            ended = not more
            buffer, at = buffer[at:] + more, 0
            continue
        line += buffer.count(b"\n", at, start)
        at = start
        inner = buffer.find(_BEGIN, start + 1, stop)
        if inner >= 0:
            yield fault(f"{name}:{line}", "The PEM block has no end.")
            end = inner
        else:
            yield _block(buffer[start:stop], f"{name}:{line}")
            end = close + len(b"-----")
        line += buffer.count(b"\n", at, end)
        at = end


def _block(block: bytes, locator: str) -> Row:
    label = _LABEL.match(block)
    if label is None:
        return fault(locator, "The PEM block has no readable label.")
    if label[1].endswith(b"PRIVATE KEY"):
        return Row(locator, "key", b"The source holds a private key: remove it.")
    if label[1] not in _CERTIFICATES:
        return fault(locator, f"The PEM block is no certificate but {label[1].decode()!r}.")
    return Row(locator, "pem", block[label.end() :])


def lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines with their ends; None for one longer than `MAX_ROW`, which is skipped."""
    number = 0
    while line := stream.readline(MAX_ROW):
        number += 1
        if len(line) < MAX_ROW or line.endswith(b"\n"):
            yield number, line
            continue
        while (rest := stream.readline(MAX_ROW)) and not rest.endswith(b"\n"):
            pass
        yield number, None


def json_rows(stream: IO[bytes], name: str, column: str | None) -> Iterator[Row]:
    """The lines of JSON Lines; each is decoded later, by the process that parses it.

    Args:
        stream: the file.
        name: how the file is called in locators.
        column: the key, with dots between levels; None means that the first object tells.

    Raises:
        InputError: the first line has no such key.
    """
    path = b""
    for number, line in lines(stream):
        locator = f"{name}:{number}"
        if line is None:
            yield fault(locator, f"The line has more than {MAX_ROW} bytes.")
            continue
        text = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
        if not text:
            continue
        if not path:
            path = _json_column(text, name, number, column).encode()
        yield Row(locator, "json", path + b"\n" + text)


def _json_column(line: bytes, name: str, number: int, column: str | None) -> str:
    """The path of keys to the certificate; ``.`` when the line is the certificate itself."""
    if column:
        return column
    if line[:1] == b"[":
        raise InputError(
            "is a JSON array, which cannot be read row by row",
            file=f"{name}:{number}",
            expected="JSON Lines: one object or string per line",
        )
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return "certificate"  # this row is a fault; the usual name is expected of the others
    if isinstance(value, str):
        return "."
    paths = json_paths(value) if isinstance(value, dict) else {}
    found = [p for p in paths if normal(p.rpartition(".")[2]) in COLUMNS]
    found = found or [p for p, text in paths.items() if looks_like_certificate(text)]
    if not found:
        raise InputError(
            "no key of the first object holds a certificate",
            file=f"{name}:{number}",
            expected="a key such as `certificate` with PEM, base64 or hexadecimal",
            seen=", ".join(list(paths)[:12]) or "no text",
            mend="name the key: --column KEY, with dots between levels",
        )
    return found[0]


def normal(name: str) -> str:
    """A column name without case, blanks, ``-`` and ``_``."""
    return _MARKS.sub("", name).lower()


class _Lines:
    """Lines of a CSV file, the number of the last one, and a way to give some back."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._source = lines(stream)
        self._back: deque[tuple[int, str]] = deque()
        self.taken: list[tuple[int, str]] = []
        self.long: list[int] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._back:
            number, line = self._back.popleft()
        else:
            number, raw = next(self._source)
            if raw is None:
                self.long.append(number)
                raw = b"\n"
            if number == 1:
                raw = raw.removeprefix(b"\xef\xbb\xbf")
            # Columns that are not asked for may hold any encoding.
            line = raw.decode("utf-8", "surrogateescape")
        self.taken.append((number, line))
        return line

    def give_back(self) -> None:
        """Read all lines of this record again, except its first."""
        self._back.extendleft(reversed(self.taken[1:]))


def csv_rows(stream: IO[bytes], name: str, column: str | None) -> Iterator[Row]:
    """The rows of a CSV file, with or without a header.

    Args:
        stream: the file; separated by comma, semicolon or tabulator.
        name: how the file is called in locators.
        column: header or number (from 1) of the column; None means that it is looked for.

    Raises:
        InputError: there is no such column.
    """
    source = _Lines(stream)
    records = _records(source, name)
    place: int | None = None
    header: list[str] | None = None
    for locator, cells in records:
        if isinstance(cells, str):
            yield fault(locator, cells)
            continue
        if place is None:
            if header is None:
                place = _first(cells, column)
                if place is None:
                    header = cells
                    place = _named(header, column, name)
                    continue
            else:
                place = _sniffed(cells)
                if place is None:
                    raise _no_column(name, header, "no column holds a certificate")
        if place < 0:
            place = _sniffed(cells)
            if place is None:
                raise _no_column(name, header or [], "no column holds a certificate")
        if place >= len(cells):
            yield fault(locator, f"The row has {len(cells)} columns, not {place + 1}.")
            continue
        yield Row(locator, "text", cells[place].encode("utf-8", "surrogateescape"))


def _records(source: _Lines, name: str) -> Iterator[tuple[str, list[str] | str]]:
    """Each record with its locator: the cells, or what is wrong with it."""
    separator = ""
    for line in source:
        number = source.taken[-1][0]
        locator = f"{name}:{number}"
        if source.long:
            source.long.clear()
            source.taken.clear()
            yield locator, f"The line has more than {MAX_ROW} bytes."
            continue
        if not line.strip():
            source.taken.clear()
            continue
        separator = separator or max(",;\t", key=line.count)
        if '"' not in line:  # no quotes: the csv module would give the same, ten times slower
            source.taken.clear()
            yield locator, line.rstrip("\r\n").split(separator)
            continue
        try:
            first = _Chain(line, source)
            cells = next(csv.reader(first, delimiter=separator, strict=True))
            if source.long:
                raise csv.Error(f"a line has more than {MAX_ROW} bytes")
            yield locator, cells
        except (csv.Error, StopIteration) as error:
            source.give_back()
            yield locator, f"The row is not CSV: {error or 'unexpected end'}."
        source.long.clear()
        source.taken.clear()


class _Chain:
    """A line that was taken already, then the rest."""

    def __init__(self, line: str, source: _Lines) -> None:
        self._line: str | None = line
        self._source = source
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line, self._line = self._line, None
        line = next(self._source) if line is None else line
        self._size += len(line)
        if self._size > MAX_ROW:  # a quote that is never closed
            raise csv.Error("a quote is not closed")
        return line


def _first(cells: list[str], column: str | None) -> int | None:
    """The column when the first record is data already."""
    if column is not None and not column.isdigit():
        return None
    found = _sniffed(cells)
    if column is None or found is None:
        return found
    return int(column) - 1 if looks_like_certificate(_cell(cells, int(column) - 1)) else None


def _cell(cells: list[str], place: int) -> str:
    return cells[place] if 0 <= place < len(cells) else ""


def _named(header: list[str], column: str | None, name: str) -> int:
    """The column by the header; -1 when the first data row has to tell."""
    if column is not None:
        if column in header:
            return header.index(column)
        if column.isdigit() and 0 < int(column) <= len(header):
            return int(column) - 1
        raise _no_column(name, header, f"there is no column {column!r}")
    names = [normal(cell) for cell in header]
    return next((place for place, cell in enumerate(names) if cell in COLUMNS), -1)


def _sniffed(cells: list[str]) -> int | None:
    return next((n for n, cell in enumerate(cells) if looks_like_certificate(cell)), None)


def _no_column(name: str, header: list[str], what: str) -> InputError:
    # A first row that is no header may hold names of persons, so only short words are shown.
    shown = [c for c in header if re.fullmatch(r"[A-Za-z][\w .-]{0,30}", c)]
    return InputError(
        what,
        file=name,
        expected="a column with certificates as PEM, base64 or hexadecimal",
        seen=f"{len(header)} columns: {', '.join(shown[:12])}",
        mend="name the column: --column NAME or its number",
    )


csv.field_size_limit(MAX_ROW)
