"""Documents: what they state of themselves, their sections, what their text says.

Input: the bytes of a PDF, DOCX, HTML page, Markdown or plain text. Output: title, version, dates,
language, pages, number of words, printed identifiers of the artefact; sections up to the third
level with the model section that each of them is and the requirements that it cites; passages that
rules read, as extracts; seals, noted and not validated. Whole texts stay out of the graph. A
document that cannot be read becomes a fact with its reason; nothing is said about what it says.
Clause: RFC 3647 section 6; EN 319 411-1 5.2 and Annex A; EN 319 411-2 OVR-6.3.5-12.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from urllib.parse import quote

from pyoxigraph import NamedNode, Triple

from clausegraph.artefacts.documents import identifiers, outline
from clausegraph.artefacts.documents.passages import passages
from clausegraph.artefacts.documents.reading import read
from clausegraph.artefacts.media import Kind
from clausegraph.artefacts.text import UnreadableError
from clausegraph.collect.facts import (
    CONTAINS,
    CREATOR,
    IDENTIFIER,
    ISSUED,
    KIND,
    NOTE,
    NUMBER_OF_PAGES,
    TITLE,
    TYPE,
    VALID_FROM,
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
from clausegraph.collect.gathered import Printed
from clausegraph.collect.remembered import Outcome
from clausegraph.terms import DCTERMS_NS, FOAF_NS, SCHEMA_NS, SKOS_NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from clausegraph.artefacts.documents.model import DocumentText, Section
    from clausegraph.artefacts.documents.pdf import PdfReader
    from clausegraph.collect.gathered import Gathered
    from clausegraph.collect.question import Question

MAX_SECTIONS = 400
"""Greatest number of sections of one document in the graph."""
MAX_PRINTED = 100
"""Greatest number of addresses, object identifiers or digests of one document in the graph."""
_DEEPEST = 3
_EXTRACT = 400
_LEAST_NAME = 6
_CATALOGUE = "https://w3id.org/clausegraph/catalogue/"
_WORDS = NamedNode(SCHEMA_NS + "wordCount")
_PAGE = NamedNode(SCHEMA_NS + "pageStart")
_LANGUAGE = NamedNode(DCTERMS_NS + "language")
_DESCRIPTION = NamedNode(DCTERMS_NS + "description")
_CREATED = NamedNode(DCTERMS_NS + "created")
_FORMAT = NamedNode(DCTERMS_NS + "format")
_ADDRESS = NamedNode(FOAF_NS + "page")
_CLOSE_MATCH = NamedNode(SKOS_NS + "closeMatch")
_CITED = cg("citedIdentifier")
_ORDER = cg("order")


def pdf_facts(data: bytes, artefact: NamedNode, gathered: Gathered) -> Iterator[Triple]:
    """The facts of a PDF."""
    return _facts(Kind.PDF, data, artefact, gathered)


def docx_facts(data: bytes, artefact: NamedNode, gathered: Gathered) -> Iterator[Triple]:
    """The facts of a DOCX document."""
    return _facts(Kind.DOCX, data, artefact, gathered)


def html_facts(data: bytes, artefact: NamedNode, gathered: Gathered) -> Iterator[Triple]:
    """The facts of an HTML page."""
    return _facts(Kind.HTML, data, artefact, gathered)


def markdown_facts(data: bytes, artefact: NamedNode, gathered: Gathered) -> Iterator[Triple]:
    """The facts of a Markdown text."""
    return _facts(Kind.MARKDOWN, data, artefact, gathered)


def text_facts(data: bytes, artefact: NamedNode, gathered: Gathered) -> Iterator[Triple]:
    """The facts of a plain text; other files that are text (tables, code) are none."""
    if artefact.value.lower().endswith((".txt", ".text")):
        yield from _facts(Kind.TEXT, data, artefact, gathered)


def mentions(gathered: Gathered, _question: Question) -> Iterator[Triple]:
    """Which CA certificates of the pack each document mentions, by digest or by name.

    Args:
        gathered: certificates and documents of the pack.
    """
    authorities = {
        sha256: name
        for sha256, certificate in gathered.certificates.items()
        if certificate.is_ca
        for name in [_common_name(certificate.subject)]
    }
    for artefact, printed in gathered.documents.items():
        for sha256, name in authorities.items():
            named = len(name) >= _LEAST_NAME and name in printed.words
            if named or sha256 in printed.digests:
                yield Triple(NamedNode(artefact), cg("mentions"), certificate_iri(sha256))


def _common_name(subject: object) -> str:
    if not isinstance(subject, (list, tuple)):
        return ""
    names = [value for rdn in subject for oid, value in rdn if oid == "2.5.4.3"]
    return " ".join(names[0].split()).casefold() if names else ""


def _facts(kind: Kind, data: bytes, artefact: NamedNode, gathered: Gathered) -> Iterator[Triple]:
    def work() -> Outcome:
        def of(node: NamedNode) -> Outcome:
            return _outcome(kind, data, node, gathered.pdfs)

        kept = gathered.between
        return (
            of(artefact)
            if kept is None
            else kept.facts(("document", kind.name, data), of, artefact)
        )

    found = gathered.remembered.outcome(("document", kind.name, artefact.value, data), work)
    if found.more is not None:
        words, digests = found.more
        gathered.documents[artefact.value] = Printed(words, tuple(digests))
    yield from found.triples


def _outcome(kind: Kind, data: bytes, artefact: NamedNode, pdfs: PdfReader) -> Outcome:
    try:
        document = read(kind, data, pdfs)
    except UnreadableError as error:
        return Outcome(tuple(problem(artefact, "unreadable", str(error))))
    parts = (_itself, _sections, _passages, _seals)
    triples = tuple(triple for part in parts for triple in part(document, artefact))
    words = " ".join(document.text.split()).casefold()
    return Outcome(triples, [words, identifiers.digests(document.text)])


def _itself(document: DocumentText, artefact: NamedNode) -> Iterator[Triple]:
    for title in document.titles:
        yield Triple(artefact, TITLE, text(title))
    if document.version:
        yield Triple(artefact, VERSION, text(document.version))
    for term, day in ((ISSUED, document.issued), (VALID_FROM, document.effective)):
        if day is not None:
            yield Triple(artefact, term, instant(_midnight(day)))
    if document.language:
        yield Triple(artefact, _LANGUAGE, text(document.language))
    if document.pages:
        yield Triple(artefact, NUMBER_OF_PAGES, integer(document.pages))
    yield Triple(artefact, _WORDS, integer(document.words))
    for note in document.notes:
        yield Triple(artefact, NOTE, text(note))
    for term, found in (
        (cg("policyOid"), identifiers.policy_oids(document.text)),
        (cg("printedDigest"), identifiers.digests(document.text)),
        (_ADDRESS, identifiers.addresses(document.text)),
    ):
        for value in found[:MAX_PRINTED]:
            yield Triple(artefact, term, text(value))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _sections(document: DocumentText, artefact: NamedNode) -> Iterator[Triple]:
    frame = outline.place(document)
    disclosed = outline.disclose(document)
    nodes: dict[str, int] = {}
    home: NamedNode | None = None
    cited: set[tuple[str, str]] = set()
    for index, section in enumerate(document.sections):
        requirements = identifiers.requirements(f"{section.heading}\n{section.text}")
        placed = index in frame or index in disclosed
        if section.level <= _DEEPEST and (section.sure or placed or requirements):
            if len(nodes) >= MAX_SECTIONS:
                yield Triple(artefact, NOTE, text(f"Only {MAX_SECTIONS} sections are listed."))
                return
            home = _node(artefact, section, index, nodes)
            yield from _section(section, index, home, artefact)
            for scheme, places in (("rfc-3647", frame), ("pds", disclosed)):
                if index in places:
                    model = NamedNode(f"{_CATALOGUE}{scheme}/{places[index]}")
                    yield Triple(home, _CLOSE_MATCH, model)
        for identifier in requirements:
            if home is not None and (home.value, identifier) not in cited:
                cited.add((home.value, identifier))
                yield Triple(home, _CITED, text(identifier))


def _node(artefact: NamedNode, section: Section, index: int, nodes: dict[str, int]) -> NamedNode:
    name = quote(section.number, safe="") if section.number else f"n{index + 1}"
    nodes[name] = nodes.get(name, 0) + 1
    again = f"-{nodes[name]}" if nodes[name] > 1 else ""
    return NamedNode(f"{artefact.value}#section-{name}{again}")


def _section(
    section: Section, index: int, node: NamedNode, artefact: NamedNode
) -> Iterator[Triple]:
    yield Triple(artefact, CONTAINS, node)
    yield Triple(node, TYPE, cg("Section"))
    if section.number:
        yield Triple(node, IDENTIFIER, text(section.number))
    yield Triple(node, TITLE, text(section.heading))
    yield Triple(node, _ORDER, integer(index + 1))
    if section.page:
        yield Triple(node, _PAGE, integer(section.page))


def _passages(document: DocumentText, artefact: NamedNode) -> Iterator[Triple]:
    for number, passage in enumerate(passages(document), 1):
        node = NamedNode(f"{artefact.value}#passage-{number}")
        yield Triple(artefact, CONTAINS, node)
        yield Triple(node, TYPE, cg("Passage"))
        yield Triple(node, KIND, code("statement-kind", passage.subject))
        yield Triple(node, cg("holds"), boolean(passage.holds))
        yield Triple(node, _DESCRIPTION, text(passage.text[:_EXTRACT]))
        if passage.page:
            yield Triple(node, _PAGE, integer(passage.page))


def _seals(document: DocumentText, artefact: NamedNode) -> Iterator[Triple]:
    for number, seal in enumerate(document.seals, 1):
        node = NamedNode(f"{artefact.value}#seal-{number}")
        yield Triple(artefact, CONTAINS, node)
        yield Triple(node, TYPE, cg("DocumentSeal"))
        yield Triple(node, _FORMAT, text(seal.form or "unknown"))
        yield Triple(node, cg("coversWholeFile"), boolean(seal.whole))
        yield Triple(node, cg("signatureState"), code("signature-state", "not-verified"))
        if seal.signer:
            yield Triple(node, CREATOR, text(seal.signer))
        if seal.certificate:
            yield Triple(node, cg("sha256"), text(seal.certificate))
        if seal.stated is not None:
            yield Triple(node, _CREATED, instant(seal.stated))
