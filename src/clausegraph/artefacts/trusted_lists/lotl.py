"""Trust in lists, from the Official Journal through lists of trusted lists to national lists.

Input: the bytes of any number of lists, the anchors. Output: for each list a `TrustState` with
its whole provenance. Two rules carry it:

- A LOTL is trusted when its signer is the one of the newest word on the matter at its issue: the
  last publication in the Official Journal, or the pointer to itself of the last trusted LOTL
  since then. So a chain of pivots is walked, and a signer that one of them drops is out.
- A national list is trusted when the LOTL in force at the time of verification announces its
  signer for its territory. The LOTL in force is the newest trusted one issued by then; where it
  does not know the signer a later one may, and the state says so.

Validity of signers is judged at the time of verification: the issue of the list unless another
time is given. Whether a list is past its next update is another question, asked by rules.
Clause: TS 119 615 4.1, 4.2; Implementing Decision (EU) 2015/1505 Article 4.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from clausegraph.artefacts.secure_xml import parse_xml
from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.trusted_lists.heads import ListHead, read_head
from clausegraph.artefacts.trusted_lists.pointers import Pointer, read_pointers
from clausegraph.artefacts.trusted_lists.signature import SignedList, Signer, check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from clausegraph.artefacts.trusted_lists.anchors import Anchor

State = Literal["verified", "failed", "not-verified"]
Match = Literal["", "certificate", "key"]
_PIVOT = re.compile(r"-pivot-([0-9]{1,6})\.xml$")


@dataclass(frozen=True, slots=True)
class TrustState:
    """Whether a list can be trusted, and by what right.

    Attributes:
        state: ``verified``; ``failed`` (the signature does not hold, or its signer had no right to
            it); ``not-verified`` (what would be needed to tell is not at hand).
        reason: why it is not verified, a sentence; empty when it is.
        sha256: hash of the file, hexadecimal.
        head: what the list says of itself; unverified claims unless ``state`` is ``verified``.
        signed: signed bytes and signer; None when the signature does not hold.
        at: time of verification, UTC.
        announced_by: name of the LOTL that announces the signer; empty for one that an anchor
            vouches for.
        matched: whether signer and announced certificate are the same, or share their key only (a
            certificate issued anew).
        anchor: where the chain begins.
        chain: names of the LOTLs from the anchor to this list, without the list itself.
        later_lotl: whether the LOTL that announces the signer was issued after ``at``.
        pointers: pointers of a trusted list of lists.
        notes: what else should be known, sentences.
    """

    state: State
    reason: str = ""
    sha256: str = ""
    head: ListHead = field(default_factory=ListHead)
    signed: SignedList | None = None
    at: datetime | None = None
    announced_by: str = ""
    matched: Match = ""
    anchor: Anchor | None = None
    chain: tuple[str, ...] = ()
    later_lotl: bool = False
    pointers: tuple[Pointer, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def trusted(self) -> bool:
        """Whether what the list says counts."""
        return self.state == "verified"


def read_state(data: bytes) -> TrustState:
    """Signature and head of one list; ``not-verified`` until its signer's right is known."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        signed = check(data)
    except UnreadableError as error:
        return TrustState("failed", str(error), sha256, _claimed_head(data))
    root = parse_xml(signed.signed)
    head = read_head(root)
    pointers, notes = read_pointers(root) if head.is_lotl else ((), ())
    notes = signed.notes + signed.signer.oddities + head.notes + notes
    state: State = "not-verified" if head.issued else "failed"
    reason = "" if head.issued else "The list does not say when it was issued."
    return TrustState(
        state, reason, sha256, head, signed, head.issued, pointers=pointers, notes=notes
    )


def assess(
    files: Mapping[str, bytes],
    anchors: Sequence[Anchor],
    at: datetime | None = None,
    *,
    read: Callable[[bytes], TrustState] = read_state,
) -> dict[str, TrustState]:
    """Whether lists can be trusted.

    Args:
        files: the lists by any name that tells them apart: national lists and LOTLs, mixed.
        anchors: certificates with which trust may begin.
        at: time at which the national lists are verified, UTC; their issue by default. LOTLs are
            always verified at their issue.
        read: gives what `read_state` gives, for those who keep it.

    Returns:
        the state of each list, by name, in the order of ``files``.
    """
    states = {name: read(data) for name, data in files.items()}
    walk = _Walk(anchors)
    order = [
        (state.head.issued, state.head.sequence or 0, name, state)
        for name, state in states.items()
        if state.signed is not None and state.head.is_lotl and state.head.issued is not None
    ]
    for _, _, name, state in sorted(order, key=lambda entry: entry[:3]):
        states[name] = walk.lotl(name, state)
    for name, state in states.items():
        if state.signed is not None and not state.head.is_lotl:
            states[name] = walk.national(state, at)
    return states


def _claimed_head(data: bytes) -> ListHead:
    try:
        return read_head(parse_xml(data))
    except UnreadableError:
        return ListHead()


