"""Collecting in a process of its own, beside the one that reads the pack.

Input: the same as of `clausegraph.collect.collect`. Output: the same triples. The process is
started before it is known what to collect, so that it loads the parsers of certificates, lists and
documents while the pack is read. When it fails for whatever reason, the facts are collected here:
what the caller sees, errors included, does not depend on it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Self

from pyoxigraph import RdfFormat, parse

from clausegraph.artefacts import processes
from clausegraph.cache import accident
from clausegraph.collect.question import Question

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

    from pyoxigraph import Triple

_MODULE = "clausegraph.collect.worker"


class Collector:
    """Collects the facts of one pack; its process ends with its ``with``, or soon after.

    Args:
        beside: whether there is a process; otherwise the work is done here.
        many: as of `clausegraph.collect.collect`, for what is done here.
    """

    def __init__(self, beside: bool, many: bool = False) -> None:
        self._beside = beside
        self._many = many
        self._process: subprocess.Popen[bytes] | None = None
        self._answered = False
        self._asked: tuple[Path, tuple[str, ...], Question] | None = None

    def __enter__(self) -> Self:
        if self._beside:
            with suppress(OSError):  # then it is done here
                self._process = processes.start(_MODULE)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            done = processes.leave if self._answered else processes.end
            done(self._process)
            self._process = None

    def ask(self, pack_dir: Path, paths: Iterable[str], question: Question) -> None:
        """Say what to collect and go on; parameters as of `clausegraph.collect.collect`.

        The process answers one question: who asks again gets the answer to the last one from here.
        """
        if self._asked is not None and self._process is not None:
            processes.end(self._process)
            self._process = None
        self._asked = (pack_dir, tuple(paths), question)
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError):  # it died; `triples` will see no answer
                self._process.stdin.write(as_line(*self._asked))
                self._process.stdin.flush()

    def triples(self) -> Iterator[Triple]:
        """The facts asked for, each once or more often, in no order.

        Raises:
            InputError, MissingExtra: as `clausegraph.collect.collect` does.
        """
        from clausegraph.collect import collect

        assert self._asked is not None  # noqa: S101 - ask() comes first
        answer = self._answer()
        if answer is None:
            yield from collect(*self._asked, many=self._many)
        else:
            for quad in parse(input=answer, format=RdfFormat.N_TRIPLES):
                yield quad.triple

    def _answer(self) -> bytes | None:
        """The whole answer, or None when the process gave none."""
        if self._process is None or self._process.stdout is None:
            return None
        try:
            length, chances = map(int, self._process.stdout.readline().split())
            answer = self._process.stdout.read(length)
        except (OSError, ValueError):
            return None
        if len(answer) != length:
            return None
        self._answered = True
        for _ in range(chances):
            accident()
        return answer


def as_line(pack_dir: Path, paths: tuple[str, ...], question: Question) -> bytes:
    """A question as one line of JSON."""
    told = {**asdict(question), "as_of": question.as_of.isoformat()}
    line = json.dumps({"pack": str(pack_dir.absolute()), "paths": paths, "question": told})
    return line.encode() + b"\n"
