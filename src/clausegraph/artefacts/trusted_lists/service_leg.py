"""The leg of the service: whether a listed service could issue qualified certificates at a time.

Input: a match, a time. Output: `Standing`, with the reason in words. Statuses of the directive
count until the end of the grace period; a list whose signature failed carries nothing.
Clause: TS 119 612 5.5.4, 5.5.9.4, Annex D; TS 119 615 4.4; eIDAS Article 51.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from clausegraph.artefacts.trusted_lists.claims import EIDAS_START, GRACE_END, Claim, Type

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from clausegraph.artefacts.trusted_lists.model import Period
    from clausegraph.artefacts.trusted_lists.registry import Match

LegName = Literal["service", "certificate", "override"]
LegResult = Literal["holds", "fails", "undetermined", "not-applicable"]
EARLY = frozenset({"undersupervision", "supervisionincessation", "accredited"})
"""Good states of the directive."""
_PURPOSES: dict[Type, str] = {
    "esign": "ForeSignatures",
    "eseal": "ForeSeals",
    "web": "ForWebSiteAuthentication",
}
_CA = "CA-QC"
_ROOT = "RootCA-QC"


@dataclass(frozen=True, slots=True)
class Leg:
    """One of the three legs: its name, its result and the reason in words."""

    name: LegName
    result: LegResult
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a list says of a service for qualified certificates at a time."""

    result: LegResult
    reason: str
    purposes: str


def standing(match: Match, moment: datetime, *, below: bool) -> Standing | None:
    """Whether a service could issue qualified certificates at a time.

    Args:
        match: the service.
        moment: time asked about, UTC.
        below: whether a CA stands between; then the service has to be listed as a root.

    Returns:
        None when it is no service for qualified certificates, or had no status then.
    """
    period = match.at(moment)
    if period is None or period.kind.code != _CA:
        return None
    if below and _ROOT not in period.purposes:
        return None
    title = match.source.content.title
    where = f"{title}, {match.provider.name or 'provider without name'}: {status_words(period)}"
    purposes = f"{title}: {', '.join(sorted(period.purposes)) or 'no purpose'}"
    if match.source.state == "failed":
        reason = f"{where}; the signature of the list failed, so nothing rests on it"
        return Standing("undetermined", reason, purposes)
    early = period.status.code in EARLY
    if moment >= GRACE_END and (early or match.source.content.head.version == "4"):
        reason = f"{where}; a state of the directive, which ended with the grace period"
        return Standing("undetermined" if early else "fails", reason, purposes)
    if match.source.state == "not-verified":
        where += "; the signature of the list is not verified"
    good = period.status.code == "granted" or early
    return Standing("holds" if good else "fails", where, purposes)


def covers(match: Match, kind: Type, said: Claim, moment: datetime) -> bool:
    """Whether a service is listed for a type of certificate at a time.

    Purposes are given since eIDAS and are asked of certificates issued since; a certificate whose
    type cannot be told is covered by any.
    """
    period = match.at(moment)
    if period is None or said.early or moment < EIDAS_START or not kind:
        return period is not None
    return _PURPOSES[kind] in period.purposes


def no_service(matches: Sequence[Match], moment: datetime) -> Leg:
    """The leg when no service for qualified certificates applies, with the reason."""
    if not matches:
        return Leg("service", "fails", "no service of the lists at hand stands above it")
    words: list[str] = []
    for match in matches:
        title = f"{match.source.content.title}, {match.provider.name}"
        period = match.at(moment)
        starts = [p.since for p in match.service.periods if p.since is not None]
        if period is None:
            since = f", listed since {min(starts):%Y-%m-%d}" if starts else ""
            words.append(f"{title}: no status at that time{since}")
        elif period.kind.code != _CA:
            words.append(f"{title}: listed as {period.kind.code or period.kind.uri}")
        else:
            words.append(f"{title}: a CA above it is listed, not as {_ROOT}")
    return Leg("service", "fails", "; ".join(dict.fromkeys(words)))


def status_words(period: Period) -> str:
    """The status of a service with its interval, in words."""
    since = f"{period.since:%Y-%m-%d}" if period.since else "an unknown date"
    until = f" to {period.until:%Y-%m-%d}" if period.until else ""
    return f"{period.status.code or period.status.uri or 'no status'} from {since}{until}"
