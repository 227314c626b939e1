"""The few things that are done with the text of a query: nothing is guessed, strings are skipped.

Input: SPARQL text that a parser has already accepted. Output: the same query counted, cut into
pages, or with values for its variables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from clausegraph.errors import AssetError, InputError
from clausegraph.store import Term

_TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|\s+)
      | (?P<quoted>'''(?:[^'\\]|\\.|'(?!''))*'''|\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"
        |'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
      | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      | (?P<word>[?$]?\w+)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


def tokens(text: str) -> list[re.Match[str]]:
    """The pieces of a query, without white space and comments."""
    return [m for m in _TOKEN.finditer(text) if m.lastgroup != "skip"]


def form(text: str) -> tuple[str, int]:
    """SELECT, ASK, CONSTRUCT or DESCRIBE, and where it stands.

    Raises:
        InputError: the text is no query.
    """
    found = tokens(text)
    for index, token in enumerate(found):
        after = found[index + 1][0] if index + 1 < len(found) else ""
        in_prefix = index > 0 and found[index - 1][0].upper() == "PREFIX"
        if (
            token.lastgroup == "word"
            and token[0].upper() in FORMS
            and after != ":"
            and not in_prefix
        ):
            return token[0].upper(), token.start()
    raise InputError("this is no query", expected="SELECT, ASK or CONSTRUCT")


def counted(text: str) -> str:
    """A SELECT that gives the number of rows of a SELECT as ``?n``."""
    _, start = form(text)
    return f"{text[:start]}SELECT (COUNT(*) AS ?n) WHERE {{ {{ {text[start:]}\n}} }}"


def page(text: str, order: Sequence[str], size: int, offset: int) -> str:
    """Some rows of a SELECT, sorted.

    Args:
        text: the SELECT.
        order: variables by which rows are sorted; their order must be total but for equal rows.
        size: number of rows.
        offset: rows before the first.
    """
    _, start = form(text)
    by = " ".join(f"?{name}" for name in order)
    # The order stands within a query of its own: some servers sort only so many rows otherwise.
    return (
        f"{text[:start]}SELECT * WHERE {{ {{ SELECT * WHERE {{ {{ {text[start:]}\n}} }} "
        f"ORDER BY {by} }} }} LIMIT {size} OFFSET {offset}"
    )


def bound(text: str, values: Mapping[str, Term]) -> str:
    """A SELECT whose parameters have values, as the serialiser of terms writes them.

    In the pattern a parameter becomes its value; among the columns it stays, with that value.

    Args:
        text: one SELECT without others inside; its parameters are columns.
        values: parameter → term.

    Raises:
        AssetError: a query in which a parameter cannot be told from a variable of its own.
    """
    if not values:
        return text
    _, start = form(text)
    found = [t for t in tokens(text) if t.start() >= start]
    done: list[str] = [text[:start]]
    last, depth, opened = start, 0, False
    for index, token in enumerate(found):
        if token[0] in "{}":
            depth += 1 if token[0] == "{" else -1
            opened = True
        name = token[0][1:] if token[0][0] in "?$" else ""
        if token[0].upper() == "SELECT" and index and found[index - 1][0] != ":":
            raise AssetError("a query with a parameter has a query inside")
        if name not in values or (opened and depth == 0):
            continue
        if found[index - 1][0].upper() == "AS":
            raise AssetError(f"parameter {name} is computed in the query")
        term = str(values[name])
        done += [text[last : token.start()], term if opened else f"({term} AS ?{name})"]
        last = token.end()
    return "".join([*done, text[last:]])


def refused(text: str) -> None:
    """Refuse what is no query of the user's own that reads.

    Raises:
        InputError: a syntax error, an update, DESCRIBE, or SERVICE.
    """
    found = tokens(text)
    for before, token, after in zip([None, *found], found, [*found[1:], None], strict=False):
        beside = {m[0] for m in (before, after) if m}
        if token.lastgroup == "word" and token[0].upper() == "SERVICE" and ":" not in beside:
            raise InputError(
                "SERVICE is not run here",
                expected="SELECT, ASK or CONSTRUCT without SERVICE",
                mend="queries read the graphs of packs only; no other server is asked",
            )
    try:
        ox.Store().query(text)
    except (SyntaxError, ValueError) as error:
        raise InputError(
            f"the query cannot be run: {error}", expected="SELECT, ASK or CONSTRUCT"
        ) from error
    if form(text)[0] == "DESCRIBE":
        raise InputError("DESCRIBE is not run here", expected="SELECT, ASK or CONSTRUCT")


def template(text: str) -> tuple[str, str, str]:
    """The prologue, template and pattern of a CONSTRUCT, each with its braces.

    Raises:
        InputError: another form, or one without a template.
    """
    name, start = form(text)
    groups: list[tuple[int, int]] = []
    depth = opened = 0
    for token in tokens(text[start:]):
        if token.lastgroup != "other":
            continue
        if token[0] == "{":
            opened = token.start() if depth == 0 else opened
            depth += 1
        elif token[0] == "}":
            depth -= 1
            if depth == 0:
                groups.append((start + opened, start + token.end()))
    if name != "CONSTRUCT" or len(groups) != 2 or text[groups[1][1] :].strip():
        raise InputError(
            "this CONSTRUCT cannot be asked of a store that cuts its answers",
            expected="CONSTRUCT { template } WHERE { pattern }, with nothing behind it",
            mend="write it as a SELECT",
        )
    (a, b), (c, d) = groups
    return text[:start], text[a:b], text[c:d]
