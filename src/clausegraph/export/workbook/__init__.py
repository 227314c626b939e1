"""The assessor's workbook: what an assessor works through, fills in and sends back.

Input: a checked pack. Output: one XLSX file. The way back is
`clausegraph.export.inbound.workbook`. Source: ETSI TR 119 411-4, in spirit; ECMA-376.
"""

from __future__ import annotations

from collections.abc import Iterator

from clausegraph.export.package import Part
from clausegraph.export.projection import Projection, Request
from clausegraph.export.workbook.sheets import BODY, DATE, sheets
from clausegraph.export.workbook.writing import written
from clausegraph.views import Value

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def parts(request: Request) -> Iterator[Part]:
    """``assessor-workbook.xlsx``."""
    pack = request.projection
    yield Part("assessor-workbook.xlsx", MEDIA_TYPE, written(sheets(pack), about(pack), pack))


def about(pack: Projection) -> list[tuple[str, Value, str]]:
    """Lines of the first sheet: what it is, how to use it, what it does not say."""
    verdict = pack.rows("verdict")[0]
    return [
        (f"Assessor's workbook: {verdict['title'] or pack.name}", None, ""),
        ("Service", verdict["service"], ""),
        ("Policy", verdict["policy"], ""),
        ("Verdict of clausegraph", verdict["verdict"], ""),
        ("As of", pack.stamp, ""),
        ("Pack", pack.base, ""),
        ("SHA-256 of the graph", f"{pack.hash} (canonical form RDFC-1.0)", ""),
        ("Made by", f"clausegraph {pack.version}", ""),
        ("To fill in", "The two yellow cells below, before the workbook goes back.", ""),
        ("Assessment body", None, BODY),
        ("Date of the statements", None, DATE),
        (
            "How to use",
            "Work through the sheet Requirements. Choose a result (passed, failed, cantTell, "
            "inapplicable, untested: the outcomes of EARL) and write a remark in the yellow "
            "columns. Filter and sort as you like; leave the hidden columns alone. Name the body, "
            "never a person; write the date as 2026-11-30 or 2026-11-30T09:00Z.",
            "",
        ),
        (
            "The way back",
            "clausegraph import assessor-workbook.xlsx PACK brings every changed result in as a "
            "statement of the body with the workbook as its source. Edits of locked cells, "
            "unknown or doubled rows and contradictions are listed with sheet and row.",
            "",
        ),
        (
            "Colours",
            "Green: met, passed, in order. Yellow: to be looked at. Red: missing, disputed, "
            "failed, blocked. Grey: does not apply.",
            "",
        ),
        (
            "Limits",
            "Requirements are said in our own words; the standards themselves are binding. The "
            "order follows EN 319 401, EN 319 411-1 and EN 319 411-2 in the spirit of ETSI TR "
            "119 411-4. Operational guidance, not legal advice, and never proof of qualified "
            "status. What this workbook leaves out of the graph stands in loss.json.",
            "",
        ),
    ]
