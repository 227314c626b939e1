"""What can be told of a query by its text: predicates, constants, use of how literals are written.

Input: the text of a SELECT. Output: a `QueryText`. Whatever is not certain counts as the worse
case: all predicates, a look at lexical forms. The text is cut into tokens and not parsed, since
hundreds of queries are looked at in one run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

XSD = "http://www.w3.org/2001/XMLSchema#"
_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)
    |(?P<string>\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<iri><[^<>\s"{}|^`\\]*>)
    |(?P<var>[?$]\w+)
    |(?P<blank>_:[\w.-]*\w)
    |(?P<name>(?:[A-Za-z][\w.-]*)?:(?:[\w:%-]|\.(?=[\w:%-])|\\.)*)
    |(?P<lang>@[A-Za-z][A-Za-z0-9-]*)
    |(?P<number>(?:\d+\.\d*|\.?\d+)[eE][+-]?\d+|\d*\.\d+|\d+)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<op>&&|\|\||!=|<=|>=|\^\^|<<|.)""",
    re.VERBOSE | re.DOTALL,
)
_NODES = frozenset({"string", "iri", "var", "blank", "name", "number", "lang"})
_ABOUT_FORMS = frozenset({"STR", "DATATYPE", "TZ", "TIMEZONE", "GROUP_CONCAT"})

OWN = "$this ?any"
"""Stands for all predicates, but of focus nodes only."""
# What these give is a value of their own, not one of the data.
_FRESH = frozenset(
    {"COUNT", "REPLACE", "CONCAT", "STRAFTER", "STRBEFORE", "SUBSTR", "UCASE", "LCASE", "STRLEN"}
)
_ODD = frozenset({"SERVICE", "BASE"})

Token = tuple[str, str]


@dataclass(frozen=True, slots=True)
class QueryText:
    """What a query says by its text.

    Attributes:
        predicates: those that it can look at, and perhaps more, with `OWN`; None: all.
        formed: predicates whose objects it looks at as they are written; None: all.
        computed: variables whose values are computed and may be one of the data.
        fresh: variables whose values are computed and are none of the data.
        constants: literals that terms are compared with, as N-Triples writes them.
        operands: literals in expressions.
    """

    predicates: frozenset[str] | None
    formed: frozenset[str] | None
    computed: frozenset[str]
    fresh: frozenset[str]
    constants: frozenset[str]
    operands: frozenset[str]


@lru_cache(maxsize=4096)
def read(text: str) -> QueryText:
    """Read the text of a query."""
    tokens = [(m.lastgroup or "", m[0]) for m in _TOKEN.finditer(text) if m.lastgroup != "space"]
    prefixes = {
        name[1][:-1]: iri[1][1:-1]
        for word, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if word[1].upper() == "PREFIX" and (name[0], iri[0]) == ("name", "iri")
    }
    computed, fresh = _computed(tokens)
    words = {value.upper() for kind, value in tokens if kind == "word"}
    odd = ("op", "<<") in tokens or ("op", "\\") in tokens or not words.isdisjoint(_ODD)
    constants: set[str] = set()
    operands: set[str] = set()
    for literal, in_expression in _literals(tokens, prefixes):
        (operands if in_expression else constants).add(literal)
    if "SAMETERM" in words:
        constants |= operands
    anywhere = _any_predicate(tokens)
    named = frozenset(_iris(tokens, prefixes))
    return QueryText(
        None if odd or anywhere is None else named | anywhere,
        None if odd or "SAMETERM" in words else _formed(tokens, prefixes),
        computed,
        fresh,
        frozenset(constants),
        frozenset(operands),
    )


def _computed(tokens: list[Token]) -> tuple[frozenset[str], frozenset[str]]:
    """Variables behind AS: those that may take a value of the data, and those that do not."""
    computed, fresh = set[str](), set[str]()
    opened = [0]
    closed_from = -1
    for n, (kind, value) in enumerate(tokens):
        if (kind, value) == ("op", "("):
            opened.append(n)
        elif (kind, value) == ("op", ")") and len(opened) > 1:
            closed_from = opened.pop()
        elif kind == "word" and value.upper() == "AS" and tokens[n + 1 : n + 2]:
            first = opened[-1] + 1
            whole = tokens[n - 1][1] == ")" and closed_from == first + 1
            known = whole and tokens[first][1].upper() in _FRESH
            (fresh if known else computed).add(tokens[n + 1][1][1:])
    return frozenset(computed), frozenset(fresh)


def _formed(tokens: list[Token], prefixes: dict[str, str]) -> frozenset[str] | None:
    """Predicates that give values to what STR and its like are asked of."""
    names: set[str] = set()
    for n, (kind, value) in enumerate(tokens):
        if tokens[n + 1 : n + 2] != [("op", "(")]:
            continue
        if kind in {"iri", "name"}:
            *_, called = _iris([(kind, value)], prefixes)
            if not called.startswith(XSD) or called == XSD + "string":
                return None  # a function of somebody's own
        elif kind == "word" and value.upper() in _ABOUT_FORMS:
            about = tokens[n + 2 : n + 4]
            if about[:1] == [("word", "DISTINCT")]:
                about = tokens[n + 3 : n + 5]
            if [k for k, _ in about] != ["var", "op"] or about[1][1] not in {")", ";"}:
                return None
            names.add(about[0][1][1:])
    found: set[str] = set()
    projecting = False
    for n, bracket in enumerate(_brackets(tokens)):
        kind, value = tokens[n]
        if kind == "word" and value.upper() in {"SELECT", "BY"}:
            projecting = True
        elif value in {"{", "}"}:
            projecting = False
        if kind == "var" and value[1:] in names and not (projecting and bracket != "("):
            sources = _sources(tokens, n, prefixes, in_pattern=bracket != "(")
            if sources is None:
                return None
            found |= sources
    return frozenset(found)


