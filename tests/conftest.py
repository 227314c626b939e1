"""Fixtures that several rooms use; the catalogue is loaded once per session."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clausegraph import cache, shipped
from clausegraph.store import Dataset

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
# Tests look at the work, not at what an earlier run left; those of the cache name a folder.
os.environ[cache.PLACE] = cache.OFF


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of real artefacts skip, with a reason, where that folder is absent."""
    if SHARED.is_dir():
        return
    reason = pytest.mark.skip(reason="the folder of real artefacts is not beside the repository")
    for item in items:
        if "shared" in item.keywords:
            item.add_marker(reason)


@pytest.fixture(scope="session")
def catalogue() -> Dataset:
    """The shipped graphs ``catalogue`` and ``rules``."""
    return shipped.catalogue()


@pytest.fixture(scope="session")
def known(catalogue: Dataset) -> frozenset[str]:
    """IRIs that a pack may name."""
    return shipped.known_iris(catalogue)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their parameter: keys and times in them differ from process to process."""
    return argname if isinstance(val, bytes) else None
