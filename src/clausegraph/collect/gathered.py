"""What the files of a pack hold, kept for the facts that need several of them.

Input: the values that collectors read, file by file. Output: one place in which the collectors of
relations find them: chains, revocation, trust in lists, conclusions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clausegraph.artefacts.documents.pdf import PdfReader
from clausegraph.cache import Cache
from clausegraph.collect.remembered import Remembered

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

    from clausegraph.artefacts.revocation import Response, RevocationList
    from clausegraph.artefacts.trusted_lists.lotl import TrustState
    from clausegraph.artefacts.trusted_lists.model import TrustedList
    from clausegraph.artefacts.trusted_lists.registry import Registry
    from clausegraph.artefacts.x509 import Certificate
    from clausegraph.collect.between import Between
    from clausegraph.collect.files import Located


@dataclass(slots=True)
class ListFile:
    """A trusted list, or a list of trusted lists, as it lies in the pack.

    Attributes:
        artefact: IRI of the file; the list itself is its fragment ``#list``.
        data: the file, unverified; `Gathered.trust` has the signed bytes.
        content: what the list says.
    """

    artefact: NamedNode
    data: bytes
    content: TrustedList


@dataclass(frozen=True, slots=True)
class Printed:
    """What is printed in a document, as far as other artefacts are looked for in it.

    Attributes:
        words: its text in lower case, with single spaces.
        digests: SHA-256 digests, hexadecimal.
    """

    words: str
    digests: tuple[str, ...]


@dataclass(slots=True)
class Gathered:
    """The values read so far.

    Attributes:
        certificates: by SHA-256 (hexadecimal), in the order of the files.
        told: certificates whose facts are collected: SHA-256 and what was noted about each.
        keep_subjects: as in the question: names of natural persons may stay.
        lists: trusted lists and lists of lists, in the order of the files.
        trust: whether a list can be trusted and why, by IRI of its file; what it says counts
            only where the state is ``verified``.
        registry: services of the national lists, indexed when they are first asked for.
        shown: numbers of the providers of a list that the pack has to do with, by IRI of its file.
        documents: documents that could be read, by IRI of their file, in the order of the files.
        remembered: outcomes of earlier times, to which those of this time are added.
        between: what is kept between many packs; None for a single one.
        pdfs: what reads PDF files; it is closed when all files are read, unless it is kept.
        crls: CRLs with the IRI of each, in the order of the files.
        responses: OCSP responses with the IRI of each, in the order of the files.
        sources: where certificate populations lie, each with the IRI of the file.
    """

    certificates: dict[str, Certificate] = field(default_factory=dict)
    told: set[tuple[str, ...]] = field(default_factory=set)
    keep_subjects: bool = False
    lists: list[ListFile] = field(default_factory=list)
    trust: dict[str, TrustState] = field(default_factory=dict)
    registry: Registry | None = None
    shown: dict[str, frozenset[int]] = field(default_factory=dict)
    documents: dict[str, Printed] = field(default_factory=dict)
    remembered: Remembered = field(default_factory=lambda: Remembered(Cache(None), ""))
    between: Between | None = None
    pdfs: PdfReader = field(default_factory=PdfReader)
    crls: list[tuple[NamedNode, RevocationList]] = field(default_factory=list)
    responses: list[tuple[NamedNode, Response]] = field(default_factory=list)
    sources: list[tuple[Located, NamedNode]] = field(default_factory=list)
