"""One file of any kind: recognised, handed to the describer of its kind.

Input: a path, what is asked. Output: what was found in it. A file that is too large, empty or of
no known kind is described as such; nothing raises for what the bytes say.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from clausegraph.artefacts.files import DEFAULT_LIMIT, content_of
from clausegraph.artefacts.media import Kind, broken_promise, sniff
from clausegraph.inspection import certificates, documents, revocation, trusted_lists
from clausegraph.inspection.model import Described, Inquiry, Statement

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Describer = Callable[[bytes, str, Inquiry], list[Described]]

_DESCRIBERS: dict[Kind, Describer] = {
    Kind.CERTIFICATE: certificates.describe,
    Kind.PEM: certificates.describe,
    Kind.PKCS7: certificates.describe,
    Kind.ZIP: certificates.describe_archive,
    Kind.TAR: certificates.describe_archive,
    Kind.TRUSTED_LIST: trusted_lists.describe,
    Kind.CRL: revocation.describe_crl,
    Kind.OCSP: revocation.describe_ocsp,
    Kind.PDF: partial(documents.describe, Kind.PDF),
    Kind.DOCX: partial(documents.describe, Kind.DOCX),
    Kind.HTML: partial(documents.describe, Kind.HTML),
    Kind.MARKDOWN: partial(documents.describe, Kind.MARKDOWN),
    Kind.TEXT: partial(documents.describe, Kind.TEXT),
}

_TABLES = frozenset({".csv", ".tsv", ".jsonl", ".ndjson", ".json"})
_TABLE = "no single artefact; `clausegraph population` profiles a table of certificates"


def inspect_file(path: Path, inquiry: Inquiry, limit: int = DEFAULT_LIMIT) -> list[Described]:
    """What a file is and what it proves.

    Args:
        path: the file.
        inquiry: as-of time and what may be shown.
        limit: greatest size of a file that is read for more than its hash, in bytes.

    Raises:
        InputError: the file is missing or cannot be read.
    """
    content = content_of(path, limit)
    kind, media_type = sniff(content.data or content.head, path.name)
    broken = broken_promise(kind, path.name)
    describer = _DESCRIBERS.get(kind)
    described: list[Described] = []
    if content.data is not None and describer is not None:
        described = describer(content.data, path.name, inquiry)
    doubt = ""
    if content.data is None:
        doubt = f"the file is larger than {limit} bytes: it was hashed and not read further"
    elif not described and broken is None:
        table = path.suffix.lower() in _TABLES
        doubt = _TABLE if table else "nothing of this kind is read: only its hash is known"
    return [_file(content.size, content.sha256, media_type, broken, doubt), *described]


def _file(size: int, sha256: str, media_type: str, broken: str | None, doubt: str) -> Described:
    statements = [
        Statement("size", f"{size} bytes"),
        Statement("SHA-256", sha256, "proof"),
    ]
    if broken is not None:
        statements.append(Statement("name", broken, "fault"))
    if doubt:
        statements.append(Statement("content", doubt, "doubt"))
    return Described(f"file of type {media_type}", tuple(statements))
