"""A trusted list, or a list of trusted lists, in words.

Input: the bytes of a file. Output: whose list it is, its number and times, what it holds, where
it points, and what its signature proves by itself. A national list alone cannot show that its
signer had the right to it: for that the LOTL in force at its issue is needed, which may be among
the files looked at together.
Clause: TS 119 612 5.3, 5.7; TS 119 615 4.1, 4.2.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from clausegraph.artefacts.secure_xml import parse_xml
from clausegraph.artefacts.text import UnreadableError
from clausegraph.inspection.model import Described, Inquiry, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clausegraph.artefacts.trusted_lists.heads import ListHead
    from clausegraph.artefacts.trusted_lists.lotl import TrustState
    from clausegraph.artefacts.trusted_lists.signature import SignedList

_FORMAT = "TS 119 612 5.3"
_SIGNATURE = "TS 119 612 5.7"


def describe(data: bytes, _name: str, inquiry: Inquiry) -> list[Described]:
    """What a list is and what it proves."""
    from clausegraph.artefacts.trusted_lists.heads import read_head
    from clausegraph.artefacts.trusted_lists.signature import ROOT

    try:
        root = parse_xml(data)
        if root.tag != ROOT:
            raise UnreadableError("The XML is not a trusted list of TS 119 612.")
    except UnreadableError as error:
        return [Described("no readable trusted list", (Statement("form", str(error), "fault"),))]
    head = read_head(root)
    state = inquiry.companions.trust(data)
    kind = "list of trusted lists" if head.is_lotl else "trusted list"
    number = "" if head.sequence is None else f", sequence number {head.sequence}"
    statements = [
        *_head(head, inquiry),
        *_signature(state, inquiry),
        *(_pointers(state) if head.is_lotl else _content(root)),
        *(Statement("note", note, "doubt") for note in dict.fromkeys((*head.notes, *state.notes))),
    ]
    return [Described(f"{kind} of {head.territory or 'no territory'}{number}", tuple(statements))]


def _head(head: ListHead, inquiry: Inquiry) -> Iterator[Statement]:
    yield Statement("format", f"version {head.version or 'not given'}", source=_FORMAT)
    if head.issued is None:
        yield Statement("issued", "at no time that can be read", "fault", _FORMAT)
    elif head.issued > inquiry.as_of:
        yield Statement("issued", f"{head.issued:%Y-%m-%d}, in the future", "fault", _FORMAT)
    else:
        yield Statement("issued", f"{head.issued:%Y-%m-%d %H:%M} UTC", source=_FORMAT)
    if head.next_update is None:
        yield Statement("next update", "none: the list is closed", "doubt", _FORMAT)
    elif head.next_update < inquiry.as_of:
        says = f"was due {head.next_update:%Y-%m-%d}: another list is in force"
        yield Statement("next update", says, "doubt", _FORMAT)
    else:
        yield Statement("next update", f"by {head.next_update:%Y-%m-%d}", source=_FORMAT)


def _signature(state: TrustState, inquiry: Inquiry) -> Iterator[Statement]:
    signed = state.signed
    if signed is None:
        yield Statement("signature", state.reason, "fault", _SIGNATURE)
        return
    says = f"holds, covers the whole list, {signed.algorithm}"
    if signed.signing_time is not None:
        says += f", made {signed.signing_time:%Y-%m-%d %H:%M} UTC by its own account"
    yield Statement("signature", says, "proof", _SIGNATURE)
    yield from _signer(signed, state, inquiry)


def _signer(signed: SignedList, state: TrustState, inquiry: Inquiry) -> Iterator[Statement]:
    signer = signed.signer
    says = (
        f"certificate {signer.sha256}, valid from {signer.not_before:%Y-%m-%d} to "
        f"{signer.not_after:%Y-%m-%d}"
    )
    if signer.not_after < inquiry.as_of:
        says += " (expired since; the signature counts for its time)"
    yield Statement("signer", says, source=_SIGNATURE)
    if state.trusted and state.announced_by:
        says = f"the list of lists in {inquiry.companions.files[state.announced_by]} announces it"
        if state.anchor is not None:
            says += f"; its chain begins with {state.anchor.publication}"
        yield Statement("right to sign", says, "proof", "TS 119 615 4.2")
    elif state.trusted and state.anchor is not None:
        says = f"the Official Journal names this signer: {state.anchor.publication}"
        yield Statement("right to sign", says, "proof", "TS 119 615 4.1")
    elif state.state == "failed":
        yield Statement("right to sign", state.reason, "fault", "TS 119 615 4.1")
    else:
        given = "the files given" if len(inquiry.companions.lists) > 1 else "this file alone"
        says = f"cannot be told from {given}. {state.reason}"
        yield Statement("right to sign", says, "doubt", "TS 119 615 4.2")


def _content(root: Any) -> Iterator[Statement]:
    counted = Counter(str(element.tag).rpartition("}")[2] for element in root.iter("*"))
    for tag, about in (
        ("TrustServiceProvider", "providers"),
        ("TSPService", "services"),
        ("ServiceHistoryInstance", "entries of history"),
    ):
        yield Statement(about, str(counted[tag]), source="TS 119 612 5.4")


def _pointers(state: TrustState) -> Iterator[Statement]:
    lists = [p for p in state.pointers if p.is_xml and not p.is_lotl]
    if lists:
        territories = ", ".join(sorted({p.territory for p in lists if p.territory}))
        says = f"{len(lists)}, to the lists of {territories}"
        yield Statement("pointers", says, source="TS 119 612 5.3.13")
    own = [s for p in state.pointers if p.is_xml and p.is_lotl for s in p.signers]
    if own:
        says = "may sign the list of lists from here on: " + ", ".join(s.sha256 for s in own)
        yield Statement("pointer to itself", says, source="TS 119 615 4.1")
