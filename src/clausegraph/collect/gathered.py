"""What the files of a pack hold, kept for the facts that need several of them.

Input: the values that collectors read, file by file. Output: one place in which the collectors of
relations find them: chains, revocation, trust in lists, conclusions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from clausegraph.artefacts.x509 import Certificate


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the artefacts of a pack.

    Attributes:
        base: base IRI of the pack.
        as_of: time that counts as now, UTC.
        keep_subjects: whether subject names of natural persons may stay in the graph.
        lint: whether certificates are linted as well, which needs the extra ``lint``.
    """

    base: str
    as_of: datetime
    keep_subjects: bool = False
    lint: bool = False


@dataclass(slots=True)
class Gathered:
    """The values read so far.

    Attributes:
        certificates: by SHA-256 (hexadecimal), in the order of the files.
    """

    certificates: dict[str, Certificate] = field(default_factory=dict)
