"""Terms in results stand as in the data, also those that a query gave back from the store.

The embedded store writes ``"01"^^xsd:integer`` as ``1``. What a SELECT or ASK says is led back to
the exact terms, or pySHACL evaluates the shape; in both cases the two engines agree.
"""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from clausegraph.shipped import catalogue
from clausegraph.validate.query_text import OWN, read
from clausegraph.validate.reference import run_pyshacl
from clausegraph.validate.report import Result
from clausegraph.validate.rewritten import any_rewritten, stored
from clausegraph.validate.run import by_columns, compare
from tests.rules.cases import CASES, triples
from tests.validate.graphs import parse, setting
from tests.validate.test_queried import EVERYTHING, EX, KNOWN

XSD = "http://www.w3.org/2001/XMLSchema#"
PLAIN = "SELECT $this ?value { $this ex:p ?value }"
COMPONENT = """ex:Most a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ] ;
  sh:propertyValidator [ sh:prefixes ex: ; sh:message "{?value} of {$most}" ;
    sh:select "SELECT $this ?value { $this $PATH ?value FILTER(?value > $most) }" ] ."""
ASK = """ex:Own a sh:ConstraintComponent ; sh:parameter [ sh:path ex:own ] ;
  sh:validator [ sh:prefixes ex: ; sh:message "{?value}" ; sh:ask "ASK { FILTER(%s) }" ] ."""
PREFIX = "ex: sh:declare [ sh:prefix 'ex' ; sh:namespace 'http://example.org/' ], [ sh:prefix 'xsd' ; sh:namespace '" + XSD + "' ] ."  # fmt: skip


def constraint(query: str) -> str:
    return f"""ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:message "{{?value}}" ;
      sh:sparql [ sh:prefixes ex: ; sh:select '''{query}''' ] ."""


def both(shapes: str, data: str) -> tuple[list[Result], str]:
    """What both engines say, and why the set-based one left the shape to the other."""
    rules, graph = parse(PREFIX + shapes), parse(data)
    plan, columns, source, focus = setting(rules, graph)
    met = {name: nodes for name, nodes in focus.items() if nodes}
    theirs = run_pyshacl(graph, rules, met) if met else []
    ours, left = by_columns(plan, columns, source, focus)
    if not left:
        compare(ours, theirs)
    return theirs, "".join(left.values())


def values(results: list[Result]) -> list[str]:
    return sorted(str(r.value).replace(XSD, "") for r in results)


@pytest.mark.parametrize(
    "literal",
    [
        '"01"^^xsd:integer', '"+1"^^xsd:integer', '"-0"^^xsd:integer', '"1.0"^^xsd:decimal', '"1.00"^^xsd:decimal',
        '".5"^^xsd:decimal', '"1"^^xsd:int', '"1"^^xsd:byte', '"7"^^xsd:nonNegativeInteger', '"1"^^xsd:boolean',
        '"1e0"^^xsd:double', '"1.0"^^xsd:float', '"2026-01-01T00:00:00+00:00"^^xsd:dateTime',
        '"2026-01-01T00:00:00.000Z"^^xsd:dateTime', '"2026-01-01T24:00:00Z"^^xsd:dateTime',
        '"2026-01-01+00:00"^^xsd:date', '"P12M"^^xsd:duration', '"PT30H"^^xsd:duration', '"P0D"^^xsd:dayTimeDuration',
        '"10:00:00-00:00"^^xsd:time', '"2026+00:00"^^xsd:gYear',
    ],
)  # fmt: skip
def test_one_form_of_a_value_comes_back_as_written(literal: str) -> None:
    (term,) = (t.object for t in parse(f"ex:a ex:p {literal} ."))
    assert stored(str(term)) != str(term)
    results, left = both(constraint(PLAIN), f"ex:a ex:p {literal} . ex:b ex:p 77 .")
    assert left == ""
    assert [(r.value, r.message) for r in results if str(r.focus).endswith("a>")] == [
        (term, term.value)
    ]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "literal",
    [
        "1", "-5", "0", "true", '"abc"^^xsd:date', '"01x"^^xsd:integer', '"2026-01-01T00:00:00Z"^^xsd:dateTime',
        '"2026-01-01"^^xsd:date', '"x"@EN-gb', '"01"', '"99999999999999999999"^^xsd:integer', '"00"^^ex:own',
        '"2026-01-01T01:00:00+01:00"^^xsd:dateTime', "2", '"P1Y"^^xsd:duration', '"1.5"^^xsd:decimal',
    ],
)  # fmt: skip
def test_what_the_store_keeps_needs_no_way_back(literal: str) -> None:
    graph = parse(f"ex:a ex:p {literal} .")
    assert setting(parse(PREFIX + constraint(PLAIN)), graph)[2].rewritten is None
    results, left = both(constraint(PLAIN), f"ex:a ex:p {literal} .")
    assert (left, [r.value for r in results]) == ("", [graph[0].object])


