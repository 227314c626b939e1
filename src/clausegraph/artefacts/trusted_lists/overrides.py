"""What the qualifiers of a list make of a certificate's claim.

Input: a claim, the state of a service, a certificate. Output: `Override`. NotQualified beats
QCStatement, which beats the certificate. Qualifiers whose criteria cannot be decided are tried both
ways: only what comes out the same either way is a result.
Clause: TS 119 612 5.5.9.2.3; TS 119 615 4.4; eIDAS Annexes I, III, IV.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from clausegraph.artefacts.trusted_lists.claims import Claim, Type
from clausegraph.artefacts.trusted_lists.criteria import matches, unknown_parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clausegraph.artefacts.trusted_lists.model import Period
    from clausegraph.artefacts.x509 import Certificate

_TYPES: dict[str, Type] = {"QCForESig": "esign", "QCForESeal": "eseal", "QCForWSA": "web"}
_DEVICE = frozenset({"QCWithQSCD", "QCQSCDManagedOnBehalf", "QCWithSSCD"})
_NO_DEVICE = frozenset({"QCNoQSCD", "QCNoSSCD"})
_AS_STATED = frozenset({"QCQSCDStatusAsInCert", "QCSSCDStatusAsInCert"})
_MAX_UNDECIDED = 5


class Verdict(NamedTuple):
    """Qualified, for what, with a qualified device; None or empty where it cannot be told."""

    qualified: bool | None
    type: Type
    device: bool | None


@dataclass(frozen=True, slots=True)
class Override:
    """What the qualifiers do.

    Attributes:
        verdict: certificate and qualifiers together, without regard to the service.
        applied: qualifiers that the list gives for this certificate, sorted.
        undecided: qualifiers of which it cannot be told, sorted.
        why: what of their criteria is unknown, in words.
    """

    verdict: Verdict
    applied: tuple[str, ...]
    undecided: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


def override(claim: Claim, period: Period, certificate: Certificate) -> Override:
    """What the qualifiers of a service make of a certificate's claim."""
    applied: set[str] = set()
    open_sets: list[frozenset[str]] = []
    why: list[str] = []
    for each in period.qualifications:
        met = matches(each.criteria, certificate)
        codes = frozenset(q.code for q in each.qualifiers if q.code)
        if met:
            applied |= codes
        elif met is None and codes:
            open_sets.append(codes)
            why += unknown_parts(each.criteria)
    verdict = verdict_of(claim, applied)
    open_sets = [codes for codes in dict.fromkeys(open_sets) if not codes <= applied]
    if open_sets:
        verdict = _agreed({verdict_of(claim, applied | extra) for extra in _choices(open_sets)})
    undecided = frozenset().union(*open_sets) - applied
    return Override(
        verdict, tuple(sorted(applied)), tuple(sorted(undecided)), tuple(dict.fromkeys(why))
    )


def verdict_of(claim: Claim, qualifiers: Iterable[str]) -> Verdict:
    """The claim with qualifiers applied.

    QCStatement mends a certificate issued before eIDAS only: later ones have to carry the statement
    themselves.
    """
    held = set(qualifiers)
    qualified = claim.qualified
    if "NotQualified" in held:
        qualified = False
    elif "QCStatement" in held and claim.early:
        qualified = True
    kind = _type(claim, held)
    if "QCForLegalPerson" in held and kind == "esign":
        kind = ""  # it excludes signatures and says nothing else
    return Verdict(qualified, kind, _device(claim, held))


def contradictory(qualifiers: Iterable[str]) -> bool:
    """Whether qualifiers exclude each other: several types, or a device both there and not."""
    held = set(qualifiers)
    return len(held & _TYPES.keys()) > 1 or bool(held & _DEVICE and held & _NO_DEVICE)


def _type(claim: Claim, held: set[str]) -> Type:
    named = [kind for code, kind in _TYPES.items() if code in held]
    if len(named) > 1:
        return ""
    if named and not claim.early:
        return named[0]
    return "esign" if claim.early else claim.type


def _device(claim: Claim, held: set[str]) -> bool | None:
    said = set()
    if held & _DEVICE:
        said.add(True)
    if held & _NO_DEVICE:
        said.add(False)
    if held & _AS_STATED or not said:
        said.add(claim.device)
    return said.pop() if len(said) == 1 else None


def _choices(sets: list[frozenset[str]]) -> list[frozenset[str]]:
    """All unions of some of the sets; of too many only none, each and all."""
    sizes = range(len(sets) + 1) if len(sets) <= _MAX_UNDECIDED else (0, 1, len(sets))
    return [frozenset().union(*chosen) for size in sizes for chosen in combinations(sets, size)]


def _agreed(verdicts: set[Verdict]) -> Verdict:
    qualified = {each.qualified for each in verdicts}
    kinds = {each.type for each in verdicts}
    devices = {each.device for each in verdicts}
    return Verdict(
        qualified.pop() if len(qualified) == 1 else None,
        kinds.pop() if len(kinds) == 1 else "",
        devices.pop() if len(devices) == 1 else None,
    )
