"""Shapes graphs as they should not be, and what each component says about one small graph."""

from __future__ import annotations

import pytest

from clausegraph.errors import AssetError
from clausegraph.validate.prebinding import Forbidden, NotSetBased, prepare
from clausegraph.validate.shapes_graph import read_shapes
from tests.validate.graphs import fast, parse

SHAPE = "ex:S a sh:NodeShape ; sh:targetNode ex:a ; "


def test_recursion_is_set_aside_by_name() -> None:
    plan = read_shapes(parse(SHAPE + "sh:property [ sh:path ex:p ; sh:node ex:S ] ."))
    assert not plan.roots
    assert [(s.name, why) for s, why in plan.aside] == [("http://example.org/S", "recursive shape")]


def test_a_query_that_does_not_parse_is_an_error() -> None:
    with pytest.raises(AssetError):
        fast(SHAPE + "sh:sparql [ sh:select 'SELECT $this WHERE { $this }' ] .", "ex:a ex:p 1 .")


@pytest.mark.parametrize(
    ("shapes", "data", "focus_and_value"),
    [
        ("sh:property [ sh:path ex:p ; sh:datatype xsd:integer ]", 'ex:a ex:p "abc"^^xsd:integer, 1', [("a", '"abc"')]),
        ("sh:property [ sh:path ex:p ; sh:datatype xsd:integer ]", 'ex:a ex:p "01"^^xsd:integer', []),
        ("sh:property [ sh:path ex:p ; sh:minInclusive 3 ]", 'ex:a ex:p 3, 2, "x"', [("a", '"2"'), ("a", '"x"')]),
        ("sh:property [ sh:path ex:p ; sh:lessThan ex:q ]", "ex:a ex:p 1, 5 ; ex:q 3", [("a", '"5"')]),
        ("sh:property [ sh:path ex:p ; sh:lessThan ex:q ]", "ex:a ex:p ex:b ; ex:q 3", [("a", "b>")]),
        ("sh:property [ sh:path ex:p ; sh:pattern '(a+)+$' ]", f"ex:a ex:p '{'a' * 3000}b'", [("a", "aab")]),
        ("sh:property [ sh:path ex:p ; sh:pattern '^x' ; sh:flags 'i' ]", "ex:a ex:p 'Xy'", []),
        ("sh:closed true ; sh:ignoredProperties ( rdf:type )", "ex:a a ex:C ; ex:p 1", [("a", '"1"')]),
        ("sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:C ] ; sh:qualifiedMaxCount 1 ]",
         "ex:a ex:p ex:b, ex:c . ex:b a ex:C . ex:c a ex:C", [("a", "None")]),
        ("sh:property [ sh:path ( ex:p ex:q ) ; sh:maxCount 1 ]", "ex:a ex:p ex:b, ex:c . ex:b ex:q 1 . ex:c ex:q 1", []),
        ("sh:property [ sh:path [ sh:inversePath ( ex:p ex:q ) ] ; sh:minCount 1 ]", "ex:b ex:p ex:c . ex:c ex:q ex:a", []),
        ("sh:deactivated true ; sh:property [ sh:path ex:p ; sh:minCount 1 ]", "ex:a ex:q 1", []),
    ],
)  # fmt: skip
def test_components(shapes: str, data: str, focus_and_value: list[tuple[str, str]]) -> None:
    found = sorted(fast(f"{SHAPE}{shapes} .", f"{data} ."), key=lambda r: str(r.value))
    assert len(found) == len(focus_and_value)
    for result, (focus, value) in zip(
        found, sorted(focus_and_value, key=lambda f: f[1]), strict=True
    ):
        assert str(result.focus) == f"<http://example.org/{focus}>"
        assert value in str(result.value)


def test_blank_focus_nodes_and_messages() -> None:
    shapes = """ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [
        sh:message "{$this} has {?value}, {?unknown}" ;
        sh:select "SELECT $this ?value WHERE { $this <http://example.org/p> ?value FILTER(?value > 1) }" ] ."""
    (result,) = fast(shapes, "[] a ex:C ; ex:p 2 . ex:a a ex:C ; ex:p 1 .")
    assert result.message.endswith(" has 2, {?unknown}")
    assert result.message.count("_:") <= 1


def test_a_query_about_all_properties_meets_only_the_data() -> None:
    query = "SELECT $this ?value WHERE { $this ?p ?value }"
    (result,) = fast(SHAPE + f"sh:sparql [ sh:select '{query}' ] .", "ex:a ex:p 1 .")
    assert str(result.value).startswith('"1"')


