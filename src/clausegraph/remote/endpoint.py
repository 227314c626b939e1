"""A SPARQL 1.1 store: queries, updates, graphs, whole answers only.

Input: SPARQL text, triples. Output: terms exactly as the store wrote them, read as the dialect
says. What a server cuts off is noticed and fetched in pages, and the number of rows is checked.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph as ox

from clausegraph.errors import StoreError
from clausegraph.remote import credentials, dialects, text
from clausegraph.remote.dialects import Dialect, Term
from clausegraph.remote.http import Answer, Http, Limits
from clausegraph.remote.places import Places, places

if TYPE_CHECKING:
    from SPARQLWrapper import SPARQLWrapper

Solution = dict[str, Term | None]

PAGE = 10_000
_JSON = ("application/sparql-results+json", "application/json")
_TRIPLES = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
}


def connect(
    url: str, dialect: str | None = None, *, plain: bool = False, limits: Limits | None = None
) -> Endpoint:
    """A store by its URL, with the credentials of the environment or the keyring.

    Args:
        url: the root of a server, or its query endpoint; no credentials in it.
        dialect: name of the dialect; found by asking the server when None.
        plain: whether credentials may cross a network over plain http.
        limits: how long and how much.

    Raises:
        InputError: no usable URL, dialect or credentials.
        StoreError: the server does not answer.
    """
    credentials.checked_url(url)
    who = credentials.find(url, plain=plain)
    http = Http(url, who, limits)
    spoken = dialects.named(dialect) if dialect else _detected(url, http)
    return Endpoint(places(url, spoken, secured=bool(who)), spoken, http)


def _detected(url: str, http: Http) -> Dialect:
    """The dialect that the server's name tells; any answer will do."""
    return dialects.of_server(http.server_of(url))


