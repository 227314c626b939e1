"""Whether a certificate is one of those that a qualification is meant for.

Input: criteria of a list and a certificate. Output: true, false, or None when it cannot be decided,
because a criterion is unknown or the certificate cannot be read there. Unknown criteria spread only
as far as logic lets them: ``atLeastOne`` is true as soon as one known criterion is.
Clause: TS 119 612 5.5.9.2.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clausegraph.artefacts.trusted_lists.model import (
    CriteriaList,
    Criterion,
    ExtendedKeyUsage,
    KeyUsage,
    PolicySet,
    SubjectAttributes,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clausegraph.artefacts.x509 import Certificate


def matches(criterion: Criterion, certificate: Certificate) -> bool | None:
    """Whether a certificate meets a criterion; None when that cannot be decided."""
    if isinstance(criterion, CriteriaList):
        results = [matches(each, certificate) for each in criterion.members]
        if criterion.assertion == "all":
            return _all(results)
        some = _any(results)
        return some if criterion.assertion == "atLeastOne" or some is None else not some
    if isinstance(criterion, KeyUsage):
        # Lists write crlSign, RFC 5280 cRLSign. Without the extension no bit is set.
        present = {name.lower() for name in certificate.key_usage or ()}
        return all((name.lower() in present) is value for name, value in criterion.bits)
    if isinstance(criterion, PolicySet):
        return set(criterion.oids) <= set(certificate.policies)
    if isinstance(criterion, ExtendedKeyUsage):
        return set(criterion.oids) <= set(certificate.extended_key_usage)
    if isinstance(criterion, SubjectAttributes):
        if certificate.subject is None:
            return None
        held = {oid for rdn in certificate.subject for oid, _ in rdn}
        return set(criterion.oids) <= held
    return None


def unknown_parts(criterion: Criterion) -> tuple[str, ...]:
    """What of the criteria cannot be evaluated, in words; empty when all can."""
    if isinstance(criterion, CriteriaList):
        parts = (part for each in criterion.members for part in unknown_parts(each))
        return tuple(dict.fromkeys(parts))
    if isinstance(criterion, KeyUsage | PolicySet | ExtendedKeyUsage | SubjectAttributes):
        return ()
    return (criterion.why,)


def _all(results: Iterable[bool | None]) -> bool | None:
    unknown = False
    for each in results:
        if each is False:
            return False
        unknown = unknown or each is None
    return None if unknown else True


def _any(results: Iterable[bool | None]) -> bool | None:
    unknown = False
    for each in results:
        if each:
            return True
        unknown = unknown or each is None
    return None if unknown else False
