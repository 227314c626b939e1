"""The HTML report: self-contained, escaped, deterministic, complete, readable by everyone."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from clausegraph.report import ReportModel, render_html
from clausegraph.report.messages import message
from clausegraph.views import columns

SECTIONS = (
    "overview", "stops", "findings", "coverage", "gaps", "requirements", "clocks", "actions",
    "evidence", "artefacts", "trusted-list", "law", "drift", "records", "conditions", "untested", "about",
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


def test_samples_have_the_columns_of_the_views(samples: dict[str, Any]) -> None:
    for view, rows in samples["blocked"].items():
        assert rows, view
        assert all(list(row) == columns(view) for row in rows), view


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


def test_other_processes_give_the_same_bytes(pages: dict[str, str]) -> None:
    code = (
        "import sys; from tests.report.conftest import model_of, sample; "
        "from clausegraph.report import render_html; "
        "sys.stdout.buffer.write(render_html(model_of(sample('blocked'))).encode())"
    )
    root = Path(__file__).resolve().parents[2]
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": f"{root}/src:{root}"}
        made = subprocess.run(
            [sys.executable, "-c", code], env=environment, cwd=root, check=True, capture_output=True
        )
        assert made.stdout.decode() == pages["blocked"]


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
    assert len(pages[state].encode()) < 800_000


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


def test_each_stop_condition_names_owner_place_and_mending(
    trees: dict[str, Any], samples: dict[str, Any]
) -> None:
    order = {gate["gate"]: gate["order"] for gate in samples["blocked"]["gates"]}
    stops = [f for f in samples["blocked"]["findings"] if f["stop"]]
    shown = {
        article.xpath("header/code/text()")[0]: article
        for article in trees["blocked"].xpath("//section[@id='stops']/article")
    }
    assert len(shown) == len(stops) > 0
    for stop in stops:
        article = shown[stop["code"]]
        for part in (stop["title"], stop["owner"], stop["location"], stop["focus_label"]):
            assert part in text(article)
        parts = message(stop["message"])
        assert parts.mend or parts.plain
        (mended,) = article.xpath(".//div[@class='mend']/dd | .//p[@class='plain']")
        assert text(mended) == (parts.mend or parts.plain).replace("`", "")
    gates = [order[f["gate"]] for code in shown for f in stops if f["code"] == code]
    assert gates == sorted(gates)
    others = trees["blocked"].xpath("//section[@id='findings']//article")
    assert len(others) == len(samples["blocked"]["findings"]) - len(stops)


def rows_of(tree: Any, table: str) -> list[Any]:
    return tree.xpath(f"//div[@id='{table}']//details[@data-f]")


def chain_of(row: Any) -> list[str]:
    """The chain over the row's clause, down to the row itself, as an opened row shows it."""
    (clause,) = row.xpath("parent::div")
    standard = clause.xpath("h3/text()")[0].strip()
    hops = [text(b) for b in clause.xpath("ol/li/b")]
    own = f"{standard} {row.xpath('summary/b/text()')[0].strip()}"
    return hops if len(hops) == len(clause.xpath("ol/li")) else [*hops, own]


def test_gap_table_holds_each_gap_once_with_mending_and_chain(
    trees: dict[str, Any], samples: dict[str, Any]
) -> None:
    rows = rows_of(trees["blocked"], "gap-table")
    gaps = samples["blocked"]["gaps"]
    assert len(rows) == len(gaps) > 200
    shown = {row.get("id"): row for row in rows}
    for gap in gaps:
        row = shown[f"{gap['standard'].removeprefix('EN 319 ')}:{gap['identifier']}"]
        said = text(row)
        assert gap["summary"] in said or gap["clause_title"] in said
        assert text(row.xpath("summary/span/em")[0]) == gap["close"].replace("`", "")
        assert row.xpath(f"summary/span[contains(@class, 'o-{gap['outcome']}')]")
        chain = [re.sub(r"^(\([^)]*\) )*", "", hop) for hop in gap["chain"].split(" → ")]
        assert chain_of(row) == chain
    keys = trees["blocked"].xpath("//form[@class='filter']//select/@data-key")
    assert keys == ["o", "s", "c", "w", "k", "l"]


