"""The one report form: results as values, and as triples of the ``results`` graph."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from clausegraph.store import Dataset

SH = "http://www.w3.org/ns/shacl#"
EARL = "http://www.w3.org/ns/earl#"
CG = "https://w3id.org/clausegraph/core#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_XSD_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")

ASKED_FOR = "asked for"
"""The reason why pySHACL evaluated a rule when the user wanted it to."""

Node = ox.NamedNode | ox.Literal | ox.BlankNode


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result.

    Attributes:
        rule: IRI of the rule (the node shape with a code).
        shape: IRI of the source shape, the rule itself or its property shape.
        component: IRI of the constraint component.
        severity: IRI ``sh:Violation``, ``sh:Warning`` or ``sh:Info``.
        focus: the focus node.
        path: IRI of the path, when it is a single predicate; other paths as SPARQL text.
        value: the offending value, when there is one.
        message: the message, filled.
    """

    rule: str
    shape: str
    component: str
    severity: str
    focus: Node
    path: str | None
    value: Node | None
    message: str

    @property
    def key(self) -> tuple[str, str, str, str, str, str, str, str]:
        """Total order, and identity for comparison between engines."""
        return (
            self.rule,
            str(self.focus),
            self.path or "",
            str(self.value) if self.value is not None else "",
            self.component,
            self.shape,
            self.severity,
            self.message,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What a validation found.

    Attributes:
        results: all results, in a fixed order.
        focus_counts: per rule, the number of focus nodes.
        by_reference: rules that pySHACL evaluated, with the reason; all others ran set-wise.
    """

    results: tuple[Result, ...]
    focus_counts: Mapping[str, int]
    by_reference: Mapping[str, str] = field(default_factory=dict)


def write_results(dataset: Dataset, report: Report) -> None:
    """Write the ``results`` graph."""
    dataset.clear("results")
    dataset.add(triples(dataset.base, report), "results")


def triples(base: str, report: Report) -> Iterator[ox.Triple]:
    """The ``results`` graph of a pack with a base IRI."""
    failed = set()
    seen: dict[tuple[str, ...], int] = {}
    for result in sorted(report.results, key=lambda r: r.key):
        failed.add(result.rule)
        again = seen[result.key] = seen.get(result.key, 0) + 1
        digest = hashlib.sha256("\x1f".join((*result.key, str(again))).encode()).hexdigest()[:20]
        node = ox.NamedNode(f"{base}result/{digest}")
        yield ox.Triple(node, _TYPE, ox.NamedNode(SH + "ValidationResult"))
        yield ox.Triple(node, ox.NamedNode(CG + "rule"), ox.NamedNode(result.rule))
        yield ox.Triple(node, ox.NamedNode(SH + "sourceShape"), ox.NamedNode(result.shape))
        yield ox.Triple(
            node, ox.NamedNode(SH + "sourceConstraintComponent"), ox.NamedNode(result.component)
        )
        yield ox.Triple(node, ox.NamedNode(SH + "resultSeverity"), ox.NamedNode(result.severity))
        yield ox.Triple(node, ox.NamedNode(SH + "focusNode"), result.focus)
        yield ox.Triple(node, ox.NamedNode(SH + "resultMessage"), ox.Literal(result.message))
        if result.path is not None and result.path.startswith("http"):
            yield ox.Triple(node, ox.NamedNode(SH + "resultPath"), ox.NamedNode(result.path))
        if result.value is not None:
            yield ox.Triple(node, ox.NamedNode(SH + "value"), result.value)
    for rule, count in sorted(report.focus_counts.items()):
        outcome = "failed" if rule in failed else "passed" if count else "untested"
        node = ox.NamedNode(f"{base}rule-run/{rule.rpartition('#')[2]}")
        yield ox.Triple(node, _TYPE, ox.NamedNode(EARL + "Assertion"))
        yield ox.Triple(node, ox.NamedNode(EARL + "test"), ox.NamedNode(rule))
        yield ox.Triple(node, ox.NamedNode(EARL + "result"), ox.NamedNode(EARL + outcome))
        reason = report.by_reference.get(rule, ASKED_FOR)
        if reason != ASKED_FOR:
            yield ox.Triple(node, ox.NamedNode(EARL + "info"), ox.Literal(reason))
        yield ox.Triple(
            node, ox.NamedNode(CG + "count"), ox.Literal(str(count), datatype=_XSD_INTEGER)
        )
