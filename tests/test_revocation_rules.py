"""What is inferred about revocations: latency per method, the certificate concerned, the limit."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from clausegraph.periods import CUSTOM

from .conftest import ROOT

CG = "https://w3id.org/clausegraph/core#"
PREFIXES = """
@prefix cg: <https://w3id.org/clausegraph/core#> .
@prefix ex: <https://w3id.org/clausegraph/id/test/> .
@prefix schema: <http://schema.org/> .
@prefix certificate-status: <https://w3id.org/clausegraph/catalogue/certificate-status/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def inferred(rule: str, data: str) -> set[tuple[str, str]]:
    """Local names of the properties, and the values, that a rule writes."""
    store = ox.Store()
    store.load((PREFIXES + data).encode(), format=ox.RdfFormat.TURTLE)
    query = (ROOT / "queries" / "rules" / f"{rule}.rq").read_text("utf-8")
    found = store.query(query, custom_functions=CUSTOM)
    assert isinstance(found, ox.QueryTriples)
    return {(t.predicate.value.removeprefix(CG), getattr(t.object, "value", "")) for t in found}


def at(text: str) -> str:
    return f'"{text}"^^xsd:dateTime'


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", set()),
        (f"; cg:publishedOnCrlAt {at('2026-01-02T00:00:00Z')}", {("crlLatencySeconds", "86400")}),
        (f"; cg:publishedByOcspAt {at('2026-01-01T00:00:01.2Z')}", {("ocspLatencySeconds", "2")}),
        (
            f"; cg:effectiveFrom {at('2026-01-01T12:00:00Z')} "
            f"; cg:publishedOnCrlAt {at('2026-01-02T00:00:00Z')}",
            {("crlLatencySeconds", "43200")},
        ),
        (
            f"; cg:effectiveFrom {at('2025-01-01T12:00:00Z')} "
            f"; cg:publishedOnCrlAt {at('2026-01-02T00:00:00Z')}",
            {("crlLatencySeconds", "86400")},
        ),
    ],
)
def test_latency_runs_from_the_request_or_the_later_date_asked_for(
    more: str, expected: set[tuple[str, str]]
) -> None:
    data = f"ex:it a cg:Revocation ; cg:requestedAt {at('2026-01-01T00:00:00Z')} {more} ."
    assert inferred("revocation-latency", data) == expected


def test_every_method_shows_a_revocation_within_a_day() -> None:
    data = f"""ex:a a cg:StatusAnswer ; cg:status certificate-status:revoked ;
        cg:revokedAt {at("2026-01-01T00:00:00Z")} .
        ex:b a cg:StatusAnswer ; cg:status certificate-status:good ."""
    assert inferred("revocation-visible", data) == {("due", "2026-01-02T00:00:00Z")}


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ('schema:serialNumber "00AB12"', True),
        ('schema:serialNumber "ab13"', False),
        ("cg:artefact ex:file", True),
        ('schema:serialNumber "ab12" ; cg:authority ex:ca', True),
        ('schema:serialNumber "ab12" ; cg:authority ex:other', False),
    ],
)
def test_the_certificate_concerned(event: str, found: bool) -> None:
    data = f"""ex:event a cg:Revocation ; cg:inPack ex: ; {event} . ex:file cg:contains ex:certificate .
        ex:certificate a cg:Certificate ; schema:serialNumber "ab12" ; cg:issuerName "CN=CA" .
        ex:ca cg:artefact ex:f1 . ex:f1 cg:contains ex:c1 . ex:c1 cg:subjectName "CN=CA" .
        ex:other cg:artefact ex:f2 . ex:f2 cg:contains ex:c2 . ex:c2 cg:subjectName "CN=Other" ."""
    certificate = "https://w3id.org/clausegraph/id/test/certificate"
    assert inferred("revocation-subject", data) == ({("about", certificate)} if found else set())


@pytest.mark.parametrize(
    ("levels", "more", "due"),
    [
        (["root"], "", "2027-01-01T00:00:00Z"),
        (["issuing"], "", "2026-01-02T00:00:00Z"),
        (["root", "issuing"], "", "2026-01-02T00:00:00Z"),
        (["issuing"], "; cg:lastIssue true", None),
    ],
)
def test_when_the_next_list_is_due(levels: list[str], more: str, due: str | None) -> None:
    authorities = " ".join(
        f"ex:status cg:authority ex:{level} . ex:{level} dcterms:type "
        f"<https://w3id.org/clausegraph/catalogue/ca-level/{level}> ."
        for level in levels
    )
    data = f"""@prefix dcterms: <http://purl.org/dc/terms/> . {authorities}
        ex:status a cg:StatusService ; cg:artefact ex:file . ex:file cg:contains ex:list .
        ex:list a cg:RevocationList ; dcterms:issued {at("2026-01-01T00:00:00Z")} {more} ."""
    assert inferred("list-due", data) == ({("due", due)} if due else set())
