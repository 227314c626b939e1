"""Frameworks and mappings as values, before they become YAML or XLSX.

Input: the views of the catalogue and what applies under each certificate policy. Output: one
framework per standard, whose implementation groups are the policies of EN 319 411-2 clause 5.3;
one per act of law; and the mappings between them. Texts are our own words; of clauses only number
and title are carried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clausegraph import views
from clausegraph.export.ciso import urns
from clausegraph.export.projection import Projection
from clausegraph.views import Row

POLICIES = ("QCP-n", "QCP-l", "QCP-n-qscd", "QCP-l-qscd", "QEVCP-w", "QNCP-w", "QNCP-w-gen")
STANDARDS = ("EN 319 401", "EN 319 411-1", "EN 319 411-2")
_REACHED = ("applies", "undecided")
# How much of the target a source covers. Only a plain incorporation says that all of it does.
_RELATIONSHIP = {"incorporates": "superset", "incorporates-if": "intersect", "refines": "intersect"}
_STRONGEST = ("superset", "intersect")


@dataclass(frozen=True, slots=True)
class Node:
    """A clause, requirement or provision.

    Attributes:
        identifier: as printed.
        parent: identifier of the clause that it stands in, or empty.
        iri: of a requirement or provision, else empty; only these can be assessed.
        groups: policies under which it applies.
    """

    identifier: str
    parent: str
    depth: int
    name: str = ""
    description: str = ""
    evidence: str = ""
    annotation: str = ""
    iri: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Framework:
    """A standard or an act."""

    name: str
    edition: str
    description: str
    nodes: tuple[Node, ...]
    groups: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Name and edition."""
        return f"{self.name} {self.edition}".strip()


@dataclass(frozen=True, slots=True)
class Link:
    """A mapping; ``source`` and ``target`` are identifiers of nodes."""

    source: str
    target: str
    relationship: str
    annotation: str


@dataclass(frozen=True, slots=True)
class Mappings:
    """All mappings from one framework to another, by their names."""

    source: str
    target: str
    links: tuple[Link, ...]


def standards(pack: Projection) -> list[Framework]:
    """The three standards."""
    groups = _groups(pack)
    by_standard: dict[str, list[Row]] = {}
    for row in pack.rows("catalogue"):
        if row["modality"] != "void":
            by_standard.setdefault(str(row["standard"]), []).append(row)
    clauses: dict[str, list[Row]] = {}
    for row in pack.rows("clauses"):
        clauses.setdefault(str(row["standard"]), []).append(row)
    return [
        Framework(
            name,
            str(clauses[name][0]["edition"]),
            f"Requirements of {name} in our own words, with the certificate policies of "
            "EN 319 411-2 as implementation groups. The standard itself is binding.",
            tuple(_tree(clauses[name], by_standard[name], groups)),
            POLICIES,
        )
        for name in STANDARDS
    ]


def _groups(pack: Projection) -> dict[str, list[str]]:
    """Requirement to the policies under which it applies, whatever the conditions."""
    found: dict[str, list[str]] = {}
    for policy in POLICIES:
        for row in views.rows(pack.derive(policy), "inheritance"):
            if row["standing"] in _REACHED:
                found.setdefault(str(row["requirement"]), []).append(policy)
    return found


def _tree(
    clauses: Sequence[Row], requirements: Sequence[Row], groups: Mapping[str, Sequence[str]]
) -> Iterable[Node]:
    """Clauses that hold requirements, each followed by its requirements and its sub-clauses."""
    parents = {str(c["identifier"]): str(c["parent"] or "") for c in clauses}
    held: dict[str, list[Row]] = {}
    for row in requirements:
        held.setdefault(str(row["clause"]), []).append(row)
    needed = {p for clause in held for p in _path(clause, parents)}
    for clause in clauses:
        identifier = str(clause["identifier"])
        if identifier not in needed:
            continue
        depth = len(_path(identifier, parents))
        parent = parents[identifier]
        yield Node(identifier, parent, depth, name=str(clause["title"] or ""))
        for row in held.get(identifier, ()):
            yield _requirement(row, identifier, depth + 1, groups)


