"""Random graphs and shapes, as Turtle.

``deep``: every way to nest shapes, over well-typed literals and without order of values, so that
the two engines must agree in everything. ``flat``: comparison of values and literals of all kinds
in shapes that are not nested, so that each single result can be held against the known
differences.
"""

from __future__ import annotations

from hypothesis import strategies as st

Text = st.SearchStrategy[str]
NODES = ["ex:a", "ex:b", "ex:c", "_:x", "_:y"]
PREDICATES = ["ex:p", "ex:q", "ex:r"]
CLASSES = ["ex:C", "ex:D"]
LITERALS = [
    '"x"',
    '"yy"',
    '"yy"@en',
    '"zz"@de-CH',
    '"zz"@DE-ch',
    "1",
    "2",
    "true",
    '"2026-01-01"^^xsd:date',
]
ANY_LITERALS = [
    *LITERALS, "3", "1.5", "1e0", "false", '""', '"01"^^xsd:integer', '"+1"^^xsd:integer', '"abc"^^xsd:integer',
    '"300"^^xsd:byte', '"5"^^xsd:byte', '"abc"^^xsd:date', '"1e3"^^xsd:decimal', '"x"^^ex:own', '"maybe"^^xsd:boolean',
    '"2026-01-01T00:00:00Z"^^xsd:dateTime', '"2026-01-01T01:00:00+01:00"^^xsd:dateTime',
    '"2026-01-01T00:00:00"^^xsd:dateTime', '"2026-02-30"^^xsd:date', '"20260101T000000Z"^^xsd:dateTime',
]  # fmt: skip
BOUNDS = [
    "1", "2", "1.5", "1e0", '"x"', '"2026-01-01"^^xsd:date', '"2026-01-01T00:00:00Z"^^xsd:dateTime',
    '"2025-06-01T00:00:00"^^xsd:dateTime', "true",
]  # fmt: skip


def one(values: list[str]) -> Text:
    return st.sampled_from(values)


def graphs(literals: list[str]) -> Text:
    triple = st.one_of(
        st.builds("{} {} {} .".format, one(NODES), one(PREDICATES), one(NODES)),
        st.builds("{} {} {} .".format, one(NODES), one(PREDICATES), one(literals)),
        st.builds("{} a {} .".format, one(NODES), one(CLASSES)),
        st.just("ex:D rdfs:subClassOf ex:C ."),
    )
    return st.lists(triple, min_size=8, max_size=24).map("\n".join)


simple = one(PREDICATES)
paths = st.recursive(
    simple | simple.map("[ sh:inversePath {} ]".format),
    lambda inner: st.one_of(
        st.builds("( {} {} )".format, inner, inner),
        st.builds("[ sh:alternativePath ( {} {} ) ]".format, inner, inner),
        simple.map("[ sh:zeroOrMorePath {} ]".format),
        simple.map("[ sh:oneOrMorePath {} ]".format),
        simple.map("[ sh:zeroOrOnePath {} ]".format),
        simple.map("[ sh:zeroOrMorePath [ sh:inversePath {} ] ]".format),
    ),
    max_leaves=3,
)
targets = st.one_of(
    st.just('sh:targetNode ex:a, ex:b, ex:c, "x", 1'),
    one(CLASSES).map("sh:targetClass {}".format),
    simple.map("sh:targetSubjectsOf {}".format),
    simple.map("sh:targetObjectsOf {}".format),
)
looks = st.one_of(
    st.just(""),
    one(["sh:Info", "sh:Warning", "ex:Own"]).map("sh:severity {} ; ".format),
    one(['"one"', '"zwei"@de, "two"@en']).map("sh:message {} ; ".format),
    st.just("sh:deactivated true ; "),
)
top_looks = st.one_of(*[looks.filter(lambda look: "deactivated" not in look)] * 6, looks)