def test_exact_terms_reach_the_report() -> None:
    found = fast(
        SHAPE + "sh:property [ sh:path ex:p ; sh:maxInclusive 1 ] .",
        'ex:a ex:p "007"^^xsd:integer, "+7"^^xsd:integer .',
    )
    assert sorted(r.value.value for r in found if r.value is not None) == ["+7", "007"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { $this ?p ?o . MINUS { $this ?p 1 } }",
        "SELECT $this WHERE { VALUES ?o { 1 } $this ?p ?o }",
        "SELECT $this WHERE { SERVICE <http://example.org/> { ?a ?b ?c } }",
        "SELECT $this WHERE { BIND(1 AS $this) }",
        "SELECT $this WHERE { $this ?p ?o { SELECT ?o WHERE { ?x ?p ?o } } }",
    ],
)
def test_forbidden_queries(query: str) -> None:
    with pytest.raises(Forbidden):
        prepare(query, None)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { $this ?p ?o } LIMIT 1",
        "SELECT $this (COUNT(?o) AS ?value) WHERE { $this ?p ?o }",
        "SELECT $this WHERE { GRAPH $shapesGraph { $currentShape ?p ?o } }",
    ],
)
def test_queries_without_set_based_form(query: str) -> None:
    with pytest.raises(NotSetBased):
        prepare(query, None)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { $this ?p 'MINUS { }' . FILTER NOT EXISTS { $this ex:values ?service } }",
        "SELECT $this (COUNT(?o) AS ?n) WHERE { $this ?p ?o } GROUP BY $this HAVING (COUNT(?o) > 1)",
        "SELECT $this WHERE { $this ?p ?o { SELECT $this WHERE { $this ?q ?r } } }",
    ],
)
def test_words_inside_names_and_texts_do_not_count(query: str) -> None:
    assert prepare(query, None).count("#focus>") >= 1


HANDS = """ex:a ex:digit ex:t, ex:f1, ex:f2, ex:f3 . ex:t a ex:Thumb . ex:f1 a ex:Finger . ex:f2 a ex:Finger, ex:Thumb . ex:f3 a ex:Finger ."""


@pytest.mark.parametrize(
    ("disjoint", "fingers", "thumbs", "components"),
    [
        ("false", "sh:qualifiedMaxCount 3", "sh:qualifiedMaxCount 2", []),
        ("false", "sh:qualifiedMaxCount 2", "sh:qualifiedMinCount 3", ["QualifiedMaxCount", "QualifiedMinCount"]),
        ("true", "sh:qualifiedMaxCount 2", "sh:qualifiedMaxCount 1", []),
        ("true", "sh:qualifiedMaxCount 1", "sh:qualifiedMaxCount 0", ["QualifiedMaxCount", "QualifiedMaxCount"]),
        ("true", "sh:qualifiedMinCount 3 ; sh:qualifiedMaxCount 1", "sh:qualifiedMinCount 1", ["QualifiedMaxCount", "QualifiedMinCount"]),
    ],
)  # fmt: skip
def test_qualified_counts(disjoint: str, fingers: str, thumbs: str, components: list[str]) -> None:
    body = " ; ".join(
        f"sh:property [ sh:path ex:digit ; sh:qualifiedValueShapesDisjoint {disjoint} ;"
        f" sh:qualifiedValueShape [ sh:class ex:{kind} ] ; {counts} ]"
        for kind, counts in (("Finger", fingers), ("Thumb", thumbs))
    )
    found = fast(f"{SHAPE}{body} .", HANDS)
    names = [r.component.rpartition("#")[2].removesuffix("ConstraintComponent") for r in found]
    assert sorted(names) == components
    assert all(r.value is None and str(r.focus).endswith("/a>") for r in found)


@pytest.mark.parametrize(
    ("shapes", "focus"),
    [
        ("ex:K a rdfs:Class, sh:NodeShape ; sh:nodeKind sh:Literal .", ["k", "l"]),
        ("ex:M rdfs:subClassOf rdfs:Class . ex:K a ex:M, sh:NodeShape ; sh:nodeKind sh:Literal .", ["k", "l"]),
        ("ex:N rdfs:subClassOf sh:NodeShape . ex:K a rdfs:Class, ex:N ; sh:nodeKind sh:Literal .", ["k", "l"]),
        ("ex:K a rdfs:Class ; sh:nodeKind sh:Literal .", []),
        ("ex:S sh:targetObjectsOf ex:p ; sh:nodeKind sh:Literal .", ["l"]),
        ("ex:S sh:targetSubjectsOf ex:p ; sh:targetNode ex:k ; sh:nodeKind sh:Literal .", ["k"]),
        ("ex:S sh:targetNode ex:absent ; sh:nodeKind sh:Literal .", ["absent"]),
    ],
)  # fmt: skip
def test_targets(shapes: str, focus: list[str]) -> None:
    data = "ex:k a ex:K ; ex:p ex:l, 1 . ex:L rdfs:subClassOf ex:K . ex:l a ex:L ."
    assert sorted(str(r.focus).rpartition("/")[2][:-1] for r in fast(shapes, data)) == focus


def test_a_severity_of_ones_own_and_the_first_of_several_messages() -> None:
    (result,) = fast(
        SHAPE + "sh:severity ex:Grave ; sh:message 'zwei'@de, 'two'@en ; sh:class ex:C .",
        "ex:a ex:p 1 .",
    )
    assert (result.severity, result.message) == ("http://example.org/Grave", "two")


def test_a_file_may_repeat_itself() -> None:
    text = SHAPE + "sh:property ex:P . ex:P sh:path ex:p ; sh:minCount 1 . "
    assert len(fast(text + text, "ex:a ex:q 1 .")) == 1
