"""Whether the trusted lists of a pack can be trusted: their signatures, and by what right.

Input: the lists gathered and the anchors that the pack names. Output: per list the state of its
signature, signer, time of verification, the LOTL that announces the signer, the anchor at the
beginning of the chain, and the reason where it is not verified. `Gathered.trust` keeps the same
for those who read what the lists say: nothing counts of a list that is not verified.
Clause: TS 119 615 4.1, 4.2; TS 119 612 5.7; Implementing Decision (EU) 2015/1505 Article 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.collect.facts import NOTE, TYPE, certificate_iri, cg, code, instant, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clausegraph.artefacts.trusted_lists.lotl import TrustState
    from clausegraph.collect.gathered import Gathered
    from clausegraph.collect.question import Question

_STATE = cg("signatureState")
_SIGNED_BY = cg("signedBy")
_VERIFIED_AT = cg("verifiedAt")
_ANNOUNCED_BY = cg("announcedBy")
_TRUST_ANCHOR = cg("trustAnchor")
_BECAUSE = cg("because")
_LOTL = cg("ListOfTrustedLists")


def facts(gathered: Gathered, question: Question) -> Iterator[Triple]:
    """Verify the lists gathered and keep the result in ``gathered.trust``.

    Args:
        gathered: ``lists`` is read, ``trust`` is filled.
        question: ``anchors`` are counted beside those of the Official Journal.
    """
    if not gathered.lists:
        return
    from clausegraph.artefacts.trusted_lists.anchors import with_own
    from clausegraph.artefacts.trusted_lists.lotl import assess

    files = {file.artefact.value: file.data for file in gathered.lists}
    gathered.trust.update(assess(files, with_own(question.anchors), read=_reader(gathered)))
    for name in files:
        yield from _state_facts(name, gathered.trust[name])


def _reader(gathered: Gathered) -> Callable[[bytes], TrustState]:
    from clausegraph.artefacts.trusted_lists.lotl import read_state

    between = gathered.between
    if between is None:
        return read_state
    return lambda data: between.outcome(
        ("signature", data), lambda: read_state(data), lambda _: 2 * len(data)
    )


def _state_facts(artefact: str, state: TrustState) -> Iterator[Triple]:
    node = _list(artefact)
    yield Triple(node, _STATE, code("signature-state", state.state))
    if state.head.is_lotl:
        yield Triple(node, TYPE, _LOTL)
    if state.signed is not None:
        yield Triple(node, _SIGNED_BY, certificate_iri(state.signed.signer.sha256))
    if state.at is not None and state.signed is not None:
        yield Triple(node, _VERIFIED_AT, instant(state.at))
    if state.announced_by:
        yield Triple(node, _ANNOUNCED_BY, _list(state.announced_by))
    if state.anchor is not None:
        yield Triple(node, _TRUST_ANCHOR, Literal(state.anchor.sha256))
    if state.reason:
        yield Triple(node, _BECAUSE, text(state.reason))
    for note in dict.fromkeys(state.notes):
        yield Triple(node, NOTE, text(note))


def _list(artefact: str) -> NamedNode:
    return NamedNode(f"{artefact}#list")