class Endpoint:
    """A store.

    Args:
        where: the URLs of the three protocols.
        dialect: what the server does differently.
        http: sends requests.
    """

    def __init__(self, where: Places, dialect: Dialect, http: Http) -> None:
        self.where = where
        self.dialect = dialect
        self.http = http
        self.cap = 0
        """Rows that the server gives at most, once it has cut a result; 0 for not known."""

    @property
    def requests(self) -> int:
        """Number of requests sent so far."""
        return self.http.requests

    def select(
        self, query: str, graphs: Iterable[str] = (), *, order: Sequence[str] = ()
    ) -> Iterator[Solution]:
        """All rows of a SELECT.

        Args:
            query: the text.
            graphs: IRIs of the graphs that the query sees as its one default graph.
            order: columns that sort the rows of the query without ties; a result that has to be
                fetched in pages is sorted by them, or by all its columns.

        Yields:
            every column with its term; None where it is unbound.

        Raises:
            StoreError: no answer, half an answer, or no results in it.
        """
        named = tuple(graphs)
        answer = self._ask(query, "SELECT", named)
        names, rows = self._solutions(answer)
        cut = answer.headers.get(self.dialect.cut_header) if self.dialect.cut_header else None
        found = list(rows)
        if cut is not None and cut.isdigit():
            self.cap = int(cut)
        if cut is None and not self._suspicious(len(found)):
            yield from found
            return
        total = self._number(text.counted(query), named)
        if len(found) == total:
            yield from found
            return
        if len(found) > total:
            raise self._changed(answer.url, total, len(found))
        yield from self._pages(query, named, order or names, min(len(found), PAGE), total)

    def _suspicious(self, rows: int) -> bool:
        """Whether rows must be counted though no header says that some were cut off."""
        if self.dialect.cut_header:
            return rows > 0 and rows % 1_000 == 0  # a proxy may drop the header
        return self.dialect.counted

    def _pages(
        self, query: str, graphs: Sequence[str], order: Sequence[str], size: int, total: int
    ) -> Iterator[Solution]:
        if size == 0:
            raise StoreError(
                "the store gives no rows of a result that has some",
                file=self.where.query, expected=f"{total:,} rows", seen="none",
            )  # fmt: skip
        offset = 0
        while offset < total:
            answer = self._ask(text.page(query, order, size, offset), "SELECT", graphs)
            rows = list(self._solutions(answer)[1])
            if len(rows) != min(size, total - offset):
                raise self._changed(answer.url, total, offset + len(rows))
            yield from rows
            offset += len(rows)
        if self._number(text.counted(query), graphs) != total:
            raise self._changed(answer.url, total, offset)

    def ask(self, query: str, graphs: Iterable[str] = ()) -> bool:
        """The answer to an ASK.

        Raises:
            StoreError: see `select`.
        """
        answer = self._ask(query, "ASK", tuple(graphs))
        found = self._results(answer)
        if isinstance(found, ox.QueryBoolean):
            return bool(found)
        names = [v.value for v in found.variables]
        if names == [self.dialect.ask_column]:
            values = [getattr(row[names[0]], "value", "") for row in found]
            if values in (["1"], ["0"], []):
                return values == ["1"]
        raise self._unusable(answer, "true or false", "rows")

    def construct(self, query: str, graphs: Iterable[str] = ()) -> Iterator[ox.Triple]:
        """All triples of a CONSTRUCT; some may come twice.

        Where the server may cut such an answer, its pattern is asked for as rows, and the triples
        are made here.

        Raises:
            StoreError: see `select`.
            InputError: a form that cannot be asked in rows.
        """
        named = tuple(graphs)
        if self.dialect.whole_graphs:
            yield from self._triples(self._ask(query, "CONSTRUCT", named))
            return
        prologue, template, pattern = text.template(query)
        rows = list(self.select(f"{prologue}SELECT DISTINCT * WHERE {pattern}", named))
        yield from made(prologue, template, rows)

    def update(self, request: str, *, repeatable: bool = False) -> None:
        """Run an update request.

        Args:
            request: the text, one or more operations.
            repeatable: whether running it twice does no more than running it once.

        Raises:
            StoreError: it was refused, or it is not known whether it ran.
        """
        carrier = self._carrier()
        carrier.queryString, carrier.queryType = request, "INSERT"
        answer = self.http.send(carrier._createRequest(), repeatable=repeatable)
        if answer.status == 404:
            raise self._nothing_there(answer)
        self._whole(answer)
        if "html" in answer.media_type:
            raise self._unusable(answer, "an empty answer or a short one", answer.excerpt())

    def put(self, graph: str, triples: Iterable[ox.Triple], *, append: bool = False) -> None:
        """Replace a graph, or add to it.

        Args:
            graph: its IRI.
            triples: what it holds.
            append: add instead of replace.

        Raises:
            StoreError: see `update`. A request is one transaction only where the server says so.
        """
        out = self.dialect.outward
        stored = [ox.Triple(t.subject, t.predicate, out(t.object)) for t in triples]
        body = ox.serialize(stored, format=ox.RdfFormat.N_TRIPLES) or b""
        request = self._graph_request(graph, "POST" if append else "PUT", body)
        request.add_header("Content-Type", self.dialect.triples)
        answer = self.http.send(request)
        if answer.status == 404:
            raise self._nothing_there(answer)
        self._whole(answer)

    def get(self, graph: str) -> Iterator[ox.Triple]:
        """All triples of a graph; none when there is no such graph.

        Raises:
            StoreError: see `select`.
        """
        if not self.dialect.whole_graphs:
            yield from self._by_predicate(graph)
            return
        request = self._graph_request(graph, "GET")
        request.add_header("Accept", "application/n-triples")
        answer = self.http.send(request)
        if answer.status != 404:
            yield from self._triples(answer)

    def _by_predicate(self, graph: str) -> Iterator[ox.Triple]:
        """A graph in portions that the server does not cut: sorting it would take far longer."""
        per = "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p"
        sizes = {str(r["p"]): int(getattr(r["n"], "value", "0")) for r in self.select(per, [graph])}
        for names in _portions(sizes, self.cap or PAGE):
            values = f"VALUES ?p {{ {' '.join(names)} }}" if len(names) < len(sizes) else ""
            query = f"SELECT ?s ?p ?o WHERE {{ {values} ?s ?p ?o }}"
            rows = 0
            for row in self.select(query, [graph]):
                yield ox.Triple(row["s"], row["p"], row["o"])  # type: ignore[arg-type]
                rows += 1
            expected = sum(sizes[n] for n in names)
            if rows != expected:
                raise self._changed(self.where.query, expected, rows)

    def delete(self, graph: str) -> None:
        """Remove a graph; that there is none is no error.

        Raises:
            StoreError: see `update`.
        """
        self._whole(self.http.send(self._graph_request(graph, "DELETE")))

    def count(self, graph: str) -> int:
        """Number of triples of a graph.

        Raises:
            StoreError: see `select`.
        """
        return self._number("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", [graph])

    def _number(self, query: str, graphs: Iterable[str]) -> int:
        answer = self._ask(query, "SELECT", tuple(graphs))
        rows = list(self._solutions(answer)[1])
        value = str(getattr(rows[0].get("n"), "value", "")) if len(rows) == 1 else ""
        if not value.isdigit():
            raise self._unusable(answer, "one number", f"{len(rows)} rows")
        return int(value)

    def _ask(self, query: str, kind: str, graphs: Sequence[str]) -> Answer:
        carrier = self._carrier()
        carrier.queryString, carrier.queryType = query, kind
        for graph in graphs:
            carrier.addParameter("default-graph-uri", graph)
        if kind == "CONSTRUCT":
            carrier.setReturnFormat("turtle")
        request = carrier._createRequest()
        accepted = "application/n-triples" if kind == "CONSTRUCT" else _JSON[0]
        request.add_header("Accept", accepted)
        answer = self.http.send(request)
        if answer.status == 404:
            raise self._nothing_there(answer)
        return self._whole(answer)

    def _carrier(self) -> SPARQLWrapper:
        """Writes requests of the SPARQL protocol; sending is ours, with its bounds and retries."""
        from SPARQLWrapper import JSON, POST, SPARQLWrapper

        from clausegraph import __version__

        carrier = SPARQLWrapper(
            self.where.query, self.where.update, JSON, agent=f"clausegraph/{__version__}"
        )
        carrier.setMethod(POST)
        carrier.setOnlyConneg(True)
        return carrier

    def _graph_request(
        self, graph: str, method: str, body: bytes | None = None
    ) -> urllib.request.Request:
        query = urlencode({self.dialect.graph_parameter: graph})
        return urllib.request.Request(  # noqa: S310 - the scheme was checked
            f"{self.where.graphs}?{query}", data=body, method=method
        )

    def _solutions(self, answer: Answer) -> tuple[list[str], Iterator[Solution]]:
        found = self._results(answer)
        if not isinstance(found, ox.QuerySolutions):
            raise self._unusable(answer, "rows", "true or false")
        names = [v.value for v in found.variables]
        return names, self._rows(answer, found, names)

    def _rows(
        self, answer: Answer, found: ox.QuerySolutions, names: Sequence[str]
    ) -> Iterator[Solution]:
        inward = self.dialect.inward
        try:
            for row in found:
                yield {n: None if (t := row[n]) is None else inward(t) for n in names}
        except (SyntaxError, ValueError, OSError) as error:
            raise self._unusable(answer, "whole SPARQL results in JSON", str(error)) from error

    def _results(self, answer: Answer) -> ox.QuerySolutions | ox.QueryBoolean:
        if answer.media_type not in _JSON:
            raise self._wrong_type(answer, _JSON[0])
        body = answer.body
        if self.dialect.node_prefix:
            body = _plain_nodes(body, self.dialect.node_prefix)
        try:
            return ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError, OSError) as error:
            raise self._unusable(answer, "whole SPARQL results in JSON", str(error)) from error

    def _triples(self, answer: Answer) -> Iterator[ox.Triple]:
        kind = _TRIPLES.get(answer.media_type)
        if kind is None:
            raise self._wrong_type(answer, "application/n-triples")
        if not answer.framed:
            raise self._unusable(
                answer, "an answer that says where it ends", "neither length nor chunks"
            )
        inward = self.dialect.inward
        try:
            for quad in ox.parse(answer.body, format=kind):
                yield ox.Triple(quad.subject, quad.predicate, inward(quad.object))
        except (SyntaxError, ValueError, OSError) as error:
            raise self._unusable(answer, "whole N-Triples", str(error)) from error

    def _whole(self, answer: Answer) -> Answer:
        """An answer that the server itself calls whole."""
        header = self.dialect.partial_header
        if header and answer.headers.get(header):
            raise StoreError(
                "the store stopped before the end",
                file=answer.url,
                seen=f"{header}: {answer.headers[header]}",
                mend="raise its time limit, or ask for less",
            )
        return answer

    def _changed(self, url: str, expected: int, seen: int) -> StoreError:
        return StoreError(
            "the number of rows is not what the store counts",
            file=url,
            expected=f"{expected:,} rows",
            seen=f"{seen:,}",
            mend="the store changed meanwhile, or hides rows; ask again",
        )

    def _wrong_type(self, answer: Answer, expected: str) -> StoreError:
        seen = f"{answer.media_type or 'no content type'}: {answer.excerpt()}"
        return self._unusable(answer, expected, seen)

    def _unusable(self, answer: Answer, expected: str, seen: str) -> StoreError:
        return StoreError(
            "the answer of the store cannot be used",
            file=answer.url,
            expected=expected,
            seen=" ".join(seen.split())[:400],
            mend="is this the URL of a SPARQL 1.1 endpoint? see --dialect",
            status=answer.status,
        )

    def _nothing_there(self, answer: Answer) -> StoreError:
        return StoreError(
            "there is no SPARQL endpoint at this URL",
            file=answer.url,
            seen=f"HTTP 404: {answer.excerpt()}",
            mend="check the URL and --dialect",
            status=404,
        )


