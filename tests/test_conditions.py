"""Conditions that facts of a pack decide: what is derived, from what, and what is left alone."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from clausegraph import catalog, pipeline, shipped, views
from clausegraph.infer import infer
from clausegraph.store import Dataset

from .conftest import ROOT

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CG = "https://w3id.org/clausegraph/core#"
CONDITION = shipped.CATALOGUE_IRI + "condition/"
RULES = [rule for rule in catalog.queries("rules") if rule.id.startswith("condition-")]
HEAD = """\
"@context":
  - https://w3id.org/clausegraph/context/pack.jsonld
  - "@base": https://w3id.org/clausegraph/id/test/
id: ./
provider: {id: provider, name: Test}
"""
SERVICE = "service: {id: service, policy: QEVCP-w, authorities: [issuing-ca]}\n"
BARE = "service: {id: service, policy: QEVCP-w}\n"
AUTHORITIES = """authorities:
  - {id: root-ca, level: root}
  - {id: issuing-ca, level: issuing, issued-by: root-ca}
"""
STATEMENTS = """
PREFIX cg: <https://w3id.org/clausegraph/core#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?condition ?state ?because WHERE {
  ?s a rdf:Statement ; rdf:object ?condition ; rdf:predicate ?state ; cg:becauseOf ?because
}"""

Derived = dict[str, tuple[bool, set[str]]]


def rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / "catalogue" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def load(folder: Path, text: str) -> Dataset:
    """A pack in memory with the graph of the condition rules."""
    (folder / "pack.yaml").write_text(HEAD + text)
    dataset = pipeline.load(folder, NOW).dataset
    for rule in RULES:
        while dataset.construct(rule.text, rule.graphs, into="inferred") and rule.repeat:
            pass
    return dataset


def local(term: object) -> str:
    return str(getattr(term, "value", "")).rpartition("/")[2]


def derived(dataset: Dataset) -> Derived:
    """Condition → whether it holds by the facts, and from which nodes."""
    found: Derived = {}
    for row in dataset.select(STATEMENTS, ["inferred"]):
        holds = local(row["state"]) == "core#conditionHolds"
        code = local(row["condition"])
        assert found.get(code, (holds, set()))[0] == holds, f"{code} both holds and fails"
        found.setdefault(code, (holds, set()))[1].add(local(row["because"]))
    return found


def counting(dataset: Dataset) -> dict[str, bool]:
    """Condition → whether it holds, as applicability sees it."""
    states = {CG + "conditionHolds": True, CG + "conditionFails": False}
    return {
        local(t.object): states[t.predicate.value]
        for t in dataset.triples("inferred")
        if t.predicate.value in states
    }


CRL = "  - {id: crl, method: crl, authority: [issuing-ca], keeps-expired: true}\n"
DROPPING = "  - {id: crl, method: crl, authority: [issuing-ca], keeps-expired: false}\n"
OCSP = "  - {id: ocsp, method: ocsp, authority: [issuing-ca], beyond-expiry: true}\n"
SHORT_OCSP = "  - {id: ocsp, method: ocsp, authority: [issuing-ca], beyond-expiry: false}\n"
CARL = "  - {id: carl, method: crl, authority: [root-ca], keeps-expired: true}\n"
STATUS = {
    "crl-published", "ocsp-offered", "crl-and-ocsp-offered", "crl-keeps-expired",
    "crl-drops-expired", "crl-only-status-for-expired",
}  # fmt: skip


@pytest.mark.parametrize(
    ("services", "holding", "failing"),
    [
        (
            CRL + OCSP,
            {"crl-published", "ocsp-offered", "crl-and-ocsp-offered", "crl-keeps-expired"},
            {"crl-drops-expired", "crl-only-status-for-expired"},
        ),
        (
            DROPPING + SHORT_OCSP,
            {"crl-published", "ocsp-offered", "crl-and-ocsp-offered", "crl-drops-expired",
             "crl-only-status-for-expired"},
            {"crl-keeps-expired"},
        ),
        (
            CRL,
            {"crl-published", "crl-keeps-expired", "crl-only-status-for-expired"},
            {"ocsp-offered", "crl-and-ocsp-offered", "crl-drops-expired"},
        ),
        # The list of CA certificates says nothing about end-user certificates.
        (
            OCSP + CARL,
            {"ocsp-offered"},
            {"crl-published", "crl-and-ocsp-offered", "crl-keeps-expired", "crl-drops-expired",
             "crl-only-status-for-expired"},
        ),
        # Only an OCSP responder, silent about expired certificates: no CRL, so no only source.
        (
            SHORT_OCSP,
            {"ocsp-offered"},
            {"crl-published", "crl-and-ocsp-offered", "crl-keeps-expired", "crl-drops-expired"},
        ),
        # What an entry leaves out stays undecided.
        ("  - {id: x, authority: [issuing-ca]}\n", set(), set()),
        (
            "  - {id: crl, method: crl, authority: [issuing-ca]}\n",
            {"crl-published", "crl-only-status-for-expired"},
            {"ocsp-offered", "crl-and-ocsp-offered"},
        ),
        (CARL, set(), set()),
    ],
    ids=["both", "both, drops", "crl", "ocsp and carl", "ocsp", "no method", "no keeping", "carl"],
)  # fmt: skip
def test_status_services(
    services: str, holding: set[str], failing: set[str], tmp_path: Path
) -> None:
    found = derived(load(tmp_path, SERVICE + AUTHORITIES + "status-services:\n" + services))
    assert {c for c in STATUS & found.keys() if found[c][0]} == holding
    assert {c for c in STATUS & found.keys() if not found[c][0]} == failing


DEVICE = "devices:\n  - {id: device, key-origin: %s}\n"
REMOTE = "devices:\n  - {id: device, key-origin: %s, managed-by: %s}\n"
SUPPLIER = "suppliers:\n  - {id: other, name: Other TSP}\n"
KEYS = {
    "ca-generates-subject-keys", "ca-does-not-generate-subject-keys", "keys-imported-into-qscd",
    "tsp-operates-qscd", "tsp-operates-subject-key", "other-tsp-operates-device",
    "other-tsp-operates-subject-signing-key",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            DEVICE % "subject-in-device",
            {"ca-does-not-generate-subject-keys": True, "ca-generates-subject-keys": False,
             "keys-imported-into-qscd": False},
        ),
        (
            REMOTE % ("tsp-in-device", "provider"),
            {"ca-generates-subject-keys": True, "ca-does-not-generate-subject-keys": False,
             "keys-imported-into-qscd": False, "tsp-operates-qscd": True,
             "tsp-operates-subject-key": True, "other-tsp-operates-device": False,
             "other-tsp-operates-subject-signing-key": False},
        ),
        # Whose "provider" makes the keys in the device of another one is not said.
        (
            REMOTE % ("tsp-in-device", "other") + SUPPLIER,
            {"keys-imported-into-qscd": False, "tsp-operates-subject-key": True,
             "other-tsp-operates-device": True},
        ),
        (DEVICE % "tsp-imported", {"keys-imported-into-qscd": True}),
        ("devices:\n  - {id: device, name: X}\n", {}),
        # Two kinds of device: each kind makes its own condition hold, none fails.
        (
            REMOTE % ("tsp-imported", "provider") + "  - {id: card, key-origin: subject-in-device}\n",
            {"ca-generates-subject-keys": True, "ca-does-not-generate-subject-keys": True,
             "keys-imported-into-qscd": True, "tsp-operates-qscd": True,
             "tsp-operates-subject-key": True},
        ),
    ],
    ids=["card", "remote", "remote elsewhere", "imported", "silent", "two kinds"],
)  # fmt: skip
def test_devices(text: str, expected: dict[str, bool], tmp_path: Path) -> None:
    found = derived(load(tmp_path, BARE + text))
    assert {c: found[c][0] for c in KEYS & found.keys()} == expected


def test_subjects(tmp_path: Path) -> None:
    text = "service: {id: service, policy: QCP-l, subject-type: legal-person}\n"
    found = derived(load(tmp_path, text))
    assert found["subject-legal-person"] == (True, {"service"})
    for code in ("subject-natural-person", "subject-device", "subject-device-of-legal-person"):
        assert found[code] == (False, {"service"})


def test_the_policy_alone_decides_the_subject_and_the_device(tmp_path: Path) -> None:
    found = derived(load(tmp_path, "service: {id: service, policy: QCP-n-qscd}\n"))
    assert found["subject-natural-person"][0]
    assert found["secure-device-demanded"][0]
    assert not found["subject-legal-person"][0]


def test_a_web_policy_leaves_the_subject_open(tmp_path: Path) -> None:
    text = "service: {id: service, policy: QNCP-w, subject-type: website, web-branch: OVCP}\n"
    found = derived(load(tmp_path, text))
    assert {c: holds for c, (holds, _) in found.items()} == {
        "web-branch-ovcp": True,
        "web-branch-ivcp": False,
    }


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{id: p, route: 24-1a-d, remote: false}", (True, False)),
        ("{id: p, route: 24-1a-c, remote: true}", (False, True)),
        ("{id: p, route: 24-1a-b}", (None, True)),
        ("{id: p, route: 24-1a-d}", (None, None)),
        ("{id: p, route: 24-1a-d, remote: true}", (None, None)),
        ("{id: p, remote: false}", (None, None)),
        ("{id: p, route: 24-1b-a, remote: true}", (None, None)),
    ],
)
def test_identity_proofing(
    entry: str, expected: tuple[bool | None, bool | None], tmp_path: Path
) -> None:
    found = derived(load(tmp_path, BARE + f"identity-proofing:\n  - {entry}\n"))
    codes = ("identity-checked-in-person", "identity-checked-by-equivalent-means")
    assert tuple(found.get(code, (None,))[0] for code in codes) == expected


def test_suppliers_and_authorities(tmp_path: Path) -> None:
    text = SERVICE + AUTHORITIES + "suppliers:\n  - {id: desk, name: Desk, component: Desks}\n"
    found = derived(load(tmp_path, text))
    assert found["service-parts-subcontracted"] == (True, {"desk"})
    assert found["third-party-component-used"] == (True, {"desk"})
    assert found["sub-cas-under-root"] == (True, {"issuing-ca"})
    assert found["self-signed-certificate"] == (True, {"root-ca"})


def test_absent_blocks_decide_nothing(tmp_path: Path) -> None:
    assert derived(load(tmp_path, BARE)) == {}


def test_a_declaration_wins_and_the_derived_answer_stays_visible(tmp_path: Path) -> None:
    text = SERVICE + AUTHORITIES + "status-services:\n" + CRL + OCSP
    text += "conditions:\n  - {id: d, condition: crl-published, holds: false, because: x}\n"
    dataset = load(tmp_path, text)
    assert derived(dataset)["crl-published"] == (True, {"crl"})
    assert counting(dataset)["crl-published"] is False
    # What rests on the denied condition is not derived from it either.
    assert "crl-and-ocsp-offered" not in derived(dataset)
    assert counting(dataset)["ocsp-offered"] is True


def test_contradicting_facts_decide_nothing(tmp_path: Path) -> None:
    text = "service: {id: service, policy: QCP-n, subject-type: legal-person}\n"
    dataset = load(tmp_path, text)
    statements = [local(row["condition"]) for row in dataset.select(STATEMENTS, ["inferred"])]
    assert statements.count("subject-natural-person") == 2
    assert "subject-natural-person" not in counting(dataset)
    assert "subject-legal-person" not in counting(dataset)
    assert counting(dataset)["subject-device"] is False


@pytest.fixture(scope="module")
def aurora() -> Dataset:
    """The complete example, which declares every condition."""
    dataset = pipeline.load(ROOT / "data" / "packs" / "aurora-esign", NOW).dataset
    infer(dataset)
    return dataset


def standings(dataset: Dataset) -> set[tuple[str, str]]:
    return {
        (t.subject.value, t.object.value)  # type: ignore[union-attr]
        for t in dataset.triples("inferred")
        if t.predicate.value == CG + "standing"
    }


def test_example_declares_what_its_facts_say_and_stays_the_same_without(aurora: Dataset) -> None:
    """An answer key made by hand: 24 declarations of the example that the facts decide too."""
    facts = {code: holds for code, (holds, _) in derived(aurora).items()}
    declarations = {
        t.subject: local(t.object)
        for t in aurora.triples("declared")
        if t.predicate.value == CG + "condition"
    }
    said = {
        declarations[t.subject]: t.object.value == "true"  # type: ignore[union-attr,index]
        for t in aurora.triples("declared")
        if t.predicate.value == CG + "holds" and t.subject in declarations
    }
    both = facts.keys() & said.keys()
    assert {code: facts[code] for code in both} == {code: said[code] for code in both}
    assert len(both) == 24

    bare = pipeline.load(ROOT / "data" / "packs" / "aurora-esign", NOW).dataset
    gone = {node for node, code in declarations.items() if code in both}
    kept = [t for t in bare.triples("declared") if t.subject not in gone]
    bare.clear("declared")
    bare.add(kept, "declared")
    infer(bare)
    assert counting(bare) == counting(aurora)
    assert standings(bare) == standings(aurora)
    reasons = {str(r["code"]): r["because"] for r in views.rows(bare, "conditions")}
    assert reasons["crl-published"] == "status-crl"
    assert reasons["remote-working"] not in {None, "status-crl"}


def test_table_and_list_of_conditions_agree() -> None:
    decided = {row["code"] for row in rows("conditions.csv") if row["decidable_from"]}
    assert {row["condition"] for row in rows("condition_facts.csv")} == decided
    assert {row["kind"] for row in rows("conditions.csv") if row["code"] in decided} <= {
        "marked",
        "implied",
    }


def test_every_row_of_the_table_is_a_case(catalogue: Dataset) -> None:
    described = {
        t.object.value  # type: ignore[union-attr]
        for t in catalogue.triples("catalogue")
        if isinstance(t.subject, ox.NamedNode)
        and "/condition-fact/" in t.subject.value
        and t.predicate.value == "http://purl.org/dc/terms/description"
    }
    table = rows("condition_facts.csv")
    assert described == {f"{r['quantifier']} {r['block']}: {r['facts']}" for r in table}


def test_rdflib_derives_the_same(tmp_path: Path) -> None:
    """The three rules give the same triples on a second engine."""
    text = SERVICE + AUTHORITIES + "status-services:\n" + CRL + SHORT_OCSP + CARL
    text += REMOTE % ("tsp-in-device", "provider")
    text += "identity-proofing:\n  - {id: p, route: 24-1a-d, remote: false}\n"
    text += "conditions:\n  - {id: d, condition: ocsp-offered, holds: false, because: x}\n"
    dataset = load(tmp_path, text)
    ours = {(str(t.subject), str(t.predicate), str(t.object)) for t in dataset.triples("inferred")}
    facts = [t for t in dataset.triples("catalogue") if "/condition-fact/" in str(t.subject)]
    data = "".join(f"{t} .\n" for t in [*facts, *dataset.triples("run", "declared")])
    graph = rdflib.Graph().parse(data=data, format="nt")
    theirs = rdflib.Graph()
    for rule in RULES:
        for _ in range(3 if rule.repeat else 1):
            new = graph.query(rule.text).graph
            assert new is not None
            theirs += new
            graph += new
    assert {(s.n3(), p.n3(), o.n3()) for s, p, o in theirs} == ours
    assert len(ours) > 60
