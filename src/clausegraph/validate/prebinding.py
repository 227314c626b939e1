"""Pre-binding for many nodes at once (SHACL chapter 5.3.1 and appendix A).

The focus nodes of a run are marked by a triple each; the pattern `MARK` joins them to a query.
It is written into every group that mentions ``$this`` (except where EXISTS already sees the
outer binding), so nested groups see ``$this`` as pre-binding wants, and one query answers for
all nodes. ASK validators are given pairs of focus node and value in the same way. What is the
same for all nodes (the parameters of a component) is put in as one row of VALUES.
Appendix A's restrictions are checked here; aggregates that would mix focus nodes have no
set-based form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

FOCUS = "https://w3id.org/clausegraph/function#focus"
MARKED = "https://w3id.org/clausegraph/function#marked"
SCRATCH = "https://w3id.org/clausegraph/graph/scratch"
# In a graph of its own, so that no query about all properties of $this meets the mark.
MARK = f" GRAPH <{SCRATCH}> {{ $this <{FOCUS}> <{MARKED}> }} "
PAIR_FOCUS = "https://w3id.org/clausegraph/function#pairFocus"
PAIR_VALUE = "https://w3id.org/clausegraph/function#pairValue"
PAIR = "focusAndValue"
PAIRS = "https://w3id.org/clausegraph/graph/pairs"
_PAIR_MARK = f" GRAPH <{PAIRS}> {{ ?{PAIR} <{PAIR_FOCUS}> $this ; <{PAIR_VALUE}> $value }} "

_MASKED = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
    r"|<[^<>\s\"{}|^`\\]*>|#[^\n]*",
    re.DOTALL,
)
_THIS = re.compile(r"[$?]this\b")
_FORBIDDEN = re.compile(r"(?<![\w:$?-])(MINUS|VALUES)\b(?![\w-]*\s*:)", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(?<![\w:$?-])(SERVICE|FROM)\b(?![\w-]*\s*:)", re.IGNORECASE)
_GRAPH = re.compile(r"(?<![\w:$?-])GRAPH\b(?![\w-]*\s*:)", re.IGNORECASE)
_AS_VARIABLE = re.compile(r"\b[Aa][Ss]\s+[$?](\w+)")
_MIXING = re.compile(r"(?<![\w:$?-])(LIMIT|OFFSET)\b", re.IGNORECASE)
_AGGREGATES = ("COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT", "HAVING")
_AGGREGATE = re.compile(
    rf"(?<![\w:$?-])(?:(?:{'|'.join(_AGGREGATES[:-1])})\s*\(|HAVING\b)", re.IGNORECASE
)
_GROUPED = re.compile(r"(?<![\w:$?-])GROUP\s+BY\b[^{}]*[$?]this\b", re.IGNORECASE)
_SELECT = re.compile(r"(?<![\w:$?-])SELECT\b([^{}]*)$", re.IGNORECASE)
_ASK = re.compile(r"(?<![\w:$?-])ASK\b\s*(?:WHERE\b)?\s*$", re.IGNORECASE)
_INNER_SELECT = re.compile(r"\s*SELECT\b", re.IGNORECASE)
_WHERE = re.compile(r"\bWHERE$", re.IGNORECASE)
_EXISTS = re.compile(r"\bEXISTS\s*$", re.IGNORECASE)
_PATH = re.compile(r"[$?]PATH\b")
_BRACES = re.compile(r"[{}]")
_PREBOUND = ("this", "shapesGraph", "currentShape", "PATH")


class Forbidden(ValueError):
    """Appendix A does not allow this query."""


class NotSetBased(ValueError):
    """The query is allowed, but can only be asked node by node."""


def prepare(query: str, path: str | None, constants: Mapping[str, str] | None = None) -> str:
    """The query that answers for all marked nodes at once.

    Args:
        query: SELECT of an ``sh:sparql`` constraint or of a validator.
        path: SPARQL text of the path, for a property shape.
        constants: SPARQL text of further pre-bound variables, by name.

    Raises:
        Forbidden: a construct that appendix A excludes.
        NotSetBased: a construct whose answer depends on other focus nodes.
    """
    if path is not None:
        query = _PATH.sub(lambda _: path, query)
    code = _checked(query, (*_PREBOUND, *(constants or ())))
    _check_projection(code)
    return _with_marks(query, code, MARK, ("this",), constants or {})


def check_target(query: str) -> None:
    """Refuse a target that is no SELECT of ``?this`` over the data graph.

    Raises:
        Forbidden: the query is of another kind, or asks elsewhere.
    """
    upper = query.upper()
    if "SERVICE" in upper or "FROM" in upper:
        _refuse_elsewhere(blanked(query))
    _check_projection(query)


def _refuse_elsewhere(code: str) -> None:
    """What is not asked of the data graph is not asked: no network, no other dataset."""
    found = _ELSEWHERE.search(code)
    if found:
        raise Forbidden(f"{found[0].upper()} may not stand in a query over the data graph")


def _check_projection(query: str) -> None:
    head = _SELECT.search(query[: query.find("{")])
    if head is None or not (_THIS.search(head[1]) or "*" in head[1]):
        raise Forbidden("not a SELECT that projects ?this")


def prepare_ask(query: str, constants: Mapping[str, str]) -> str:
    """The SELECT of all marked pairs of focus node and value that an ASK validator accepts.

    Args:
        query: the ASK of a validator.
        constants: as for `prepare`.

    Raises:
        Forbidden: as `prepare`.
        NotSetBased: as `prepare`.
    """
    code = _checked(query, (*_PREBOUND, "value", *constants))
    brace = code.find("{")
    head = _ASK.search(code[: max(brace, 0)])
    if head is None:
        raise Forbidden("sh:ask must be an ASK query")
    marked = _with_marks(query, code, _PAIR_MARK, ("this", "value"), constants)
    return f"{query[: head.start()]}SELECT DISTINCT ?{PAIR} WHERE {marked[brace:]}"


def blanked(query: str) -> str:
    """The query with blanks for its texts, IRIs and comments; every place stays."""
    if not ("<" in query or '"' in query or "'" in query or "#" in query):
        return query
    return _MASKED.sub(lambda m: " " * len(m[0]), query)


def _checked(query: str, prebound: tuple[str, ...]) -> str:
    """The query with its texts, IRIs and comments blanked, when a set-based form is allowed."""
    code = blanked(query)
    upper = code.upper()
    if "SERVICE" in upper or "FROM" in upper:
        _refuse_elsewhere(code)
    found = None
    if "MINUS" in upper or "VALUES" in upper:
        found = _FORBIDDEN.search(code)
    if found is None and "AS" in upper:
        found = next((m for m in _AS_VARIABLE.finditer(code) if m[1] in prebound), None)
    if found:
        raise Forbidden(f"{found[0].upper()} may not stand in a query with pre-bound variables")
    if "GRAPH" in upper and _GRAPH.search(code):
        raise NotSetBased("GRAPH")
    if "shapesGraph" in code or "currentShape" in code:
        raise NotSetBased("$shapesGraph and $currentShape")
    if ("LIMIT" in upper or "OFFSET" in upper) and _MIXING.search(code):
        raise NotSetBased("LIMIT or OFFSET")
    mixes = any(word in upper for word in _AGGREGATES) and _AGGREGATE.search(code)
    if mixes and ("value" in prebound or not _GROUPED.search(code)):
        raise NotSetBased("an aggregate that is not grouped by $this")
    return code


def _with_marks(
    query: str,
    code: str,
    mark: str,
    marked_names: tuple[str, ...],
    constants: Mapping[str, str],
) -> str:
    """The query with the mark and the constants in every group that needs them."""
    rows = {
        name: (_variables((name,)), f" VALUES ?{name} {{ {text} }} ")
        for name, text in constants.items()
    }
    parts: list[str] = []
    done = 0
    for place, own, marked in sorted(_groups(code, marked_names)):
        parts.append(query[done:place])
        parts += [row for variable, row in rows.values() if variable.search(own)]
        if marked:
            parts.append(mark)
        done = place
    return "".join(parts) + query[done:]


@cache
def _variables(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"[$?](?:{'|'.join(names)})\b")


def _groups(code: str, names: tuple[str, ...]) -> Iterator[tuple[int, str, bool]]:
    """For each group: the place after its ``{``, its own text, and whether the mark belongs there.

    The mark belongs into the outermost group and into groups that use a marked variable.
    """
    uses = _variables(names)
    open_groups: list[int] = []
    inner: list[list[tuple[int, int]]] = [[]]
    for brace in _BRACES.finditer(code):
        at = brace.start()
        if brace[0] == "{":
            open_groups.append(at)
            inner.append([])
            continue
        if not open_groups:
            continue
        start = open_groups.pop()
        nested = inner.pop()
        inner[-1].append((start, at + 1))
        before = _WHERE.sub("", code[code.rfind("{", 0, start) + 1 : start].rstrip())
        selects = _SELECT.search(before) if "SELECT" in before.upper() else None
        if open_groups and selects:
            missing = [n for n in names if not _variables((n,)).search(selects[1])]
            if missing:
                raise Forbidden(f"a nested SELECT must project ${missing[0]}")
        own = _without(code, start + 1, at, nested)
        if _INNER_SELECT.match(own):
            continue
        used = uses.search(own) is not None and not _EXISTS.search(before)
        yield start + 1, own, not open_groups or selects is not None or used


def _without(code: str, start: int, end: int, holes: list[tuple[int, int]]) -> str:
    parts = []
    for low, high in holes:
        parts.append(code[start:low])
        start = high
    parts.append(code[start:end])
    return " ".join(parts)
