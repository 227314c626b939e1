"""What is kept of a certificate, whichever parser read it.

Input: nothing. Output: the dataclass that both parsers fill and that every room reads.
Clause: RFC 5280; EN 319 412-1 to -5.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from clausegraph.artefacts.x509.names import Attributes, subject_may_be_kept
from clausegraph.artefacts.x509.qcstatements import QcStatements

if TYPE_CHECKING:
    from datetime import datetime

MAX_URL = 500
"""Greatest number of characters kept of a URL or an alternative name."""
KEY_USAGES = (
    "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
    "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
)  # fmt: skip
"""The names of RFC 5280 4.2.1.3 in the order of their bits."""


@dataclass
class Certificate:
    """A certificate; None or empty where something could not be read.

    Attributes:
        der: the certificate itself, without what trails it.
        issuer: issuer name, decoded.
        subject: subject name, decoded; may be personal data.
        issuer_der: issuer name as encoded.
        subject_der: subject name as encoded.
        spki_der: subjectPublicKeyInfo as encoded.
        serial: serial number; RFC 5280 wants it positive.
        not_before: start of validity, UTC.
        not_after: end of validity, UTC.
        key_type: ``RSA``, ``EC P-256`` …
        key_size: bits, 0 when unknown.
        signature_algorithm: usual name, else OID.
        policies: policy OIDs in encoded order.
        is_ca: basic constraints; None when unreadable.
        path_length: of basic constraints.
        key_usage: names of RFC 5280 4.2.1.3 (``digitalSignature``, ``nonRepudiation`` …); None
            when the extension is absent.
        extended_key_usage: OIDs.
        subject_key: subject key identifier.
        authority_key: authority key identifier.
        ocsp_urls: of authority information access.
        issuer_urls: caIssuers of authority information access.
        crl_urls: of CRL distribution points.
        alt_names: subject alternative names as ``dns:…``, ``uri:…``, ``ip:…``, ``email:…``,
            ``dir:…``, ``rid:<OID>``, ``other:<OID>`` (without the value); may be personal data.
        extensions: every extension as (OID, critical), in encoded order.
        qc: the QC statements.
        strict: whether the strict parser read it.
        notes: odd encodings, fallbacks, what could not be read.
    """

    der: bytes = b""
    issuer: Attributes | None = None
    subject: Attributes | None = None
    issuer_der: bytes = b""
    subject_der: bytes = b""
    spki_der: bytes = b""
    serial: int | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    key_type: str = ""
    key_size: int = 0
    signature_algorithm: str = ""
    policies: list[str] = field(default_factory=list)
    is_ca: bool | None = None
    path_length: int | None = None
    key_usage: list[str] | None = None
    extended_key_usage: list[str] = field(default_factory=list)
    subject_key: bytes = b""
    authority_key: bytes = b""
    ocsp_urls: list[str] = field(default_factory=list)
    issuer_urls: list[str] = field(default_factory=list)
    crl_urls: list[str] = field(default_factory=list)
    alt_names: list[str] = field(default_factory=list)
    extensions: list[tuple[str, bool]] = field(default_factory=list)
    qc: QcStatements = field(default_factory=QcStatements)
    strict: bool = True
    notes: list[str] = field(default_factory=list)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""
        return hashlib.sha256(self.der).hexdigest()

    @cached_property
    def key_sha256(self) -> str:
        """SHA-256 of the subjectPublicKeyInfo, hexadecimal; empty when it could not be read."""
        return hashlib.sha256(self.spki_der).hexdigest() if self.spki_der else ""

    @property
    def keeps_subject(self) -> bool:
        """Whether the subject is certainly no natural person, so that its name may be kept."""
        # Statements that cannot be read may be those of a natural person.
        if self.subject is None or (self.qc.faults and not self.is_ca):
            return False
        return subject_may_be_kept(
            self.subject,
            is_ca=bool(self.is_ca),
            qc_statements=self.qc.oids,
            qc_types=self.qc.types,
            semantics=self.qc.semantics,
        )
