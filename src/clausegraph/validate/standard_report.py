"""A validation as the Recommendation writes it: one ``sh:ValidationReport`` (chapter 3.6).

Input: a validation. Output: Turtle whose lines are the same for the same results. Terms are
written exactly as they stand in the data. Blank nodes of the data keep their labels; those of the
shapes get a label of their own kind, since the two graphs are not one.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from clausegraph.validate.report import Result
from clausegraph.validate.shapes import SH, Path
from clausegraph.validate.standalone import Validation

_HEAD = f"@prefix sh: <{SH}> .\n\n"
_STEPS = {
    "inverse": "sh:inversePath",
    "zeroOrMore": "sh:zeroOrMorePath",
    "oneOrMore": "sh:oneOrMorePath",
    "zeroOrOne": "sh:zeroOrOnePath",
}


def as_turtle(validation: Validation) -> str:
    """The report as Turtle."""
    results = validation.report.results
    conforms = "false" if results else "true"
    blocks = [" , ".join(_result(r, validation) for r in results)] if results else []
    body = "".join(f" ;\n  sh:result {block}" for block in blocks)
    return f"{_HEAD}[] a sh:ValidationReport ;\n  sh:conforms {conforms}{body} .\n"


def _result(result: Result, validation: Validation) -> str:
    lines = " ;\n    ".join(_facts(result, validation))
    return f"[\n    a sh:ValidationResult ;\n    {lines}\n  ]"


def _facts(result: Result, validation: Validation) -> Iterator[str]:
    yield f"sh:focusNode {result.focus}"
    if result.path is not None:
        path = validation.paths.get(result.path) or Path("predicate", result.path)
        yield f"sh:resultPath {path_as_turtle(path)}"
    if result.message:
        yield f"sh:resultMessage {ox.Literal(result.message)}"
    yield f"sh:resultSeverity {_sh(result.severity)}"
    yield f"sh:sourceConstraintComponent {_sh(result.component)}"
    yield f"sh:sourceShape {_shape(result.shape)}"
    if result.value is not None:
        yield f"sh:value {result.value}"


def path_as_turtle(path: Path) -> str:
    """A property path (chapter 2.3.1)."""
    match path.kind:
        case "predicate":
            return f"<{path.predicate}>"
        case "sequence":
            return _list(path)
        case "alternative":
            return f"[ sh:alternativePath {_list(path)} ]"
    return f"[ {_STEPS[path.kind]} {path_as_turtle(path.parts[0])} ]"


def _list(path: Path) -> str:
    return f"( {' '.join(map(path_as_turtle, path.parts))} )"


def _sh(iri: str) -> str:
    local = iri.removeprefix(SH)
    return f"sh:{local}" if local != iri and local.isalnum() else f"<{iri}>"


def _shape(name: str) -> str:
    """IRIs have a colon; the labels of blank nodes have none."""
    return f"<{name}>" if ":" in name else f"_:shape-{name}"
