"""Trusted lists in files that somebody names: read, verified, refused where they are no evidence.

Input: paths of national lists and of lists of lists, hashes of anchors. Output: `ListFiles`. A
file that is no list, or whose signature does not hold, is an error and never an absent answer:
nothing is told from a store of trust that is empty in silence or forged.
Clause: TS 119 615 4.1, 4.2; TS 119 612 5.7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clausegraph.artefacts.files import data_of
from clausegraph.artefacts.text import UnreadableError
from clausegraph.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from clausegraph.artefacts.trusted_lists.lotl import TrustState
    from clausegraph.artefacts.trusted_lists.model import TrustedList
    from clausegraph.artefacts.trusted_lists.registry import Source

_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")


@dataclass(frozen=True, slots=True)
class ListFiles:
    """Lists by the path that names them.

    Attributes:
        parsed: what they say, read from the signed bytes where a signature holds; ``sha256`` is
            that of the file.
        states: what is known of their signatures; none has failed.
    """

    parsed: dict[str, TrustedList]
    states: dict[str, TrustState]

    def national(self) -> tuple[Source, ...]:
        """The national lists, as the registry takes them.

        Raises:
            InputError: there is none.
        """
        from clausegraph.artefacts.trusted_lists.registry import Source

        found = tuple(
            Source(name, content, state.state, state.reason, state.announced_by)
            for name, content in self.parsed.items()
            if not (state := self.states[name]).head.is_lotl
        )
        if not found:
            raise InputError(
                "no national trusted list among the files",
                expected="at least one list of a country",
                seen="lists of lists only: " + ", ".join(self.parsed),
                mend="name a national list; --lotl takes lists of lists only",
            )
        return found


def read_lists(lists: Sequence[Path], lotls: Sequence[Path], anchors: Sequence[str]) -> ListFiles:
    """Read and verify lists.

    Args:
        lists: national lists; lists of lists among them are taken as such.
        lotls: lists of lists by which signatures are verified, pivots included.
        anchors: SHA-256 of certificates that may sign a LOTL, beside those of the Official Journal.

    Raises:
        InputError: a file cannot be read, is no list or not the kind expected, its signature does
            not hold, or an anchor is no hash.
    """
    from clausegraph.artefacts.trusted_lists.anchors import with_own
    from clausegraph.artefacts.trusted_lists.lotl import assess

    for anchor in anchors:
        if not _SHA256.fullmatch(anchor):
            raise InputError(
                "the anchor is no hash",
                field="--anchor",
                expected="the SHA-256 of a certificate, 64 hexadecimal digits",
                seen=anchor[:100],
            )
    data = {str(path): data_of(path, "a trusted list") for path in (*lists, *lotls)}
    parsed = {name: _parsed(name, content) for name, content in data.items()}
    for path in lotls:
        if not parsed[str(path)].head.is_lotl:
            raise InputError(
                "is no list of lists",
                file=str(path),
                field="--lotl",
                expected="a list of trusted lists (LOTL) or one of its pivots",
                seen=f"the list {parsed[str(path)].title}",
                mend="name national lists without --lotl",
            )
    states = assess(data, with_own(anchors))
    for name, state in states.items():
        if state.state == "failed":
            raise InputError(
                f"the list is refused: {state.reason}",
                file=name,
                expected="one signature that holds, by a signer with the right to it",
                mend="download it again from the address that the list of lists gives",
            )
        if state.signed is not None:
            signed = _parsed(name, state.signed.signed)
            parsed[name] = replace(signed, sha256=parsed[name].sha256)
    return ListFiles(parsed, states)


def _parsed(name: str, data: bytes) -> TrustedList:
    from clausegraph.artefacts.trusted_lists.parse import parse_list

    try:
        return parse_list(data)
    except UnreadableError as error:
        raise InputError(
            str(error),
            file=name,
            expected="a trusted list as published, whole",
            mend="download it again; an HTML page or a part of a list is none",
        ) from error
