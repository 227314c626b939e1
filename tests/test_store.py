"""The dataset: merged and restricted graphs, clearing, and queries that see either."""

from __future__ import annotations

from datetime import UTC, datetime

import pyoxigraph as ox
import pytest

from clausegraph import catalog, pipeline, views
from clausegraph.periods import CUSTOM
from clausegraph.store import Dataset, nquads
from clausegraph.validate import validate

from .conftest import ROOT

NOW = datetime(2026, 11, 23, tzinfo=UTC)
REQUIREMENT = "https://w3id.org/clausegraph/catalogue/en-319-411-2/2.6.1/OVR-6.3.5-12"
QUERIES = {q.id: q for kind in ("rules", "views") for q in catalog.queries(kind)}
A, B, P = (ox.NamedNode(f"http://example.org/{name}") for name in "abp")
ASK = "SELECT ?o WHERE { <http://example.org/a> <http://example.org/p> ?o } ORDER BY ?o"


class Both:
    """A checked pack: its dataset, and all its graphs under their IRIs in another store."""

    def __init__(self, name: str) -> None:
        self.dataset = pipeline.check(ROOT / "data" / "packs" / name, NOW).dataset
        self.named = self.dataset.named(views.ALL_GRAPHS)

    def answers(self, query: catalog.Query) -> tuple[list[str], list[str]]:
        """The answer over the merged graphs, and over exactly the graphs that it names."""
        graphs = [self.dataset.graph(name) for name in self.dataset.names(query.graphs)]
        given = {ox.Variable(p.name): ox.NamedNode(REQUIREMENT) for p in query.params} or None
        merged = self.dataset.merged(views.ALL_GRAPHS).query(
            query.text, substitutions=given, custom_functions=CUSTOM
        )
        restricted = self.named.query(
            query.text, default_graph=[*graphs], substitutions=given, custom_functions=CUSTOM
        )
        return _lines(merged), _lines(restricted)


def _lines(answer: object) -> list[str]:
    """Triples as a sorted set, rows as they come."""
    if isinstance(answer, ox.QueryTriples):
        return sorted({str(triple) for triple in answer})
    assert isinstance(answer, ox.QuerySolutions)
    names = answer.variables
    return [" ".join(f"{name}={row[name]}" for name in names) for row in answer]


@pytest.fixture(scope="module", params=["aurora-esign", "borealis-eseal"])
def both(request: pytest.FixtureRequest) -> Both:
    """Each example pack."""
    return Both(request.param)


@pytest.mark.parametrize("name", QUERIES)
def test_other_graphs_change_an_answer_only_where_the_header_says_so(name: str, both: Both) -> None:
    merged, restricted = both.answers(QUERIES[name])
    assert (merged != restricted) == QUERIES[name].restricted


def test_validation_sees_the_data_only(both: Both) -> None:
    """Rules, results and outcomes stand merged by now; a second run must not meet them."""
    before = nquads(both.dataset, "results")
    validate(both.dataset)
    assert before.count("ValidationResult") > 0
    assert nquads(both.dataset, "results") == before


def _dataset() -> Dataset:
    dataset = Dataset("http://example.org/")
    dataset.add([ox.Triple(A, P, A)], "declared")
    dataset.add([ox.Triple(A, P, A), ox.Triple(A, P, B)], "inferred")
    return dataset


def _asked(dataset: Dataset, *graphs: str, restricted: bool = False) -> list[ox.Term | None]:
    return [row["o"] for row in dataset.select(ASK, graphs, restricted=restricted)]


def test_a_triple_of_two_graphs_is_one_answer() -> None:
    assert _asked(_dataset(), "declared", "inferred") == [A, B]


def test_restricted_queries_see_their_graphs_only() -> None:
    dataset = _dataset()
    assert _asked(dataset, "declared") == [A]
    assert _asked(dataset, "inferred", "declared") == [A, B]
    assert _asked(dataset, "declared", restricted=True) == [A]
    assert _asked(dataset, "declared", "inferred", restricted=True) == [A, B]


def test_clearing_keeps_what_another_graph_holds() -> None:
    dataset = _dataset()
    assert _asked(dataset, "declared", "inferred") == [A, B]
    dataset.clear("inferred")
    assert _asked(dataset, "declared", "inferred") == [A]
    assert dataset.count("inferred") == 0
    dataset.add([ox.Triple(A, P, B)], "inferred")
    assert _asked(dataset, "declared", "inferred") == [A, B]


def test_what_is_added_later_is_seen() -> None:
    dataset = _dataset()
    assert _asked(dataset, "declared", "cases") == [A]
    dataset.add([ox.Triple(A, P, B)], "cases/one")
    assert _asked(dataset, "declared", "cases") == [A, B]
    assert dataset.case_graphs() == ["cases/one"]


def test_construct_counts_what_is_new_in_its_graph() -> None:
    dataset = _dataset()
    text = "CONSTRUCT { ?s ?p ?o . ?o ?p ?s } WHERE { ?s ?p ?o }"
    assert dataset.construct(text, ["declared"], "outcomes") == 1
    assert dataset.construct(text, ["inferred"], "outcomes") == 2
    assert dataset.construct(text, ["inferred", "outcomes"], "outcomes") == 0


def test_triples_keep_their_lexical_form() -> None:
    number = ox.Literal("01", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    dataset = Dataset("http://example.org/")
    dataset.add([ox.Triple(A, P, number)], "declared")
    assert _asked(dataset, "declared") != [number]
    assert [t.object for t in dataset.triples("declared")] == [number]


def test_graphs_have_names_for_queries_that_ask_for_them() -> None:
    text = "SELECT ?g WHERE { GRAPH ?g { <http://example.org/a> ?p <http://example.org/b> } }"
    assert views.run_text(_dataset(), text)[1] == [{"g": "http://example.org/graph/inferred"}]


def test_a_copy_knows_its_origin_while_the_shipped_graphs_are_the_same() -> None:
    first = Dataset("https://example.org/a/")
    triple = ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.NamedNode("urn:o"))
    first.add([triple], "catalogue")
    for graph in ("catalogue", "rules"):
        for change in (lambda d, g=graph: d.add([triple], g), lambda d, g=graph: d.clear(g)):
            copy = first.copy("https://example.org/b/")
            copy.add([triple], "declared")
            assert copy.origin is first
            change(copy)
            assert copy.origin is None