TWO = 'ex:a ex:p "01"^^xsd:integer . ex:b ex:p 1 .'
INT = 'ex:a ex:p "1"^^xsd:int ; ex:q 1 . ex:b ex:p "2"^^xsd:int ; ex:q "x" .'


@pytest.mark.parametrize(
    ("shapes", "data", "expected", "reason"),
    [
        # Two forms of one value: the store would take them for one.
        (constraint(PLAIN), TWO, ['"01"^^<integer>', '"1"^^<integer>'], "takes for one"),
        (constraint(PLAIN), 'ex:a ex:p 1.0, 1.00 .', ['"1.0"^^<decimal>', '"1.00"^^<decimal>'], "takes for one"),
        (constraint(PLAIN), 'ex:a ex:p true . ex:b ex:p "1"^^xsd:boolean .', ['"1"^^<boolean>', '"true"^^<boolean>'], "takes for one"),
        (constraint(PLAIN), 'ex:a ex:p "2026-01-01Z"^^xsd:date . ex:b ex:p "2026-01-01+00:00"^^xsd:date .',
         ['"2026-01-01+00:00"^^<date>', '"2026-01-01Z"^^<date>'], "takes for one"),
        # ... which does not matter where the query does not look.
        (constraint(PLAIN), INT, ['"1"^^<int>', '"2"^^<int>'], ""),
        (constraint("SELECT $this ?value { $this ex:p ?value ; ex:q ?value }"), INT, [], "takes for one"),
        (constraint("SELECT $this ?value { $this ?q ?value FILTER(STR(?value) = '2') }"), INT, ['"2"^^<int>'], "takes for one"),
        (constraint("SELECT $this ?value { $this ?q ?value FILTER(STR(?value) = '7') }"), 'ex:a ex:p 7 . ex:other ex:q "01"^^xsd:integer .', ['"7"^^<integer>'], ""),
        (constraint("SELECT $this ?value { $this ex:p|ex:q ?value FILTER(STR(?value) = '01') }"), 'ex:a ex:p 7 ; ex:q "01"^^xsd:integer .', ['"01"^^<integer>'], "how literals"),
        (constraint("SELECT $this ?value { $this ex:p ?x BIND(CONCAT('n', STR(?x)) AS ?value) }"), 'ex:a ex:p "01"^^xsd:integer .', ['"n01"'], "how literals"),
        (constraint("SELECT $this ?value { $this ex:p ?x BIND(REPLACE(STR($this), '^.*/', '') AS ?value) }"), 'ex:a ex:p "01"^^xsd:integer .', ['"a"'], ""),
        (constraint("SELECT $this ?value { $this ?q ?value }"), INT, ['"1"^^<int>', '"1"^^<integer>', '"2"^^<int>', '"x"'], "takes for one"),
        # Queries that look at how a value is written.
        (constraint("SELECT $this ?value { $this ex:p ?value FILTER(STR(?value) != '01') }"), 'ex:a ex:p "01"^^xsd:integer .', [], "how literals are written"),
        (constraint("SELECT $this ?value { $this ex:p ?value FILTER(DATATYPE(?value) != xsd:int) }"), INT, [], "how literals are written"),
        (constraint("SELECT $this ?value { $this ex:p ?value FILTER(DATATYPE(?value) != xsd:integer) }"), "ex:a ex:p 1 .", [], ""),
        # Constants of a query are terms, too; in a comparison they are values.
        (constraint("SELECT $this { $this ex:p 01 }"), "ex:a ex:p 1 .", [], "in a pattern"),
        (constraint("SELECT $this { $this ex:p 1 }"), 'ex:a ex:p "01"^^xsd:integer .', [], "in a pattern"),
        (constraint("SELECT $this { $this ex:p -0 }"), "ex:a ex:p 0 .", [], "in a pattern"),
        (constraint("SELECT $this { $this ex:p true }"), 'ex:a ex:p "1"^^xsd:boolean .', [], "in a pattern"),
        (constraint("SELECT $this ?value { $this ex:p ?value FILTER(?value >= 1.0) }"), "ex:a ex:p 1 .", ['"1"^^<integer>'], ""),
        (constraint("SELECT $this ?value { $this ex:p ?x BIND(1.0 AS ?value) }"), "ex:a ex:p 1 .", ['"1.0"^^<decimal>'], "in a pattern"),
        # Computed values are not led back; a count is what it is.
        (constraint("SELECT $this ?value { $this ex:p ?x BIND(COALESCE(?x, 2) AS ?value) }"), 'ex:a ex:p "01"^^xsd:integer .', ['"01"^^<integer>'], "computed"),
        (constraint("SELECT $this (COUNT(?x) AS ?value) { $this ex:p ?x } GROUP BY $this"), 'ex:a ex:p "01"^^xsd:integer .', ['"1"^^<integer>'], ""),
        # Components.
        (COMPONENT + "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; ex:most 0 ] .",
         'ex:a ex:p "01"^^xsd:integer .', ['"01"^^<integer>'], ""),
        (COMPONENT + "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; ex:most 00 ] .",
         'ex:a ex:p "01"^^xsd:integer .', ['"01"^^<integer>'], "in a pattern"),
    ],
)  # fmt: skip
def test_what_cannot_be_led_back_is_left_to_pyshacl(
    shapes: str, data: str, expected: list[str], reason: str
) -> None:
    results, left = both(shapes, data)
    if "sh:sparql" in shapes and "?value" not in shapes.partition("SELECT")[2]:
        results = [r for r in results if r.value != r.focus]
    assert values(results) == expected
    assert (reason in left) if reason else (left == "")


