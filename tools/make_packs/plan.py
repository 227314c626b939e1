"""The evidence plan: which item of evidence supports which requirements.

Purpose: derive evidence items from the kinds of evidence that the catalogue names for each
requirement, one item per kind and subject, so that every applicable requirement is covered by
evidence that fits it. Pure references of EN 319 411-2 get none: they inherit.
Inputs: the catalogue, ``source/kinds.yaml``, ``source/conditions.yaml``.
Outputs: planned items in a stable order.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tools.make_packs.catalogue import Catalogue, Key

SOURCE = Path(__file__).parent / "source"


@dataclass(frozen=True)
class Kind:
    """What stands behind one kind of evidence."""

    code: str
    title: str
    files: tuple[str, ...]
    owner: str
    date: str
    max_age: str
    depth: int
    text: str
    document: str = ""


@dataclass(frozen=True)
class Item:
    """One planned evidence item."""

    kind: Kind
    standard: str
    area: str
    title: str
    path: str
    requirements: tuple[Key, ...]
    targets: tuple[str, ...]

    @property
    def id(self) -> str:
        """Local identifier in the pack."""
        return f"ev-{self.kind.code}-{self.standard}-{self.area.replace('.', '-')}"

    @property
    def section(self) -> str:
        """Heading of the section of the document that holds it."""
        return f"EN 319 {self.standard} clause {self.area}"


def read(name: str) -> Any:
    """Read a YAML file of ``source/``."""
    return yaml.safe_load((SOURCE / name).read_text(encoding="utf-8"))


def kinds() -> dict[str, Kind]:
    """All kinds of evidence by code."""
    result = {}
    for code, entry in read("kinds.yaml").items():
        result[code] = Kind(
            code,
            entry["title"],
            tuple(entry.get("files") or [entry["file"]]),
            entry["owner"],
            f"{entry['date']}T12:00:00Z",
            entry["max-age"],
            entry["depth"],
            entry["text"],
            entry.get("document", ""),
        )
    return result


def declarations(catalogue: Catalogue, policy: str) -> dict[str, tuple[bool, str]]:
    """Declared conditions that stand in a requirement reached by the policy.

    Raises:
        KeyError: a marked or implied condition has no decision in ``source/conditions.yaml``.
    """
    decided = read("conditions.yaml")
    codes = {catalogue.condition(key) for key in catalogue.reach(policy)} - {""}
    wanted = {code for code in codes if catalogue.kinds[code] in {"marked", "implied"}}
    return {code: (decided[code][0], decided[code][1]) for code in sorted(wanted)}


def not_applicable(catalogue: Catalogue, policy: str) -> frozenset[Key]:
    """Reached requirements whose condition is declared false."""
    false = {code for code, (holds, _) in declarations(catalogue, policy).items() if not holds}
    return frozenset(k for k in catalogue.reach(policy) if catalogue.condition(k) in false)


def items(catalogue: Catalogue, policy: str) -> list[Item]:
    """Plan the evidence of a policy."""
    reached = catalogue.reach(policy)
    idle = not_applicable(catalogue, policy)
    known = kinds()
    groups: dict[tuple[str, str, str], list[Key]] = defaultdict(list)
    for key in sorted(reached, key=lambda k: list(catalogue.requirements).index(k)):
        if key in idle or catalogue.pure(key, reached):
            continue
        row = catalogue.requirements[key]
        for code in row["evidence"].split("|"):
            area = ".".join(row["clause"].split(".")[: known[code].depth])
            groups[(code, "401" if key[0] == "401" else "411", area)].append(key)
    result: list[Item] = []
    taken: dict[str, int] = defaultdict(int)
    for (code, standard, area), keys in sorted(groups.items(), key=_order):
        kind = known[code]
        path = kind.files[taken[code] % len(kind.files)]
        taken[code] += 1
        clause = ("401" if standard == "401" else "411-1", area)
        subject = catalogue.titles.get(clause) or f"clause {area}"
        targets = _targets(catalogue, keys, idle, reached)
        result.append(
            Item(kind, standard, area, f"{kind.title}: {subject}", path, tuple(keys), targets)
        )
    return result


def _order(group: tuple[tuple[str, str, str], list[Key]]) -> tuple[str, str, list[int]]:
    code, standard, area = group[0]
    return code, standard, [int(part) for part in area.split(".")]


def _targets(
    catalogue: Catalogue, keys: list[Key], idle: frozenset[Key], reached: frozenset[Key]
) -> tuple[str, ...]:
    """Name the whole clause where the item supports all of it, else the single requirements."""
    held = set(keys)
    targets: dict[str, None] = {}
    for key in keys:
        members = catalogue.clause(key)
        whole = len(members) > 1 and all(member in held or (member in idle) for member in members)
        if whole and not any(catalogue.pure(member, reached) for member in members):
            targets[f"{key[0]}:clause/{catalogue.requirements[key]['clause']}"] = None
        else:
            targets[f"{key[0]}:{key[1]}"] = None
    return tuple(targets)
