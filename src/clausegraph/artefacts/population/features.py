"""What the rules can see of a certificate, without what makes it one of many.

Input: a certificate. Output: its features: certificates with equal features form one class, and
every rule that reads a certificate's properties judges all of a class alike. What is not equal
within a class is bounded by the extremes that a profile keeps (times) or is an exception of its
own (serial numbers, keys).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from clausegraph.artefacts.text import clean
from clausegraph.artefacts.x509.names import name_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clausegraph.artefacts.x509 import Certificate

_DAY = 86400
VALIDITIES = (
    (7, "up to 7 days"), (100, "up to 100 days"), (200, "up to 200 days"),
    (398, "up to 398 days"), (825, "up to 825 days"), (1097, "up to 3 years"),
    (1827, "up to 5 years"),
)  # fmt: skip
"""Upper bounds in days, as far as rules and browsers distinguish them."""

OF_CLASS = frozenset({
    "policyOid", "qcStatement", "qcType", "qcSemantics", "keyType", "keySize",
    "signatureAlgorithm", "authorityKeyIdentifier", "issuerName", "keyUsage", "extendedKeyUsage",
    "ocspUrl", "crlUrl", "isCa",
})  # fmt: skip
"""Properties of a certificate in the graph that are equal for all of a class."""
BY_EXTREMES = frozenset({"validFrom", "validThrough"})
"""Properties that differ within a class; the exemplars are the earliest and the last."""
OF_ONE = {
    "sha256": "names one certificate: an identity in a list, a reviewed file",
    "subjectKeyIdentifier": "rules read that of CAs, which a population holds as exceptions only",
    "keyDigest": "rules read that of CAs; shared keys are exceptions",
    "subjectName": "rules read that of CAs and list entries",
    "serialNumber": "finds the entry of one certificate on a CRL; repeats are exceptions",
    "note": "rules read that of other nodes",
}
"""Properties of one certificate, which no rule takes for a trait of many; and why not."""


@dataclass(frozen=True, slots=True)
class Features:
    """One class of certificates.

    Attributes:
        policies: policy OIDs, sorted.
        statements: OIDs of QC statements, sorted.
        qc_types: ``esign``, ``eseal``, ``web``, sorted.
        semantics: OIDs of semantics identifiers, sorted.
        key_type: as in `Certificate`.
        key_size: bits, 0 when unknown.
        signature_algorithm: as in `Certificate`.
        issuer: issuer name; empty when unreadable, withheld when it may be that of a person.
        authority_key: authority key identifier, hexadecimal.
        validity: one of the words of `VALIDITIES`, ``over 5 years``, ``ends before it starts`` or
            ``unreadable``.
        key_usage: names, sorted; None when the extension is absent.
        extended_key_usage: OIDs, sorted.
        ocsp_urls: where OCSP answers, sorted.
        crl_urls: where CRLs lie, sorted; a CA that splits its CRLs has a class per part.
        is_ca: basic constraints; None when unreadable.
        strict: whether the strict parser read it.
        conclusion: what trusted lists say, in words; empty when they were not asked.
    """

    policies: tuple[str, ...]
    statements: tuple[str, ...]
    qc_types: tuple[str, ...]
    semantics: tuple[str, ...]
    key_type: str
    key_size: int
    signature_algorithm: str
    issuer: str
    authority_key: str
    validity: str
    key_usage: tuple[str, ...] | None
    extended_key_usage: tuple[str, ...]
    ocsp_urls: tuple[str, ...]
    crl_urls: tuple[str, ...]
    is_ca: bool | None
    strict: bool
    conclusion: str = ""

    @property
    def id(self) -> str:
        """16 hexadecimal digits of the SHA-256 of the features."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def dimensions(self) -> Iterator[tuple[str, str]]:
        """Each dimension with the value, or the values, that the class has in it."""
        for name, values in (
            ("policy", self.policies),
            ("statement", self.statements),
            ("type", self.qc_types),
            ("key usage", self.key_usage or ()),
            ("extended key usage", self.extended_key_usage),
        ):
            if not values:
                yield name, "none"
            for value in values:
                yield name, value
        yield "key", f"{self.key_type} {self.key_size}" if self.key_size else self.key_type
        yield "signature algorithm", self.signature_algorithm or "unreadable"
        yield "issuing CA", self.issuer or "unreadable"
        yield "validity", self.validity
        if self.conclusion:
            yield "conclusion", self.conclusion


def raw_key(cert: Certificate, conclusion: str) -> tuple[object, ...]:
    """A key that is quick to make: certificates with equal keys have equal features."""
    qc = cert.qc
    return (
        cert.issuer_der or str(cert.issuer),
        bool(cert.subject_der) and cert.subject_der == cert.issuer_der and not cert.keeps_subject,
        cert.authority_key,
        tuple(cert.policies),
        tuple(qc.oids),
        tuple(qc.types),
        tuple(qc.semantics),
        cert.key_type,
        cert.key_size,
        cert.signature_algorithm,
        validity(cert),
        None if cert.key_usage is None else tuple(cert.key_usage),
        tuple(cert.extended_key_usage),
        tuple(cert.ocsp_urls),
        tuple(cert.crl_urls),
        cert.is_ca,
        cert.strict,
        conclusion,
    )


def features(cert: Certificate, conclusion: str = "") -> Features:
    """The features of a certificate."""
    qc = cert.qc
    return Features(
        policies=_set(cert.policies),
        statements=_set(qc.oids),
        qc_types=_set(qc.types),
        semantics=_set(qc.semantics),
        key_type=clean(cert.key_type),
        key_size=cert.key_size,
        signature_algorithm=clean(cert.signature_algorithm),
        issuer=_issuer(cert),
        authority_key=cert.authority_key.hex(),
        validity=validity(cert),
        key_usage=None if cert.key_usage is None else _set(cert.key_usage),
        extended_key_usage=_set(cert.extended_key_usage),
        ocsp_urls=_set(cert.ocsp_urls),
        crl_urls=_set(cert.crl_urls),
        is_ca=cert.is_ca,
        strict=cert.strict,
        conclusion=conclusion,
    )


def _issuer(cert: Certificate) -> str:
    """The issuer's name, unless a certificate without CA names a person as its own issuer."""
    if cert.issuer is None:
        return ""
    if cert.subject_der and cert.subject_der == cert.issuer_der and not cert.keeps_subject:
        return "itself, name withheld"
    return clean(name_text(cert.issuer))


def validity(cert: Certificate) -> str:
    """How long the certificate is valid, in words."""
    if cert.not_before is None or cert.not_after is None:
        return "unreadable"
    length = cert.not_after - cert.not_before
    seconds = length.days * _DAY + length.seconds
    if seconds < 0:
        return "ends before it starts"
    for days, words in VALIDITIES:
        if seconds <= days * _DAY:
            return words
    return "over 5 years"


def _set(values: list[str]) -> tuple[str, ...]:
    return tuple(sorted({clean(value) for value in values}))
