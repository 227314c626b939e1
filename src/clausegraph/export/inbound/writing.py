"""Statements of assessors as files of the pack: written whole or not at all, twice as once.

Input: what a reader found. Output: ``artefacts/assessor/<hash>.<suffix>``, the file as it came
back, and ``evidence/assessor-<hash>.yaml`` with one item per statement that the pack does not
hold yet. The hash is that of the file, so that the same file never gives a second copy.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml

from clausegraph.errors import InputError
from clausegraph.export.inbound.model import Note, Outcome, Reading, Statement
from clausegraph.export.projection import Projection
from clausegraph.instants import ValueProblem, canonical_instant
from clausegraph.pack import load_pack, pack_format
from clausegraph.pack.values import text

_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_Key = tuple[str, str, str, str, str]


def add_statements(
    projection: Projection, file: Path, data: bytes, reading: Reading, *, dry_run: bool
) -> Outcome:
    """Write the statements that are new.

    Args:
        projection: the checked pack.
        file: the file as the user named it; only its suffix is kept.
        data: its bytes.
        reading: what its reader found.
        dry_run: write nothing.

    Raises:
        InputError: the pack cannot be written.
    """
    present = {_key_of_row(row) for row in projection.rows("assessor-results")}
    notes = list(reading.notes)
    sound = list(_sound(reading.statements, notes))
    agreed = list(_agreed(sound, present, notes))
    added: dict[_Key, Statement] = {}
    for statement in agreed:
        key = _key(statement)
        if key in present:
            notes.append(Note("present", statement.source_id, "the pack holds this statement"))
        elif key not in added:
            added[key] = statement
    statements = tuple(added.values())
    if dry_run or not statements:
        return Outcome(statements, tuple(notes), ())
    return Outcome(statements, tuple(notes), _write(projection, file, data, statements))


def _key(s: Statement) -> _Key:
    return (s.requirement, s.result, s.by, s.date, s.remark)


def _key_of_row(row: Mapping[str, object]) -> _Key:
    date = row["date"]
    stamp = date.astimezone(UTC) if isinstance(date, datetime) else None
    return (
        str(row["requirement"]),
        str(row["result"]),
        str(row["by"] or ""),
        canonical_instant(stamp.isoformat()) if stamp else "",
        str(row["remark"] or ""),
    )


def _sound(statements: Iterable[Statement], notes: list[Note]) -> Iterable[Statement]:
    """Statements whose words can stand in a pack."""
    for s in statements:
        try:
            for value in filter(None, (s.by, s.remark, s.source_id)):
                text(value)
        except ValueProblem as error:
            notes.append(Note("unreadable", s.source_id, f"expected {error.expected}"))
            continue
        yield s


def _agreed(
    statements: Sequence[Statement], present: Iterable[_Key], notes: list[Note]
) -> Iterable[Statement]:
    """Statements that no other one of the same body and time contradicts, here or in the pack."""
    results: dict[tuple[str, str, str], set[str]] = {}
    for s in statements:
        results.setdefault((s.requirement, s.by, s.date), set()).add(s.result)
    for requirement, result, by, date, _ in present:
        results.setdefault((requirement, by, date), set()).add(result)
    for s in statements:
        others = results[s.requirement, s.by, s.date] - {s.result}
        if not others:
            yield s
            continue
        notes.append(
            Note(
                "conflict",
                s.source_id,
                f"{_target(s.requirement)}: {s.result} here, {', '.join(sorted(others))} elsewhere"
                " in the file or the pack, of the same body and time; it was not brought in",
            )
        )


def _target(requirement: str) -> str:
    """A requirement as pack files name it, ``411-2:OVR-6.3.5-12``."""
    for prefix, namespace in pack_format().prefixes.items():
        if requirement.startswith(namespace):
            return f"{prefix}:{requirement.removeprefix(namespace)}"
    return requirement


def _write(
    projection: Projection, file: Path, data: bytes, statements: Sequence[Statement]
) -> tuple[str, ...]:
    """Both files; none when the pack would not load with them."""
    mark = hashlib.sha256(data).hexdigest()[:16]
    suffix = file.suffix.lower() if _SUFFIX.fullmatch(file.suffix.lower()) else ".bin"
    artefact, evidence = f"artefacts/assessor/{mark}{suffix}", f"evidence/assessor-{mark}.yaml"
    folder = projection.folder
    if (folder / evidence).exists():
        # The file came back before, and somebody has since edited its statements.
        raise InputError(
            "the statements of this file were brought in before and edited since",
            file=evidence,
            mend="edit that file, or remove it and import again",
        )
    made = []
    try:
        for name, content in (
            (artefact, data),
            (evidence, _document(statements, artefact).encode()),
        ):
            if not (folder / name).exists():
                _put(folder / name, content)
                made.append(name)
        load_pack(folder, projection.known)
    except OSError as error:
        _remove(folder, made)
        raise InputError(
            f"cannot be written: {error.strerror or error}", file=str(folder)
        ) from error
    except InputError:
        _remove(folder, made)
        raise
    return tuple(made)


def _document(statements: Sequence[Statement], artefact: str) -> str:
    items = []
    for s in statements:
        item = {
            "requirement": _target(s.requirement),
            "result": s.result,
            "by": s.by,
            "date": s.date,
            "remark": s.remark,
            "source": artefact,
            "source-id": s.source_id,
        }
        items.append({key: value for key, value in item.items() if value})
    head = (
        "# Statements of assessors, brought in by clausegraph import from the file under source.\n"
    )
    return head + yaml.safe_dump(
        {"assessor-results": items}, sort_keys=False, allow_unicode=True, width=100
    )


def _put(path: Path, content: bytes) -> None:
    if any(part.is_symlink() for part in (path, path.parent, path.parent.parent)):
        raise InputError("symbolic links are not followed", file=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _remove(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)
