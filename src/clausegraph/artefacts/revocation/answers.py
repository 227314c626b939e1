"""What CRLs and OCSP responses say about certificates, and whether it counts.

Input: a list or a response, the judgement of its signature, certificates. Output: one answer per
certificate that it speaks of. "Not revoked" about a certificate that had expired counts only where
its end is no earlier than the archive cutoff, or the date of ExpiredCertsOnCRL; no library applies
this. "Revoked" counts also afterwards. Nothing counts whose signature is not verified.
Clause: RFC 6960 2.2, 4.4.4; ITU-T X.509 (ExpiredCertsOnCRL); RFC 5280 5.2.4, 5.2.5, 6.3.3;
EN 319 411-2 CSS-6.3.10-02 to -06, -10.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from clausegraph.artefacts.revocation.crl import find
from clausegraph.artefacts.revocation.model import Entry, Response, RevocationList, SingleAnswer
from clausegraph.artefacts.revocation.moments import NO_END
from clausegraph.artefacts.revocation.trust import Judgement, issuers_of, name_hash, same_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from clausegraph.artefacts.x509.model import Certificate

Status = Literal["good", "revoked", "on-hold", "unknown", "not-covered"]
Currency = Literal["current", "expired", "undated", "future"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one artefact says about one certificate.

    Attributes:
        certificate: the certificate.
        method: ``crl`` or ``ocsp``.
        status: what is said.
        at: time of which the answer speaks, UTC.
        revoked_at: revocation time, UTC.
        reason: reason of the revocation, or an empty text.
        beyond_expiry: whether the answer holds for the certificate also after its expiry.
        counts: whether it counts: the signature is verified, the artefact covers the certificate,
            and the certificate had not expired by then or is covered beyond its expiry.
        because: why it does not count, or what limits it; empty otherwise.
    """

    certificate: Certificate
    method: Literal["crl", "ocsp"]
    status: Status
    at: datetime | None
    revoked_at: datetime | None = None
    reason: str = ""
    beyond_expiry: bool = False
    counts: bool = True
    because: str = ""


def currency(this_update: datetime | None, next_update: datetime | None, now: datetime) -> Currency:
    """Where an artefact stands in time: current, expired (a newer one is due), undated, future."""
    if this_update is not None and this_update > now:
        return "future"
    if this_update is None or next_update is None:
        return "undated"
    return "expired" if next_update < now else "current"


def is_last(next_update: datetime | None) -> bool:
    """Whether nextUpdate says that no other list or response follows."""
    return next_update is not None and next_update.replace(microsecond=0) == NO_END


def of_list(
    found: RevocationList, judgement: Judgement, certificates: Iterable[Certificate]
) -> list[Answer]:
    """The answers of a CRL about the certificates of its issuer.

    Args:
        found: the list.
        judgement: of its signature; a failed one gives no answers.
        certificates: the certificates asked about.
    """
    if judgement.state == "failed":
        return []
    asked = list(certificates)
    indirect = found.scope is not None and found.scope.indirect
    own = [
        each
        for each in asked
        if each.serial is not None
        and each.subject_der != each.issuer_der
        and (indirect or same_name(each.issuer_der, found.issuer_der))
    ]
    entries = find(found, {each.serial for each in own if each.serial is not None}) if own else {}
    answers = []
    for each in own:
        issuer_named = same_name(each.issuer_der, found.issuer_der)
        entry = next(
            (
                e
                for e in entries.get(each.serial or 0, [])
                if (same_name(each.issuer_der, e.issuer_der) if e.issuer_der else issuer_named)
            ),
            None,
        )
        if entry is not None or issuer_named:
            answer = _listed(found, each, entry)
            if not issuer_named:
                answer = _limited(answer, "Whether the certificate names this CRL issuer is open.")
            answers.append(answer)
    return _relied_on(answers, judgement)


def _relied_on(answers: list[Answer], judgement: Judgement) -> list[Answer]:
    """The answers; none of them counts where the signature is not verified."""
    if judgement.state == "verified":
        return answers
    return [_limited(each, "The signature is not verified.") for each in answers]


