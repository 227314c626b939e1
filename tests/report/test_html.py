"""The HTML report: self-contained, escaped, deterministic, complete, readable by everyone."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from lxml import etree, html

from clausegraph.report import ReportModel, render_html

SECTIONS = (
    "overview", "stops", "findings", "coverage", "gaps", "requirements", "clocks", "actions",
    "evidence", "law", "drift", "trusted-list", "records", "conditions", "untested", "about",
)  # fmt: skip
HOSTILE = "<script>alert(1)</script>\"'>&{{7*7}}`x`\u202egnp\u0007</style><!--"
SHOWN = "<script>alert(1)</script>\"'>&{{7*7}}`x`[U+202E]gnp[U+0007]</style><!--"


@pytest.fixture(scope="module")
def pages(models: dict[str, ReportModel]) -> dict[str, str]:
    return {state: render_html(model) for state, model in models.items()}


@pytest.fixture(scope="module")
def trees(pages: dict[str, str]) -> dict[str, Any]:
    return {state: html.document_fromstring(page) for state, page in pages.items()}


STATES = pytest.mark.parametrize("state", ["empty", "ready", "blocked"])


def text(node: Any) -> str:
    return " ".join(node.text_content().split())


@STATES
def test_every_section_stands_in_order(trees: dict[str, Any], state: str) -> None:
    ids = trees[state].xpath("//main/section/@id | //footer/@id")
    assert ids == list(SECTIONS)


@STATES
def test_every_link_of_the_page_has_a_target(trees: dict[str, Any], state: str) -> None:
    ids = set(trees[state].xpath("//@id"))
    assert {href[1:] for href in trees[state].xpath("//a/@href")} <= ids


@STATES
def test_ids_are_unique(trees: dict[str, Any], state: str) -> None:
    ids = trees[state].xpath("//@id")
    assert len(ids) == len(set(ids))


@STATES
def test_labels_by_reference_exist(trees: dict[str, Any], state: str) -> None:
    assert set(trees[state].xpath("//@aria-labelledby")) <= set(trees[state].xpath("//@id"))


@STATES
def test_nothing_is_loaded_from_elsewhere(
    pages: dict[str, str], trees: dict[str, Any], state: str
) -> None:
    tree = trees[state]
    assert not tree.xpath("//@src | //link | //img | //iframe | //object | //@style | //@onclick")
    assert all(href.startswith("#") for href in tree.xpath("//@href"))
    style = tree.xpath("string(//style)")
    assert "@import" not in style
    assert all(found.startswith("#") for found in re.findall(r"url\(([^)]*)\)", style))


@STATES
def test_policy_allows_just_the_inline_style_and_script(trees: dict[str, Any], state: str) -> None:
    tree = trees[state]
    policy = tree.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for element in ("style", "script"):
        (node,) = tree.xpath(f"//{element}")
        digest = base64.b64encode(hashlib.sha256(node.text.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy


@STATES
def test_same_model_same_bytes(
    pages: dict[str, str], models: dict[str, ReportModel], state: str
) -> None:
    assert render_html(models[state]) == pages[state]


@STATES
def test_markup_is_well_formed(pages: dict[str, str], state: str) -> None:
    parser = etree.HTMLParser(recover=True)
    etree.fromstring(pages[state].encode(), parser)
    # libxml2 knows HTML 4 only; every other complaint is ours.
    complaints = [e.message for e in parser.error_log if not e.message.startswith("Tag ")]
    assert complaints == []
    unclosed = pages[state]
    for tag in ("details", "section", "table", "tbody", "tr", "dl", "div", "ul", "svg"):
        assert len(re.findall(rf"<{tag}[\s>]", unclosed)) == unclosed.count(f"</{tag}>"), tag


@pytest.mark.parametrize("state", ["ready", "blocked"])
def test_a_pack_of_full_size_stays_small(pages: dict[str, str], state: str) -> None:
    assert len(pages[state].encode()) < 2_000_000


@pytest.mark.parametrize(
    ("state", "word"), [("empty", "No verdict"), ("ready", "Ready"), ("blocked", "Blocked")]
)
def test_verdict_is_said_in_words(trees: dict[str, Any], state: str, word: str) -> None:
    (banner,) = trees[state].find_class("verdict")
    assert word in text(banner)
    assert trees[state].xpath("string(//title)").startswith(word)


def test_an_empty_model_says_so(trees: dict[str, Any]) -> None:
    said = text(trees["empty"])
    assert "This report holds no rows" in said
    assert "Nothing to check is not a pass" in said
    assert not trees["empty"].xpath("//table | //form")


def test_gates_show_state_stops_and_rules(trees: dict[str, Any], samples: dict[str, Any]) -> None:
    cards = [text(card) for card in trees["blocked"].xpath("//ol[@class='gates']/li")]
    for card, gate in zip(cards, samples["blocked"]["gates"], strict=True):
        untested = sum(
            r["outcome"] == "untested" and r["gate"] == gate["gate"]
            for r in samples["blocked"]["rules"]
        )
        assert gate["label"] in card
        assert gate["state"].capitalize() in card
        numbers = (
            f"tested{gate['tested']}Passed{gate['passed']}Failed{gate['failed']}Untested{untested}"
        )
        assert numbers in card.replace(" ", "")


def test_stop_conditions_come_first_and_complete(
    trees: dict[str, Any], samples: dict[str, Any]
) -> None:
    stops = [f for f in samples["blocked"]["findings"] if f["stop"]]
    shown = trees["blocked"].xpath("//section[@id='stops']/article")
    assert len(shown) == len(stops) > 0
    for article, stop in zip(shown, stops, strict=True):
        said = text(article)
        for part in (stop["code"], stop["title"], stop["owner"], stop["location"]):
            assert part in said
    others = trees["blocked"].xpath("//section[@id='findings']//article")
    assert len(others) == len(samples["blocked"]["findings"]) - len(stops)


def test_gap_table_holds_each_gap_with_chain_and_filters(
    trees: dict[str, Any], samples: dict[str, Any]
) -> None:
    rows = trees["blocked"].xpath("//table[@id='gap-table']/tbody")
    assert len(rows) == len(samples["blocked"]["gaps"]) > 200
    for row, gap in zip(rows, samples["blocked"]["gaps"], strict=True):
        assert row.get("data-o") == gap["outcome"]
        assert gap["identifier"] in text(row)
        last = row.xpath(".//ol[@class='chain']/li[last()]/b/text()")
        assert last == [f"{gap['standard']} {gap['identifier']}"]
    keys = trees["blocked"].xpath("//form[@data-filter='gap-table']//select/@data-key")
    assert keys == ["o", "s", "c", "w", "k", "l"]


def test_filter_counts_equal_the_rows_that_match(trees: dict[str, Any]) -> None:
    rows = trees["blocked"].xpath("//table[@id='gap-table']/tbody")
    for select in trees["blocked"].xpath("//form[@data-filter='gap-table']//select"):
        for option in select.xpath("option[@value!='']"):
            key, value = select.get("data-key"), option.get("value")
            matching = sum(value in row.get(f"data-{key}").split(";") for row in rows)
            assert option.text == f"{option.text.rpartition(' (')[0]} ({matching})", (key, value)


def test_a_bridge_is_marked_with_its_confidence(trees: dict[str, Any]) -> None:
    marked = trees["blocked"].xpath(
        "//tbody[starts-with(@id, 'gap-EN-319-401-REQ-7.4')]//em/text()"
    )
    assert marked
    assert set(marked) == {"bridge, high confidence"}


def test_requirements_that_are_gaps_point_to_the_gap(trees: dict[str, Any]) -> None:
    rows = trees["blocked"].xpath("//table[@id='requirement-table']/tbody")
    assert len(rows) > 700
    linked = trees["blocked"].xpath("//table[@id='requirement-table']//a/@href")
    assert len(linked) == len(trees["blocked"].xpath("//table[@id='gap-table']/tbody"))


def test_bars_are_named_and_add_up(trees: dict[str, Any]) -> None:
    bars = trees["blocked"].xpath("//svg[@class='bar']")
    assert len(bars) > 50
    for drawn in bars:
        assert drawn.get("role") == "img"
        assert drawn.xpath("string(title)") == drawn.get("aria-label")
        rects = drawn.xpath("rect")
        ends = [float(r.get("x")[:-1]) + float(r.get("width")[:-1]) for r in rects]
        assert abs(ends[-1] - 100) < 0.05
        for end, rect in zip(ends, rects[1:], strict=False):
            assert abs(end - float(rect.get("x")[:-1])) < 0.05


def test_a_long_register_shows_first_what_is_urgent(
    samples: dict[str, Any], make_model: Callable[[Any], ReportModel]
) -> None:
    sound = [e for e in samples["ready"]["evidence"] if e["title"] == "Extract of the trusted list"]
    rows = {
        "verdict": samples["ready"]["verdict"],
        "evidence": sound * 25
        + [e for e in samples["blocked"]["evidence"] if e["state"] == "stale"],
    }
    tree = html.document_fromstring(render_html(make_model(rows)))
    first, every = tree.xpath("//section[@id='evidence']//table[@class='register']")
    assert [text(row.xpath("th")[0]) for row in first.xpath("tbody/tr")] == [
        "Training of trusted rolesTraining record"
    ]
    assert len(every.xpath("tbody/tr")) == 26


def test_impact_names_what_would_be_lost(trees: dict[str, Any], samples: dict[str, Any]) -> None:
    rows = trees["ready"].xpath(
        "//section[@id='evidence']//table[.//th='Only support of']/tbody/tr"
    )
    lost = [r for r in samples["ready"]["evidence-impact"] if r["only"]]
    assert len(rows) == len(lost) > 0
    assert [int(text(row.xpath("td")[0])) for row in rows] == sorted(
        (r["only"] for r in lost), reverse=True
    )


def test_a_law_counts_each_requirement_once(make_model: Callable[[Any], ReportModel]) -> None:
    row = {"provision": "eIDAS 20", "act": "eIDAS", "repealed": False, "outcome": "met",
           "requirement": "EN 319 401 REQ-5-01", "source": "Annex A"}  # fmt: skip
    page = render_html(make_model({"law": [row, row | {"source": "Annex B"}]}))
    (line,) = html.document_fromstring(page).xpath("//table[@class='law']/tbody/tr")
    assert "1 of 1" in text(line)
    assert "Mapped by Annex A, Annex B" in text(line)


def test_untested_rules_are_listed(trees: dict[str, Any], samples: dict[str, Any]) -> None:
    listed = trees["ready"].xpath("//section[@id='untested']//ul[@class='rules']/li")
    assert len(listed) == sum(r["outcome"] == "untested" for r in samples["ready"]["rules"]) > 0
    assert "Nothing to check is not a pass" in text(trees["ready"].get_element_by_id("untested"))


def test_the_end_is_honest(trees: dict[str, Any]) -> None:
    said = text(trees["ready"].get_element_by_id("about"))
    for part in ("not legal advice", "not proof of qualified status", "EN 319 411-2 V2.6.1"):
        assert part in said
    assert "clausegraph check aurora-esign --as-of 2026-11-23T00:00:00Z" in said


def _hostile(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The rows with hostile text in every column of text that is no code of ours."""
    kept = {"gate", "state", "outcome", "severity", "verdict", "kind", "standing"}
    return {
        name: [
            {k: HOSTILE if isinstance(v, str) and k not in kept else v for k, v in row.items()}
            for row in found[:3]
        ]
        for name, found in rows.items()
    }


