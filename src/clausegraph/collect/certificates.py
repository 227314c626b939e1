"""The facts of certificates, each under an IRI made from its SHA-256.

Input: the bytes of a file. Output: triples. Of subjects that are or may be natural persons, only
the hash of the encoded name is collected, and no alternative name, unless they may be kept.
Clause: EN 319 412-1 to -5; RFC 5280.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.x509.bundles import read_all
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

    from clausegraph.artefacts.x509 import Certificate
    from clausegraph.collect.gathered import Gathered

_CERTIFICATE = cg("Certificate")
_ISSUER_NAME = cg("issuerName")
_SUBJECT_NAME = cg("subjectName")
_SUBJECT_DIGEST = cg("subjectDigest")
_ALTERNATIVE_NAME = cg("alternativeName")
_KEY_TYPE = cg("keyType")
_KEY_SIZE = cg("keySize")
_KEY_DIGEST = cg("keyDigest")
_SIGNATURE_ALGORITHM = cg("signatureAlgorithm")
_IS_CA = cg("isCa")
_PATH_LENGTH = cg("pathLength")
_SKI = cg("subjectKeyIdentifier")
_AKI = cg("authorityKeyIdentifier")
_PARSE_NOTE = cg("parseNote")
_RETENTION = cg("qcRetentionYears")
_PUBLIC_NAMES = ("dns:", "ip:", "uri:", "rid:")
"""Alternative names that are no mail address, directory name or user name."""


_term = cache(cg)


def facts(data: bytes, artefact: NamedNode, gathered: Gathered) -> Iterator[Triple]:
    """The facts of all certificates of a file.

    Args:
        data: the content of the file: DER, PEM, PKCS #7.
        artefact: the IRI of the file.
        gathered: where the certificates are kept for facts that need several files.
    """
    try:
        bundle = read_all(data)
    except UnreadableError as error:
        yield from problem(artefact, "unreadable", str(error))
        return
    for note in bundle.notes:
        yield Triple(artefact, NOTE, text(note))
    for certificate in bundle.certificates:
        yield from contained(certificate, artefact, gathered)
    faults = "; ".join(bundle.faults[:10])
    if not bundle.certificates:
        yield from problem(artefact, "unreadable", faults)
    elif faults:
        yield Triple(artefact, NOTE, text(f"Not read: {faults}"))


def contained(cert: Certificate, artefact: NamedNode, gathered: Gathered) -> Iterator[Triple]:
    """The facts of a certificate that a file contains."""
    gathered.certificates.setdefault(cert.sha256, cert)
    yield Triple(artefact, CONTAINS, certificate_iri(cert.sha256))
    told = (cert.sha256, *cert.notes)
    if told not in gathered.told:
        gathered.told.add(told)
        yield from certificate_facts(cert, keep_subjects=gathered.keep_subjects)


def certificate_facts(cert: Certificate, *, keep_subjects: bool = False) -> Iterator[Triple]:
    """The triples of one certificate.

    Args:
        cert: the certificate.
        keep_subjects: whether names of natural persons may be among them.
    """
    node = certificate_iri(cert.sha256)
    notes = list(cert.notes)
    yield Triple(node, TYPE, _CERTIFICATE)
    yield Triple(node, SHA256, Literal(cert.sha256))
    # One that names its subject as its own issuer would name a person there.
    own = bool(cert.subject_der) and cert.subject_der == cert.issuer_der
    if cert.issuer is not None and (keep_subjects or cert.keeps_subject or not own):
        yield Triple(node, _ISSUER_NAME, text(name_text(cert.issuer)))
    yield from _subject_facts(cert, node, keep=keep_subjects)
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
    yield from _key_facts(cert, node)
    yield from _extension_facts(cert, node)
    for note in dict.fromkeys([*notes, *cert.qc.faults]):
        yield Triple(node, _PARSE_NOTE, text(note))


def _subject_facts(cert: Certificate, node: NamedNode, *, keep: bool) -> Iterator[Triple]:
    if cert.subject is not None and (keep or cert.keeps_subject):
        subject = cert.subject if keep or cert.is_ca else without_email(cert.subject)
        yield Triple(node, _SUBJECT_NAME, text(name_text(subject)))
        for name in dict.fromkeys(cert.alt_names):
            if keep or name.startswith(_PUBLIC_NAMES):
                yield Triple(node, _ALTERNATIVE_NAME, text(name))
    elif cert.subject_der:
        digest = hashlib.sha256(cert.subject_der).hexdigest()
        yield Triple(node, _SUBJECT_DIGEST, text(digest))


def _key_facts(cert: Certificate, node: NamedNode) -> Iterator[Triple]:
    if cert.key_type:
        yield Triple(node, _KEY_TYPE, text(cert.key_type))
    if cert.key_size:
        yield Triple(node, _KEY_SIZE, integer(cert.key_size))
    if cert.key_sha256:
        yield Triple(node, _KEY_DIGEST, text(cert.key_sha256))
    if cert.signature_algorithm:
        yield Triple(node, _SIGNATURE_ALGORITHM, text(cert.signature_algorithm))
    if cert.is_ca is not None:
        yield Triple(node, _IS_CA, boolean(cert.is_ca))
    if cert.path_length is not None:
        yield Triple(node, _PATH_LENGTH, integer(cert.path_length))
    for term, key in ((_SKI, cert.subject_key), (_AKI, cert.authority_key)):
        if key:
            yield Triple(node, term, text(key.hex()))


def _extension_facts(cert: Certificate, node: NamedNode) -> Iterator[Triple]:
    """What the extensions say, each value once in its order."""
    qc = cert.qc
    for name, values in (
        ("policyOid", cert.policies),
        ("keyUsage", cert.key_usage or ()),
        ("extendedKeyUsage", cert.extended_key_usage),
        ("criticalExtension", [oid for oid, critical in cert.extensions if critical]),
        ("ocspUrl", cert.ocsp_urls),
        ("caIssuersUrl", cert.issuer_urls),
        ("crlUrl", cert.crl_urls),
        ("qcStatement", qc.oids),
        ("qcType", qc.types),
        ("qcSemantics", qc.semantics),
        ("qcLegislation", qc.countries),
        ("qcDeviceLegislation", qc.device_countries),
        ("qcIdentification", qc.identification),
        ("qcLimit", [str(qc.limit)] if qc.limit else ()),
        ("disclosureUrl", [location.url for location in qc.locations]),
        ("disclosureLanguage", [location.language for location in qc.locations]),
        ("paymentRole", [role for _, role in qc.payment.roles] if qc.payment else ()),
        ("paymentAuthority", [qc.payment.authority] if qc.payment else ()),
    ):
        for value in dict.fromkeys(values):
            yield Triple(node, _term(name), text(value))
    if qc.retention_years is not None:
        yield Triple(node, _RETENTION, integer(qc.retention_years))