@pytest.mark.parametrize(
    ("test", "expected", "reason"),
    [
        ("?value > 5", ['"01"^^<integer>'], ""),
        ("STR(?value) = '01'", [], "how literals are written"),
    ],
)
def test_values_of_an_ask(test: str, expected: list[str], reason: str) -> None:
    """PySHACL reports no value here (chapter 6.3 wants one), so the two are not compared."""
    shape = "ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; ex:own 1 ] ."
    plan, *rest = setting(parse(PREFIX + ASK % test + shape), parse("ex:a ex:p 01, 7 ."))
    results, left = by_columns(plan, *rest)
    assert values(results) == expected
    assert (reason in "".join(left.values())) if reason else (left == {})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?this { ?x ex:p ?this }", ['"01"^^<integer>', '"2"^^<integer>']),
        ("SELECT ?this { ?x ex:p ?this FILTER(STR(?this) = '01') }", ['"01"^^<integer>']),
        ("SELECT ?this { ?x ex:p|ex:q ?this }", ['"01"^^<integer>', '"1"^^<integer>', '"2"^^<integer>']),
    ],
)  # fmt: skip
def test_targets_are_terms_of_the_data(query: str, expected: list[str]) -> None:
    shapes = f'ex:S sh:target [ sh:prefixes ex: ; sh:select "{query}" ] ; sh:nodeKind sh:IRI .'
    results, left = both(shapes, 'ex:a ex:p "01"^^xsd:integer, 2 ; ex:q 1 .')
    assert (values(results), left) == (expected, "")


def test_the_shipped_catalogue_and_the_rules_need_no_way_back() -> None:
    """What `validate` relies on when it looks only at literals that came with a pack."""
    for graph in ("catalogue", "rules"):
        literals = (t.object for t in catalogue().triples(graph))
        assert not any_rewritten(o for o in literals if isinstance(o, ox.Literal)), graph


def test_cases_of_the_rules_hold_such_literals() -> None:
    """... and are evaluated set-wise all the same (`tests.rules`)."""
    some = [
        path.name
        for path in sorted(CASES.glob("*/*.ttl"))
        if any_rewritten(t.object for t in triples(path) if isinstance(t.object, ox.Literal))
    ]
    assert len(some) > 3


@pytest.mark.parametrize("body", KNOWN)
def test_predicates_of_a_text(body: str) -> None:
    found = read(f"PREFIX ex: <{EX}> SELECT $this WHERE {{ {body} }}").predicates
    assert found is not None
    assert found >= {EX + name for name in KNOWN[body].split()}


def test_a_comment_declares_no_prefix() -> None:
    text = f"PREFIX ex: <{EX}>\n# PREFIX ex: <urn:other:>\nSELECT $this {{ $this ex:p ?o }}"
    assert EX + "p" in (read(text).predicates or ())


@pytest.mark.parametrize("body", EVERYTHING[:-1])
def test_predicates_that_a_text_does_not_name(body: str) -> None:
    found = read(f"PREFIX ex: <{EX}> SELECT $this WHERE {{ {body} }}").predicates
    assert found is None or OWN in found
    assert (found is not None) == (
        body in {"$this ?p ?o", "{ SELECT $this WHERE { $this ?p ?o } }"}
    )