def on_values(literals: list[str]) -> Text:
    named = [n for n in NODES if n.startswith("ex:")]
    return st.one_of(
        one(CLASSES).map("sh:class {}".format),
        one(["xsd:string", "xsd:integer", "rdf:langString", "xsd:date"]).map("sh:datatype {}".format),
        one(
            ["IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]
        ).map("sh:nodeKind sh:{}".format),
        one(named + literals).map("sh:hasValue {}".format),
        st.lists(one(named + literals), max_size=3).map(lambda v: f"sh:in ( {' '.join(v)} )"),
        st.integers(1, 3).map("sh:minLength {}".format),
        st.integers(0, 2).map("sh:maxLength {}".format),
        one(['"^y"', '"[0-9]"', '"z+$"', '"^Y" ; sh:flags "i"']).map("sh:pattern {}".format),
        st.lists(one(["en", "de", "DE-ch", "*"]), max_size=2).map(
            lambda v: "sh:languageIn ( " + " ".join(f'"{t}"' for t in v) + " )"
        ),
        simple.map("sh:equals {}".format),
        simple.map("sh:disjoint {}".format),
    )  # fmt: skip


def on_paths(literals: list[str]) -> Text:
    return st.one_of(
        on_values(literals),
        st.integers(0, 2).map("sh:minCount {}".format),
        st.integers(0, 2).map("sh:maxCount {}".format),
        st.just("sh:uniqueLang true"),
    )


closed = st.builds(
    lambda known, ignored: (
        f"sh:closed true ; sh:ignoredProperties ( {' '.join(ignored)} ) "
        + "".join(f"; sh:property [ sh:path {p} ] " for p in known)
    ),
    st.lists(simple, max_size=2),
    st.lists(one(["rdf:type", *PREDICATES]), max_size=2),
)


def _qualified(shapes: Text) -> Text:
    """Property shapes that count, on the same path; disjoint ones are siblings of each other."""
    counts = st.one_of(
        st.integers(0, 2).map("sh:qualifiedMinCount {}".format),
        st.integers(0, 2).map("sh:qualifiedMaxCount {}".format),
        st.builds("sh:qualifiedMinCount {} ; sh:qualifiedMaxCount {}".format, st.integers(0, 1), st.integers(0, 2)),
    )  # fmt: skip
    disjoint = one(["", " ; sh:qualifiedValueShapesDisjoint true"])
    counted = st.builds("sh:qualifiedValueShape {} ; {}{}".format, shapes, counts, disjoint)
    return st.builds(
        lambda path, each: " ; ".join(f"sh:property [ sh:path {path} ; {c} ]" for c in each),
        paths,
        st.lists(counted, min_size=1, max_size=2),
    )


def nested(inner: Text) -> Text:
    blank = st.builds("[ {}{} ]".format, looks, inner)
    some = st.lists(blank, min_size=1, max_size=3).map(" ".join)
    property_ = st.builds("[ {}sh:path {} ; {} ]".format, looks, paths, on_paths(LITERALS) | inner)
    return st.one_of(
        blank.map("sh:not {}".format),
        blank.map("sh:node {}".format),
        property_.map("sh:not {}".format),
        property_.map("sh:property {}".format),
        st.builds("{} ; {}".format, inner, inner).filter(_once),
        some.map("sh:and ( {} )".format),
        some.map("sh:or ( {} )".format),
        some.map("sh:xone ( {} )".format),
        _qualified(blank),
    )


ONCE = ("sh:datatype", "sh:nodeKind", "sh:in ", "sh:minLength", "sh:maxLength", "sh:pattern", "sh:languageIn",
        "sh:closed", "sh:minCount", "sh:maxCount", "sh:uniqueLang")  # fmt: skip


def _once(body: str) -> bool:
    """What may stand once stands once at this level of brackets."""
    level, top = 0, []
    for character in body:
        level += {"[": 1, "]": -1}.get(character, 0)
        if not level:
            top.append(character)
    text = "".join(top)
    return all(text.count(name) <= 1 for name in ONCE)


deep_bodies = st.recursive(on_values(LITERALS) | closed, nested, max_leaves=5)
deep_shapes = st.one_of(
    st.builds("ex:S a sh:NodeShape ; {} ; {}{} .".format, targets, top_looks, deep_bodies),
    st.builds(
        "ex:S a sh:PropertyShape ; {} ; {}sh:path {} ; {} .".format, targets, top_looks, paths,
        on_paths(LITERALS) | deep_bodies.filter(lambda b: "sh:closed" not in b),
    ),
)  # fmt: skip
deep_graphs = graphs(LITERALS)
flat_bodies = st.one_of(
    on_paths(ANY_LITERALS),
    st.builds(
        "sh:{} {}".format,
        one(["minInclusive", "minExclusive", "maxInclusive", "maxExclusive"]),
        one(BOUNDS),
    ),
    st.builds("sh:{} {}".format, one(["lessThan", "lessThanOrEquals"]), simple),
    one(["decimal", "double", "byte", "boolean", "dateTime", "dateTimeStamp"]).map(
        "sh:datatype xsd:{}".format
    ),
)
flat_shapes = st.builds(
    "ex:S a sh:PropertyShape ; {} ; {}sh:path {} ; {} .".format,
    targets,
    top_looks,
    paths,
    flat_bodies,
)
