"""The facts of certificates, each under an IRI made from its SHA-256.

Input: the bytes of a file. Output: triples. Subject names of natural persons, or of subjects that
may be one, are not collected.
Clause: EN 319 412-1 to -5; RFC 5280.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.x509 import Certificate, parse
from clausegraph.artefacts.x509.bundles import split
from clausegraph.artefacts.x509.names import name_text, without_email
from clausegraph.collect.facts import (
    CONTAINS,
    NOTE,
    SERIAL_NUMBER,
    SHA256,
    TYPE,
    VALID_FROM,
    VALID_THROUGH,
    boolean,
    certificate_iri,
    cg,
    instant,
    integer,
    problem,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clausegraph.collect.gathered import Gathered

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


def facts(data: bytes, artefact: NamedNode, gathered: Gathered) -> Iterator[Triple]:
    """The facts of all certificates of a file.

    Args:
        data: the content of the file, DER or PEM.
        artefact: the IRI of the file.
        gathered: where the certificates are kept for facts that need several files.
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
        gathered.certificates.setdefault(certificate.sha256, certificate)
        yield Triple(artefact, CONTAINS, certificate_iri(certificate.sha256))
        yield from certificate_facts(certificate)
    if not good:
        yield from problem(artefact, "unreadable", "; ".join(faults[:10]))
    elif faults:
        yield Triple(artefact, NOTE, text("Not read: " + "; ".join(faults[:10])))


def certificate_facts(cert: Certificate) -> Iterator[Triple]:
    """The triples of one certificate."""
    node = certificate_iri(cert.sha256)
    notes = list(cert.notes)
    yield Triple(node, TYPE, _CERTIFICATE)
    yield Triple(node, SHA256, Literal(cert.sha256))
    if cert.issuer is not None:
        yield Triple(node, _ISSUER_NAME, text(name_text(cert.issuer)))
    if cert.subject is not None and cert.keeps_subject:
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
        (NOTE, _remarks(cert)),
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


def _remarks(cert: Certificate) -> Iterator[str]:
    """What the QC statements say beyond their OIDs."""
    if cert.qc.countries:
        yield f"QcCClegislation: {', '.join(cert.qc.countries)}"
    if (limit := cert.qc.limit) is not None:
        yield f"QcLimitValue: {limit.amount} x 10^{limit.exponent} {limit.currency}"
    if cert.qc.retention_years is not None:
        yield f"QcRetentionPeriod: {cert.qc.retention_years} years"
    for url, language in cert.qc.locations:
        yield f"PDS ({language}): {url}"
