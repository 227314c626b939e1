"""Values of an import: statements, notes on what was not brought in, what was written."""

from __future__ import annotations

from dataclasses import dataclass

RESULTS = ("passed", "failed", "cantTell", "inapplicable", "untested")
# Kinds of notes that a person has to look at; the others only tell.
PROBLEMS = frozenset({"unknown", "changed", "conflict", "unreadable"})


@dataclass(frozen=True, slots=True)
class Statement:
    """What an assessor states about one requirement.

    Attributes:
        requirement: its IRI.
        result: an outcome of EARL, one of `RESULTS`.
        by: the body that states it; never a natural person.
        date: canonical instant, for example ``2026-11-23T00:00:00Z``.
        remark: its words, may be empty.
        source_id: how the file identifies the statement (a UUID, a row).
    """

    requirement: str
    result: str
    by: str
    date: str
    remark: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Note:
    """Why something of the file was not brought in.

    Attributes:
        kind: ``unknown`` (no such requirement), ``changed`` (an identifier or what must not
            change was edited), ``conflict`` (contradicts another statement), ``unreadable``
            (no result, no date …), ``unchanged`` (our own finding as it was exported),
            ``present`` (the pack says it already), ``other-state`` (exported from an earlier
            state of the pack).
        where: place in the file.
        message: one sentence.
    """

    kind: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in a file.

    Attributes:
        kind: name of the reader.
        statements: what may be brought in, in the order of the file.
        notes: what may not, and why.
    """

    kind: str
    statements: tuple[Statement, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did.

    Attributes:
        added: statements that are new to the pack.
        notes: all notes, those of the reader first.
        files: relative paths of the files written; none in a dry run or when all is present.
    """

    added: tuple[Statement, ...]
    notes: tuple[Note, ...]
    files: tuple[str, ...]

    @property
    def problems(self) -> tuple[Note, ...]:
        """The notes that a person has to look at."""
        return tuple(note for note in self.notes if note.kind in PROBLEMS)
