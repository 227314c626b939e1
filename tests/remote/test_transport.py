"""What a store may answer, and what becomes of it: a whole result, or an error that says why."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from clausegraph.errors import InputError, StoreError
from clausegraph.remote import dialects
from clausegraph.remote.credentials import Credentials
from clausegraph.remote.endpoint import Endpoint
from clausegraph.remote.http import Http, Limits
from clausegraph.remote.places import places

from . import faults
from .faults import ONE, answer

QUERY = "SELECT ?n WHERE { ?n ?p ?o }"
QUICK = Limits(silence=0.3, whole=2, most_bytes=1_000_000, attempts=3, first_wait=0.5, most_wait=8)
HTML = b"<!DOCTYPE html><html><head><title>Maintenance</title></head></html>"


def endpoint(
    url: str,
    who: Credentials | None = None,
    *,
    dialect: str = "oxigraph",
    waits: list[float] | None = None,
) -> Endpoint:
    """A connection that does not really wait."""
    noted = waits if waits is not None else []
    http = Http(url, who or Credentials(), QUICK, noted.append)
    return Endpoint(
        places(url, dialects.named("generic"), secured=False), dialects.named(dialect), http
    )


def rows(url: str, **options: object) -> list[dict[str, object]]:
    return list(endpoint(url, **options).select(QUERY))  # type: ignore[arg-type]


WHOLE = {
    "unclosed": ONE[:-1],
    "half": ONE[:40],
    "empty": b"",
    "no results": b'{"head":{"vars":["n"]}}',
    "null for results": b'{"head":{"vars":["n"]},"results":null}',
    "null for bindings": b'{"head":{"vars":["n"]},"results":{"bindings":null}}',
    "null for a term": b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":null}]}}',
    "null for a value": b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":null}}]}}',
    "no IRI": b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"uri","value":"a b"}}]}}',
    "unknown column": b'{"head":{"vars":["n"]},"results":{"bindings":[{"x":{"type":"literal","value":"1"}}]}}',
    "more behind it": ONE + b"{}",
    "a truth value": b'{"head":{},"boolean":true}',
    "not UTF-8": ONE.replace(b'"1"', b'"\xff"'),
}  # fmt: skip


@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
def test_results_that_are_not_whole_are_no_results(body: bytes) -> None:
    with (
        faults.serving(answer(body)) as (url, seen),
        pytest.raises(StoreError, match="cannot be used"),
    ):
        rows(url)
    assert len(seen.requests) == 1


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/xml", None])
def test_another_content_type_is_refused_even_around_good_results(kind: str | None) -> None:
    with faults.serving(answer(ONE, kind)) as (url, _), pytest.raises(StoreError) as caught:
        rows(url)
    assert caught.value.expected == faults.JSON
    assert str(caught.value.seen).startswith(kind or "no content type")


def test_an_html_page_is_named_and_not_quoted() -> None:
    with faults.serving(answer(HTML, "text/html")) as (url, _), pytest.raises(StoreError) as caught:
        rows(url)
    assert "an HTML page, 'Maintenance'" in str(caught.value)
    assert "<html" not in str(caught.value)


@pytest.mark.parametrize("fault", [faults.short(), faults.cut_chunks(), answer(b"", None, 503)])
def test_a_passing_fault_is_tried_again(fault: faults.Handler) -> None:
    waits: list[float] = []
    with faults.serving(fault, fault, answer()) as (url, seen):
        found = rows(url, waits=waits)
    assert [str(row["n"]) for row in found] == ['"1"']
    assert len(seen.requests) == 3
    assert waits == [0.5, 1.0]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (answer(b"busy", "text/plain", 503), "HTTP 503"),
        (answer(b"", None, 429), "HTTP 429"),
        (faults.short(), "then the connection ended"),
        (faults.cut_chunks(), "ends in the middle"),
        (faults.half_headers, "ends before its body"),
    ],
)  # fmt: skip
def test_a_lasting_fault_ends_in_an_error(fault: faults.Handler, told: str) -> None:
    with (
        faults.serving(fault) as (url, seen),
        pytest.raises(StoreError, match="no whole answer") as caught,
    ):
        rows(url)
    assert told in str(caught.value.seen)
    assert "(3 attempts)" in str(caught.value.seen)
    assert len(seen.requests) == 3


def test_the_wait_that_the_server_asks_for_is_kept() -> None:
    waits: list[float] = []
    busy = answer(b"", None, 503, Retry_After="7")
    with faults.serving(busy, answer()) as (url, _):
        assert len(rows(url, waits=waits)) == 1
    assert waits == [7.0]


def test_nobody_waits_for_hours() -> None:
    waits: list[float] = []
    with (
        faults.serving(answer(b"", None, 503, Retry_After="7200")) as (url, seen),
        pytest.raises(StoreError, match="asks to wait 7200 s"),
    ):
        rows(url, waits=waits)
    assert (waits, len(seen.requests)) == ([], 1)


def test_silence_is_a_time_out() -> None:
    with faults.serving(faults.silent) as (url, _), pytest.raises(StoreError, match="nothing for"):
        rows(url)


def test_an_endless_answer_is_bounded() -> None:
    with (
        faults.serving(faults.endless()) as (url, seen),
        pytest.raises(StoreError, match="too large"),
    ):
        rows(url)
    assert len(seen.requests) == 1


def test_nobody_there() -> None:
    with faults.serving(answer()) as (url, _):
        pass
    with pytest.raises(StoreError, match="no whole answer"):
        rows(url)


@pytest.mark.parametrize("status", [400, 404, 405, 500])
def test_a_refusal_is_told_with_its_reason_and_not_repeated(status: int) -> None:
    with (
        faults.serving(answer(b"no such\x1b[2J query", "text/plain", status)) as (url, seen),
        pytest.raises(StoreError) as caught,
    ):
        rows(url)
    assert caught.value.status == status
    assert "no such [2J query" in str(caught.value)
    assert len(seen.requests) == 1


def test_a_compressed_answer_is_refused() -> None:
    with (
        faults.serving(answer(ONE, Content_Encoding="gzip")) as (url, _),
        pytest.raises(StoreError, match="compressed"),
    ):
        rows(url)


def test_a_server_that_stopped_early_is_believed() -> None:
    with (
        faults.serving(answer(ONE, X_SQL_State="S1TAT")) as (url, _),
        pytest.raises(StoreError, match="stopped before the end"),
    ):
        rows(url, dialect="virtuoso")


def test_an_update_is_sent_once_unless_it_may_be_repeated() -> None:
    with faults.serving(answer(b"", None, 503)) as (url, seen):
        with pytest.raises(StoreError):
            endpoint(url).update("CLEAR ALL")
        assert len(seen.requests) == 1
        with pytest.raises(StoreError):
            endpoint(url).update("CLEAR ALL", repeatable=True)
        assert len(seen.requests) == 4


def test_an_update_is_not_done_because_a_status_line_says_so() -> None:
    with (
        faults.serving(faults.half_headers) as (url, _),
        pytest.raises(StoreError, match="ends before"),
    ):
        endpoint(url).update("CLEAR ALL")


def test_a_login_page_is_no_accepted_update() -> None:
    with (
        faults.serving(answer(HTML, "text/html")) as (url, _),
        pytest.raises(StoreError, match="HTML"),
    ):
        endpoint(url).update("CLEAR ALL")


TRIPLE = b"<http://x/a> <http://x/b> <http://x/c> .\n"


@pytest.mark.parametrize(
    ("handler", "told"),
    [
        (faults.unframed(TRIPLE, "application/n-triples"), "says where it ends"),
        (answer(TRIPLE[:-9], "application/n-triples"), "whole N-Triples"),
        (answer(HTML, "text/html"), "application/n-triples"),
        (answer(TRIPLE, "application/rdf+xml"), "application/n-triples"),
    ],
)  # fmt: skip
def test_a_graph_that_may_be_cut_is_refused(handler: faults.Handler, told: str) -> None:
    with (
        faults.serving(handler) as (url, _),
        pytest.raises(StoreError, match="cannot be used") as caught,
    ):
        list(endpoint(url).get("http://x/g"))
    assert told in str(caught.value.expected)


def test_a_graph_that_is_not_there_is_empty() -> None:
    with faults.serving(answer(b"none", "text/plain", 404)) as (url, _):
        assert list(endpoint(url).get("http://x/g")) == []


def test_a_server_that_hides_rows_is_found_out() -> None:
    two = ONE.replace(b'"1"', b'"2"')
    with (
        faults.serving(answer(ONE), answer(two), answer(ONE), answer(b"[]")) as (url, _),
        pytest.raises(StoreError),
    ):
        rows(url, dialect="generic")
    # counted 2, given 1: pages are asked for, and when they do not come the result is refused
    none = b'{"head":{"vars":["n"]},"results":{"bindings":[]}}'
    with (
        faults.serving(answer(ONE), answer(two), answer(none)) as (url, _),
        pytest.raises(StoreError, match="not what the store counts"),
    ):
        rows(url, dialect="generic")


def test_terms_come_as_they_were_written() -> None:
    term = b'{"type":"typed-literal","datatype":"http://www.w3.org/2001/XMLSchema#integer","value":"01"}'
    body = b'{"head":{"vars":["n","m"]},"results":{"bindings":[{"n":' + term + b"}]}}"
    with faults.serving(answer(body)) as (url, _):
        (row,) = rows(url)
    assert row == {
        "n": ox.Literal("01", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
        "m": None,
    }


@pytest.mark.parametrize(
    ("url", "dialect", "secured", "expected"),
    [
        ("http://h:1", "virtuoso", True, ("sparql-auth", "sparql-auth", "sparql-graph-crud-auth")),
        ("http://h:1/sparql", "virtuoso", False, ("sparql", "sparql", "sparql-graph-crud")),
        ("http://h:1/sparql", "virtuoso", True, ("sparql-auth", "sparql-auth", "sparql-graph-crud-auth")),
        ("http://h:1/", "oxigraph", True, ("query", "update", "store")),
        ("http://h:1/query", "oxigraph", False, ("query", "update", "store")),
        ("http://h:1/proxied", "oxigraph", False, ("proxied", "proxied", "proxied")),
        ("http://h:1/ds", "generic", False, ("ds", "ds", "ds")),
    ],
)  # fmt: skip
def test_places(url: str, dialect: str, secured: bool, expected: tuple[str, ...]) -> None:
    found = places(url, dialects.named(dialect), secured=secured)
    assert (found.query, found.update, found.graphs) == tuple(f"http://h:1/{p}" for p in expected)


def test_an_unknown_dialect_is_named() -> None:
    with pytest.raises(InputError, match="virtuoso"):
        dialects.named("klingon")
