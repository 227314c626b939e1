"""The process that collects: it loads its parsers, waits for one question and answers it.

Input: on standard input, one line of JSON from `clausegraph.collect.ahead`. Output: on standard
output a length and the number of accidents (decimals, space between, newline) and that many bytes
of N-Triples; nothing when it fails. Run as a module; it ends when its input ends.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path

from pyoxigraph import RdfFormat, serialize

from clausegraph.cache import accidents, default
from clausegraph.collect import Question, collect
from clausegraph.collect.remembered import Remembered

_LATER = (
    "clausegraph.collect.artefacts",
    "clausegraph.artefacts.x509.lenient",
    "clausegraph.artefacts.x509.strict",
    "clausegraph.artefacts.revocation.trust",
    "clausegraph.artefacts.documents.plain",
    "clausegraph.artefacts.trusted_lists.lotl",
    "clausegraph.artefacts.population.conclusions",
    "asn1crypto.cms",
)
"""What is loaded on first use, and used by nearly every pack."""


_ROUND = 50_000
"""New objects after which garbage is looked for."""


def main() -> None:
    """Answer one question."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that asks ends this process
    gc.disable()
    for module in _LATER:
        import_module(module)
    gc.freeze()  # what is loaded is no garbage, and what follows makes little of it
    gc.set_threshold(_ROUND)
    gc.enable()
    if line := sys.stdin.buffer.readline():
        pack_dir, paths, question = understood(line)
        remembered = Remembered(default(), question.base)
        triples = collect(pack_dir, paths, question, remembered=remembered)
        answer = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
        sys.stdout.buffer.write(b"%d %d\n%s" % (len(answer), accidents(), answer))
        sys.stdout.buffer.flush()
        remembered.save()  # nobody waits for this


def understood(line: bytes) -> tuple[Path, list[str], Question]:
    """What a line asks for: the pack folder, paths inside it, the question."""
    asked = json.loads(line)
    told = asked["question"]
    question = Question(
        told["base"],
        datetime.fromisoformat(told["as_of"]),
        told["keep_subjects"],
        told["lint"],
        anchors=tuple(told["anchors"]),
        identities=tuple(told["identities"]),
        sources={file: tuple(nodes) for file, nodes in told["sources"].items()},
    )
    return Path(asked["pack"]), asked["paths"], question


if __name__ == "__main__":
    main()
    os._exit(
        0
    )  # all is said and saved: to take everything down would use the processor others need