def _limited(answer: Answer, why: str) -> Answer:
    return replace(answer, counts=False, because=f"{why} {answer.because}".strip())


def _listed(found: RevocationList, certificate: Certificate, entry: Entry | None) -> Answer:
    beyond = (
        found.expired_since is not None
        and certificate.not_after is not None
        and found.expired_since <= certificate.not_after
        # A date after the list itself contradicts what the extension means.
        and (found.this_update is None or found.expired_since <= found.this_update)
    )
    if entry is not None and entry.reason != "removeFromCRL":
        status: Status = "on-hold" if entry.reason == "certificateHold" else "revoked"
        return Answer(certificate, "crl", status, found.this_update, entry.revoked_at,
                      entry.reason, beyond, because=entry.note)  # fmt: skip
    outside = _outside(found, certificate)
    if outside and entry is None:
        return Answer(certificate, "crl", "not-covered", found.this_update, counts=False,
                      because=outside)  # fmt: skip
    why = _early_or_expired(
        certificate, found.this_update, beyond, "the list does not say that entries stay"
    )
    return Answer(certificate, "crl", "good", found.this_update, None, "", beyond, not why, why)


def _outside(found: RevocationList, certificate: Certificate) -> str:
    """Why a certificate without entry is none of the list's business, or an empty text."""
    if found.base_number is not None:
        return "A delta CRL tells only what changed since its base."
    scope = found.scope
    if scope is None:
        return ""
    if scope.only_ca and not certificate.is_ca:
        return "The list covers only CA certificates."
    if scope.only_user and certificate.is_ca:
        return "The list covers only end-entity certificates."
    if scope.only_attributes:
        return "The list covers only attribute certificates."
    if scope.some_reasons:
        return "The list covers only some reasons."
    if scope.urls and certificate.crl_urls and not set(scope.urls) & set(certificate.crl_urls):
        return "The list is a partition whose distribution point the certificate does not name."
    return ""


def _early_or_expired(certificate: Certificate, at: datetime | None, beyond: bool, why: str) -> str:
    if at is None or certificate.not_before is None or certificate.not_after is None:
        return "A time is missing."
    if at < certificate.not_before:
        return "The answer is older than the certificate."
    if at > certificate.not_after and not beyond:
        return f"The certificate had expired by then, and {why} for it."
    return ""


def of_response(
    found: Response, judgement: Judgement, certificates: Iterable[Certificate]
) -> list[Answer]:
    """The answers of an OCSP response about certificates at hand.

    Args:
        found: the response.
        judgement: of its signature; a failed one gives no answers.
        certificates: the certificates asked about, those of their issuers among them.
    """
    if judgement.state == "failed":
        return []
    asked = list(certificates)
    by_serial: dict[int | None, list[Certificate]] = {}
    for each in asked:
        by_serial.setdefault(each.serial, []).append(each)
    answers = []
    for answer in found.answers:
        issuers = issuers_of(answer, asked)
        for each in by_serial.get(answer.serial, []):
            named = (
                any(same_name(each.issuer_der, issuer.subject_der) for issuer in issuers)
                or name_hash(answer.hash_name, each.issuer_der) == answer.name_hash
            )
            if named:
                answers.append(_answered(answer, each))
    return _relied_on(answers, judgement)


def _answered(answer: SingleAnswer, certificate: Certificate) -> Answer:
    beyond = (
        answer.archive_cutoff is not None
        and certificate.not_after is not None
        and certificate.not_after >= answer.archive_cutoff
    )
    if answer.status == "revoked":
        status: Status = "on-hold" if answer.reason == "certificateHold" else "revoked"
        return Answer(certificate, "ocsp", status, answer.this_update, answer.revoked_at,
                      answer.reason, beyond)  # fmt: skip
    if answer.status == "unknown":
        return Answer(certificate, "ocsp", "unknown", answer.this_update, counts=False,
                      because="The responder does not know the certificate.")  # fmt: skip
    why = _early_or_expired(
        certificate, answer.this_update, beyond, "no archive cutoff reaches back far enough"
    )
    return Answer(certificate, "ocsp", "good", answer.this_update, None, "", beyond, not why, why)
