"""Tables: every view as CSV, described by CSV on the Web metadata.

Input: all views that need no parameter. Output: one CSV file per view and one metadata file with
the columns of the headers: names, data types, keys, and references that hold between the tables.
Text that a spreadsheet would run as a formula begins with an apostrophe, as everywhere in CSV that
is written here. Source: W3C Tabular Data Model and Metadata Vocabulary for Tabular Data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clausegraph import catalog
from clausegraph.export.package import Part, json_part
from clausegraph.export.projection import Projection, Request
from clausegraph.tabular import as_csv

Json = dict[str, Any]
_TYPES = {"iri": "anyURI", "term": "string"}
# Columns that name a row. Views without a key of their own columns have none.
KEYS: dict[str, tuple[str, ...]] = {
    "artefacts": ("artefact",),
    "assessor-results": ("assertion",),
    "cases": ("case",),
    "catalogue": ("requirement",),
    "clauses": ("clause",),
    "conditions": ("condition",),
    "evidence": ("evidence",),
    "evidence-impact": ("evidence",),
    "findings": ("result",),
    "gaps": ("requirement",),
    "gates": ("gate",),
    "inheritance": ("requirement",),
    "outcome-evidence": ("requirement", "evidence"),
    "outcomes": ("requirement",),
    "roles": ("role",),
    "rule-book": ("code",),
    "rules": ("code",),
    "verdict": ("pack",),
}
# Column of a table to the table whose key it names.
REFERENCES: dict[str, dict[str, str]] = {
    "assessor-results": {"requirement": "catalogue"},
    "case-record": {"case": "cases"},
    "findings": {"code": "rule-book", "gate": "gates"},
    "gaps": {"requirement": "outcomes"},
    "inheritance": {"requirement": "catalogue"},
    "outcome-evidence": {"requirement": "outcomes", "evidence": "evidence"},
    "outcomes": {"requirement": "catalogue"},
    "rules": {"code": "rule-book", "gate": "gates"},
}


def parts(request: Request) -> Iterator[Part]:
    """A CSV file per view, and ``csv-metadata.json``."""
    pack = request.projection
    views = [v for v in catalog.queries("views") if all(p.optional for p in v.params)]
    for view in views:
        names = [column.name for column in view.returns]
        yield Part(f"{view.id}.csv", "text/csv", as_csv(pack.rows(view.id), names).encode())
    yield json_part("csv-metadata.json", metadata(pack, views), "application/csvm+json")


def metadata(pack: Projection, views: list[catalog.Query]) -> Json:
    """The table group."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": f"Views of {pack.name} as of {pack.stamp}",
        "dc:source": pack.base,
        "dc:creator": f"clausegraph {pack.version}",
        "tables": [_table(view) for view in views],
    }


def _table(view: catalog.Query) -> Json:
    schema: Json = {"columns": [_column(column) for column in view.returns]}
    if view.id in KEYS:
        schema["primaryKey"] = list(KEYS[view.id])
    references = REFERENCES.get(view.id)
    if references:
        schema["foreignKeys"] = [
            {
                "columnReference": column,
                "reference": {"resource": f"{table}.csv", "columnReference": KEYS[table][0]},
            }
            for column, table in references.items()
        ]
    return {"url": f"{view.id}.csv", "dc:title": view.question, "tableSchema": schema}


def _column(column: catalog.Column) -> Json:
    """A column; text may be empty even where a view always binds it."""
    datatype = _TYPES.get(column.type, column.type)
    found: Json = {"name": column.name, "titles": column.name, "datatype": datatype}
    if not column.optional and datatype != "string":
        found["required"] = True
    return found
