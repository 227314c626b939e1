"""CRLs and OCSP responses in words: what they prove, and what they do not.

Input: the bytes of one file. Output: one thing, with statements on signer, times, entries, answers,
and on status beyond the expiry of certificates. One file alone shows no issuer: what needs the
certificate of the CA is said to be open, unless a file looked at together holds it.
Clause: RFC 5280 5; RFC 6960; EN 319 411-1 6.3.9, 6.3.10; EN 319 411-2 6.3.10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clausegraph.artefacts.text import UnreadableError
from clausegraph.inspection.model import Described, Inquiry, Statement, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from clausegraph.artefacts.revocation import Response, RevocationList, SingleAnswer

_BEYOND = "EN 319 411-2 CSS-6.3.10-02"
_CUTOFF = "RFC 6960 4.4.4, EN 319 411-2 CSS-6.3.10-10"
_KEEPS = "ITU-T X.509 ExpiredCertsOnCRL, EN 319 411-2 CSS-6.3.10-05"
_SHOWN = 20


def describe_crl(data: bytes, name: str, inquiry: Inquiry) -> list[Described]:  # noqa: ARG001
    """What a CRL says.

    Args:
        data: the file, DER or PEM.
        name: its name; it decides nothing.
        inquiry: as-of time.
    """
    from clausegraph.artefacts.revocation import read_crl

    try:
        found = read_crl(data)
    except UnreadableError as error:
        return [Described("damaged CRL", (Statement("structure", str(error), "fault"),))]
    kind = "delta CRL" if found.base_number is not None else "CRL"
    return [Described(kind, tuple(_list(found, inquiry)))]


def describe_ocsp(data: bytes, name: str, inquiry: Inquiry) -> list[Described]:  # noqa: ARG001
    """What an OCSP response says.

    Args:
        data: the file, DER or PEM.
        name: its name; it decides nothing.
        inquiry: as-of time.
    """
    from clausegraph.artefacts.revocation import read_ocsp

    try:
        found = read_ocsp(data)
    except UnreadableError as error:
        return [Described("damaged OCSP response", (Statement("structure", str(error), "fault"),))]
    if found.state != "successful":
        says = f"The responder gave no answer: {found.state}. This proves nothing of any status."
        return [Described("OCSP response without an answer", (Statement("status", says, "doubt"),))]
    return [Described("OCSP response", tuple(_response(found, inquiry)))]


def _list(found: RevocationList, inquiry: Inquiry) -> Iterator[Statement]:
    from clausegraph.artefacts.revocation.answers import is_last
    from clausegraph.artefacts.revocation.crl import signature_algorithm
    from clausegraph.artefacts.x509.names import name_text

    if found.issuer is not None:
        yield Statement("issuer", name_text(found.issuer))
    if found.number is not None:
        yield Statement("number", str(found.number))
    yield from _times(found.this_update, found.next_update, inquiry)
    if is_last(found.next_update):
        yield Statement("last CRL", "No other list follows.", "fact", "EN 319 411-1 CSS-6.3.9-06")
    yield Statement("entries", f"{found.count} revoked certificates")
    yield Statement("signature algorithm", signature_algorithm(found) or "cannot be read")
    yield _list_signature(found, inquiry)
    if found.base_number is not None:
        yield Statement("scope", f"Only changes since list {found.base_number}.", "doubt")
    if found.scope is not None:
        for words in found.scope.words():
            yield Statement("scope", words)
        for url in found.scope.urls:
            yield Statement("distribution point", url)
    yield from _kept(found)
    yield from (Statement("encoding", note, "doubt") for note in dict.fromkeys(found.notes))


def _list_signature(found: RevocationList, inquiry: Inquiry) -> Statement:
    from clausegraph.artefacts.revocation.trust import judge_list

    beside = inquiry.companions
    if not beside.certificates and not beside.lists:
        says = "Not verified: the certificate of the issuer is no part of a CRL. Name its file too,"
        return Statement("signature", f"{says} or let `check` verify it in a pack.", "doubt")
    judged = judge_list(found, beside.certificates, beside.listed)
    weights: dict[str, Weight] = {"verified": "proof", "failed": "fault", "not-verified": "doubt"}
    says = judged.reason
    if judged.state == "verified" and judged.signer is not None and judged.listing is None:
        says = (
            f"Verified with the certificate of the issuer in {beside.files[judged.signer.sha256]}."
        )
        says += f" {judged.reason}" if judged.reason else ""
    elif judged.listing is not None:
        says = f"Verified by the trusted list in {judged.listing.source}: {judged.listing.words}"
    return Statement("signature", says, weights[judged.state], "RFC 5280 6.3.3")


def _kept(found: RevocationList) -> Iterator[Statement]:
    since = found.expired_since
    if not found.keeps_expired:
        says = "The list does not say that entries stay after expiry: the absence of an expired "
        yield Statement("beyond expiry", says + "certificate proves nothing.", "doubt", _BEYOND)
    elif since is None:
        says = "ExpiredCertsOnCRL is present, its date cannot be read: it counts for nothing."
        yield Statement("beyond expiry", says, "fault", _KEEPS)
    elif found.this_update is not None and since > found.this_update:
        says = f"ExpiredCertsOnCRL is dated {_when(since)}, after the list itself: it counts for "
        yield Statement("beyond expiry", says + "nothing.", "fault", _KEEPS)
    else:
        says = f"Entries of certificates that expired on or after {_when(since)} stay on the list: "
        yield Statement("beyond expiry", says + "absence means not revoked.", "fact", _KEEPS)


def _response(found: Response, inquiry: Inquiry) -> Iterator[Statement]:
    from clausegraph.artefacts.x509.names import name_text

    if found.responder_name is not None:
        yield Statement("responder", name_text(found.responder_name))
    elif found.responder_key_hash:
        yield Statement("responder", f"key with SHA-1 {found.responder_key_hash.hex()}")
    if found.produced_at is not None:
        future = found.produced_at > inquiry.as_of
        says = _when(found.produced_at) + (", after the as-of time" if future else "")
        yield Statement("produced", says, "fault" if future else "fact")
    yield from _signature(found, inquiry)
    for answer in found.answers[:_SHOWN]:
        yield from _answer(answer, inquiry)
    if (more := len(found.answers) - _SHOWN) > 0:
        yield Statement("answers", f"{more} more answers are not shown")
    if found.nonce:
        says = "A nonce tied the answer to one question; it proves nothing later."
        yield Statement("nonce", says)
    if found.extended_revoke:
        yield Statement("extended revoke", "Revoked may be said of certificates never issued.")
    yield from (Statement("encoding", note, "doubt") for note in dict.fromkeys(found.notes))


def _signature(found: Response, inquiry: Inquiry) -> Iterator[Statement]:
    from clausegraph.artefacts.revocation.trust import issuers_of, judge_response

    beside = inquiry.companions
    known = {
        each.sha256 for answer in found.answers for each in issuers_of(answer, beside.certificates)
    }
    # Without the CA beside it the response can only be held against what it brings along.
    at_hand = beside.certificates if known else (*found.certificates, *beside.certificates)
    judged = judge_response(found, at_hand, beside.listed)
    source = "RFC 6960 4.2.2.2"
    if judged.state == "failed":
        yield Statement("signature", judged.reason, "fault", source)
    elif judged.listing is not None:
        says = f"Verified by the trusted list in {judged.listing.source}: {judged.reason}"
        yield Statement("signature", says, "proof", source)
    elif judged.state == "verified" and known:
        names = ", ".join(sorted({beside.files[each.sha256] for each in judged.issuers}))
        what = "delegated responder of the CA" if judged.delegated else "CA"
        says = f"Verified: it fits the {what} whose certificate is in {names}. {judged.reason}"
        yield Statement("signature", says.strip(), "proof", source)
    elif judged.state == "verified":
        says = "It fits a responder whose right follows from a CA certificate in the response"
        yield Statement("signature", says + "; whether that CA is the right one is open.",
                        "proof", source)  # fmt: skip
    else:
        yield Statement("signature", judged.reason, "doubt", source)
    if judged.signer is not None:
        yield Statement("responder certificate", f"SHA-256 {judged.signer.sha256}")
        if judged.delegated and judged.no_check:
            yield Statement("no check", "Its own revocation need not be checked.")


def _answer(answer: SingleAnswer, inquiry: Inquiry) -> Iterator[Statement]:
    about = f"certificate {answer.serial:x}"
    says = answer.status
    if answer.status == "revoked":
        since = _when(answer.revoked_at) if answer.revoked_at else "an unreadable time"
        says += f" since {since}" + (f", {answer.reason}" if answer.reason else "")
    yield Statement(about, says)
    yield from _times(answer.this_update, answer.next_update, inquiry)
    if answer.has_certificate_hash:
        yield Statement(about, "The responder shows by a hash that it knows the certificate.")
    if answer.status != "good":
        return
    if answer.archive_cutoff is not None:
        says = f"Good counts for it also after expiry if it ends on {_when(answer.archive_cutoff)} "
        yield Statement("beyond expiry", says + "or later.", "fact", _CUTOFF)
    elif answer.has_cutoff:
        says = "The archive cutoff is no date: good counts for nothing once it has expired."
        yield Statement("beyond expiry", says, "fault", _CUTOFF)
    else:
        says = "Without archive cutoff good counts for nothing once the certificate has expired."
        yield Statement("beyond expiry", says, "doubt", _CUTOFF)


def _times(begin: datetime | None, end: datetime | None, inquiry: Inquiry) -> Iterator[Statement]:
    from clausegraph.artefacts.revocation.answers import currency

    state = currency(begin, end, inquiry.as_of)
    said: dict[str, tuple[str, Weight]] = {
        "current": ("current at the as-of time", "fact"),
        "expired": ("newer information was due before the as-of time", "doubt"),
        "undated": ("newer information may come at any time", "fact"),
        "future": ("dated after the as-of time", "fault"),
    }
    words, weight = said[state]
    span = f"{_when(begin) if begin else '?'} to {_when(end) if end else 'open'}"
    yield Statement("times", f"{span}: {words}", weight)


def _when(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
