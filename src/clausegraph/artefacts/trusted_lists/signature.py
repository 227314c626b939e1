"""The signature of a trusted list: whether it holds, what it covers, whose it is.

Input: the bytes of a list. Output: the signed bytes and the signing certificate, or the reason why
there are none. Whether that certificate may sign the list is decided elsewhere (`lotl`), so that
a signature is computed once and judged against as many lists of lists as needed.
Accepted is one enveloped XAdES signature, child of the root, over the whole list: everything that
a reader could take for the list is then covered, and only the signed bytes are given back.
Clause: TS 119 612 5.7.1, Annex B; Implementing Decision (EU) 2015/1505 Annex I.
"""

from __future__ import annotations

import binascii
import hashlib
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from clausegraph.artefacts import x509
from clausegraph.artefacts.secure_xml import parse_xml
from clausegraph.artefacts.text import UnreadableError, clean, xml_instant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cryptography.x509 import Certificate

MAX_LIST = 64 * 1024 * 1024
"""Greatest size of a list in bytes; the largest national lists have 2 MB."""
MAX_CERTIFICATES = 20
"""Greatest number of certificates that a signature may carry."""
MAX_REFERENCES = 4
"""The list, the signed properties, and what else a signature may cover of itself (its key)."""

ROOT = "{http://uri.etsi.org/02231/v2#}TrustServiceStatusList"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_C14N = frozenset(
    base + comments
    for base in (
        _EXCLUSIVE,
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#",
        "http://www.w3.org/2006/12/xml-c14n11#",
    )
    for comments in ("", "WithComments")
) | {"http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2006/12/xml-c14n11"}
_ID_NAMES = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
_DIGESTS = {
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
    "http://www.w3.org/2000/09/xmldsig#sha1": "sha1",  # names a certificate, proves nothing
}
_TSL_SIGNING = "0.4.0.2231.3.0"
_COUNTRY = "2.5.4.6"


class SignatureError(UnreadableError):
    """The list is not covered by a signature that holds; the message says why."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate that signs lists or is announced for it.

    Attributes:
        sha256: hash of the certificate, hexadecimal.
        key_sha256: hash of its subjectPublicKeyInfo, hexadecimal.
        not_before: start of validity, UTC.
        not_after: end of validity, UTC.
        country: country of the subject, two letters, or empty.
        oddities: what TS 119 612 5.7.1 wants of a signer and this certificate lacks.
    """

    sha256: str
    key_sha256: str
    not_before: datetime
    not_after: datetime
    country: str = ""
    oddities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedList:
    """A list whose signature holds.

    Attributes:
        signed: the signed bytes, canonical XML without the signature: the only ones to be parsed.
        signer: the signing certificate.
        signing_time: what the signer claims, UTC; None when unreadable.
        algorithm: name of the signature algorithm, for example ``rsa-sha512``.
        notes: oddities of the signature that leave it valid.
    """

    signed: bytes = field(repr=False)
    signer: Signer
    signing_time: datetime | None
    algorithm: str
    notes: tuple[str, ...] = ()


def check(data: bytes) -> SignedList:
    """Verify the signature of a list with the certificate that it carries.

    The certificate's validity is not looked at: that depends on the time which is asked for.

    Args:
        data: the file.

    Raises:
        UnreadableError: the bytes are no trusted list.
        SignatureError: the signature is missing, of another form, or does not hold.
    """
    if len(data) > MAX_LIST:
        raise UnreadableError(f"The list has more than {MAX_LIST} bytes.")
    root = parse_xml(data)
    if root.tag != ROOT:
        raise UnreadableError("The XML is not a trusted list of TS 119 612.")
    form = _form(root)
    der = _carried(form)
    signer = read_signer(der)
    signed = _verify(data, _load(der), form.document)
    algorithm = form.method.rpartition("#")[2]
    return SignedList(signed, signer, _signing_time(form), algorithm, _notes(form))


def read_signer(der: bytes) -> Signer:
    """What counts of a certificate that signs lists or is announced for it.

    Raises:
        UnreadableError: it cannot be read, or it states no validity.
    """
    certificate = x509.parse(der)
    if not (certificate.not_before and certificate.not_after and certificate.spki_der):
        raise UnreadableError("The certificate of a signer states no validity or no key.")
    countries = [
        value for part in certificate.subject or () for oid, value in part if oid == _COUNTRY
    ]
    return Signer(
        certificate.sha256,
        certificate.key_sha256,
        certificate.not_before,
        certificate.not_after,
        clean(countries[0], 2).upper() if countries else "",
        tuple(_oddities(certificate)),
    )


