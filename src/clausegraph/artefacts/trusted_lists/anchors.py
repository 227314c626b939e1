"""Anchors: the certificates with which trust in lists of trusted lists begins.

Input: the codelist ``lotl-anchor``, whose rows repeat what the Official Journal published, and
hashes that a pack names itself. Output: `Anchor`. Hashes, never certificates: the list that is
verified brings its certificate along.
Clause: Implementing Decision (EU) 2015/1505 Article 4; TS 119 615 4.1.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from clausegraph import catalog
from clausegraph.errors import AssetError

if TYPE_CHECKING:
    from collections.abc import Iterable

CODELIST = "lotl-anchor"


@dataclass(frozen=True, slots=True, order=True)
class Anchor:
    """A certificate that may sign a list of trusted lists.

    Attributes:
        sha256: hash of the certificate, lower-case hexadecimal.
        publication: number in the Official Journal, or empty for an anchor of a pack.
        published: date of that publication, UTC; None for an anchor of a pack.
    """

    sha256: str
    publication: str = ""
    published: datetime | None = None

    @property
    def official(self) -> bool:
        """Whether the Official Journal published it."""
        return bool(self.publication)


@cache
def official_anchors() -> tuple[Anchor, ...]:
    """The anchors of every publication in the Official Journal that is known, oldest first.

    Raises:
        AssetError: the codelist is missing or broken.
    """
    path = catalog.codelist_file(CODELIST)
    if path is None:
        raise AssetError(f"the codelist {CODELIST} is missing; reinstall clausegraph")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [
            Anchor(
                row["sha256"],
                row["publication"],
                datetime.fromisoformat(row["published"]).replace(tzinfo=UTC),
            )
            for row in csv.DictReader(stream)
        ]
    return tuple(sorted(rows, key=lambda a: (str(a.published), a.publication, a.sha256)))


def with_own(hashes: Iterable[str]) -> tuple[Anchor, ...]:
    """The official anchors and those that a pack names, which stay told apart.

    Args:
        hashes: SHA-256 of certificates, hexadecimal.
    """
    own = sorted({value.lower() for value in hashes})
    return (*official_anchors(), *(Anchor(value) for value in own))
