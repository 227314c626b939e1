"""Certificate populations: a profile in the graph, never one node per ordinary certificate.

Input: the sources that populations of the pack name (`source:`), the CA certificates and lists of
the pack. Output: a profile per source, its classes with counts, an exemplar of each class as an
ordinary certificate, and every exceptional row or certificate that the bounds let stand. Because
the exemplars are contained in the source as samples are, the rules about certificates judge each
class once; the title of the exemplar says for how many it stands.
Clause: EN 319 411-2 5.5, 6.6.1.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.artefacts.files import data_of, read
from clausegraph.artefacts.media import sniff
from clausegraph.artefacts.population import (
    Population,
    Source,
    Task,
    profile_source,
)
from clausegraph.artefacts.population.revocations import counted_words
from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.x509 import parse
from clausegraph.cache import accident
from clausegraph.collect.certificates import certificate_facts
from clausegraph.collect.conclusions import source_of
from clausegraph.collect.facts import (
    BYTE_SIZE,
    CONTAINS,
    IDENTIFIER,
    KIND,
    MEDIA_TYPE,
    NOTE,
    SHA256,
    TITLE,
    TYPE,
    VALID_FROM,
    VALID_THROUGH,
    certificate_iri,
    cg,
    code,
    instant,
    integer,
    problem,
    text,
)
from clausegraph.collect.remembered import Outcome
from clausegraph.errors import InputError
from clausegraph.terms import DCTERMS_NS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from clausegraph.artefacts.population.conclusions import ListConcluder
    from clausegraph.artefacts.population.features import Features
    from clausegraph.artefacts.population.profile import ClassCount, Exemplar, Profile
    from clausegraph.artefacts.population.revocations import Revocations
    from clausegraph.artefacts.x509 import Certificate
    from clausegraph.collect.gathered import Gathered
    from clausegraph.collect.question import Question

PART_OF = NamedNode(DCTERMS_NS + "isPartOf")
REFERENCES = NamedNode(DCTERMS_NS + "references")
_DESCRIPTION = NamedNode(DCTERMS_NS + "description")
COUNT = cg("count")
EXAMPLE = cg("example")
ARTEFACT = cg("artefact")
_LARGE = 32 * 1024 * 1024
"""Size in bytes from which on several processes are worth their start."""
_WEIGHT = 4 * 1024 * 1024
"""What a profile may take in memory; its classes and examples are bounded."""


def facts(gathered: Gathered, question: Question) -> Iterator[Triple]:
    """Profile the sources of the pack; the exemplars join ``gathered.certificates``."""
    for located, artefact in gathered.sources:
        yield Triple(artefact, TYPE, cg("Artefact"))
        yield Triple(artefact, IDENTIFIER, text(located.name))
        for population in question.sources.get(artefact.value, ()):
            yield Triple(NamedNode(population), ARTEFACT, artefact)
        if not located.file.exists():
            yield from problem(artefact, "missing", "The source is not in the pack.")
            continue
        source = Source(located.file)
        crls = {each.sha256: crl for crl, each in gathered.crls}
        try:
            before = source.state()
            content = read(located.file, 0) if located.file.is_file() else None
            if content is not None:
                yield Triple(artefact, SHA256, text(content.sha256))
                yield Triple(artefact, BYTE_SIZE, integer(content.size))
                yield Triple(artefact, MEDIA_TYPE, text(sniff(content.head, located.name)[1]))
            task = _task(gathered, question)
            profile = partial(_profile, source, task, before)
            if content is not None and gathered.between is not None:
                # Which list of a country counts may depend on how the files are called.
                lists = (f.artefact.value.removeprefix(question.base) for f in gathered.lists)
                asked = ("profile", located.file.name, content.sha256, task.digest().hex(), *lists)
                profile = partial(gathered.between.outcome, asked, profile, lambda _: _WEIGHT)
            work = partial(_outcome, profile, artefact, located.name, crls)
            if content is None:  # a folder: to see that nothing changed is most of the work
                found = work()
            else:
                known = (f"{sha256} {node.value}" for sha256, node in sorted(crls.items()))
                names = (artefact.value, located.name, located.file.name)
                name = ("population", *names, content.sha256, task.digest().hex(), *known)
                found = gathered.remembered.outcome(name, work)
        except InputError as error:
            why = f"The source {error.message}."
            yield from problem(artefact, "unreadable", why)
            continue
        except OSError as error:
            why = f"The source cannot be read: {error.strerror or error}."
            yield from problem(artefact, "unreadable", why)
            continue
        for der in found.more:
            cert = parse(bytes.fromhex(der))
            gathered.certificates.setdefault(cert.sha256, cert)
        yield from found.triples


def _profile(source: Source, task: Task, before: tuple[int, int, int]) -> Population:
    """What one source holds."""
    found = profile_source(source, task, jobs=_jobs(source.size))
    if source.path.is_file() and source.state() != before:
        accident()  # these may be the facts of other bytes than those that were hashed
    return found


def _outcome(
    profile: Callable[[], Population],
    artefact: NamedNode,
    name: str,
    crls: Mapping[str, NamedNode],
) -> Outcome:
    """The facts of one source, with its exemplars in the order of their facts."""
    found = profile()
    triples = tuple(profile_facts(found, artefact, name, crls))
    ders = [exemplar.der.hex() for exemplar, _ in _exemplars(found.profile.classes)]
    return Outcome(triples, ders)


def _jobs(size: int) -> int:
    import os

    return (os.cpu_count() or 1) if size > _LARGE else 1


def _task(gathered: Gathered, question: Question) -> Task:
    from clausegraph.artefacts.population.conclusions import ListConcluder

    authorities = tuple(c for c in gathered.certificates.values() if c.is_ca)
    lists = [file for file in gathered.lists if not file.content.head.is_lotl]
    sources = tuple(source_of(file, gathered) for file in lists)
    return Task(
        question.as_of,
        authorities=tuple(c.der for c in authorities),
        concluder=ListConcluder(sources, authorities, question.as_of) if sources else None,
        revocations=_revocations(gathered, authorities),
    )


def _revocations(gathered: Gathered, authorities: Sequence[Certificate]) -> Revocations | None:
    from clausegraph.artefacts.population.revocations import revocations
    from clausegraph.artefacts.revocation.trust import judge_list

    judged = [(found, judge_list(found, authorities)) for _, found in gathered.crls]
    return revocations(
        (found, each.signer)
        for found, each in judged
        if each.state == "verified" and each.signer is not None
    )


def read_revocations(
    paths: Sequence[Path], authorities: Sequence[Certificate]
) -> Revocations | None:
    """What the CRLs in some files say; None when no file is named.

    Args:
        paths: CRLs.
        authorities: certificates of the CAs that issued them.

    Raises:
        InputError: a file cannot be read or is no CRL, or no CA at hand verifies it.
    """
    from clausegraph.artefacts.population.revocations import revocations
    from clausegraph.artefacts.revocation import read_crl
    from clausegraph.artefacts.revocation.trust import judge_list

    used = []
    for path in paths:
        try:
            found = read_crl(data_of(path, "a CRL"))
        except UnreadableError as error:
            raise InputError(str(error), file=str(path), expected="a CRL, DER or PEM") from error
        judged = judge_list(found, authorities)
        if judged.state != "verified" or judged.signer is None:
            raise InputError(
                f"the CRL cannot be relied on: {judged.reason}",
                file=str(path),
                expected="a CRL that a CA given with --ca signed",
                mend="add --ca FILE for its issuer",
            )
        used.append((found, judged.signer))
    return revocations(used)


def list_concluder(
    lists: Sequence[Path],
    lotls: Sequence[Path],
    anchors: Sequence[str],
    between: Sequence[Certificate],
    now: datetime,
) -> ListConcluder | None:
    """What asks the trusted lists in some files; None when none is named.

    Args:
        lists: national trusted lists.
        lotls: lists of trusted lists, pivots included.
        anchors: SHA-256 of certificates trusted to sign a LOTL, beside the published ones.
        between: CA certificates that may stand between certificates and listed services.
        now: time by which lists may have passed their next update, UTC.

    Raises:
        InputError: a file cannot be read, is no list, or its signature does not hold.
    """
    if not (lists or lotls):
        return None
    from clausegraph.artefacts.population.conclusions import ListConcluder
    from clausegraph.artefacts.trusted_lists.reading import read_lists

    sources = read_lists(lists, lotls, anchors).national()
    return ListConcluder(sources, tuple(between), now)


def read_authorities(paths: Sequence[Path]) -> list[Certificate]:
    """The certificates of some files, each once, in their order.

    Raises:
        InputError: a file cannot be read or holds no certificate.
    """
    from clausegraph.artefacts.x509.bundles import split

    found: dict[str, Certificate] = {}
    for path in paths:
        try:
            for der, _ in split(data_of(path, "CA certificates"))[0]:
                cert = parse(der)
                found.setdefault(cert.sha256, cert)
        except UnreadableError as error:
            raise InputError(str(error), file=str(path), expected="CA certificates") from error
    return list(found.values())


def profile_facts(
    found: Population,
    artefact: NamedNode,
    name: str,
    crls: Mapping[str, NamedNode] = MappingProxyType({}),
) -> Iterator[Triple]:
    """The triples of one profile.

    Args:
        found: the population.
        artefact: IRI of its source.
        name: what the source is called in the words of the graph.
        crls: the CRLs that are nodes of the graph, by SHA-256.
    """
    profile = found.profile
    node = NamedNode(f"{artefact.value}#profile")
    yield Triple(artefact, CONTAINS, node)
    yield Triple(node, TYPE, cg("PopulationProfile"))
    yield Triple(node, TITLE, text(f"Profile of {name}"))
    yield Triple(node, COUNT, integer(found.distinct))
    yield Triple(node, cg("rowCount"), integer(profile.rows))
    for authority in found.authorities:
        yield Triple(node, REFERENCES, certificate_iri(authority))
    for sha256 in found.lists:
        if sha256 in crls:
            yield Triple(node, REFERENCES, crls[sha256])
    if words := counted_words(profile.dimensions.get("revocation", {})):
        yield Triple(node, _DESCRIPTION, text(f"By the CRLs at hand: {words}."))
    if found.verified:
        yield Triple(node, cg("signatureVerified"), Literal(True))
    for key, count in sorted(profile.classes.items()):
        yield from _class_facts(NamedNode(f"{artefact.value}#class-{key}"), count, node)
    for exemplar, size in _exemplars(profile.classes):
        cert = parse(exemplar.der)
        certificate = certificate_iri(cert.sha256)
        yield Triple(artefact, CONTAINS, certificate)
        yield Triple(certificate, TITLE, text(_stands_for(size, name, cert.sha256)))
        yield from certificate_facts(cert)
    for kind in sorted(profile.exceptions):
        yield from _exception_facts(profile, kind, artefact, node)
    if profile.other_classes:
        note = f"{profile.other_classes} certificates are of classes beyond the bound."
        yield Triple(node, NOTE, text(note))


def _stands_for(size: int, source: str, sha256: str) -> str:
    """How findings call the exemplar of a class: by how many certificates share its features."""
    what = "certificate" if size == 1 else "certificates of one class"
    return f"{size} {what} of {source}, here {sha256[:12]}…"


def _exemplars(classes: Mapping[str, ClassCount]) -> Iterator[tuple[Exemplar, int]]:
    """What stands for the classes, each certificate once, with the size of its class.

    The earliest of each class, because rules about the start of validity are the harsher the
    earlier it is; of the whole population the last issued and the last to expire.
    """
    last = [
        max(
            (e for c in classes.values() if (e := getattr(c, name)) is not None),
            key=lambda exemplar: (exemplar.moment, exemplar.sha256),
            default=None,
        )
        for name in ("last_issued", "last_expiring")
    ]
    done: set[str] = set()
    for _, count in sorted(classes.items()):
        for exemplar in (count.first, count.last_issued, count.last_expiring):
            wanted = exemplar is not None and (exemplar is count.first or exemplar in last)
            if exemplar is not None and wanted and exemplar.sha256 not in done:
                done.add(exemplar.sha256)
                yield exemplar, count.count


def _class_facts(node: NamedNode, count: ClassCount, profile: NamedNode) -> Iterator[Triple]:
    yield Triple(node, TYPE, cg("CertificateClass"))
    yield Triple(node, PART_OF, profile)
    yield Triple(node, TITLE, text(class_words(count.features)))
    yield Triple(node, COUNT, integer(count.count))
    if count.first is not None:
        yield Triple(node, EXAMPLE, certificate_iri(count.first.sha256))
    for term, exemplar in ((VALID_FROM, count.first), (VALID_THROUGH, count.last_expiring)):
        if exemplar is not None and (moment := exemplar.when) is not None:
            yield Triple(node, term, instant(moment))
    if words := counted_words(count.revocation):
        yield Triple(node, NOTE, text(words))
    if count.features.conclusion:
        yield Triple(node, cg("because"), text(count.features.conclusion))


def class_words(features: Features) -> str:
    """A class in words: policies, type, device, key, algorithm, validity."""
    words = [", ".join(features.policies) or "no policy OID"]
    words += [", ".join(features.qc_types)] if features.qc_types else []
    if "0.4.0.1862.1.4" in features.statements:
        words.append("QSCD")
    if "0.4.0.1862.1.1" not in features.statements:
        words.append("no QcCompliance")
    key = features.key_type
    words.append(key if features.key_size == 0 or "EC" in key else f"{key} {features.key_size}")
    words += [features.signature_algorithm, features.validity]
    return " · ".join(word for word in words if word)


def _exception_facts(
    profile: Profile, kind: str, artefact: NamedNode, node: NamedNode
) -> Iterator[Triple]:
    found = profile.exceptions[kind]
    exception = NamedNode(f"{artefact.value}#exception-{kind}")
    yield Triple(exception, TYPE, cg("PopulationException"))
    yield Triple(exception, PART_OF, node)
    yield Triple(exception, KIND, code("population-exception", kind))
    yield Triple(exception, COUNT, integer(found.count))
    yield Triple(exception, cg("sourceLocation"), text(found.examples[0].locator))
    for number, example in enumerate(found.examples, 1):
        row = NamedNode(f"{exception.value}-{number}")
        yield Triple(exception, EXAMPLE, row)
        yield Triple(row, TYPE, cg("PopulationRow"))
        yield Triple(row, PART_OF, node)
        yield Triple(row, IDENTIFIER, text(example.locator))
        yield Triple(row, NOTE, text(example.note))
        yield Triple(row, SHA256, Literal(example.digest))
        if example.der:
            cert = parse(example.der)
            yield Triple(row, CONTAINS, certificate_iri(cert.sha256))
            yield from certificate_facts(cert)
