"""pySHACL in a process of its own, which is ended when it takes too long.

Input: as of `clausegraph.validate.reference.run_pyshacl`. Output: the same results. pySHACL matches
patterns by backtracking and asks queries one by one, so that a shape can keep it busy for ever;
inside this process nothing could stop it.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from clausegraph.artefacts import processes
from clausegraph.errors import AssetError, InputError
from clausegraph.validate.report import Node, Result
from clausegraph.validate.term_table import term_of

SECONDS = "CLAUSEGRAPH_PYSHACL_SECONDS"
"""Environment variable with the seconds that one run of pySHACL may take."""
_DEFAULT = 600.0
_MODULE = "clausegraph.validate.reference_worker"
_NAMED = 3


def ask_pyshacl(
    data: Iterable[ox.Triple],
    shapes: Iterable[ox.Triple],
    focus: Mapping[str, Iterable[Node]],
    *,
    whole: bool = False,
) -> list[Result]:
    """Validate with pySHACL; arguments as of `run_pyshacl`.

    Raises:
        AssetError: the engine refused the shapes, or died.
        InputError: it took too long.
    """
    limit = seconds()
    head = {"whole": whole, "focus": {name: list(map(str, n)) for name, n in focus.items()}}
    graphs = [_written(triples) for triples in (shapes, data)]
    sizes = [len(graph) for graph in graphs]
    first = json.dumps({**head, "sizes": sizes}).encode() + b"\n"
    process = processes.start(_MODULE)
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    clock = threading.Timer(limit, stop)
    clock.start()
    busy = ""
    try:
        assert process.stdout is not None
        _send(process, (first, *graphs))
        for line in process.stdout:
            told = json.loads(line)
            if "at" not in told:
                return _answer(told)
            busy = told["at"]
    except (OSError, ValueError) as error:
        if not late.is_set():
            raise AssetError(f"pySHACL gave no whole answer: {error}") from error
    finally:
        clock.cancel()
        processes.end(process)
    if late.is_set():
        raise _too_slow(limit, busy, list(focus))
    raise AssetError("pySHACL ended without an answer" + (f", busy with {busy}" if busy else ""))


def seconds() -> float:
    """The seconds that one run may take.

    Raises:
        InputError: the environment says something else than a number above zero.
    """
    text = os.environ.get(SECONDS, "")
    try:
        found = float(text) if text else _DEFAULT
    except ValueError:
        found = 0.0
    if not 0 < found <= threading.TIMEOUT_MAX:
        raise InputError(
            "the time for pySHACL cannot be used",
            field=SECONDS,
            expected="seconds, a number above zero",
            seen=text,
        )
    return found


def _written(triples: Iterable[ox.Triple]) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def _send(process: subprocess.Popen[bytes], parts: Iterable[bytes]) -> None:
    assert process.stdin is not None
    for part in parts:
        process.stdin.write(part)
    process.stdin.flush()


def _answer(told: Mapping[str, Any]) -> list[Result]:
    if "error" in told:
        raise AssetError(told["error"])
    return [
        Result(
            **{
                **fields,
                "focus": term_of(fields["focus"]),
                "value": None if fields["value"] is None else term_of(fields["value"]),
            }
        )
        for fields in told["results"]
    ]


def _too_slow(limit: float, busy: str, names: list[str]) -> InputError:
    given = ", ".join(sorted(names)[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return InputError(
        f"pySHACL was ended: it took more than {limit:g} seconds",
        expected="shapes that it can evaluate in that time",
        seen=f"it was busy with the shape {busy}" if busy else f"it had {given}{more}",
        mend=(
            "look for a pattern or query there that never ends; use --engine fast, where the shape "
            f"has a set-based form; or give more time: {SECONDS}"
        ),
    )
