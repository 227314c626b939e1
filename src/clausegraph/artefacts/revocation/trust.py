"""By what right a CRL or an OCSP response speaks: its signature and its signer.

Input: a list or a response and the certificates at hand. Output: a judgement: verified, failed or
not verified, the signer, the issuers that it may speak for, and the reason in words. Where the
certificate of the issuing CA is not at hand the state is "not verified", never silently fine.
Whether the CA itself is to be trusted is a matter of its chain and of the trusted list. A signer
without a right from the CA may have one from a trusted list that names it.
Clause: RFC 5280 5.1.1.3, 5.2.1, 6.3.3; RFC 6960 4.2.2.2; EN 319 411-1 CSS-6.3.10-03, CSS-6.3.9-08.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from clausegraph.artefacts.revocation import elements
from clausegraph.artefacts.revocation.elements import SEQUENCE
from clausegraph.artefacts.revocation.listed import ListedSigners, Listing
from clausegraph.artefacts.revocation.model import Response, RevocationList, Signed, SingleAnswer
from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.x509.signing import holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from clausegraph.artefacts.x509.model import Certificate

State = Literal["verified", "failed", "not-verified"]
Authority = Literal["", "issuer", "delegated", "listed"]
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
NO_CHECK = "1.3.6.1.5.5.7.48.1.5"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether what an artefact says counts.

    Attributes:
        state: of the signature and the right of its signer.
        reason: why it is not verified, or what is odd; empty otherwise.
        signer: certificate of the key that signed, when it was found.
        issuers: CA certificates for whose certificates the signer may speak.
        delegated: whether a delegated responder signed.
        no_check: whether its certificate carries the no-check extension.
        listing: the trusted list from which the right of the signer follows; None where it follows
            from the CA.
    """

    state: State
    reason: str = ""
    signer: Certificate | None = None
    issuers: tuple[Certificate, ...] = ()
    delegated: bool = False
    no_check: bool = False
    listing: Listing | None = None

    @property
    def authority(self) -> Authority:
        """By what right a verified signer speaks; empty when it is not verified."""
        if self.state != "verified":
            return ""
        if self.listing is not None:
            return "listed"
        return "delegated" if self.delegated else "issuer"


def same_name(one: bytes, other: bytes) -> bool:
    """Whether two encoded names are the same, string types and case apart (RFC 5280 7.1)."""
    if one == other:
        return bool(one)
    folded = _folded(one)
    return folded is not None and folded == _folded(other)


@lru_cache(maxsize=4096)
def _folded(name: bytes) -> list[list[tuple[str, str]]] | None:
    try:
        attributes = elements.name(name)
    except UnreadableError:
        return None
    return [
        sorted((oid, " ".join(value.split()).casefold()) for oid, value in rdn)
        for rdn in attributes
    ]


def key_bits(certificate: Certificate) -> bytes:
    """The key of a certificate as OCSP hashes it: the BIT STRING without tag and length."""
    spki = certificate.spki_der
    try:
        outer = elements.at(spki, 0, len(spki), SEQUENCE)
        return elements.bits(spki, elements.children(spki, outer)[1])
    except (UnreadableError, IndexError):
        return b""


def _signed_with(signed: Signed, certificate: Certificate) -> bool | None:
    return holds(certificate.spki_der, signed.algorithm, signed.body, signed.signature)


def judge_list(
    found: RevocationList,
    certificates: Iterable[Certificate],
    listed: ListedSigners | None = None,
) -> Judgement:
    """Verify a CRL with the certificates of its issuer.

    Args:
        found: the list.
        certificates: all certificates at hand.
        listed: issuers of CRLs that trusted lists name, where lists are at hand.
    """
    judged = _by_issuer(found, certificates)
    if judged.state == "verified" or listed is None:
        return judged
    for each in listed.certificates("crl"):
        if same_name(each.subject_der, found.issuer_der) and _signed_with(found.signed, each):
            listing = listed.listing(each, None, "crl", found.this_update)
            if listing is not None and listing.counts:
                return Judgement("verified", listing.words, each, (each,), listing=listing)
    return judged


def _by_issuer(found: RevocationList, certificates: Iterable[Certificate]) -> Judgement:
    named = [each for each in certificates if same_name(each.subject_der, found.issuer_der)]
    if not named:
        return Judgement("not-verified", "Issuer unknown: no certificate of it is at hand.")
    key = found.authority_key
    # A certificate with another key identifier may still be right where the list has a wrong one.
    named.sort(
        key=lambda each: (
            bool(key) and each.subject_key != key,
            not _valid_at(each, found.this_update),
            each.sha256,
        )
    )
    results = [(each, _signed_with(found.signed, each)) for each in named]
    signer = next((each for each, good in results if good), None)
    if signer is None:
        if any(good is None for _, good in results):
            return Judgement("not-verified", "The algorithm of the signature has no support here.")
        if key and all(each.subject_key and each.subject_key != key for each in named):
            return Judgement(
                "not-verified", "Issuer unknown: its certificate at hand has another key."
            )
        return Judgement("failed", "The signature does not fit the key of the issuer.")
    if signer.key_usage is not None and "cRLSign" not in signer.key_usage:
        return Judgement("failed", "The certificate of the signer does not allow cRLSign.", signer)
    reason = ""
    if key and signer.subject_key and signer.subject_key != key:
        reason = "The authority key identifier of the list names another key than its signer's."
    elif not _valid_at(signer, found.this_update):
        reason = "The certificate of the signer was not valid when the list was issued."
    return Judgement("verified", reason, signer, (signer,))


