"""Revocation lists and OCSP responses of the example packs.

Purpose: a CRL that keeps expired entries and says so (X.509 ExpiredCertsOnCRL), and OCSP answers
with an archive cutoff, which the usual builders cannot set on a single response.
Inputs: issuing CA and serial numbers. Outputs: DER.
Clause: EN 319 411-2 clause 6.3.10.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import core, ocsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ObjectIdentifier

from tools.make_packs.pki import Holder

EXPIRED_CERTS_ON_CRL = ObjectIdentifier("2.5.29.60")


@dataclass(frozen=True)
class Revoked:
    """One revoked certificate."""

    serial: int
    on: datetime
    reason: x509.ReasonFlags


def crl(
    issuer: Holder,
    number: int,
    this_update: datetime,
    next_update: datetime,
    revoked: list[Revoked],
    keeps_since: datetime | None = None,
) -> bytes:
    """A signed CRL.

    Args:
        issuer: the CA that signs it.
        number: the CRL number.
        this_update: time of issue.
        next_update: time of the next one.
        revoked: the entries.
        keeps_since: date of ExpiredCertsOnCRL, left out when None.

    Returns:
        The list in DER.
    """
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(this_update)
        .next_update(next_update)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                issuer.certificate.extensions.get_extension_for_class(
                    x509.SubjectKeyIdentifier
                ).value
            ),
            critical=False,
        )
    )
    if keeps_since is not None:
        value = core.GeneralizedTime(keeps_since).dump()
        builder = builder.add_extension(
            x509.UnrecognizedExtension(EXPIRED_CERTS_ON_CRL, value), critical=False
        )
    for entry in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(entry.serial)
            .revocation_date(entry.on)
            .add_extension(x509.CRLReason(entry.reason), critical=False)
            .build()
        )
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def response(
    issuer: Holder,
    responder: Holder,
    subject: x509.Certificate,
    produced: datetime,
    next_update: datetime,
    *,
    revoked: Revoked | None = None,
    archive_cutoff: datetime | None = None,
) -> bytes:
    """A signed OCSP response about one certificate, with the responder's certificate.

    Args:
        issuer: the CA of the certificate.
        responder: the delegated responder.
        subject: the certificate asked about.
        produced: time of the answer.
        next_update: until when it holds.
        revoked: the revocation, or None for "good".
        archive_cutoff: date of the archive cutoff, left out when None.

    Returns:
        The response in DER.
    """
    issuer_certificate = asn1.Certificate.load(issuer.der)
    if revoked is None:
        status = ocsp.CertStatus("good")
    else:
        status = ocsp.CertStatus(
            "revoked",
            {"revocation_time": revoked.on, "revocation_reason": revoked.reason.name},
        )
    single: dict[str, object] = {
        "cert_id": {
            "hash_algorithm": {"algorithm": "sha1"},
            "issuer_name_hash": issuer_certificate.subject.sha1,
            "issuer_key_hash": issuer_certificate.public_key.sha1,
            "serial_number": subject.serial_number,
        },
        "cert_status": status,
        "this_update": produced,
        "next_update": next_update,
    }
    if archive_cutoff is not None:
        single["single_extensions"] = [
            {
                "extn_id": "archive_cutoff",
                "critical": False,
                "extn_value": core.GeneralizedTime(archive_cutoff),
            }
        ]
    responder_certificate = asn1.Certificate.load(responder.der)
    data = ocsp.ResponseData(
        {
            "responder_id": ocsp.ResponderId(
                name="by_key", value=responder_certificate.public_key.sha1
            ),
            "produced_at": produced,
            "responses": [single],
        }
    )
    basic = ocsp.BasicOCSPResponse(
        {
            "tbs_response_data": data,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": responder.key.sign(data.dump(), ec.ECDSA(hashes.SHA256())),
            "certs": [responder_certificate],
        }
    )
    answer = ocsp.OCSPResponse(
        {
            "response_status": "successful",
            "response_bytes": {
                "response_type": "basic_ocsp_response",
                "response": core.ParsableOctetString(basic.dump()),
            },
        }
    )
    dumped: bytes = answer.dump()
    return dumped
