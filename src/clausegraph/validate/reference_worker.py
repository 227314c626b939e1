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
from rdflib import BNode

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
    """Say which shape comes next, so that one that never ends can be named.

    A shape without a name of its own goes by the named one around it.
    """
    original, last = Shape.validate, ""
    around: list[str] = []

    def validate(self: Shape, *args: Any, **named: Any) -> Any:
        nonlocal last
        nameless = isinstance(self.node, BNode) and around
        around.append(around[-1] if nameless else str(self.node))
        if around[-1] != last:
            last = around[-1]
            _say({"at": last})
        try:
            return original(self, *args, **named)
        finally:
            around.pop()

    Shape.validate = validate  # type: ignore[method-assign]


def _say(what: dict[str, Any]) -> None:
    data = memoryview(json.dumps(what).encode() + b"\n")
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    main()
