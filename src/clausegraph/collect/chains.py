"""The real CA hierarchy of a pack: who issued whom, and whether each chain stands.

Input: the certificates gathered. Output: verified edges between certificates, which ones are
self-signed, and for each certificate one check of its chain at its issuance and one at the as-of
time, for the path that stands best then. The declared hierarchy is compared with these by rules.
Clause: RFC 5280 6.1; EN 319 411-1 5.4.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.x509.chains import Hierarchy, best, is_self_signed, title
from clausegraph.collect.facts import (
    NOTE,
    TYPE,
    boolean,
    certificate_iri,
    cg,
    code,
    instant,
    integer,
    text,
)
from clausegraph.terms import DCTERMS_NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from clausegraph.artefacts.x509.chains import Path
    from clausegraph.artefacts.x509.model import Certificate
    from clausegraph.collect.gathered import Gathered
    from clausegraph.collect.question import Question

_DATE = NamedNode(DCTERMS_NS + "date")
_CHECK = cg("ChainCheck")
_ABOUT = cg("about")
_MOMENT = cg("moment")
_STATE = cg("chainState")
_TOP = cg("topCertificate")
_CHAIN = cg("chain")
_PATHS = cg("count")
_ISSUER = cg("issuedByCertificate")
_SELF_SIGNED = cg("selfSigned")


def facts(gathered: Gathered, question: Question) -> Iterator[Triple]:
    """Edges, self-signed certificates and checks of chains.

    Args:
        gathered: the certificates of the pack.
        question: base IRI and as-of time.
    """
    hierarchy = Hierarchy.of(gathered.certificates.values())
    for sha256, cert in gathered.certificates.items():
        node = certificate_iri(sha256)
        yield Triple(node, _SELF_SIGNED, boolean(is_self_signed(cert)))
        for issuer in hierarchy.issuers(cert):
            yield Triple(node, _ISSUER, certificate_iri(issuer.sha256))
        paths = hierarchy.paths(cert)
        for moment, at in (("issuance", cert.not_before), ("as-of", question.as_of)):
            if at is not None:
                yield from _check(question.base, cert, paths, moment, at)


def _check(
    base: str, cert: Certificate, paths: tuple[Path, ...], moment: str, at: datetime
) -> Iterator[Triple]:
    try:
        stamp = instant(at)
    except UnreadableError:  # a year without place in the calendar
        return
    path, verdict = best(paths, at)
    node = NamedNode(f"{base}chain/{cert.sha256[:32]}/{moment}")
    yield Triple(node, TYPE, _CHECK)
    yield Triple(node, _ABOUT, certificate_iri(cert.sha256))
    yield Triple(node, _MOMENT, code("conclusion-moment", moment))
    yield Triple(node, _DATE, stamp)
    yield Triple(node, _STATE, code("chain-state", verdict.state))
    yield Triple(node, _TOP, certificate_iri(path[-1].sha256))
    yield Triple(node, _CHAIN, text(" < ".join(title(one, at) for at, one in enumerate(path))))
    yield Triple(node, _PATHS, integer(len(paths)))
    if verdict.faults:
        yield Triple(node, NOTE, text("; ".join(verdict.faults)))
