"""The facts of archives and folders of certificates.

Input: a zip, tar or tar.gz, or a folder. Output: the facts of the certificates in it, which the
archive contains, and notes on what was refused. Members are named by their number, since names
of files are often names of persons. What has more certificates than a reader wants to see is a
population, not an artefact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from clausegraph.artefacts.archives import Limits, Member, iter_archive
from clausegraph.artefacts.media import Kind, sniff
from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.x509.bundles import read_all
from clausegraph.collect.certificates import contained
from clausegraph.collect.facts import NOTE, problem, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clausegraph.collect.gathered import Gathered

_LIMITS = Limits(member_size=4 * 1024 * 1024, members=10_000, total_size=256 * 1024 * 1024)
_MAX_CERTIFICATES = 1_000
_MAX_NAMED = 10
_CERTIFICATE_KINDS = frozenset({Kind.CERTIFICATE, Kind.PEM, Kind.PKCS7})


def facts(data: bytes, artefact: NamedNode, gathered: Gathered) -> Iterator[Triple]:
    """The facts of the certificates of an archive."""
    yield from _member_facts(data, artefact, gathered)


def folder_facts(folder: Path, artefact: NamedNode, gathered: Gathered) -> Iterator[Triple]:
    """The facts of the certificates of a folder and the folders in it."""
    yield from _member_facts(folder, artefact, gathered)


def _member_facts(
    source: Path | bytes, artefact: NamedNode, gathered: Gathered
) -> Iterator[Triple]:
    found = others = 0
    faults: list[str] = []
    try:
        for number, member in enumerate(iter_archive(source, _LIMITS), 1):
            if member.refusal:
                faults.append(f"member {number}: {member.refusal}")
            elif not _holds_certificates(member):
                others += 1
            else:
                try:
                    bundle = read_all(member.data)
                except UnreadableError as error:
                    faults.append(f"member {number}: {error}")
                    continue
                faults += [f"member {number}: {fault}" for fault in bundle.faults]
                for certificate in bundle.certificates[: _MAX_CERTIFICATES - found]:
                    found += 1
                    yield from contained(certificate, artefact, gathered)
                if found >= _MAX_CERTIFICATES:
                    faults.append(
                        f"everything after the first {found} certificates: describe them "
                        "as a population"
                    )
                    break
    except (UnreadableError, OSError) as error:
        if not found:
            yield from problem(artefact, "unreadable", str(error))
            return
        faults.append(str(error))
    if not found and not isinstance(source, bytes):
        yield from problem(artefact, "unreadable", "The folder holds no certificate.")
    if others:
        yield Triple(artefact, NOTE, text(f"{others} members hold no certificate."))
    if faults:
        more = len(faults) - _MAX_NAMED
        shown = "; ".join(faults[:_MAX_NAMED]) + (f"; and {more} more" if more > 0 else "")
        yield Triple(artefact, NOTE, text(f"Not read: {shown}"))


def _holds_certificates(member: Member) -> bool:
    kind, _ = sniff(member.data, member.name)
    damaged = kind is Kind.DER and member.name.lower().endswith((".cer", ".crt", ".der", ".pem"))
    return kind in _CERTIFICATE_KINDS or damaged
