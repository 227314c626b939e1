"""Graph patterns of targets and paths (SHACL chapters 2.1.3 and 2.3.1).

Output: text of group graph patterns. ``?this`` is the focus node of a root shape. The subclass
closure is read once (`class_closure`) and written into the patterns, so that no query walks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from clausegraph.validate.pushdown.source import Source
from clausegraph.validate.shapes import RDF, RDFS, Node, Path, Select, Shape, Unsupported

THIS = "?this"
_TYPE = f"<{RDF}type>"
_PREFIX = re.compile(r"\s*(?:#[^\n]*\n\s*)*PREFIX\s+([^\s:]*):\s*<([^<>]*)>\s*", re.IGNORECASE)
_BASE = re.compile(r"\s*BASE\b", re.IGNORECASE)

Prefixes = tuple[tuple[str, str], ...]
Closure = Mapping[str, tuple[str, ...]]
"""Class → itself and all classes below it, where there are any below it."""


@dataclass(frozen=True, slots=True)
class Focus:
    """The pattern that binds ``?this`` to the focus nodes of a shape, each once."""

    pattern: str
    prefixes: Prefixes = ()


def class_closure(source: Source, clause: str) -> Closure:
    """The subclasses of every class that has some, by one query.

    Args:
        source: holds the data graph.
        clause: the FROM clauses.
    """
    query = f"SELECT DISTINCT ?sub ?super {clause}WHERE {{ ?sub <{RDFS}subClassOf> ?super }}"
    below: dict[str, set[str]] = {}
    for row in source.select(query):
        sub, above = row["sub"], row["super"]
        if isinstance(sub, ox.NamedNode) and isinstance(above, ox.NamedNode):
            below.setdefault(above.value, set()).add(sub.value)
    found = {}
    for top in below:
        reached, waiting = {top}, [top]
        while waiting:
            fresh = below.get(waiting.pop(), set()) - reached
            reached |= fresh
            waiting += sorted(fresh)
        found[top] = tuple(sorted(reached))
    return found


def constant(term: Node) -> str:
    """A term as SPARQL writes it.

    Raises:
        Unsupported: a blank node, which no query can name.
    """
    if isinstance(term, ox.BlankNode):
        raise Unsupported("a blank node as a constant")
    return str(term)


def instance(node: str, class_: str, closure: Closure, fresh: str) -> str:
    """The pattern of an instance of a class or of one below it.

    Args:
        node: variable or term.
        class_: IRI.
        closure: see `class_closure`.
        fresh: a variable that stands nowhere else.
    """
    members = closure.get(class_)
    if members is None:
        return f"{node} {_TYPE} <{class_}> . "
    names = " ".join(f"<{m}>" for m in members)
    return f"VALUES {fresh} {{ {names} }} {node} {_TYPE} {fresh} . "


def focus_pattern(shape: Shape, closure: Closure) -> Focus:
    """The targets of a root shape.

    Raises:
        Unsupported: a target that cannot be written as a pattern.
    """
    parts: list[str] = []
    prefixes: dict[str, str] = {}
    simple = len(shape.targets) == 1
    for kind, value in shape.targets:
        if isinstance(value, Select):
            declared, body = split_prologue(value.text)
            merge(prefixes, declared)
            parts.append(f"{{ {body} }}")
            simple = False
        elif kind == "targetNode":
            parts.append(f"VALUES {THIS} {{ {constant(value)} }} ")
        else:
            iri = constant(value)
            if kind == "targetClass":
                parts.append(instance(THIS, iri[1:-1], closure, "?class"))
                simple = simple and iri[1:-1] not in closure
            else:
                ends = (THIS, "?end") if kind == "targetSubjectsOf" else ("?end", THIS)
                parts.append(f"{ends[0]} {iri} {ends[1]} . ")
                simple = False
    if simple:
        return Focus(parts[0])
    inner = parts[0] if len(parts) == 1 else " UNION ".join(f"{{ {p}}}" for p in parts)
    return Focus(f"{{ SELECT DISTINCT {THIS} WHERE {{ {inner} }} }} ", tuple(prefixes.items()))


def split_prologue(query: str) -> tuple[Prefixes, str]:
    """The PREFIX declarations of a query, and the rest.

    Raises:
        Unsupported: a BASE.
    """
    prefixes: list[tuple[str, str]] = []
    at = 0
    while found := _PREFIX.match(query, at):
        prefixes.append((found[1], found[2]))
        at = found.end()
    if _BASE.match(query, at):
        raise Unsupported("BASE in a query")
    return tuple(prefixes), query[at:]


def merge(into: dict[str, str], more: Iterable[tuple[str, str]]) -> None:
    """Add prefix declarations.

    Raises:
        Unsupported: a prefix that means two things.
    """
    for prefix, namespace in more:
        if into.setdefault(prefix, namespace) != namespace:
            raise Unsupported(f"the prefix {prefix}: means two things")


# -- paths ----------------------------------------------------------------------------------


def path_text(path: Path) -> str:
    """A path as SPARQL writes it, every part in brackets."""
    if path.kind == "predicate":
        return f"<{path.predicate}>"
    inner = [path_text(p) for p in path.parts]
    match path.kind:
        case "inverse":
            return f"(^{inner[0]})"
        case "sequence":
            return f"({'/'.join(inner)})"
        case "alternative":
            return f"({'|'.join(inner)})"
    return f"({inner[0]}{ {'zeroOrMore': '*', 'oneOrMore': '+', 'zeroOrOne': '?'}[path.kind] })"


def nullable(path: Path) -> bool:
    """Whether every node is a value node of itself."""
    match path.kind:
        case "zeroOrMore" | "zeroOrOne":
            return True
        case "alternative":
            return any(map(nullable, path.parts))
        case "sequence" | "inverse" | "oneOrMore":
            return all(map(nullable, path.parts))
    return False


def step(path: Path, start: str, end: str) -> str:
    """The pattern from a node to its value nodes."""
    if path.kind == "inverse" and path.parts[0].kind == "predicate":
        return f"{end} {path_text(path.parts[0])} {start} . "
    return f"{start} {path_text(path)} {end} . "


def follow(before: str, path: Path, start: str, end: str) -> str:
    """A pattern, and the value nodes of a path from a node that it binds.

    A path of no length holds for a node outside the graph too, which engines leave out.
    """
    if not nullable(path):
        return before + step(path, start, end)
    return f"{{ {before}{step(path, start, end)}}} UNION {{ {before}BIND({start} AS {end}) }} "
