"""The facts of CRLs and OCSP responses, and what they say about the certificates of the pack.

Input: the bytes of a file; then everything gathered. Output: triples: the list or response with its
times and the beyond-validity facts, the state of its signature, and one `cg:StatusAnswer` per
certificate of the pack that it speaks of. Entries of a CRL never become nodes of their own.
Clause: RFC 5280 5; RFC 6960; EN 319 411-1 6.3.9, 6.3.10; EN 319 411-2 6.3.10.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from clausegraph.artefacts.text import UnreadableError
from clausegraph.collect.conclusions import listed_signers
from clausegraph.collect.facts import (
    CONTAINS,
    ISSUED,
    KIND,
    NOTE,
    STATUS,
    TYPE,
    VERSION,
    boolean,
    certificate_iri,
    cg,
    code,
    instant,
    integer,
    problem,
    text,
)
from clausegraph.collect.trusted_lists import list_iri
from clausegraph.terms import DCTERMS_NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from clausegraph.artefacts.revocation import Response, RevocationList
    from clausegraph.artefacts.revocation.answers import Answer
    from clausegraph.artefacts.revocation.trust import Judgement
    from clausegraph.artefacts.x509.names import Attributes
    from clausegraph.collect.gathered import Gathered
    from clausegraph.collect.question import Question

_LIST, _RESPONSE, _ANSWER_CLASS = cg("RevocationList"), cg("OcspResponse"), cg("StatusAnswer")
_ISSUER_NAME, _AKI = cg("issuerName"), cg("authorityKeyIdentifier")
_NEXT_UPDATE, _LAST, _COUNT = cg("nextUpdate"), cg("lastIssue"), cg("count")
_HAS_EXTENSION, _CUTOFF = cg("expiredCertsOnCrl"), cg("archiveCutoff")
_PARSE_NOTE, _ALGORITHM = cg("parseNote"), cg("signatureAlgorithm")
_STATE, _SIGNED_BY, _BECAUSE = cg("signatureState"), cg("signedBy"), cg("because")
_CURRENCY, _ANSWER, _ABOUT = cg("currency"), cg("answer"), cg("about")
_REVOKED_AT, _REASON = cg("revokedAt"), cg("revocationReason")
_BEYOND, _COUNTS, _DATE = cg("beyondExpiry"), cg("counts"), NamedNode(DCTERMS_NS + "date")
_DELEGATED, _NO_CHECK, _CIRCULAR = cg("delegated"), cg("noCheck"), cg("circularCheck")
_ON_LIST = cg("onList")
_FOLLOWS, _DROPPED = cg("follows"), cg("droppedEntries")


def crl_facts(data: bytes, artefact: NamedNode, gathered: Gathered) -> Iterator[Triple]:
    """The facts of a CRL.

    Args:
        data: the content of the file, DER or PEM.
        artefact: the IRI of the file; the list is its fragment ``#crl``.
        gathered: where the list is kept for facts that need its issuer.
    """
    from clausegraph.artefacts.revocation import read_crl
    from clausegraph.artefacts.revocation.crl import signature_algorithm

    try:
        found = read_crl(data)
    except UnreadableError as error:
        yield from problem(artefact, "unreadable", str(error))
        return
    node = NamedNode(f"{artefact.value}#crl")
    gathered.crls.append((node, found))
    notes = list(found.notes)
    yield Triple(artefact, CONTAINS, node)
    yield Triple(node, TYPE, _LIST)
    if found.issuer is not None:
        yield from _name(node, found.issuer)
    yield from _times(node, ((ISSUED, found.this_update), (_NEXT_UPDATE, found.next_update)), notes)
    yield from _times(node, ((_CUTOFF, found.expired_since),), notes)
    yield Triple(node, _HAS_EXTENSION, boolean(found.keeps_expired))
    yield Triple(node, _COUNT, integer(found.count))
    if found.number is not None:
        yield Triple(node, VERSION, text(str(found.number)))
    if found.authority_key:
        yield Triple(node, _AKI, text(found.authority_key.hex()))
    if name := signature_algorithm(found):
        yield Triple(node, _ALGORITHM, text(name))
    if found.base_number is not None:
        yield Triple(node, NOTE, text(f"delta to list {found.base_number}"))
    if found.scope is not None:
        for words in found.scope.words():
            yield Triple(node, NOTE, text(f"scope: {words}"))
        for url in dict.fromkeys(found.scope.urls):
            yield Triple(node, NOTE, text(f"distribution point: {url}"))
    for note in dict.fromkeys(notes):
        yield Triple(node, _PARSE_NOTE, text(note))


def ocsp_facts(data: bytes, artefact: NamedNode, gathered: Gathered) -> Iterator[Triple]:
    """The facts of an OCSP response.

    Args:
        data: the content of the file, DER or PEM.
        artefact: the IRI of the file; the response is its fragment ``#ocsp``.
        gathered: where the response is kept for facts that need the issuing CA.
    """
    from clausegraph.artefacts.revocation import read_ocsp
    from clausegraph.artefacts.revocation.crl import algorithm_name

    try:
        found = read_ocsp(data)
    except UnreadableError as error:
        yield from problem(artefact, "unreadable", str(error))
        return
    node = NamedNode(f"{artefact.value}#ocsp")
    gathered.responses.append((node, found))
    notes = list(found.notes)
    yield Triple(artefact, CONTAINS, node)
    yield Triple(node, TYPE, _RESPONSE)
    if found.state != "successful":
        yield Triple(node, NOTE, text(f"The responder gave no answer: {found.state}."))
        return
    until = [each.next_update for each in found.answers]
    first = None if None in until else min(each for each in until if each is not None)
    yield from _times(node, ((ISSUED, found.produced_at), (_NEXT_UPDATE, first)), notes)
    cutoffs = {each.archive_cutoff for each in found.answers}
    yield from _times(node, tuple((_CUTOFF, each) for each in sorted(c for c in cutoffs if c)),
                      notes)  # fmt: skip
    yield Triple(node, _COUNT, integer(len(found.answers)))
    if name := algorithm_name(found.signed.algorithm):
        yield Triple(node, _ALGORITHM, text(name))
    for method in sorted({each.hash_name for each in found.answers}):
        yield Triple(node, NOTE, text(f"certificates identified by {method}"))
    if found.extended_revoke:
        yield Triple(node, NOTE, text("revoked may mean never issued (extended revoke)"))
    for note in dict.fromkeys(notes):
        yield Triple(node, _PARSE_NOTE, text(note))


def _name(node: NamedNode, issuer: Attributes) -> Iterator[Triple]:
    from clausegraph.artefacts.x509.names import name_text

    yield Triple(node, _ISSUER_NAME, text(name_text(issuer)))


def _times(
    node: NamedNode, values: tuple[tuple[NamedNode, datetime | None], ...], notes: list[str]
) -> Iterator[Triple]:
    for term, moment in values:
        if moment is not None:
            try:
                yield Triple(node, term, instant(moment))
            except UnreadableError:
                notes.append("a time is out of range")


def facts(gathered: Gathered, question: Question) -> Iterator[Triple]:
    """Signatures, rights and answers, when all certificates of the pack are known.

    Args:
        gathered: ``certificates``, ``crls`` and ``responses`` are read; lists, with what is known
            of their signatures, for signers that they name.
        question: its as-of time decides what is out of date.
    """
    if not gathered.crls and not gathered.responses:
        return
    from clausegraph.artefacts.revocation.answers import of_list, of_response
    from clausegraph.artefacts.revocation.trust import judge_list, judge_response

    certificates = list(gathered.certificates.values())
    listed = listed_signers(gathered, question)
    for node, found in gathered.crls:
        judged = judge_list(found, certificates, listed)
        yield from _judgement(node, judged)
        yield from _standing(node, found.this_update, found.next_update, question)
        yield from _answers(node, of_list(found, judged, certificates))
    for node, response in gathered.responses:
        judged = judge_response(response, certificates, listed)
        yield from _judgement(node, judged)
        if response.state != "successful":
            continue
        yield from _response_standing(node, response, judged, question)
        yield from _answers(node, of_response(response, judged, certificates))
    yield from _successions(gathered.crls)


def _judgement(node: NamedNode, judged: Judgement) -> Iterator[Triple]:
    yield Triple(node, _STATE, code("signature-state", judged.state))
    if judged.signer is not None:
        yield Triple(node, _SIGNED_BY, certificate_iri(judged.signer.sha256))
    if judged.reason:
        yield Triple(node, _BECAUSE, text(judged.reason))
    if judged.listing is not None:
        yield Triple(node, _ON_LIST, list_iri(judged.listing.source))


def _standing(
    node: NamedNode, begin: datetime | None, end: datetime | None, question: Question
) -> Iterator[Triple]:
    from clausegraph.artefacts.revocation.answers import currency, is_last

    yield Triple(node, _CURRENCY, code("currency", currency(begin, end, question.as_of)))
    if is_last(end):
        yield Triple(node, _LAST, boolean(True))


def _response_standing(
    node: NamedNode, found: Response, judged: Judgement, question: Question
) -> Iterator[Triple]:
    until = [each.next_update for each in found.answers]
    end = None if None in until else min(each for each in until if each is not None)
    begins = [each.this_update for each in found.answers if each.this_update is not None]
    if found.produced_at is not None:
        begins.append(found.produced_at)
    yield from _standing(node, max(begins, default=None), end, question)
    if judged.signer is None or judged.state == "not-verified":
        return
    yield Triple(node, _DELEGATED, boolean(judged.delegated))
    if judged.delegated:
        yield Triple(node, _NO_CHECK, boolean(judged.no_check))
        yield Triple(node, _CIRCULAR, boolean(bool(judged.signer.ocsp_urls)))


def _answers(node: NamedNode, answers: list[Answer]) -> Iterator[Triple]:
    from clausegraph.artefacts.revocation.model import REASONS

    for number, answer in enumerate(answers, 1):
        each = NamedNode(f"{node.value}-{number}")
        yield Triple(node, _ANSWER, each)
        yield Triple(each, TYPE, _ANSWER_CLASS)
        yield Triple(each, _ABOUT, certificate_iri(answer.certificate.sha256))
        yield Triple(each, KIND, code("status-method", answer.method))
        yield Triple(each, STATUS, code("certificate-status", answer.status))
        yield from _times(each, ((_DATE, answer.at), (_REVOKED_AT, answer.revoked_at)), [])
        if answer.reason in REASONS.values():
            yield Triple(each, _REASON, code("revocation-reason", answer.reason))
        yield Triple(each, _BEYOND, boolean(answer.beyond_expiry))
        yield Triple(each, _COUNTS, boolean(answer.counts))
        if answer.because:
            yield Triple(each, _BECAUSE, text(answer.because))


def _successions(lists: list[tuple[NamedNode, RevocationList]]) -> Iterator[Triple]:
    """What each CRL dropped of the one before it, where both have the same issuer and scope."""
    from clausegraph.artefacts.revocation.crl import dropped

    series: dict[tuple[object, ...], list[tuple[datetime, NamedNode, RevocationList]]] = {}
    for node, found in lists:
        if found.this_update is not None and found.base_number is None:
            key = (found.issuer_der, found.authority_key, found.scope)
            series.setdefault(key, []).append((found.this_update, node, found))
    for issues in series.values():
        issues.sort(key=lambda issue: (issue[0], issue[1].value))
        for (_, older, before), (_, newer, after) in pairwise(issues):
            yield Triple(newer, _FOLLOWS, older)
            yield Triple(newer, _DROPPED, integer(dropped(before, after)))