def test_each_requirement_stands_in_one_table(
    trees: dict[str, Any], samples: dict[str, Any]
) -> None:
    tree = trees["blocked"]
    gaps, others = rows_of(tree, "gap-table"), rows_of(tree, "requirement-table")
    assert len(gaps) + len(others) == len(samples["blocked"]["outcomes"]) > 700
    assert not {r.get("id") for r in gaps} & {r.get("id") for r in others}
    assert len(rows_of(trees["ready"], "requirement-table")) == len(samples["ready"]["outcomes"])


@pytest.mark.parametrize("state", ["ready", "blocked"])
def test_filter_counts_equal_the_rows_that_match(trees: dict[str, Any], state: str) -> None:
    tree = trees[state]
    (form,) = tree.xpath("//form[@class='filter']")
    rows = rows_of(tree, "gap-table") + rows_of(tree, "requirement-table")
    marks = [(row.get("data-f") + " " + row.getparent().get("data-f")).split() for row in rows]
    options = form.xpath(".//option[@value!='']")
    assert len(options) > 30
    for option in options:
        matching = sum(option.get("value") in found for found in marks)
        assert option.text.endswith(f" ({matching})"), option.text
    keys = set(form.xpath(".//select/@data-key"))
    used = {mark for found in marks for mark in found if mark[0] in keys}
    assert used == {option.get("value") for option in options}


def test_a_bridge_is_marked_with_its_confidence(trees: dict[str, Any]) -> None:
    marked = trees["blocked"].xpath(
        "//details[starts-with(@id, '401:REQ-7.4')]/parent::div/ol//em/text()"
    )
    assert marked
    assert set(marked) == {"bridge, high confidence"}
    assert trees["blocked"].xpath(
        "//details[starts-with(@id, '401:REQ-7.4')]//span[@class='bridge']"
    )


def test_bars_are_named_and_add_up(trees: dict[str, Any]) -> None:
    bars = trees["blocked"].xpath("//svg[@class='bar']")
    assert len(bars) > 50
    for drawn in bars:
        assert drawn.get("role") == "img"
        rects = drawn.xpath("rect")
        starts = [float(r.get("x", "0%")[:-1]) for r in rects]
        ends = [x + float(r.get("width")[:-1]) for x, r in zip(starts, rects, strict=True)]
        assert starts[0] == 0
        assert abs(ends[-1] - 100) < 0.05
        assert all(abs(e - s) < 0.05 for e, s in zip(ends, starts[1:], strict=False))
        counts = [
            int(n)
            for n in re.findall(r"(\d+) [a-z]", drawn.xpath("string(title)").rpartition(": ")[2])
        ]
        for count, rect in zip(counts, rects, strict=True):
            assert abs(100 * count / sum(counts) - float(rect.get("width")[:-1])) < 0.01


def test_charts_sum_to_what_the_coverage_view_counts(
    trees: dict[str, Any], samples: dict[str, Any]
) -> None:
    kinds = ("met", "inherited", "stale", "disputed", "missing", "undecided", "not_applicable")
    drawn = trees["blocked"].xpath("//section[@id='coverage']//svg[@class='bar']/title/text()")
    rows = samples["blocked"]["coverage"]
    assert len(drawn) == len(rows)
    shown = dict(title.split(": ", 1) for title in drawn)
    for row in rows:
        name = row["standard"] + (f" clause {row['clause']}" if row["clause"] else "")
        words = [f"{row[k]} {k.replace('_', ' ')}" for k in kinds if row[k]]
        assert shown[name] == ", ".join(words)
        assert sum(row[k] for k in kinds) == row["total"]
    whole = [row for row in rows if not row["clause"]]
    assert sum(row["total"] for row in whole) == len(samples["blocked"]["outcomes"])
    legend = trees["blocked"].xpath("//ul[@class='legend']/li")
    assert sum(int(text(li).split()[-1]) for li in legend) == len(samples["blocked"]["outcomes"])


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
    first, rest = tree.xpath("//section[@id='evidence']//table[@class='register']")
    assert [text(row.xpath("th")[0]) for row in first.xpath("tbody/tr")] == [
        "Training of trusted rolesTraining record"
    ]
    assert len(rest.xpath("tbody/tr")) == 25


