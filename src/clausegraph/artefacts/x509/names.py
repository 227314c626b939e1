"""Distinguished names and algorithm names, and whose name may be kept.

Input: attributes as (OID, value) in the order of the certificate. Output: RFC 4514 text and the
decision whether a subject is certainly no natural person. Both certificate parsers use the same
text form, so that an issuer's name can be compared with a subject's.
Clause: EN 319 412-2 4.2.4 (natural persons), EN 319 412-3 4.2.1 (legal persons).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

Attributes = Sequence[Sequence[tuple[str, str]]]
"""Relative distinguished names in encoded order, each a sequence of (OID, value)."""

GIVEN_NAME = "2.5.4.42"
SURNAME = "2.5.4.4"
PSEUDONYM = "2.5.4.65"
ORGANIZATION = "2.5.4.10"
ORGANIZATION_IDENTIFIER = "2.5.4.97"

_SHORT = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.15": "businessCategory",
    "2.5.4.17": "postalCode",
    "2.5.4.42": "givenName",
    "2.5.4.65": "pseudonym",
    "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
    "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
    "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
}
EMAIL = "1.2.840.113549.1.9.1"
# Attributes that describe a human being: name, title, initials, generation, birth.
_PERSONAL = frozenset({
    GIVEN_NAME, SURNAME, PSEUDONYM, "2.5.4.12", "2.5.4.43", "2.5.4.44",
    "1.3.6.1.5.5.7.9.1", "1.3.6.1.5.5.7.9.2", "1.3.6.1.5.5.7.9.3", "1.3.6.1.5.5.7.9.4",
})  # fmt: skip
# Identity types of a natural person's serialNumber: passport, card, number, tax (EN 319 412-1).
_PERSONAL_NUMBER = re.compile(r"(?:PAS|IDC|PNO|TIN|TAX)[A-Z]{2}-|[A-Z]{2}:[A-Z]{2}-")
_NATURAL_SEMANTICS = frozenset({"0.4.0.194121.1.1", "0.4.0.194121.1.3"})
_SPECIAL = re.compile(r'([,+"\\<>;=])')

_ALGORITHMS = {
    "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
    "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
    "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
    "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
    "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
    "1.2.840.113549.1.1.14": "sha224WithRSAEncryption",
    "1.2.840.10045.4.1": "ecdsa-with-SHA1",
    "1.2.840.10045.4.3.1": "ecdsa-with-SHA224",
    "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
    "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
    "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
    "1.2.840.10040.4.3": "dsa-with-SHA1",
    "2.16.840.1.101.3.4.3.2": "dsa-with-SHA256",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
    "2.16.840.1.101.3.4.3.17": "ML-DSA-44",
    "2.16.840.1.101.3.4.3.18": "ML-DSA-65",
    "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
}
_CURVES = {
    "secp192r1": "P-192", "secp224r1": "P-224", "secp256r1": "P-256", "secp384r1": "P-384",
    "secp521r1": "P-521", "prime256v1": "P-256",
}  # fmt: skip


def name_text(attributes: Attributes) -> str:
    """The name by RFC 4514, the last relative name first; unknown attributes by OID."""
    return ",".join(
        "+".join(f"{_SHORT.get(oid, oid)}={_escape(value)}" for oid, value in rdn)
        for rdn in reversed(attributes)
    )


def without_email(attributes: Attributes) -> Attributes:
    """The name without electronic mail addresses, which may be those of a person."""
    kept = ([pair for pair in rdn if pair[0] != EMAIL] for rdn in attributes)
    return [rdn for rdn in kept if rdn]


def _escape(value: str) -> str:
    text = _SPECIAL.sub(r"\\\1", value)
    if text.startswith(("#", " ")):
        text = "\\" + text
    if text.endswith(" ") and len(text) > 1:
        text = text[:-1] + "\\ "
    return text


def subject_may_be_kept(
    attributes: Attributes,
    *,
    is_ca: bool,
    qc_statements: Collection[str],
    qc_types: Collection[str],
    semantics: Collection[str],
) -> bool:
    """Whether the subject is certainly no natural person; in doubt it is left out.

    Args:
        attributes: the subject.
        is_ca: basic constraints say that it is a CA.
        qc_statements: OIDs of the QC statements.
        qc_types: QcType values (``esign``, ``eseal``, ``web``).
        semantics: OIDs of semantics identifiers (EN 319 412-1 5.1).
    """
    pairs = [pair for rdn in attributes for pair in rdn]
    present = {oid for oid, _ in pairs}
    if is_ca and not present & {GIVEN_NAME, SURNAME, PSEUDONYM}:
        return True
    if present & _PERSONAL or _NATURAL_SEMANTICS & set(semantics) or "esign" in qc_types:
        return False
    if any(oid == "2.5.4.5" and _PERSONAL_NUMBER.match(value) for oid, value in pairs):
        return False
    if ORGANIZATION_IDENTIFIER in present:
        return True
    if EMAIL in present:  # an employee's certificate often has no other mark
        return False
    # QcCompliance without QcType means a certificate for electronic signatures.
    if "0.4.0.1862.1.1" in qc_statements and not qc_types:
        return False
    return ORGANIZATION in present


def algorithm(oid: str) -> str:
    """The usual name of a signature algorithm, else its OID."""
    return _ALGORITHMS.get(oid, oid)


def curve(name: str) -> str:
    """A curve by its NIST name where it has one."""
    return _CURVES.get(name, name)
