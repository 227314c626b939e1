"""Write ``src/clausegraph/terms.py`` from ``ontology/core.ttl``.

Input: the core ontology. Output: a module of string constants, so that a misspelt term is an
error of the type checker and no library is loaded for it. ``--check`` compares and writes
nothing (exit 1 when the file is stale).
"""

from __future__ import annotations

import keyword
import sys
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "ontology" / "core.ttl"
TARGET = ROOT / "src" / "clausegraph" / "terms.py"

CORE = "https://w3id.org/clausegraph/core#"
PREFIXES = {
    "cccev": "http://data.europa.eu/m8g/",
    "cg": CORE,
    "cgs": "https://w3id.org/clausegraph/shapes#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "earl": "http://www.w3.org/ns/earl#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_KINDS = frozenset(
    PREFIXES["owl"] + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty")
)
_HEAD = '''"""Namespaces and terms of the graph, as plain strings.

Generated from ``ontology/core.ttl`` by ``tools/build_terms.py``: change the ontology, then run
that tool. A term that is a Python keyword has an underscore behind it (``CG.from_``).
"""
# ruff: noqa: N815  # the spelling of the ontology wins over that of Python

from __future__ import annotations

from typing import Final

'''


def declared_terms(source: Path = SOURCE) -> list[str]:
    """Local names of the terms that an ontology file declares in our namespace, sorted."""
    rdf_type = PREFIXES["rdf"] + "type"
    names = {
        quad.subject.value.removeprefix(CORE)
        for quad in ox.parse(path=str(source), format=ox.RdfFormat.TURTLE)
        if quad.predicate.value == rdf_type
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
        and quad.object.value in _KINDS
        and quad.subject.value.startswith(CORE)
    }
    return sorted(names)


def render() -> str:
    """The text of the module."""
    lines = [f'{prefix.upper()}_NS: Final = "{iri}"' for prefix, iri in sorted(PREFIXES.items())]
    lines += ["", "PREFIXES: Final[dict[str, str]] = {"]
    lines += [f'    "{prefix}": {prefix.upper()}_NS,' for prefix in sorted(PREFIXES)]
    lines += ["}", "", "", "class CG:", '    """The terms of the core ontology."""', ""]
    for name in declared_terms():
        attribute = f"{name}_" if keyword.iskeyword(name) else name
        lines.append(f'    {attribute}: Final = "{CORE}{name}"')
    return _HEAD + "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the module, or with ``--check`` only compare."""
    text = render()
    if "--check" in arguments:
        stale = not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text
        if stale:
            sys.stderr.write(f"{TARGET.name} is stale: run python tools/build_terms.py\n")
        return int(stale)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
