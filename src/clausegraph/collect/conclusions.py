"""What the trusted lists of a pack say of its certificates, on three legs.

Input: the lists gathered with their state of trust, the certificates gathered. Output: for each
certificate one conclusion at its issuance and one at the as-of time, with the legs of the service,
of the certificate and of the qualifiers as nodes of their own, so that a rule can say which one
fails; and the list and entry on which it rests.
Clause: TS 119 615 4.4; TS 119 612 5.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from clausegraph.collect.facts import (
    KIND,
    NOTE,
    TYPE,
    boolean,
    certificate_iri,
    cg,
    code,
    instant,
    text,
)
from clausegraph.collect.list_entries import period_iri, shown_providers
from clausegraph.collect.trusted_lists import list_iri
from clausegraph.terms import DCTERMS_NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from clausegraph.artefacts.trusted_lists.conclude import Conclusion
    from clausegraph.artefacts.trusted_lists.registry import Registry, Source
    from clausegraph.artefacts.trusted_lists.status_services import StatusServices
    from clausegraph.artefacts.x509 import Certificate
    from clausegraph.collect.gathered import Gathered, ListFile
    from clausegraph.collect.question import Question

_CONCLUSION = cg("Conclusion")
_LEG = cg("ConclusionLeg")
_ABOUT = cg("about")
_MOMENT = cg("moment")
_CONCLUDES = cg("concludes")
_QC_TYPE = cg("qcType")
_DEVICE = cg("onQualifiedDevice")
_QUALIFIER = cg("qualifier")
_ON_LIST = cg("onList")
_BASED_ON = cg("basedOn")
_BECAUSE = cg("because")
_CURRENCY = cg("currency")
_DATE = NamedNode(DCTERMS_NS + "date")
_HAS_PART = NamedNode(DCTERMS_NS + "hasPart")


def facts(gathered: Gathered, question: Question) -> Iterator[Triple]:
    """The conclusions of all certificates gathered; none where the pack holds no national list.

    Args:
        gathered: ``lists``, ``trust`` and ``certificates`` are read.
        question: ``as_of`` is the second time asked about, and says whether lists are outdated, or
            were issued later.
    """
    files = [file for file in gathered.lists if not file.content.head.is_lotl]
    if not files or not gathered.certificates:
        return
    from clausegraph.artefacts.trusted_lists.conclude import conclude, conclude_ca

    certificates = list(gathered.certificates.values())
    registry = registry_of(gathered, question)
    shown = {file.artefact.value: shown_providers(file, gathered, question) for file in files}
    for certificate in certificates:
        moments = {"issuance": certificate.not_before, "as-of": question.as_of}
        ask = conclude_ca if certificate.is_ca else conclude
        for name, moment in moments.items():
            if moment is not None:
                found = ask(registry, certificate, moment, question.as_of)
                yield from _conclusion_facts(question.base, certificate, name, found, shown)


def registry_of(gathered: Gathered, question: Question) -> Registry:
    """The services of the national lists gathered, indexed once; lists and certificates are known.

    Args:
        gathered: ``lists``, ``trust`` and ``certificates`` are read, ``registry`` is filled.
        question: of several lists of a country one that was known at ``as_of`` goes first.
    """
    from clausegraph.artefacts.trusted_lists.registry import Registry

    if gathered.registry is None:
        files = [file for file in gathered.lists if not file.content.head.is_lotl]
        between = gathered.certificates.values()
        sources = [source_of(file, gathered) for file in files]
        gathered.registry = Registry(sources, between, question.as_of)
    return gathered.registry


def listed_signers(gathered: Gathered, question: Question) -> StatusServices | None:
    """Responders and issuers of CRLs that the national lists gathered name; None without lists."""
    from clausegraph.artefacts.trusted_lists.status_services import StatusServices

    if all(file.content.head.is_lotl for file in gathered.lists):
        return None
    return StatusServices(registry_of(gathered, question))


def source_of(file: ListFile, gathered: Gathered) -> Source:
    """A list of the pack with what is known of its signature."""
    from clausegraph.artefacts.trusted_lists.registry import Source

    state = gathered.trust.get(file.artefact.value)
    if state is None:
        return Source(file.artefact.value, file.content)
    return Source(file.artefact.value, file.content, state.state, state.reason, state.announced_by)


def _conclusion_facts(
    base: str,
    certificate: Certificate,
    moment: str,
    found: Conclusion,
    shown: dict[str, frozenset[int]],
) -> Iterator[Triple]:
    from clausegraph.artefacts.trusted_lists.validity import validity_words

    node = NamedNode(f"{base}conclusion/{certificate.sha256[:32]}/{moment}")
    yield Triple(node, TYPE, _CONCLUSION)
    yield Triple(node, _ABOUT, certificate_iri(certificate.sha256))
    yield Triple(node, _MOMENT, code("conclusion-moment", moment))
    yield from _date(node, found.moment)
    yield Triple(node, _CONCLUDES, code("conclusion-result", found.result))
    if found.type:
        yield Triple(node, _QC_TYPE, text(found.type))
    if found.device is not None and not certificate.is_ca:
        yield Triple(node, _DEVICE, boolean(found.device))
    for qualifier in found.qualifiers:
        yield Triple(node, _QUALIFIER, code("tl-qualifier", qualifier))
    for leg in found.legs:
        part = NamedNode(f"{node.value}/{leg.name}")
        yield Triple(node, _HAS_PART, part)
        yield Triple(part, TYPE, _LEG)
        yield Triple(part, KIND, code("conclusion-leg", leg.name))
        yield Triple(part, _CONCLUDES, code("leg-result", leg.result))
        yield Triple(part, _BECAUSE, text(leg.reason))
    for source in found.sources:
        yield Triple(node, _ON_LIST, list_iri(source.name))
    for match in found.matches:
        period = match.at(found.moment)
        artefact = match.source.name
        if period is not None and match.provider.number in shown[artefact]:
            entry = period_iri(artefact, match.provider.number, match.service.number, period.number)
            yield Triple(node, _BASED_ON, entry)
    for source in found.outdated:
        note = f"The list {source.content.title} has passed its next update."
        yield Triple(node, NOTE, text(note))
    for source in found.later:
        note = f"The list {source.content.title} was issued after the as-of time."
        yield Triple(node, NOTE, text(note))
    yield Triple(node, _CURRENCY, code("currency", found.validity))
    if words := validity_words(certificate, found.validity):
        yield Triple(node, NOTE, text(f"Certificate {words}."))
    for lack in found.lacks:
        yield Triple(node, NOTE, text(f"The certificate lacks {lack}, which no list mends."))


def _date(node: NamedNode, moment: datetime) -> Iterator[Triple]:
    from clausegraph.artefacts.text import UnreadableError

    try:
        yield Triple(node, _DATE, instant(moment))
    except UnreadableError:  # a certificate may name the year 0 or 10000
        return
