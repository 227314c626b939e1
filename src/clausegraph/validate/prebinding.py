"""Pre-binding of ``$this`` for many nodes at once (SHACL chapter 5.3.1 and appendix A).

The focus nodes of a run are marked by a triple each; the pattern `MARK` joins them to a query.
It is written into every group that mentions ``$this`` (except where EXISTS already sees the
outer binding), so nested groups see ``$this`` as pre-binding wants, and one query answers for
all nodes. Appendix A's restrictions are checked here; aggregates that would mix focus nodes have
no set-based form.
"""

from __future__ import annotations

import re

FOCUS = "https://w3id.org/clausegraph/function#focus"
MARKED = "https://w3id.org/clausegraph/function#marked"
SCRATCH = "https://w3id.org/clausegraph/graph/scratch"
# In a graph of its own, so that no query about all properties of $this meets the mark.
MARK = f" GRAPH <{SCRATCH}> {{ $this <{FOCUS}> <{MARKED}> }} "

_MASKED = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
    r"|<[^<>\s\"{}|^`\\]*>|#[^\n]*",
    re.DOTALL,
)
_THIS = re.compile(r"[$?]this\b")
_FORBIDDEN = re.compile(r"(?<![\w:$?-])(MINUS|VALUES|SERVICE)\b(?![\w-]*\s*:)", re.IGNORECASE)
_REBOUND = re.compile(r"\b[Aa][Ss]\s+[$?](this|shapesGraph|currentShape|PATH)\b")
_MIXING = re.compile(r"(?<![\w:$?-])(LIMIT|OFFSET)\b", re.IGNORECASE)
_AGGREGATE = re.compile(
    r"(?<![\w:$?-])(COUNT|SUM|AVG|MIN|MAX|SAMPLE|GROUP_CONCAT)\s*\(|(?<![\w:$?-])HAVING\b",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"(?<![\w:$?-])GROUP\s+BY\b[^{}]*[$?]this\b", re.IGNORECASE)
_SELECT = re.compile(r"(?<![\w:$?-])SELECT\b([^{}]*)$", re.IGNORECASE)
_EXISTS = re.compile(r"\bEXISTS\s*$", re.IGNORECASE)
_SHAPES_GRAPH = re.compile(r"[$?](shapesGraph|currentShape)\b")


class Forbidden(ValueError):
    """Appendix A does not allow this query."""


class NotSetBased(ValueError):
    """The query is allowed, but can only be asked node by node."""


def prepare(query: str, path: str | None) -> str:
    """The query that answers for all marked nodes at once.

    Args:
        query: SELECT of an ``sh:sparql`` constraint.
        path: SPARQL text of the path, for a property shape.

    Raises:
        Forbidden: a construct that appendix A excludes.
        NotSetBased: a construct whose answer depends on other focus nodes.
    """
    if path is not None:
        query = re.sub(r"[$?]PATH\b", lambda _: path, query)
    code = _MASKED.sub(lambda m: " " * len(m[0]), query)
    found = _FORBIDDEN.search(code) or _REBOUND.search(code)
    if found:
        raise Forbidden(f"{found[0].upper()} may not stand in a query with pre-bound $this")
    if _SHAPES_GRAPH.search(code):
        raise NotSetBased("$shapesGraph and $currentShape")
    if _MIXING.search(code) or (_AGGREGATE.search(code) and not _GROUPED.search(code)):
        raise NotSetBased("LIMIT, OFFSET, or an aggregate that is not grouped by $this")
    places = sorted(_places(code), reverse=True)
    for place in places:
        query = query[:place] + MARK + query[place:]
    return query


def _places(code: str) -> list[int]:
    """Where `MARK` belongs: after ``{`` of the outermost group and of groups that use $this."""
    places: list[int] = []
    open_groups: list[int] = []
    inner: list[list[tuple[int, int]]] = [[]]
    for at, character in enumerate(code):
        if character == "{":
            open_groups.append(at)
            inner.append([])
        elif character == "}" and open_groups:
            start = open_groups.pop()
            nested = inner.pop()
            inner[-1].append((start, at + 1))
            before = code[:start].rstrip()
            before = re.sub(r"\bWHERE$", "", before, flags=re.IGNORECASE)
            selects = _SELECT.search(before[before.rfind("{") + 1 :])
            if open_groups and selects and not _THIS.search(selects[1]):
                raise Forbidden("a nested SELECT must project $this")
            own = _without(code, start + 1, at, nested)
            if re.match(r"\s*SELECT\b", own, re.IGNORECASE):
                continue
            uses = _THIS.search(own) and not _EXISTS.search(before)
            if not open_groups or selects or uses:
                places.append(start + 1)
    return places


def _without(code: str, start: int, end: int, holes: list[tuple[int, int]]) -> str:
    parts = []
    for low, high in holes:
        parts.append(code[start:low])
        start = high
    parts.append(code[start:end])
    return " ".join(parts)
