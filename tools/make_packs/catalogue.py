"""Which requirements a certificate policy reaches, read from the catalogue tables alone.

Purpose: an oracle that owes nothing to the product's own inference, so that the packs and their
tests do not agree by construction.
Inputs: ``data/catalogue/*.csv``. Outputs: requirement keys and their rows.
Clause: EN 319 411-2 clause 5.1 and every incorporation below it.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PREFIX = {"EN 319 401": "401", "EN 319 411-1": "411-1", "EN 319 411-2": "411-2"}
TAGS = {
    "QCP-n-qscd": frozenset({"QCP-n-qscd", "QCP-n", "NCP", "NCP+"}),
    "QCP-l": frozenset({"QCP-l", "NCP"}),
}

Key = tuple[str, str]
"""Short standard name and identifier, for example ``("411-2", "OVR-6.3.5-12")``."""


def rows(name: str) -> list[dict[str, str]]:
    """Read one table of the catalogue."""
    path = ROOT / "data" / "catalogue" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass(frozen=True)
class Catalogue:
    """The tables, indexed."""

    requirements: dict[Key, dict[str, str]]
    incorporates: dict[Key, tuple[tuple[Key, str], ...]]
    excludes: dict[Key, frozenset[Key]]
    titles: dict[Key, str]
    conditions: dict[str, str]
    kinds: dict[str, str]
    own_content: frozenset[Key]

    def admitted(self, key: Key, policy: str) -> bool:
        """Whether the policy tags of a requirement let it apply."""
        row = self.requirements[key]
        tags = TAGS[policy]
        only = set(filter(None, row["applies_to"].split("|")))
        never = set(filter(None, row["except_policies"].split("|")))
        return row["modality"] != "void" and (not only or bool(only & tags)) and not never & tags

    def reach(self, policy: str) -> frozenset[Key]:
        """Every requirement that the policy reaches; exclusions hold along the path only."""
        seen: dict[Key, list[frozenset[Key]]] = defaultdict(list)
        queue = [
            (key, self.excludes.get(key, frozenset()))
            for key in self.requirements
            if key[0] == "411-2" and self.admitted(key, policy)
        ]
        while queue:
            key, without = queue.pop()
            if any(known <= without for known in seen[key]):
                continue
            seen[key].append(without)
            queue += [
                (target, without | self.excludes.get(target, frozenset()))
                for target, _ in self.incorporates.get(key, ())
                if target not in without and self.admitted(target, policy)
            ]
        return frozenset(seen)

    def pure(self, key: Key, reached: frozenset[Key]) -> bool:
        """Whether a requirement of EN 319 411-2 only takes over those of the standards before."""
        targets = [(t, how) for t, how in self.incorporates.get(key, ()) if t in reached]
        return (
            key[0] == "411-2"
            and bool(targets)
            and key not in self.own_content
            and all(how == "incorporates" and t[0] != key[0] for t, how in targets)
        )

    def condition(self, key: Key) -> str:
        """Code of the condition of a requirement, or an empty text."""
        return self.conditions.get(self.requirements[key]["condition"], "")

    def clause(self, key: Key) -> list[Key]:
        """All requirements of the same clause that are not void."""
        own = self.requirements[key]["clause"]
        return [
            other
            for other, row in self.requirements.items()
            if other[0] == key[0] and row["clause"] == own and row["modality"] != "void"
        ]


def load() -> Catalogue:
    """Read the tables."""
    requirements = {(PREFIX[r["standard"]], r["id"]): r for r in rows("requirements")}
    below: dict[Key, list[Key]] = defaultdict(list)
    for key, row in requirements.items():
        clause = row["clause"]
        while clause:
            below[(key[0], clause)].append(key)
            clause = clause.rpartition(".")[0]
    bridges = {
        (PREFIX[b["standard"]], b["citing"], b["cited"]): b["read_as"].split("|")
        for b in rows("edition_bridges")
    }
    incorporates: dict[Key, list[tuple[Key, str]]] = defaultdict(list)
    excludes: dict[Key, set[Key]] = defaultdict(set)
    own_content: set[Key] = set()
    for row in rows("references"):
        source = (PREFIX[row["standard"]], row["id"])
        if row["relation"] in {"refines", "supersedes", "incorporates-if"}:
            own_content.add(source)
        document = PREFIX.get(row["target_document"])
        if document is None:
            continue
        for name in bridges.get((*source, row["target"]), [row["target"]]):
            target = (document, name)
            if row["relation"] == "excludes":
                excludes[source].add(target)
            elif row["relation"].startswith("incorporates"):
                members = below[target] if row["target_kind"] == "clause" else [target]
                incorporates[source] += [
                    (member, row["relation"]) for member in members if member in requirements
                ]
    return Catalogue(
        requirements,
        {key: tuple(targets) for key, targets in incorporates.items()},
        {key: frozenset(targets) for key, targets in excludes.items()},
        {(PREFIX[r["standard"]], r["clause"]): r["title"] for r in rows("clauses")},
        {r["text"]: r["code"] for r in rows("conditions")},
        {r["code"]: r["kind"] for r in rows("conditions")},
        frozenset(own_content),
    )
