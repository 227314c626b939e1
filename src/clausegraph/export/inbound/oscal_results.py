"""OSCAL assessment results as statements of assessors.

Input: a JSON document of any edition that holds ``assessment-results``. Output: one statement per
finding of somebody else, or per finding of ours that was edited (its digest differs). Findings as
exported are no statements. A finding whose target is unknown, withdrawn, or not the one that we
exported under its UUID is reported. Names of natural persons are never taken: a person counts for
the organisation that he or she belongs to. Source: OSCAL assessment layer, finding and origin.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from clausegraph.errors import InputError
from clausegraph.export.inbound.model import Note, Reading, Statement
from clausegraph.export.oscal.bundle import Bundle
from clausegraph.export.oscal.elements import plain
from clausegraph.export.oscal.results import (
    DIGEST,
    digest,
    finding_uuid,
    statement_finding_uuid,
)
from clausegraph.export.projection import Options, Projection, Request
from clausegraph.instants import ValueProblem, canonical_instant

Json = dict[str, Any]

UNNAMED = "Assessing body that is not named"
_HEAD = 2_000


def recognises(data: bytes) -> bool:
    """Whether the first object names ``assessment-results``."""
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"{") and b'"assessment-results"' in head


def read(data: bytes, projection: Projection) -> Reading:
    """The statements of a document.

    Raises:
        InputError: no JSON of that form.
    """
    document = _parsed(data)
    body = _object(document.get("assessment-results"))
    reader = _Reader(Bundle(Request(projection, Options())), body)
    statements = [s for each in _objects(body.get("results")) for s in reader.result(each)]
    if reader.unchanged:
        reader.notes.append(
            Note("unchanged", "results", f"{reader.unchanged} findings are as they were exported")
        )
    return Reading("oscal", tuple(statements), tuple(reader.notes))


def _parsed(data: bytes) -> Json:
    def once(pairs: list[tuple[str, Any]]) -> Json:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a key stands twice in one object")
        return found

    try:
        return _object(json.loads(data.decode("utf-8-sig"), object_pairs_hook=once))
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"is no assessment results document: {error}",
            expected="JSON with the one key assessment-results",
        ) from error


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[Json]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


class _Reader:
    def __init__(self, bundle: Bundle, body: Json) -> None:
        self.bundle = bundle
        self.metadata = _object(body.get("metadata"))
        self.notes: list[Note] = []
        self.unchanged = 0

    @cached_property
    def targets(self) -> Mapping[str, str]:
        """Identifier of a control or of its statement or objective → requirement."""
        found: dict[str, str] = {}
        for iri in self.bundle.controls:
            control = self.bundle.control(iri)
            found |= {control: iri, f"{control}_smt": iri, f"{control}_obj": iri}
        return found

    @cached_property
    def exported(self) -> Mapping[str, str]:
        """UUID of a finding of ours → the requirement that it is about."""
        found = {finding_uuid(self.bundle, iri): iri for iri in self.bundle.controls}
        for row in self.bundle.projection.rows("assessor-results"):
            uuid = statement_finding_uuid(self.bundle, str(row["assertion"]))
            found[uuid] = str(row["requirement"])
        return found

    @cached_property
    def bodies(self) -> Mapping[str, str]:
        """UUID of a party → name of the organisation that it is or belongs to."""
        parties = {_text(p.get("uuid")): p for p in _objects(self.metadata.get("parties"))}
        found = {}
        for uuid, party in parties.items():
            above = party.get("member-of-organizations")
            ids = [uuid, *(above if isinstance(above, list) else [])]
            names = [
                _text(parties[i].get("name")).strip()
                for i in ids
                if i in parties and parties[i].get("type") == "organization"
            ]
            found[uuid] = next(filter(None, names), UNNAMED)
        return found

    @cached_property
    def assessor(self) -> str:
        """The organisation in the role of the assessor, else the one beside the provider."""
        for each in _objects(self.metadata.get("responsible-parties")):
            uuids = each.get("party-uuids")
            if each.get("role-id") == "assessor" and isinstance(uuids, list) and uuids:
                return self.bodies.get(_text(uuids[0]), UNNAMED)
        others = sorted(set(self.bodies.values()) - {self.bundle.provider, UNNAMED})
        return others[0] if len(others) == 1 else UNNAMED

    def result(self, result: Json) -> Iterator[Statement]:
        """The statements of one result."""
        observations = {_text(o.get("uuid")): o for o in _objects(result.get("observations"))}
        for number, finding in enumerate(_objects(result.get("findings")), 1):
            where = _text(finding.get("uuid")) or f"finding {number}"
            found = self.finding(finding, where, result, observations)
            if isinstance(found, Statement):
                yield found
            elif found is None:
                self.unchanged += 1
            else:
                self.notes.append(found)

    def finding(
        self, finding: Json, where: str, result: Json, observations: Mapping[str, Json]
    ) -> Statement | Note | None:
        """What a finding states, why it cannot be taken, or None where it is as exported."""
        target = _text(_object(finding.get("target")).get("target-id"))
        requirement = self.targets.get(target)
        known = self.exported.get(where)
        if known is not None and known != requirement:
            expected = self.bundle.control(known)
            return Note("changed", where, f"was about {expected}, is about {target!r} now")
        if requirement is None:
            return Note("unknown", where, f"no requirement is called {target!r}")
        if self.bundle.controls[requirement]["modality"] == "void":
            return Note("unknown", where, f"{target} is void and no target of a finding")
        sealed = _prop(finding, DIGEST)
        if sealed and sealed == digest(finding):
            return None
        body = self._party(finding)
        if known is not None and not sealed and not body:
            message = "a finding of ours without its mark: whether it was edited cannot be told"
            return Note("changed", where, message)
        outcome = _outcome(finding)
        date = self._date(finding, result, observations, ours=bool(sealed))
        if outcome is None or date is None:
            return Note("unreadable", where, "the finding has no state or no date")
        return Statement(
            requirement,
            outcome,
            (body if body and not (sealed and body == UNNAMED) else "") or self.assessor,
            date,
            _remark(finding, sealed),
            where,
        )

    def _party(self, finding: Json) -> str:
        for origin in _objects(finding.get("origins")):
            for actor in _objects(origin.get("actors")):
                if actor.get("type") == "party":
                    return self.bodies.get(_text(actor.get("actor-uuid")), UNNAMED)
        return ""

    def _date(
        self, finding: Json, result: Json, observations: Mapping[str, Json], *, ours: bool
    ) -> str | None:
        """When it was stated; an edit of a finding of ours is as old as the document."""
        written = self.metadata.get("last-modified")
        related = [
            _object(observations.get(_text(r.get("observation-uuid")))).get("collected")
            for r in _objects(finding.get("related-observations"))
        ]
        dates = [written] if ours else [*related, result.get("end"), result.get("start"), written]
        for value in dates:
            try:
                return canonical_instant(_text(value))
            except ValueProblem:
                continue
        return None


def _prop(finding: Json, name: str) -> str:
    for each in _objects(finding.get("props")):
        if each.get("name") == name:
            return _text(each.get("value"))
    return ""


def _outcome(finding: Json) -> str | None:
    """The outcome of EARL that state and reason stand for."""
    status = _object(_object(finding.get("target")).get("status"))
    state, reason = status.get("state"), status.get("reason")
    marks = {_prop(finding, "earl-outcome"), _prop(finding, "outcome")}
    if state == "satisfied":
        if reason == "other" and marks & {"inapplicable", "not-applicable"}:
            return "inapplicable"
        return "passed"
    if state == "not-satisfied":
        if reason != "other":
            return "failed"
        return "untested" if "untested" in marks else "cantTell"
    return None


def _remark(finding: Json, sealed: str) -> str:
    """The words of the assessor; the description only where it is not ours."""
    status = _object(_object(finding.get("target")).get("status"))
    words = [_text(status.get("remarks")), _text(finding.get("remarks"))]
    ours = bool(sealed) and sealed.partition(".")[2] == digest(finding).partition(".")[2]
    if not ours:
        words.append(_text(finding.get("description")))
    return " ".join(dict.fromkeys(filter(None, (plain(w) for w in words))))
