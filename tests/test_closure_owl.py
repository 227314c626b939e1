"""The closure against owlrl, on random small catalogues written as OWL 2 RL axioms."""

from __future__ import annotations

import owlrl
import pyoxigraph as ox
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS

from clausegraph.infer import run_rules
from clausegraph.shipped import CATALOGUE_IRI
from clausegraph.store import Dataset

CG = "https://w3id.org/clausegraph/core#"
BASE = "https://example.org/pack/"
X = rdflib.Namespace("https://example.org/owl#")
TERM = rdflib.Namespace(CG)
IS_PART_OF = "http://purl.org/dc/terms/isPartOf"
TYPE = str(RDF.type)
SIZE = 7
EDITIONS, CLAUSES = 3, 4

Facts = set[tuple[str, str, str]]


def requirement(number: int) -> str:
    return f"{CATALOGUE_IRI}standard-{number % EDITIONS}/r{number}"


def clause(number: int) -> str:
    return f"{CATALOGUE_IRI}clause/c{number}"


@st.composite
def catalogues(draw: st.DrawFn) -> Facts:
    """Requirements in nested clauses, references to both, a service that claims some policies."""
    facts: Facts = set()
    for number in range(SIZE):
        facts |= {
            (requirement(number), TYPE, CG + "Requirement"),
            (requirement(number), CG + "modality", f"{CATALOGUE_IRI}modality/shall"),
            (requirement(number), CG + "clause", clause(draw(st.integers(0, CLAUSES - 1)))),
            (requirement(number), IS_PART_OF, f"{CATALOGUE_IRI}edition/{number % EDITIONS}"),
        }
    for number in range(CLAUSES):
        facts.add((clause(number), TYPE, CG + "Clause"))
        if number and draw(st.booleans()):
            facts.add((clause(number), CG + "parent", clause(draw(st.integers(0, number - 1)))))
    targets = st.one_of(
        st.integers(0, SIZE - 1).map(requirement), st.integers(0, CLAUSES - 1).map(clause)
    )
    relations = st.sampled_from(["incorporates", "incorporates-if", "refines", "excludes"])
    for number in range(draw(st.integers(0, 9))):
        node = f"{CATALOGUE_IRI}reference/{number}"
        facts |= {
            (node, CG + "from", requirement(draw(st.integers(0, SIZE - 1)))),
            (node, CG + "to", draw(targets)),
            (node, CG + "relation", f"{CATALOGUE_IRI}relation/{draw(relations)}"),
        }
    facts |= {
        (BASE, TYPE, CG + "Pack"),
        (BASE, CG + "service", BASE + "service"),
        (BASE + "run", TYPE, CG + "Run"),
        (BASE + "run", CG + "service", BASE + "service"),
        (BASE + "service", TYPE, CG + "TrustService"),
    }
    for number in draw(st.sets(st.integers(0, EDITIONS - 1), max_size=2)):
        policy = f"{CATALOGUE_IRI}policy/p{number}"
        facts |= {
            (policy, IS_PART_OF, f"{CATALOGUE_IRI}edition/{number}"),
            (BASE + "service", CG + "policy", policy),
        }
    return facts


def by_rules(facts: Facts) -> dict[str, set[tuple[str, str]]]:
    dataset = Dataset(BASE)
    dataset.add(
        (ox.Triple(*(ox.NamedNode(term) for term in fact)) for fact in facts),  # type: ignore[arg-type]
        "catalogue",
    )
    run_rules(dataset, "inferred")
    found: dict[str, set[tuple[str, str]]] = {"covers": set(), "incorporates": set()}
    reached = set()
    for t in dataset.triples("inferred"):
        name = t.predicate.value.removeprefix(CG)
        if name in found:
            found[name].add((t.subject.value, t.object.value))  # type: ignore[union-attr]
        elif name == "requirement":
            reached.add((BASE + "service", t.object.value))  # type: ignore[union-attr]
    return found | {"reaches": reached}


def axioms() -> rdflib.Graph:
    """What the rules say, as far as OWL 2 RL can say it."""
    graph = rdflib.Graph()

    def chain(whole: rdflib.URIRef, *parts: rdflib.URIRef) -> None:
        head = rdflib.BNode()
        Collection(graph, head, list(parts))
        graph.add((whole, OWL.propertyChainAxiom, head))

    graph.add((TERM.clause, RDFS.subPropertyOf, X.stands))
    chain(X.stands, X.stands, TERM.parent)
    graph.add((X.stands, OWL.inverseOf, TERM.covers))
    for relation in ("incorporates", "incorporates-if"):
        graph.add((X[relation], RDFS.subPropertyOf, X.takesOver))
    graph.add((X.takesOver, RDFS.subPropertyOf, X.takes))
    chain(X.takes, X.takesOver, TERM.covers)
    chain(X.reaches, TERM.policy, rdflib.URIRef(IS_PART_OF), X.holds)
    graph.add((rdflib.URIRef(IS_PART_OF), OWL.inverseOf, X.holds))
    chain(X.reaches, X.reaches, X.takes)
    return graph


def by_owl(facts: Facts) -> dict[str, set[tuple[str, str]]]:
    graph = axioms()
    references: dict[str, dict[str, str]] = {}
    for s, p, o in facts:
        if "/reference/" in s:
            references.setdefault(s, {})[p.removeprefix(CG)] = o
        else:
            graph.add((rdflib.URIRef(s), rdflib.URIRef(p), rdflib.URIRef(o)))
    for ends in references.values():
        relation = X[ends["relation"].rpartition("/")[2]]
        graph.add((rdflib.URIRef(ends["from"]), relation, rdflib.URIRef(ends["to"])))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    requirements = {s for s, p, o in facts if o == CG + "Requirement"}

    def pairs(name: rdflib.URIRef) -> set[tuple[str, str]]:
        found = {(str(s), str(o)) for s, o in graph.subject_objects(name)}
        return {(s, o) for s, o in found if o in requirements and s != o}

    return {
        "covers": pairs(TERM.covers), "incorporates": pairs(X.takes), "reaches": pairs(X.reaches),
    }  # fmt: skip


@settings(max_examples=25, deadline=None, derandomize=True)
@given(catalogues())
def test_the_closure_is_that_of_owlrl(facts: Facts) -> None:
    assert by_rules(facts) == by_owl(facts)
