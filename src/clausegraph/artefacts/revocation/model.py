"""What is kept of CRLs and OCSP responses.

Input: nothing. Output: the dataclasses that the readers fill. Entries of a CRL are not among them:
a list may have hundreds of thousands, so they are looked up by serial number in its bytes.
Clause: RFC 5280 5; RFC 6960 4; ITU-T X.509 (ExpiredCertsOnCRL); EN 319 411-1 6.6.2, 6.6.3.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from clausegraph.artefacts.x509.model import Certificate
    from clausegraph.artefacts.x509.names import Attributes

REASONS = {
    0: "unspecified", 1: "keyCompromise", 2: "cACompromise", 3: "affiliationChanged",
    4: "superseded", 5: "cessationOfOperation", 6: "certificateHold", 8: "removeFromCRL",
    9: "privilegeWithdrawn", 10: "aACompromise",
}  # fmt: skip
"""Reasons of RFC 5280 5.3.1 by their number."""


@dataclass(frozen=True, slots=True)
class Signed:
    """The signed part of an artefact and its signature, as encoded.

    Attributes:
        body: the bytes that were signed.
        algorithm: AlgorithmIdentifier in DER.
        signature: content of the BIT STRING.
    """

    body: bytes = b""
    algorithm: bytes = b""
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class Entry:
    """A revoked certificate on a CRL.

    Attributes:
        serial: serial number.
        revoked_at: revocation time, UTC; None when it is no date.
        reason: name of RFC 5280 5.3.1, or an empty text when none is given.
        invalid_since: invalidity date, UTC.
        issuer_der: certificate issuer on an indirect CRL; empty means the issuer of the list.
        note: odd encodings.
    """

    serial: int
    revoked_at: datetime | None
    reason: str = ""
    invalid_since: datetime | None = None
    issuer_der: bytes = b""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an issuing distribution point says of a CRL's scope.

    Attributes:
        urls: addresses of the distribution point: with one, the list covers only certificates that
            name it.
        only_user: only end-entity certificates.
        only_ca: only CA certificates.
        only_attributes: only attribute certificates.
        some_reasons: only some reasons.
        indirect: entries may belong to other issuers.
    """

    urls: tuple[str, ...] = ()
    only_user: bool = False
    only_ca: bool = False
    only_attributes: bool = False
    some_reasons: bool = False
    indirect: bool = False

    def words(self) -> list[str]:
        """The restrictions in words."""
        said = {
            "only end-entity certificates": self.only_user,
            "only CA certificates": self.only_ca,
            "only attribute certificates": self.only_attributes,
            "only some reasons": self.some_reasons,
            "indirect: entries of other issuers": self.indirect,
        }
        return [words for words, holds in said.items() if holds]


@dataclass
class RevocationList:
    """A CRL; None or empty where something is absent or could not be read.

    Attributes:
        der: the list.
        signed: its signed part and signature.
        issuer: issuer name, decoded.
        issuer_der: issuer name as encoded.
        this_update: time of issue, UTC.
        next_update: time of the next issue, UTC.
        number: CRL number.
        base_number: number of the base list; set on a delta CRL only.
        authority_key: key identifier of the issuer.
        scope: what the issuing distribution point says; None without one.
        expired_since: date of ExpiredCertsOnCRL, UTC; None when absent or no date.
        keeps_expired: whether the extension ExpiredCertsOnCRL is present, readable or not.
        entries_at: offsets between which the entries stand.
        count: number of entries.
        extensions: every extension as (OID, critical), in encoded order.
        strict: whether the strict parser reads it.
        notes: odd encodings, fallbacks, what could not be read.
    """

    der: bytes = b""
    signed: Signed = field(default_factory=Signed)
    issuer: Attributes | None = None
    issuer_der: bytes = b""
    this_update: datetime | None = None
    next_update: datetime | None = None
    number: int | None = None
    base_number: int | None = None
    authority_key: bytes = b""
    scope: Scope | None = None
    expired_since: datetime | None = None
    keeps_expired: bool = False
    entries_at: tuple[int, int] = (0, 0)
    count: int = 0
    extensions: list[tuple[str, bool]] = field(default_factory=list)
    strict: bool = True
    notes: list[str] = field(default_factory=list)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the list, hexadecimal."""
        return hashlib.sha256(self.der).hexdigest()


@dataclass
class SingleAnswer:
    """What a response says of one certificate.

    Attributes:
        serial: serial number of the certificate.
        hash_name: algorithm of the hashes that identify the issuer (``sha1`` …), else its OID.
        name_hash: hash of the issuer's name.
        key_hash: hash of the issuer's key.
        status: ``good``, ``revoked`` or ``unknown``.
        revoked_at: revocation time, UTC.
        reason: name of RFC 5280 5.3.1, or an empty text.
        this_update: since when the answer is known to be right, UTC.
        next_update: until when newer information comes, UTC; None means at any time.
        archive_cutoff: date of the extension, UTC; None when absent or no date.
        has_cutoff: whether the extension is present, readable or not.
        has_certificate_hash: whether the responder shows by a hash that it knows the certificate.
    """

    serial: int
    hash_name: str
    name_hash: bytes
    key_hash: bytes
    status: str
    revoked_at: datetime | None = None
    reason: str = ""
    this_update: datetime | None = None
    next_update: datetime | None = None
    archive_cutoff: datetime | None = None
    has_cutoff: bool = False
    has_certificate_hash: bool = False


@dataclass
class Response:
    """An OCSP response; only ``state`` is set when it is not successful.

    Attributes:
        der: the response.
        state: ``successful`` or the error of RFC 6960 4.2.1.
        signed: its signed part and signature.
        produced_at: time of the signature, UTC.
        responder_name_der: name of the responder, when it is identified by name.
        responder_name: the same, decoded.
        responder_key_hash: SHA-1 of the responder's key, when it is identified by key.
        certificates: the certificates that come with the response.
        answers: one per certificate asked about.
        nonce: whether a nonce is present: it ties an answer to a question and proves nothing later.
        extended_revoke: whether "revoked" may be the answer about certificates never issued.
        extensions: OIDs of the response's extensions.
        strict: whether the strict parser reads it.
        notes: odd encodings, fallbacks, what could not be read.
    """

    der: bytes = b""
    state: str = "successful"
    signed: Signed = field(default_factory=Signed)
    produced_at: datetime | None = None
    responder_name_der: bytes = b""
    responder_name: Attributes | None = None
    responder_key_hash: bytes = b""
    certificates: list[Certificate] = field(default_factory=list)
    answers: list[SingleAnswer] = field(default_factory=list)
    nonce: bool = False
    extended_revoke: bool = False
    extensions: list[str] = field(default_factory=list)
    strict: bool = True
    notes: list[str] = field(default_factory=list)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the response, hexadecimal."""
        return hashlib.sha256(self.der).hexdigest()
