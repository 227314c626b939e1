"""Syntax rules of SHACL for the values of single properties, as a table.

Follows the summary of syntax rules in the appendix of the Recommendation: how often a property may
stand at a shape, and what its values may be. Rules that concern lists, paths and shapes as
values are kept where these are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from clausegraph.validate.shapes import RDF, SH, IllFormed, Node

XSD = "http://www.w3.org/2001/XMLSchema#"
_WHOLE = re.compile(r"[+-]?[0-9]{1,4000}")
_BOOLEANS = frozenset({"true", "false", "1", "0"})
_KINDS = frozenset(
    SH + kind
    for kind in (
        "IRI",
        "BlankNode",
        "Literal",
        "BlankNodeOrIRI",
        "BlankNodeOrLiteral",
        "IRIOrLiteral",
    )
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What the values of a property may be.

    Attributes:
        test: whether a value is allowed.
        expected: in words, for the message.
        once: at most one value.
        on_paths: only in property shapes.
    """

    test: Callable[[Node], bool]
    expected: str
    once: bool = False
    on_paths: bool = False


def _typed(*locals_: str) -> Callable[[Node], bool]:
    datatypes = {XSD + local for local in locals_} | {RDF + x for x in locals_ if x == "langString"}
    return lambda v: isinstance(v, ox.Literal) and v.datatype.value in datatypes


def _whole(value: Node) -> bool:
    return (
        isinstance(value, ox.Literal)
        and value.datatype.value == XSD + "integer"
        and _WHOLE.fullmatch(value.value) is not None
    )


def _iri(value: Node) -> bool:
    return isinstance(value, ox.NamedNode)


def _literal(value: Node) -> bool:
    return isinstance(value, ox.Literal)


def _boolean(value: Node) -> bool:
    return (
        isinstance(value, ox.Literal)
        and value.datatype.value == XSD + "boolean"
        and value.value in _BOOLEANS
    )


def _table() -> dict[str, Rule]:
    iri, text = "an IRI", "a text"
    string, message = _typed("string"), _typed("string", "langString")
    rules = {
        "targetNode": Rule(lambda v: not isinstance(v, ox.BlankNode), "an IRI or a literal"),
        "target": Rule(lambda v: not isinstance(v, ox.Literal), "a SPARQL target"),
        "path": Rule(lambda v: not isinstance(v, ox.Literal), "a property path", once=True),
        "severity": Rule(_iri, iri, once=True),
        "message": Rule(message, text),
        "nodeKind": Rule(lambda v: v.value in _KINDS, "one of the six node kinds", once=True),
        "datatype": Rule(_iri, iri, once=True),
        "pattern": Rule(string, "a string", once=True),
        "flags": Rule(string, "a string", once=True),
        "languageIn": Rule(lambda v: not isinstance(v, ox.Literal), "a list", once=True),
        "in": Rule(lambda v: not isinstance(v, ox.Literal), "a list", once=True),
        "uniqueLang": Rule(_boolean, "true or false", once=True, on_paths=True),
        "qualifiedValueShape": Rule(
            lambda v: not isinstance(v, ox.Literal), "a shape", once=True, on_paths=True
        ),
        "ignoredProperties": Rule(lambda v: not isinstance(v, ox.Literal), "a list", once=True),
        "sparql": Rule(lambda v: not isinstance(v, ox.Literal), "a SPARQL constraint"),
        "entailment": Rule(_iri, iri),
        "group": Rule(lambda v: not isinstance(v, ox.Literal), "a property group"),
    }
    for name in (
        "targetClass",
        "targetSubjectsOf",
        "targetObjectsOf",
        "class",
        "equals",
        "disjoint",
    ):
        rules[name] = Rule(_iri, iri)
    for name in ("lessThan", "lessThanOrEquals"):
        rules[name] = Rule(_iri, iri, on_paths=True)
    for name in ("deactivated", "closed", "qualifiedValueShapesDisjoint"):
        rules[name] = Rule(_boolean, "true or false", once=True)
    for name in ("minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount"):
        rules[name] = Rule(_whole, "an xsd:integer", once=True)
    for name in ("minCount", "maxCount"):
        rules[name] = Rule(_whole, "an xsd:integer", once=True, on_paths=True)
    for name in ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive"):
        rules[name] = Rule(_literal, "a literal", once=True)
    for name in ("name", "description"):
        rules[name] = Rule(message, text)
    for name in ("select", "ask", "prefix"):
        rules[name] = Rule(string, "a string", once=True)
    rules["namespace"] = Rule(_typed("anyURI", "string"), "an xsd:anyURI", once=True)
    rules["optional"] = Rule(_boolean, "true or false", once=True)
    return rules


RULES = _table()


def check(node: Node, facts: Mapping[str, list[Node]]) -> None:
    """Hold a node against the syntax rules of its properties.

    Raises:
        IllFormed: with the node, the property and the reason.
    """
    on_path = "path" in facts
    for name, values in facts.items():
        rule = RULES.get(name)
        if rule is None:
            continue
        if rule.once and len(values) > 1:
            raise IllFormed(f"sh:{name} of {node}: expected one value, found {len(values)}")
        if rule.on_paths and not on_path:
            raise IllFormed(f"sh:{name} stands in the node shape {node}, which has no values")
        for value in values:
            if not rule.test(value):
                raise IllFormed(f"sh:{name} of {node}: expected {rule.expected}, found {value}")
