"""Signatures over raw encodings, and names that are the same name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from clausegraph.artefacts.x509.comparison import name_key, same_name
from clausegraph.artefacts.x509.raw import parts
from clausegraph.artefacts.x509.signing import holds, signed_parts, signed_with

NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])


@cache
def key(kind: str) -> Any:
    makers: dict[str, Any] = {
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
        "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "brainpool": lambda: ec.generate_private_key(ec.BrainpoolP256R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "ed448": ed448.Ed448PrivateKey.generate,
    }
    return makers[kind]()


def spki(kind: str) -> bytes:
    found: bytes = (
        key(kind).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    return found


def certificate(kind: str, digest: hashes.HashAlgorithm | None, pss: bool = False) -> bytes:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key(kind).public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
    )
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if pss else None
    return builder.sign(key(kind), digest, rsa_padding=scheme).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("kind", "digest", "pss"),
    [
        ("rsa", hashes.SHA256(), False),
        ("rsa", hashes.SHA512(), False),
        ("rsa", hashes.SHA256(), True),
        ("p256", hashes.SHA256(), False),
        ("p384", hashes.SHA384(), False),
        ("brainpool", hashes.SHA256(), False),
        ("ed25519", None, False),
        ("ed448", None, False),
    ],
)
def test_signatures_hold_with_their_key_only(
    kind: str, digest: hashes.HashAlgorithm | None, pss: bool
) -> None:
    der = certificate(kind, digest, pss)
    assert signed_with(der, spki(kind)) is True
    broken = der[:-1] + bytes([der[-1] ^ 1])
    assert signed_with(broken, spki(kind)) is not True
    other = "p256" if kind != "p256" else "p384"
    assert signed_with(der, spki(other)) is not True


def test_what_cannot_be_checked_is_neither_true_nor_false() -> None:
    der = certificate("p256", hashes.SHA256())
    assert signed_with(der, b"") is None
    assert signed_with(b"", spki("p256")) is None
    found = signed_parts(der)
    assert found is not None
    assert holds(spki("p256"), b"\x30\x00", found.body, found.signature) is None
    assert holds(spki("rsa"), found.algorithm, found.body, found.signature) is None


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 400), st.integers(0, 255))
def test_a_changed_byte_never_holds_and_never_raises(place: int, value: int) -> None:
    der = bytearray(certificate_of_tests())
    place %= len(der)
    if der[place] == value:
        return
    der[place] = value
    changed = bytes(der)
    if signed_parts(changed) == signed_parts(certificate_of_tests()):
        return  # the length of the outer frame
    assert signed_with(changed, spki("p256")) is not True


@cache
def certificate_of_tests() -> bytes:
    return certificate("p256", hashes.SHA256())


def encoded(value: str, kind: Any) -> bytes:
    return x509.Name(
        [x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, value, kind)]
    ).public_bytes()


def test_names_are_compared_without_type_case_and_runs_of_space() -> None:
    from cryptography.x509.name import _ASN1Type as Kind

    one = encoded("Aurora  Trust", Kind.UTF8String)
    assert same_name(one, encoded("AURORA trust ", Kind.PrintableString))
    assert same_name(one, encoded("aurora Trust", Kind.BMPString))
    assert not same_name(one, encoded("AuroraTrust", Kind.UTF8String))
    assert same_name(encoded("Straße", Kind.UTF8String), encoded("STRASSE", Kind.PrintableString))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_broken_names_have_no_key(junk: bytes) -> None:
    assert name_key(b"\x30\x7f" + junk) is None or len(junk) >= 127
    assert same_name(junk, junk)
    name_key(junk)


def test_names_of_a_certificate_match_themselves() -> None:
    found = parts(certificate_of_tests())
    assert name_key(found.issuer) is not None
    assert same_name(found.issuer, found.subject)
