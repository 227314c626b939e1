"""What an inspection says: things, each with statements in words.

Input: nothing. Output: the dataclasses that every describer fills and the command line prints.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from clausegraph.inspection.companions import Companions

if TYPE_CHECKING:
    from datetime import datetime

Weight = Literal["fact", "proof", "doubt", "fault"]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is asked.

    Attributes:
        as_of: time that counts as now, UTC.
        keep_subjects: whether names of natural persons may be shown.
        lint: whether certificates are linted as well, which needs the extra ``lint``.
        companions: what the files looked at together hold for one another.
    """

    as_of: datetime
    keep_subjects: bool = False
    lint: bool = False
    companions: Companions = field(default_factory=Companions)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Attributes:
        about: what it is about, in a word or two: ``subject``, ``validity``, ``QcType`` …
        says: the statement, in words.
        weight: ``fact`` (the artefact says so), ``proof`` (checked, by signature or computation),
            ``doubt`` (cannot be told, or odd), ``fault`` (contradicts what should be).
        source: clause or document that the statement follows, or an empty text.
    """

    about: str
    says: str
    weight: Weight = "fact"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """One thing found in a file.

    Attributes:
        what: what it is, in words: ``certificate for electronic seals``, ``CRL`` …
        statements: in the order in which they should be read.
    """

    what: str
    statements: tuple[Statement, ...] = field(default=())