def _oddities(certificate: x509.Certificate) -> Iterator[str]:
    usages = certificate.key_usage
    if usages is not None and not {"digitalSignature", "nonRepudiation"} & set(usages):
        yield "The key usage of the signer allows no signatures."
    purposes = certificate.extended_key_usage
    if purposes and _TSL_SIGNING not in purposes:
        yield "The extended key usage of the signer is not that of trusted lists."
    if not certificate.subject_key:
        yield "The certificate of the signer has no subject key identifier."
    if certificate.is_ca:
        yield "The signer is a CA."


class _Form(NamedTuple):
    """The parts of a signature whose form is accepted."""

    signature: Any
    document: int  # position of the reference to the list
    method: str
    transforms: tuple[str, ...]
    properties: Any


def _form(root: Any) -> _Form:
    """Whether the signature is one that covers the whole list, before anything is computed."""
    signatures = list(root.iter(f"{_DS}Signature"))
    if len(signatures) != 1:
        raise SignatureError(f"The list has {len(signatures)} signatures instead of one.")
    signature = signatures[0]
    if signature.getparent() is not root:
        raise SignatureError("The signature is no child of the list that it should cover.")
    signed_info = signature.find(f"{_DS}SignedInfo")
    if signed_info is None:
        raise SignatureError("The signature covers nothing.")
    canonical = _algorithm(signed_info.find(f"{_DS}CanonicalizationMethod"))
    if canonical not in _C14N:
        raise SignatureError(f"Unknown canonicalization: {clean(canonical, 100)}")
    references = signed_info.findall(f"{_DS}Reference")
    if not 2 <= len(references) <= MAX_REFERENCES:
        raise SignatureError(
            "Expected references to the list and to the signed properties, "
            f"found {len(references)} references."
        )
    _unique(root, {str(one.get("URI")).removeprefix("#") for one in references} - {""})
    own = [number for number, one in enumerate(references) if _covers(one, root)]
    if len(own) != 1:
        raise SignatureError("No reference of the signature covers the whole list.")
    transforms = _transforms(references[own[0]])
    if transforms[:1] != (_ENVELOPED,) or not _C14N.issuperset(transforms[1:]):
        raise SignatureError("The list is transformed by more than envelope and canonical form.")
    if len(transforms) > 2:
        raise SignatureError("The list is brought into canonical form more than once.")
    properties = signature.find(
        f"{_DS}Object/{_XADES}QualifyingProperties/{_XADES}SignedProperties"
    )
    inside = {_identifier(element): element for element in signature.iter("*")}
    others = [
        inside.get(str(one.get("URI"))[1:]) for one in references if one is not references[own[0]]
    ]
    if None in others:
        raise SignatureError("A reference covers something else than the list and the signature.")
    if properties is None or properties not in others:
        raise SignatureError("The signature does not cover signed properties of XAdES.")
    for one in references:
        if one is not references[own[0]] and not _C14N.issuperset(_transforms(one)):
            raise SignatureError(
                "A part of the signature is transformed by more than canonical form."
            )
    method = _algorithm(signed_info.find(f"{_DS}SignatureMethod"))
    return _Form(signature, own[0], method, transforms, properties)


def _identifier(element: Any) -> str:
    return next((str(element.get(name)) for name in _ID_NAMES if element.get(name)), "")


def _algorithm(element: Any) -> str:
    return "" if element is None else str(element.get("Algorithm") or "")


def _covers(reference: Any, root: Any) -> bool:
    """Whether a reference means the whole list: by an empty URI or by the Id of the root."""
    uri = reference.get("URI")
    names = [root.get(name) for name in _ID_NAMES]
    return uri == "" or (uri is not None and uri[:1] == "#" and uri[1:] in names)


def _transforms(reference: Any) -> tuple[str, ...]:
    found = reference.findall(f"{_DS}Transforms/{_DS}Transform")
    if len(found) > 3:
        raise SignatureError("A reference has more than three transforms.")
    return tuple(_algorithm(one) for one in found)


def _unique(root: Any, identifiers: set[str]) -> None:
    """No second element may have an identifier that is signed, whatever its attribute's name."""
    seen: set[str] = set()
    for element in root.iter("*"):
        for name, value in element.items():
            if value in identifiers and name.rpartition("}")[2].lower() == "id":
                if value in seen:
                    raise SignatureError("The identifier of a signed element stands twice.")
                seen.add(value)


