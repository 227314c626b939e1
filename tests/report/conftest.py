"""Rows for reports: an empty, a complete and a blocked pack of realistic size.

Input: the catalogue in ``data/catalogue``. Output: per view of a report rows with
exactly its columns, in the types of ``clausegraph.views.rows``. What a real pack would infer is
dealt out by position here: the writers are under test, not the inference.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clausegraph.report import VIEWS, ReportModel, report_model

Rows = dict[str, list[dict[str, Any]]]
ROOT = Path(__file__).resolve().parents[2]
AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
BASE = "https://w3id.org/clausegraph/id/aurora-esign/"
CATALOGUE = "https://w3id.org/clausegraph/catalogue/"
GATES = ("intake", "triage", "incident", "assurance", "closure")
OWNERS = ("Certificate policy owner", "CA operations", "Registration authority",
          "Security operations", "Legal and compliance", "Revocation operations")  # fmt: skip
BLOCKED_OUTCOMES = ("met", "met", "inherited", "met", "missing", "met", "stale", "inherited",
                    "met", "undecided", "missing", "met", "disputed", "not-applicable")  # fmt: skip
EVIDENCE = (("cps", "Certification practice statement 4.2"), ("pds", "PKI disclosure statement 3.0"),
            ("penetration-test", "Penetration test of the CA network"),
            ("vulnerability-scan", "Vulnerability scan, third quarter"),
            ("key-ceremony-record", "Key ceremony of the issuing CA"),
            ("continuity-test", "Continuity exercise"), ("training-record", "Training of trusted roles"),
            ("termination-plan", "Termination plan"), ("supplier-contract", "Hosting contract"),
            ("risk-assessment", "Risk assessment and treatment plan"),
            ("insurance-or-financial-statement", "Liability insurance"),
            ("trusted-list", "Extract of the trusted list"))  # fmt: skip


def _catalogue(name: str) -> list[dict[str, str]]:
    with (ROOT / "data/catalogue" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sample(state: str) -> Rows:
    """All views of a pack that is ``empty``, ``ready`` or ``blocked``."""
    rows: Rows = {name: [] for name in VIEWS}
    if state == "empty":
        return rows
    blocked = state == "blocked"
    rows["outcomes"] = _outcomes(blocked)
    rows["gaps"] = [
        row | {"close": f"Add an item under `evidence:` that supports {row['identifier']}."}
        for row in rows["outcomes"]
        if row["outcome"] in ("missing", "stale", "disputed", "undecided")
    ]
    rows["hops"] = _hops(rows["outcomes"])
    rows["coverage"] = _coverage(rows["outcomes"])
    rows["rules"] = _rules(blocked)
    rows["findings"] = _findings(rows["rules"]) if blocked else []
    rows["gates"] = _gates(rows["rules"], blocked)
    rows["law"] = _law(rows["outcomes"])
    rows["evidence"], rows["evidence-impact"] = _evidence(rows["outcomes"], blocked)
    rows["drift"] = _drift()
    rows["conditions"] = _conditions(blocked)
    rows["verdict"] = [{
        "pack": BASE, "title": "Aurora eSign evidence pack", "service": "Aurora qualified signature",
        "policy": "QCP-n-qscd", "as_of": AS_OF, "verdict": "blocked" if blocked else "ready",
    }]  # fmt: skip
    rows |= _workflow(blocked)
    rows |= _artefacts(blocked)
    rows |= _documents(blocked)
    return rows


def _outcomes(blocked: bool) -> list[dict[str, Any]]:
    found = []
    titles = {(c["standard"], c["clause"]): c["title"] for c in _catalogue("clauses.csv")}
    law: dict[str, list[str]] = {}
    for mapping in _catalogue("mappings.csv"):
        law.setdefault(mapping["provision"], []).append(
            mapping["legal_provision"].replace("#", " ")
        )
    required = [r for r in _catalogue("requirements.csv") if r["modality"] != "void"]
    for position, row in enumerate(required):
        standard, name, edition = row["standard"], row["id"], row["edition"]
        outcome = BLOCKED_OUTCOMES[position % len(BLOCKED_OUTCOMES)] if blocked else "met"
        slug = standard.lower().replace(" ", "-")
        bridge = name.startswith("REQ-7.4")
        chain = f"QCP-n-qscd → EN 319 411-2 OVR-5.1-01 → (clause {row['clause']}) {standard} {name}"
        if standard == "EN 319 401":
            chain = ("QCP-n-qscd → EN 319 411-2 OVR-5.1-01 → (clause 6.5) EN 319 411-1 OVR-6.5.5-01A → "
                     f"{'(bridge) ' if bridge else ''}(clause {row['clause']}) {standard} {name}")  # fmt: skip
        kinds = row["evidence"].replace("|", "; ")
        has = outcome in ("met", "stale", "disputed")
        found.append({
            "requirement": f"{CATALOGUE}{slug}/{edition[1:]}/{name}", "standard": standard,
            "identifier": name, "clause": row["clause"],
            "clause_title": titles.get((standard, row["clause"])), "modality": row["modality"],
            "outcome": outcome, "standing": "applies", "summary": row["summary"],
            "evidence": EVIDENCE[position % len(EVIDENCE)][1] if has else None,
            "owner": OWNERS[position % len(OWNERS)] if position % 11 else None,
            "newest": AS_OF - timedelta(days=position % 400) if has else None, "chain": chain,
            "law": "; ".join(sorted(law.get(f"{standard}#{name}", []))) or None,
            "kinds": kinds or None, "condition": row["condition"] or None, "bridge": bridge,
            "position": position,
        })  # fmt: skip
    return found


def _hops(outcomes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    edges: dict[tuple[str, str], dict[str, Any]] = {}
    for row in outcomes:
        names = [re.sub(r"^(\([^)]*\) )*", "", part) for part in row["chain"].split(" → ")]
        for order, (source, target) in enumerate(zip(names, names[1:], strict=False)):
            bridge = row["bridge"] and target == names[-1]
            edges.setdefault((source, target), {
                "source": source, "target": target, "relation": "claims" if order == 0 else "incorporates",
                "clause": row["clause"] if target == names[-1] else None,
                "bridge": f"{CATALOGUE}bridge/0a1b" if bridge else None,
                "confidence": "high" if bridge else None, "order": len(edges),
            })  # fmt: skip
    return list(edges.values())


def _coverage(outcomes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    counts: dict[tuple[str, str], Counter[str]] = {}
    titles = {(c["standard"], c["clause"]): c["title"] for c in _catalogue("clauses.csv")}
    for row in outcomes:
        levels = row["clause"].split(".")
        for clause in dict.fromkeys(("", levels[0], ".".join(levels[:2]))):
            counts.setdefault((row["standard"], clause), Counter())[row["outcome"]] += 1
    kinds = ("met", "inherited", "stale", "disputed", "missing", "not-applicable", "undecided")
    return [
        {"standard": standard, "clause": clause, "title": titles.get((standard, clause)),
         "total": sum(found.values()), **{k.replace("-", "_"): found[k] for k in kinds}, "order": order}
        for order, ((standard, clause), found) in enumerate(counts.items())
    ]  # fmt: skip


def _rules(blocked: bool) -> list[dict[str, Any]]:
    subjects = ("policy", "repository", "trust anchor", "notification", "termination plan", "CRL",
                "OCSP responder", "sign-off", "intake owner", "device certification")  # fmt: skip
    found = []
    for number in range(120):
        gate, subject = GATES[number % 5], subjects[number % len(subjects)]
        outcome = (
            "untested"
            if number % 9 == 4
            else "failed"
            if blocked and number % 7 == 0 and gate != "triage"
            else "passed"
        )
        found.append({
            "code": f"workflow.{gate}.{subject.replace(' ', '-').lower()}-{number}", "gate": gate,
            "severity": ("violation", "violation", "warning", "info")[number % 4],
            "stop": gate in ("intake", "assurance") and number % 14 == 0, "title": f"{subject.capitalize()} stated and in agreement",
            "outcome": outcome, "focus_nodes": 0 if outcome == "untested" else number % 4 + 1,
            "owner": OWNERS[number % len(OWNERS)],
            "requirements": "EN 319 411-2 OVR-6.3.5-12; eIDAS 24(2)(a)", "by_pyshacl": None,
        })  # fmt: skip
    return found


def _findings(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    wordings = (
        "Expected one certificate policy of EN 319 411-2, found none or several. Set `service: policy:` in pack.yaml.",
        "Expected the OID 0.4.0.194112.1.2 in the sample certificate, found 0.4.0.194112.1.0. "
        "Correct the profile or `service: policy-oid:`.",
        "The trusted list shows the service as withdrawn since 2026-09-01 while the policy says qualified.",
        "Expected the notice to reach the supervisory body a month before release, found 9 days. "
        "Move the release or record the agreement under `notifications:`.",
    )
    failed = [rule for rule in rules if rule["outcome"] == "failed"]
    return [
        {"gate": rule["gate"], "severity": rule["severity"], "stop": rule["stop"], "code": rule["code"],
         "title": rule["title"], "message": wordings[n % 4], "focus": BASE + "service",
         "focus_label": "Aurora qualified signature", "value": None, "location": f"pack.yaml:{n + 12}",
         "owner": rule["owner"], "requirements": rule["requirements"],
         "result": f"{BASE}result/{n}"}
        for n, rule in enumerate(failed)
    ]  # fmt: skip


def _gates(rules: list[dict[str, Any]], blocked: bool) -> list[dict[str, Any]]:
    found = []
    for order, gate in enumerate(GATES, 1):
        own = [rule for rule in rules if rule["gate"] == gate]
        failed = [rule for rule in own if rule["outcome"] == "failed"]
        stops = sum(1 for rule in failed if rule["stop"])
        state = "blocked" if stops else "open" if failed or (blocked and order == 5) else "ready"
        found.append({
            "gate": gate, "label": gate.capitalize(), "order": order, "state": state,
            "reasons": len(failed), "stops": stops,
            "tested": sum(1 for rule in own if rule["outcome"] != "untested"),
            "passed": sum(1 for rule in own if rule["outcome"] == "passed"), "failed": len(failed),
        })  # fmt: skip
    return found


def _law(outcomes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    acts = {"eIDAS": "eIDAS Regulation", "NIS2": "NIS 2 Directive", "DORA": "DORA"}
    return [
        {"provision": law, "act": acts.get(law.split(" ")[0], "CIR (EU) 2024/2690"),
         "repealed": law == "eIDAS 19(2)", "requirement": f"{row['standard']} {row['identifier']}",
         "outcome": row["outcome"], "source": f"{row['standard']} Annex A"}
        for row in outcomes
        for law in (row["law"] or "").split("; ")
        if law
    ]  # fmt: skip


def _evidence(outcomes: list[dict[str, Any]], blocked: bool) -> tuple[Any, Any]:
    register, impact = [], []
    for n, (kind, title) in enumerate(EVIDENCE):
        own = [row["identifier"] for row in outcomes if row["evidence"] == title]
        state = ("stale", "unusable", "disputed")[n % 3] if blocked and n % 4 == 2 else "sound"
        iri = f"{BASE}evidence-{n}"
        register.append({
            "evidence": iri, "title": title, "kinds": kind, "state": state, "owner": OWNERS[n % 6],
            "date": None if state == "unusable" else AS_OF - timedelta(days=30 * n + 4),
            "expires": AS_OF + timedelta(days=-12 if state == "stale" else 25 * n + 9),
            "path": f"artefacts/{kind}.pdf", "supports": len(own), "location": f"evidence/register.yaml:{n * 9 + 3}",
        })  # fmt: skip
        impact.append({"evidence": iri, "title": title, "supports": len(own), "only": len(own) // 2,
                       "identifiers": "; ".join(own[: len(own) // 2]) or None})  # fmt: skip
    return register, impact


def _drift() -> list[dict[str, Any]]:
    found = [
        {"kind": "unresolved", "where": f"{b['standard']} {b['citing']}", "cited": b["cited"],
         "read_as": b["read_as"].replace("|", "; ") or None, "confidence": b["confidence"],
         "reason": b["reason"], "affected": len(b["read_as"].split("|"))}
        for b in _catalogue("edition_bridges.csv")
    ]  # fmt: skip
    found += [
        {"kind": "adaptation", "where": a["act"], "cited": f"{a['standard']} {a['identifier']}",
         "read_as": None, "confidence": None, "reason": a["adaptation"], "affected": 1}
        for a in _catalogue("law_adaptations.csv")
    ]  # fmt: skip
    found.append({"kind": "pin", "where": "CIR (EU) 2025/1943", "cited": "EN 319 401 V3.1.1",
                  "read_as": "EN 319 401 V3.2.1", "confidence": "high",
                  "reason": "the act cites the earlier edition", "affected": 223})  # fmt: skip
    return found


def _conditions(blocked: bool) -> list[dict[str, Any]]:
    states = ("holds", "fails", "undeclared") if blocked else ("holds", "fails")
    return [
        {"condition": f"{CATALOGUE}condition/{c['code']}", "code": c["code"], "text": c["text"],
         "state": states[n % len(states)], "requirements": n % 4 + 1,
         "because": "declared by the policy owner" if n % 3 else None}
        for n, c in enumerate(_catalogue("conditions.csv"))
    ]  # fmt: skip


def _workflow(blocked: bool) -> Rows:
    case = BASE + "cases/2026-11-change-017"
    intake = (("provider", "title", "Aurora Trust Oy"), ("provider", "spatial", "FI"),
              ("provider", "sourceLocation", "pack.yaml:9"),
              ("service", "title", "Aurora qualified signature"), ("service", "policyOid", "0.4.0.194112.1.2"),
              ("service", "boundary", "Issuance, revocation and status of qualified signature certificates"),
              ("population", "count", "48 210"), ("population", "date", "2026-11-01T00:00:00Z"),
              ("service", "qualifiedBasis", "Entry in the trusted list, granted since 2019"))  # fmt: skip
    clocks = (("change-1m", "running", 20, None), ("nis2-tsp-notification-24h", "met", -40, -41),
              ("incident-fb-24h", "late" if blocked else "met", -40, -39),
              ("audit-24m", "overdue" if blocked else "running", -3 if blocked else 200, None))  # fmt: skip
    listed = (("status", "granted", "withdrawn" if blocked else "granted"),
              ("service type", "CA/QC", "CA/QC"), ("digital identity", "ab" * 32, "ab" * 32),
              ("provider name", "Aurora Trust Oy", "AURORA TRUST OY"))  # fmt: skip
    return {
        "intake-record": [{"record": BASE + n, "field": f, "value": v} for n, f, v in intake],
        "clocks": [{"case": case, "title": "Change of the OCSP responder", "deadline": d,
                    "basis": "eIDAS 24(2)(a)", "runs_from": AS_OF + timedelta(days=due - 30),
                    "due": AS_OF + timedelta(days=due),
                    "met_at": None if met is None else AS_OF + timedelta(days=met), "state": state}
                   for d, state, due, met in clocks],
        "trusted-list": [{"entry": BASE + "tl-entry", "field": f, "declared": d, "listed": li,
                          "agrees": None if f == "provider name" else d == li, "list": "FI 112"}
                         for f, d, li in listed],
        "actions": [{"kind": "review", "what": "Review of the termination plan", "owner": OWNERS[0],
                     "due": AS_OF + timedelta(days=-5 if blocked else 60), "done": None,
                     "iri": BASE + "termination"},
                    {"kind": "action", "what": "Publish CPS 4.3", "owner": OWNERS[1],
                     "due": AS_OF - timedelta(days=20), "done": AS_OF - timedelta(days=22),
                     "iri": BASE + "action-1"}],
        "triggers": [{"case": case, "title": "Change of the OCSP responder", "trigger": "status-service-change",
                      "material": True, "release": AS_OF + timedelta(days=50, hours=14),
                      "decisions": "supervisory-body-contact; assessment-item",
                      "liaison": "supervisory-liaison"}],
        "closure-record": [{"record": BASE + "closure", "field": f, "value": v}
                           for f, v in (("approval", "approved"), ("nextReview", "2027-05-01T00:00:00Z"),
                                        ("case", "Change of the OCSP responder"))],
        "unowned": [{"what": "Continuity exercise", "iri": BASE + "evidence-5", "role": OWNERS[3]}]
        if blocked else [],
    }  # fmt: skip


def certificate(number: int) -> str:
    """The IRI of a certificate of the samples."""
    return f"https://w3id.org/clausegraph/id/certificate/{number:064x}"


def _artefacts(blocked: bool) -> Rows:
    """Lists, a CA, four certificates, their status and a population."""
    ca = "CN=Aurora eSign CA\\, first,O=Aurora Trust Oy,C=FI"
    listed = [
        {"list": f"{BASE}{path}#list", "path": path, "sha256": f"{n:064x}", "territory": territory,
         "sequence": str(n), "issued": AS_OF - timedelta(days=40),
         "next_update": AS_OF + timedelta(days=-3 if blocked and n == 112 else 90),
         "state": "failed" if blocked and n == 112 else "verified", "verified_at": AS_OF - timedelta(days=40),
         "lotl": lotl, "lotl_sha256": lotl and "c" * 64, "anchor": "d" * 64,
         "publication": "OJ C 276, 16.8.2019" if n == 12 else None,
         "reason": "the digest of the signed bytes differs" if blocked and n == 112 else None}
        for n, path, territory, lotl in ((12, "artefacts/lotl.xml", "EU", None),
                                         (112, "artefacts/tl-fi.xml", "FI", "EU 12"))
    ]  # fmt: skip
    held = [
        {"certificate": certificate(n), "path": f"artefacts/sample-{n}.cer", "ca": n == 9,
         "subject": ca if n == 9 else None, "issuer": ca, "serial": f"5e41a{n}",
         "valid_from": AS_OF - timedelta(days=100), "valid_through": AS_OF + timedelta(days=100 * n - 150),
         "key": "EC P-256", "policies": "0.4.0.194112.1.2",
         "stands_for": "129 certificates of one class of artefacts/issued.zip, here 0123456789ab…" if n == 4 else None,
         "notes": "the serial number is not positive" if n == 3 else None}
        for n in (1, 2, 3, 4, 9)
    ]  # fmt: skip
    drawn = [
        {"certificate": row["certificate"], "moment": moment, "date": AS_OF,
         "result": "not-qualified" if lost else "qualified", "type": "esign", "device": not lost, "in_force": row is not held[0] or moment == "issuance",
         "service": "fails" if lost else "holds",
         "service_reason": f"FI 112: {'withdrawn' if lost else 'granted'} from 2024-04-01",
         "statements": "holds", "statements_reason": "QcCompliance, QcSSCD",
         "qualifiers": "not-applicable", "qualifiers_reason": "no qualifier is meant for it",
         "list": "FI 112", "signature": "verified", "lotl": "EU 12", "notes": "Past its next update." if lost else None}
        for row in held
        for moment in ("as-of", "issuance")
        for lost in (blocked and moment == "as-of",)
    ]  # fmt: skip
    chains = [
        {"certificate": row["certificate"], "moment": moment, "date": AS_OF,
         "state": "expired" if moment == "as-of" and n == 0 else "sound", "chain": f"the certificate < CA {ca}",
         "paths": 1, "notes": "the certificate itself" if moment == "as-of" and n == 0 else None}
        for n, row in enumerate(held)
        for moment in ("as-of", "issuance")
    ]  # fmt: skip
    answers = [
        {"certificate": certificate(n), "serial": f"5e41a{n}", "validThrough": AS_OF, "method": method,
         "status": "revoked" if n == 2 and (method == "crl" or not blocked) else "good", "at": AS_OF - timedelta(hours=6),
         "revokedAt": AS_OF - timedelta(days=9) if n == 2 else None,
         "reason": "keyCompromise" if n == 2 else None, "counts": n != 1, "beyondExpiry": n != 1,
         "signature": "verified", "authority": "delegated" if method == "ocsp" else "issuer", "agrees": not (blocked and n == 2),
         "why": "It had expired, and the source keeps no expired certificates." if n == 1 else None,
         "source": f"{BASE}artefacts/status-{n}.{method}#{method}"}
        for n in (1, 2, 3)
        for method in ("crl", "ocsp")
    ]  # fmt: skip
    issued = "artefacts/issued.zip"
    kinds = ("row-unreadable", "serial-reused") if blocked else ("repeated",)
    return {
        "list-trust": listed, "certificates": held, "conclusions": drawn, "chains": chains,
        "revocation": answers,
        "revocation-latency": [
            {"revocation": BASE + "revocation-1", "certificate": certificate(2), "reason": "keyCompromise",
             "requested": AS_OF - timedelta(days=10), "effective": None, "crl_at": AS_OF - timedelta(days=9),
             "ocsp_at": None, "crl_seconds": 9120, "ocsp_seconds": None, "location": "pack.yaml:257"}],
        "population-totals": [
            {"source": issued, "title": f"Profile of {issued}", "count": 1129, "rows": 1131,
             "classes": 2, "issuers": 1, "signatures": True, "notes": None}],
        "population": [
            {"source": issued, "kind": "class", "what": what, "count": count, "earliest": AS_OF - timedelta(days=400),
             "latest": AS_OF, "conclusion": "qualified, esign, device", "example": certificate(n), "place": None,
             "revocation": f"{n} revoked"}
            for what, count, n in (("EC P-256", 1000, 4), ("EC P-256", 129, 77))
        ] + [
            {"source": issued, "kind": "exception", "what": kind, "count": 5, "earliest": None, "latest": None,
             "conclusion": None, "example": None, "place": f"{issued}:17", "revocation": None} for kind in kinds],
        "population-examples": [
            {"source": issued, "kind": kind, "row": f"issued.csv:{row}", "why": "No base64 text.",
             "certificate": None} for kind in kinds for row in range(11, 16)],
        "artefacts": [
            {"artefact": BASE + path, "path": path, "media": media, "bytes": size,
             "sha256": size and f"{size:064x}", "status": "read" if size else "missing", "found": found,
             "notes": None if size else "no such file"}
            for path, media, size, found in (
                ("artefacts/cps.pdf", "application/pdf", 1810, "1 DocumentSeal; 30 Section"),
                ("artefacts/lotl.xml", "application/vnd.etsi.tsl+xml", 8216, "1 ListOfTrustedLists"),
                ("artefacts/gone.cer", None, None, None))],
    }  # fmt: skip


def _documents(blocked: bool) -> Rows:
    """A practice statement after RFC 3647 and a disclosure statement."""
    cps, pds, cp = BASE + "cps", BASE + "pds", BASE + "cp"
    with (ROOT / "data/documents/rfc3647_sections.csv").open(encoding="utf-8", newline="") as file:
        outline = [(row["number"], row["title"]) for row in csv.DictReader(file)]
    sections = [(str(n), row["title"]) for n, row in enumerate(_catalogue("pds_sections.csv"), 1)]

    def of(document: str, path: str, model: str, wanted: Any, lacking: Any, own: bool) -> Any:
        return [
            {"document": document, "path": path, "model": model, "number": number, "title": title,
             "position": position, "found": number not in lacking,
             "section": number if own and number not in lacking else None,
             "heading": title if number not in lacking else None,
             "page": None if number in lacking else position}
            for position, (number, title) in enumerate(wanted, 1)
        ]  # fmt: skip

    target = CATALOGUE + "en-319-411-2/2.6.1/"
    return {
        "documents": [
            {"document": document, "kind": kind, "title": title, "declared": "4.2", "path": f"artefacts/{kind}.pdf",
             "printed": "4.1" if blocked else "4.2", "language": "en", "pages": 48, "words": 21_000,
             "sections": 30, "cited": 3, "statements": "not status-beyond-expiry; trust-anchor", "seals": 1}
            for document, kind, title in ((cp, "cp", "Certificate policy of Aurora"),
                                          (cps, "cps", "Practice statement of Aurora"),
                                          (pds, "pds", "Disclosure statement of Aurora"))],
        "document-outline": [
            *of(cp, "artefacts/cp.pdf", "RFC 3647", outline, {n for n, _ in outline} - {"1.2"}, False),
            *of(cps, "artefacts/cps.pdf", "RFC 3647", outline, {"4.10", "9"} if blocked else {"4.10"}, True),
            *of(pds, "artefacts/pds.pdf", "EN 319 411-1 Annex A", sections, {"11"} if blocked else (), False)],
        "document-coverage": [
            {"target": target + name, "identifier": name.rpartition("/")[2], "document": cps, "section": section,
             "heading": "Certificate status services", "page": 31, "how": how}
            for name, section, how in (("clause/6.3.10", "4.10", "declared"), ("CSS-6.3.10-01", "4.10", "cited"),
                                       ("CSS-6.3.10-02", "4.10", "cited"), ("CSS-6.3.10-02", "4.9", "cited"),
                                       ("clause/6.3.9", "4.9", "suggested"))],
    }  # fmt: skip


def model_of(rows: Rows) -> ReportModel:
    """The model that ``report_model`` makes of such rows."""
    return report_model(None, rows=lambda _dataset, view, **_: rows.get(view, []))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def samples() -> dict[str, Rows]:
    """The three packs by state."""
    return {state: sample(state) for state in ("empty", "ready", "blocked")}


@pytest.fixture(scope="session")
def models(samples: dict[str, Rows]) -> dict[str, ReportModel]:
    """The three models by state."""
    return {state: model_of(rows) for state, rows in samples.items()}


@pytest.fixture(scope="session")
def make_model() -> Callable[[Rows], ReportModel]:
    """Makes a model of a test's own rows."""
    return model_of
