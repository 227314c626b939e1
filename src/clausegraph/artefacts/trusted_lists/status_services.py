"""Responders and issuers of CRLs that trusted lists name as services of their own.

Input: a registry of lists. Output: whether a signer stands on the list that shows the CA, with a
good status at the time of signing. A list whose signature is not verified helps nobody.
Clause: TS 119 612 5.5.1, 5.5.4; RFC 6960 4.2.2.2.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from clausegraph.artefacts.revocation.listed import Listing
from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.trusted_lists.service_leg import EARLY, status_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from clausegraph.artefacts.revocation.listed import Method
    from clausegraph.artefacts.trusted_lists.registry import Match, Registry
    from clausegraph.artefacts.x509 import Certificate

_KINDS: dict[Method, frozenset[str]] = {
    "ocsp": frozenset({"Certstatus-OCSP-QC", "Certstatus-OCSP"}),
    "crl": frozenset({"Certstatus-CRL-QC", "Certstatus-CRL"}),
}
# Those that only national law knows have states of their own since 2016.
_GOOD = EARLY | {"granted", "recognisedatnationallevel", "setbynationallaw"}


class StatusServices:
    """Answers `clausegraph.artefacts.revocation.listed.ListedSigners` from a registry."""

    def __init__(self, registry: Registry) -> None:
        """Ask the lists that a registry rests on."""
        self._registry = registry
        self.certificates = cache(self._certificates)

    def _certificates(self, method: Method) -> Sequence[Certificate]:
        """Certificates of the services for a method, in the order of their hashes."""
        from clausegraph.artefacts.x509 import parse

        held = {
            certificate.sha256: certificate.der
            for source in self._registry.sources
            if source.state == "verified"
            for _, service in source.content.services()
            for period in service.periods
            if period.kind.code in _KINDS[method]
            for certificate in period.identity.certificates
        }
        found = []
        for _, der in sorted(held.items()):
            try:
                found.append(parse(der))
            except UnreadableError:
                continue
        return tuple(found)

    def listing(
        self, signer: Certificate, ca: Certificate | None, method: Method, at: datetime | None
    ) -> Listing | None:
        """What lists say of a signer at a time; see `ListedSigners.listing`."""
        matches = [
            match
            for match in self._registry.identified(signer)
            if any(period.kind.code in _KINDS[method] for period in match.service.periods)
        ]
        shown = None if ca is None else self._territories(ca)
        found = [_listing(match, shown, method, at) for match in matches]
        return next((each for each in found if each.counts), found[0] if found else None)

    def _territories(self, ca: Certificate) -> frozenset[str]:
        matches = self._registry.identified(ca) or self._registry.issuers(ca)
        return frozenset(match.source.content.head.territory for match in matches)


def _listing(
    match: Match, shown: frozenset[str] | None, method: Method, at: datetime | None
) -> Listing:
    title = match.source.content.title
    period = match.at(at) if at is not None else None
    lead = f"{title}, {match.provider.name or 'provider without name'}, lists the signer"
    why = ""
    if period is None or period.kind.code not in _KINDS[method]:
        why = "but not at the time of signing"
    else:
        lead += f" as {period.kind.code}, {status_words(period)}"
        if period.status.code not in _GOOD:
            why = "which was no good status when it signed"
    if match.source.state != "verified":
        why = "but the signature of that list is not verified, so it gives no right"
    elif shown is not None and match.source.content.head.territory not in shown:
        why = "but that list does not show the CA"
    return Listing(not why, match.source.name, f"{lead}, {why}." if why else f"{lead}.")
