"""What lists and certificate say together at a time, on three legs.

Input: a registry of lists, a certificate, the time asked about and the time that counts as now.
Output: `Conclusion`: service (what the list says of the CA), certificate (what it says of itself),
override (what qualifiers of the list change), each with its result and its reason; on which list it
all rests, and whether the certificate is in force then. A list proves the status of a service at a
date, never a certificate policy.
Clause: TS 119 615 4.4, 4.5; TS 119 612 5.5; eIDAS Article 51.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from clausegraph.artefacts.trusted_lists.claims import (
    EIDAS_START,
    GRACE_END,
    Claim,
    Type,
    claim,
)
from clausegraph.artefacts.trusted_lists.overrides import (
    Override,
    Verdict,
    contradictory,
    override,
)
from clausegraph.artefacts.trusted_lists.service_leg import (
    Leg,
    LegResult,
    Standing,
    covers,
    no_service,
    standing,
)
from clausegraph.artefacts.trusted_lists.validity import Validity, validity, validity_words

if TYPE_CHECKING:
    from datetime import datetime

    from clausegraph.artefacts.trusted_lists.registry import Match, Registry, Source
    from clausegraph.artefacts.x509 import Certificate

__all__ = ["EIDAS_START", "GRACE_END", "Conclusion", "Leg", "LegResult", "conclude", "conclude_ca"]

Result = Literal["qualified", "not-qualified", "unlisted", "conflict", "undetermined"]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What can be concluded of a certificate at a time.

    Attributes:
        moment: the time asked about, UTC.
        result: ``qualified``, ``not-qualified``, ``unlisted`` (no listed service stands above it),
            ``conflict`` (services of the lists disagree) or ``undetermined``.
        type: ``esign``, ``eseal``, ``web``, or empty when it cannot be told or is none.
        device: whether the key lies in a qualified device; None when it cannot be told.
        service: leg of the service.
        certificate: leg of the certificate.
        override: leg of the qualifiers.
        matches: the services that it rests on, or that were found and do not carry it.
        qualifiers: qualifiers of the list that apply.
        lacks: what eIDAS wants in the certificate and it lacks, in words.
        outdated: lists among those of the matches that have passed their next update.
        later: lists among them that were issued after the time that counts as now.
        validity: where the time asked about lies in the validity of the certificate; the result
            does not depend on it.
    """

    moment: datetime
    result: Result
    type: Type
    device: bool | None
    service: Leg
    certificate: Leg
    override: Leg
    matches: tuple[Match, ...] = ()
    qualifiers: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    outdated: tuple[Source, ...] = ()
    later: tuple[Source, ...] = ()
    validity: Validity = "current"

    @property
    def legs(self) -> tuple[Leg, Leg, Leg]:
        """The three legs in their order."""
        return self.service, self.certificate, self.override

    @property
    def sources(self) -> tuple[Source, ...]:
        """The lists that it rests on."""
        return tuple({id(m.source): m.source for m in self.matches}.values())


@dataclass(frozen=True, slots=True)
class _Case:
    """One matching service with what it makes of the certificate."""

    match: Match
    standing: Standing
    override: Override

    @property
    def outcome(self) -> tuple[LegResult, Verdict]:
        return self.standing.result, self.override.verdict


def conclude(
    registry: Registry, certificate: Certificate, moment: datetime, now: datetime
) -> Conclusion:
    """What lists and certificate say together.

    Args:
        registry: the lists.
        certificate: an end-entity certificate.
        moment: time asked about, UTC.
        now: time by which lists may have passed their next update, or were not yet issued, UTC.
    """
    return _dated(_conclude(registry, certificate, moment), certificate, now)


def _conclude(registry: Registry, certificate: Certificate, moment: datetime) -> Conclusion:
    said = claim(certificate)
    matches = registry.issuers(certificate)
    at_date = [_case(each, said, certificate, moment) for each in matches]
    cases = [each for each in at_date if each is not None]
    fitting = [
        each for each in cases if covers(each.match, each.override.verdict.type, said, moment)
    ]
    if not fitting:
        found = _without_service(said, matches, cases, moment)
        return found if matches else _with_older(found, registry, certificate)
    outcomes = {each.outcome for each in fitting}
    first = fitting[0]
    used = tuple(each.match for each in fitting)
    if len(outcomes) > 1:
        words = "; ".join(sorted({_case_words(each) for each in fitting}))
        legs = (
            Leg("service", "undetermined", f"the services that match disagree: {words}"),
            _certificate_leg(said),
            Leg("override", "undetermined", "the services that match disagree"),
        )
        return Conclusion(moment, "conflict", "", None, *legs, matches=used, lacks=said.lacks)
    verdict = first.override.verdict
    return Conclusion(
        moment,
        _result(first.standing.result, verdict.qualified),
        verdict.type,
        verdict.device,
        Leg("service", first.standing.result, _reason(first)),
        _certificate_leg(said),
        _override_leg(said, first.override),
        matches=used,
        qualifiers=first.override.applied,
        lacks=(*said.lacks, *_lacks(said, certificate, verdict)),
    )


def conclude_ca(
    registry: Registry, certificate: Certificate, moment: datetime, now: datetime
) -> Conclusion:
    """What lists say of a CA: as a service of its own, or below a listed root.

    Args:
        registry: the lists.
        certificate: a CA certificate.
        moment: time asked about, UTC.
        now: time by which lists may have passed their next update, or were not yet issued, UTC.
    """
    return _dated(_conclude_ca(registry, certificate, moment), certificate, now)


