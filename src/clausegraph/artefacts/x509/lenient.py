"""The lenient certificate parser: asn1crypto, field by field.

Input: one certificate that the strict parser refused. Output: a ``Certificate`` with every field
that can be read and a note for each that cannot. Real listed certificates need it: encoded
defaults, over-long names, wrong string types, curves without support.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from asn1crypto import x509
from asn1crypto.core import OctetString

from clausegraph.artefacts.text import UnreadableError, clean
from clausegraph.artefacts.x509 import qcstatements
from clausegraph.artefacts.x509.model import KEY_USAGES, MAX_URL, Certificate
from clausegraph.artefacts.x509.names import Attributes, algorithm, curve, name_text
from clausegraph.artefacts.x509.qcstatements import PARSE_ERRORS

_Reader = Callable[[Certificate, Any], None]
_SUBJECT_KEY = "2.5.29.14"
_BASIC_CONSTRAINTS = "2.5.29.19"
_POLICIES = "2.5.29.32"
_AUTHORITY_KEY = "2.5.29.35"
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
    _try(found, "extensions", _read_extensions, tbs)
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
    found.issuer = _attributes(tbs["issuer"])


def _read_subject(found: Certificate, tbs: Any) -> None:
    found.subject = _attributes(tbs["subject"])


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


def _attributes(name: Any) -> Attributes:
    rdns = []
    for rdn in name.chosen:
        pairs = []
        for attribute in rdn:
            try:
                value = attribute["value"].native
            except PARSE_ERRORS:
                value = attribute["value"].contents or b""
            if isinstance(value, bytes):
                value = "#" + value.hex()
            pairs.append((str(attribute["type"].dotted), str(value)))
        rdns.append(pairs)
    return rdns


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
    elif kind in {"ec", "dsa"}:
        found.key_size = int(info.bit_size or 0)


def _read_extensions(found: Certificate, tbs: Any) -> None:
    found.is_ca = None
    try:
        extensions = [
            (str(extension["extn_id"].dotted), bytes(extension["extn_value"]))
            for extension in tbs["extensions"]
        ]
        found.extensions = [
            (oid, bool(extension["critical"].native))
            for (oid, _), extension in zip(extensions, tbs["extensions"], strict=True)
        ]
    except PARSE_ERRORS:
        # Among them may be the statement that the subject is a natural person.
        found.qc.faults.append("QC statements, if any, cannot be read")
        raise
    found.is_ca = False
    for oid, value in extensions:
        reader = _READERS.get(oid)
        if reader is not None:
            _try(found, f"extension {oid}", reader, value)


def _read_constraints(found: Certificate, der: bytes) -> None:
    found.is_ca = None
    constraints = x509.BasicConstraints.load(der)
    found.is_ca = bool(constraints["ca"].native)
    length = constraints["path_len_constraint"].native
    found.path_length = None if length is None else int(length)


def _read_subject_key(found: Certificate, der: bytes) -> None:
    found.subject_key = bytes(OctetString.load(der))


def _read_authority_key(found: Certificate, der: bytes) -> None:
    found.authority_key = x509.AuthorityKeyIdentifier.load(der)["key_identifier"].native or b""


def _read_policies(found: Certificate, der: bytes) -> None:
    for policy in x509.CertificatePolicies.load(der):
        found.policies.append(str(policy["policy_identifier"].dotted))


def _read_statements(found: Certificate, der: bytes) -> None:
    try:
        found.qc = qcstatements.parse(der)
    except UnreadableError as error:
        found.qc.faults.append(str(error))


def _read_usage(found: Certificate, der: bytes) -> None:
    found.key_usage = []  # an extension that cannot be read allows nothing
    bits = x509.KeyUsage.load(der)
    names = {bits._map[number]: name for number, name in enumerate(KEY_USAGES)}
    held = bits.native
    found.key_usage = [name for own, name in names.items() if own in held]


def _read_extended_usage(found: Certificate, der: bytes) -> None:
    for usage in x509.ExtKeyUsageSyntax.load(der):
        found.extended_key_usage.append(str(usage.dotted))


def _read_access(found: Certificate, der: bytes) -> None:
    for access in x509.AuthorityInfoAccessSyntax.load(der):
        urls = {_OCSP: found.ocsp_urls, _CA_ISSUERS: found.issuer_urls}.get(
            access["access_method"].dotted
        )
        place = access["access_location"]
        if urls is not None and place.name == "uniform_resource_identifier":
            urls.append(_place(place.chosen))


def _read_crls(found: Certificate, der: bytes) -> None:
    for point in x509.CRLDistributionPoints.load(der):
        name = point["distribution_point"]
        if name.native is None or name.name != "full_name":
            continue
        for place in name.chosen:
            if place.name == "uniform_resource_identifier":
                found.crl_urls.append(_place(place.chosen))


def _read_alt_names(found: Certificate, der: bytes) -> None:
    for each in x509.GeneralNames.load(der):
        if each.name == "other_name":
            value = str(each.chosen["type_id"].dotted)
        elif each.name == "registered_id":
            value = str(each.chosen.dotted)
        elif each.name == "directory_name":
            value = name_text(_attributes(each.chosen))
        else:
            value = _place(each.chosen)
        label = _ALT_NAMES.get(each.name, each.name)
        found.alt_names.append(clean(f"{label}:{value}", MAX_URL))


def _place(value: Any) -> str:
    """A URL or name as encoded: decoding it would normalise it or refuse it."""
    if isinstance(value, x509.IPAddress):
        return str(value.native)
    return clean(bytes(value.contents).decode("latin-1"), MAX_URL)


_ALT_NAMES = {
    "other_name": "other",
    "registered_id": "rid",
    "directory_name": "dir",
    "dns_name": "dns",
    "uniform_resource_identifier": "uri",
    "ip_address": "ip",
    "rfc822_name": "email",
}
_READERS: dict[str, _Reader] = {
    _BASIC_CONSTRAINTS: _read_constraints,
    _SUBJECT_KEY: _read_subject_key,
    _AUTHORITY_KEY: _read_authority_key,
    _POLICIES: _read_policies,
    "2.5.29.15": _read_usage,
    "2.5.29.37": _read_extended_usage,
    "1.3.6.1.5.5.7.1.1": _read_access,
    "2.5.29.31": _read_crls,
    "2.5.29.17": _read_alt_names,
    qcstatements.EXTENSION: _read_statements,
}
