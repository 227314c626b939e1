"""Conclusions on certificates: how many, how fast, and pyHanko's word on the same.

python benchmarks/conclusions.py FOLDER [--now TIME] [--compare]

FOLDER holds ``tl/*.xml``, ``lotl/*.xml`` and ``certs/*`` as downloaded. Each certificate is
concluded on at its issuance and at the given time, all lists loaded. ``--compare`` asks pyHanko
(extra ``compare``) the same and sorts every difference into a class, with the side that is right by
TS 119 612 and TS 119 615.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clausegraph.artefacts.trusted_lists.anchors import official_anchors
from clausegraph.artefacts.trusted_lists.claims import EIDAS_START
from clausegraph.artefacts.trusted_lists.conclude import Conclusion, conclude
from clausegraph.artefacts.trusted_lists.lotl import assess
from clausegraph.artefacts.trusted_lists.parse import parse_list
from clausegraph.artefacts.trusted_lists.registry import Registry, Source
from clausegraph.artefacts.x509 import Certificate, parse

Found = dict[tuple[str, str], Conclusion]
_REPEAT = 3


def load(folder: Path) -> tuple[Registry, dict[str, Certificate], dict[str, bytes]]:
    """The lists, verified and indexed, and the certificates by file name."""
    files = {
        f"{part}/{path.name}": path.read_bytes()
        for part in ("tl", "lotl")
        for path in sorted((folder / part).glob("*.xml"))
    }
    states = assess(files, official_anchors())
    sources = [
        Source(name, parse_list(data), states[name].state, states[name].reason)
        for name, data in files.items()
        if not states[name].head.is_lotl
    ]
    certificates = {
        path.name: parse(path.read_bytes()) for path in sorted((folder / "certs").iterdir())
    }
    return Registry(sources, certificates.values()), certificates, files


def measure(registry: Registry, certificates: dict[str, Certificate], now: datetime) -> Found:
    """Conclude on all certificates at both times, and say how fast."""
    ders = {name: each.der for name, each in certificates.items()}
    found: Found = {}
    start = time.process_time()
    for _ in range(_REPEAT):
        for name, der in ders.items():
            certificate = parse(der)
            for moment, at in (("issuance", certificate.not_before), ("now", now)):
                if at is not None:
                    found[name, moment] = conclude(registry, certificate, at, now)
    spent = time.process_time() - start
    count = len(ders) * _REPEAT
    print(f"{count / spent:,.0f} certificates/s read and concluded on at both times (one core)")
    return found


def report(found: Found) -> None:
    """Counts by source of the certificate, time and result."""
    for moment in ("issuance", "now"):
        rows = [(name, c) for (name, when), c in found.items() if when == moment]
        matched = sum(bool(c.matches) for _, c in rows)
        decided = sum(c.result in {"qualified", "not-qualified"} for _, c in rows)
        print(
            f"\nat {moment}: {len(rows)} certificates, {matched} below a listed service, {decided} decided"
        )
        for kind in ("real", "test"):
            results = Counter(c.result for name, c in rows if name.startswith(kind))
            print(f"  {kind}: {dict(results.most_common())}")
        shapes = Counter(
            (c.type or "open", {True: "device", False: "no device", None: "open"}[c.device])
            for _, c in rows
            if c.result == "qualified"
        )
        print(f"  qualified: {dict(shapes.most_common())}")
        outdated = sum(bool(c.outdated) for _, c in rows)
        print(f"  resting on a list past its next update: {outdated}")


def compare(
    registry: Registry, certificates: dict[str, Certificate], found: Found, folder: dict[str, bytes]
) -> None:
    """What pyHanko says, and every class of difference."""
    logging.disable(logging.CRITICAL)
    theirs = _Theirs(registry, folder)
    classes: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for (name, moment), ours in found.items():
        difference = theirs.difference(certificates[name], ours)
        classes[difference] += 1
        examples.setdefault(difference, f"{name} at {moment}")
    print(f"\npyHanko: {classes['agree']} of {len(found)} conclusions agree")
    for difference, count in classes.most_common():
        if difference != "agree":
            print(f"  {count:4}  {difference}; for example {examples[difference]}")
    print(f"  other qualifiers in {theirs.other_qualifiers} of {theirs.pairs} conclusions with any")


class _Theirs:
    """pyHanko's registry and assessor over the same lists."""

    def __init__(self, registry: Registry, files: dict[str, bytes]) -> None:
        from pyhanko.sign.validation.qualified.assess import QualificationAssessor
        from pyhanko.sign.validation.qualified.eutl_parse import trust_list_to_registry_unsafe
        from pyhanko.sign.validation.qualified.tsp import TSPRegistry

        start = time.process_time()
        self.registry = TSPRegistry()
        self.pairs = self.other_qualifiers = 0
        errors = 0
        for source in registry.sources:
            text = files[source.name].decode("utf-8-sig")
            errors += len(trust_list_to_registry_unsafe(text, self.registry)[1])
        print(
            f"\npyHanko reads the lists in {time.process_time() - start:.0f} s, {errors} entries dropped"
        )
        self.assessor = QualificationAssessor(self.registry)

    def difference(self, certificate: Certificate, ours: Conclusion) -> str:
        """``agree``, or the class of the difference and who is right."""
        from asn1crypto import x509 as asn1
        from pyhanko_certvalidator.authority import AuthorityWithCert, CertTrustAnchor
        from pyhanko_certvalidator.path import ValidationPath

        leaf = asn1.Certificate.load(certificate.der)
        listed = [
            each
            for match in ours.matches
            for period in match.service.periods
            for each in period.identity.certificates
        ]
        if not listed:
            return "agree" if ours.result == "unlisted" else "by key identifier only: ours"
        anchor = asn1.Certificate.load(listed[0].der)
        path = ValidationPath(CertTrustAnchor(anchor), [], leaf)
        try:
            found = self.assessor.check_entity_cert_qualified(path, ours.moment)
        except Exception as error:  # noqa: BLE001 - whatever stops it is a class of its own
            return f"pyHanko gives up ({type(error).__name__}): ours"
        services = list(
            self.registry.applicable_service_definitions(AuthorityWithCert(anchor), ours.moment)
        )
        self._count_qualifiers(ours, leaf, services)
        status = found.status
        device = status.qc_key_security.is_qscd
        kind = status.qc_type.name.removeprefix("QC_").lower()
        qualified = ours.result == "qualified"
        if qualified == status.qualified and (
            not qualified or (ours.type, ours.device) == (kind, device)
        ):
            return "agree"
        return self._why(ours, certificate, leaf, services, status, (kind, device))

    def _count_qualifiers(self, ours: Conclusion, leaf: Any, services: list[Any]) -> None:
        if services and ours.service.result in {"holds", "fails"} and ours.qualifiers:
            self.pairs += 1
            self.other_qualifiers += _applied(leaf, services) != set(ours.qualifiers)

    def _why(
        self,
        ours: Conclusion,
        certificate: Certificate,
        leaf: Any,
        services: list[Any],
        status: Any,
        theirs: tuple[str, bool],
    ) -> str:
        period = next((p for m in ours.matches if (p := m.at(ours.moment))), None)
        applied = _applied(leaf, services)
        early = certificate.not_before is not None and certificate.not_before < EIDAS_START
        if "listed as" in ours.service.reason:
            return "a service of another kind taken for CA/QC: ours"
        if ours.result == "conflict":
            return "services that disagree: ours (no conclusion)"
        if not services and period is not None:
            if period.number and period.identity.inherited:
                return "history without certificate finds no service: ours"
            if period.status.code != "granted":
                return f"status {period.status.code} is passed over: ours"
            return "service dropped for an extension: ours"
        if certificate.qc.countries:
            return "QcCClegislation is passed over: ours"
        if early and theirs[0] != ours.type and ours.result == "qualified":
            return "type of a certificate issued before eIDAS: ours"
        if set(ours.qualifiers) != applied:
            return "criteria of qualifiers: ours"
        if "QCForLegalPerson" in ours.qualifiers:
            return "QCForLegalPerson taken for NotQualified: ours"
        if early:
            return "policies of TS 101 456, or type before eIDAS: ours"
        if not ours.type or ours.device is None:
            return "qualifiers that exclude each other: ours (left open)"
        if status.qualified and ours.result == "not-qualified":
            return f"service leg ({ours.service.reason.split(':')[-1].strip()[:40]})"
        if not status.qualified and ours.result == "qualified":
            return "several matching services or purposes"
        return f"other: ours {ours.result} {ours.type} {ours.device}, theirs {status.qualified} {theirs}"


def _applied(leaf: Any, services: list[Any]) -> set[str]:
    """The qualifiers that pyHanko finds meant for a certificate."""
    return {
        qualifier.value
        for service in services
        for each in service.qualifications
        if each.criteria_list.matches(leaf)
        for qualifier in each.qualifiers
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--now", default="2026-11-23T00:00:00")
    parser.add_argument("--compare", action="store_true")
    arguments = parser.parse_args()
    now = datetime.fromisoformat(arguments.now).replace(tzinfo=UTC)
    start = time.process_time()
    registry, certificates, files = load(arguments.folder)
    print(f"{len(files)} lists verified, read and indexed in {time.process_time() - start:.1f} s")
    print(f"resting on {', '.join(s.content.title for s in registry.sources)}")
    found = measure(registry, certificates, now)
    report(found)
    if arguments.compare:
        compare(registry, certificates, found, files)


if __name__ == "__main__":
    main()
