"""The services of the trusted lists of a pack, with their history.

Input: the lists and certificates gathered, the identities that the pack declares. Output: entries
with type, status, identities, additional information and qualifiers. Of a large list only providers
that the pack has to do with are shown in full, the others are counted: those whose services stand
above a certificate of the pack, are one of its CAs, or carry an identity that the pack declares.
Extensions that are not understood, critical ones too, are noted; they never drop a service.
Clause: TS 119 612 5.4 to 5.6.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.collect.facts import (
    KIND,
    NOTE,
    STATUS,
    TITLE,
    TYPE,
    VALID_FROM,
    cg,
    code,
    instant,
    text,
)
from clausegraph.collect.trusted_lists import list_iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clausegraph.artefacts.trusted_lists.model import (
        Coded,
        Identity,
        Period,
        Provider,
        Service,
        TrustedList,
    )
    from clausegraph.collect.gathered import Gathered, ListFile
    from clausegraph.collect.question import Question

LARGE = 60
"""Number of services from which on a list is shown in part."""

_PERSONAL = re.compile(
    r"(?:^|[,+/ ])(?:OID\.)?(?:GIVENNAME|GN|G|SURNAME|SN|PSEUDONYM|2\.5\.4\.(?:4|42|65))\s*=",
    re.IGNORECASE,
)
_SERVICE = cg("ListedService")
_HISTORY = cg("ListedServiceHistory")
_ON_LIST = cg("onList")
_ENTRY = cg("entry")
_HISTORY_OF = cg("history")
_PROVIDER_NAME = cg("providerName")
_TYPE_URI = cg("serviceTypeUri")
_STATUS_URI = cg("statusUri")
_IDENTITY = cg("digitalIdentity")
_SKI = cg("subjectKeyIdentifier")
_ADDITIONAL = cg("additionalInformation")
_QUALIFIER = cg("qualifier")


def facts(gathered: Gathered, question: Question) -> Iterator[Triple]:
    """The services of all lists gathered.

    Args:
        gathered: ``lists`` and ``certificates`` are read.
        question: ``identities`` are the hashes that the pack declares.
    """
    for file in gathered.lists:
        shown = shown_providers(file, gathered, question)
        left_out = 0
        for provider, service in file.content.services():
            if provider.number in shown:
                yield from _service_facts(file.artefact, provider, service)
            else:
                left_out += 1
        if left_out:
            note = f"{left_out} services of other providers were read and are not shown."
            yield Triple(list_iri(file.artefact.value), NOTE, text(note))


def shown_providers(file: ListFile, gathered: Gathered, question: Question) -> frozenset[int]:
    """Numbers of the providers that are shown: all of a small list, or when nothing is asked."""
    name = file.artefact.value
    if name not in gathered.shown:
        gathered.shown[name] = _relevant(file.content, gathered, question)
    return gathered.shown[name]


def _relevant(content: TrustedList, gathered: Gathered, question: Question) -> frozenset[int]:
    every = frozenset(provider.number for provider in content.providers)
    asked = gathered.certificates or question.identities
    if not asked or sum(len(provider.services) for provider in content.providers) < LARGE:
        return every
    from clausegraph.artefacts.trusted_lists.registry import Registry, Source

    certificates = list(gathered.certificates.values())
    alone = Registry([Source("", content)], certificates)
    found = {
        match.provider.number
        for certificate in certificates
        for match in (*alone.issuers(certificate), *alone.identified(certificate))
    }
    declared = set(question.identities)
    for provider, service in content.services():
        held = (c.sha256 for p in service.periods for c in p.identity.certificates)
        if declared.intersection(held):
            found.add(provider.number)
    return frozenset(found)


def period_iri(artefact: str, provider: int, service: int, period: int = 0) -> NamedNode:
    """The IRI of an entry: numbers of provider and service on the list, 0 for the current state."""
    entry = f"{artefact}#entry-{provider}-{service}"
    return NamedNode(f"{entry}-history-{period}" if period else entry)


def _service_facts(artefact: NamedNode, provider: Provider, service: Service) -> Iterator[Triple]:
    node = period_iri(artefact.value, provider.number, service.number)
    yield Triple(list_iri(artefact.value), _ENTRY, node)
    yield Triple(node, TYPE, _SERVICE)
    if service.current is None:
        yield Triple(node, _ON_LIST, list_iri(artefact.value))
        yield from _notes(node, ["The entry has no service information."])
    for period in service.periods:
        place = period_iri(artefact.value, provider.number, service.number, period.number)
        if period.number:
            yield Triple(node, _HISTORY_OF, place)
            yield Triple(place, TYPE, _HISTORY)
        yield Triple(place, _ON_LIST, list_iri(artefact.value))
        if provider.name:
            yield Triple(place, _PROVIDER_NAME, text(provider.name))
        yield from _period_facts(place, period)


def _period_facts(node: NamedNode, period: Period) -> Iterator[Triple]:
    if period.name:
        yield Triple(node, TITLE, text(period.name))
    yield from _coded(node, period.kind, KIND, "tl-service-type", _TYPE_URI)
    yield from _coded(node, period.status, STATUS, "tl-status", _STATUS_URI)
    if period.since is not None:
        yield Triple(node, VALID_FROM, instant(period.since))
    yield from _identity_facts(node, period.identity)
    notes = [*period.notes]
    for each in dict.fromkeys(period.additional):
        if each.code:
            yield Triple(node, _ADDITIONAL, code("tl-additional", each.code))
        else:
            notes.append(f"Unknown additional service information: {each.uri}")
    qualifiers = (each for one in period.qualifications for each in one.qualifiers)
    for each in dict.fromkeys(qualifiers):
        if each.code:
            yield Triple(node, _QUALIFIER, code("tl-qualifier", each.code))
        else:
            notes.append(f"Unknown qualifier: {each.uri}")
    notes += [f"Taken over by: {name}" for name in period.taken_over_by]
    if period.expired_text:
        notes.append(f"Revocation information of expired certificates: {period.expired_text}")
    for unknown in period.unknown:
        grade = "critical" if unknown.critical else "non-critical"
        notes.append(f"Unknown {grade} extension {unknown.name}")
    yield from _notes(node, notes)


def _coded(
    node: NamedNode, value: Coded, term: NamedNode, scheme: str, otherwise: NamedNode
) -> Iterator[Triple]:
    if value.code:
        yield Triple(node, term, code(scheme, value.code))
    elif value.uri:
        yield Triple(node, otherwise, text(value.uri))


def _identity_facts(node: NamedNode, identity: Identity) -> Iterator[Triple]:
    keys = [*identity.keys, *(each.key_identifier for each in identity.certificates)]
    notes = list(identity.notes)
    if not identity.certificates and not keys:
        # Else the name adds nothing, and it may be a person's.
        notes += [f"Subject name: {n}" for n in identity.names if not _PERSONAL.search(n)]
    for certificate in identity.certificates:
        yield Triple(node, _IDENTITY, Literal(certificate.sha256))
    for key in dict.fromkeys(filter(None, keys)):
        yield Triple(node, _SKI, text(key.hex()))
    yield from _notes(node, notes)


def _notes(node: NamedNode, notes: Iterable[str]) -> Iterator[Triple]:
    for note in dict.fromkeys(notes):
        yield Triple(node, NOTE, text(note))
