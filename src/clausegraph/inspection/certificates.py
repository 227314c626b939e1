"""A certificate or a bundle of them in words: what it is, what it claims, what it proves.

Input: the bytes of a file. Output: one thing per certificate, with what was verified against the
others of the file and of the files looked at together. A certificate proves what its issuer signed,
never qualified status: that stands on three legs, the entry in a trusted list, the certificate, and
the list's qualifiers.
Clause: EN 319 411-2 5.3; EN 319 412-5 4.2, 4.3; TS 119 615 4.4; RFC 5280.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clausegraph.artefacts.archives import Limits, iter_archive
from clausegraph.artefacts.media import Kind, sniff
from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.trusted_lists.claims import QCP, QCP_PLUS, claim
from clausegraph.artefacts.x509.bundles import read_all
from clausegraph.artefacts.x509.chains import Hierarchy, best, is_self_signed, weak_signature
from clausegraph.artefacts.x509.names import name_text, without_email
from clausegraph.inspection.model import Described, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clausegraph.artefacts.x509 import Certificate
    from clausegraph.inspection.model import Inquiry

_SHOWN = 50
_LIMITS = Limits(member_size=4 * 1024 * 1024, members=10_000, total_size=256 * 1024 * 1024)
_PURPOSES = {"esign": "electronic signatures", "eseal": "electronic seals",
             "web": "website authentication"}  # fmt: skip
_ARC = "0.4.0.194112.1."
_POLICIES = {
    _ARC + "0": ("QCP-n", "esign"), _ARC + "1": ("QCP-l", "eseal"),
    _ARC + "2": ("QCP-n-qscd", "esign"), _ARC + "3": ("QCP-l-qscd", "eseal"),
    _ARC + "4": ("QEVCP-w", "web"), _ARC + "5": ("QNCP-w", "web"),
    _ARC + "6": ("QNCP-w-gen", "web"),
}  # fmt: skip
_OTHER_POLICIES = {
    QCP_PLUS: "QCP+ (TS 101 456, with a signature creation device)", QCP: "QCP (TS 101 456)",
    "0.4.0.2042.1.1": "NCP", "0.4.0.2042.1.2": "NCP+", "0.4.0.2042.1.3": "LCP",
    "0.4.0.2042.1.4": "EVCP", "0.4.0.2042.1.6": "DVCP", "0.4.0.2042.1.7": "OVCP",
    "0.4.0.2042.1.8": "IVCP", "0.4.0.19495.3.1": "QCP-w-psd2",
    "2.23.140.1.1": "CA/Browser Forum EV", "2.23.140.1.2.1": "CA/Browser Forum DV",
    "2.23.140.1.2.2": "CA/Browser Forum OV", "2.23.140.1.2.3": "CA/Browser Forum IV",
    "2.5.29.32.0": "any policy",
}  # fmt: skip


def describe(data: bytes, _name: str, inquiry: Inquiry) -> list[Described]:
    """What the certificates of a file are and claim.

    Args:
        data: DER, PEM, PKCS #7.
        inquiry: as-of time, and whether names of natural persons may be shown.
    """
    try:
        bundle = read_all(data)
    except UnreadableError as error:
        return [Described("certificate", (Statement("content", str(error), "fault"),))]
    notes = [Statement("note", note, "doubt") for note in bundle.notes]
    notes += [Statement("not read", fault, "fault") for fault in bundle.faults]
    return _all(list(bundle.certificates), notes, inquiry)


def describe_archive(data: bytes, _name: str, inquiry: Inquiry) -> list[Described]:
    """What the certificates of an archive are and claim; its members are named by number."""
    found: list[Certificate] = []
    notes: list[Statement] = []
    try:
        for number, member in enumerate(iter_archive(data, _LIMITS), 1):
            kind, _ = sniff(member.data, member.name)
            if member.refusal:
                notes.append(Statement("not read", f"member {number}: {member.refusal}", "doubt"))
            elif kind in {Kind.CERTIFICATE, Kind.PEM, Kind.PKCS7}:
                try:
                    found += read_all(member.data).certificates
                except UnreadableError as error:
                    notes.append(Statement("not read", f"member {number}: {error}", "fault"))
    except UnreadableError as error:
        notes.append(Statement("archive", str(error), "fault"))
    return _all(found, notes[:_SHOWN], inquiry)


def _all(certs: list[Certificate], notes: list[Statement], inquiry: Inquiry) -> list[Described]:
    described = []
    if notes or len(certs) != 1:
        says = str(len(certs)) if certs else "none that can be read"
        if len(certs) > _SHOWN:
            says += f"; the first {_SHOWN} are described"
        count = Statement("certificates", says, "fact" if certs else "doubt")
        described.append(Described("bundle of certificates", (count, *notes)))
    own = {cert.sha256 for cert in certs}
    others = [each for each in inquiry.companions.certificates if each.sha256 not in own]
    hierarchy = Hierarchy.of([*certs, *others])
    for cert in certs[:_SHOWN]:
        statements = (
            *_identity(cert, inquiry), *_claims(cert), *_contradictions(cert),
            *_standing(cert, own, hierarchy, inquiry), *_reading(cert),
        )  # fmt: skip
        described.append(Described(_what(cert), statements))
    return described


def _what(cert: Certificate) -> str:
    if cert.is_ca:
        return "root CA certificate" if is_self_signed(cert) else "CA certificate"
    said = claim(cert)
    policies = [_POLICIES[oid][0] for oid in cert.policies if oid in _POLICIES]
    of = f" that claims {' and '.join(policies)}" if policies else ""
    if "1.3.6.1.5.5.7.3.9" in cert.extended_key_usage:
        return f"certificate of an OCSP responder{of}"
    if "1.3.6.1.5.5.7.3.8" in cert.extended_key_usage:
        return f"certificate of a time-stamping unit{of}"
    purpose = f" for {_PURPOSES[said.type]}" if said.type else ""
    return f"certificate{purpose}{of}"


def _identity(cert: Certificate, inquiry: Inquiry) -> Iterator[Statement]:
    if cert.subject is not None and (inquiry.keep_subjects or cert.keeps_subject):
        keep = inquiry.keep_subjects or cert.is_ca
        subject = cert.subject if keep else without_email(cert.subject)
        yield Statement("subject", name_text(subject))
    else:
        yield Statement("subject", "not shown: it may be a natural person (--keep-subjects)")
    if cert.issuer is not None:
        yield Statement("issuer", name_text(cert.issuer))
    if cert.serial is not None:
        yield Statement("serial number", format(cert.serial, "x"))
        if cert.serial <= 0:
            yield Statement("serial number", "not positive", "fault", "RFC 5280 4.1.2.2")
    start, end = cert.not_before, cert.not_after
    if start is not None and end is not None:
        yield Statement("validity", f"{start.isoformat()[:10]} to {end.isoformat()[:10]}")
    yield Statement("key", f"{cert.key_type}, {cert.key_size} bits")
    weak = weak_signature(cert) and not is_self_signed(cert)
    yield Statement("signature algorithm", cert.signature_algorithm, "doubt" if weak else "fact",
                    "TS 119 312" if weak else "")  # fmt: skip
    if cert.key_usage is not None:
        yield Statement("key usage", ", ".join(cert.key_usage) or "none")


def _claims(cert: Certificate) -> Iterator[Statement]:
    for oid in cert.policies:
        name = _POLICIES.get(oid, ("", ""))[0] or _OTHER_POLICIES.get(oid, "an own policy")
        yield Statement("policy", f"{oid}: {name}, as the issuer claims", source="EN 319 411-2 5.3")
    said, qc = claim(cert), cert.qc
    if cert.is_ca and not qc.oids:
        return
    yield Statement("claims", said.reason, source="EN 319 412-5 4.2, 4.3")
    for lack in said.lacks:
        yield Statement("lacks", lack, "fault", "eIDAS Annexes I, III, IV")
    if qc.limit is not None:
        yield Statement("QcLimitValue", str(qc.limit))
    if qc.retention_years is not None:
        yield Statement("QcRetentionPeriod", f"{qc.retention_years} years after expiry")
    for url, language in qc.locations:
        yield Statement("QcPDS", f"{url} ({language})")
    for method in qc.identification:
        yield Statement("identification method", method, source="EN 319 412-5 4.3.5")
    if qc.payment is not None:
        roles = ", ".join(role for _, role in qc.payment.roles)
        yield Statement(
            "PSD2", f"{roles}, authorised by {qc.payment.authority}", source="TS 119 495 5.1"
        )


def _contradictions(cert: Certificate) -> Iterator[Statement]:
    """Where the policy OID and the statements of one certificate disagree."""
    said = claim(cert)
    for oid in cert.policies:
        if oid not in _POLICIES or said.early:
            continue
        name, purpose = _POLICIES[oid]
        if not cert.qc.compliance:
            yield _against(f"policy {name}, but no QcCompliance")
        if said.type and said.type != purpose:
            yield _against(f"policy {name}, but QcType says {said.type}")
        if name.endswith("-qscd") and not cert.qc.device:
            yield _against(f"policy {name}, but no QcSSCD")
        if not name.endswith("-qscd") and cert.qc.device:
            yield _against(f"QcSSCD, but policy {name} without a qualified device")


def _against(says: str) -> Statement:
    return Statement("contradiction", says, "fault", "EN 319 411-2 GEN-6.6.1-02")


def _standing(
    cert: Certificate, own: set[str], hierarchy: Hierarchy, inquiry: Inquiry
) -> Iterator[Statement]:
    if is_self_signed(cert):
        yield Statement("signature", "verified with its own key: self-signed", "proof")
    elif issuers := hierarchy.issuers(cert):
        named = name_text(issuers[0].subject or ())
        key = issuers[0].sha256
        where = "this file" if key in own else inquiry.companions.files[key]
        yield Statement("signature", f"verified with the key of {named}, in {where}", "proof")
    else:
        where = "any file given" if inquiry.companions.certificates else "this file"
        yield Statement("signature", f"not verified: its issuer is not in {where}", "doubt")
    for moment, at in (("at issuance", cert.not_before), ("at the as-of time", inquiry.as_of)):
        if at is not None:
            verdict = best(hierarchy.paths(cert), at)[1]
            if verdict.state not in {"sound", "open"}:
                yield Statement(
                    f"chain {moment}", "; ".join(verdict.faults), "fault", "RFC 5280 6.1"
                )
    if not cert.is_ca:
        yield Statement(
            "qualified status",
            "not proven by a certificate alone: the entry of its issuer in a trusted list at that "
            "date and the qualifiers there decide (`clausegraph trusted-list`)",
            "doubt",
            "TS 119 615 4.4",
        )


def _reading(cert: Certificate) -> Iterator[Statement]:
    for note in dict.fromkeys([*cert.notes, *cert.qc.faults]):
        yield Statement("encoding", note, "doubt")
