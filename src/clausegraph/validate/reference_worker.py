"""The process that runs pySHACL: one question, one answer.

Input: on standard input, one line of JSON from `clausegraph.validate.bounded`, then shapes and data
as N-Triples. Output: lines of JSON: which shape is looked at, and at the end the results or the
error. Run as a module.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict
from typing import Any

import pyoxigraph as ox
from pyshacl.shape import Shape

from clausegraph.errors import AssetError
from clausegraph.validate.reference import run_pyshacl
from clausegraph.validate.term_table import term_of


def main() -> None:
    """Answer one question."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that asks ends this process
    asked = json.loads(sys.stdin.buffer.readline())
    shapes, data = (_read(size) for size in asked["sizes"])
    focus = {name: [term_of(text) for text in nodes] for name, nodes in asked["focus"].items()}
    _tell_each_shape()
    try:
        results = run_pyshacl(data, shapes, focus, whole=asked["whole"])
    except AssetError as error:
        _say({"error": str(error)})
        return
    _say({"results": [_plain(asdict(result)) for result in results]})


def _read(size: int) -> list[ox.Triple]:
    text = sys.stdin.buffer.read(size)
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    value = fields["value"]
    return {
        **fields,
        "focus": str(fields["focus"]),
        "value": None if value is None else str(value),
    }


def _tell_each_shape() -> None:
    """Say which shape comes next, so that one that never ends can be named."""
    original, last = Shape.validate, ""

    def validate(self: Shape, *args: Any, **named: Any) -> Any:
        nonlocal last
        name = str(self.node)
        if name != last:
            last = name
            _say({"at": name})
        return original(self, *args, **named)

    Shape.validate = validate  # type: ignore[method-assign]


def _say(what: dict[str, Any]) -> None:
    data = memoryview(json.dumps(what).encode() + b"\n")
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    main()
