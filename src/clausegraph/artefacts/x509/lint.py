"""Lint of certificates by pkilint, an optional library: remarks, never proof.

Input: one DER certificate. Output: the codes of what pkilint remarks, by severity, and the profile
that it chose. Its messages may quote names, so only codes are kept. It knows the certificate
profiles QCP-n, QCP-l and QCP-l-qscd only as NCP, so silence about them is no statement, and a
remark says nothing about qualified status.
Source: EN 319 412-1 to -5, TS 119 312, TS 119 495 as far as pkilint implements them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

from clausegraph.errors import MissingExtra

SEVERITIES = ("fatal", "error", "warning", "notice", "info")


@dataclass(frozen=True, slots=True)
class Remark:
    """One kind of remark about one certificate.

    Attributes:
        code: as pkilint names it, for example ``etsi.en_319_412_5.gen-4.2.1-1…``.
        severity: one of `SEVERITIES`.
        count: how often it was made.
    """

    code: str
    severity: str
    count: int


@dataclass(frozen=True, slots=True)
class Lint:
    """What the linter says of one certificate.

    Attributes:
        profile: the certificate profile that it judged by, for example ``NCP-LEGAL-PERSON``.
        tool: name and version of the linter.
        remarks: sorted by severity, then code.
        failure: why the linter gave up, or an empty text.
    """

    profile: str
    tool: str
    remarks: tuple[Remark, ...] = ()
    failure: str = ""


def lint(der: bytes) -> Lint:
    """Lint one certificate; slow, about a hundred a second.

    Raises:
        MissingExtra: pkilint is not installed.
    """
    tool = _tool()
    from pkilint import etsi
    from pkilint.finding_filter import filter_results
    from pkilint.loader import RFC5280CertificateDocumentLoader

    profile = ""
    try:
        document = RFC5280CertificateDocumentLoader().load_der_document(der)
        kind = etsi.determine_certificate_type(document)
        profile = str(kind.to_option_str).removesuffix("-CERTIFICATE").removesuffix("-FINAL")
        results = _validator(kind).validate(document.root)
        results, _ = filter_results(etsi.create_etsi_finding_filters(kind), results)
    except Exception as error:  # noqa: BLE001 - the bytes are hostile and the linter is not ours
        return Lint(profile, tool, failure=type(error).__name__)
    counts = Counter(
        (found.finding.severity.name.lower(), str(found.finding.code))
        for result in results
        for found in result.finding_descriptions
    )
    ordered = sorted(counts.items(), key=lambda item: (SEVERITIES.index(item[0][0]), item[0][1]))
    return Lint(profile, tool, tuple(Remark(code, level, n) for (level, code), n in ordered))


@cache
def _tool() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"pkilint {version('pkilint')}"
    except PackageNotFoundError as error:
        raise MissingExtra("the lint of certificates", "lint") from error


@cache
def _validator(kind: Any) -> Any:
    from pkilint import etsi
    from pkilint.pkix.certificate import create_pkix_certificate_validator_container

    return create_pkix_certificate_validator_container(
        etsi.create_decoding_validators(kind), etsi.create_validators(kind)
    )
