"""The blocked pack carries each planted defect, the complete pack none of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.packs.folders import AURORA, BOREALIS, cases, evidence, load

AS_OF = datetime.fromisoformat("2026-11-23T00:00:00Z")
MONTH, QUARTER = timedelta(days=31), timedelta(days=92)
Data = dict[str, Any]


def _pack(folder: Path) -> Data:
    loaded: Data = load(folder / "pack.yaml")
    return loaded


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _of(folder: Path, kind: str) -> list[Data]:
    return [case for case in cases(folder) if case["type"] == kind]


def _kinds(folder: Path) -> set[str]:
    return {document["kind"] for document in _pack(folder)["documents"]}


def _sent(case: Data, audience: str) -> list[datetime]:
    notices = case.get("notifications", [])
    return [_time(n["sent"]) for n in notices if n["audience"] == audience and "sent" in n]


def _anchor(folder: Path) -> bool:
    notice = next(d for d in _pack(folder)["documents"] if d["kind"] == "relying-party-notice")
    return not notice.get("states-trust-anchor")


def _reuse(folder: Path) -> bool:
    outside = {a["id"] for a in _pack(folder)["authorities"] if not a["qualified"]}
    items = [i for i in evidence(folder) if outside & set(i.get("scope", []))]
    assert items
    return any("inherited-for" not in item for item in items)


def _late_change(folder: Path) -> bool:
    return any(
        sent > _time(case["release"]) - MONTH
        for case in _of(folder, "change")
        if "release" in case
        for sent in _sent(case, "supervisory-body")
    )


def _released_unseen(folder: Path) -> bool:
    def seen(case: Data) -> bool:
        return any(
            s["role"] == "supervisory-liaison" and _time(s["date"]) < _time(case["release"])
            for s in case.get("sign-offs", [])
        )

    return any(not seen(case) for case in _of(folder, "change") if "release" in case)


def _cessation(folder: Path) -> bool:
    return any(
        not _sent(case, "supervisory-body") and _time(case["cessation"]) - AS_OF < QUARTER
        for case in _of(folder, "change")
        if "cessation" in case
    )


def _invented_channel(folder: Path) -> bool:
    return any(
        "channel" in n and "channel-source" not in n
        for case in cases(folder)
        for n in case.get("notifications", [])
    )


def _late_incident(folder: Path) -> bool:
    day = timedelta(hours=24)
    return any(
        sent - _time(case["started"]) > day
        for case in _of(folder, "incident")
        for sent in _sent(case, "supervisory-body")[:1]
    )


def _played_down(folder: Path) -> bool:
    return any(
        m["criterion"] == "a14-a" and m.get("value", 0) > 20 and not case["significant"]
        for case in _of(folder, "incident")
        for m in case["measurements"]
    )


def _latency(folder: Path) -> bool:
    return any(s["revocation-latency"] == "PT30H" for s in _pack(folder)["status-services"])


def _plan_overdue(folder: Path) -> bool:
    return AS_OF - _time(_pack(folder)["termination"]["reviewed"]) > timedelta(days=731)


def _audit_overdue(folder: Path) -> bool:
    dates = [
        _time(c["date"]) for c in _of(folder, "review") if c["kind"] == "conformity-assessment"
    ]
    return AS_OF - max(dates) > timedelta(days=731)


def _overdue_action(folder: Path) -> bool:
    return any(
        "done" not in action and _time(action["due"]) < AS_OF
        for case in cases(folder)
        for action in case.get("actions", []) + case.get("external-actions", [])
    )


def _expired(folder: Path) -> bool:
    return any("valid-until" in i and _time(i["valid-until"]) < AS_OF for i in evidence(folder))


def _open_incident_closed(folder: Path) -> bool:
    states = {case["id"]: case["containment"] for case in _of(folder, "incident")}
    return any(
        states.get(closed, "resolved") != "resolved"
        for case in _of(folder, "closure")
        for closed in case["closes"]
    )


DEFECTS: dict[str, Callable[[Path], bool]] = {
    "intake: no disclosure statement": lambda f: "pds" not in _kinds(f),
    "intake: notice without trust anchor": _anchor,
    "intake: audit report as basis of the qualified status": lambda f: (
        "trusted-list-entry" not in _pack(f)["service"]["qualified-basis"]
    ),
    "intake: non-qualified CA without reuse": _reuse,
    "intake: documents disagree on the policy": lambda f: (
        len({p for d in _pack(f)["documents"] for p in d.get("policy", [])}) > 1
    ),
    "intake: liaison without a holder": lambda f: (
        "supervisory-liaison" not in {r["role"] for r in _pack(f)["roles"]}
    ),
    "triage: change notified late": _late_change,
    "triage: released without the liaison": _released_unseen,
    "triage: cessation without notice": _cessation,
    "triage and incident: invented channel": _invented_channel,
    "incident: notified late": _late_incident,
    "incident: awareness time missing": lambda f: any("aware" not in c for c in _of(f, "incident")),
    "incident: outage played down": _played_down,
    "assurance: slow responder": _latency,
    "assurance: termination plan overdue": _plan_overdue,
    "assurance: assessment overdue": _audit_overdue,
    "assurance: list signature unverified": lambda f: (
        not _pack(f)["trusted-list"]["signature-verified"]
    ),
    "closure: no approval": lambda f: any("approval" not in c for c in _of(f, "closure")),
    "closure: overdue action": _overdue_action,
    "closure: open incident closed": _open_incident_closed,
    "closure: expired evidence": _expired,
    "closure: undated evidence": lambda f: any("date" not in i for i in evidence(f)),
    "closure: void identifier": lambda f: any(
        "411-1:REG-6.2.2-02" in i.get("supports", []) for i in evidence(f)
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_planted(defect: str) -> None:
    assert DEFECTS[defect](BOREALIS)


@pytest.mark.parametrize("defect", DEFECTS)
def test_complete_pack_is_free_of_it(defect: str) -> None:
    assert not DEFECTS[defect](AURORA)


def test_every_gate_of_the_complete_pack_is_signed_off_by_its_roles() -> None:
    expected = {
        "intake": {"security-operations", "ca-operations", "legal-compliance", "assessment-lead",
                   "certificate-policy-owner"},
        "triage": {"certificate-policy-owner", "supervisory-liaison"},
        "incident": {"supervisory-liaison", "incident-manager"},
        "assurance": {"ca-operations", "certificate-policy-owner", "legal-compliance"},
        "closure": {"assessment-lead", "certificate-policy-owner"},
    }  # fmt: skip
    signed: dict[str, set[str]] = {}
    for entry in _pack(AURORA)["sign-offs"]:
        assert entry["approval"] == "approved"
        signed.setdefault(entry["gate"], set()).add(entry["role"])
    assert signed == expected