def _path(clause: str, parents: Mapping[str, str]) -> list[str]:
    path: list[str] = []
    while clause and clause not in path:
        path.append(clause)
        clause = parents.get(clause, "")
    return path


def _requirement(row: Row, clause: str, depth: int, groups: Mapping[str, Sequence[str]]) -> Node:
    iri, said = str(row["requirement"]), [f"Modality: {row['modality']}."]
    if row["condition"]:
        said.append(f"Only if: {row['condition']}.")
    return Node(
        str(row["identifier"]),
        clause,
        depth,
        description=str(row["summary"] or ""),
        evidence=str(row["kinds"] or "").replace("; ", ", "),
        annotation=" ".join(said),
        iri=iri,
        groups=tuple(groups.get(iri, ())),
    )


def acts(pack: Projection) -> list[Framework]:
    """The acts of law that the annexes of the standards map to."""
    found: dict[str, dict[str, Row]] = {}
    for row in pack.rows("law-mappings"):
        found.setdefault(str(row["act"]), {})[str(row["law"])] = row
    return [
        Framework(
            act,
            "",
            f"Provisions of {act} to which EN 319 401 and EN 319 411-2 map requirements, by "
            "number only. The act itself is binding.",
            tuple(_provision(row) for row in provisions.values()),
        )
        for act, provisions in found.items()
    ]


def _provision(row: Row) -> Node:
    gone = "Repealed; kept because the standard still maps to it." if row["repealed"] else ""
    name = str(row["label"] or row["provision"])
    return Node(_of_act(row), "", 1, name, annotation=gone, iri=str(row["law"]))


def _of_act(row: Row) -> str:
    """A provision as the platform can name it: ``art-24-2-a``."""
    return str(row["law"]).rpartition("/")[2]


def chain(pack: Projection) -> list[Mappings]:
    """How a later standard covers an earlier one: 411-2 to 411-1 to 401."""
    names = {str(r["requirement"]): r for r in pack.rows("catalogue") if r["modality"] != "void"}
    found: dict[tuple[str, str], dict[tuple[str, str], Link]] = {}
    for row in pack.rows("chain-references"):
        source, target = names.get(str(row["source"])), names.get(str(row["target"]))
        relationship = _RELATIONSHIP.get(str(row["relation"]))
        if not (source and target and relationship) or source["standard"] == target["standard"]:
            continue
        bridge = "; read through an edition bridge" if row["bridge"] else ""
        link = Link(
            str(source["identifier"]),
            str(target["identifier"]),
            relationship,
            f"{row['relation']}: cites {row['cited']}{bridge}",
        )
        _keep(found.setdefault((str(source["standard"]), str(target["standard"])), {}), link)
    return _sets(found)


def law(pack: Projection) -> list[Mappings]:
    """Which provisions the requirements of each standard stand for."""
    names = {str(r["requirement"]): r for r in pack.rows("catalogue") if r["modality"] != "void"}
    found: dict[tuple[str, str], dict[tuple[str, str], Link]] = {}
    for row in pack.rows("law-mappings"):
        source = names.get(str(row["requirement"]))
        if source:
            by = "mapped as such" if row["direct"] else "mapped through its clause"
            link = Link(str(source["identifier"]), _of_act(row), "intersect", by)
            _keep(found.setdefault((str(row["standard"]), str(row["act"])), {}), link)
    return _sets(found)


def _keep(links: dict[tuple[str, str], Link], link: Link) -> None:
    """One mapping per pair: the strongest, of equal ones the first."""
    before = links.get((link.source, link.target))
    if before is None or _place(link) < _place(before):
        links[link.source, link.target] = link


def _place(link: Link) -> int:
    return _STRONGEST.index(link.relationship)


def _sets(found: Mapping[tuple[str, str], Mapping[tuple[str, str], Link]]) -> list[Mappings]:
    return [
        Mappings(source, target, tuple(links.values()))
        for (source, target), links in sorted(found.items())
    ]


def node_urn(framework: str, node: Node) -> str:
    """URN of a node."""
    return urns.node(framework, node.identifier)
