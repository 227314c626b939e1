"""Certificates in DER and PEM form, also several PEM blocks in one file.

Input: the bytes of a file. Output: the facts of each certificate, under an IRI made from its
SHA-256. The strict parser (cryptography) reads first; where it refuses or warns, the lenient one
(asn1crypto) reads what it can and the reason stays in the graph as ``cg:parseNote``. Subject
names of natural persons, or of subjects that may be one, are not collected.
Clause: EN 319 412-1 to -5; RFC 5280.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.collect.facts import (
    CONTAINS,
    NOTE,
    SERIAL_NUMBER,
    SHA256,
    TYPE,
    VALID_FROM,
    VALID_THROUGH,
    UnreadableError,
    boolean,
    certificate_iri,
    cg,
    instant,
    integer,
    problem,
    text,
)
from clausegraph.collect.media import der_length
from clausegraph.collect.names import Attributes, name_text, subject_may_be_kept, without_email
from clausegraph.collect.qcstatements import QcStatements

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_PEM = re.compile(
    rb"-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \1-----",
)
_PEM_CERTIFICATES = frozenset({b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE"})
MAX_CERTIFICATE = 128 * 1024
"""Greatest size of one certificate: decoding an endless OID or name takes quadratic time."""
_MAX_BLOCKS = 10_000
_CERTIFICATE = cg("Certificate")
_ISSUER_NAME = cg("issuerName")
_SUBJECT_NAME = cg("subjectName")
_KEY_TYPE = cg("keyType")
_KEY_SIZE = cg("keySize")
_SIGNATURE_ALGORITHM = cg("signatureAlgorithm")
_POLICY_OID = cg("policyOid")
_QC_STATEMENT = cg("qcStatement")
_QC_TYPE = cg("qcType")
_IS_CA = cg("isCa")
_SKI = cg("subjectKeyIdentifier")
_AKI = cg("authorityKeyIdentifier")
_PARSE_NOTE = cg("parseNote")


@dataclass(slots=True)
class Certificate:
    """What the graph keeps of a certificate; None or empty where it could not be read."""

    issuer: Attributes | None = None
    subject: Attributes | None = None
    serial: int | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    key_type: str = ""
    key_size: int = 0
    signature_algorithm: str = ""
    policies: list[str] = field(default_factory=list)
    is_ca: bool | None = None
    subject_key: bytes = b""
    authority_key: bytes = b""
    qc: QcStatements = field(default_factory=QcStatements)
    notes: list[str] = field(default_factory=list)


def facts(data: bytes, artefact: NamedNode) -> Iterator[Triple]:
    """The facts of all certificates of a file.

    Args:
        data: the content of the file, DER or PEM.
        artefact: the IRI of the file.
    """
    try:
        blocks, notes = split(data)
    except UnreadableError as error:
        yield from problem(artefact, "unreadable", str(error))
        return
    for note in notes:
        yield Triple(artefact, NOTE, text(note))
    good = 0
    faults = []
    for number, (der, note) in enumerate(blocks, 1):
        try:
            certificate = parse(der)
        except UnreadableError as error:
            faults.append(f"block {number}: {error}" if len(blocks) > 1 else str(error))
            continue
        good += 1
        if note:
            certificate.notes.append(note)
        yield from certificate_facts(certificate, der, artefact)
    if not good:
        yield from problem(artefact, "unreadable", "; ".join(faults[:10]))
    elif faults:
        yield Triple(artefact, NOTE, text("Not read: " + "; ".join(faults[:10])))


def split(data: bytes) -> tuple[list[tuple[bytes, str]], list[str]]:
    """The DER certificates of a file, each with a parse note or "", and notes on the file.

    Raises:
        UnreadableError: the file holds no certificate.
    """
    if data[:1] == b"\x30":
        length = der_length(data)
        extra = len(data) - length
        note = f"{extra} trailing bytes after the certificate were ignored" if extra else ""
        return [(data[:length], note)], []
    blocks: list[tuple[bytes, str]] = []
    notes: list[str] = []
    for label, body in _PEM.findall(data):
        if label.endswith(b"PRIVATE KEY"):
            notes.append("The file holds a private key: remove it from the pack.")
        if label not in _PEM_CERTIFICATES:
            continue
        if len(blocks) >= _MAX_BLOCKS:
            notes.append(f"Only the first {_MAX_BLOCKS} PEM blocks were read.")
            break
        try:
            der = binascii.a2b_base64(body)
        except binascii.Error:
            notes.append("A PEM block is no base64 text.")
            continue
        length = der_length(der)  # OpenSSL's TRUSTED CERTIFICATE adds its own data
        extra = len(der) - length
        note = f"{extra} trailing bytes after the certificate were ignored" if extra else ""
        blocks.append((der[:length], note))
    if not blocks:
        raise UnreadableError(" ".join(dict.fromkeys(["The file holds no certificate.", *notes])))
    return blocks, list(dict.fromkeys(notes))


def parse(der: bytes) -> Certificate:
    """Read one certificate, strictly first.

    Raises:
        UnreadableError: not even the lenient parser finds a certificate.
    """
    if len(der) > MAX_CERTIFICATE:
        raise UnreadableError(f"The certificate has more than {MAX_CERTIFICATE} bytes.")
    from clausegraph.collect.x509_lenient import parse_lenient
    from clausegraph.collect.x509_strict import RefusedError, parse_strict

    try:
        return parse_strict(der)
    except RefusedError as refusal:
        certificate = parse_lenient(der)
        certificate.notes.insert(0, f"lenient parser used, the strict one says: {refusal}")
        return certificate


def subject_key_identifier(der: bytes) -> bytes:
    """The subject key identifier of a certificate, empty when there is none to be read."""
    if len(der) > MAX_CERTIFICATE:
        return b""
    from clausegraph.collect import x509_lenient, x509_strict

    try:
        return x509_strict.subject_key_identifier(der)
    except x509_strict.RefusedError:
        return x509_lenient.subject_key_identifier(der)


def certificate_facts(cert: Certificate, der: bytes, artefact: NamedNode) -> Iterator[Triple]:
    """The triples of one certificate."""
    sha256 = hashlib.sha256(der).hexdigest()
    node = certificate_iri(sha256)
    notes = list(cert.notes)
    yield Triple(artefact, CONTAINS, node)
    yield Triple(node, TYPE, _CERTIFICATE)
    yield Triple(node, SHA256, Literal(sha256))
    if cert.issuer is not None:
        yield Triple(node, _ISSUER_NAME, text(name_text(cert.issuer)))
    if cert.subject is not None and _keeps_subject(cert):
        subject = cert.subject if cert.is_ca else without_email(cert.subject)
        yield Triple(node, _SUBJECT_NAME, text(name_text(subject)))
    if cert.serial is not None:
        yield Triple(node, SERIAL_NUMBER, text(format(cert.serial, "x")))
        if cert.serial <= 0:
            notes.append("the serial number is not positive")
    for term, moment in ((VALID_FROM, cert.not_before), (VALID_THROUGH, cert.not_after)):
        if moment is not None:
            try:
                yield Triple(node, term, instant(moment))
            except UnreadableError:
                notes.append("a time of the validity is out of range")
    if cert.key_type:
        yield Triple(node, _KEY_TYPE, text(cert.key_type))
    if cert.key_size:
        yield Triple(node, _KEY_SIZE, integer(cert.key_size))
    if cert.signature_algorithm:
        yield Triple(node, _SIGNATURE_ALGORITHM, text(cert.signature_algorithm))
    for term, values in (
        (_POLICY_OID, cert.policies),
        (_QC_STATEMENT, cert.qc.oids),
        (_QC_TYPE, cert.qc.types),
        (NOTE, cert.qc.remarks),
    ):
        for value in dict.fromkeys(values):
            yield Triple(node, term, text(value))
    if cert.is_ca is not None:
        yield Triple(node, _IS_CA, boolean(cert.is_ca))
    for term, key in ((_SKI, cert.subject_key), (_AKI, cert.authority_key)):
        if key:
            yield Triple(node, term, text(key.hex()))
    for note in dict.fromkeys([*notes, *cert.qc.faults]):
        yield Triple(node, _PARSE_NOTE, text(note))


def _keeps_subject(cert: Certificate) -> bool:
    # Statements that cannot be read may be those of a natural person.
    if cert.subject is None or (cert.qc.faults and not cert.is_ca):
        return False
    return subject_may_be_kept(
        cert.subject,
        is_ca=bool(cert.is_ca),
        qc_statements=cert.qc.oids,
        qc_types=cert.qc.types,
        semantics=cert.qc.semantics,
    )
