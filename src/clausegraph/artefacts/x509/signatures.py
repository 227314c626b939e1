"""Signatures over bytes, verified by a public key.

Input: subjectPublicKeyInfo, AlgorithmIdentifier, the signed bytes and the signature, as encoded.
Output: whether the signature holds, or None where it cannot be told (algorithm or key without
support). Certificates, CRLs and OCSP responses are verified over the bytes that were signed, also
where a parser refuses their content.
Clause: RFC 5280 4.1.1.3, 5.1.1.3; RFC 6960 4.2.1; RFC 4055; RFC 5758; RFC 8410.
"""

from __future__ import annotations

from typing import Any

_HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


def holds(spki_der: bytes, algorithm_der: bytes, signed: bytes, signature: bytes) -> bool | None:
    """Whether a signature was made over these bytes with the key.

    Args:
        spki_der: the public key.
        algorithm_der: the algorithm of the signature with its parameters.
        signed: the bytes that were signed.
        signature: content of the BIT STRING, without the octet of unused bits.

    Returns:
        None where the algorithm or the key has no support.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        return _verify(spki_der, algorithm_der, signed, signature)
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None


def _verify(spki_der: bytes, algorithm_der: bytes, signed: bytes, signature: bytes) -> bool | None:
    from asn1crypto.algos import SignedDigestAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key: Any = load_der_public_key(spki_der)
    algorithm = SignedDigestAlgorithm.load(algorithm_der)
    kind = algorithm.signature_algo
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        if kind not in {"ed25519", "ed448"}:
            return False
        key.verify(signature, signed)
    elif isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pkcs1v15":
        key.verify(signature, signed, padding.PKCS1v15(), _hash(algorithm.hash_algo))
    elif isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pss":
        parameters = algorithm["parameters"]
        mask = _hash(parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native)
        salt = int(parameters["salt_length"].native)
        scheme = padding.PSS(padding.MGF1(mask), salt)
        key.verify(signature, signed, scheme, _hash(algorithm.hash_algo))
    elif isinstance(key, ec.EllipticCurvePublicKey) and kind == "ecdsa":
        key.verify(signature, signed, ec.ECDSA(_hash(algorithm.hash_algo)))
    else:
        return None
    return True


def _hash(name: str) -> Any:
    from cryptography.hazmat.primitives import hashes

    if name not in _HASHES:
        raise ValueError(name)
    return getattr(hashes, name.upper())()
