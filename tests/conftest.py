"""Fixtures that several rooms use; the catalogue is loaded once per session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausegraph import cache, shipped
from clausegraph.remote.endpoint import Endpoint, connect
from clausegraph.store import Dataset

from . import servers

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


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Virtuoso of our own, user and password ``dba``."""
    if servers.virtuoso_program() is None:
        pytest.skip("no virtuoso-t here: apt-get install virtuoso-opensource-7-bin")
    folder = tmp_path_factory.mktemp("virtuoso")
    *command, url = servers.virtuoso(folder)
    with servers.running(command, folder, url):
        yield url


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an Oxigraph of our own."""
    if servers.oxigraph_program() is None:
        pytest.skip("no oxigraph here: pip install 'clausegraph[test]'")
    *command, url = servers.oxigraph()
    with servers.running(command, tmp_path_factory.mktemp("oxigraph"), url):
        yield url


@pytest.fixture(params=["virtuoso", "oxigraph"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    """A connection to each of the two real stores."""
    if request.param == "virtuoso":
        monkeypatch.setenv("CLAUSEGRAPH_STORE_USER", "dba")
        monkeypatch.setenv("CLAUSEGRAPH_STORE_PASSWORD", "dba")
    return connect(request.getfixturevalue(request.param))
