"""Queries of shapes that do not parse: whose query it is, where it breaks, how to mend it.

Input: a query as the plan holds it. Output: an `IllFormed` whose place counts in the query as it
was written, not in what was made of it.
"""

from __future__ import annotations

import re

import pyoxigraph as ox

from clausegraph.validate.prebinding import blanked
from clausegraph.validate.shapes import IllFormed, Plan, Select

_DECLARED = re.compile(r"\bPREFIX\s+([\w.-]*):", re.IGNORECASE)
_USED = re.compile(r"(?<![\w?$:.-])([A-Za-z][\w-]*|):[\w%]")
_RULE = re.compile(r"\b[A-Z][a-z ]+ (?:SELECT|variable)[^,\[\]]*")  # what no grammar says
_LONGEST = 60


def check_queries(plan: Plan) -> None:
    """Parse the queries of a plan, those of shapes without focus nodes too.

    Raises:
        IllFormed: the first that does not parse.
    """
    found = [v for shape in plan.targeted for _, v in shape.targets if isinstance(v, Select)]
    for _, shape in plan.reach():
        found += [c.value for c in shape.constraints if isinstance(c.value, Select)]
    empty = ox.Store()
    for select in {s.text: s for s in found}.values():
        try:
            empty.query(select.text)
        except SyntaxError as error:
            raise fault(select, error) from error


def fault(select: Select, error: SyntaxError) -> IllFormed:
    """What is wrong with a query.

    Args:
        select: the query.
        error: what the store said of it.
    """
    head = f"a query of {select.owner} does not parse"
    if unknown := _undeclared(select):
        return IllFormed(
            head,
            expected="prefixes that are declared",
            seen=", ".join(f"{prefix}:" for prefix in unknown),
            mend="declare them where sh:prefixes points to, or write the IRIs in full",
        )
    place = _place(select)
    if place is None:
        rule = _RULE.search(str(error.msg))
        return IllFormed(head, expected="SPARQL 1.1", seen=rule[0] if rule else str(error.msg))
    line, column = place
    rest = select.written.split("\n")[line - 1][column - 1 :].strip()
    return IllFormed(
        f"{head}: what begins at line {line}, column {column} of the query is wrong",
        expected="SPARQL 1.1",
        seen=rest[:_LONGEST] or "the end of the query",
        mend="mend the query from there on: a bracket, a dot or an operand may be missing",
    )


def _undeclared(select: Select) -> list[str]:
    """Prefixes that a query uses and nobody declares, sorted."""
    known = {*_DECLARED.findall(select.prologue), *_DECLARED.findall(select.written)}
    return sorted({*_USED.findall(blanked(select.written))} - known)


def _place(select: Select) -> tuple[int, int] | None:
    """Line and column of the part that rdflib cannot read; None when it can read all.

    The store's own parser names the furthest character that it looked at, often far behind.
    """
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        parseQuery(select.prologue + select.written)
    except ParseException as found:
        return found.lineno - select.prologue.count("\n"), found.column
    except Exception:  # noqa: BLE001  # rdflib raises many kinds
        return None
    return None
