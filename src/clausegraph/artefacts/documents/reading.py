"""One reader for each form of document.

Input: bytes and what they are. Output: `DocumentText`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clausegraph.artefacts.media import Kind

if TYPE_CHECKING:
    from clausegraph.artefacts.documents.model import DocumentText
    from clausegraph.artefacts.documents.pdf import PdfReader

KINDS = frozenset({Kind.PDF, Kind.DOCX, Kind.HTML, Kind.MARKDOWN, Kind.TEXT})
"""The kinds of files that are documents."""


def read(kind: Kind, data: bytes, pdfs: PdfReader) -> DocumentText:
    """Read a document.

    Args:
        kind: one of `KINDS`.
        data: the bytes of the file.
        pdfs: what reads PDF files.

    Raises:
        UnreadableError: the bytes are refused or damaged; the message says why.
    """
    if kind is Kind.PDF:
        return pdfs.read(data)
    if kind is Kind.DOCX:
        from clausegraph.artefacts.documents.docx import read_docx

        return read_docx(data)
    if kind is Kind.HTML:
        from clausegraph.artefacts.documents.html import read_html

        return read_html(data)
    from clausegraph.artefacts.documents import plain

    return plain.read_markdown(data) if kind is Kind.MARKDOWN else plain.read_text(data)
