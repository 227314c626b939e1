"""A checked pack as formats see it, once per session."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from clausegraph import inquiries, pipeline, shipped
from clausegraph.export import Projection

ROOT = Path(__file__).resolve().parents[2]
AS_OF = datetime(2026, 11, 23, tzinfo=UTC)


def projection_of(folder: Path) -> Projection:
    checked = pipeline.check(folder, AS_OF)
    known = shipped.known_iris(checked.dataset)
    return Projection.of(checked, inquiries.derive_policy, known)


@pytest.fixture(scope="session")
def aurora() -> Projection:
    """The complete example."""
    return projection_of(ROOT / "data" / "packs" / "aurora-esign")


@pytest.fixture(scope="session")
def borealis() -> Projection:
    """The blocked example."""
    return projection_of(ROOT / "data" / "packs" / "borealis-eseal")
