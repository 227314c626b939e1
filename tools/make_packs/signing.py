"""Detached CAdES signatures over documents.

Purpose: sign each document of a pack with a document-signing certificate; the signing time is
the date of the document, so that nothing reads the clock.
Inputs: content, signer, time. Outputs: a DER ``.p7s`` (CAdES baseline B, detached).
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from asn1crypto import cms, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tools.make_packs.pki import Holder


def detached(content: bytes, signer: Holder, chain: list[Holder], when: datetime) -> bytes:
    """Sign ``content``.

    Args:
        content: the bytes of the document.
        signer: the document-signing holder.
        chain: the CA certificates to carry along, without the root.
        when: the signing time to state.

    Returns:
        The CMS structure in DER, without the content.
    """
    certificate = x509.Certificate.load(signer.der)
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": when})]}),
            cms.CMSAttribute(
                {"type": "message_digest", "values": [hashlib.sha256(content).digest()]}
            ),
            cms.CMSAttribute(
                {
                    "type": "signing_certificate_v2",
                    "values": [
                        tsp.SigningCertificateV2(
                            {
                                "certs": [
                                    {
                                        "hash_algorithm": {"algorithm": "sha256"},
                                        "cert_hash": hashlib.sha256(signer.der).digest(),
                                    }
                                ]
                            }
                        )
                    ],
                }
            ),
        ]
    )
    signature = signer.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
            ),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": signature,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [certificate, *(x509.Certificate.load(ca.der) for ca in chain)],
            "signer_infos": [info],
        }
    )
    dumped: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return dumped
