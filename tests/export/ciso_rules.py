"""The documented rules of CISO Assistant libraries, checked without any code of the exporter.

What the platform's documents and importer say: required keys, integer version, forms of URNs, known
parents, groups that are defined, mappings between known nodes. A checker of our own, since the
platform itself cannot be run here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

URN = re.compile(r"urn:([a-z0-9._-]+:)*[a-z0-9._-]+")
HEAD = (
    "urn",
    "locale",
    "ref_id",
    "name",
    "description",
    "copyright",
    "version",
    "provider",
    "packager",
    "objects",
)
RELATIONSHIPS = {"equal", "subset", "superset", "intersect", "not_related"}
RATIONALES = {"syntactic", "semantic", "functional"}
RESULTS = {"not_assessed", "partially_compliant", "non_compliant", "compliant", "not_applicable"}
PROGRESS = {"to_do", "in_progress", "in_review", "done"}


def problems(documents: Mapping[str, Any]) -> Iterator[str]:
    """What the platform would refuse or skip, of libraries by file name."""
    nodes: dict[str, set[str]] = {}
    for document in documents.values():
        framework = document["objects"].get("framework")
        if framework:
            nodes[framework["urn"]] = {n["urn"] for n in framework["requirement_nodes"]}
    known = {d["urn"] for d in documents.values()}
    urns = Counter(d["urn"] for d in documents.values())
    yield from (f"two libraries {urn}" for urn, n in urns.items() if n > 1)
    for name, document in documents.items():
        yield from (f"{name}: lacks {k}" for k in HEAD if not document.get(k))
        yield from _urn(name, document["urn"], "library", document["packager"])
        if not isinstance(document["version"], int) or document["version"] < 1:
            yield f"{name}: version is no positive integer"
        yield from (
            f"{name}: unknown dependency {d}"
            for d in document.get("dependencies", ())
            if d not in known
        )
        objects = document["objects"]
        if set(objects) - {"framework", "requirement_mapping_sets"}:
            yield f"{name}: unknown objects"
        if "framework" in objects:
            yield from _framework(name, objects["framework"], document["packager"])
        for mappings in objects.get("requirement_mapping_sets", ()):
            yield from _mappings(name, mappings, nodes, document)


def _urn(name: str, urn: str, kind: str, packager: str) -> Iterator[str]:
    parts = urn.split(":")
    if (
        not URN.fullmatch(urn)
        or parts[:4] != ["urn", packager, "risk", kind]
        or packager == "intuitem"
    ):
        yield f"{name}: {urn} is no URN of a {kind}"


def _framework(name: str, framework: dict[str, Any], packager: str) -> Iterator[str]:
    yield from _urn(name, framework["urn"], "framework", packager)
    groups = {g["ref_id"] for g in framework.get("implementation_groups_definition", ())}
    seen: dict[str, int] = {}
    for node in framework["requirement_nodes"]:
        yield from _urn(name, node["urn"], "req_node", packager)
        if node["urn"] in seen:
            yield f"{name}: two nodes {node['urn']}"
        parent = node.get("parent_urn")
        if parent is not None and parent not in seen:
            yield f"{name}: {node['urn']} stands before its parent"
        if node["depth"] != (seen.get(parent, 0) if parent else 0) + 1:
            yield f"{name}: {node['urn']} has the wrong depth"
        if not isinstance(node.get("assessable"), bool):
            yield f"{name}: {node['urn']} does not say whether it is assessable"
        if set(node.get("implementation_groups", ())) - groups:
            yield f"{name}: {node['urn']} is in an unknown group"
        seen[node["urn"]] = node["depth"]
    if not any(n["assessable"] for n in framework["requirement_nodes"]):
        yield f"{name}: nothing can be assessed"


def _mappings(
    name: str, mappings: dict[str, Any], nodes: Mapping[str, set[str]], document: dict[str, Any]
) -> Iterator[str]:
    yield from _urn(name, mappings["urn"], "req_mapping_set", document["packager"])
    pairs: Counter[tuple[str, str]] = Counter()
    for mapping in mappings["requirement_mappings"]:
        pair = (mapping["source_requirement_urn"], mapping["target_requirement_urn"])
        pairs[pair] += 1
        for side, urn in zip(("source", "target"), pair, strict=True):
            framework = mappings[f"{side}_framework_urn"]
            if urn not in nodes.get(framework, ()):
                yield f"{name}: {urn} is no node of {framework}"
            if framework.replace(":framework:", ":library:") not in document["dependencies"]:
                yield f"{name}: {framework} is no dependency"
        if (
            mapping["relationship"] not in RELATIONSHIPS
            or mapping.get("rationale", "semantic") not in RATIONALES
        ):
            yield f"{name}: {pair} has an unknown relationship or rationale"
    yield from (f"{name}: {pair} stands twice" for pair, n in pairs.items() if n > 1)