def test_impact_names_what_would_be_lost(trees: dict[str, Any], samples: dict[str, Any]) -> None:
    listed = trees["ready"].xpath("//ol[@class='losses']/li")
    lost = sorted(
        (r for r in samples["ready"]["evidence-impact"] if r["only"]), key=lambda r: -r["only"]
    )
    assert [text(li) for li in listed] == [
        f"{r['title']} {r['only']} requirements" for r in lost[: len(listed)]
    ]
    assert len(listed) == 10 < len(lost)
    for link, row in zip(
        trees["ready"].xpath("//ol[@class='losses']//a/@href"), lost, strict=False
    ):
        item = text(trees["ready"].get_element_by_id(link[1:]))
        assert f"alone for {row['only']}" in item
        assert row["identifiers"].split("; ")[0] in item


def test_renewals_stand_in_the_register_alone(
    samples: dict[str, Any], make_model: Callable[[Any], ReportModel]
) -> None:
    evidence = samples["ready"]["evidence"]
    due = [
        {"kind": "evidence", "what": e["title"], "owner": None, "due": e["expires"], "done": None,
         "iri": e["evidence"]}
        for e in evidence
    ]  # fmt: skip
    strange = due[0] | {"what": "Of no register", "iri": "https://example.org/x"}
    page = render_html(make_model({"evidence": evidence, "actions": [*due, strange]}))
    said = html.document_fromstring(page).get_element_by_id("actions")
    assert [text(th) for th in said.xpath(".//tbody//th")] == ["Of no register"]
    assert f"{len(due)} renewals of evidence fall due as well" in text(said)


def test_a_law_counts_each_requirement_once(make_model: Callable[[Any], ReportModel]) -> None:
    row = {"provision": "eIDAS 20", "act": "eIDAS", "repealed": False, "outcome": "met",
           "requirement": "EN 319 401 REQ-5-01", "source": "Annex A"}  # fmt: skip
    page = render_html(make_model({"law": [row, row | {"source": "Annex B"}]}))
    (line,) = html.document_fromstring(page).xpath("//table[@class='law']/tbody/tr")
    assert "1 of 1" in text(line)
    assert "Mapped by Annex A, Annex B" in text(line)


@pytest.mark.parametrize("state", ["ready", "blocked"])
def test_each_rule_stands_once_untested_ones_first(
    trees: dict[str, Any], samples: dict[str, Any], state: str
) -> None:
    section = trees[state].get_element_by_id("untested")
    rules = samples[state]["rules"]
    codes = section.xpath(".//ul[@class='rules']/li/code/text()")
    assert sorted(codes) == sorted(rule["code"] for rule in rules)
    untested = {rule["code"] for rule in rules if rule["outcome"] == "untested"}
    assert set(codes[: len(untested)]) == untested
    assert untested
    failed = section.xpath(".//li[em]/code/text()")
    assert set(failed) == {rule["code"] for rule in rules if rule["outcome"] == "failed"}
    assert "Nothing to check is not a pass" in text(section)


def test_the_end_is_honest(trees: dict[str, Any]) -> None:
    said = text(trees["ready"].get_element_by_id("about"))
    for part in ("not legal advice", "not proof of qualified status", "EN 319 411-2 V2.6.1"):
        assert part in said
    assert "clausegraph check aurora-esign --as-of 2026-11-23T00:00:00Z" in said


def _hostile(
    rows: dict[str, list[dict[str, Any]]], said: str = HOSTILE
) -> dict[str, list[dict[str, Any]]]:
    """The rows with hostile text in every column of text that is no code of ours."""
    kept = {"gate", "state", "outcome", "severity", "verdict", "kind", "standing"}
    return {
        name: [
            {k: said if isinstance(v, str) and k not in kept else v for k, v in row.items()}
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


def test_hostile_text_stays_inside_its_attribute(
    samples: dict[str, Any], make_model: Callable[[Any], ReportModel]
) -> None:
    """Quotes end no attribute: the page has the attributes of the templates and no other."""
    plain = html.document_fromstring(render_html(make_model(samples["blocked"])))
    known = {(e.tag, name) for e in plain.iter() if isinstance(e.tag, str) for name in e.attrib}
    tree = html.document_fromstring(
        render_html(make_model(_hostile(samples["blocked"], '" onclick="x" \' autofocus x="')))
    )
    found = {(e.tag, name) for e in tree.iter() if isinstance(e.tag, str) for name in e.attrib}
    assert found <= known
    assert not any(name.startswith("on") for _, name in found)
    ids = tree.xpath("//details/@id")
    assert ids
    assert all(re.fullmatch(r"[A-Za-z0-9.:-]+", found) for found in ids)


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
    pairs += [(f"{s}-ink", ground) for s in states for ground in ("card", "sunk")]
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
