"""What is understood of a text: outline, disclosure sections, passages, identifiers, dates."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from clausegraph.artefacts.documents import identifiers, outline, stated
from clausegraph.artefacts.documents.model import DocumentText
from clausegraph.artefacts.documents.passages import _find, _pattern, passages
from clausegraph.artefacts.documents.plain import read_markdown
from clausegraph.artefacts.documents.wording import table
from tests.conftest import ROOT

CHAPTERS = [m for m in outline.framework() if "." not in m.number]


def document(*headings: str) -> DocumentText:
    return read_markdown("\n".join(f"# {heading}" for heading in headings).encode())


def placed(*headings: str) -> list[str]:
    found = outline.place(document(*headings))
    return [found.get(index, "") for index in range(len(headings))]


def test_the_outline_itself_is_understood() -> None:
    model = outline.framework()
    assert placed(*(f"{m.number} {m.title}" for m in model)) == [m.number for m in model]
    assert placed(*(m.title.upper() for m in model)) == [m.number for m in model]
    assert len(CHAPTERS) == 9


@pytest.mark.parametrize(
    ("heading", "number"),
    [
        ("4.9 Revocation and suspension of certificates", "4.9"),
        ("4.9. CERTIFICATE REVOCATION AND SUSPENSION", "4.9"),
        ("5.8 Termination of the CA or RA", "5.8"),
        ("Business and legal matters", "9"),
        ("7.4 Certificate status services", "4.10"),
        ("6.8 Timestamping", "6.8"),
        ("4.9 Prices of our products", ""),
        ("Thanks", ""),
    ],
)
def test_headings_worded_differently(heading: str, number: str) -> None:
    assert placed(heading) == [number]


def test_another_language_is_placed_when_the_numbers_follow() -> None:
    model = outline.framework()
    assert placed(*(f"{m.number} Überschrift" for m in model)) == [m.number for m in model]
    assert placed("1 Einführung", "2 Veröffentlichung") == ["", ""]


def test_what_is_missing_and_what_is_out_of_order() -> None:
    found = outline.place(
        document(
            "1 Introduction",
            "3 Identification and authentication",
            "2 Publication and repository responsibilities",
        )
    )
    assert [m.number for m in outline.missing(CHAPTERS, found)] == ["4", "5", "6", "7", "8", "9"]
    assert outline.out_of_order(found) == [2]


def test_disclosure_sections_carry_the_titles_of_the_catalogue() -> None:
    with (ROOT / "data" / "catalogue" / "pds_sections.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(m.number, m.title) for m in outline.disclosures()] == [
        (r["order"], r["title"]) for r in rows
    ]
    found = outline.disclose(document(*(f"{m.number} {m.title}" for m in outline.disclosures())))
    assert list(found.values()) == [str(n) for n in range(1, 12)]


def test_disclosure_sections_in_other_words() -> None:
    headings = ("PKI disclosure statement", "1 Contact", "4 Duties of subscribers", "8 Privacy")
    assert outline.disclose(document(*headings)) == {1: "1", 2: "4", 3: "8"}


ENGLISH = " The rest of the text is for the reader and is in the language of the test.\n"


def said(sentence: str, subject: str = "trust-anchor") -> list[bool]:
    text = read_markdown(f"# Notice\n{sentence}{ENGLISH}".encode())
    return [p.holds for p in passages(text) if p.subject == subject]


@pytest.mark.parametrize(
    "sentence",
    [
        "The trust anchor is the service digital identifier in the trusted list.",
        "Rely on it only when its chain ends at the service digital identity in the EU trusted list.",
        "The trust anchor, as stated in the\ntrusted-list entry, is the service digital\nidentifier.",
        "No trust anchor other than the service digital identifier of the Trusted List is to be used.",
        "Do not rely on a certificate unless the trust anchor is the service digital identifier in the trusted list.",
        "The trust anchor is the service digital identifier in the trusted list and not the root.",
    ],
)
def test_the_trust_anchor_is_stated(sentence: str) -> None:
    assert said(sentence) == [True]


@pytest.mark.parametrize(
    "sentence",
    [
        "The trust anchor is not the service digital identifier in the trusted list.",
        "The service digital identifier in the trusted list cannot serve as trust anchor.",
        "It is never required that the trust anchor is the service digital identifier in a trusted list.",
        "Rely on a certificate when its chain ends at the root certificate published in the repository.",
        "The trust anchor is the root certificate of the provider.",
    ],
)
def test_the_trust_anchor_is_denied(sentence: str) -> None:
    assert said(sentence) == [False]


@pytest.mark.parametrize(
    "sentence",
    [
        "The provider is on the trusted list.",
        "A trust anchor is what a chain ends in.",
        "The trust anchor is in the trusted list.",
        "The trust anchor is not the root certificate.",
    ],
)
def test_nothing_is_concluded(sentence: str) -> None:
    assert said(sentence) == []


def test_other_languages_are_not_decided() -> None:
    german = (
        "Der Vertrauensanker (trust anchor) ist der service digital identifier der trusted list, "
        "und die Zertifikate werden von der Stelle für den Zweck ausgestellt, der nicht gilt."
    )
    text = read_markdown(german.encode())
    assert text.language == "de"
    assert passages(text) == ()


@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        ("Status information stays available after the end of validity.", [True]),
        ("Revoked entries are not removed from the CRL after expiry of the certificate.", [True]),
        ("The OCSP responder gives no answer for expired certificates.", [False]),
        ("Nothing is said about status after the end of validity.", [False]),
        ("The status is published at once.", []),
    ],
)
def test_status_beyond_expiry(sentence: str, holds: list[bool]) -> None:
    assert said(sentence, "status-beyond-expiry") == holds


def test_requirements() -> None:
    text = (
        "OVR-6.3.5-12 and EN 319 401 REQ-7.9.2-03X, 411-2:OVR-5.1-02; CSS-6.3.10-\n10, REQ-7.11-1-02 "
        "OVR-6.8.6-04a, not XOVR-1-1 or OVR-A or ISO-6.3-1. OVR-6.3.5-12"
    )
    assert identifiers.requirements(text) == (
        "OVR-6.3.5-12", "401:REQ-7.9.2-03X", "411-2:OVR-5.1-02", "CSS-6.3.10-10", "REQ-7.11-1-02",
        "OVR-6.8.6-04a",
    )  # fmt: skip


def test_every_identifier_of_the_catalogue_is_recognised() -> None:
    with (ROOT / "data" / "catalogue" / "requirements.csv").open(encoding="utf-8") as file:
        names = {row["id"] for row in csv.DictReader(file)}
    assert {found for name in names for found in identifiers.requirements(f"x {name}.")} == names


def test_object_identifiers_addresses_digests() -> None:
    assert identifiers.policy_oids("OID 0.4.0.194112.1.2. 1.2.3.4 of 1.3.6.1.4.1.9.1, 9.9.9.9.9") == (
        "0.4.0.194112.1.2", "1.3.6.1.4.1.9.1",
    )  # fmt: skip
    assert identifiers.addresses("at (https://a.example/cps), http://b.example/x. https://a.example/cps") == (
        "https://a.example/cps", "http://b.example/x",
    )  # fmt: skip
    digest = "0a1b2c3d" * 8
    groups = " ".join(digest[n : n + 2].upper() for n in range(0, 64, 2))
    broken = f"{digest[:40]}\n{digest[40:]}"
    for text in (digest, groups, groups.replace(" ", ":"), broken):
        assert identifiers.digests(f"SHA-256: {text} is the digest") == (digest,)
    assert identifiers.digests(digest * 2) == ()
    assert identifiers.digests(f"{groups} {groups}") == ()


@pytest.mark.parametrize(
    ("text", "version", "issued", "effective"),
    [
        ("Version 3.1 of 15 September 2026", "3.1", date(2026, 9, 15), None),
        ("v1.0.2, effective as of January 2nd, 2026", "1.0.2", None, date(2026, 1, 2)),
        ("Next review by 8 March 2028. Ver. 4, dated 01.02.2025", "4", date(2025, 2, 1), None),
        ("31 February 2026", "", None, None),
        ("nothing", "", None, None),
    ],
)
def test_what_a_document_states_of_itself(
    text: str, version: str, issued: date | None, effective: date | None
) -> None:
    assert stated.version(text) == version
    assert stated.dates(text) == (issued, effective)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The policy of the provider is in the repository and applies to all.", "en"),
        (
            "Die Zertifikate werden von der Stelle für den Zweck ausgestellt und sind nicht übertragbar.",
            "de",
        ),
        (
            "Les certificats sont délivrés par le prestataire pour une durée fixée dans la politique des services.",
            "fr",
        ),
        ("A B C", ""),
    ],
)
def test_language(text: str, language: str) -> None:
    assert stated.language(text) == language


@pytest.mark.parametrize(
    "sentence",
    [
        "The Trust-Anchor is the service digital identifier.",
        "the \u017ftatus of expired certificates",  # a long s counts as s
        "STATU\u017f",
        "No trustanchor here, and no untrust anchors.",
        "Revocation   lists keep entries after their end of validity.",
        "Nothing of the kind.",
    ],
)
def test_the_quick_look_never_misses_a_phrase(sentence: str) -> None:
    concepts = {row["concept"] for row in table("wording")}
    for concept in sorted(concepts):
        found, there = _find(concept, sentence), _pattern(concept).search(sentence)
        assert (found and found.span()) == (there and there.span()), concept
    assert len(concepts) > 8
