"""IRIs of the catalogue and the prefixes that shorten them.

Input: identifiers as the sources print them. Output: IRIs after ``docs/model.md``, section IRIs.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

ROOT: Final = "https://w3id.org/clausegraph/"
CG: Final = ROOT + "core#"
CATALOGUE: Final = ROOT + "catalogue/"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SH: Final = "http://www.w3.org/ns/shacl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS: Final = "http://purl.org/dc/terms/"
DCAT: Final = "http://www.w3.org/ns/dcat#"
ELI: Final = "http://data.europa.eu/eli/ontology#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

STANDARDS: Final = {
    "EN 319 401": ("en-319-401", "3.2.1"),
    "EN 319 411-1": ("en-319-411-1", "1.5.1"),
    "EN 319 411-2": ("en-319-411-2", "2.6.1"),
}


def standard(name: str) -> str:
    """IRI of a standard, whatever its edition."""
    return CATALOGUE + STANDARDS[name][0]


def edition(name: str) -> str:
    """IRI of the edition of a standard that is catalogued."""
    return f"{standard(name)}/{STANDARDS[name][1]}"


def requirement(name: str, identifier: str) -> str:
    """IRI of a requirement in the catalogued edition."""
    return f"{edition(name)}/{identifier}"


def clause(name: str, number: str) -> str:
    """IRI of a clause; ``Annex A`` becomes ``Annex-A``."""
    return f"{edition(name)}/clause/{number.replace(' ', '-')}"


def code(scheme: str, value: str) -> str:
    """IRI of a value of a codelist."""
    return f"{CATALOGUE}{scheme}/{value}"


def document(name: str) -> str:
    """IRI of a referenced document, from its name without the publisher ETSI or IETF."""
    return CATALOGUE + "document/" + slug(re.sub(r"^(ETSI|IETF) ", "", name))


def document_edition(act_id: str) -> tuple[str, str] | None:
    """Name and version of a standard in the list of acts, unless its edition is catalogued.

    ``etsi-en-319-412-1@v1.7.1`` gives ``EN 319 412-1`` and ``V1.7.1``; an act gives nothing.
    """
    match = re.fullmatch(r"(?:etsi|cen)-(en|ts|tr)-(\d{3})-?(\d{3})(.*)@(v?[\d.]+)", act_id)
    if match is None:
        return None
    kind, first, second, part, version = match.groups()
    space = " " if act_id.startswith("etsi") else ""
    name = f"{kind.upper()} {first}{space}{second}{part}"
    ours = STANDARDS.get(name)
    return None if ours and f"v{ours[1]}" == version else (name, version.upper())


def act(identifier: str) -> str:
    """IRI of an act."""
    return CATALOGUE + "act/" + identifier


def slug(text: str) -> str:
    """Lower-case text with hyphens, fit for an IRI."""
    return re.sub(r"[^a-z0-9.+]+", "-", text.lower()).strip("-")


def hashed(kind: str, *key: str) -> str:
    """IRI of a row without an identifier: the start of the hash of its key columns."""
    digest = hashlib.sha256("|".join(key).encode()).hexdigest()[:16]
    return f"{CATALOGUE}{kind}/{digest}"


def compact(curie: str) -> str:
    """IRI of a source column: ``411-2:OVR-6.3.5-12``, ``law:eidas/art-20-1`` or an IRI."""
    head, _, tail = curie.partition(":")
    if head == "law":
        return f"{CATALOGUE}law/{tail}"
    name = f"EN 319 {head}"
    return f"{edition(name)}/{tail}" if name in STANDARDS else curie


def _catalogue_prefixes() -> dict[str, str]:
    schemes = ("audience", "condition", "evidence-kind", "modality", "policy", "relation")
    prefixes = {scheme: f"{CATALOGUE}{scheme}/" for scheme in schemes}
    prefixes |= {
        "act": CATALOGUE + "act/",
        "bridge": CATALOGUE + "bridge/",
        "cat": CATALOGUE,
        "document": CATALOGUE + "document/",
        "ref": CATALOGUE + "reference/",
    }
    for short in ("eidas", "nis2", "dora", "gdpr", "cir-2024-2690", "cir-2025-1943",
                  "cir-2025-2162", "cir-2025-2530"):  # fmt: skip
        prefixes[short] = f"{CATALOGUE}law/{short}/"
    for name in STANDARDS:
        number = name.removeprefix("EN 319 ")
        prefixes[f"r{number}"] = f"{edition(name)}/"
        prefixes[f"c{number}"] = f"{edition(name)}/clause/"
    return prefixes


PREFIXES: Final = _catalogue_prefixes() | {
    "cg": CG,
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "eli": ELI,
    "owl": OWL,
    "rdfs": RDFS,
    "sh": SH,
    "skos": SKOS,
    "xsd": XSD,
}
