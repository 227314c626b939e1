"""What a query can look at: exactly its predicates, or everything."""

from __future__ import annotations

import pytest

from clausegraph.validate.prebinding import prepare
from clausegraph.validate.queried import queried_predicates

EX = "http://example.org/"
KNOWN = {
    "$this ex:p ?o": "p",
    "$this ex:p ?o ; ex:q ?r , 1 . ?r ex:s [ ex:t 2 ]": "p q s t",
    "$this ex:p/^ex:q|ex:r+ ?o": "p q r",
    "$this ex:p ?o . OPTIONAL { ?o ex:q ?r FILTER EXISTS { ?r ex:s ?t } }": "p q s",
    "{ $this ex:p ?o } UNION { $this ex:q ?o } MINUS { ?o ex:r 1 }": "p q r",
    "$this ex:p ?o . FILTER NOT EXISTS { ?o ex:q ?r . FILTER NOT EXISTS { ?r ex:s ?o } }": "p q s",
    "$this ex:p ?o . BIND(IF(EXISTS { ?o ex:q 1 }, 1, 2) AS ?x) FILTER(?x > 1)": "p q",
    "{ SELECT $this (COUNT(?o) AS ?n) WHERE { $this ex:p ?o } GROUP BY $this } FILTER(?n > 1)": "p",
    "VALUES ?o { ex:v } $this ex:p ?o": "p",
    "GRAPH ?g { $this ex:p ?o }": "p",
}
EVERYTHING = [
    "$this ?p ?o", "$this ex:p ?o ; ?q ?r", "$this ex:p [ ?q ?r ]", "$this !ex:p ?o", "$this !(ex:p|^ex:q) ?o",
    "$this ex:p* ?o", "$this ex:p? ?o", "$this (ex:p/ex:q*) ?o", "$this ex:p ?o FILTER EXISTS { ?o ?q ?r }",
    "$this ex:p ?o . BIND(EXISTS { ?o ?q 1 } AS ?x)", "{ SELECT $this WHERE { $this ?p ?o } }",
    "SERVICE <http://example.org/sparql> { $this ex:p ?o }", "$this ex:p",
]  # fmt: skip


def ask(body: str) -> set[str] | None:
    return queried_predicates([f"PREFIX ex: <{EX}> SELECT $this WHERE {{ {body} }}"])


@pytest.mark.parametrize("body", KNOWN)
def test_known_predicates(body: str) -> None:
    assert ask(body) == {EX + name for name in KNOWN[body].split()}


@pytest.mark.parametrize("body", EVERYTHING)
def test_everything(body: str) -> None:
    assert ask(body) is None


def test_queries_made_ready_for_many_nodes_are_understood() -> None:
    text = prepare(
        f"SELECT $this WHERE {{ $this $PATH ?o . FILTER NOT EXISTS {{ $this <{EX}q> ?o }} }}",
        f"<{EX}p>",
    )
    assert (queried_predicates([text]) or set()) >= {EX + "p", EX + "q"}
    assert queried_predicates([]) == set()
    assert queried_predicates([text] * 51) is None
