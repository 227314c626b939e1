"""Names of the catalogue, presumed to exist until the catalogue is at hand.

Input: IRIs that a pack names. Output: the same, remembered. With it a pack can be read before the
catalogue is, and what is named can be looked up afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_IRI = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")


class Presumed(Collection[str]):
    """Holds every IRI that it is asked for, and nothing that could not be one."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __contains__(self, iri: object) -> bool:
        if not isinstance(iri, str) or not _IRI.fullmatch(iri):
            return False
        self.asked.add(iri)
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.asked))

    def __len__(self) -> int:
        return len(self.asked)
