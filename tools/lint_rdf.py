"""Lint our own ontology, shapes and queries.

Input: ``ontology/``, ``shapes/``, ``queries/``. Output: one line per finding; exit 1 when there
is any. Most lints are data: the SPARQL files of ``queries/checks/``, each of which must find
nothing. What SPARQL cannot see (unused prefixes, terms inside query texts) is looked for in the
text. ``--table`` prints the table of checks for ``docs/ontology.md``.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from clausegraph import catalog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

CORE = "https://w3id.org/clausegraph/core#"
SELECT = "http://www.w3.org/ns/shacl#select"
HEADER_KEYS = ("id", "kind", "question", "source", "graphs", "params", "returns", "order", "since")

Row = tuple[str, str, str]

# One alternation, so that a hash in an IRI or a quote in a comment is read as what it is.
_OPAQUE = re.compile(
    r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
    r"|<[^<>\"{}|^`\\\s]*>|#[^\n]*",
    re.DOTALL,
)
_PREFIX = re.compile(r"^[ \t]*@?prefix[ \t]+([\w.-]*):", re.IGNORECASE | re.MULTILINE)
_TERM = re.compile(r"(?<![\w:.-])cg:([A-Za-z]\w*)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: the check, where, and what."""

    check: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.check}: {self.what}"


def bare(text: str) -> str:
    """Turtle or SPARQL text without strings, full IRIs and comments."""
    return _OPAQUE.sub(" ", text)


def unused_prefixes(text: str) -> list[str]:
    """Prefixes that a Turtle or SPARQL text declares and never uses, sorted."""
    stripped = bare(text)
    body = _PREFIX.sub(" ", stripped)
    return sorted(
        {
            prefix
            for prefix in _PREFIX.findall(stripped)
            if not re.search(rf"(?<![\w:.-]){re.escape(prefix)}:", body)
        }
    )


def terms_in(text: str) -> set[str]:
    """Local names of the ``cg:`` terms that a SPARQL text uses."""
    return set(_TERM.findall(bare(text)))


def declared(graph: Iterable[ox.Quad]) -> set[str]:
    """Local names of our terms that have a type."""
    rdf_type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    return {
        quad.subject.value.removeprefix(CORE)
        for quad in graph
        if isinstance(quad.subject, ox.NamedNode)
        and quad.subject.value.startswith(CORE)
        and quad.predicate.value == rdf_type
    }


def turtle(path: Path) -> Iterator[ox.Quad]:
    """The triples of a Turtle file."""
    return iter(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))


def load(paths: Iterable[Path]) -> ox.Store:
    """A store with some Turtle files in its default graph."""
    store = ox.Store()
    for path in paths:
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    return store


def own_files() -> list[Path]:
    """Ontology, alignment, catalogue and shapes: what every check runs on."""
    return [*catalog.ontology_files(), *catalog.shape_files()]


def query_files() -> list[Path]:
    """Every query file, of all kinds."""
    return sorted((catalog.root() / "queries").rglob("*.rq"))


def run_check(query: catalog.Query, store: ox.Store) -> list[Row]:
    """The rows of a check, in its order; an unbound value is an empty string."""
    solutions = store.query(query.text)
    if not isinstance(solutions, ox.QuerySolutions):
        raise TypeError(f"{query.id} is no SELECT")
    return [
        (_text(row["entity"]), _text(row["property"]), _text(row["value"])) for row in solutions
    ]


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    if isinstance(term, ox.NamedNode | ox.Literal):
        return term.value
    # Blank nodes have no name that two engines agree on.
    return "" if term is None else "_:"


def text_findings() -> list[Finding]:
    """Unused prefixes, and terms inside query texts that the ontology lacks."""
    known = declared(turtle(catalog.ontology_files()[0]))
    texts = [(path, path.read_text(encoding="utf-8")) for path in [*own_files(), *query_files()]]
    found = [
        Finding("unused-prefix", path.name, prefix)
        for path, text in texts
        for prefix in unused_prefixes(text)
    ]
    queries = [(path.name, text) for path, text in texts if path.suffix == ".rq"]
    for path in catalog.shape_files():
        queries += [
            (path.name, quad.object.value)
            for quad in turtle(path)
            if quad.predicate.value == SELECT and isinstance(quad.object, ox.Literal)
        ]
    found += [
        Finding("undeclared-term-in-query", name, f"cg:{term}")
        for name, text in queries
        for term in sorted(terms_in(text) - known)
    ]
    return found


def check_findings() -> list[Finding]:
    """The findings of every check on our own files."""
    store = load(own_files())
    return [
        Finding(query.id, entity, f"{prop} {value}".rstrip())
        for query in catalog.queries("checks")
        for entity, prop, value in run_check(query, store)
    ]


def table() -> str:
    """The checks as a Markdown table."""
    rows = [f"| `{query.id}` | {query.question} |" for query in catalog.queries("checks")]
    return "\n".join(["| check | question |", "|---|---|", *rows]) + "\n"


def main(arguments: list[str]) -> int:
    """Print the findings, or with ``--table`` the table of checks."""
    if "--table" in arguments:
        sys.stdout.write(table())
        return 0
    found = [*text_findings(), *check_findings()]
    sys.stdout.writelines(f"{finding}\n" for finding in found)
    sys.stdout.write(f"{len(found)} findings, {len(catalog.queries('checks'))} checks\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
