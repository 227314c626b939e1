"""SHACL engines over generated certificate graphs: load, validate, peak memory.

    python benchmarks/validation.py [--nodes 1000 10000] [--engines fast pyshacl]

Each run is a process of its own, so that peak memory is that of the engine alone. The graph is
made from a fixed formula: ten triples a certificate, a thirtieth of the certificates wrong.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PREFIXES = """@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPES = (
    PREFIXES
    + """
ex:CertificateShape a sh:NodeShape ; sh:targetClass ex:Certificate ;
  sh:property ex:serial , ex:policy , ex:issuer , ex:from , ex:until , ex:key , ex:size ;
  sh:or ( [ sh:path ex:revoked ; sh:maxCount 0 ] [ sh:path ex:reason ; sh:minCount 1 ] ) .
ex:serial sh:path ex:serialNumber ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ;
  sh:pattern "^[0-9a-f]+$" .
ex:policy sh:path ex:policyOid ; sh:minCount 1 ; sh:in ( "0.4.0.194112.1.0" "0.4.0.194112.1.2" ) .
ex:issuer sh:path ex:issuedBy ; sh:minCount 1 ; sh:maxCount 1 ; sh:class ex:Authority .
ex:from sh:path ex:validFrom ; sh:minCount 1 ; sh:datatype xsd:dateTime ; sh:lessThan ex:validUntil .
ex:until sh:path ex:validUntil ; sh:minCount 1 ; sh:datatype xsd:dateTime .
ex:key sh:path ex:keyType ; sh:minCount 1 ; sh:nodeKind sh:Literal .
ex:size sh:path ex:keySize ; sh:minInclusive 256 ; sh:maxCount 1 .
"""
)
SPARQL = (
    PREFIXES
    + """
ex:S a sh:NodeShape ; sh:targetClass ex:Certificate ; sh:sparql [
  sh:select "SELECT $this WHERE { $this <http://example.org/revoked> true . FILTER NOT EXISTS { $this <http://example.org/reason> ?r } }" ] .
"""
)


def generate(nodes: int, path: Path) -> None:
    """Write the population graph as N-Triples-like Turtle."""
    with path.open("w", encoding="utf-8") as out:
        out.write(PREFIXES)
        for ca in range(10):
            out.write(f"ex:ca{ca} a ex:Authority .\n")
        for n in range(nodes):
            serial = f"{n * 7919:x}" if n % 30 else "NOT-HEX"
            size = 256 if n % 45 else 192
            revoked = ' ; ex:revoked true ; ex:reason "keyCompromise"' if n % 5 == 0 else ""
            revoked = " ; ex:revoked true" if n % 90 == 1 else revoked
            out.write(
                f'ex:c{n} a ex:Certificate ; ex:serialNumber "{serial}" ;'
                f' ex:policyOid "0.4.0.194112.1.{n % 2 * 2}" ; ex:issuedBy ex:ca{n % 10} ;'
                f' ex:validFrom "2025-0{n % 9 + 1}-01T00:00:00Z"^^xsd:dateTime ;'
                f' ex:validUntil "2027-0{n % 9 + 1}-01T00:00:00Z"^^xsd:dateTime ;'
                f' ex:keyType "EC" ; ex:keySize {size} ; ex:number {n}{revoked} .\n'
            )


def measure(engine: str, data: Path, shapes: str) -> dict[str, float]:
    """Load and validate in this process."""
    import pyoxigraph as ox

    from clausegraph.validate.columns import Columns
    from clausegraph.validate.focus import focus_nodes
    from clausegraph.validate.run import by_columns, by_pyshacl
    from clausegraph.validate.shapes_graph import read_shapes
    from clausegraph.validate.sparql import SparqlSource

    shape_triples = [q.triple for q in ox.parse(shapes, format=ox.RdfFormat.TURTLE)]
    needs_store = "sh:sparql" in shapes

    def triples() -> object:
        return (q.triple for q in ox.parse(path=str(data), format=ox.RdfFormat.TURTLE))

    start = time.perf_counter()
    plan = read_shapes(shape_triples)
    graph = Columns(triples())  # type: ignore[arg-type]
    source = SparqlSource.of(triples() if needs_store else ())  # type: ignore[arg-type]
    loaded = time.perf_counter()
    focus = {s.name: focus_nodes(s, graph, source) for s in plan.targeted}
    if engine == "fast":
        results, left = by_columns(plan, graph, source, focus)
        assert not left
    else:
        results = by_pyshacl(triples(), shape_triples, focus)  # type: ignore[arg-type]
    done = time.perf_counter()
    return {
        "load": loaded - start,
        "validate": done - loaded,
        "results": len(results),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--engines", nargs="+", default=["fast", "pyshacl"])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--child", nargs=3, metavar=("ENGINE", "DATA", "SHAPES"))
    options = parser.parse_args()
    if options.child:
        engine, data, kind = options.child
        print(json.dumps(measure(engine, Path(data), SPARQL if kind == "sparql" else SHAPES)))
        return
    print(
        f"{'shapes':8}{'nodes':>9}{'engine':>9}{'load s':>9}{'valid. s':>10}{'MB':>7}{'results':>9}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for nodes in options.nodes:
            data = Path(folder) / f"{nodes}.ttl"
            generate(nodes, data)
            for kind in ("core", "sparql"):
                for engine in options.engines:
                    command = [sys.executable, __file__, "--child", engine, str(data), kind]
                    found = [
                        json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
                        for _ in range(options.runs)
                    ]
                    mid = {k: statistics.median(f[k] for f in found) for k in found[0]}
                    print(
                        f"{kind:8}{nodes:>9}{engine:>9}{mid['load']:>9.2f}{mid['validate']:>10.2f}"
                        f"{mid['megabytes']:>7.0f}{mid['results']:>9.0f}",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
