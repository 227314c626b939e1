"""What a rule is about: its focus nodes, found before any engine runs.

Chapter 2.1 of SHACL (targets) and the SPARQL targets of SHACL Advanced Features. The number of
focus nodes tells "nothing to check" from "passed" and is the same for every engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clausegraph.errors import AssetError
from clausegraph.store import Dataset, Term

DATA_GRAPHS = ("catalogue", "run", "declared", "cases", "collected", "inferred")

_RULES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX cg: <https://w3id.org/clausegraph/core#>
SELECT ?rule ?kind ?value WHERE {
  ?rule a cg:Rule .
  OPTIONAL {
    { ?rule ?kind ?value . FILTER(?kind IN (sh:targetClass, sh:targetNode, sh:targetSubjectsOf, sh:targetObjectsOf)) }
    UNION
    { ?rule sh:target/sh:select ?value . BIND(sh:select AS ?kind) }
  }
} ORDER BY ?rule ?kind ?value
"""
_PREFIXES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace WHERE { ?d sh:prefix ?prefix ; sh:namespace ?namespace } ORDER BY ?prefix
"""
_PATTERNS = {
    "targetClass": "SELECT DISTINCT ?this WHERE { ?this a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* %s }",
    "targetSubjectsOf": "SELECT DISTINCT ?this WHERE { ?this %s ?o }",
    "targetObjectsOf": "SELECT DISTINCT ?this WHERE { ?s %s ?this }",
}


@dataclass(frozen=True, slots=True)
class RuleTarget:
    """The focus nodes of one rule."""

    rule: str
    focus: frozenset[Term]


def declared_prefixes(dataset: Dataset) -> str:
    """The ``sh:declare`` prefixes of the shapes as SPARQL prologue."""
    rows = dataset.select(_PREFIXES, ["rules"])
    return "".join(f"PREFIX {_text(r['prefix'])}: <{_text(r['namespace'])}>\n" for r in rows)


def rule_targets(dataset: Dataset) -> Iterator[RuleTarget]:
    """The focus nodes of every rule, in order of rule IRI.

    Raises:
        AssetError: a target that does not parse.
    """
    prologue = declared_prefixes(dataset)
    found: dict[str, set[Term]] = {}
    cache: dict[str, set[Term]] = {}
    for row in dataset.select(_RULES, ["rules"]):
        rule = _text(row["rule"])
        nodes = found.setdefault(rule, set())
        if row["kind"] is None:
            continue
        kind = _text(row["kind"]).rpartition("#")[2]
        value = row["value"]
        if kind == "targetNode":
            if value is not None:
                nodes.add(value)
            continue
        query = prologue + _text(value) if kind == "select" else _PATTERNS[kind] % value
        if query not in cache:
            try:
                rows = dataset.select(query, DATA_GRAPHS)
                cache[query] = {t for r in rows if (t := r["this"]) is not None}
            except (SyntaxError, ValueError) as error:
                raise AssetError(f"target of {rule}: {error}") from error
        nodes |= cache[query]
    for rule, nodes in found.items():
        yield RuleTarget(rule, frozenset(nodes))


def _text(term: Term | None) -> str:
    value = getattr(term, "value", None)
    if not isinstance(value, str):
        raise AssetError(f"unexpected term {term}")
    return value