def _sources(
    tokens: list[Token], n: int, prefixes: dict[str, str], *, in_pattern: bool
) -> set[str] | None:
    """Predicates whose objects a variable takes where it stands; None: it cannot be told."""
    (earlier, first), (kind, before) = ([("", ""), ("", ""), *tokens])[n : n + 2]
    after = [("", ""), ("", ""), *tokens, ("", ""), ("", "")][n + 3 : n + 5]
    if not in_pattern:
        return None if before.upper() == "AS" else set()
    if kind in {"iri", "name"}:
        return _alternatives(tokens, n - 1, prefixes)
    if kind == "var" and after[0][0] not in _NODES:
        return {OWN} if earlier == "var" and first[1:] == "this" else None
    # The subject of a pattern, a predicate or the name of a graph: no literal.
    subject = after[0][0] in {"iri", "name"} or after[0][1] == "a"
    subject = subject and (after[1][0] in _NODES or after[1][1] in {"/", "|", "["})
    plain = kind in {"word", "var"} or before in {"{", "}", ".", ";", "["}
    return set() if plain or (before == ")" and subject) else None


def _alternatives(tokens: list[Token], n: int, prefixes: dict[str, str]) -> set[str] | None:
    """The predicates that a path may end with: ``p``, ``q/p``, ``p|q``; None for others."""
    found = set()
    while True:
        *_, predicate = _iris([tokens[n]], prefixes)
        found.add(predicate)
        before = tokens[n - 1][1] if n else ""
        if before in {"^", "!"}:
            return None
        if before != "|":
            return found
        n -= 2
        if n < 0 or tokens[n][0] not in {"iri", "name"}:
            return None


def _brackets(tokens: list[Token]) -> Iterator[str]:
    """For each token the bracket that it stands in."""
    brackets = [""]
    for kind, value in tokens:
        if kind == "op" and value in {"(", "{"}:
            brackets.append(value)
        elif kind == "op" and value in {")", "}"} and len(brackets) > 1:
            brackets.pop()
        yield brackets[-1]


def _iris(tokens: list[Token], prefixes: dict[str, str]) -> Iterator[str]:
    """All IRIs that stand in the query, those of predicates among them."""
    yield "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    for kind, value in tokens:
        if kind == "iri":
            yield value[1:-1]
        elif kind == "name":
            prefix, _, local = value.partition(":")
            yield prefixes.get(prefix, "") + re.sub(r"\\(.)", r"\1", local)


def _any_predicate(tokens: list[Token]) -> frozenset[str] | None:
    """`OWN` where patterns match any predicate of focus nodes; None: of other nodes, too."""
    own = frozenset[str]()
    padded = [("", ""), *tokens, ("", ""), ("", "")]
    projecting = False
    for (before, b), (kind, value), (after, a), (later, t) in zip(
        padded, padded[1:], padded[2:], padded[3:], strict=False
    ):
        if kind == "word" and value.upper() == "SELECT":
            projecting = True
        elif value == "{":
            projecting = False
        ends_path = before in {"iri", "name"} or b in {"a", ")"}
        if value == "!" and (after in {"iri", "name"} or a in {"a", "^", "("}):
            return None
        if value in {"*", "?"} and ends_path and not projecting and a != "/":
            return None
        if kind == "var" and not projecting:
            subject_before = before in _NODES or b in {"]", ")", ";", "["}
            object_after = after in _NODES or a in {"[", "(", "+", "-", "true", "false"}
            # `?x ex:p ?y` behind a bracket: the variable is the subject, a predicate follows.
            is_subject = a not in {"[", "("} and (
                later in _NODES or t in {"[", "(", "/", "|", "*", "+", "?"}
            )
            if subject_before and object_after and not is_subject:
                if before != "var" or b[1:] != "this":
                    return None
                own = frozenset({OWN})
    return own


def _literals(tokens: list[Token], prefixes: dict[str, str]) -> Iterator[tuple[str, bool]]:
    """Typed literals as N-Triples writes them, and whether each stands in an expression."""
    for n, bracket in enumerate(_brackets(tokens)):
        kind, value = tokens[n]
        found = ""
        if kind == "number":
            local = "double" if "e" in value.lower() else "decimal" if "." in value else "integer"
            sign = tokens[n - 1][1] if n and tokens[n - 1][1] in {"+", "-"} else ""
            found = f'"{sign}{value}"^^<{XSD}{local}>'
        elif kind == "word" and value.lower() in {"true", "false"}:
            found = f'"{value.lower()}"^^<{XSD}boolean>'
        elif kind == "string" and tokens[n + 1 : n + 2] == [("op", "^^")]:
            *_, datatype = _iris(tokens[n + 2 : n + 3], prefixes)
            quotes = 3 if value[:3] in {'"""', "'''"} else 1
            found = f'"{value[quotes:-quotes]}"^^<{datatype}>'
        if found:
            yield found, bracket == "("
