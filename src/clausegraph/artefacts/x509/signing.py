"""Whether a signature over given bytes holds.

Input: a key, an algorithm, a signature and the signed bytes, all as encoded. Output: true, false,
or None when the algorithm or the key is not supported. Works on raw encodings, so that certificates
that only the lenient parser reads can be verified as well.
Clause: RFC 5280 4.1.1, RFC 4055 (RSASSA-PSS), RFC 5758, RFC 8410.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from clausegraph.artefacts.media import element
from clausegraph.artefacts.x509.qcstatements import PARSE_ERRORS

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

_PSS = "1.2.840.113549.1.1.10"
_RSA = {
    "1.2.840.113549.1.1.4": "md5", "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.11": "sha256", "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512", "1.2.840.113549.1.1.14": "sha224",
}  # fmt: skip
_ECDSA = {
    "1.2.840.10045.4.1": "sha1", "1.2.840.10045.4.3.1": "sha224",
    "1.2.840.10045.4.3.2": "sha256", "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}  # fmt: skip
_EDWARDS = frozenset({"1.3.101.112", "1.3.101.113"})


class Signed(NamedTuple):
    """The three parts of a signed structure (certificate, CRL, basic OCSP response)."""

    body: bytes
    algorithm: bytes
    signature: bytes


def signed_parts(der: bytes) -> Signed | None:
    """Cut a signed structure into body, algorithm and signature; None when it is broken."""
    outer = element(der, 0)
    body = element(der, outer[1]) if outer else None
    algorithm = element(der, body[2]) if body else None
    value = element(der, algorithm[2]) if algorithm else None
    if outer is None or body is None or algorithm is None or value is None:
        return None
    if value[0] != 0x03 or value[2] > len(der) or der[value[1] : value[1] + 1] != b"\0":
        return None
    return Signed(
        der[outer[1] : body[2]], der[body[2] : algorithm[2]], der[value[1] + 1 : value[2]]
    )


def signed_with(der: bytes, key: bytes) -> bool | None:
    """Whether a certificate, CRL or basic OCSP response is signed with a key.

    Args:
        der: the signed structure.
        key: subjectPublicKeyInfo as encoded.

    Returns:
        None when it cannot be told: broken structure, unsupported algorithm or key.
    """
    parts = signed_parts(der)
    return None if parts is None else holds(key, parts.algorithm, parts.body, parts.signature)


def holds(key: bytes, algorithm: bytes, body: bytes, signature: bytes) -> bool | None:
    """Whether a signature holds; None when key or algorithm is not supported.

    Args:
        key: subjectPublicKeyInfo as encoded.
        algorithm: AlgorithmIdentifier as encoded.
        body: the signed bytes.
        signature: content of the BIT STRING, without the octet of unused bits.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    check = _checker(key, algorithm)
    if check is None:
        return None
    try:
        check(signature, body)
    except InvalidSignature:
        return False
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return True


@lru_cache(maxsize=4096)
def _public_key(key: bytes) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        return load_der_public_key(key)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


@lru_cache(maxsize=4096)
def _checker(key: bytes, algorithm: bytes) -> Any:
    """A function of signature and body that raises when they do not fit."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

    oid, scheme = _algorithm(algorithm)
    public = _public_key(key)
    if isinstance(public, rsa.RSAPublicKey):
        if oid in _RSA:
            digest = _hash(_RSA[oid])
            return lambda signature, body: public.verify(
                signature, body, padding.PKCS1v15(), digest
            )
        if scheme is not None:
            name, mask, salt = scheme
            pss = padding.PSS(padding.MGF1(_hash(mask)), salt)
            return lambda signature, body: public.verify(signature, body, pss, _hash(name))
    if isinstance(public, ec.EllipticCurvePublicKey) and oid in _ECDSA:
        curve = ec.ECDSA(_hash(_ECDSA[oid]))
        return lambda signature, body: public.verify(signature, body, curve)
    if isinstance(public, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey) and oid in _EDWARDS:
        return public.verify
    return None


def _algorithm(der: bytes) -> tuple[str, tuple[str, str, int] | None]:
    """The OID, and for RSASSA-PSS its hash, the hash of its mask and the length of its salt."""
    from asn1crypto import algos

    try:
        found = algos.SignedDigestAlgorithm.load(der)
        oid = str(found["algorithm"].dotted)
        if oid != _PSS:
            return oid, None
        parameters = found["parameters"]
        name = str(parameters["hash_algorithm"]["algorithm"].native)
        mask = str(parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native)
        salt = int(parameters["salt_length"].native)
    except PARSE_ERRORS:
        return "", None
    known = {"sha1", "sha224", "sha256", "sha384", "sha512"}
    return oid, (name, mask, salt) if {name, mask} <= known and 0 <= salt <= 512 else None


def _hash(name: str) -> HashAlgorithm:
    from cryptography.hazmat.primitives import hashes

    found: HashAlgorithm = getattr(hashes, name.upper())()
    return found
