"""The certificates of a file: DER, PEM, several PEM blocks, PKCS #7.

Input: the bytes of a file. Output: DER certificates with notes on what surrounded them.
Clause: RFC 7468 (PEM); RFC 5652 5.1 and 10.2.3 (certificates in signed data).
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, replace
from functools import lru_cache

from clausegraph.artefacts.media import der_length, element
from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.x509 import Certificate, parse
from clausegraph.artefacts.x509.qcstatements import PARSE_ERRORS

_PEM = re.compile(
    rb"-----BEGIN ([A-Z0-9# ]{1,40})-----([^-]*)-----END \1-----",
)
_PEM_CERTIFICATES = frozenset({b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE"})
_PEM_BUNDLES = frozenset({b"PKCS7", b"CMS", b"PKCS #7 SIGNED DATA"})
_MAX_TYPE = 32
_MAX_BLOCKS = 10_000


def split(data: bytes) -> tuple[list[tuple[bytes, str]], list[str]]:
    """The DER certificates of a file, each with a parse note or "", and notes on the file.

    Args:
        data: DER, PEM with any number of blocks, or PKCS #7 (.p7b, .p7c, a signature) in either.

    Raises:
        UnreadableError: the file holds no certificate.
    """
    if data[:1] == b"\x30":
        if is_pkcs7(data):
            return _pkcs7(data)
        return [_trimmed(data)], []
    blocks: list[tuple[bytes, str]] = []
    notes: list[str] = []
    for label, body in _PEM.findall(data):
        if label.endswith(b"PRIVATE KEY"):
            notes.append("The file holds a private key: remove it from the pack.")
        if label not in _PEM_CERTIFICATES | _PEM_BUNDLES:
            continue
        if len(blocks) >= _MAX_BLOCKS:
            notes.append(f"Only the first {_MAX_BLOCKS} PEM blocks were read.")
            break
        try:
            der = binascii.a2b_base64(body)
        except binascii.Error:
            notes.append("A PEM block is no base64 text.")
            continue
        if label in _PEM_CERTIFICATES:  # OpenSSL's TRUSTED CERTIFICATE adds its own data
            blocks.append(_trimmed(der))
            continue
        try:
            found, more = _pkcs7(der)
        except UnreadableError as error:
            notes.append(str(error))
        else:
            blocks += found
            notes += more
    if not blocks:
        raise UnreadableError(" ".join(dict.fromkeys(["The file holds no certificate.", *notes])))
    return blocks, list(dict.fromkeys(notes))


@dataclass(frozen=True, slots=True)
class Bundle:
    """The certificates of a file, notes on what surrounded them, and why others were not read."""

    certificates: tuple[Certificate, ...]
    notes: tuple[str, ...]
    faults: tuple[str, ...]


def read_all(data: bytes) -> Bundle:
    """Read every certificate of a file; one that cannot be read becomes a fault.

    Raises:
        UnreadableError: the file holds nothing that looks like a certificate.
    """
    blocks, notes = split(data)
    found, faults = [], []
    for number, (der, note) in enumerate(blocks, 1):
        try:
            certificate = _parsed(der)
        except UnreadableError as error:
            faults.append(f"block {number}: {error}" if len(blocks) > 1 else str(error))
            continue
        if note:
            certificate = replace(certificate, notes=[*certificate.notes, note])
        found.append(certificate)
    return Bundle(tuple(found), tuple(notes), tuple(faults))


@lru_cache(maxsize=128)
def _parsed(der: bytes) -> Certificate:
    """The certificate, which is not changed: signatures of one service repeat theirs."""
    return parse(der)


def _trimmed(der: bytes) -> tuple[bytes, str]:
    length = der_length(der)
    extra = len(der) - length
    note = f"{extra} trailing bytes after the certificate were ignored" if extra else ""
    return der[:length], note


def is_pkcs7(data: bytes) -> bool:
    """Whether these bytes begin like a PKCS #7 structure in DER or BER."""
    outer = element(data, 0)
    first = element(data, outer[1]) if outer else None
    # Decoding an endless OID takes quadratic time; that of a content type has eleven bytes.
    return first is not None and first[0] == 0x06 and first[2] - first[1] <= _MAX_TYPE


def _pkcs7(data: bytes) -> tuple[list[tuple[bytes, str]], list[str]]:
    """The certificates of a PKCS #7 or CMS structure; its signatures are not looked at."""
    from asn1crypto import cms

    notes = []
    blocks: list[tuple[bytes, str]] = []
    try:
        content = cms.ContentInfo.load(data)
        kind = content["content_type"].native
        if kind != "signed_data":
            raise UnreadableError("The PKCS #7 structure is no bundle of certificates.")
        choices = list(content["content"]["certificates"] or [])
        if len(choices) > _MAX_BLOCKS:
            notes.append(f"Only the first {_MAX_BLOCKS} certificates were read.")
        for choice in choices[:_MAX_BLOCKS]:
            if choice.name == "certificate":
                blocks.append((choice.chosen.dump(), ""))
            else:
                notes.append("A member of the PKCS #7 structure is no X.509 certificate.")
        if any(True for _ in content["content"]["signer_infos"]):
            notes.append("A signature of the PKCS #7 structure was not verified.")
    except PARSE_ERRORS as error:
        raise UnreadableError("The PKCS #7 structure is damaged.") from error
    if not blocks:
        raise UnreadableError("The PKCS #7 structure holds no certificate.")
    return blocks, list(dict.fromkeys(notes))
