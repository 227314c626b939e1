"""What the servers do differently: one small table, and nothing of it anywhere else.

Input: the name of a dialect, or what a server says of itself. Output: a `Dialect`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from clausegraph.errors import InputError

Term = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple

_XSD = "http://www.w3.org/2001/XMLSchema#"
_HELD = "https://w3id.org/clausegraph/datatype/"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of server.

    Attributes:
        name: as ``--dialect`` names it.
        server: pattern of the ``Server`` header that it is known by; empty for none.
        query, update, graphs: paths of the three protocols below the server's root, without
            credentials; empty when the given URL serves for it.
        secured_query, secured_update, secured_graphs: the same with credentials.
        graph_parameter: name of the parameter of the Graph Store Protocol for the graph.
        update_parameter: name of the form field of an update.
        triples: media type by which N-Triples are sent.
        counted: whether the number of rows must be checked, since the server may cut results.
        cut_header: header by which the server says that it cut the rows.
        partial_header: header by which the server says that it stopped early.
        whole_graphs: whether CONSTRUCT and GET of a graph are never cut.
        typed_booleans: whether truth values keep their form ``true`` and ``false``.
        held: datatypes whose values the server changes, with the datatype of ours under which
            they are stored there.
        node_prefix: what stands before the names of blank nodes in results.
        ask_column: column in which the answer to ASK comes as 1 or 0, where it comes as a row.
        branches: how many constraints one query may ask for at once.
        note: what a reader should know.
    """

    name: str
    server: str = ""
    query: str = ""
    update: str = ""
    graphs: str = ""
    secured_query: str = ""
    secured_update: str = ""
    secured_graphs: str = ""
    graph_parameter: str = "graph"
    update_parameter: str = "update"
    triples: str = "application/n-triples"
    counted: bool = True
    cut_header: str = ""
    partial_header: str = ""
    whole_graphs: bool = False
    typed_booleans: bool = True
    held: Mapping[str, str] = field(default_factory=dict)
    node_prefix: str = ""
    ask_column: str = ""
    branches: int = 40
    note: str = ""

    def outward(self, term: Term) -> Term:
        """A term as it is stored in this server."""
        if isinstance(term, ox.Literal) and term.datatype.value in self.held:
            return ox.Literal(term.value, datatype=ox.NamedNode(self.held[term.datatype.value]))
        return term

    def inward(self, term: Term) -> Term:
        """A term of this server as we know it."""
        if not isinstance(term, ox.Literal):
            return term
        kind = term.datatype.value
        if kind.startswith(_HELD):
            return ox.Literal(term.value, datatype=ox.NamedNode(_XSD + kind.removeprefix(_HELD)))
        if not self.typed_booleans and kind == _XSD + "boolean" and term.value in {"0", "1"}:
            return ox.Literal("true" if term.value == "1" else "false", datatype=term.datatype)
        return term


DIALECTS = {
    dialect.name: dialect
    for dialect in (
        Dialect(
            "virtuoso",
            server=r"^Virtuoso/",
            query="/sparql",
            update="/sparql",
            graphs="/sparql-graph-crud",
            secured_query="/sparql-auth",
            secured_update="/sparql-auth",
            secured_graphs="/sparql-graph-crud-auth",
            graph_parameter="graph-uri",
            triples="text/turtle",
            cut_header="X-SPARQL-MaxRows",
            partial_header="X-SQL-State",
            typed_booleans=False,
            held={
                _XSD + name: _HELD + name
                for name in ("duration", "yearMonthDuration", "dayTimeDuration")
            },
            node_prefix="nodeID://",
            ask_column="__ASK_RETVAL",
            branches=20,
            note="cuts rows at ResultSetMaxRows, CONSTRUCT and graphs without a word; writes "
            "true as 1; makes a number of a duration; an update with several parts can stop "
            "between them",
        ),
        Dialect(
            "oxigraph",
            server=r"^Oxigraph/",
            query="/query",
            update="/update",
            graphs="/store",
            secured_query="/query",
            secured_update="/update",
            secured_graphs="/store",
            counted=False,
            whole_graphs=True,
            note="writes numbers in their shortest form (4.0 as 4)",
        ),
        Dialect(
            "generic",
            note="one URL for everything, as with Fuseki's data sets; nothing is taken for granted",
        ),
    )
}  # fmt: skip


def named(name: str) -> Dialect:
    """The dialect with a name.

    Raises:
        InputError: there is none.
    """
    if name not in DIALECTS:
        raise InputError(
            "no such dialect", field="--dialect", expected=", ".join(DIALECTS), seen=name
        )
    return DIALECTS[name]


def of_server(header: str) -> Dialect:
    """The dialect of a server by its ``Server`` header; ``generic`` when it is not known."""
    for dialect in DIALECTS.values():
        if dialect.server and re.search(dialect.server, header):
            return dialect
    return DIALECTS["generic"]