def made(prologue: str, template: str, rows: Sequence[Solution]) -> Iterator[ox.Triple]:
    """The triples of a CONSTRUCT template for some rows.

    Raises:
        StoreError: a row has a blank node, which has no name that a query can write.
    """
    if not rows:
        return
    names = list(rows[0])
    lines = []
    for row in rows:
        terms = [row[n] for n in names]
        if any(isinstance(t, ox.BlankNode) for t in terms):
            raise StoreError("the rows hold blank nodes, from which no triples can be made here")
        lines.append("(" + " ".join("UNDEF" if t is None else str(t) for t in terms) + ")")
    heads = " ".join(f"?{n}" for n in names)
    query = f"{prologue}CONSTRUCT {template} WHERE {{ VALUES ({heads}) {{ {' '.join(lines)} }} }}"
    found = ox.Store().query(query)
    if isinstance(found, ox.QueryTriples):
        yield from found


def _portions(sizes: Mapping[str, int], most: int) -> Iterator[list[str]]:
    """Names in groups of at most so many rows; one that has more stands alone."""
    group: list[str] = []
    rows = 0
    for name in sorted(sizes):
        if group and rows + sizes[name] > most:
            yield group
            group, rows = [], 0
        group.append(name)
        rows += sizes[name]
    if group:
        yield group


def _plain_nodes(body: bytes, prefix: str) -> bytes:
    """Results whose blank nodes have names that the format allows."""
    import re

    pattern = rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")' + re.escape(prefix.encode())
    return re.sub(pattern, rb"\1", body)
