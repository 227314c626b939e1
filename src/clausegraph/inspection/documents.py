"""A document in words: what it states, what it holds, what it lacks.

Input: the bytes of a PDF, DOCX, HTML page, Markdown or plain text. Output: statements on title,
version, dates, sections in the order of RFC 3647, disclosure sections, cited requirements, printed
identifiers, passages and seals.
Clause: EN 319 411-1 OVR-5.2-02 and Annex A.2; EN 319 411-2 OVR-6.3.5-12 and CSS-6.3.10-12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clausegraph.artefacts.documents import identifiers, outline
from clausegraph.artefacts.documents.passages import passages
from clausegraph.artefacts.documents.pdf import PdfReader
from clausegraph.artefacts.documents.reading import read
from clausegraph.artefacts.media import Kind
from clausegraph.artefacts.text import UnreadableError, clean
from clausegraph.inspection.model import Described, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clausegraph.artefacts.documents.model import DocumentText, Seal
    from clausegraph.artefacts.documents.outline import ModelSection
    from clausegraph.inspection.model import Inquiry

_OUTLINE = "EN 319 411-1 OVR-5.2-02"
_DISCLOSURE = "EN 319 411-1 A.2"
_SHOWN = 12
_LEAST_PLACED = 3
_SUBJECTS = {
    "trust-anchor": ("trust anchor", "EN 319 411-2 OVR-6.3.5-12"),
    "status-beyond-expiry": ("status beyond expiry", "EN 319 411-2 CSS-6.3.10-12"),
}


def describe(kind: Kind, data: bytes, name: str, _inquiry: Inquiry) -> list[Described]:
    """What a document says.

    Args:
        kind: the kind of file, one of those that are documents.
        data: its bytes.
        name: its name; text under another name than that of a text is none (a table, code).
    """
    if kind is Kind.TEXT and not name.lower().endswith((".txt", ".text")):
        return []
    with PdfReader() as pdfs:
        try:
            document = read(kind, data, pdfs)
        except UnreadableError as error:
            return [Described("document", (Statement("text", str(error), "fault"),))]
    statements = (
        *_itself(document),
        *_outline(document),
        *_disclosure(document),
        *_identifiers(document),
        *_passages(document),
        *(_seal(seal) for seal in document.seals),
        *(Statement("note", note, "doubt") for note in document.notes),
    )
    return [Described(f"document ({document.form})", statements)]


def _itself(document: DocumentText) -> Iterator[Statement]:
    for title in document.titles:
        yield Statement("title", title)
    if document.version:
        yield Statement("version", document.version)
    if document.issued is not None:
        yield Statement("date", document.issued.isoformat())
    if document.effective is not None:
        yield Statement("applies from", document.effective.isoformat())
    size = f"{document.words} words in {len(document.sections)} sections"
    count = document.pages
    pages = f" on {count} page{'s' if count > 1 else ''}" if count else ""
    yield Statement("text", size + pages, "fact" if document.words else "doubt")
    if document.words:
        yield Statement("language", document.language or "cannot be told")


def _outline(document: DocumentText) -> Iterator[Statement]:
    found = outline.place(document)
    chapters = [section for section in outline.framework() if "." not in section.number]
    if sum("." not in number for number in found.values()) < _LEAST_PLACED:
        return
    present = [section for section in chapters if section.number in found.values()]
    yield Statement("RFC 3647 chapters", _titles(present), source=_OUTLINE)
    if lacking := outline.missing(chapters, found):
        yield Statement("RFC 3647 chapters missing", _titles(lacking), "fault", _OUTLINE)
    held = {section.number for section in present}
    lower = [m for m in outline.framework() if m.number.partition(".")[0] in held]
    if lacking := outline.missing([m for m in lower if "." in m.number], found):
        words = _titles(lacking)
        yield Statement("RFC 3647 sections not found", words, "doubt", _OUTLINE)
    for index in outline.out_of_order(found):
        section = document.sections[index]
        words = f"{section.number} {section.heading} comes after a later chapter".strip()
        yield Statement("RFC 3647 order", clean(words, 300), "fault", _OUTLINE)


def _disclosure(document: DocumentText) -> Iterator[Statement]:
    found = outline.disclose(document)
    if len(found) < _LEAST_PLACED:
        return
    lacking = outline.missing(outline.disclosures(), found)
    yield Statement("PDS sections", f"{len(found)} of 11 found", source=_DISCLOSURE)
    if lacking:
        yield Statement("PDS sections missing", _titles(lacking), "fault", _DISCLOSURE)


def _identifiers(document: DocumentText) -> Iterator[Statement]:
    for about, found in (
        ("requirements cited", identifiers.requirements(document.text)),
        ("object identifiers", identifiers.policy_oids(document.text)),
        ("SHA-256 digests", identifiers.digests(document.text)),
        ("addresses", identifiers.addresses(document.text)),
    ):
        if found:
            yield Statement(about, _some(found))


def _passages(document: DocumentText) -> Iterator[Statement]:
    if document.words and document.language != "en":
        yield Statement("wording", "not decided: only English is understood", "doubt")
    for passage in passages(document):
        about, source = _SUBJECTS[passage.subject]
        what = "stated" if passage.holds else "denied"
        page = f" (page {passage.page})" if passage.page else ""
        yield Statement(
            about,
            f"{what}{page}: {clean(passage.text, 300)}",
            "fact" if passage.holds else "fault",
            source,
        )


def _seal(seal: Seal) -> Statement:
    parts = [seal.form or "signature of unknown form"]
    if seal.signer:
        parts.append(f"by {seal.signer}")
    if seal.stated is not None:
        parts.append(f"stated time {seal.stated:%Y-%m-%dT%H:%M:%SZ}")
    parts.append("covers the whole file" if seal.whole else "covers a part of the file")
    return Statement(
        "seal", ", ".join(parts) + "; not validated", "fact" if seal.whole else "doubt"
    )


def _titles(sections: Sequence[ModelSection]) -> str:
    return _some([f"{section.number} {section.title}" for section in sections])


def _some(values: Sequence[str]) -> str:
    more = len(values) - _SHOWN
    return ", ".join(values[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
