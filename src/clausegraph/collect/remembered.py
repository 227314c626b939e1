"""What was worked out of single artefacts, remembered for the next time.

Input: a name, made of all that the work reads, and the work. Output: its outcome. The outcomes of
one pack lie in one entry of the content-hash cache, whose key has the program, the tables that
documents are held against, and the base IRI of the pack; that of each outcome has the content of
its artefact. Only what takes long and reads nothing else is remembered: documents and populations.
Certificates, CRLs, responses and lists are read anew, since what follows needs their values.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyoxigraph import RdfFormat, Triple, parse, serialize

from clausegraph.cache import Cache, accidents, digest, digest_of_folder, program, settled
from clausegraph.catalog import document_tables

if TYPE_CHECKING:
    from collections.abc import Callable

_KIND = "artefacts"
_MOST = 64 * 1024 * 1024
"""Greatest number of characters that are remembered of one pack."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was worked out.

    Attributes:
        triples: the facts.
        more: what else later work needs of it, as JSON has it.
    """

    triples: tuple[Triple, ...]
    more: Any = None


class Remembered:
    """The outcomes of one pack.

    Args:
        cache: where they lie; one without folder remembers nothing.
        base: base IRI of the pack.
    """

    def __init__(self, cache: Cache, base: str) -> None:
        self._cache = cache
        self._key = ""
        self._found: dict[str, list[Any]] = {}
        self._used: dict[str, list[Any]] = {}
        self._fresh: dict[str, Outcome] = {}
        if cache.folder is not None:
            self._key = digest(program(), digest_of_folder(document_tables()), base)
            self._found = _read(cache.get(_KIND, self._key))

    def __bool__(self) -> bool:
        """Whether anything is remembered."""
        return bool(self._found)

    def outcome(self, name: tuple[str | bytes, ...], work: Callable[[], Outcome]) -> Outcome:
        """The outcome of some work, done now unless it is remembered.

        Args:
            name: all that the outcome depends on beside program, tables and base IRI.
            work: reads nothing else. An outcome that came about by an accident, such as a time
                limit that passed, is given and not remembered.
        """
        if not self._key:
            return work()
        key = digest(*name)
        if (known := self._found.get(key)) is not None:
            self._used[key] = known
            quads = parse(input=known[0], format=RdfFormat.N_TRIPLES)
            return Outcome(tuple(quad.triple for quad in quads), known[1])
        before = accidents()
        done = work()
        if accidents() == before:
            self._fresh[key] = done
        return done

    def save(self) -> None:
        """Leave the outcomes that were used or are new, and forget the others."""
        if not self._key or not (self._fresh or self._used.keys() != self._found.keys()):
            return
        if not settled(document_tables()):
            return
        kept: dict[str, list[Any]] = {}
        left = _MOST
        for key, known in self._used.items():
            kept[key], left = known, left - len(known[0])
        for key, done in self._fresh.items():
            facts = (serialize(done.triples, format=RdfFormat.N_TRIPLES) or b"").decode()
            left -= len(facts) + len(json.dumps(done.more))
            if left < 0:
                break
            kept[key] = [facts, done.more]
        self._cache.put(_KIND, self._key, json.dumps(kept).encode())


def _read(data: bytes | None) -> dict[str, list[Any]]:
    found = json.loads(data) if data else {}
    return found if isinstance(found, dict) else {}