def test_hostile_text_is_shown_and_never_run(
    samples: dict[str, Any], make_model: Callable[[Any], ReportModel]
) -> None:
    page = render_html(make_model(_hostile(samples["blocked"])))
    tree = html.document_fromstring(page)
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "\u0007" not in page
    assert len(tree.xpath("//script")) == len(tree.xpath("//style")) == 1
    assert not tree.xpath("//comment()")
    assert SHOWN.replace("`x`", "x") in text(tree).replace("`x`", "x")
    assert {h for h in tree.xpath("//@href") if not h.startswith("#")} == set()


def test_a_right_to_left_name_is_kept(
    make_model: Callable[[Any], ReportModel], samples: dict[str, Any]
) -> None:
    verdict = samples["ready"]["verdict"][0] | {"service": "שירות חתימה"}
    page = render_html(make_model({"verdict": [verdict]}))
    assert text(html.document_fromstring(page).xpath("//h1")[0]) == "שירות חתימה"


def _colours(sheet: str) -> dict[str, str]:
    found = re.findall(r"--([a-z-]+):(#[0-9a-f]{3,6})\b", sheet)
    return {name: v if len(v) == 7 else "#" + "".join(c * 2 for c in v[1:]) for name, v in found}


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_contrast_enough(pages: dict[str, str], theme: str) -> None:
    light, dark = pages["ready"].split("@media screen and (prefers-color-scheme:dark)")
    found = _colours(light)
    if theme == "dark":
        found |= _colours(dark.split("}", 1)[0])
    pairs = [
        (ink, ground) for ink in ("ink", "soft", "link") for ground in ("paper", "card", "sunk")
    ]
    states = ("met", "inh", "sta", "dis", "mis", "und", "na")
    pairs += [(f"{s}-ink", f"{s}-bg") for s in states]
    pairs += [(f"{s}-ink", "card") for s in states]
    weak = [(a, b) for a, b in pairs if _contrast(found[a], found[b]) < 4.5]
    weak += [
        ("white", v) for v in found if v.startswith("v-") and _contrast("#ffffff", found[v]) < 4.5
    ]
    weak += [(s, "card") for s in states[:-1] if _contrast(found[s], found["card"]) < 3]
    assert weak == []


def test_headings_do_not_skip_levels(trees: dict[str, Any]) -> None:
    levels = [int(h.tag[1]) for h in trees["blocked"].xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 2 for earlier, later in pairwise(levels))