def _carried(form: _Form) -> bytes:
    """The certificate that the signed properties name, out of those that the signature carries."""
    texts = form.signature.findall(f"{_DS}KeyInfo/{_DS}X509Data/{_DS}X509Certificate")
    if not texts:
        raise SignatureError("The signature carries no certificate.")
    if len(texts) > MAX_CERTIFICATES:
        raise SignatureError(f"The signature carries more than {MAX_CERTIFICATES} certificates.")
    own = form.properties.find(f"{_XADES}SignedSignatureProperties")
    digest = None
    for version in ("SigningCertificate", "SigningCertificateV2"):
        if own is not None and digest is None:
            digest = own.find(f"{_XADES}{version}/{_XADES}Cert/{_XADES}CertDigest")
    if digest is None:
        raise SignatureError("The signed properties name no signing certificate.")
    algorithm = _DIGESTS.get(_algorithm(digest.find(f"{_DS}DigestMethod")))
    value = base64_bytes(digest.findtext(f"{_DS}DigestValue") or "")
    for der in map(base64_bytes, (one.text or "" for one in texts)):
        if algorithm and hashlib.new(algorithm, der, usedforsecurity=False).digest() == value:
            return der
    raise SignatureError("The signature carries another certificate than its properties name.")


def base64_bytes(value: str) -> bytes:
    """The bytes of a base64 text with white space; empty when it is none."""
    try:
        return binascii.a2b_base64("".join(value.split()), strict_mode=True)
    except (ValueError, binascii.Error):  # ValueError: not ASCII
        return b""


def _load(der: bytes) -> Certificate:
    from cryptography.x509 import load_der_x509_certificate

    try:
        with warnings.catch_warnings():  # odd encodings of a signer are no business of ours
            warnings.simplefilter("ignore")
            return load_der_x509_certificate(der)
    except _faults() as error:
        raise SignatureError("The certificate of the signer cannot be read.") from error


def _verify(data: bytes, certificate: Certificate, document: int) -> bytes:
    """The signed bytes of the list, after every digest and the signature have been computed."""
    from lxml import etree
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.exceptions import InvalidDigest, InvalidSignature
    from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

    configuration = XAdESSignatureConfiguration(
        location="./",
        expect_references=True,
        signature_methods=frozenset(
            m for m in SignatureMethod if "SHA1" not in m.name and "HMAC" not in m.name
        ),
        digest_algorithms=frozenset(d for d in DigestAlgorithm if "SHA1" not in d.name),
        # A time at which it is valid: validity is judged later, at the time that is asked for.
        verification_time=certificate.not_valid_before_utc,
    )
    # Same encoding and refusals as parse_xml, so that both see the same document.
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            results = XAdESVerifier().verify(
                data, x509_cert=certificate, expect_config=configuration, parser=parser
            )
        signed = bytes(results[document].signed_data)
    except InvalidDigest as error:
        raise SignatureError(
            "The list, or the properties of its signature, were changed after signing: "
            "a digest differs."
        ) from error
    except InvalidSignature as error:
        raise SignatureError("The signature does not fit the certificate that it carries.") from (
            error
        )
    except _faults() as error:
        raise SignatureError(f"The signature cannot be verified: {_reason(error)}.") from error
    again = parse_xml(signed)
    if again.tag != ROOT or again.find(f".//{_DS}Signature") is not None:
        raise SignatureError("What is signed is not the list.")
    return signed


def _faults() -> tuple[type[Exception], ...]:
    """What the libraries raise for bytes that are not as they expect."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.x509 import (
        DuplicateExtension,
        InvalidVersion,
        UnsupportedGeneralNameType,
    )
    from lxml.etree import LxmlError
    from signxml.exceptions import SignXMLException

    return (
        SignXMLException, LxmlError, UnsupportedAlgorithm, InvalidSignature, DuplicateExtension,
        InvalidVersion, UnsupportedGeneralNameType, ValueError, TypeError, KeyError, LookupError,
        AttributeError, NotImplementedError, OverflowError, AssertionError,
    )  # fmt: skip


def _reason(error: Exception) -> str:
    """The reason of a library, without the subject names that some messages carry."""
    text = clean(str(error).partition("(subject=")[0], 160).rstrip(".: ")
    return text or type(error).__name__


def _signing_time(form: _Form) -> datetime | None:
    own = form.properties.find(f"{_XADES}SignedSignatureProperties")
    try:
        return xml_instant(str(own.findtext(f"{_XADES}SigningTime") or ""))
    except UnreadableError:
        return None


def _notes(form: _Form) -> tuple[str, ...]:
    notes = []
    if form.transforms[1:] != (_EXCLUSIVE,):
        notes.append("The list is signed in another canonical form than the exclusive one.")
    if _signing_time(form) is None:
        notes.append("The signature states no time that can be read.")
    return tuple(notes)
