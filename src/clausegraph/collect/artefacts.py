"""One artefact after the other: read, recognised, handed to its collector.

Input: located files of a pack. Output: the triples of the ``collected`` graph. A file that is
missing, too large or unreadable becomes a fact with a status; it never ends the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from clausegraph.artefacts.files import read
from clausegraph.artefacts.media import Kind, broken_promise, sniff
from clausegraph.collect import (
    archives,
    certificates,
    chains,
    conclusions,
    documents,
    lint,
    list_changes,
    list_entries,
    list_trust,
    populations,
    revocation,
    trusted_lists,
)
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
from clausegraph.collect.files import Located
from clausegraph.collect.gathered import Gathered
from clausegraph.collect.question import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clausegraph.collect.between import Between
    from clausegraph.collect.remembered import Remembered

_Collector = Callable[[bytes, NamedNode, Gathered], Iterator[Triple]]
_Relation = Callable[[Gathered, Question], Iterator[Triple]]

_COLLECTORS: dict[Kind, _Collector] = {
    Kind.CERTIFICATE: certificates.facts,
    Kind.PEM: certificates.facts,
    Kind.PKCS7: certificates.facts,
    Kind.ZIP: archives.facts,
    Kind.TAR: archives.facts,
    Kind.CRL: revocation.crl_facts,
    Kind.OCSP: revocation.ocsp_facts,
    Kind.TRUSTED_LIST: trusted_lists.facts,
    Kind.PDF: documents.pdf_facts,
    Kind.DOCX: documents.docx_facts,
    Kind.HTML: documents.html_facts,
    Kind.MARKDOWN: documents.markdown_facts,
    Kind.TEXT: documents.text_facts,
}
_RELATIONS: tuple[_Relation, ...] = (
    list_trust.facts,
    populations.facts,
    chains.facts,
    revocation.facts,
    list_entries.facts,
    conclusions.facts,
    list_changes.facts,
    documents.mentions,
    lint.facts,
)
"""What needs several files, in this order: a later one reads what an earlier one gathered."""
# A damaged file no longer looks like what it is; the collector of its name says what is wrong.
_DAMAGED: dict[str, Kind] = {
    **dict.fromkeys((".cer", ".crt", ".der", ".pem"), Kind.CERTIFICATE),
    ".crl": Kind.CRL,
    **dict.fromkeys((".ocsp", ".ors"), Kind.OCSP),
}


def collect_all(
    files: Sequence[Located],
    question: Question,
    limit: int,
    remembered: Remembered,
    between: Between | None = None,
) -> Iterator[Triple]:
    """The facts of all files, in their order, then those of relations between them."""
    gathered = Gathered(keep_subjects=question.keep_subjects, remembered=remembered)
    with gathered.pdfs if between is None else nullcontext():
        if between is not None:
            gathered.between, gathered.pdfs = between, between.pdfs
        elif not remembered and any(located.name.lower().endswith(".pdf") for located in files):
            gathered.pdfs.prepare()
        for located in files:
            artefact = NamedNode(question.base + located.local_iri)
            if artefact.value in question.sources:
                gathered.sources.append((located, artefact))
                continue
            yield from artefact_facts(located, artefact, limit, gathered)
    for relation in _RELATIONS:
        yield from relation(gathered, question)


def artefact_facts(
    located: Located, artefact: NamedNode, limit: int, gathered: Gathered
) -> Iterator[Triple]:
    """The facts of one file."""
    yield Triple(artefact, TYPE, cg("Artefact"))
    yield Triple(artefact, IDENTIFIER, text(located.name))
    try:
        if located.file.is_dir():
            yield from archives.folder_facts(located.file, artefact, gathered)
            return
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
    if kind is Kind.DER:
        kind = _DAMAGED.get(PurePosixPath(located.name.lower()).suffix, kind)
    collector = _COLLECTORS.get(kind)
    if collector is not None:
        yield from collector(content.data, artefact, gathered)
