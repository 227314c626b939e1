"""A pack is read before the catalogue; what it names is looked up afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clausegraph import pipeline
from clausegraph.errors import InputErrors
from clausegraph.pack import Presumed, load_pack

from .conftest import HEAD, Write
from .test_bad_input import SERVICE

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KNOWN = "411-2:OVR-6.3.5-12"
IRI = "https://w3id.org/clausegraph/catalogue/en-319-411-2/2.6.1/OVR-6.3.5-12"


def errors(load: Callable[[], object]) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        load()
    return [str(error) for error in caught.value.errors]


@pytest.mark.parametrize(
    "text",
    [
        SERVICE + "  policy: QCP-x\n",
        SERVICE + "  policy: 'QCP n'\n",
        SERVICE + "  policy: QCP-x\n  policy-oid: 1.x\n",
        HEAD + "evidence:\n  - supports: ['411-2:', '411-2:OVR-0', 'x:y', QCP-n]\n",
    ],
)
def test_what_is_unknown_is_reported_with_all_else(
    text: str, write: Write, known: frozenset[str]
) -> None:
    folder = write(text)
    found = errors(lambda: pipeline.load(folder, NOW))
    assert found == errors(lambda: load_pack(folder, known))
    assert any("unknown" in each or "is called" in each for each in found)


def test_what_is_known_is_read_once(
    write: Write, monkeypatch: pytest.MonkeyPatch, known: frozenset[str]
) -> None:
    folder = write(SERVICE + f"evidence:\n  - supports: [{KNOWN}, '{IRI}']\n")
    presumed = Presumed()
    pack = load_pack(folder, presumed)
    assert IRI in presumed.asked <= known
    assert pack == load_pack(folder, known)
    read: list[Path] = []

    def counted(folder: Path, names: object) -> object:
        read.append(folder)
        return pack

    monkeypatch.setattr("clausegraph.pack.load_pack", counted)
    pipeline.load(folder, NOW)
    assert len(read) == 1


def test_early_news_of_a_pack_that_is_mended_meanwhile(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(SERVICE + "  policy: QCP-x\n")

    def mending(folder: Path, names: object) -> object:
        pack = load_pack(folder, names)  # type: ignore[arg-type]
        write(SERVICE)
        return pack

    monkeypatch.setattr("clausegraph.pack.load_pack", mending)
    told: list[object] = []
    checked = pipeline._load(folder, NOW, True, told.append)
    assert len(told) == 2
    assert told[-1] == checked.pack


def test_every_name_of_the_catalogue_is_presumed(known: frozenset[str]) -> None:
    presumed = Presumed()
    assert all(iri in presumed for iri in known)
    assert len(presumed) == len(known) > 2000
    assert "QCP-n" not in presumed
    assert "https://a b" not in presumed
