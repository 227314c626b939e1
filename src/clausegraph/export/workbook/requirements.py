"""The rows that an assessor works through: every requirement with claim, evidence and outcome.

Input: the views of a checked pack. Output: one row per requirement of EN 319 401, EN 319 411-1 and
EN 319 411-2 that is not void, in their order, with what an assessor stated so far. Source: ETSI TR
119 411-4, the checklist of requirements for conformity assessment, in spirit and not in wording.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clausegraph.export.projection import Projection
from clausegraph.views import Row, Value

COMPONENTS: Mapping[str, str] = {
    "OVR": "General (OVR)",
    "GEN": "Certificate generation (GEN)",
    "REG": "Registration (REG)",
    "REV": "Revocation management (REV)",
    "DIS": "Dissemination (DIS)",
    "SDP": "Subject device provision (SDP)",
    "CSS": "Certificate status (CSS)",
    "REQ": "All trust services (REQ)",
    "PRO": "Proportionate (PRO)",
}
NOT_REACHED = "not-reached"
_MOST_ITEMS = 5


@dataclass(frozen=True, slots=True)
class Statement:
    """The latest statement of an assessor about a requirement, as a workbook shows it."""

    result: str = ""
    remark: str = ""
    assertion: str = ""


def component(identifier: str) -> str:
    """The service component that the prefix of an identifier names."""
    prefix = identifier.partition("-")[0]
    return COMPONENTS.get(prefix, prefix)


def latest(pack: Projection) -> dict[str, Statement]:
    """Requirement to what was stated last; of equal dates the last in order of the view."""
    found: dict[str, tuple[str, Statement]] = {}
    for row in pack.rows("assessor-results"):
        requirement, date = str(row["requirement"]), str(row["date"] or "")
        if requirement not in found or found[requirement][0] <= date:
            statement = Statement(
                str(row["result"]), str(row["remark"] or ""), str(row["assertion"])
            )
            found[requirement] = (date, statement)
    return {key: statement for key, (_, statement) in found.items()}


def requirement_rows(pack: Projection) -> list[dict[str, Value]]:
    """The rows, in the order of the standards."""
    outcomes = {str(r["requirement"]): r for r in pack.rows("outcomes")}
    reached = {str(r["requirement"]): r for r in pack.rows("inheritance")}
    items = _items(pack)
    titles = {(r["standard"], r["identifier"]): r["title"] for r in pack.rows("clauses")}
    stated, findings = latest(pack), _findings(pack)
    rows: list[dict[str, Value]] = []
    for row in pack.rows("catalogue"):
        if row["modality"] == "void":
            continue
        iri = str(row["requirement"])
        outcome, chain = outcomes.get(iri), reached.get(iri)
        name = f"{row['standard']} {row['identifier']}"
        statement = stated.get(iri, Statement())
        rows.append(
            {
                "number": len(rows) + 1,
                "standard": row["standard"],
                "clause": row["clause"],
                "clause_title": titles.get((row["standard"], row["clause"])),
                "identifier": row["identifier"],
                "component": component(str(row["identifier"])),
                "modality": row["modality"],
                "policies": row["policies"] or "all",
                "summary": row["summary"],
                "condition": row["condition"],
                "standing": chain["standing"] if chain else NOT_REACHED,
                "claim": _claim(outcome, chain),
                "evidence": _titles(items.get(iri, ())),
                "files": _files(items.get(iri, ())),
                "outcome": outcome["outcome"] if outcome else "not-applicable",
                "findings": findings.get(name),
                "chain": chain["chain"] if chain else None,
                "law": outcome["law"] if outcome else None,
                "result": statement.result,
                "remark": statement.remark,
                "requirement": iri,
                "before_result": statement.result,
                "before_remark": statement.remark,
                "before": statement.assertion,
            }
        )
    return rows


def _claim(outcome: Row | None, chain: Row | None) -> str:
    """What the provider claims: by its declarations and by the evidence that it gives."""
    if chain is None:
        return "Not claimed: no chain from the policy leads here."
    standing = chain["standing"]
    if standing != "applies":
        because = f": {chain['because']}" if chain["because"] else ""
        return f"{str(standing).capitalize()}{because}."
    if outcome is None:
        return "No claim."
    if outcome["outcome"] == "inherited":
        return "Conforms through the requirements that it incorporates."
    return "Conforms, on the evidence named." if outcome["evidence"] else "No evidence given."


def _items(pack: Projection) -> dict[str, list[Row]]:
    """Requirement to its evidence items, with the hash of the file."""
    hashes = {r["path"]: r["sha256"] for r in pack.rows("artefacts")}
    evidence = {
        r["evidence"]: {**r, "sha256": hashes.get(r["path"])} for r in pack.rows("evidence")
    }
    found: dict[str, list[Row]] = {}
    for row in pack.rows("outcome-evidence"):
        if row["evidence"] in evidence:
            found.setdefault(str(row["requirement"]), []).append(evidence[row["evidence"]])
    return found


def _titles(items: Sequence[Row]) -> str:
    return _few([f"{r['title'] or r['evidence']} ({r['state']})" for r in items])


def _files(items: Sequence[Row]) -> str:
    """Path, hash and place in the pack; a file that several items name stands once."""
    lines = {
        str(r["path"]): f"{r['path']}\nsha256 {r['sha256'] or 'unknown'}\nnamed in {r['location']}"
        for r in items
        if r["path"]
    }
    return _few(list(lines.values()))


def _few(lines: Sequence[str]) -> str:
    more = len(lines) - _MOST_ITEMS
    shown = list(lines[:_MOST_ITEMS])
    return "\n".join([*shown, f"and {more} more, see sheet Evidence"] if more > 0 else shown)


def _findings(pack: Projection) -> dict[str, str]:
    """Name of a requirement to the codes of broken rules that enforce it."""
    found: dict[str, set[str]] = {}
    for row in pack.rows("findings"):
        for name in str(row["requirements"] or "").split("; "):
            found.setdefault(name, set()).add(str(row["code"]))
    return {name: "\n".join(sorted(codes)) for name, codes in found.items()}
