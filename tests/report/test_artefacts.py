"""What artefacts prove, in both reports: lists, certificates, status, populations, documents, files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import html

from clausegraph.report import BRIEF, ReportModel, render_html, render_text
from clausegraph.report.certificates import MOST_ANSWERS, MOST_CERTIFICATES, TONES, cards, tone
from clausegraph.report.holdings import MOST_CLASSES, MOST_FILES, what_was_found
from clausegraph.report.words import duration, spaced

from .conftest import certificate

Make = Callable[[Any], ReportModel]
STATES = pytest.mark.parametrize("state", ["ready", "blocked"])


@pytest.fixture(scope="module")
def chapters(models: dict[str, ReportModel]) -> dict[str, Any]:
    """The chapter on artefacts by state of the pack."""
    return {state: chapter(model) for state, model in models.items()}


def chapter(model: ReportModel) -> Any:
    return html.document_fromstring(render_html(model)).get_element_by_id("artefacts")


def text(node: Any) -> str:
    return " ".join(node.text_content().split())


def rows_under(tree: Any, heading: str) -> list[Any]:
    """Rows of the first table after a heading."""
    return tree.xpath(f"(.//*[@id='{heading}']/following::table)[1]//tbody/tr")


@STATES
def test_lists_show_signature_dates_and_what_they_rest_on(
    chapters: dict[str, Any], samples: dict[str, Any], state: str
) -> None:
    shown = rows_under(chapters[state], "lists")
    for row, listed in zip(shown, samples[state]["list-trust"], strict=True):
        said = text(row)
        assert f"{listed['territory']} {listed['sequence']}" in said
        assert listed["state"].capitalize() in said
        assert listed["path"] in said
        assert listed["anchor"] in said
        assert (listed["publication"] or "named by the pack") in said
        assert ("List of trusted lists EU 12" in said) == bool(listed["lotl"])
    assert ("past its next update" in text(shown[1])) == (state == "blocked")
    assert ("The digest of the signed bytes differs" in text(shown[1])) == (state == "blocked")


@STATES
def test_each_certificate_shows_both_moments_with_three_legs_and_chain(
    chapters: dict[str, Any], samples: dict[str, Any], state: str
) -> None:
    shown = chapters[state].xpath(".//div[@class='certs']/details")
    assert len(shown) == len(samples[state]["certificates"])
    assert text(shown[0]).startswith("Aurora eSign CA, first")
    lapsed = [text(card.xpath("summary/span")[0]) for card in shown if "not in force" in text(card)]
    assert lapsed == ["5e41a1artefacts/sample-1.cer"]
    for card in shown:
        serial = text(card.xpath(".//dl[@class='facts']/div[2]/dd")[0])
        iri = certificate(int(serial[-1]))
        for moment, code in zip(
            card.xpath(".//div[@class='moment']"), ("issuance", "as-of"), strict=True
        ):
            (row,) = (
                r
                for r in samples[state]["conclusions"]
                if r["certificate"] == iri and r["moment"] == code
            )
            said = text(moment)
            for part in ("service_reason", "statements_reason"):
                assert row[part].split(" ")[0] in said
            terms = [text(term) for term in moment.xpath(".//dt")]
            assert terms[:4] == ["Service", "Certificate", "Override", "Rests on"]
            assert terms[-1] == "Chain"
            assert "list FI 112, verified, announced by list of lists EU 12" in said
            assert ("Not qualified" in said) == (row["result"] == "not-qualified")
            assert ("not on a qualified device" in said) == (row["device"] is False)


def test_no_holder_is_named(make_model: Make, samples: dict[str, Any]) -> None:
    rows = samples["ready"]["certificates"]
    named = [row | {"subject": "CN=Maria Example"} for row in rows]
    said = text(chapter(make_model({"certificates": named})))
    assert said.count("Maria Example") == sum(row["ca"] for row in rows) == 1


def test_a_certificate_known_by_its_conclusion_alone_is_shown(
    make_model: Make, samples: dict[str, Any]
) -> None:
    tree = chapter(
        make_model({"conclusions": samples["ready"]["conclusions"][:1], "artefacts": []})
    )
    (card,) = tree.xpath(".//div[@class='certs']/details")
    assert "no file" in text(card)
    assert "no conclusion drawn" in text(card)


@STATES
def test_status_answers_stand_under_their_certificate(
    chapters: dict[str, Any], samples: dict[str, Any], state: str
) -> None:
    (table,) = chapters[state].xpath(".//table[@class='status']")
    groups = table.xpath("tbody")
    titles = [text(group.xpath("tr[@class='of']")[0]) for group in groups]
    assert len(groups) == len({r["certificate"] for r in samples[state]["revocation"]})
    assert any("Answers contradict" in title for title in titles) == (state == "blocked")
    if state == "blocked":
        assert titles[0].startswith("5e41a2")
    said = {title.split(" ")[0]: text(group) for title, group in zip(titles, groups, strict=True)}
    assert "No answer counts" in said["5e41a1"]
    assert "keeps no expired certificates" in said["5e41a1"]
    assert "since 14 Nov 2026, key compromise" in said["5e41a2"]
    assert "artefacts/status-3.ocsp" in said["5e41a3"]
    assert "signed by delegation of the CA" in said["5e41a3"]
    links = table.xpath(".//a/@href")
    assert {chapters[state].get_element_by_id(link[1:]).tag for link in links} == {"details"}


def test_latency_is_measured_per_declared_revocation(chapters: dict[str, Any]) -> None:
    (row,) = rows_under(chapters["ready"], "latency")
    assert "2 hours 32 minutes" in text(row)
    assert "Key compromise" in text(row)
    assert text(row.xpath("td[last()]")[0]) == "not stated"


@STATES
def test_populations_show_totals_classes_and_exceptions(
    chapters: dict[str, Any], samples: dict[str, Any], state: str
) -> None:
    (card,) = chapters[state].xpath(".//div[@class='cover']")
    assert "1129 certificates in 1131 rows, 2 classes; held against 1 CA certificate" in text(card)
    classes, exceptions = card.xpath(".//table")
    counts = [int(text(cell)) for cell in classes.xpath(".//tbody/tr/td[1]")]
    assert counts == sorted(counts, reverse=True) == [1000, 129]
    exemplars = classes.xpath(".//tbody/tr/td[last()]")
    assert exemplars[0].xpath("a")
    assert text(exemplars[1]).startswith("certificate 0000")
    kinds = [r for r in samples[state]["population"] if r["kind"] == "exception"]
    assert len(exceptions.xpath(".//tbody/tr")) == len(kinds)
    assert "issued.csv:11 No base64 text." in text(exceptions)
    assert len(exceptions.xpath(".//tbody/tr[1]//p")) == 3


@STATES
def test_documents_show_their_outline_and_what_they_lack(
    chapters: dict[str, Any], samples: dict[str, Any], state: str
) -> None:
    cp, cps, pds = chapters[state].xpath(".//article")
    own = [r for r in samples[state]["document-outline"] if r["document"].endswith("/cps")]
    lacking = [r["number"] for r in own if not r["found"]]
    marks = cps.xpath(".//dl[@class='outline']//span[contains(@class, 'tok')]")
    assert [text(mark).removeprefix("not found: ") for mark in marks] == [r["number"] for r in own]
    assert [
        text(m).removeprefix("not found: ") for m in marks if "lacks" in m.get("class")
    ] == lacking
    assert f"{len(own) - len(lacking)} of {len(own)} sections of RFC 3647 found" in text(cps)
    assert "an outline of its own" in text(cp)
    assert not cp.xpath(".//dl[@class='outline']")
    missing = [
        r["title"]
        for r in samples[state]["document-outline"]
        if r["document"].endswith("/pds") and not r["found"]
    ]
    assert ("Missing: " in text(pds)) == bool(missing)
    assert all(title in text(pds) for title in missing)
    assert ("declared 4.2" in text(cps)) == (state == "blocked")
    assert "not: status beyond expiry, trust anchor" in text(cps)


def test_what_sections_cover_leaves_suggestions_out(chapters: dict[str, Any]) -> None:
    _, cps, pds = chapters["ready"].xpath(".//article")
    lines = [text(row) for row in cps.xpath(".//details//tbody/tr")]
    assert lines == [
        "4.9 Certificate status servicespage 31Cited EN 319 411-2 CSS-6.3.10-02",
        "4.10 Certificate status servicespage 31Declared EN 319 411-2 clause 6.3.10"
        "Cited EN 319 411-2 CSS-6.3.10-01, CSS-6.3.10-02",
    ]
    assert "3 requirements and clauses in 2 sections" in text(cps)
    assert not pds.xpath(".//details")


def test_every_file_stands_in_the_register(
    chapters: dict[str, Any], samples: dict[str, Any]
) -> None:
    shown = chapters["ready"].xpath(".//table[@class='files']/tbody/tr")
    for row, file in zip(shown, samples["ready"]["artefacts"], strict=True):
        assert text(row.xpath("th/code")[0]) == file["path"]
        assert (file["sha256"] or "Missing") in text(row)
    assert "1 document seal, 30 sections" in text(shown[0])
    assert "no such file" in text(shown[2])


def test_an_empty_chapter_says_so_in_sentences(chapters: dict[str, Any]) -> None:
    empty = chapters["empty"]
    assert not empty.xpath(".//table | .//dl | .//article | .//ul")
    said = [text(p) for p in empty.xpath(".//p[@class='nothing']")]
    assert len(said) == 8
    assert all(sentence.endswith(".") for sentence in said)


def test_a_large_pack_is_cut_with_a_word_on_the_rest(
    make_model: Make, samples: dict[str, Any]
) -> None:
    ready = samples["ready"]
    many = range(300)
    rows = {
        "certificates": [ready["certificates"][0] | {"certificate": certificate(n)} for n in many],
        "conclusions": [
            ready["conclusions"][0] | {"certificate": certificate(n), "moment": "as-of"}
            for n in many
        ],
        "revocation": [
            ready["revocation"][0] | {"certificate": certificate(n % 100)} for n in range(2000)
        ],
        "artefacts": [ready["artefacts"][0] | {"path": f"a/{n}"} for n in range(MOST_FILES + 7)],
        "population-totals": ready["population-totals"],
        "population": [ready["population"][0] | {"what": f"class {n}", "count": 2} for n in many],
    }
    tree = chapter(make_model(rows))
    assert len(tree.xpath(".//div[@class='certs']/details")) == MOST_CERTIFICATES
    rest = 300 - MOST_CERTIFICATES
    assert f"{rest} more certificates: {rest} qualified." in text(tree)
    assert f"{100 - MOST_CERTIFICATES} more certificates with answers" in text(tree)
    assert f"and {20 - MOST_ANSWERS} more answers" in text(tree)
    assert f"{300 - MOST_CLASSES} smaller classes with {2 * (300 - MOST_CLASSES)}" in text(tree)
    assert "7 more files" in text(tree)


def test_text_counts_what_artefacts_prove(
    models: dict[str, ReportModel], samples: dict[str, Any]
) -> None:
    said = render_text(models["blocked"])
    for line in (
        "Trusted lists: 2\n  verified: 1\n  failed: 1\n",
        "Certificates concluded: 5\n  at issuance: qualified 5\n  at the as-of time: not-qualified 5\n",
        "Revocation answers: 6, 4 of them count\n  good: 5\n  revoked: 1\n",
        "Population: 1129 certificates in 2 classes\n  row-unreadable: 5\n  serial-reused: 5\n",
    ):
        assert line in said
    assert "Trusted lists: 0\nCertificates concluded: 0\n" in render_text(models["empty"])


def test_text_needs_only_the_cheap_views(make_model: Make, samples: dict[str, Any]) -> None:
    brief = {name: samples["blocked"][name] for name in BRIEF}
    assert render_text(make_model(brief)) == render_text(make_model(samples["blocked"]))


def test_a_conclusion_on_two_lists_counts_once(make_model: Make, samples: dict[str, Any]) -> None:
    row = samples["ready"]["conclusions"][0]
    model = make_model({"conclusions": [row, row | {"list": "DE 90"}]})
    assert "Certificates concluded: 1\n  at the as-of time: qualified 1\n" in render_text(model)
    (card,) = cards(model)
    assert [r["list"] for r in card.moments[1].lists] == ["FI 112", "DE 90"]


def test_what_cannot_be_told_never_looks_good() -> None:
    assert {tone(code) for code in ("undetermined", "unknown", "untold", None, "made-up")} == {
        "o-undecided"
    }
    good = {code for code, shown in TONES.items() if shown == "o-met"}
    assert good == {"qualified", "holds", "sound", "verified", "good"}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 seconds"), (600, "10 minutes"), (9120, "2 hours 32 minutes"), (90_061, "1 day 1 hour"),
     (-60, "minus 1 minute"), (None, "")],
)  # fmt: skip
def test_durations_in_words(seconds: int | None, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("found", "said"),
    [("1 ListOfTrustedLists; 1 TrustedList", "1 list of trusted lists, 1 trusted list"),
     ("2 OcspResponse", "2 OCSP responses"), ("odd", "odd"), (None, "")],
)  # fmt: skip
def test_what_a_file_holds_in_words(found: str | None, said: str) -> None:
    assert what_was_found({"found": found}) == said


def test_names_break_after_commas() -> None:
    assert spaced("CN=A\\,B,O=C,C=XA") == "CN=A\\,B, O=C, C=XA"
