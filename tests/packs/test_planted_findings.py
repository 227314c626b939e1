"""What was planted in the artefacts of the blocked pack is found by the machine that reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from clausegraph import pipeline, views
from tests.packs.folders import AURORA, BOREALIS

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
PLANTED = {
    "the list drops an entry": "en-319-411-2.css-6-3-10-03.entries-dropped",
    "the extension is declared and absent": "en-319-411-2.css-6-3-10-05.extension-absent-from-list",
    "the responder has no right": "en-319-411-1.css-6-3-10-03.status-signature-failed",
    "the issuing CA is not listed": "workflow.assurance.sample-unlisted",
    "the listed CA is withdrawn": "workflow.assurance.list-sibling-not-granted",
    "a serial number is used twice": "workflow.intake.population-serial-reused",
    "a certificate stands twice": "workflow.intake.population-repeated",
    "a certificate comes from another CA": "workflow.intake.population-issuer-unknown",
    "a certificate is dated forward": "workflow.intake.population-not-yet-valid",
    "a row is no certificate": "workflow.intake.population-row-unreadable",
    "the count differs": "workflow.intake.population-count-disagrees",
    "a class has another policy": "workflow.intake.population-class-oid-absent",
    "chapters of the practice statement lack": "en-319-411-1.ovr-5-2-02.chapter-missing",
    "one stands out of order": "en-319-411-1.ovr-5-2-02.chapter-out-of-order",
    "a void identifier is cited": "workflow.intake.document-void-identifier",
    "a foreign OID is printed": "workflow.intake.document-oid-foreign",
    "the notice prints no identity": "en-319-411-2.ovr-6-3-5-12.identity-unprinted",
    "a mapped section does not exist": "workflow.intake.section-mapping-unfounded",
}


def _severities(folder: Path) -> dict[str, str]:
    checked = pipeline.check(folder, AS_OF)
    return {str(r["code"]): str(r["severity"]) for r in views.rows(checked.dataset, "findings")}


@pytest.fixture(scope="module")
def blocked() -> dict[str, str]:
    return _severities(BOREALIS)


@pytest.mark.parametrize("code", PLANTED.values(), ids=PLANTED)
def test_a_planted_contradiction_is_a_finding(code: str, blocked: dict[str, str]) -> None:
    assert code in blocked


def test_the_complete_pack_has_remarks_only() -> None:
    found = _severities(AURORA)
    assert set(found.values()) == {"info"}
    assert not set(found) & set(PLANTED.values())
