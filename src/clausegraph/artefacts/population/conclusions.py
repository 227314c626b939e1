"""What trusted lists conclude of each certificate of a population, when it was issued and now.

Input: lists that were read and assessed. Output: a `Concluder`: a few words that many certificates
share, so that they can be part of a class. A list proves the status of a service at a date, never
a certificate policy.
Clause: TS 119 615 4.4, 4.5.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from clausegraph.artefacts.population.chunks import Conclude
    from clausegraph.artefacts.trusted_lists.conclude import Conclusion
    from clausegraph.artefacts.trusted_lists.registry import Source
    from clausegraph.artefacts.x509 import Certificate

_NOT_IN_FORCE = {
    "expired": "expired by now",
    "future": "not yet in force",
    "undated": "whether in force is open",
}
_DEVICE = {True: "device", False: "no device", None: "device unclear"}


@dataclass(frozen=True)
class ListConcluder:
    """Asks lists about certificates; see `clausegraph.artefacts.population.chunks.Concluder`.

    Attributes:
        sources: the lists.
        between: CA certificates that may stand between certificates and listed services.
        now: time by which lists may have passed their next update, or were not yet issued, UTC.
    """

    sources: tuple[Source, ...]
    between: tuple[Certificate, ...]
    now: datetime

    def prepare(self) -> Conclude:
        """Index the lists; the function that it gives asks about both times."""
        from clausegraph.artefacts.trusted_lists.conclude import conclude
        from clausegraph.artefacts.trusted_lists.registry import Registry

        registry = Registry(self.sources, self.between, self.now)

        def words(certificate: Certificate) -> str:
            if certificate.not_before is None:
                return "undetermined: no start of validity"
            first = conclude(registry, certificate, certificate.not_before, self.now)
            now = conclude(registry, certificate, self.now, self.now)
            issued, current = conclusion_words(first), conclusion_words(now)
            both = issued if issued == current else f"{issued}; as of now: {current}"
            return f"{both}; {_NOT_IN_FORCE[now.validity]}" if now.validity != "current" else both

        return words

    def digest(self) -> str:
        """Changes when a list, its state or a CA between does."""
        found = hashlib.sha256(self.now.isoformat().encode())
        for source in self.sources:
            found.update(f"{source.content.sha256} {source.state}".encode())
        for certificate in self.between:
            found.update(certificate.sha256.encode())
        return found.hexdigest()


def conclusion_words(found: Conclusion) -> str:
    """A conclusion in a few words, with the lists that it rests on."""
    what: str = found.result
    if found.result == "qualified":
        what += f", {found.type or 'type unclear'}, {_DEVICE[found.device]}"
    lists = ", ".join(
        f"{s.content.title} ({s.state}{', issued later' if s in found.later else ''})"
        for s in found.sources
    )
    return f"{what}; by {lists}" if lists else what