class _Walk:
    """The LOTLs trusted so far, in the order of their issue."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self.anchors = tuple(anchors)
        self.trusted: list[tuple[str, TrustState]] = []

    def lotl(self, name: str, state: TrustState) -> TrustState:
        """The state of a LOTL; those issued before it have been seen."""
        if state.signed is None or state.head.issued is None:
            return state
        found = _at_that_time(self._lotl(state, state.signed.signer, state.head.issued))
        if found.trusted:
            twins = [
                other
                for _, other in self.trusted
                if other.head.sequence == found.head.sequence
                and other.head.territory == found.head.territory
                and other.sha256 != found.sha256
            ]
            if twins:
                found = _noted(found, "Another LOTL with the same sequence number is trusted too.")
            self.trusted.append((name, found))
        return found

    def _lotl(self, state: TrustState, signer: Signer, issued: datetime) -> TrustState:
        own = [anchor for anchor in self.anchors if anchor.sha256 == signer.sha256]
        editions = sorted({a.published for a in self.anchors if a.published is not None})
        past = [date for date in editions if date <= issued]
        # Before the first publication that is known, that one is the nearest word.
        edition = past[-1] if past else next(iter(editions), None)
        pivot = self._pivot(state)
        if pivot is not None and (not past or pivot[1].at is None or pivot[1].at >= past[-1]):
            vouching, other = pivot
            matched = _match(signer, _self_signers(other))
            if matched:
                return replace(
                    state,
                    state="verified",
                    announced_by=vouching,
                    matched=matched,
                    anchor=other.anchor,
                    chain=(*other.chain, vouching),
                    notes=state.notes + _match_notes(matched),
                )
        else:
            for anchor in own:
                if anchor.published == edition:
                    return _anchored(state, anchor)
        for anchor in own:
            if anchor.published is None or anchor.published > issued:
                return _anchored(state, anchor)
        return self._unknown(state, pivot, bool(own))

    def _pivot(self, state: TrustState) -> tuple[str, TrustState] | None:
        """The newest trusted LOTL before this one that points to its own kind."""
        for name, other in reversed(self.trusted):
            if (
                other.head.territory == state.head.territory
                and other.sha256 != state.sha256
                and _self_signers(other)
            ):
                return name, other
        return None

    def _unknown(
        self, state: TrustState, pivot: tuple[str, TrustState] | None, superseded: bool
    ) -> TrustState:
        """Why the signer of a LOTL is not accepted: missing, or without right."""
        known = {other.head.sequence for _, other in self.trusted}
        since = pivot[1].head.sequence or 0 if pivot else 0
        numbers = [int(m[1]) for uri in state.head.uris if (m := _PIVOT.search(uri))]
        missing = sorted(n for n in set(numbers) - known if since < n < (state.head.sequence or 0))
        if missing and not superseded:
            return replace(
                state,
                reason="The signer is not known, and pivot LOTLs that may announce it are not at "
                f"hand: {', '.join(map(str, missing))}.",
            )
        foreign = state.head.territory != "EU" and all(a.official for a in self.anchors)
        if foreign and pivot is None and not superseded:
            return replace(
                state,
                reason="The signer is no anchor of the Official Journal and no other anchor is "
                "named for this list of lists.",
            )
        if superseded:
            word = f"LOTL {pivot[1].head.sequence}" if pivot else "a later publication"
            reason = f"The signer was an anchor once; {word} no longer announces it."
        elif pivot:
            reason = (
                "The signer is neither an anchor of the Official Journal nor announced by LOTL "
                f"{pivot[1].head.sequence}, the newest trusted one before."
            )
        else:
            reason = "The signer is no anchor of the Official Journal."
        return replace(state, state="failed", reason=reason)

    def national(self, state: TrustState, at: datetime | None) -> TrustState:
        """The state of a national list; all LOTLs have been seen."""
        when = at or state.head.issued
        if state.signed is None or when is None:
            return state
        signer = state.signed.signer
        state = replace(state, at=when)
        territory = state.head.territory
        lotls = [(n, s) for n, s in self.trusted if _pointers(s, territory)]
        # Where the Official Journal vouches for one, anchors of the pack have no say.
        if any(s.anchor and s.anchor.official for _, s in lotls):
            lotls = [(n, s) for n, s in lotls if s.anchor and s.anchor.official]
        if not lotls:
            return replace(state, reason=self._without_lotl(territory))
        issued = [(n, s) for n, s in lotls if s.at is not None and s.at <= when]
        later = [(n, s) for n, s in lotls if (n, s) not in issued]
        for name, other in (*issued[-1:], *later):
            found = _announced(state, signer, name, other, late=(name, other) in later)
            if found is not None:
                return _at_that_time(found)
        return self._refused(state, signer, issued[-1][1] if issued else None)

    def _without_lotl(self, territory: str) -> str:
        if not self.trusted:
            return (
                "No trusted LOTL is at hand, so nobody says who may sign the list of "
                f"{territory or 'an unnamed territory'}."
            )
        return f"No trusted LOTL points to a list of {territory or 'an unnamed territory'}."

    def _refused(self, state: TrustState, signer: Signer, lotl: TrustState | None) -> TrustState:
        """Why the signer of a national list is not accepted: missing LOTL, or without right."""
        territory, when = state.head.territory, state.at
        if lotl is None:
            return replace(
                state,
                reason="No trusted LOTL issued by the time of verification is at hand, and later "
                "ones do not announce this signer.",
            )
        elsewhere = sorted(
            {
                pointer.territory
                for pointer in lotl.pointers
                if not pointer.is_lotl and _match(signer, pointer.signers)
            }
            - {territory}
        )
        if elsewhere:
            reason = (
                f"The signer is announced for {', '.join(elsewhere)}, not for "
                f"{territory} (LOTL {lotl.head.sequence})."
            )
            return replace(state, state="failed", reason=reason)
        if lotl.head.next_update is not None and when is not None and lotl.head.next_update < when:
            reason = (
                f"The LOTL in force is not at hand: LOTL {lotl.head.sequence}, the newest by "
                "the time of verification, was past its next update and does not announce "
                "this signer; later ones do not either."
            )
            return replace(state, reason=reason)
        reason = (
            f"LOTL {lotl.head.sequence}, in force at the time of verification, does not announce "
            f"this signer for {territory}; no later one at hand does."
        )
        return replace(state, state="failed", reason=reason)


def _anchored(state: TrustState, anchor: Anchor) -> TrustState:
    issued = state.head.issued
    notes = state.notes
    if anchor.published is not None and issued is not None and anchor.published > issued:
        notes += ("The Official Journal published the anchor after the LOTL was issued.",)
    return replace(state, state="verified", matched="certificate", anchor=anchor, notes=notes)


def _announced(
    state: TrustState, signer: Signer, name: str, lotl: TrustState, *, late: bool
) -> TrustState | None:
    """The state of a national list whose signer this LOTL announces, or None."""
    pointers = _pointers(lotl, state.head.territory)
    matched = _match(signer, [s for p in pointers for s in p.signers])
    if not matched:
        return None
    notes = state.notes + _match_notes(matched)
    if late:
        notes += (
            f"The LOTL that announces the signer, {lotl.head.sequence}, was issued after the time "
            "of verification; the one in force then does not, or is not at hand.",
        )
    elif lotl.head.next_update and state.at and lotl.head.next_update < state.at:
        notes += (
            f"LOTL {lotl.head.sequence}, the newest at hand by the time of verification, was past "
            "its next update.",
        )
    if any(pointer.refused for pointer in pointers):
        notes += ("The LOTL gives a location that is not https; get the list another way.",)
    return replace(
        state,
        state="verified",
        announced_by=name,
        matched=matched,
        anchor=lotl.anchor,
        chain=(*lotl.chain, name),
        later_lotl=late,
        notes=notes,
    )


def _pointers(lotl: TrustState, territory: str) -> list[Pointer]:
    """The pointers of a LOTL to lists of a territory that software can read."""
    return [
        pointer
        for pointer in lotl.pointers
        if pointer.territory == territory
        and territory
        and pointer.is_xml
        and not pointer.is_lotl
        and pointer.signers
    ]


def _self_signers(lotl: TrustState) -> list[Signer]:
    """Who may sign LOTLs from this one on."""
    return [
        signer
        for pointer in lotl.pointers
        if pointer.is_lotl and pointer.is_xml and pointer.territory == lotl.head.territory
        for signer in pointer.signers
    ]


def _match(signer: Signer, announced: Iterable[Signer]) -> Match:
    """Same certificate, else same key: a certificate issued anew for a key that is announced."""
    found: Match = ""
    for one in announced:
        if one.sha256 == signer.sha256:
            return "certificate"
        if one.key_sha256 == signer.key_sha256:
            found = "key"
    return found


def _match_notes(matched: Match) -> tuple[str, ...]:
    if matched != "key":
        return ()
    return ("The signer's certificate is not announced, another one for the same key is.",)


def _at_that_time(state: TrustState) -> TrustState:
    """The state once the validity of the signer at the time of verification is looked at."""
    signed, when = state.signed, state.at
    if not state.trusted or signed is None or when is None:
        return state
    since, until = signed.signer.not_before, signed.signer.not_after
    if since <= when <= until:
        return state
    reason = (
        f"The certificate of the signer is valid from {since:%Y-%m-%d} to {until:%Y-%m-%d}, not "
        f"at the time of verification, {when:%Y-%m-%d}."
    )
    return replace(state, state="failed", reason=reason)


def _noted(state: TrustState, note: str) -> TrustState:
    return replace(state, notes=(*state.notes, note))
