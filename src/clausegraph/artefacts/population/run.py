"""A source becomes its profile: rows in chunks, chunks to processes, results together.

Input: a source, a task. Output: `Population`: the same to the byte for any number of processes,
with or without a checkpoint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clausegraph.artefacts.population.chunks import ChunkResult, Task
from clausegraph.artefacts.population.decode import certificates
from clausegraph.artefacts.population.profile import MAX_EXAMPLES, Example, Profile
from clausegraph.artefacts.population.rows import RowError
from clausegraph.artefacts.population.spool import SUB, Repeats, Spool
from clausegraph.artefacts.population.workers import Chunk, run_here, run_shared
from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.x509 import parse
from clausegraph.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from clausegraph.artefacts.population.revocations import Revocations
    from clausegraph.artefacts.population.rows import Row
    from clausegraph.artefacts.population.sources import Source

CHUNK_ROWS = 500
CHUNK_BYTES = 2 * 1024 * 1024
Progress = Callable[[int, int], None]
"""Told rows counted and bytes of the source read."""


@dataclass(frozen=True, slots=True)
class Population:
    """What a source holds.

    Attributes:
        profile: counts, classes, exceptions.
        distinct: different certificates.
        repeated: rows whose certificate stands in another row already.
        serial_groups: serial numbers that different certificates of one issuer share.
        key_groups: public keys that different certificates share.
        authorities: SHA-256 of the CA certificates that it was held against, sorted.
        verified: whether signatures were verified.
        lists: SHA-256 of the CRLs that it was held against, sorted.
    """

    profile: Profile
    distinct: int
    repeated: int
    serial_groups: int
    key_groups: int
    authorities: tuple[str, ...] = ()
    verified: bool = False
    lists: tuple[str, ...] = ()


def profile_source(
    source: Source,
    task: Task,
    *,
    jobs: int = 1,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
) -> Population:
    """Read a population and count it.

    Args:
        source: where it lies.
        task: what is asked of each certificate.
        jobs: number of processes; 1 means this one.
        checkpoint: a file that keeps the results of chunks; None means none.
        progress: told how far it is.

    Raises:
        InputError: the source or the checkpoint cannot be used, or the source holds no row.
    """
    position = 0

    def at(place: int) -> None:
        nonlocal position
        position = place

    profile = Profile()
    with ExitStack() as stack:
        kept = None
        if checkpoint is not None:
            from clausegraph.artefacts.population.resume import Checkpoint

            kept = stack.enter_context(Checkpoint(checkpoint, task))
        serials, keys = stack.enter_context(Spool()), stack.enter_context(Spool())

        def take(first: int, result: ChunkResult) -> None:
            profile.merge(result.profile)
            serials.add(result.serials, first)
            keys.add(result.keys, first)
            if progress is not None:
                progress(profile.rows, position)

        fresh: dict[int, bytes] = {}

        def needed() -> Iterator[Chunk]:
            """The chunks without a result; those with one are taken at once."""
            for chunk in _chunks(source.rows(at)):
                if kept is not None:
                    key = kept.key(chunk.rows)
                    found = kept.find(key)
                    if found is not None:
                        take(chunk.first, found)
                        continue
                    fresh[chunk.first] = key
                yield chunk

        work = run_here(needed(), task) if jobs <= 1 else run_shared(needed(), task, jobs)
        for chunk, result in work:
            take(chunk.first, result)
            key = fresh.pop(chunk.first, None)
            # A part of a chunk that was halved after a crash has no key of its own.
            if kept is not None and key is not None and kept.key(chunk.rows) == key:
                kept.keep(key, result)
        if not profile.rows:
            raise InputError(
                "holds no row", file=str(source.path), expected="at least one certificate"
            )
        if task.revocations is not None:
            _name_missing(profile, task.revocations, serials.missing(task.revocations.named))
        by_serial, by_key = serials.repeats(MAX_EXAMPLES), keys.repeats(MAX_EXAMPLES)
    _name_repeats(profile, source, by_serial, by_key)
    return Population(
        profile,
        by_serial.distinct,
        by_serial.repeated,
        by_serial.groups,
        by_key.groups,
        tuple(sorted({hashlib.sha256(der).hexdigest() for der in task.authorities})),
        task.verify and bool(task.authorities),
        task.revocations.lists if task.revocations is not None else (),
    )


def _chunks(rows: Iterable[Row]) -> Iterator[Chunk]:
    part: list[Row] = []
    first = size = 0
    for row in rows:
        part.append(row)
        size += len(row.raw)
        if len(part) >= CHUNK_ROWS or size >= CHUNK_BYTES:
            yield Chunk(first, part)
            first += len(part)
            part, size = [], 0
    if part:
        yield Chunk(first, part)


def _name_missing(profile: Profile, revocations: Revocations, missing: list[bytes]) -> None:
    """Make exceptions of the entries of CRLs whose serial number stands in no row."""
    for key in missing:
        entry = revocations.named[key]
        place = f"CRL {entry.source[:16]}, serial number {entry.serial:x}"
        note = f"{entry.status}, and no row has this serial number of its issuer."
        profile.exception("revoked-not-found", Example(entry.source, place, note, b""))


def _name_repeats(profile: Profile, source: Source, serials: Repeats, keys: Repeats) -> None:
    """Make exceptions of repeated certificates, serial numbers and keys.

    Only their places are known: the rows are read again, as far as the last of them.
    """
    kinds = (
        ("serial-reused", serials.shared, serials.shared_places,
         "Another certificate of the same issuer has its serial number."),
        ("repeated", serials.repeated, serials.repeated_places,
         "The same certificate stands in another row."),
        ("key-shared", keys.shared, keys.shared_places,
         "Another certificate has the same public key."),
    )  # fmt: skip
    wanted = {place for _, _, places, _ in kinds for place in places}
    found = _again(source, wanted) if wanted else {}
    for kind, count, places, note in kinds:
        for place in places:
            locator, der, sha256 = found[place]
            profile.exception(kind, Example(sha256, locator, note, der))
        if count:
            profile.exceptions[kind].count = count


def _again(source: Source, places: set[int]) -> dict[int, tuple[str, bytes, str]]:
    """Locator, DER and SHA-256 of the certificates at some places."""
    numbers = {place // SUB for place in places}
    last = max(numbers)
    found: dict[int, tuple[str, bytes, str]] = {}
    for number, row in enumerate(source.rows()):
        if number in numbers:
            for sub, (locator, der, sha256) in _read(row):
                found[number * SUB + sub] = (locator, der, sha256)
        if number >= last:
            break
    if not places <= found.keys():
        raise InputError("changed while it was read", file=str(source.path))
    return found


def _read(row: Row) -> Iterator[tuple[int, tuple[str, bytes, str]]]:
    try:
        for sub, (locator, der, _) in enumerate(certificates(row)):
            try:
                yield min(sub, SUB - 1), (locator, der, parse(der).sha256)
            except UnreadableError:
                continue
    except RowError:
        return
