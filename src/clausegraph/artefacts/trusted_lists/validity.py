"""Whether a certificate is in force at the time of a conclusion.

Input: a certificate, a time. Output: a state and its words. Being in force is no part of qualified
status, which counts as of issuance; but who reads "qualified" of an expired certificate has to
know.
Clause: TS 119 615 4.4; RFC 5280 4.1.2.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from clausegraph.artefacts.x509 import Certificate

Validity = Literal["current", "expired", "future", "undated"]


def validity(certificate: Certificate, moment: datetime) -> Validity:
    """Where a time (UTC) lies in the validity of a certificate.

    Returns:
        ``current`` within it, both ends included; ``expired`` after it; ``future`` before it;
        ``undated`` where one end cannot be read.
    """
    if certificate.not_before is not None and moment < certificate.not_before:
        return "future"
    if certificate.not_after is not None and moment > certificate.not_after:
        return "expired"
    dated = certificate.not_before is not None and certificate.not_after is not None
    return "current" if dated else "undated"


def validity_words(certificate: Certificate, state: Validity) -> str:
    """Why a certificate is not in force, or an empty text."""
    if state == "expired" and certificate.not_after is not None:
        return f"not in force: it expired on {certificate.not_after.date().isoformat()}"
    if state == "future" and certificate.not_before is not None:
        return f"not in force: it begins on {certificate.not_before.date().isoformat()}"
    return (
        "whether it is in force is open: its validity cannot be read" if state != "current" else ""
    )
