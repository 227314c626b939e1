"""CISO Assistant: libraries of the standards and acts, mappings, and audit rows of a pack.

Input: a checked pack. Output: YAML and XLSX libraries under ``libraries/``, audit rows as CSV and
XLSX under ``audits/``. The way back is `clausegraph.export.inbound.ciso`. Source: the library
format and the data wizard of CISO Assistant, read and not copied.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence

from clausegraph.export.archives import CORE, core_properties, fixed
from clausegraph.export.ciso import frameworks, urns
from clausegraph.export.ciso.audit import COLUMNS, audit_rows
from clausegraph.export.ciso.library import (
    Json,
    as_yaml,
    framework_document,
    mapping_document,
    sheets,
)
from clausegraph.export.package import Part
from clausegraph.export.projection import Projection, Request
from clausegraph.export.workbook import MEDIA_TYPE
from clausegraph.export.workbook.writing import put
from clausegraph.tabular import as_csv


def parts(request: Request) -> Iterator[Part]:
    """Libraries of standards, acts and mappings; audit rows of the pack."""
    pack = request.projection
    standards = frameworks.standards(pack)
    for document in libraries(pack, standards):
        name = f"libraries/{document['ref_id']}"
        yield Part(f"{name}.yaml", "application/yaml", as_yaml(document))
        yield Part(f"{name}.xlsx", MEDIA_TYPE, _book(sheets(document), pack, document["name"]))
    for framework in standards:
        rows = audit_rows(pack, framework)
        name = f"audits/{urns.slug(framework.name)}"
        yield Part(f"{name}.csv", "text/csv", as_csv(rows, COLUMNS).encode())
        table = [list(COLUMNS), *([row[c] for c in COLUMNS] for row in rows)]
        book = _book({"Sheet1": table}, pack, f"Audit rows, {framework.title}")
        yield Part(f"{name}.xlsx", MEDIA_TYPE, book)


def libraries(pack: Projection, standards: Sequence[frameworks.Framework]) -> list[Json]:
    """All libraries: those without dependencies first."""
    alone = [framework_document(f) for f in (*standards, *frameworks.acts(pack))]
    both = [*frameworks.chain(pack), *frameworks.law(pack)]
    return [*alone, *map(mapping_document, both)]


def _book(
    content: Mapping[str, Sequence[Sequence[str | int]]], pack: Projection, title: str
) -> bytes:
    """A plain workbook: values only, every text as text."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in content.items():
        page = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for place, value in enumerate(row, 1):
                put(page.cell(number, place), value)
    stream = io.BytesIO()
    book.save(stream)
    core = core_properties(title, pack.base, pack.version, pack.stamp)
    return fixed(stream.getvalue(), {CORE: core})
