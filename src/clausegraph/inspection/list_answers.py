"""Answers from trusted lists: services and their history, conclusions on certificates, changes.

Input: paths of lists, lists of lists and certificates, and what is asked. Output: `Answers`, rows
ready to be shown. Every answer names the list it rests on, its sequence number, the list of lists
and the state of the signature. A file that is no list, or whose signature does not hold, is
refused: nothing is answered from a store of trust that is empty or forged.
Clause: TS 119 612; TS 119 615 4.1 to 4.4.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from clausegraph.artefacts.files import data_of
from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.trusted_lists.reading import read_lists
from clausegraph.artefacts.trusted_lists.registry import Registry
from clausegraph.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from clausegraph.artefacts.trusted_lists.conclude import Conclusion
    from clausegraph.artefacts.trusted_lists.lotl import TrustState
    from clausegraph.artefacts.trusted_lists.model import Period, Provider, Service, TrustedList
    from clausegraph.artefacts.trusted_lists.registry import Source
    from clausegraph.artefacts.x509 import Certificate

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """What is asked of lists.

    Attributes:
        at: time for which status and conclusions are asked, UTC.
        now: time by which a list may have passed its next update, or was not yet issued, UTC.
        provider: part of the name of providers whose services are shown; empty for none.
        compare: whether lists of one country are compared.
        anchors: SHA-256 of certificates that may sign a LOTL, beside those of the Official Journal.
    """

    at: datetime
    now: datetime
    provider: str = ""
    compare: bool = False
    anchors: tuple[str, ...] = ()


@dataclass(slots=True)
class Answers:
    """Rows by subject; every row of a subject has the same keys.

    Attributes:
        lists: the lists, with all that an answer from them rests on.
        services: states of services of the providers asked for.
        conclusions: of the certificates, at their issuance and at the time asked for.
        changes: between lists of one country.
    """

    lists: list[Row] = field(default_factory=list)
    services: list[Row] = field(default_factory=list)
    conclusions: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)


def answer(
    lists: Sequence[Path],
    lotls: Sequence[Path],
    certificates: Sequence[Path],
    question: ListQuestion,
) -> Answers:
    """Answer from lists.

    Args:
        lists: national lists; lists of lists among them are taken as such.
        lotls: lists of lists by which signatures are verified, pivots included.
        certificates: files of certificates, DER or PEM; CA certificates may stand in between.
        question: what is asked.

    Raises:
        InputError: a file cannot be read, is no list, or its signature does not hold; or no
            provider has the name asked for.
    """
    files = read_lists(lists, lotls, question.anchors)
    parsed, states, sources = files.parsed, files.states, files.national()
    found = Answers(lists=[_list_row(s, states[s.name], parsed, question) for s in sources])
    if question.provider:
        found.services = _services(sources, question)
    if certificates:
        found.conclusions = list(_conclusions(sources, certificates, parsed, question))
    if question.compare:
        found.changes = list(_changes(sources, question))
    return found


def _list_row(
    source: Source, state: TrustState, parsed: dict[str, TrustedList], question: ListQuestion
) -> Row:
    content, head = source.content, source.content.head
    services = [service for _, service in content.services()]
    return {
        "list": content.title,
        "territory": head.territory,
        "sequence": head.sequence,
        "format": head.version,
        "issued": head.issued,
        "next_update": head.next_update,
        "outdated": source.outdated(question.now),
        "issued_later": not source.known(question.now),
        "signature": state.state,
        "reason": state.reason or None,
        "lotl": _lotl(source, parsed),
        "anchor": state.anchor.sha256 if state.anchor else None,
        "providers": len(content.providers),
        "services": len(services),
        "granted_ca_qc": sum(_granted(service, question.at) for service in services),
        "sha256": content.sha256,
        "file": source.name.replace("\\", "/").rsplit("/", 1)[-1],
    }


def _granted(service: Service, at: datetime) -> bool:
    period = service.at(at)
    return period is not None and (period.kind.code, period.status.code) == ("CA-QC", "granted")


def _lotl(source: Source, parsed: dict[str, TrustedList]) -> str | None:
    return parsed[source.lotl].title if source.lotl in parsed else None


def _services(sources: Sequence[Source], question: ListQuestion) -> list[Row]:
    wanted = question.provider.casefold()
    rows: list[Row] = []
    for source in sources:
        for provider, service in source.content.services():
            names = (provider.name, *provider.trade_names)
            if any(wanted in name.casefold() for name in names):
                rows += _periods(source, provider, service, question.at)
    if not rows:
        raise InputError(
            "no provider of the lists has this name",
            field="--provider",
            expected="part of a name or trade name as the lists write it",
            seen=question.provider,
        )
    return rows


def _periods(source: Source, provider: Provider, service: Service, at: datetime) -> Iterator[Row]:
    for period in service.periods:
        yield {
            "list": source.content.title,
            "signature": source.state,
            "provider": provider.name,
            "entry": f"{provider.number}-{service.number}",
            "service": period.name,
            "type": period.kind.code or period.kind.uri,
            "status": period.status.code or period.status.uri,
            "since": period.since,
            "until": period.until,
            "at_date": period.covers(at),
            "for": ", ".join(sorted(period.purposes)) or None,
            "qualifiers": _qualifiers(period) or None,
            "identity": _identity(period) or None,
            "taken_over_by": ", ".join(period.taken_over_by) or None,
        }


def _qualifiers(period: Period) -> str:
    codes = {q.code or q.uri for each in period.qualifications for q in each.qualifiers}
    return ", ".join(sorted(codes))


def _identity(period: Period) -> str:
    held = [certificate.sha256 for certificate in period.identity.certificates]
    return ", ".join(held or [f"key {key.hex()}" for key in period.identity.keys])


def _conclusions(
    sources: Sequence[Source],
    paths: Sequence[Path],
    parsed: dict[str, TrustedList],
    question: ListQuestion,
) -> Iterator[Row]:
    from clausegraph.artefacts.trusted_lists.conclude import conclude, conclude_ca

    named = [(path, each) for path in paths for each in _certificates(path)]
    registry = Registry(sources, [each for _, each in named], question.now)
    for path, certificate in named:
        moments = [("issuance", certificate.not_before), ("at date", question.at)]
        ask = conclude_ca if certificate.is_ca else conclude
        for name, moment in moments:
            if moment is not None:
                found = ask(registry, certificate, moment, question.now)
                yield _conclusion_row(path, certificate, name, found, parsed)


def _certificates(path: Path) -> list[Certificate]:
    from clausegraph.artefacts.x509 import parse
    from clausegraph.artefacts.x509.bundles import split

    try:
        blocks, _ = split(data_of(path))
        found = [parse(der) for der, _ in blocks]
    except UnreadableError as error:
        raise InputError(str(error), file=str(path), expected="certificates, DER or PEM") from error
    if not found:
        raise InputError(
            "holds no certificate", file=str(path), expected="certificates, DER or PEM"
        )
    return found


def _conclusion_row(
    path: Path,
    certificate: Certificate,
    moment: str,
    found: Conclusion,
    parsed: dict[str, TrustedList],
) -> Row:
    row: Row = {
        "file": path.name,
        "sha256": certificate.sha256,
        "moment": moment,
        "date": found.moment,
        "result": found.result,
        "type": found.type or None,
        "device": found.device,
        "in_force": None if found.validity == "undated" else found.validity == "current",
    }
    for leg in found.legs:
        row[leg.name] = leg.result
        row[f"{leg.name}_reason"] = leg.reason
    sources = found.sources
    row["list"] = "; ".join(source.content.title for source in sources) or None
    row["list_sha256"] = "; ".join(source.content.sha256 for source in sources) or None
    row["signature"] = "; ".join(source.state for source in sources) or None
    lotls = dict.fromkeys(_lotl(source, parsed) or "none" for source in sources)
    row["lotl"] = "; ".join(lotls) or None
    row["matched_by"] = "; ".join(dict.fromkeys(match.how for match in found.matches)) or None
    row["outdated"] = "; ".join(source.content.title for source in found.outdated) or None
    row["issued_later"] = "; ".join(source.content.title for source in found.later) or None
    row["lacks"] = "; ".join(found.lacks) or None
    return row


def _changes(sources: Sequence[Source], question: ListQuestion) -> Iterator[Row]:
    from clausegraph.artefacts.trusted_lists.compare import compare

    countries: dict[str, list[Source]] = {}
    for source in sources:
        countries.setdefault(source.content.head.territory, []).append(source)
    if not any(len(each) > 1 for each in countries.values()):
        raise InputError(
            "no two lists of one country to compare",
            field="--compare",
            expected="an older and a newer list of the same country",
        )
    wanted = question.provider.casefold()
    for _, group in sorted(countries.items()):
        ordered = sorted(group, key=lambda each: each.content.head.sequence or 0)
        for older, newer in pairwise(ordered):
            for change in compare(older.content, newer.content):
                if wanted in change.provider.casefold():
                    yield {
                        "from": older.content.title,
                        "to": newer.content.title,
                        "change": change.kind,
                        "provider": change.provider,
                        "service": change.service,
                        "before": change.before or None,
                        "after": change.after or None,
                    }
