"""What is kept of a document, whichever form it came in.

Input: nothing. Output: the dataclasses that every reader of documents fills.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

MAX_TEXT = 4_000_000
"""Greatest number of characters that are read of one document."""
MAX_SECTIONS = 2000
"""Greatest number of sections that are told apart in one document."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document before its sections are found.

    Attributes:
        text: the line, white space trimmed.
        page: number of its page, counted from 1; 0 where the form has no pages.
        level: level of the heading that the form says it is, counted from 1; 0 for other lines.
        weight: how much it stands out (size and boldness of its type); 0 when unknown.
    """

    text: str
    page: int = 0
    level: int = 0
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Section:
    """One section.

    Attributes:
        number: as printed, without a final dot (``4.9.7``, ``A.2``); empty when there is none.
        heading: the heading without its number.
        level: depth, counted from 1.
        page: number of its page, counted from 1; 0 where the form has no pages.
        text: its own text, without that of sections below it; lines are kept.
        sure: whether the form says that it is a heading, or a number does; a line that only stands
            out may be something else, such as a name on the title page.
    """

    number: str
    heading: str
    level: int
    page: int
    text: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Seal:
    """A signature or seal inside a document, noted and not validated.

    Attributes:
        form: kind of signature, for example ``ETSI.CAdES.detached``.
        whole: whether it covers the file from its first to its last byte.
        signer: name of the signer when that is certainly a legal person, else empty.
        certificate: SHA-256 of the signer's certificate (hexadecimal), empty when unknown.
        stated: time that the document states for it, UTC; None when there is none.
    """

    form: str
    whole: bool
    signer: str = ""
    certificate: str = ""
    stated: datetime | None = None


@dataclass(frozen=True)
class DocumentText:
    """A document as text.

    Attributes:
        form: ``PDF``, ``HTML``, ``DOCX``, ``Markdown`` or ``text``.
        titles: title in its properties, then the title as printed; no empty ones.
        version: version as printed near its beginning, or empty.
        issued: date of issue as printed near its beginning.
        effective: date from which it applies as printed near its beginning.
        language: two letters (ISO 639-1) when the text tells, else empty.
        pages: number of pages; 0 where the form has none.
        preface: text before the first section.
        sections: in the order of the document.
        seals: signatures and seals inside the file.
        notes: what is odd, damaged or was left out, in sentences.
    """

    form: str
    titles: tuple[str, ...] = ()
    version: str = ""
    issued: date | None = None
    effective: date | None = None
    language: str = ""
    pages: int = 0
    preface: str = ""
    sections: tuple[Section, ...] = ()
    seals: tuple[Seal, ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        """The whole text, headings included."""
        parts = [self.preface]
        for section in self.sections:
            parts += [f"{section.number} {section.heading}".strip(), section.text]
        return "\n".join(part for part in parts if part)

    @cached_property
    def words(self) -> int:
        """Number of words read; 0 means that the file holds no text that can be read."""
        return len(self.text.split())
