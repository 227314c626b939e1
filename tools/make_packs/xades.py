"""An enveloped XAdES signature over an XML list.

Purpose: what signs the trusted lists of the example packs and those that tests make.
Inputs: the root element, a key with its certificate, the time. Output: the element, signed.
Clause: TS 119 612 5.7.1; EN 319 132-1.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

XADES = "http://uri.etsi.org/01903/v1.3.2#"
DS = "http://www.w3.org/2000/09/xmldsig#"
ENVELOPED = f"{DS}enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


def sign(
    root: etree._Element,
    key: ec.EllipticCurvePrivateKey,
    certificate: bytes,
    when: str,
    *,
    covered: etree._Element | None = None,
    uri: str = "",
    transforms: tuple[str, ...] = (ENVELOPED, EXCLUSIVE),
) -> etree._Element:
    """Sign a list.

    Args:
        root: the list; gets the signature as its last child.
        key: of the curve P-256.
        certificate: DER, carried and named as that of the signer.
        when: the signing time, with Z.
        covered: what the first reference digests, the whole list by default.
        uri: the URI of that reference.
        transforms: the transforms that it names.

    Returns:
        The signature.
    """
    document = _digest(root if covered is None else covered)
    signature = etree.SubElement(root, f"{{{DS}}}Signature", nsmap={"ds": DS})
    signature.set("Id", "signature")
    signed_info = _child(signature, DS, "SignedInfo")
    value = _child(signature, DS, "SignatureValue")
    data = _child(_child(signature, DS, "KeyInfo"), DS, "X509Data")
    _child(data, DS, "X509Certificate", base64.b64encode(certificate).decode())
    properties = _properties(_child(signature, DS, "Object"), certificate, when)
    _child(signed_info, DS, "CanonicalizationMethod", Algorithm=EXCLUSIVE)
    method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
    _child(signed_info, DS, "SignatureMethod", Algorithm=method)
    _reference(signed_info, uri, document, *transforms)
    reference = _reference(signed_info, "#signed-properties", _digest(properties), EXCLUSIVE)
    reference.set("Type", "http://uri.etsi.org/01903#SignedProperties")
    signed = etree.tostring(signed_info, method="c14n", exclusive=True)
    r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(hashes.SHA256())))
    value.text = base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
    return signature


def carried(path: Path) -> bytes:
    """The certificate, DER, that the signature of a list carries."""
    text = etree.parse(path).findtext(f".//{{{DS}}}X509Certificate")
    return base64.b64decode(text or "")


def _child(
    parent: etree._Element, namespace: str, tag: str, text: str | None = None, **attributes: str
) -> etree._Element:
    element = etree.SubElement(parent, f"{{{namespace}}}{tag}")
    element.text = text
    for name, value in attributes.items():
        element.set(name, value)
    return element


def _digest(element: etree._Element) -> str:
    data = etree.tostring(element, method="c14n", exclusive=True, with_tail=False)
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def _reference(parent: etree._Element, uri: str, digest: str, *transforms: str) -> etree._Element:
    reference = _child(parent, DS, "Reference", URI=uri)
    holder = _child(reference, DS, "Transforms")
    for algorithm in transforms:
        _child(holder, DS, "Transform", Algorithm=algorithm)
    _child(reference, DS, "DigestMethod", Algorithm=_SHA256)
    _child(reference, DS, "DigestValue", digest)
    return reference


def _properties(holder: etree._Element, certificate: bytes, when: str) -> etree._Element:
    qualifying = etree.SubElement(
        holder, f"{{{XADES}}}QualifyingProperties", nsmap={"xades": XADES}, Target="#signature"
    )
    properties = _child(qualifying, XADES, "SignedProperties", Id="signed-properties")
    own = _child(properties, XADES, "SignedSignatureProperties")
    _child(own, XADES, "SigningTime", when)
    named = _child(_child(own, XADES, "SigningCertificateV2"), XADES, "Cert")
    digest = _child(named, XADES, "CertDigest")
    _child(digest, DS, "DigestMethod", Algorithm=_SHA256)
    fingerprint = base64.b64encode(hashlib.sha256(certificate).digest()).decode()
    _child(digest, DS, "DigestValue", fingerprint)
    return properties
