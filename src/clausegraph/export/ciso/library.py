"""Libraries of CISO Assistant as YAML documents and as workbooks of its version 2 form.

Input: frameworks and mappings. Output: mappings of plain values for YAML, sheets for XLSX. Both
say the same; the platform's own converter turns the second into the first. Source: the library
format of CISO Assistant, read and not copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from clausegraph.export.ciso import urns
from clausegraph.export.ciso.frameworks import Framework, Mappings, Node, node_urn

# Raised by one whenever what a library says changes: an update that does not raise it is ignored.
VERSION = 1
_COPYRIGHT = "Own words of clausegraph, Apache-2.0. Identifiers belong to their publishers."
Json = dict[str, Any]
Sheets = dict[str, list[list[str | int]]]


def framework_document(framework: Framework) -> Json:
    """The library of one framework."""
    groups = {
        "implementation_groups_definition": [
            {"ref_id": g, "name": g, "description": f"What applies under {g}"}
            for g in framework.groups
        ]
    }
    return {
        **_head(framework.name, framework.title, framework.description),
        "objects": {
            "framework": {
                "urn": urns.framework(framework.name),
                "ref_id": urns.slug(framework.name),
                "name": framework.title,
                "description": framework.description,
                **(groups if framework.groups else {}),
                "requirement_nodes": [_node(framework.name, n) for n in framework.nodes],
            }
        },
    }


def _head(name: str, title: str, description: str) -> Json:
    return {
        "urn": urns.library(name),
        "locale": "en",
        "ref_id": urns.slug(name),
        "name": title,
        "description": description,
        "copyright": _COPYRIGHT,
        "version": VERSION,
        "provider": urns.PACKAGER,
        "packager": urns.PACKAGER,
    }


def _node(framework: str, node: Node) -> Json:
    found: Json = {"urn": node_urn(framework, node)}
    if node.parent:
        found["parent_urn"] = urns.node(framework, node.parent)
    found |= {"assessable": bool(node.iri), "depth": node.depth, "ref_id": node.identifier}
    for key, value in (
        ("name", node.name),
        ("description", node.description),
        ("annotation", node.annotation),
        ("typical_evidence", node.evidence),
        ("implementation_groups", list(node.groups)),
    ):
        if value:
            found[key] = value
    return found


def mapping_document(mappings: Mappings) -> Json:
    """The library of the mappings between two frameworks, there and back.

    One library per pair, since the workbook form holds no more; like the platform's converter, the
    YAML form states the way back too.
    """
    source, target = mappings.source, mappings.target
    name = f"{urns.slug(source)}-to-{urns.slug(target)}"
    description = f"Requirements of {source} that stand for those of {target}."
    pairs = [
        (urns.node(source, m.source), urns.node(target, m.target), m.relationship, m.annotation)
        for m in mappings.links
    ]
    back = [(t, s, _REVERSE[r], a) for s, t, r, a in pairs]
    urn, ends = urns.mapping_set(source, target), (urns.framework(source), urns.framework(target))
    title = f"{source} to {target}"
    return {
        **_head(name, title, description),
        "dependencies": [urns.library(source), urns.library(target)],
        "objects": {
            "requirement_mapping_sets": [
                _mapping_set(urn, name, title, description, ends, pairs),
                _mapping_set(
                    f"{urn}-revert", f"{name}-revert", title, description, ends[::-1], back
                ),
            ]
        },
    }


_REVERSE = {"superset": "subset", "intersect": "intersect"}
_Pair = tuple[str, str, str, str]


def _mapping_set(
    urn: str, ref_id: str, name: str, description: str, ends: Sequence[str], pairs: Sequence[_Pair]
) -> Json:
    return {
        "urn": urn,
        "ref_id": ref_id,
        "name": name,
        "description": description,
        "source_framework_urn": ends[0],
        "target_framework_urn": ends[1],
        "requirement_mappings": [
            {
                "source_requirement_urn": source,
                "target_requirement_urn": target,
                "relationship": relationship,
                "rationale": "syntactic",
                "annotation": annotation,
            }
            for source, target, relationship, annotation in pairs
        ],
    }


def as_yaml(document: Json) -> bytes:
    """A document as YAML: keys in order, no line folding of words, UTF-8."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(document, Dumper=dumper, sort_keys=False, allow_unicode=True, width=100)
    return text.encode()


def sheets(document: Json) -> Sheets:
    """A library as tabs of the version 2 form: key and value, or a header and rows."""
    meta = {k: v for k, v in document.items() if k not in ("objects", "dependencies")}
    if "dependencies" in document:
        meta["dependencies"] = ", ".join(document["dependencies"])
    found: Sheets = {"library_meta": [["type", "library"], *_pairs(meta)]}
    objects = document["objects"]
    if "framework" in objects:
        found |= dict(_framework_sheets(objects["framework"]))
    for mappings in objects.get("requirement_mapping_sets", ())[:1]:
        found |= dict(_mapping_sheets(mappings, "mappings"))
    return found


def _pairs(values: Mapping[str, str | int]) -> list[list[str | int]]:
    return [[key, value] for key, value in values.items()]


_COLUMNS = ("assessable", "depth", "implementation_groups", "ref_id", "name", "description",
            "typical_evidence", "annotation")  # fmt: skip


def _framework_sheets(framework: Json) -> Iterator[tuple[str, list[list[str | int]]]]:
    base = framework["urn"].replace(":framework:", ":req_node:")
    keys = ("urn", "ref_id", "name", "description")
    meta = {k: framework[k] for k in keys} | {"base_urn": base}
    groups = framework.get("implementation_groups_definition")
    if groups:
        meta["implementation_groups_definition"] = "policies"
    yield "framework_meta", [["type", "framework"], *_pairs(meta)]
    rows: list[list[str | int]] = [list(_COLUMNS)]
    for node in framework["requirement_nodes"]:
        cells = {**node, "assessable": "x" if node["assessable"] else ""}
        cells["implementation_groups"] = ", ".join(node.get("implementation_groups", ()))
        rows.append([cells.get(c, "") for c in _COLUMNS])
    yield "framework_content", rows
    if groups:
        yield "policies_meta", [["type", "implementation_groups"], ["name", "policies"]]
        cells_of = [[g["ref_id"], g["name"], g["description"]] for g in groups]
        yield "policies_content", [["ref_id", "name", "description"], *cells_of]


def _mapping_sheets(mappings: Json, name: str) -> Iterator[tuple[str, list[list[str | int]]]]:
    keys = ("urn", "ref_id", "name", "description", "source_framework_urn", "target_framework_urn")
    meta = {k: mappings[k] for k in keys}
    bases = {}
    for side in ("source", "target"):
        base = mappings[f"{side}_framework_urn"].replace(":framework:", ":req_node:")
        meta[f"{side}_node_base_urn"] = bases[side] = base
    yield f"{name}_meta", [["type", "requirement_mapping_set"], *_pairs(meta)]
    columns = ["source_node_id", "target_node_id", "relationship", "rationale"]
    rows: list[list[str | int]] = [list(columns)]
    for m in mappings["requirement_mappings"]:
        ids = [m[f"{s}_requirement_urn"].removeprefix(bases[s] + ":") for s in bases]
        rows.append([*ids, m["relationship"], m["rationale"]])
    yield f"{name}_content", rows
