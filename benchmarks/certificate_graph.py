"""A generated graph of certificates, and shapes for it: the same for the same numbers.

A certificate has ten to twelve triples, so that 100,000 of them are 1.04 million. By default one in
thirty has a serial number of the wrong form, one in forty-five a key that is too short, one in
ninety is revoked without a reason.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

PREFIXES = """@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
_RULE = """
ex:CertificateShape{n} a sh:NodeShape ; sh:targetClass ex:Certificate ;
  sh:property ex:serial{n} , ex:policy{n} , ex:issuer{n} , ex:from{n} , ex:until{n} , ex:key{n} , ex:size{n} ;
  sh:or ( [ sh:path ex:revoked ; sh:maxCount 0 ] [ sh:path ex:reason ; sh:minCount 1 ] ) .
ex:serial{n} sh:path ex:serialNumber ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ;
  sh:pattern "^[0-9a-f]+$" .
ex:policy{n} sh:path ex:policyOid ; sh:minCount 1 ; sh:in ( "0.4.0.194112.1.0" "0.4.0.194112.1.2" ) .
ex:issuer{n} sh:path ex:issuedBy ; sh:minCount 1 ; sh:maxCount 1 ; sh:class ex:Authority .
ex:from{n} sh:path ex:validFrom ; sh:minCount 1 ; sh:datatype xsd:dateTime ; sh:lessThan ex:validUntil .
ex:until{n} sh:path ex:validUntil ; sh:minCount 1 ; sh:datatype xsd:dateTime .
ex:key{n} sh:path ex:keyType ; sh:minCount 1 ; sh:nodeKind sh:Literal .
ex:size{n} sh:path ex:keySize ; sh:minInclusive 256 ; sh:maxCount 1 .
"""
SPARQL = (
    PREFIXES
    + """
ex:S a sh:NodeShape ; sh:targetClass ex:Certificate ; sh:sparql [
  sh:select "SELECT $this WHERE { $this <http://example.org/revoked> true . FILTER NOT EXISTS { $this <http://example.org/reason> ?r } }" ] .
"""
)
_START = datetime(2025, 1, 1)  # noqa: DTZ001 - written with its Z below
_YEARS = timedelta(days=730)


def shapes(times: int = 1) -> str:
    """Seven property shapes with eighteen constraints and one ``sh:or``, some times over."""
    return PREFIXES + "".join(_RULE.format(n=n or "") for n in range(times))


SHAPES = shapes()


def generate(nodes: int, path: Path, every: int = 30) -> None:
    """Write the graph as Turtle.

    Args:
        nodes: number of certificates.
        path: file that is written.
        every: one certificate in so many has a wrong serial number; 0 for none wrong at all.
    """
    with path.open("w", encoding="utf-8") as out:
        out.write(PREFIXES)
        for ca in range(10):
            out.write(f"ex:ca{ca} a ex:Authority .\n")
        for n in range(nodes):
            wrong = every and n % every == 0
            short = every and n % max(every * 3 // 2, 1) == 0
            silent = every and n % (every * 3) == 1
            start = _START + timedelta(minutes=n)
            revoked = ' ; ex:revoked true ; ex:reason "keyCompromise"' if n % 5 == 0 else ""
            revoked = " ; ex:revoked true" if silent else revoked
            out.write(
                f'ex:c{n} a ex:Certificate ; ex:serialNumber "{"NOT-HEX" if wrong else f"{n * 7919:x}"}" ;'
                f' ex:policyOid "0.4.0.194112.1.{n % 2 * 2}" ; ex:issuedBy ex:ca{n % 10} ;'
                f' ex:validFrom "{start.isoformat()}Z"^^xsd:dateTime ;'
                f' ex:validUntil "{(start + _YEARS).isoformat()}Z"^^xsd:dateTime ;'
                f' ex:keyType "EC" ; ex:keySize {192 if short else 256} ; ex:number {n} ;'
                f' ex:subjectKey "{n * 104_729:012x}"{revoked} .\n'
            )
