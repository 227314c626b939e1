"""Applicability against an independent oracle, with numbers, and against owlrl."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache

import pytest

from clausegraph import catalog, inquiries, views
from clausegraph.errors import InputError

DATA = catalog.root() / "data" / "catalogue"
# policy, secure device, web branch → effective policies, written down by hand
SERVICES = {
    "QCP-n": (None, None, {"QCP-n", "NCP"}),
    "QCP-n with device": (True, None, {"QCP-n", "NCP", "NCP+"}),
    "QCP-l": (None, None, {"QCP-l", "NCP"}),
    "QCP-n-qscd": (None, None, {"QCP-n-qscd", "QCP-n", "NCP", "NCP+"}),
    "QCP-l-qscd": (None, None, {"QCP-l-qscd", "QCP-l", "NCP", "NCP+"}),
    "QEVCP-w": (None, None, {"QEVCP-w", "EVCP", "NCP", "WEB"}),
    "QNCP-w with OVCP": (None, "OVCP", {"QNCP-w", "NCP", "OVCP", "LCP", "WEB"}),
    "QNCP-w with IVCP": (None, "IVCP", {"QNCP-w", "NCP", "IVCP", "LCP", "WEB"}),
    "QNCP-w-gen": (None, None, {"QNCP-w-gen", "NCP", "WEB"}),
}
# Counted once with the oracle below and kept, so that a change of data or rule is seen.
COUNTS = {
    ("QCP-n", True): 686, ("QCP-n", False): 673,
    ("QCP-n with device", True): 690, ("QCP-n with device", False): 677,
    ("QCP-l", True): 686, ("QCP-l", False): 673,
    ("QCP-n-qscd", True): 703, ("QCP-n-qscd", False): 690,
    ("QCP-l-qscd", True): 703, ("QCP-l-qscd", False): 690,
    ("QEVCP-w", True): 699, ("QEVCP-w", False): 687,
    ("QNCP-w with OVCP", True): 700, ("QNCP-w with OVCP", False): 687,
    ("QNCP-w with IVCP", True): 700, ("QNCP-w with IVCP", False): 687,
    ("QNCP-w-gen", True): 694, ("QNCP-w-gen", False): 681,
}  # fmt: skip

Node = tuple[str, str]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


class Oracle:
    """The chain followed by hand in plain Python: a search over (requirement, what is taken out)."""

    def __init__(self, bridging: bool) -> None:
        self.rows = {(r["standard"], r["id"]): r for r in _rows("requirements.csv")}
        self.bridges = {
            (b["standard"], b["citing"], b["cited"]): b["read_as"].split("|")
            for b in _rows("edition_bridges.csv")
        }
        self.bridging = bridging
        self.by_clause: dict[Node, list[Node]] = defaultdict(list)
        for node, row in self.rows.items():
            clause = row["clause"]
            while clause:
                self.by_clause[(node[0], clause)].append(node)
                clause = clause.rpartition(".")[0]
        self.edges: dict[str, dict[Node, set[Node]]] = defaultdict(lambda: defaultdict(set))
        for ref in _rows("references.csv"):
            if ref["target_kind"] in {"clause", "requirement"}:
                kind = ref["relation"].removesuffix("-if")
                self.edges[kind][(ref["standard"], ref["id"])] |= self.targets(ref)

    def targets(self, ref: dict[str, str]) -> set[Node]:
        key = (ref["standard"], ref["id"], ref["target"])
        names = self.bridges[key] if self.bridging and key in self.bridges else [ref["target"]]
        found: set[Node] = set()
        for name in names:
            node = (ref["target_document"], name)
            found |= set(self.by_clause[node]) if ref["target_kind"] == "clause" else {node}
        return found & self.rows.keys()

    def admits(self, node: Node, policies: set[str]) -> bool:
        row = self.rows[node]
        tags, exceptions = set(row["applies_to"].split("|")), set(row["except_policies"].split("|"))
        return (
            row["modality"] != "void"
            and (tags == {""} or bool(tags & policies))
            and not exceptions & policies
        )

    def standing(self, policies: set[str]) -> dict[Node, bool]:
        """Reached requirement → whether some chain brings it that does not take it out."""
        queue: list[tuple[Node, frozenset[Node]]] = [
            (n, frozenset())
            for n in self.rows
            if n[0] == "EN 319 411-2" and self.admits(n, policies)
        ]
        seen: dict[Node, list[frozenset[Node]]] = defaultdict(list)
        reached: dict[Node, bool] = {}
        while queue:
            node, out = queue.pop()
            live = node not in out
            reached[node] = reached.get(node, False) or live
            if not live or any(earlier <= out for earlier in seen[node]):
                continue
            seen[node].append(out)
            inherits = self.edges["incorporates"].get(node, set())
            carried = out | (self.edges["excludes"].get(node, set()) if inherits else set())
            queue += [(t, frozenset(carried)) for t in inherits if self.admits(t, policies)]
        for node in list(reached):
            for target in self.edges["supersedes"].get(node, set()):
                if target in reached:
                    reached[target] = False
        return reached


oracle = cache(Oracle)


@cache
def inferred(service: str, bridging: bool) -> list[dict[str, object]]:
    device, branch, _ = SERVICES[service]
    dataset = inquiries.derive_policy(
        service.split(" ")[0], device=device, branch=branch, bridging=bridging
    )
    return views.rows(dataset, "inheritance")


@pytest.mark.parametrize("bridging", [True, False], ids=["bridges", "no bridges"])
@pytest.mark.parametrize("service", SERVICES)
def test_applicability_equals_the_oracle(service: str, bridging: bool) -> None:
    expected = oracle(bridging).standing(SERVICES[service][2])
    rows = inferred(service, bridging)
    ours = {
        (str(r["standard"]), str(r["identifier"])): r["standing"] not in {"excluded", "superseded"}
        for r in rows
    }
    assert ours == expected


@pytest.mark.parametrize(("service", "bridging"), COUNTS)
def test_numbers(service: str, bridging: bool) -> None:
    rows = inferred(service, bridging)
    kept = [r for r in rows if r["standing"] not in {"excluded", "superseded"}]
    assert len(kept) == COUNTS[service, bridging]


def test_access_control_rests_on_the_bridge() -> None:
    """EN 319 401 clause 7.4 drops out of the chain when references are followed by identifier."""
    bridged = {r["identifier"] for r in inferred("QCP-n", True) if r["bridge"]}
    plain = {r["identifier"] for r in inferred("QCP-n", False)}
    assert {f"REQ-7.4.1-{n:02d}" for n in range(2, 13)} <= bridged
    assert not any(str(i).startswith("REQ-7.4") for i in plain)
    assert not bridged & plain


def test_carve_out_holds_only_on_its_own_chain() -> None:
    """REG-6.3.6-01A takes REG-6.3.1-01 out of renewal; for first issuance it stays."""
    standing = {r["identifier"]: r["standing"] for r in inferred("QCP-n", True)
                if r["standard"] == "EN 319 411-1"}  # fmt: skip
    assert standing["REG-6.3.1-01"] != "excluded"


def test_ev_rules_replace_web_rules_with_their_reason() -> None:
    rows = {
        r["identifier"]: r for r in inferred("QEVCP-w", True) if r["standard"] == "EN 319 411-1"
    }
    for identifier in ("REG-6.3.6-06", "REG-6.3.6-07"):
        assert rows[identifier]["standing"] in {"excluded", "superseded"}
        assert rows[identifier]["because"]


def test_every_requirement_has_a_chain_from_the_policy() -> None:
    for row in inferred("QCP-l-qscd", True):
        chain = str(row["chain"])
        assert chain.startswith("QCP-l-qscd → EN 319 411-2 ")
        assert chain.endswith(f"{row['standard']} {row['identifier']}")
        assert chain.count("→") == int(str(row["depth"])) + 1


def test_undeclared_marked_conditions_leave_requirements_undecided() -> None:
    rows = [r for r in inferred("QCP-n", True) if r["standing"] == "undecided"]
    assert len(rows) > 60
    assert any(r["condition"] for r in rows)


@pytest.mark.parametrize(
    ("policy", "branch"), [("QCP-x", None), ("QNCP-w", "DVCP"), ("NCP", None), ("", None)]
)
def test_unknown_policy_or_branch(policy: str, branch: str | None) -> None:
    with pytest.raises(InputError):
        inquiries.derive_policy(policy, branch=branch)


def test_clause_tree_agrees_with_owlrl() -> None:
    """What OWL 2 RL can express (transitive clause nesting) comes out the same from owlrl."""
    import owlrl
    import rdflib

    dataset = inquiries.derive_policy("QCP-n")
    cg = "https://w3id.org/clausegraph/core#"
    graph = rdflib.Graph()
    for t in dataset.triples("catalogue"):
        if t.predicate.value in {cg + "parent", cg + "clause"} and "en-319-411-2" in str(t.subject):
            graph.add(tuple(rdflib.URIRef(x.value) for x in (t.subject, t.predicate, t.object)))  # type: ignore[union-attr,arg-type]
    for path in catalog.ontology_files()[:1]:
        graph.parse(path)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    by_owl = {
        (str(outer), str(requirement))
        for requirement, clause in graph.subject_objects(rdflib.URIRef(cg + "clause"))
        for outer in {clause, *graph.objects(clause, rdflib.URIRef(cg + "within"))}
    }
    by_rules = {
        (t.subject.value, t.object.value)  # type: ignore[union-attr]
        for t in dataset.triples("inferred")
        if t.predicate.value == cg + "covers" and "en-319-411-2" in str(t.subject)
    }
    assert by_owl == by_rules
    assert len(by_rules) > 200
