"""What is asked of the artefacts of a pack.

Input: what the pack declares and the command line says. Output: the one value that all collectors
of relations read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the artefacts of a pack.

    Attributes:
        base: base IRI of the pack.
        as_of: time that counts as now, UTC.
        keep_subjects: whether subject names of natural persons may stay in the graph.
        lint: whether certificates are linted as well, which needs the extra ``lint``.
        anchors: SHA-256 of certificates, hexadecimal, that the pack trusts to sign a LOTL, beside
            those of the Official Journal.
        identities: SHA-256 of certificates, hexadecimal, that the pack declares as identity of a
            listed service.
        sources: IRIs of files and folders that hold a certificate population, each with the IRIs
            of the populations that name it.
    """

    base: str
    as_of: datetime
    keep_subjects: bool = False
    lint: bool = False
    anchors: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
