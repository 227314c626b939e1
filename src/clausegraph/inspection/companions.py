"""The files that are looked at together: what one of them proves about another.

Input: paths. Output: `Companions`: the certificates and trusted lists among them, each with the
name of its file. A certificate of an issuer verifies a CRL, a response or another certificate; a
list of lists verifies the signer of a list; a verified list names responders.
Clause: RFC 5280 6; RFC 6960 4.2.2.2; TS 119 615 4.1, 4.2.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from clausegraph.artefacts.files import DEFAULT_LIMIT, read
from clausegraph.artefacts.media import Kind, sniff
from clausegraph.artefacts.text import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from clausegraph.artefacts.trusted_lists.lotl import TrustState
    from clausegraph.artefacts.trusted_lists.status_services import StatusServices
    from clausegraph.artefacts.x509 import Certificate

_MOST = 5000


@dataclass(frozen=True)
class Companions:
    """What the files looked at together hold for one another.

    Attributes:
        certificates: certificates, in the order of the files.
        lists: trusted lists and lists of lists by their SHA-256, hexadecimal.
        files: name of the file of a certificate or list, by its SHA-256.
        anchors: SHA-256 of certificates that may sign a list of lists, beside those of the
            Official Journal.
    """

    certificates: tuple[Certificate, ...] = ()
    lists: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    anchors: tuple[str, ...] = ()

    def trust(self, data: bytes) -> TrustState:
        """Whether a list can be trusted, by the lists of lists looked at together with it."""
        return self._states.get(hashlib.sha256(data).hexdigest()) or self._assess(data)

    @cached_property
    def _states(self) -> dict[str, TrustState]:
        return self._assessed(self.lists)

    def _assess(self, data: bytes) -> TrustState:
        return self._assessed({**self.lists, "": data})[""]

    def _assessed(self, lists: dict[str, bytes]) -> dict[str, TrustState]:
        from clausegraph.artefacts.trusted_lists.anchors import with_own
        from clausegraph.artefacts.trusted_lists.lotl import assess

        return assess(lists, with_own(self.anchors))

    @cached_property
    def listed(self) -> StatusServices | None:
        """Responders and issuers of CRLs that the lists name; None without national lists."""
        from clausegraph.artefacts.trusted_lists.parse import parse_list
        from clausegraph.artefacts.trusted_lists.registry import Registry, Source
        from clausegraph.artefacts.trusted_lists.status_services import StatusServices

        sources = []
        for name, state in self._states.items():
            if state.head.is_lotl:
                continue
            try:
                content = parse_list(state.signed.signed if state.signed else self.lists[name])
            except UnreadableError:
                continue
            sources.append(Source(self.files[name], content, state.state, state.reason))
        return StatusServices(Registry(sources, self.certificates)) if sources else None


def companions(
    paths: Iterable[Path], anchors: Iterable[str] = (), limit: int = DEFAULT_LIMIT
) -> Companions:
    """What files hold for one another; one that cannot be read holds nothing.

    Args:
        paths: the files.
        anchors: SHA-256 of certificates that may sign a list of lists, hexadecimal.
        limit: greatest size of a file that is read, in bytes.
    """
    from clausegraph.artefacts.x509.bundles import read_all

    held: dict[str, Certificate] = {}
    lists: dict[str, bytes] = {}
    files: dict[str, str] = {}
    for path in paths:
        try:
            data = read(path, limit).data
        except OSError:  # said where the file itself is looked at
            continue
        if data is None:
            continue
        kind, _ = sniff(data, path.name)
        if kind is Kind.TRUSTED_LIST:
            sha256 = hashlib.sha256(data).hexdigest()
            lists[sha256] = data
            files.setdefault(sha256, path.name)
        elif kind in {Kind.CERTIFICATE, Kind.PEM, Kind.PKCS7}:
            try:
                found = read_all(data).certificates
            except UnreadableError:
                continue
            for each in found[: _MOST - len(held)]:
                held.setdefault(each.sha256, each)
                files.setdefault(each.sha256, path.name)
    return Companions(tuple(held.values()), lists, files, tuple(anchors))
