"""A small graph and its deterministic, readable Turtle.

Input: subjects, predicates and objects. Output: text in which subjects stand in natural order
(6.3.9 before 6.3.10), each with its type first. IRIs without a legal short form stand in full.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from tools.catalogue import iris

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_DIGITS = re.compile(r"(\d+)")
_TYPE = iris.RDF + "type"
_FIRST = (
    _TYPE,
    iris.DCTERMS + "identifier",
    iris.SKOS + "notation",
    iris.RDFS + "label",
    iris.DCTERMS + "title",
    iris.SKOS + "definition",
    iris.DCTERMS + "abstract",
    iris.DCTERMS + "description",
    iris.CG + "from",
    iris.CG + "relation",
    iris.CG + "to",
)
_RANK = {predicate: rank for rank, predicate in enumerate(_FIRST)}


def ref(iri: str) -> str:
    """An IRI as object."""
    return f"<{iri}>"


def plain(value: str) -> str:
    """A plain string."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def english(value: str) -> str:
    """A string in English."""
    return plain(value) + "@en"


def boolean(value: bool) -> str:  # the value is the argument
    """A truth value."""
    return "true" if value else "false"


def typed(value: str, datatype: str) -> str:
    """A literal of an XSD datatype."""
    return f'"{value}"^^<{iris.XSD}{datatype}>'


def date(value: str) -> str:
    """A date, month or year, after the number of its parts."""
    return typed(value, ("gYear", "gYearMonth", "date")[value.count("-")])


@cache
def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key that reads digits as numbers."""
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part)
        for part in _DIGITS.split(text)
        if part
    )


class Graph:
    """The triples of one file.

    Args:
        name: name of the file without its ending.
        title: title in the header.
        description: what the file holds.
    """

    def __init__(self, name: str, title: str, description: str) -> None:
        self.name = name
        self.iri = f"{iris.CATALOGUE}file/{name}"
        self._subjects: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._header = (title, description)

    def add(self, subject: str, predicate: str, *objects: str) -> None:
        """Add triples of one subject and predicate; ``a`` is the type."""
        self._subjects[subject][_TYPE if predicate == "a" else _expand(predicate)].update(objects)

    def node(self, subject: str, kinds: Iterable[str], rows: Mapping[str, str | None]) -> None:
        """Add a described node: its classes and those statements that have a value."""
        for kind in kinds:
            self.add(subject, "a", ref(_expand(kind)))
        for predicate, value in rows.items():
            if value:
                self.add(subject, predicate, value)

    def defined(self, subject: str) -> None:
        """Say that this file defines the subject."""
        self.add(subject, "rdfs:isDefinedBy", ref(self.iri))

    @property
    def subjects(self) -> frozenset[str]:
        """The subjects of the graph."""
        return frozenset(self._subjects)

    def __contains__(self, subject: str) -> bool:
        return subject in self._subjects

    def __len__(self) -> int:
        return sum(len(o) for rows in self._subjects.values() for o in rows.values())

    def turtle(self) -> str:
        """The graph as Turtle."""
        used: set[str] = set()
        blocks = [
            self._block(subject, self._subjects[subject], used)
            for subject in sorted(self._subjects, key=natural)
        ]
        title, description = self._header
        used |= {"owl", "dcterms"}
        header = (
            "# Generated from data/catalogue and data/codelists by tools/build_catalogue.py: "
            "change those and run it.\n"
            f"<{self.iri}> a owl:Ontology ;\n"
            f"    dcterms:title {english(title)} ;\n"
            f"    dcterms:description {english(description)} .\n"
        )
        prefixes = "".join(f"@prefix {p}: <{iris.PREFIXES[p]}> .\n" for p in sorted(used))
        return "\n".join([prefixes, header, *blocks])

    @staticmethod
    def _block(subject: str, rows: Mapping[str, set[str]], used: set[str]) -> str:
        lines = []
        for predicate in sorted(rows, key=lambda p: (_RANK.get(p, len(_RANK)), p)):
            name = "a" if predicate == _TYPE else _short(f"<{predicate}>", used)
            objects = (_short(o, used) for o in sorted(rows[predicate], key=natural))
            lines.append(f"{name} {' , '.join(objects)}")
        return f"{_short(f'<{subject}>', used)} " + " ;\n    ".join(lines) + " .\n"


@cache
def _expand(curie: str) -> str:
    prefix, _, local = curie.partition(":")
    return iris.PREFIXES[prefix] + local if prefix in iris.PREFIXES else curie


@cache
def _curie(iri: str) -> tuple[str, str] | None:
    best: tuple[str, str] | None = None
    for prefix, namespace in iris.PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
            best = (prefix, iri[len(namespace) :])
    return best


def _short(token: str, used: set[str]) -> str:
    if token.startswith('"'):
        head, mark, datatype = token.rpartition('"^^<')
        if not mark:
            return token
        return f'{head}"^^{_short("<" + datatype, used)}'
    if not token.startswith("<"):
        return token
    found = _curie(token[1:-1])
    if found is None:
        return token
    used.add(found[0])
    return ":".join(found)
