"""What certificates, trusted lists and status answers prove, as the report shows it.

Input: rows of the views ``certificates``, ``conclusions``, ``chains``, ``list-trust``,
``revocation`` and ``revocation-latency``. Output: one card per certificate with its two moments and
three legs, and its status answers. Names of CAs only are shown: whoever holds another certificate
may be a natural person. Source: eIDAS Article 22, ETSI TS 119 615.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clausegraph.report import ReportModel, Row, Value
from clausegraph.report.rows import by
from clausegraph.report.words import capital, natural

MOST_CERTIFICATES = 60
MOST_ANSWERS = 12
MOMENTS: Mapping[str, str] = {"issuance": "At issuance", "as-of": "At the as-of time"}
# How a code of these facts is coloured; a code is one thing in all of their codelists.
TONES: Mapping[str, str] = {
    "qualified": "o-met", "holds": "o-met", "sound": "o-met", "verified": "o-met", "good": "o-met",
    "not-qualified": "o-missing", "fails": "o-missing", "unfit": "o-missing",
    "failed": "o-missing", "revoked": "o-missing", "missing": "o-missing",
    "unreadable": "o-missing", "too-large": "o-missing",
    "conflict": "o-disputed", "expired": "o-stale", "on-hold": "o-stale",
    "unlisted": "o-not-applicable", "not-applicable": "o-not-applicable",
    "not-covered": "o-not-applicable", "not-yet-valid": "e-future",
}  # fmt: skip
TYPES: Mapping[str, str] = {
    "esign": "electronic signature",
    "eseal": "electronic seal",
    "web": "website authentication",
}
# By what right the signer of a status answer speaks.
AUTHORITIES: Mapping[str, str] = {
    "issuer": "signed by the CA",
    "delegated": "signed by delegation of the CA",
    "listed": "signer named by a trusted list",
}
_LEGS = (("service", "Service"), ("statements", "Certificate"), ("qualifiers", "Override"))
_COMMON_NAME = re.compile(r"(?:^|,)CN=((?:\\.|[^,\\])+)")
_HEX = 12
_NO_CONCLUSION: Row = dict.fromkeys(("date", "result", "in_force", "notes"))
_NO_CHAIN: Row = dict.fromkeys(("date", "state", "chain", "notes"))
_NO_CERTIFICATE: Row = dict.fromkeys(
    ("path", "ca", "subject", "issuer", "serial", "valid_from", "valid_through", "key",
     "policies", "stands_for", "notes")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leg:
    """One of the three legs of a conclusion."""

    label: str
    result: str
    reason: str


@dataclass(frozen=True, slots=True)
class Moment:
    """What is concluded about a certificate at one time.

    Attributes:
        row: the conclusion, with empty columns where none was drawn.
        kind: type and device in words.
        lists: rows of the conclusion, one per list on which it rests.
        chain: the state of the chain then.
    """

    label: str
    row: Row
    kind: str
    legs: tuple[Leg, ...]
    lists: tuple[Row, ...]
    chain: Row


@dataclass(frozen=True, slots=True)
class Card:
    """One certificate.

    Attributes:
        anchor: its place on the page, empty when it has none.
        name: the common name of a CA, else the serial number.
    """

    anchor: str
    name: str
    row: Row
    moments: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """What CRLs and OCSP responses say about one certificate.

    Attributes:
        more: answers beyond those shown.
    """

    card: Card
    agrees: bool
    answers: tuple[Row, ...]
    more: int

    @property
    def agreement(self) -> tuple[str, str]:
        """Class and words of the badge that says whether the answers agree."""
        if not self.agrees:
            return ("o-disputed", "Answers contradict")
        counting = sum(1 for row in self.answers if row.get("counts") is True)
        if not counting:
            return ("o-undecided", "No answer counts")
        return ("o-met", "Answers agree" if counting > 1 else "One answer counts")


def tone(code: Value) -> str:
    """The class of the badge in which a code stands; what cannot be told asks a question."""
    return TONES.get(str(code or ""), "o-undecided")


def cards(model: ReportModel) -> list[Card]:
    """All certificates, those of CAs first, then by file."""
    conclusions = by(model.conclusions, "certificate")
    chains = by(model.chains, "certificate")
    rows = {str(row.get("certificate")): row for row in model.certificates}
    for iri in conclusions:
        rows.setdefault(iri, {**_NO_CERTIFICATE, "certificate": iri})
    ordered = sorted(rows.items(), key=lambda item: _order(item[1]))
    return [
        Card(
            anchor=f"certificate-{place}" if place <= MOST_CERTIFICATES else "",
            name=_name(row),
            row=row,
            moments=tuple(
                _moment(code, conclusions.get(iri, ()), chains.get(iri, ())) for code in MOMENTS
            ),
        )
        for place, (iri, row) in enumerate(ordered, 1)
    ]


def _order(row: Row) -> tuple[bool, object, str]:
    return (row.get("ca") is not True, natural(str(row.get("path") or "")), str(row["certificate"]))


def _name(row: Row) -> str:
    if row.get("ca") is True and (hit := _COMMON_NAME.search(str(row.get("subject") or ""))):
        return re.sub(r"\\(.)", r"\1", hit[1])
    serial = str(row.get("serial") or "")
    return serial or str(row.get("certificate") or "").rpartition("/")[2][:_HEX] + "…"


def _moment(code: str, conclusions: Iterable[Row], chains: Iterable[Row]) -> Moment:
    found = [row for row in conclusions if row.get("moment") == code]
    row: Row = found[0] if found else _NO_CONCLUSION
    kind = TYPES.get(str(row.get("type")), str(row.get("type") or ""))
    device = ""
    if isinstance(row.get("device"), bool):
        device = "on a qualified device" if row["device"] else "not on a qualified device"
    legs = tuple(
        Leg(label, str(row[name]), str(row.get(f"{name}_reason") or ""))
        for name, label in _LEGS
        if row.get(name)
    )
    return Moment(
        label=MOMENTS[code],
        row=row,
        kind=capital(", ".join(filter(None, (kind, device if kind else "")))),
        legs=legs,
        lists=tuple(r for r in found if r.get("list")),
        chain=next((r for r in chains if r.get("moment") == code), _NO_CHAIN),
    )


def results(found: Iterable[Card], moment: int) -> dict[str, int]:
    """How many certificates have which conclusion, at the moment of that place."""
    counts: dict[str, int] = {}
    for card in found:
        result = str(card.moments[moment].row.get("result") or "")
        if result:
            counts[result] = counts.get(result, 0) + 1
    return counts


def statuses(model: ReportModel, found: Iterable[Card]) -> list[Status]:
    """Status answers by certificate, those that disagree first."""
    known = {str(card.row.get("certificate")): card for card in found}
    listed = []
    for iri, rows in by(model.revocation, "certificate").items():
        card = known.get(iri) or Card("", _name(rows[0]), rows[0])
        agrees = all(row.get("agrees") is not False for row in rows)
        first = sorted(rows, key=lambda row: row.get("counts") is not True)[:MOST_ANSWERS]
        listed.append(Status(card, agrees, tuple(first), len(rows) - len(first)))
    return sorted(listed, key=lambda status: status.agrees)


def latencies(model: ReportModel, found: Iterable[Card]) -> list[tuple[Row, Card | None]]:
    """Declared revocations, each with the card of its certificate."""
    known = {str(card.row.get("certificate")): card for card in found}
    return [(row, known.get(str(row.get("certificate")))) for row in model.revocation_latency]
