"""Requirements by clause: gaps first, then the others, each once, with what the filters compare.

Input: rows of the views ``gaps``, ``outcomes`` and ``hops``. Output: clauses with their
requirements, and the choices of each filter. Requirements of a clause that the same hops bring in
stand together, so that these hops are said once. A row carries short marks such as ``o1 w3``; the
choices of the filters carry the same marks. Source: ``data/codelists/outcome.csv``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from clausegraph.report import ReportModel, Row
from clausegraph.report.chains import Step, hop_index, other_ways, steps
from clausegraph.report.charts import OUTCOMES
from clausegraph.report.rows import NO_OWNER
from clausegraph.report.words import clause_of_two, listed, natural, roles, words

_OUTCOMES = list(OUTCOMES)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement: its row, its chain and what a filter compares.

    Attributes:
        ways: number of different hops that lead to it.
        marks: what the filters find, as short codes.
    """

    row: Row
    anchor: str
    outcome: str
    outcome_label: str
    ways: int
    laws: str
    kinds: tuple[str, ...]
    owners: tuple[str, ...]
    marks: str


@dataclass(frozen=True, slots=True)
class Clause:
    """Requirements that stand together in one clause of a standard and share their chain.

    Attributes:
        route: the chain; its last step has no target, that is each of the requirements.
        marks: what the filters find of all requirements here.
    """

    standard: str
    number: str
    title: str
    route: tuple[Step, ...]
    marks: str
    items: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: its label and, per choice, mark, text and number of rows."""

    key: str
    label: str
    choices: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """Gaps and the other requirements; no requirement stands in both."""

    gaps: tuple[Clause, ...]
    others: tuple[Clause, ...]
    filters: tuple[Filter, ...]
    other_count: int


def tables(model: ReportModel) -> Tables:
    """Both tables and the filters over them."""
    gaps = {row.get("requirement") for row in model.gaps}
    others = [row for row in model.outcomes if row.get("requirement") not in gaps]
    facets = {id(row): _facets(row) for row in (*model.gaps, *others)}
    filters, marks = _filters(facets.values())
    index, ways = hop_index(model.hops), other_ways(model.hops)

    def clauses(rows: Iterable[Row]) -> tuple[Clause, ...]:
        return tuple(
            Clause(
                standard,
                number,
                str(same[0].get("clause_title") or ""),
                route,
                _marks(facets[id(same[0])], marks, _OF_CLAUSE),
                tuple(_requirement(r, ways, facets[id(r)], marks) for r in same),
            )
            for (standard, number, route), same in _by_clause(rows, index).items()
        )

    return Tables(clauses(model.gaps), clauses(others), filters, len(others))


def _by_clause(
    rows: Iterable[Row], index: Mapping[tuple[str, str], Row]
) -> dict[tuple[str, str, tuple[Step, ...]], list[Row]]:
    """Clauses in the order of the view, parted where chains differ."""
    clauses: dict[tuple[str, str], dict[tuple[Step, ...], list[Row]]] = {}
    for row in rows:
        key = (str(row.get("standard") or ""), str(row.get("clause") or ""))
        clauses.setdefault(key, {}).setdefault(_route(row, index), []).append(row)
    return {(*key, route): same for key, found in clauses.items() for route, same in found.items()}


def _route(row: Row, index: Mapping[tuple[str, str], Row]) -> tuple[Step, ...]:
    """The chain without the requirement at its end."""
    chain = steps(str(row.get("chain") or ""), index)
    if chain and chain[-1].target == _name(row):
        return (*chain[:-1], replace(chain[-1], target=""))
    return chain


def _name(row: Row) -> str:
    return f"{row.get('standard')} {row.get('identifier')}"


_Facets = Mapping[str, Sequence[str]]
_OF_CLAUSE, _OF_ROW = "sc", "owkl"
_LABELS = {
    "o": "Outcome",
    "s": "Standard",
    "c": "Clause",
    "w": "Owner",
    "k": "Evidence kind",
    "l": "Law",
}


def _facets(row: Row) -> _Facets:
    return {
        "o": (str(row.get("outcome") or ""),),
        "s": (str(row.get("standard") or ""),),
        "c": (clause_of_two(str(row.get("clause") or "")),),
        "w": roles(row.get("owner")) or (NO_OWNER,),
        "k": roles(row.get("kinds")),
        "l": tuple(dict.fromkeys(act_of(law) for law in listed(row.get("law")))),
    }


def _filters(
    found: Iterable[_Facets],
) -> tuple[tuple[Filter, ...], Mapping[tuple[str, str], str]]:
    """The filters, and the mark of each value."""
    counts: dict[str, Counter[str]] = {key: Counter() for key in _LABELS}
    for facets in found:
        for key, values in facets.items():
            counts[key].update(set(values) - {""})
    marks: dict[tuple[str, str], str] = {}
    filters = []
    for key, label in _LABELS.items():
        choices = []
        ordered = sorted(counts[key], key=_outcome_place if key == "o" else natural)
        for place, value in enumerate(ordered):
            mark = marks[key, value] = f"{key}{place}"
            shown = OUTCOMES.get(value, value) if key == "o" else value
            choices.append((mark, shown, counts[key][value]))
        filters.append(Filter(key, label, tuple(choices)))
    return tuple(filters), marks


def _outcome_place(code: str) -> tuple[int, str]:
    return (_OUTCOMES.index(code) if code in OUTCOMES else len(_OUTCOMES), code)


def _requirement(
    row: Row, ways: Mapping[str, int], facets: _Facets, marks: Mapping[tuple[str, str], str]
) -> Requirement:
    outcome = str(row.get("outcome") or "")
    return Requirement(
        row=row,
        anchor=re.sub(r"[^A-Za-z0-9.:-]+", "-", _short(row)),
        outcome=outcome,
        outcome_label=OUTCOMES.get(outcome, words(outcome)),
        ways=ways.get(_name(row), 0),
        laws=_laws(listed(row.get("law"))),
        kinds=tuple(facets["k"]),
        owners=tuple(facets["w"]),
        marks=_marks(facets, marks, _OF_ROW),
    )


def _short(row: Row) -> str:
    """The name that the command line takes: ``411-2:OVR-6.3.5-12``."""
    standard = str(row.get("standard") or "").removeprefix("EN 319 ")
    return f"{standard}:{row.get('identifier')}"


def _marks(facets: _Facets, marks: Mapping[tuple[str, str], str], keys: str) -> str:
    return " ".join(marks[key, v] for key in keys for v in dict.fromkeys(facets[key]) if v)


def act_of(provision: str) -> str:
    """The act of a provision's name: ``eIDAS`` of ``eIDAS 24(2)(a)``."""
    numbered = re.match(r"((?:CIR|CID|CDR|Regulation|Directive)[^0-9]*\d{4}/\d+)", provision)
    return numbered[1] if numbered else provision.partition(" ")[0]


def _laws(provisions: Iterable[str]) -> str:
    """Provisions with the name of an act said once: ``eIDAS 19(1), 20; NIS2 21``."""
    acts: dict[str, list[str]] = {}
    for provision in provisions:
        act = act_of(provision)
        acts.setdefault(act, []).append(provision.removeprefix(act).strip())
    return "; ".join(f"{act} {', '.join(found)}".strip() for act, found in acts.items())
