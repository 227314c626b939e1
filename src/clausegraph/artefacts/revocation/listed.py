"""Signers of status information that a relying party trusts because a trusted list names them.

Input: nothing. Output: `Listing`, what a list says of a signer, and `ListedSigners`, whoever can be
asked for it. A list may name a responder, or an issuer of CRLs, as a service of its own; then its
right follows from the list, not from the CA.
Clause: RFC 6960 4.2.2.2 (local configuration); TS 119 612 5.5.1 (Certstatus).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from clausegraph.artefacts.x509.model import Certificate

Method = Literal["crl", "ocsp"]


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list says of a signer at a time.

    Attributes:
        counts: whether the signer may be trusted for it: the list is verified, it is the one that
            shows the CA, and the service had a good status then.
        source: name of the list as its reader knows it.
        words: which list says what, and why it does not count where it does not; one sentence.
    """

    counts: bool
    source: str
    words: str


class ListedSigners(Protocol):
    """Whoever knows the services of trusted lists for the status of certificates."""

    def certificates(self, method: Method) -> Sequence[Certificate]:
        """Certificates of the services for a method."""

    def listing(
        self, signer: Certificate, ca: Certificate | None, method: Method, at: datetime | None
    ) -> Listing | None:
        """What lists say of a signer at a time (UTC).

        Args:
            signer: certificate of the key that signed.
            ca: the CA for whose certificates it speaks; None where it is not known.
            method: what it signed.
            at: when it signed.

        Returns:
            the listing that counts, else one that does not; None where no list names the signer.
        """
