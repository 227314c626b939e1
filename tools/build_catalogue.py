"""Write ``ontology/catalogue/*.ttl`` from ``data/catalogue`` and ``data/codelists``."""

from __future__ import annotations

from pathlib import Path

from tools.catalogue import iris, sources
from tools.catalogue.edges import reference_graph
from tools.catalogue.legal import law_graph
from tools.catalogue.lists import codelist_graph, glossary_graph
from tools.catalogue.policies import policies_graph
from tools.catalogue.standards import standard_graph

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "ontology" / "catalogue"


def render(data: Path = ROOT / "data") -> dict[Path, str]:
    """File → text of all generated files."""
    tables = sources.read(data)
    graphs = [
        *(standard_graph(tables, name) for name in iris.STANDARDS),
        policies_graph(tables),
        reference_graph(tables),
        law_graph(tables),
        codelist_graph(tables),
        glossary_graph(tables),
    ]
    return {TARGET / f"{graph.name}.ttl": graph.turtle() for graph in graphs}


if __name__ == "__main__":
    TARGET.mkdir(exist_ok=True)
    for path, text in render().items():
        path.write_text(text, encoding="utf-8", newline="\n")
