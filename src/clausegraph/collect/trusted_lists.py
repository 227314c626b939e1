"""The facts of trusted lists (ETSI TS 119 612, format versions 4 to 6) and lists of trusted lists.

Input: the bytes of a list. Output: the list, its services with type, status, identities,
additional information and qualifiers, and their history. Whether the list can be trusted is said
by another collector, `list_trust`. Extensions that are not understood,
critical ones too, are noted; they never drop a service.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.trusted_lists.parse import parse_list
from clausegraph.collect.facts import (
    CONTAINS,
    ISSUED,
    KIND,
    NOTE,
    PUBLISHER,
    SPATIAL,
    STATUS,
    TITLE,
    TYPE,
    VALID_FROM,
    VERSION,
    cg,
    code,
    instant,
    problem,
    text,
)
from clausegraph.collect.gathered import ListFile

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
    from clausegraph.collect.gathered import Gathered

_PERSONAL = re.compile(
    r"(?:^|[,+/ ])(?:OID\.)?(?:GIVENNAME|GN|G|SURNAME|SN|PSEUDONYM|2\.5\.4\.(?:4|42|65))\s*=",
    re.IGNORECASE,
)
_LIST = cg("TrustedList")
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
_FORMAT_VERSION = cg("formatVersion")
_NEXT_UPDATE = cg("nextUpdate")


def facts(data: bytes, artefact: NamedNode, gathered: Gathered) -> Iterator[Triple]:
    """The facts of a trusted list.

    Args:
        data: the content of the file.
        artefact: the IRI of the file; list and entries are named by its fragments.
        gathered: keeps the file for the facts about its signature.
    """
    try:
        found = parse_list(data)
    except UnreadableError as error:
        yield from problem(artefact, "unreadable", str(error))
        return
    gathered.lists.append(ListFile(artefact, data))
    yield from _list_facts(found, artefact)
    for provider, service in found.services():
        yield from _service_facts(artefact, provider, service)


def list_iri(artefact: NamedNode) -> NamedNode:
    """The IRI of the list in a file."""
    return NamedNode(f"{artefact.value}#list")


def period_iri(
    artefact: NamedNode, provider: Provider, service: Service, period: Period
) -> NamedNode:
    """The IRI of the current entry of a service or of an entry of its history."""
    entry = f"{artefact.value}#entry-{provider.number}-{service.number}"
    return NamedNode(f"{entry}-history-{period.number}" if period.number else entry)


def _list_facts(found: TrustedList, artefact: NamedNode) -> Iterator[Triple]:
    node, head = list_iri(artefact), found.head
    yield Triple(artefact, CONTAINS, node)
    yield Triple(node, TYPE, _LIST)
    for term, value in (
        (SPATIAL, head.territory),
        (VERSION, "" if head.sequence is None else str(head.sequence)),
        (_FORMAT_VERSION, head.version),
        (PUBLISHER, found.operator),
    ):
        if value:
            yield Triple(node, term, text(value))
    for term, moment in ((ISSUED, head.issued), (_NEXT_UPDATE, head.next_update)):
        if moment is not None:
            yield Triple(node, term, instant(moment))
    notes = list(found.notes)
    if head.next_update is None and not any("next update" in note for note in notes):
        notes.append("No next update time is given: the list is closed.")
    if head.is_lotl:
        notes.append("A list of trusted lists: it points to lists of countries.")
    yield from _notes(node, notes)


def _service_facts(artefact: NamedNode, provider: Provider, service: Service) -> Iterator[Triple]:
    node = NamedNode(f"{artefact.value}#entry-{provider.number}-{service.number}")
    yield Triple(list_iri(artefact), _ENTRY, node)
    yield Triple(node, TYPE, _SERVICE)
    if service.current is None:
        yield Triple(node, _ON_LIST, list_iri(artefact))
        yield from _notes(node, ["The entry has no service information."])
    for period in service.periods:
        place = period_iri(artefact, provider, service, period)
        if period.number:
            yield Triple(node, _HISTORY_OF, place)
            yield Triple(place, TYPE, _HISTORY)
        yield Triple(place, _ON_LIST, list_iri(artefact))
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
