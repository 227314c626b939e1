"""Reads the tables of facts.

Input: the CSV files of ``data/catalogue`` and ``data/codelists``. Output: their rows, and the
identifiers that exist in the editions catalogued.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

from tools.catalogue import iris

Row = dict[str, str]
TABLES = {
    "acts": "law_acts",
    "acts_cited": "law_acts_cited",
    "adaptations": "law_adaptations",
    "bridges": "edition_bridges",
    "cited_standards": "law_cited_standards",
    "clauses": "clauses",
    "condition_facts": "condition_facts",
    "conditions": "conditions",
    "deadlines": "law_deadlines",
    "documents": "documents_411-1",
    "inheritance": "policy_inheritance",
    "mappings": "mappings",
    "pds": "pds_sections",
    "policies": "policies",
    "policy_tags": "policy_tags",
    "provisions": "law_provisions",
    "references": "references",
    "requirements": "requirements",
    "significance": "law_significance",
    "terms": "terms",
}


@dataclass(frozen=True, slots=True)
class Sources:
    """All tables, by short name, and the codelists by scheme."""

    tables: dict[str, list[Row]]
    codelists: dict[str, list[Row]]
    known: frozenset[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        known = {(row["standard"], row["id"]) for row in self["requirements"]}
        known |= {(row["standard"], row["clause"]) for row in self["clauses"]}
        object.__setattr__(self, "known", frozenset(known))

    def __getitem__(self, table: str) -> list[Row]:
        return self.tables[table]

    def resolve(self, standard: str, identifier: str) -> str | None:
        """IRI of a requirement or clause, or nothing when the edition lacks it."""
        if (standard, identifier) not in self.known:
            return None
        if identifier[0].isdigit() or identifier[1] in ".n":  # 6.3.5, A.2, Annex A
            return iris.clause(standard, identifier)
        return iris.requirement(standard, identifier)

    def place(self, standard: str, citing: str) -> str:
        """IRI of a citing place: a requirement or an annex.

        Raises:
            KeyError: the edition has no such place.
        """
        found = self.resolve(standard, citing)
        if found is None:
            raise KeyError(f"{standard} has no {citing}")
        return found


def rows(path: Path) -> list[Row]:
    """The rows of one CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read(data: Path) -> Sources:
    """Read all tables below the data folder."""
    tables = {name: rows(data / "catalogue" / f"{stem}.csv") for name, stem in TABLES.items()}
    tables["outline"] = rows(data / "documents" / "rfc3647_sections.csv")
    codelists = {path.stem: rows(path) for path in sorted((data / "codelists").glob("*.csv"))}
    return Sources(tables, codelists)
