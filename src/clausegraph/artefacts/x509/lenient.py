"""The lenient certificate parser: asn1crypto, field by field.

Input: one certificate that the strict parser refused. Output: a ``Certificate`` with every field
that can be read and a note for each that cannot. Real listed certificates need it: encoded
defaults, over-long names, wrong string types, curves without support.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from asn1crypto import x509
from asn1crypto.core import OctetString

from clausegraph.artefacts.text import UnreadableError, clean
from clausegraph.artefacts.x509 import qcstatements, raw
from clausegraph.artefacts.x509.model import KEY_USAGES, MAX_URL, Certificate
from clausegraph.artefacts.x509.names import algorithm, curve, name_text
from clausegraph.artefacts.x509.qcstatements import PARSE_ERRORS

_Reader = Callable[[Certificate, Any], None]
_OCSP = "1.3.6.1.5.5.7.48.1"
_CA_ISSUERS = "1.3.6.1.5.5.7.48.2"


def parse_lenient(der: bytes) -> Certificate:
    """Read one certificate as far as it goes.

    Raises:
        UnreadableError: it has no recognisable body.
    """
    try:
        tbs = x509.Certificate.load(der)["tbs_certificate"]
    except PARSE_ERRORS as error:
        raise UnreadableError("The bytes are not a certificate.") from error
    found = Certificate()
    # Fields are looked up inside the readers, because asn1crypto decodes them only then.
    _try(found, "serial number", _read_serial, tbs)
    _try(found, "issuer", _read_issuer, tbs)
    _try(found, "subject", _read_subject, tbs)
    _try(found, "start of validity", _read_start, tbs)
    _try(found, "end of validity", _read_end, tbs)
    _try(found, "signature algorithm", _read_algorithm, tbs)
    _try(found, "public key", _read_key, tbs)
    if found.serial is None and found.issuer is None and found.not_after is None:
        raise UnreadableError("The bytes are not a certificate.")
    _try(found, "extensions", _read_extensions, der)
    return found


def subject_key_identifier(der: bytes) -> bytes:
    """The subject key identifier of a certificate, empty when there is none to be read."""
    try:
        return parse_lenient(der).subject_key
    except UnreadableError:
        return b""


def _try(found: Certificate, what: str, read: _Reader, value: Any) -> None:
    try:
        read(found, value)
    except PARSE_ERRORS:  # the message may quote the certificate, so it is not kept
        found.notes.append(f"the {what} cannot be read")


def _read_serial(found: Certificate, tbs: Any) -> None:
    found.serial = int(tbs["serial_number"].native)


def _read_issuer(found: Certificate, tbs: Any) -> None:
    found.issuer = raw.attributes(tbs["issuer"].dump())


def _read_subject(found: Certificate, tbs: Any) -> None:
    found.subject = raw.attributes(tbs["subject"].dump())


def _read_start(found: Certificate, tbs: Any) -> None:
    found.not_before = _moment(tbs["validity"]["not_before"])


def _read_end(found: Certificate, tbs: Any) -> None:
    found.not_after = _moment(tbs["validity"]["not_after"])


def _moment(value: Any) -> datetime:
    moment = value.native
    if not isinstance(moment, datetime):  # asn1crypto has its own type for the year 0
        raise TypeError("out of range")
    return moment


def _read_algorithm(found: Certificate, tbs: Any) -> None:
    found.signature_algorithm = algorithm(str(tbs["signature"]["algorithm"].dotted))


def _read_key(found: Certificate, tbs: Any) -> None:
    info = tbs["subject_public_key_info"]
    kind = info.algorithm
    if kind == "ec":
        form, value = info.curve
        oid_or_name = curve(str(value)) if form == "named" else "explicit parameters"
        found.key_type = f"EC {oid_or_name}"
    else:
        names = {"rsa": "RSA", "rsassa_pss": "RSA", "dsa": "DSA", "ed25519": "Ed25519"}
        found.key_type = names.get(kind) or algorithm(info["algorithm"]["algorithm"].dotted)
    if kind in {"rsa", "rsassa_pss"}:
        found.key_size = int(info["public_key"].parsed["modulus"].native.bit_length())
    elif kind == "ec":  # the size of a point in bytes, times 8, is too large for P-521
        found.key_size = 521 if found.key_type == "EC P-521" else int(info.bit_size or 0)
    elif kind == "dsa":
        found.key_size = int(info.bit_size or 0)


def _read_extensions(found: Certificate, der: bytes) -> None:
    found.is_ca = None
    try:
        extensions = raw.extensions(der)
    except ValueError:
        # Among them may be the statement that the subject is a natural person.
        found.qc.faults.append("QC statements, if any, cannot be read")
        raise
    found.is_ca = False
    for oid, critical, value in extensions:
        found.extensions.append((oid, critical))
        if oid == qcstatements.EXTENSION:
            try:
                found.qc = qcstatements.parse(value)
            except UnreadableError as error:
                found.qc.faults.append(str(error))
        elif oid in _READERS:
            fields = _decoded(oid, value)
            if fields is None:
                found.notes.append(f"the extension {oid} cannot be read")
                fields = _UNREADABLE.get(oid, {})
            for name, content in fields.items():
                setattr(found, name, list(content) if isinstance(content, list) else content)


_UNREADABLE: dict[str, dict[str, Any]] = {
    "2.5.29.19": {"is_ca": None},
    "2.5.29.15": {"key_usage": []},  # an extension that cannot be read allows nothing
}


@lru_cache(maxsize=1024)
def _decoded(oid: str, value: bytes) -> dict[str, Any] | None:
    """The fields that an extension fills; certificates of one profile share most of them."""
    try:
        return _READERS[oid](value)
    except PARSE_ERRORS:
        return None


def _constraints(der: bytes) -> dict[str, Any]:
    constraints = x509.BasicConstraints.load(der)
    length = constraints["path_len_constraint"].native
    return {
        "is_ca": bool(constraints["ca"].native),
        "path_length": None if length is None else int(length),
    }


def _subject_key(der: bytes) -> dict[str, Any]:
    return {"subject_key": bytes(OctetString.load(der))}


def _authority_key(der: bytes) -> dict[str, Any]:
    identifier = x509.AuthorityKeyIdentifier.load(der)["key_identifier"]
    return {"authority_key": identifier.native or b""}


def _policies(der: bytes) -> dict[str, Any]:
    infos = x509.CertificatePolicies.load(der)
    return {"policies": [str(info["policy_identifier"].dotted) for info in infos]}


def _usage(der: bytes) -> dict[str, Any]:
    bits = x509.KeyUsage.load(der)
    held = bits.native
    names = {bits._map[number]: name for number, name in enumerate(KEY_USAGES)}
    return {"key_usage": [name for own, name in names.items() if own in held]}


def _extended_usage(der: bytes) -> dict[str, Any]:
    usages = x509.ExtKeyUsageSyntax.load(der)
    return {"extended_key_usage": [str(usage.dotted) for usage in usages]}


def _access(der: bytes) -> dict[str, Any]:
    urls: dict[str, list[str]] = {_OCSP: [], _CA_ISSUERS: []}
    for access in x509.AuthorityInfoAccessSyntax.load(der):
        place = access["access_location"]
        kept = urls.get(access["access_method"].dotted)
        if kept is not None and place.name == "uniform_resource_identifier":
            kept.append(_place(place.chosen))
    return {"ocsp_urls": urls[_OCSP], "issuer_urls": urls[_CA_ISSUERS]}


def _crls(der: bytes) -> dict[str, Any]:
    urls = []
    for point in x509.CRLDistributionPoints.load(der):
        name = point["distribution_point"]
        if name.contents is None or name.name != "full_name":
            continue
        urls += [_place(p.chosen) for p in name.chosen if p.name == "uniform_resource_identifier"]
    return {"crl_urls": urls}


def _alt_names(der: bytes) -> dict[str, Any]:
    return {"alt_names": [clean(_alt_name(each), MAX_URL) for each in x509.GeneralNames.load(der)]}


def _alt_name(each: Any) -> str:
    if each.name == "other_name":  # a user principal name, for example
        return f"other:{each.chosen['type_id'].dotted}"
    if each.name == "registered_id":
        return f"rid:{each.chosen.dotted}"
    if each.name == "directory_name":
        return f"dir:{name_text(raw.attributes(each.chosen.untag().dump()))}"
    return f"{_ALT_NAMES.get(each.name, each.name)}:{_place(each.chosen)}"


def _place(value: Any) -> str:
    """A URL or name as encoded: decoding it would normalise it or refuse it."""
    if isinstance(value, x509.IPAddress):
        return str(value.native)
    return clean(bytes(value.contents).decode("latin-1"), MAX_URL)


_ALT_NAMES = {"dns_name": "dns", "uniform_resource_identifier": "uri", "ip_address": "ip",
              "rfc822_name": "email"}  # fmt: skip
_READERS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    "2.5.29.14": _subject_key,
    "2.5.29.15": _usage,
    "2.5.29.17": _alt_names,
    "2.5.29.19": _constraints,
    "2.5.29.31": _crls,
    "2.5.29.32": _policies,
    "2.5.29.35": _authority_key,
    "2.5.29.37": _extended_usage,
    "1.3.6.1.5.5.7.1.1": _access,
}
