"""What a certificate says of itself: qualified or not, for what, on which device.

Input: a certificate. Output: `Claim`. The rules depend on when it was issued: before eIDAS began
to apply, policies of TS 101 456 count beside the statements and every qualified certificate is one
for signatures.
Clause: EN 319 412-5 4.2, 4.3; TS 101 456 5.2; TS 119 615 4.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from clausegraph.artefacts.x509 import Certificate

EIDAS_START = datetime(2016, 6, 30, 22, tzinfo=UTC)
"""When eIDAS began to apply: midnight in Brussels."""
GRACE_END = datetime(2017, 6, 30, 22, tzinfo=UTC)
"""Until when services of the directive counted as qualified (eIDAS Article 51(3))."""
QCP_PLUS = "0.4.0.1456.1.1"
"""Qualified certificates with a secure signature creation device (TS 101 456)."""
QCP = "0.4.0.1456.1.2"
"""Qualified certificates without such a device (TS 101 456)."""

Type = Literal["esign", "eseal", "web", ""]
_TYPES: tuple[Type, ...] = ("esign", "eseal", "web")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a certificate says of itself.

    Attributes:
        qualified: None when its statements cannot be read.
        type: for what it is; empty when it does not tell, or tells several.
        device: whether its key lies in a qualified device.
        early: issued before eIDAS began to apply.
        reason: in words.
        lacks: what the annexes of eIDAS want in a certificate and this one lacks, in words; no
            qualifier of a list mends it. Empty for early certificates.
    """

    qualified: bool | None
    type: Type
    device: bool
    early: bool
    reason: str
    lacks: tuple[str, ...] = ()


def claim(certificate: Certificate) -> Claim:
    """What a certificate says of itself."""
    issued = certificate.not_before
    early = issued is not None and issued < EIDAS_START
    qc = certificate.qc
    if not qc.compliance and not qc.oids and qc.faults:
        return Claim(None, "", False, early, "its statements cannot be read")
    if qc.countries:
        countries = ", ".join(qc.countries)
        reason = f"QcCClegislation ({countries}): it is not issued as an EU qualified certificate"
        return Claim(False, _type(certificate), qc.device, early, reason)
    return _early(certificate) if early else _late(certificate)


def _early(certificate: Certificate) -> Claim:
    qc, policies = certificate.qc, certificate.policies
    grounds = ["QcCompliance"] if qc.compliance else []
    grounds += [f"QCP+ ({QCP_PLUS})"] if QCP_PLUS in policies else []
    grounds += [f"QCP ({QCP})"] if QCP in policies else []
    device = qc.device or QCP_PLUS in policies
    if not grounds:
        return Claim(False, "", device, True, "no QcCompliance and no policy of TS 101 456")
    reason = f"{' and '.join(grounds)}, issued before eIDAS: for signatures"
    return Claim(True, "esign", device, True, f"{reason}, {_device_words(device)}")


def _late(certificate: Certificate) -> Claim:
    qc = certificate.qc
    kind = _type(certificate)
    lacks = [] if qc.compliance else ["QcCompliance"]
    if not qc.compliance:
        return Claim(False, kind, qc.device, False, "no QcCompliance", tuple(lacks))
    if not qc.types:
        words = "no QcType, which means for signatures"
    elif kind:
        words = f"QcType {kind}"
    else:
        words = f"several QcType ({', '.join(qc.types)})"
    reason = f"QcCompliance, {words}, {_device_words(qc.device)}"
    return Claim(True, kind, qc.device, False, reason, tuple(lacks))


def _type(certificate: Certificate) -> Type:
    types = set(certificate.qc.types)
    for kind in _TYPES:
        if types == {kind}:
            return kind
    return "esign" if not types and certificate.qc.compliance else ""


def _device_words(device: bool) -> str:
    return "QcSSCD" if device else "no QcSSCD"
