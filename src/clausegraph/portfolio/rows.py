"""One pack of many: what is asked, and the row that answers.

Input: `Work`. Output: `PackRow`. Both have a form in JSON, in which they go from one process to
another.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from clausegraph.errors import EXIT_FINDINGS, EXIT_INTERNAL, EXIT_OK, ClausegraphError

if TYPE_CHECKING:
    from clausegraph.views import Row

OPEN = ("missing", "stale", "disputed", "undecided")
"""Outcomes of requirements that the view ``gaps`` lists."""
GATES = ("intake", "triage", "incident", "assurance", "closure")


@dataclass(frozen=True, slots=True)
class Work:
    """A pack to check.

    Attributes:
        folder: the pack folder.
        name: what the row calls it.
        as_of: time that counts as now; must have a time zone.
        engine: see `clausegraph.validate.Engine`.
        keep_subjects: whether names of natural persons in certificates may stay in the graph.
        lint: whether certificates are linted as well.
        keep: whether the whole result may be looked up and kept.
    """

    folder: str
    name: str
    as_of: datetime
    engine: str = "fast"
    keep_subjects: bool = False
    lint: bool = False
    keep: bool = True

    def as_json(self) -> str:
        """One line of JSON."""
        return json.dumps({**asdict(self), "as_of": self.as_of.isoformat()})

    @classmethod
    def of_json(cls, line: str | bytes) -> Work:
        """What `as_json` wrote."""
        told = json.loads(line)
        return cls(**{**told, "as_of": datetime.fromisoformat(told["as_of"])})


@dataclass(frozen=True, slots=True)
class PackRow:
    """The verdict of one pack.

    Attributes:
        pack: what the pack is called: its folder, relative to the portfolio or as it was named.
        verdict: ``ready``, ``open``, ``blocked``, or ``error`` for a pack that cannot be used.
        policy: code of the certificate policy.
        intake, triage, incident, assurance, closure: state of each gate.
        stops: findings that are stop conditions.
        findings: all findings.
        violations, warnings, infos: findings of these severities.
        requirements: applicable requirements, those not applicable by declaration included.
        gaps: requirements that are missing, stale, disputed or undecided.
        error: why the pack cannot be used.
        exit_code: what ``check`` would exit with: 0, 1, 2 or 3.
    """

    pack: str
    verdict: str
    policy: str = ""
    intake: str = ""
    triage: str = ""
    incident: str = ""
    assurance: str = ""
    closure: str = ""
    stops: int = 0
    findings: int = 0
    violations: int = 0
    warnings: int = 0
    infos: int = 0
    requirements: int = 0
    gaps: int = 0
    error: str = ""
    exit_code: int = EXIT_OK

    def cells(self) -> dict[str, object]:
        """The row by column."""
        return asdict(self)

    def as_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def of_json(cls, line: str | bytes) -> PackRow:
        """What `as_json` wrote."""
        return cls(**json.loads(line))


def check_one(work: Work) -> PackRow:
    """The row of one pack. Never raises."""
    from clausegraph.assessment import Asked, remembered
    from clausegraph.cache import Cache

    asked = Asked(work.as_of, engine=work.engine, keep_subjects=work.keep_subjects, lint=work.lint)
    try:
        row = remembered(
            Path(work.folder), asked, "row", lambda found: row_of(found.rows).as_json().encode(),
            kept=None if work.keep else Cache(None),
        )  # fmt: skip
        return replace(PackRow.of_json(row), pack=work.name)
    except ClausegraphError as error:
        return failed(work, " ".join(str(error).split()), error.exit_code)
    except Exception as error:  # noqa: BLE001  # a fault on one pack must not hide the others
        return failed(work, f"{type(error).__name__}: {error}", EXIT_INTERNAL)


def failed(work: Work, why: str, exit_code: int) -> PackRow:
    """The row of a pack that has no verdict."""
    return PackRow(work.name, "error", error=why, exit_code=exit_code)


def row_of(rows: Callable[[str], Sequence[Row]]) -> PackRow:
    """The row of a pack, without its name, from its views."""
    verdict = rows("verdict")[0]
    states = {str(r["gate"]): str(r["state"]) for r in rows("gates")}
    findings = rows("findings")
    severities = Counter(str(f["severity"]) for f in findings)
    outcomes = {str(r["outcome"]): int(str(r["requirements"])) for r in rows("outcome-counts")}
    ready = verdict["verdict"] == "ready" and not severities["violation"]
    return PackRow(
        pack="",
        verdict=str(verdict["verdict"]),
        policy=str(verdict["policy"] or ""),
        **{gate: states.get(gate, "") for gate in GATES},
        stops=sum(bool(f["stop"]) for f in findings),
        findings=len(findings),
        violations=severities["violation"],
        warnings=severities["warning"],
        infos=severities["info"],
        requirements=sum(outcomes.values()),
        gaps=sum(outcomes.get(open_, 0) for open_ in OPEN),
        exit_code=EXIT_OK if ready else EXIT_FINDINGS,
    )
