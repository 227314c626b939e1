"""What an export carries of the graph, what it approximates and what it drops, and why.

Input: the graphs of a pack and the declaration of a format (``declarations/<format>.yaml``).
Output: one row per graph, class and property with the number of triples. The declaration is
checked against the real graph: a property that it does not name is reported as undeclared, which
the tests take for an error. A whole class or graph may be declared only as dropped, since no
format can carry by accident what it does not know; a format that carries everything says so
(``everything: carried``) and proves it by its round trip.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from clausegraph.errors import AssetError
from clausegraph.export.package import Part
from clausegraph.export.projection import Projection

TREATMENTS = ("carried", "approximated", "dropped", "undeclared")
UNTYPED = "untyped"
ANY = "any"  # a property whatever the class of its node
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_FOLDER = Path(__file__).resolve().parent / "declarations"
_SHORT = {
    "https://w3id.org/clausegraph/core#": "cg:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://www.w3.org/ns/dcat#": "dcat:",
    "http://www.w3.org/ns/earl#": "earl:",
    "http://xmlns.com/foaf/0.1/": "foaf:",
    "http://www.w3.org/ns/prov#": "prov:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://schema.org/": "schema:",
    "http://www.w3.org/ns/shacl#": "sh:",
}

Judgement = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a format says of the graph.

    Attributes:
        everything: for all triples that nothing else names, or None.
        graphs: short graph name (``cases`` = all cases) to why it is dropped.
        classes: class (or ``any``) to property to treatment and reason; the property ``*`` drops
            the class.
    """

    everything: Judgement | None
    graphs: Mapping[str, str]
    classes: Mapping[str, Mapping[str, Judgement]]

    def judge(self, graph: str, class_: str, property_: str) -> Judgement:
        """Treatment of the triples of a property on nodes of a class in a graph."""
        named = self.classes.get(class_, {})
        for table in (named, self.classes.get(ANY, {})):
            if property_ in table:
                return table[property_]
        area = "cases" if graph.startswith("cases/") else graph
        if area in self.graphs:
            return "dropped", self.graphs[area]
        if "*" in named:
            return named["*"]
        if self.everything is not None:
            return self.everything
        return "undeclared", "the declaration of the format does not name it"


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """Treatment of one property of one class in one graph.

    Attributes:
        graph: short name; all cases count as ``cases``.
        triples: how many there are in the pack.
    """

    graph: str
    class_: str
    property_: str
    triples: int
    treatment: str
    reason: str


@cache
def declaration(name: str) -> Declaration:
    """The declaration of a format, or of the one that says the same (``same_as``).

    Raises:
        AssetError: there is none, or it is not of the form that the module docstring says.
    """
    path = _FOLDER / f"{name}.yaml"
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise AssetError(f"no declaration of losses for {name}: {error}") from error
    if set(raw) == {"same_as"}:
        return declaration(str(raw["same_as"]))
    unknown = set(raw) - {"everything", "graphs", "classes"}
    if unknown:
        raise AssetError(f"{path.name}: unknown key {', '.join(sorted(unknown))}")
    everything = raw.get("everything")
    classes = {
        class_: {prop: _judgement(value, path, prop) for prop, value in table.items()}
        for class_, table in (raw.get("classes") or {}).items()
    }
    return Declaration(
        _judgement(everything, path, "everything") if everything else None,
        raw.get("graphs") or {},
        classes,
    )


def _judgement(value: Any, path: Path, where: str) -> Judgement:
    """``carried: words`` as the pair that it is; a wildcard may only drop."""
    if isinstance(value, Mapping) and len(value) == 1:
        [(treatment, reason)] = value.items()
        allowed = ("dropped",) if where == "*" else TREATMENTS[:3]
        if treatment in allowed and isinstance(reason, str) and reason:
            return treatment, reason
    raise AssetError(
        f"{path.name}: {where} is not one of {', '.join(TREATMENTS[:3])} with a reason"
    )


def losses(projection: Projection, name: str) -> list[Row]:
    """What a format does with every triple of the graphs of a pack, sorted."""
    declared = declaration(name)
    types: dict[str, set[str]] = {}
    graphs = projection.graphs()
    for graph in graphs:
        for t in projection.triples(graph):
            if t.predicate.value == _TYPE:
                types.setdefault(str(t.subject), set()).add(short(str(t.object)[1:-1]))
    counts: Counter[tuple[str, str, str]] = Counter()
    for graph in graphs:
        area = "cases" if graph.startswith("cases/") else graph
        for t in projection.triples(graph):
            # A node of several classes counts for the first: every triple is counted once.
            class_ = min(types.get(str(t.subject), {UNTYPED}))
            counts[area, class_, short(t.predicate.value)] += 1
    return sorted(
        Row(graph, class_, prop, count, *declared.judge(graph, class_, prop))
        for (graph, class_, prop), count in counts.items()
    )


def short(iri: str) -> str:
    """An IRI with its usual prefix, or as it is."""
    for namespace, prefix in _SHORT.items():
        if iri.startswith(namespace):
            return prefix + iri.removeprefix(namespace)
    return iri


def totals(rows: Iterable[Row]) -> dict[str, int]:
    """Triples by treatment."""
    found = dict.fromkeys(TREATMENTS, 0)
    for row in rows:
        found[row.treatment] += row.triples
    return {t: n for t, n in found.items() if n or t != "undeclared"}


def report(projection: Projection, names: Iterable[str]) -> Part:
    """The loss report of a package as one JSON file, one entry per format."""
    lines = ['{"columns": ["graph", "class", "property", "triples", "treatment", "reason"],']
    lines.append('"formats": {')
    entries = []
    for name in names:
        rows = losses(projection, name)
        table = ",\n".join(json.dumps(_cells(row), ensure_ascii=False) for row in rows)
        entries.append(
            f'"{name}": {{"triples": {json.dumps(totals(rows))}, "rows": [\n{table}\n]}}'
        )
    text = "\n".join([*lines, ",\n".join(entries), "}}", ""])
    return Part("loss.json", "application/json", text.encode(), "loss")


def _cells(row: Row) -> list[str | int]:
    return [row.graph, row.class_, row.property_, row.triples, row.treatment, row.reason]
