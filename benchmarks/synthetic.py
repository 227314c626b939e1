"""Synthetic certificate populations of any size, cheap to make.

A few hundred templates are built and signed once; each row is a template with other bytes at the
same places: serial number, times, subject, RSA modulus, subject key identifier. The signatures of
the rows do not verify. No name belongs to anybody.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import random
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

START = datetime(2024, 1, 1, tzinfo=UTC)
_NAME, _SKI = "SYNTHETIC-SUBJECT-000000", bytes(range(200, 220))
_SERIAL = int.from_bytes(b"\x40" + b"serialserialsss", "big")
_OID = "0.4.0.194112.1."
# statements by policy: QcCompliance, QcPDS (one location), QcType, QcSSCD
_COMPLIANCE = "300806060400" + "8e460101"
_DEVICE = "300806060400" + "8e460104"
_TYPE = "301306060400" + "8e46010630090607" + "0400" + "8e460106" + "{:02x}"
_POLICIES = {"0": ("", 1), "1": ("", 2), "2": (_DEVICE, 1), "3": (_DEVICE, 2), "4": ("", 3)}


@dataclass(frozen=True)
class Template:
    """A signed certificate and where its parts lie."""

    der: bytes
    places: dict[str, int]
    days: int


def _authority(number: int, key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "SE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Synthetic Trust AB"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Synthetic issuing CA {number}"),
        ]
    )
    return (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(number + 1)
        .not_valid_before(START - timedelta(days=1000)).not_valid_after(START + timedelta(days=4000))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip


def _template(
    ca: x509.Certificate, ca_key: rsa.RSAPrivateKey, key: rsa.RSAPrivateKey, policy: str, days: int
) -> Template:
    device, kind = _POLICIES[policy]
    statements = bytes.fromhex(_COMPLIANCE + device + _TYPE.format(kind))
    usage = dict.fromkeys(("digital_signature", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([
            x509.NameAttribute(NameOID.COUNTRY_NAME, "SE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Synthetic subscriber AB"),
            x509.NameAttribute(NameOID.COMMON_NAME, _NAME),
        ]))
        .issuer_name(ca.subject).public_key(key.public_key()).serial_number(_SERIAL)
        .not_valid_before(START).not_valid_after(START + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier(_SKI), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.public_key()), critical=False)  # type: ignore[arg-type]
        .add_extension(x509.CertificatePolicies([
            x509.PolicyInformation(x509.ObjectIdentifier(_OID + policy), None),
            x509.PolicyInformation(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), ["https://repository.invalid/cps"]),
        ]), critical=False)
        .add_extension(x509.KeyUsage(content_commitment=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.CRLDistributionPoints([x509.DistributionPoint(
            [x509.UniformResourceIdentifier("http://crl.invalid/ca.crl")], None, None, None)]), critical=False)
        .add_extension(x509.AuthorityInformationAccess([x509.AccessDescription(
            x509.oid.AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.invalid/"))]), critical=False)
        .add_extension(x509.UnrecognizedExtension(
            x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), bytes([0x30, len(statements)]) + statements), critical=False)
    )  # fmt: skip
    der = builder.sign(ca_key, hashes.SHA256()).public_bytes(Encoding.DER)
    modulus = key.public_key().public_numbers().n.to_bytes(256, "big")
    stamp = START.strftime("%y%m%d%H%M%SZ").encode()
    end = (START + timedelta(days=days)).strftime("%y%m%d%H%M%SZ").encode()
    marks = {
        "serial": _SERIAL.to_bytes(16, "big"), "name": _NAME.encode(), "start": stamp,
        "end": end, "ski": _SKI, "modulus": modulus,
    }  # fmt: skip
    assert all(der.count(mark) == 1 for mark in marks.values())
    return Template(der, {name: der.index(mark) for name, mark in marks.items()}, days)


def templates(count: int = 60) -> list[Template]:
    """Templates over five policies, four issuing CAs and several validities."""
    keys = [rsa.generate_private_key(65537, 2048) for _ in range(4)]
    authorities = [_authority(n, key) for n, key in enumerate(keys)]
    subject = rsa.generate_private_key(65537, 2048)
    assert subject.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    made = []
    for n in range(count):
        ca = n % 4
        policy = list(_POLICIES)[n // 4 % 5]
        made.append(
            _template(authorities[ca], keys[ca], subject, policy, (90, 365, 730, 1095)[n // 20 % 4])
        )
    return made


def certificates(count: int, made: list[Template], seed: int = 1) -> Iterator[bytes]:
    """Different certificates, the same for the same templates and seed."""
    for n in range(count):
        template = made[n % len(made)]
        noise = hashlib.shake_256(f"{seed} {n}".encode()).digest(300)
        start = START + timedelta(minutes=n % 1_000_000)
        row = bytearray(template.der)
        for name, value in (
            ("serial", b"\x40" + noise[:15]),
            ("name", f"SYNTHETIC-SUBJECT-{n % 1_000_000:06d}".encode()),
            ("start", start.strftime("%y%m%d%H%M%SZ").encode()),
            ("end", (start + timedelta(days=template.days)).strftime("%y%m%d%H%M%SZ").encode()),
            ("ski", noise[16:36]),
            ("modulus", bytes([noise[36] | 0x80]) + noise[37:291] + bytes([noise[291] | 1])),
        ):
            place = template.places[name]
            row[place : place + len(value)] = value
        yield bytes(row)


def pem(der: bytes) -> bytes:
    """One PEM block with lines of 64 characters."""
    text = base64.b64encode(der)
    body = b"\n".join(text[i : i + 64] for i in range(0, len(text), 64))
    return b"-----BEGIN CERTIFICATE-----\n" + body + b"\n-----END CERTIFICATE-----\n"


def write(path: Path, rows: Iterator[bytes]) -> None:
    """Write a population in the form that the suffix names: .csv, .jsonl, .pem, .tar or a folder."""
    if path.suffix == ".csv":
        with path.open("w", newline="") as text:
            table = csv.writer(text)
            table.writerow(["id", "issued", "certificate"])
            table.writerows(
                [n, "2024", base64.b64encode(der).decode()] for n, der in enumerate(rows)
            )
    elif path.suffix == ".jsonl":
        with path.open("w") as text:
            for n, der in enumerate(rows):
                text.write(
                    json.dumps({"id": n, "certificate": base64.b64encode(der).decode()}) + "\n"
                )
    elif path.suffix == ".pem":
        with path.open("wb") as stream:
            for der in rows:
                stream.write(pem(der))
    elif path.suffix == ".tar":
        with tarfile.open(path, "w") as archive:
            for n, der in enumerate(rows):
                member = tarfile.TarInfo(f"{n:08d}.der")
                member.size = len(der)
                archive.addfile(member, io.BytesIO(der))
                archive.members.clear()  # type: ignore[attr-defined]
    else:
        path.mkdir()
        for n, der in enumerate(rows):
            (path / f"{n:08d}.der").write_bytes(der)


def shuffled(rows: list[bytes], seed: int) -> list[bytes]:
    """The rows in another order."""
    return random.Random(seed).sample(rows, len(rows))  # noqa: S311 - no secret
