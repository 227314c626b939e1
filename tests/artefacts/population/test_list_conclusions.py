"""What the classes of a population say of trusted lists, in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from clausegraph.artefacts.population.conclusions import ListConcluder
from tests.artefacts.trusted_lists.making import leaf, listed, source


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (2023, "by SE 42 (verified, issued later); not yet in force"),
        (2025, "by SE 42 (verified, issued later)"),
        (2027, "by SE 42 (verified); expired by now"),
    ],
)
def test_time_is_told(year: int, words: str) -> None:
    concluder = ListConcluder((source(listed()),), (), datetime(year, 1, 1, tzinfo=UTC))
    assert concluder.prepare()(leaf("eseal")) == f"qualified, eseal, no device; {words}"
