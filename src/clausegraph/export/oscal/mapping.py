"""OSCAL mapping collection (1.2 and later): the inheritance chain between the standards.

Input: the view ``chain-references``. Output: per pair of standards the references by which a later
standard takes over, refines or takes out requirements of an earlier one. The relation of the graph
is kept as the relationship, in our own namespace: the set relations of OSCAL say how much two texts
overlap, which no reference states. Source: EN 319 411-2 clause 5.1 and the references of all three
standards.
"""

from __future__ import annotations

from itertools import groupby

from clausegraph.export.oscal.bundle import CATALOG, Bundle
from clausegraph.export.oscal.elements import NAMESPACE, Json, filled, prop
from clausegraph.views import Row


def document(bundle: Bundle) -> Json | None:
    """The mapping collection, None where no reference crosses from a standard to another."""
    pairs: dict[tuple[str, str], list[Row]] = {}
    for row in bundle.projection.rows("chain-references"):
        source, target = bundle.controls[str(row["source"])], bundle.controls[str(row["target"])]
        key = (str(source["standard"]), str(target["standard"]))
        if key[0] != key[1]:
            pairs.setdefault(key, []).append(row)
    if not pairs:
        return None
    return {
        "mapping-collection": {
            "uuid": bundle.document_uuid("mapping-collection"),
            "metadata": bundle.metadata(
                "How EN 319 411-2, EN 319 411-1 and EN 319 401 build on each other"
            ),
            "provenance": {
                "method": "human",
                "matching-rationale": "syntactic",
                "status": "complete",
                "mapping-description": "References as the standards print them; where a cited "
                "identifier was renumbered, a bridge says what it is read as.",
            },
            "mappings": [_mapping(bundle, *pair, rows) for pair, rows in sorted(pairs.items())],
        }
    }


def _mapping(bundle: Bundle, source: str, target: str, rows: list[Row]) -> Json:
    return {
        "uuid": bundle.uuid("mapping", source.replace(" ", "-"), target.replace(" ", "-")),
        "source-resource": {"type": "catalog", "href": CATALOG, "remarks": source},
        "target-resource": {"type": "catalog", "href": CATALOG, "remarks": target},
        "maps": [
            _map(bundle, source_iri, relation, list(group))
            for (source_iri, relation), group in groupby(
                sorted(rows, key=lambda r: (str(r["source"]), str(r["relation"]))),
                key=lambda r: (str(r["source"]), str(r["relation"])),
            )
        ],
    }


def _map(bundle: Bundle, source: str, relation: str, rows: list[Row]) -> Json:
    targets: dict[str, bool] = {}
    for row in rows:
        iri = str(row["target"])
        targets[iri] = targets.get(iri, True) and bool(row["bridge"])
    return filled(
        uuid=bundle.uuid("map", relation, source, str(rows[0]["target"])),
        ns=NAMESPACE,
        relationship=relation,
        sources=[{"type": "control", "id-ref": bundle.control(source)}],
        targets=[
            filled(
                type="control",
                id_ref=bundle.control(iri),
                props=prop("by-bridge", True) if bridged else None,
            )
            for iri, bridged in targets.items()
        ],
    )
