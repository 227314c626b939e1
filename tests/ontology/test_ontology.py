"""The ontology, its alignment and the module generated from it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
import yaml
from rdflib import OWL, RDF, RDFS

from clausegraph import catalog, terms
from tools import build_terms, lint_rdf

ROOT = catalog.root()
CORE, ALIGNMENT = catalog.ontology_files()[:2]
CG = rdflib.Namespace(lint_rdf.CORE)
PROV = rdflib.Namespace(terms.PROV_NS)
EX = rdflib.Namespace("https://w3id.org/clausegraph/id/test/")
DECLARED = build_terms.declared_terms()
TEXTS = [*lint_rdf.own_files(), *lint_rdf.query_files()]


def loaded(*paths: Path) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in paths:
        graph.parse(path)
    return graph


@pytest.fixture(scope="module")
def closure() -> rdflib.Graph:
    """OWL 2 RL closure of core and alignment with one instance of each class."""
    graph = loaded(CORE, ALIGNMENT)
    for cls in sorted(str(cls) for cls in graph.subjects(RDF.type, OWL.Class)):
        if cls.startswith(CG):
            graph.add((EX[cls.removeprefix(CG)], RDF.type, rdflib.URIRef(cls)))
    # The disjointness that PROV-O itself states, so that a wrong alignment shows.
    graph.add((PROV.Activity, OWL.disjointWith, PROV.Entity))
    for sub, sup in ((PROV.Plan, PROV.Entity), (PROV.Collection, PROV.Entity)):
        graph.add((sub, RDFS.subClassOf, sup))
    for prop, domain, rng in ((PROV.generated, PROV.Activity, PROV.Entity),):
        graph.add((prop, RDFS.domain, domain))
        graph.add((prop, RDFS.range, rng))
    graph.add((EX.Incident, CG.decision, EX.Decision))
    graph.add((EX.Incident, CG.notification, EX.Notification))
    graph.add((EX.Change, CG.signOff, EX.SignOff))
    graph.add((EX.Evidence, CG.supports, EX.Requirement))
    graph.add((EX.Requirement, CG.clause, EX.Clause))
    graph.add((EX.Clause, CG.parent, EX.Parent))
    graph.add((EX.Parent, CG.parent, EX.Root))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


def test_closure_is_consistent(closure: rdflib.Graph) -> None:
    assert not list(closure.subjects(RDF.type, OWL.Nothing))
    errors = rdflib.Namespace("http://www.daml.org/2002/03/agents/agent-ont#")
    assert not list(closure.objects(None, errors.error))
    empty = [str(cls) for cls in closure.subjects(RDFS.subClassOf, OWL.Nothing)]
    assert [cls for cls in empty if cls.startswith(CG)] == []


def test_closure_notices_an_inconsistency() -> None:
    graph = loaded(CORE, ALIGNMENT)
    graph.add((PROV.Activity, OWL.disjointWith, PROV.Entity))
    graph.add((EX.hybrid, RDF.type, CG.Incident))
    graph.add((EX.hybrid, RDF.type, CG.Evidence))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    assert any("isjoint" in str(value) for value in graph.objects())


@pytest.mark.parametrize(
    ("subject", "predicate", "obj", "holds"),
    [
        (EX.Clause, CG.covers, EX.Requirement, True),
        (EX.Clause, CG.within, EX.Root, True),
        (EX.Clause, CG.parent, EX.Root, False),
        (EX.Incident, RDF.type, CG.Case, True),
        (EX.Incident, RDF.type, PROV.Activity, True),
        (EX.Evidence, RDF.type, PROV.Activity, False),
        (EX.Incident, PROV.generated, EX.Decision, True),
        (EX.Requirement, RDF.type, rdflib.URIRef(terms.CCCEV_NS + "Requirement"), True),
        (
            EX.LegalProvision,
            RDF.type,
            rdflib.URIRef(terms.ELI_NS + "LegalResourceSubdivision"),
            True,
        ),
        (EX.Clause, rdflib.DCTERMS.isPartOf, EX.Root, False),
    ],
)
def test_closure_says(
    closure: rdflib.Graph,
    subject: rdflib.URIRef,
    predicate: rdflib.URIRef,
    obj: rdflib.URIRef,
    holds: bool,
) -> None:
    assert ((subject, predicate, obj) in closure) is holds


def test_terms_module_is_fresh() -> None:
    assert build_terms.TARGET.read_text(encoding="utf-8") == build_terms.render(), (
        "run python tools/build_terms.py"
    )


def test_terms_module_holds_every_term_once() -> None:
    found = {name: value for name, value in vars(terms.CG).items() if not name.startswith("__")}
    assert sorted(found.values()) == [lint_rdf.CORE + name for name in DECLARED]
    assert terms.CG.from_ == lint_rdf.CORE + "from"
    print(f"{len(DECLARED)} terms")


def test_pack_format_uses_declared_terms_only() -> None:
    fmt = yaml.safe_load((ROOT / "ontology" / "pack-format.yaml").read_text(encoding="utf-8"))
    used = {block["class"] for block in fmt["blocks"].values()}
    used |= {key[0] for block in fmt["blocks"].values() for key in block["keys"].values()}
    own = {term.removeprefix("cg:") for term in used if term.startswith("cg:")}
    assert len(own) > 90
    assert own - set(DECLARED) == set()


def test_model_uses_declared_terms_only() -> None:
    text = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bcg:([A-Za-z]\w*)", text))
    assert len(named) > 100
    assert named - set(DECLARED) == set()


def test_model_names_what_the_rules_write() -> None:
    text = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    written = {
        name
        for query in catalog.queries("rules")
        for name in re.findall(r"\bcg:([a-z]\w*)", query.text.split("WHERE")[0])
    }
    assert len(written) > 30
    assert {name for name in written if not re.search(rf"\bcg:{name}\b", text)} == set()


def test_pack_format_agrees_on_kinds() -> None:
    """A key of a literal type needs a datatype property, every other key an object property."""
    literal = {"text", "bool", "int", "decimal", "datetime", "duration", "url", "oid", "sha256"}
    fmt = yaml.safe_load((ROOT / "ontology" / "pack-format.yaml").read_text(encoding="utf-8"))
    graph = loaded(CORE)
    wrong = [
        f"{name}.{key}: {prop} {kind}"
        for name, block in fmt["blocks"].items()
        for key, (prop, kind, _) in block["keys"].items()
        if prop.startswith("cg:")
        and ((CG[prop.removeprefix("cg:")], RDF.type, OWL.DatatypeProperty) in graph)
        is not (kind.rstrip("*") in literal)
    ]
    assert wrong == []


def test_alignment_speaks_only_about_declared_terms() -> None:
    graph = loaded(ALIGNMENT)
    rows = [*graph.subject_objects(RDFS.subClassOf), *graph.subject_objects(RDFS.subPropertyOf)]
    assert rows
    assert {str(s).removeprefix(CG) for s, _ in rows} <= set(DECLARED)
    foreign = {name: iri for name, iri in terms.PREFIXES.items() if name not in ("cg", "cgs")}
    assert all(str(o).startswith(tuple(foreign.values())) for _, o in rows)


def test_nothing_but_within_is_transitive() -> None:
    assert list(loaded(CORE).subjects(RDF.type, OWL.TransitiveProperty)) == [CG.within]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_prefixes_are_used(path: Path) -> None:
    assert lint_rdf.unused_prefixes(path.read_text(encoding="utf-8")) == []


def test_terms_in_queries_are_declared() -> None:
    found = [str(f) for f in lint_rdf.text_findings() if f.check == "undeclared-term-in-query"]
    assert found == []


@pytest.mark.parametrize(
    ("text", "unused"),
    [
        ("@prefix a: <http://a/> .\n<x> <y> 'a:b' . # a:c", ["a"]),
        ("@prefix a: <http://a/> .\n@prefix b: <http://b#a:> .\na:x <y> 'it''s' .", ["b"]),
        ("PREFIX a: <http://a/>\nSELECT * { ?s a:p ?o FILTER(?o < 3) }", []),
        ("PREFIX a-b: <http://a/>\nPREFIX b: <http://b/>\nSELECT * { ?s a-b:p ?o }", ["b"]),
    ],
)
def test_unused_prefixes_are_found(text: str, unused: list[str]) -> None:
    assert lint_rdf.unused_prefixes(text) == unused


def test_terms_in_query_text_are_found() -> None:
    text = "SELECT * { ?s cg:policy 'cg:quoted' ; xcg:other ?o } # cg:remark"
    assert lint_rdf.terms_in(text) == {"policy"}


@pytest.mark.parametrize("path", [CORE, ALIGNMENT], ids=lambda path: path.name)
def test_turtle_is_formatted(path: Path) -> None:
    tool = Path(sys.executable).with_name("turtlefmt")  # of the extra `dev`
    run = subprocess.run([tool, "--check", str(path)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("path", [CORE, ALIGNMENT], ids=lambda path: path.name)
def test_version_is_that_of_the_package(path: Path) -> None:
    import clausegraph

    version = ox.NamedNode(terms.OWL_NS + "versionInfo")
    found = [q.object for q in lint_rdf.turtle(path) if q.predicate == version]
    assert found == [ox.Literal(clausegraph.__version__)]


def test_documentation_lists_every_check() -> None:
    text = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    assert lint_rdf.table() in text, "run python tools/lint_rdf.py --table"
