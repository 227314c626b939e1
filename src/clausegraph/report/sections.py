"""The report's sections as data: what the HTML template writes, in its order.

Input: a ``ReportModel``. Output: plain dictionaries and small frozen classes, grouped, counted and
sorted, so that the template only writes. Source: the five gates and the outcomes of
``data/codelists``; what each section answers stands in ``docs/views.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from clausegraph.report import ReportModel, Row
from clausegraph.report.certificates import (
    AUTHORITIES,
    MOST_CERTIFICATES,
    cards,
    latencies,
    results,
    statuses,
)
from clausegraph.report.charts import OUTCOMES, Bar, bar
from clausegraph.report.findings import by_gate, findings_of
from clausegraph.report.holdings import MOST_FILES, documents, populations
from clausegraph.report.overview import (
    VERDICTS,
    figures,
    gate,
    headline,
    verdict_code,
    work_by_role,
)
from clausegraph.report.records import intake, provider, records
from clausegraph.report.registers import (
    DRIFT_KINDS,
    clock_order,
    condition_order,
    editions,
    grouped,
    law_by_act,
    register,
    renewals,
    rules_by_gate,
)
from clausegraph.report.requirements import tables
from clausegraph.report.rows import by, by_order, number

MOST_IMPACT = 10
_VERDICT = ("pack", "title", "service", "policy", "as_of", "verdict")


def sections(model: ReportModel) -> dict[str, Any]:
    """Everything that the template needs, by name."""
    return {
        **_first(model),
        **_requirements(model),
        **_registers(model),
        **_artefacts(model),
        **_end(model),
    }


def _first(model: ReportModel) -> dict[str, Any]:
    """Verdict, gates, stop conditions, findings."""
    first: Row = dict.fromkeys(_VERDICT) | dict(model.verdict[0] if model.verdict else {})
    labels = {str(g.get("gate")): str(g.get("label")) for g in by_order(model.gates)}
    findings = findings_of(model.findings, model.gates)
    stops = [f for f in findings if f.row.get("stop")]
    others = [f for f in findings if not f.row.get("stop")]
    code = verdict_code(first.get("verdict"))
    return {
        "verdict": first,
        "verdict_code": code,
        "verdict_words": VERDICTS[code],
        "headline": headline(model, stops),
        "provider": provider(model.intake_record),
        "empty": not (model.gates or model.outcomes or model.findings),
        "gates": [gate(row, model.rules) for row in by_order(model.gates)],
        "gate_labels": labels,
        "work": work_by_role(model, findings),
        "stops": stops,
        "findings": by_gate(others, labels),
        "finding_count": len(others),
    }


def _requirements(model: ReportModel) -> dict[str, Any]:
    """Coverage, gaps and the other requirements, conditions."""
    counts = Counter(str(row.get("outcome")) for row in model.outcomes)
    return {
        "figures": figures(model, counts),
        "coverage": _coverage(model.coverage),
        "counts": counts,
        "outcome_labels": OUTCOMES,
        "tables": tables(model),
        "gap_count": len(model.gaps),
        "requirement_count": len(model.outcomes),
        "bridged": sum(1 for row in model.outcomes if row.get("bridge") is True),
        "conditions": sorted(model.conditions, key=condition_order),
    }


def _registers(model: ReportModel) -> dict[str, Any]:
    """Clocks, actions, evidence, law, drift, rules."""
    first, rest = register(model)
    more, renewed = renewals(model)
    untested, tested = rules_by_gate(model)
    losses = sorted((i for i in (*first, *rest) if i.only), key=lambda item: -item.only)
    return {
        "clocks": sorted(model.clocks, key=clock_order),
        "triggers": list(by(model.triggers, "case").values()),
        "actions": [row for row in model.actions if row.get("kind") != "evidence"] + more,
        "renewed": renewed,
        "evidence": first,
        "evidence_rest": rest,
        "evidence_count": len(model.evidence),
        "losses": losses[:MOST_IMPACT],
        "loss_count": len(losses),
        "law": law_by_act(model.law),
        "drift": grouped(model.drift, "kind", DRIFT_KINDS),
        "untested": untested,
        "untested_count": sum(len(rows) for _, rows in untested),
        "tested": tested,
        "rules": model.rules,
    }


def _artefacts(model: ReportModel) -> dict[str, Any]:
    """What files prove: lists, certificates, status answers, populations, documents."""
    found = cards(model)
    holders = [card for card in found if card.row.get("ca") is not True]
    held = populations(model)
    answers = statuses(model, found)
    return {
        "lists": model.list_trust,
        "certificates": found[:MOST_CERTIFICATES],
        "card_of": {card.row.get("certificate"): card for card in found},
        "certificate_rest": results(found[MOST_CERTIFICATES:], 1),
        "certificate_count": len(found),
        "holder_results": results(holders, 1),
        "statuses": answers[:MOST_CERTIFICATES],
        "status_rest": len(answers[MOST_CERTIFICATES:]),
        "answers": model.revocation,
        "authorities": AUTHORITIES,
        "latencies": latencies(model, found),
        "populations": held,
        "population_count": sum(number(p.row, "count") for p in held),
        "exception_count": sum(e.count for p in held for e in p.exceptions),
        "documents": documents(model),
        "files": model.artefacts[:MOST_FILES],
        "file_count": len(model.artefacts),
        "trusted_list": by(model.trusted_list, "entry"),
    }


def _end(model: ReportModel) -> dict[str, Any]:
    """Records and what the report rests on."""
    return {
        "intake": intake(model.intake_record),
        "closure": records(model.closure_record),
        "editions": editions(model.outcomes),
        "pins": [row for row in model.drift if row.get("kind") == "pin"],
        "version": model.version,
        "command": model.command,
    }


def _coverage(rows: Iterable[Row]) -> list[tuple[Bar, list[Bar]]]:
    standards: dict[str, tuple[list[Bar], list[Bar]]] = {}
    for row in by_order(rows):
        drawn = bar(row)
        whole, clauses = standards.setdefault(drawn.standard, ([], []))
        (clauses if drawn.clause else whole).append(drawn)
    return [(whole[0], clauses) for whole, clauses in standards.values() if whole]
