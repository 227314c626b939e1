"""SPARQL-based constraint components, set-wise (chapter 6)."""

from __future__ import annotations

import pytest

from clausegraph.validate.prebinding import NotSetBased, prepare_ask
from tests.validate.graphs import fast, key, parse

LANG = """
ex:Lang a sh:ConstraintComponent ; sh:parameter [ sh:path ex:lang ] ;
  sh:validator [ sh:message "{$value} of {$this} is not {?lang}" ;
    sh:ask "ASK { FILTER(isLiteral($value) && langMatches(lang($value), $lang)) }" ] .
"""
MOST = """
ex:Most a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ], [ sh:path ex:but ; sh:optional true ] ;
  sh:propertyValidator [ sh:select \"\"\"SELECT $this ?value WHERE {
    $this $PATH ?value . FILTER(?value > $most && ?value != COALESCE($but, -1)) }\"\"\" ] ;
  sh:nodeValidator [ sh:select "SELECT $this ?value WHERE { $this ?p ?value FILTER(?value > $most) }" ] .
"""
PARTNER = """
ex:Partner a sh:ConstraintComponent ; sh:parameter [ sh:path ex:partner ] ;
  sh:validator [ sh:ask "ASK { $value ?back $this FILTER(?back = $partner) }" ] .
"""
DATA = """ex:a ex:p "x"@en, "y"@de, 5, 7 ; ex:q ex:b . ex:b ex:q ex:a ; ex:p 9 . ex:c ex:q ex:b, _:x . _:x ex:q ex:c ."""


@pytest.mark.parametrize(
    ("component", "shape", "expected"),
    [
        (LANG, "sh:targetNode ex:a ; sh:property [ sh:path ex:p ; ex:lang 'en' ]", ["5", "7", "y"]),
        (LANG, "sh:targetNode ex:a ; sh:property [ sh:path ex:p ; ex:lang 'en', 'de' ]", ["5", "5", "7", "7", "x", "y"]),
        (LANG, "sh:targetNode 'x'@en, 'y' ; ex:lang 'en'", ["y"]),
        (LANG, "sh:targetNode ex:a ; sh:not [ sh:property [ sh:path ex:q ; ex:lang 'en' ] ]", []),
        (MOST, "sh:targetNode ex:a ; sh:property [ sh:path ex:p ; ex:most 4 ]", ["5", "7"]),
        (MOST, "sh:targetNode ex:a ; sh:property [ sh:path ex:p ; ex:most 4 ; ex:but 7 ]", ["5"]),
        (MOST, "sh:targetNode ex:a ; sh:property [ sh:path ex:p ; ex:but 7 ]", []),
        (MOST, "sh:targetNode ex:a, ex:b ; ex:most 6", ["7", "9"]),
        (MOST, "sh:targetNode ex:c ; sh:property [ sh:path ( ex:q ex:p ) ; ex:most 4 ]", ["9"]),
        (PARTNER, "sh:targetSubjectsOf ex:q ; sh:property [ sh:path ex:q ; ex:partner ex:q ]", ["http://example.org/b"]),
        (PARTNER, "sh:targetNode ex:a ; sh:property [ sh:path ex:q ; sh:deactivated true ; ex:partner ex:r ]", []),
    ],
)  # fmt: skip
def test_components_of_a_shapes_graph(component: str, shape: str, expected: list[str]) -> None:
    shapes, data = parse(f"{component} ex:S a sh:NodeShape ; {shape} ."), parse(DATA)
    results = fast(shapes, data)
    assert sorted(r.value.value for r in results if r.value is not None) == expected
    assert all(r.component.startswith("http://example.org/") for r in results)


def test_placeholders_of_a_validator_are_filled() -> None:
    shape = (
        "ex:S a sh:NodeShape ; sh:targetNode ex:b ; sh:property [ sh:path ex:p ; ex:lang 'en' ] ."
    )
    (result,) = fast(LANG + shape, DATA)
    assert result.message == "9 of http://example.org/b is not en"


def test_placeholders_and_messages_of_a_select() -> None:
    most = MOST.replace(
        'sh:select """', 'sh:message \'{?value} is more than {$most}\' ; sh:select """'
    )
    shape = "ex:S a sh:NodeShape ; sh:targetNode ex:b ; sh:property [ sh:path ex:p ; ex:most 4 ] ."
    (result,) = fast(most + shape, DATA)
    assert result.message == "9 is more than 4"
    query = "SELECT $this ?message { $this <http://example.org/p> ?v BIND(CONCAT('seen ', STR(?v)) AS ?message) }"
    (result,) = fast(
        f'ex:S sh:targetNode ex:b ; sh:message "x" ; sh:sparql [ sh:select "{query}" ] .', DATA
    )
    assert result.message == "seen 9"


def test_exact_terms_reach_the_report() -> None:
    shape = (
        "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property [ sh:path ex:p ; ex:lang 'en' ] ."
    )
    (result,) = fast(LANG + shape, 'ex:a ex:p "007"^^xsd:integer .')
    assert '"007"' in key(result)[2]


def test_a_shape_as_parameter_is_left_to_the_reference() -> None:
    with pytest.raises(AssertionError, match="blank node as parameter"):
        fast(LANG + "ex:S sh:targetNode ex:a ; ex:lang [] .", DATA)


def test_an_aggregate_has_no_set_based_form() -> None:
    with pytest.raises(NotSetBased):
        prepare_ask("ASK { { SELECT $this $value (COUNT(?x) AS ?n) { $this ?x $value } } }", {})
