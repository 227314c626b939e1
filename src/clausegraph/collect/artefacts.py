"""One artefact after the other: read, recognised, handed to its collector.

Input: located files of a pack. Output: the triples of the ``collected`` graph. A file that is
missing, too large or unreadable becomes a fact with a status; it never ends the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from clausegraph.collect import certificates, documents, trusted_lists
from clausegraph.collect.facts import (
    BYTE_SIZE,
    IDENTIFIER,
    MEDIA_TYPE,
    SHA256,
    TYPE,
    cg,
    integer,
    problem,
    text,
)
from clausegraph.collect.files import Located, read
from clausegraph.collect.media import Kind, broken_promise, sniff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_COLLECTORS: dict[Kind, Callable[[bytes, NamedNode], Iterator[Triple]]] = {
    Kind.CERTIFICATE: certificates.facts,
    Kind.PEM: certificates.facts,
    Kind.TRUSTED_LIST: trusted_lists.facts,
    Kind.PDF: documents.pdf_facts,
    Kind.DOCX: documents.docx_facts,
    Kind.HTML: documents.html_facts,
    Kind.MARKDOWN: documents.markdown_facts,
}
_CERTIFICATE_NAMES = (".cer", ".crt", ".der", ".pem")


def collect_all(files: Iterable[Located], base: str, limit: int) -> Iterator[Triple]:
    """The facts of all files, in their order."""
    for located in files:
        yield from artefact_facts(located, NamedNode(base + located.local_iri), limit)


def artefact_facts(located: Located, artefact: NamedNode, limit: int) -> Iterator[Triple]:
    """The facts of one file."""
    yield Triple(artefact, TYPE, cg("Artefact"))
    yield Triple(artefact, IDENTIFIER, text(located.name))
    try:
        content = read(located.file, limit)
    except (FileNotFoundError, NotADirectoryError):
        yield from problem(artefact, "missing", "The file is not in the pack.")
        return
    except OSError as error:
        why = error.strerror or str(error)
        yield from problem(artefact, "unreadable", f"The file cannot be read: {why}.")
        return
    kind, media_type = sniff(content.data or content.head, located.name)
    yield Triple(artefact, SHA256, text(content.sha256))
    yield Triple(artefact, BYTE_SIZE, integer(content.size))
    yield Triple(artefact, MEDIA_TYPE, text(media_type))
    if content.data is None:
        yield from problem(
            artefact,
            "too-large",
            f"The file has {content.size} bytes, more than the limit of {limit}: "
            "it was hashed and not read further.",
        )
        return
    if (why_not := broken_promise(kind, located.name)) is not None:
        yield from problem(artefact, "unreadable", why_not)
        return
    if kind is Kind.DER and located.name.lower().endswith(_CERTIFICATE_NAMES):
        # A damaged certificate no longer looks like one; its collector says what is wrong.
        kind = Kind.CERTIFICATE
    collector = _COLLECTORS.get(kind)
    if collector is not None:
        yield from collector(content.data, artefact)
