"""Documents as HTML: the full report of the pack, and one small self-contained page per case.

Input: the views of a checked pack. Output: HTML files that load nothing from elsewhere; every value
is escaped. Source: the report of `clausegraph.report`; WCAG 2.2 level AA for contrast and headings.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from clausegraph.export.documents.blocks import Block, Document, Facts, Heading, Paragraph, Table
from clausegraph.export.documents.content import case_document
from clausegraph.export.package import Part
from clausegraph.export.projection import Projection, Request
from clausegraph.export.workbook.model import cell_text
from clausegraph.report import render_html, report_model

_STYLE = (
    "body{font:15px/1.45 system-ui,sans-serif;color:#1b1b1b;max-width:62rem;margin:2rem auto;"
    "padding:0 1rem}h1{font-size:1.5rem}h2{font-size:1.15rem;border-bottom:1px solid #bbb}"
    "h3{font-size:1rem}table{border-collapse:collapse;width:100%;margin:.6rem 0}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid #ccc}"
    "td{overflow-wrap:anywhere}thead th{background:#1f3a4d;color:#fff}tbody th{width:24%}"
    "footer,header{color:#555;font-size:.85rem}@media print{body{margin:0;max-width:none}"
    "thead{display:table-header-group}tr{break-inside:avoid}}"
)


def parts(request: Request) -> Iterator[Part]:
    """``report.html`` and one page per case."""
    pack = request.projection

    def rows(_dataset: object, view: str) -> list[Any]:
        return pack.rows(view)

    model = report_model(pack.dataset, rows=rows)
    yield Part("report.html", "text/html", render_html(model).encode())
    for case in pack.rows("cases"):
        document = case_document(pack, case)
        yield Part(f"{document.name}.html", "text/html", written(document, pack).encode())


def written(document: Document, pack: Projection) -> str:
    """The document as one HTML page."""
    body = "\n".join(map(_block, document.blocks))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{_safe(document.title)}</title><style>{_STYLE}</style></head><body>\n"
        f"<header>{_safe(document.running)}</header><main><h1>{_safe(document.title)}</h1>\n"
        f"{body}\n</main><footer>clausegraph {_safe(pack.version)} · {_safe(pack.base)}</footer>"
        "</body></html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level + 1}>{_safe(text)}</h{level + 1}>"
        case Paragraph(text):
            return f"<p>{_safe(text)}</p>"
        case Facts(rows):
            lines = "".join(f'<tr><th scope="row">{_safe(a)}</th><td>{_safe(b)}</td></tr>'
                            for a, b in rows)  # fmt: skip
            return f"<table><tbody>{lines}</tbody></table>"
        case Table(columns, _, rows):
            head = "".join(f'<th scope="col">{_safe(c)}</th>' for c in columns)
            lines = "".join(
                "<tr>" + "".join(f"<td>{_safe(c)}</td>" for c in row) + "</tr>" for row in rows
            )
            return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def _safe(text: str) -> str:
    return escape(cell_text(text)).replace("\n", "<br>")