def _valid_at(certificate: Certificate, at: datetime | None) -> bool:
    if at is None or certificate.not_before is None or certificate.not_after is None:
        return False
    return certificate.not_before <= at <= certificate.not_after


def issuers_of(answer: SingleAnswer, certificates: Iterable[Certificate]) -> list[Certificate]:
    """The certificates whose name and key have the hashes by which an answer names the issuer."""
    return [
        each
        for each in certificates
        if name_hash(answer.hash_name, each.subject_der) == answer.name_hash
        and name_hash(answer.hash_name, key_bits(each)) == answer.key_hash
    ]


@lru_cache(maxsize=8192)
def name_hash(algorithm: str, value: bytes) -> bytes | None:
    """The hash of a name or key, None for an algorithm without support or an empty value."""
    try:
        return hashlib.new(algorithm, value, usedforsecurity=False).digest() if value else None
    except (ValueError, TypeError):
        return None


def judge_response(
    found: Response, certificates: Sequence[Certificate], listed: ListedSigners | None = None
) -> Judgement:
    """Verify an OCSP response and the right of its responder.

    Args:
        found: a successful response.
        certificates: all certificates at hand, those of the response not included.
        listed: responders that trusted lists name, where lists are at hand.
    """
    if found.state != "successful":
        return Judgement("not-verified", f"The responder gives no answer: {found.state}.")
    issuers: dict[str, Certificate] = {}
    unknown = 0
    for answer in found.answers:
        matching = issuers_of(answer, certificates)
        unknown += not matching
        issuers.update((each.sha256, each) for each in matching)
    also = listed.certificates("ocsp") if listed is not None else ()
    signer = _signer(found, [*found.certificates, *issuers.values(), *certificates, *also])
    if isinstance(signer, Judgement):
        return signer
    if not issuers:
        return Judgement(
            "not-verified",
            "Issuer unknown: the certificate of the CA that the answer names is not at hand. "
            "The signature fits the certificate that came with the response, which proves nothing.",
            signer,
        )
    faults = {each.sha256: _fault(found, signer, each) for each in issuers.values()}
    listing = None
    for each in issuers.values():
        if not faults[each.sha256] or listed is None:
            continue
        said = listed.listing(signer, each, "ocsp", found.produced_at)
        if said is not None and said.counts and _valid_at(signer, found.produced_at):
            faults[each.sha256], listing = "", said
        else:
            words = said.words if said is not None else "No list at hand names it as a responder."
            faults[each.sha256] += f" {words}"
    right = tuple(each for each in issuers.values() if not faults[each.sha256])
    own = all(each.key_sha256 != signer.key_sha256 for each in issuers.values())
    delegated = own and listing is None
    no_check = any(oid == NO_CHECK for oid, _ in signer.extensions)
    # Several certificates may hold one CA key: it is enough that one of them gives the right.
    for answer in found.answers:
        matching = issuers_of(answer, issuers.values())
        if matching and all(faults[each.sha256] for each in matching):
            why = faults[matching[0].sha256]
            return Judgement("failed", f"Responder without right: {why}", signer, (), delegated,
                             no_check)  # fmt: skip
    reasons = [f"{unknown} answers are about certificates of an unknown CA."] if unknown else []
    reasons += [listing.words] if listing is not None else []
    return Judgement("verified", " ".join(reasons), signer, right, delegated, no_check, listing)


def _signer(found: Response, candidates: Sequence[Certificate]) -> Certificate | Judgement:
    named = [each for each in candidates if _is_responder(found, each)]
    if not named:
        return Judgement("not-verified", "Responder unknown: its certificate is not at hand.")
    results = [(each, _signed_with(found.signed, each)) for each in named]
    for each, good in results:
        if good:
            return each
    if any(good is None for _, good in results):
        return Judgement("not-verified", "The algorithm of the signature has no support here.")
    return Judgement("failed", "The signature does not fit the key of the responder.")


def _is_responder(found: Response, certificate: Certificate) -> bool:
    if found.responder_key_hash:
        key = hashlib.sha1(key_bits(certificate), usedforsecurity=False).digest()
        return key == found.responder_key_hash
    return same_name(certificate.subject_der, found.responder_name_der)


def _fault(found: Response, signer: Certificate, issuer: Certificate) -> str:
    """Why the signer may not speak for the issuer, or an empty text."""
    if signer.key_sha256 == issuer.key_sha256:
        return ""
    if not same_name(signer.issuer_der, issuer.subject_der):
        return "its certificate was not issued by the CA that the answer names."
    body = _certificate_signature(signer.der)
    if body is None or not _signed_with(body, issuer):
        return "the signature on its certificate does not fit the key of the CA."
    if OCSP_SIGNING not in signer.extended_key_usage:
        return "its certificate lacks the extended key usage OCSPSigning."
    if not _valid_at(signer, found.produced_at):
        return "its certificate was not valid when the response was made."
    return ""


def _certificate_signature(der: bytes) -> Signed | None:
    try:
        parts = elements.children(der, elements.at(der, 0, len(der), SEQUENCE))
        return Signed(
            elements.encoded(der, parts[0]),
            elements.encoded(der, parts[1]),
            elements.bits(der, parts[2]),
        )
    except (UnreadableError, IndexError):
        return None