def _conclude_ca(registry: Registry, certificate: Certificate, moment: datetime) -> Conclusion:
    own = registry.identified(certificate)
    matches = own or registry.issuers(certificate)
    states = [(each, standing(each, moment, below=not own)) for each in matches]
    known = [(each, state) for each, state in states if state is not None]
    legs = (
        Leg("certificate", "not-applicable", "a CA certificate claims nothing for itself"),
        Leg("override", "not-applicable", "qualifiers are meant for the certificates below"),
    )
    if not known:
        leg = no_service(matches, moment)
        result: Result = "not-qualified" if matches else "unlisted"
        return Conclusion(moment, result, "", None, leg, *legs, matches=matches)
    order: tuple[LegResult, ...] = ("holds", "undetermined", "fails")
    best = next(result for result in order if any(s.result == result for _, s in known))
    words = "; ".join(dict.fromkeys(state.reason for _, state in known))
    results: dict[LegResult, Result] = {"holds": "qualified", "fails": "not-qualified"}
    return Conclusion(
        moment,
        results.get(best, "undetermined"),
        "",
        None,
        Leg("service", best, words),
        *legs,
        matches=tuple(each for each, _ in known),
    )


def _case(match: Match, said: Claim, certificate: Certificate, moment: datetime) -> _Case | None:
    state = standing(match, moment, below=bool(match.through))
    period = match.at(moment)
    if state is None or period is None:
        return None
    return _Case(match, state, override(said, period, certificate))


def _without_service(
    said: Claim,
    matches: tuple[Match, ...],
    cases: list[_Case],
    moment: datetime,
) -> Conclusion:
    if cases:
        kinds = {each.override.verdict.type for each in cases}
        kind = kinds.pop() if len(kinds) == 1 else ""
        words = "; ".join(dict.fromkeys(each.standing.purposes for each in cases))
        leg = Leg("service", "fails", f"listed, but not for certificates of its type: {words}")
        aside = _override_leg(said, cases[0].override)
    else:
        kind = said.type
        leg = no_service(matches, moment)
        aside = Leg("override", "not-applicable", "no service of a list applies")
    return Conclusion(
        moment,
        "not-qualified" if matches else "unlisted",
        kind,
        None,
        leg,
        _certificate_leg(said),
        aside,
        matches=matches,
        lacks=said.lacks,
    )


def _result(service: LegResult, qualified: bool | None) -> Result:
    if service == "fails" or qualified is False:
        return "not-qualified"
    if service != "holds" or qualified is None:
        return "undetermined"
    return "qualified"


def _certificate_leg(said: Claim) -> Leg:
    results: dict[bool | None, LegResult] = {True: "holds", False: "fails", None: "undetermined"}
    return Leg("certificate", results[said.qualified], said.reason)


def _override_leg(said: Claim, found: Override) -> Leg:
    words = ", ".join(found.applied)
    if found.undecided:
        unknown = f"it cannot be told whether {', '.join(found.undecided)} apply"
        why = "; ".join(found.why)
        lead = f"{words}; " if words else ""
        changes = found.verdict.qualified is None or not found.verdict.type
        result: LegResult = "undetermined" if changes or found.verdict.device is None else "holds"
        return Leg("override", result, f"{lead}{unknown} ({why})")
    if not found.applied:
        return Leg("override", "not-applicable", "no qualifier of the list is meant for it")
    if "NotQualified" in found.applied:
        return Leg("override", "fails", f"{words}: the list takes the status away")
    if "QCStatement" in found.applied and not said.early and not said.qualified:
        reason = f"{words}: since eIDAS a certificate has to carry the statement itself"
        return Leg("override", "fails", reason)
    if contradictory(found.applied):
        return Leg("override", "undetermined", f"{words}: these do not go together")
    if "QCForLegalPerson" in found.applied and not found.verdict.type:
        return Leg("override", "holds", f"{words}: not for signatures")
    return Leg("override", "holds", words)


def _reason(case: _Case) -> str:
    found = case.match.how == "key-identifier"
    return case.standing.reason + ("; matched by key identifier only" if found else "")


def _lacks(said: Claim, certificate: Certificate, verdict: Verdict) -> list[str]:
    """What a qualifier says in place of the certificate, which has to say it itself since eIDAS."""
    if said.early:
        return []
    lacks = []
    if verdict.type in {"eseal", "web"} and verdict.type not in certificate.qc.types:
        lacks.append(f"QcType {verdict.type}")
    if verdict.device and not certificate.qc.device:
        lacks.append("QcSSCD")
    return lacks


def _with_older(found: Conclusion, registry: Registry, certificate: Certificate) -> Conclusion:
    """The same with a word on lists that are not in use but show the issuer."""
    older = registry.superseded(certificate)
    if not older:
        return found
    shown = {f"{m.source.content.title} ({m.provider.name})" for m in older}
    words = f"{found.service.reason}; a list that is not in use does: {', '.join(sorted(shown))}"
    return replace(found, service=replace(found.service, reason=words))


def _case_words(case: _Case) -> str:
    verdict = case.override.verdict
    device = {True: "with device", False: "without device", None: "device unclear"}
    kind = verdict.type or "type unclear"
    return f"{case.standing.reason}: {kind}, {device[verdict.device]}"


def _dated(found: Conclusion, certificate: Certificate, now: datetime) -> Conclusion:
    """The same with what time makes of it: which lists are out of date, or too new."""
    state = validity(certificate, found.moment)
    leg = found.certificate
    if words := validity_words(certificate, state):
        leg = replace(leg, reason=f"{leg.reason}; {words}")
    return replace(
        found,
        certificate=leg,
        outdated=tuple(s for s in found.sources if s.outdated(now)),
        later=tuple(s for s in found.sources if not s.known(now)),
        validity=state,
    )
