"""The real lists: 49 verified with their provenance, two refused, one without a LOTL of its time."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from clausegraph.artefacts.trusted_lists.anchors import official_anchors
from clausegraph.artefacts.trusted_lists.lotl import TrustState, assess

FOLDER = Path(__file__).parents[3] / "shared" / "artefacts"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the folder of real artefacts is absent"),
]


@cache
def states() -> dict[str, TrustState]:
    files = sorted([*FOLDER.glob("lotl/*.xml"), *FOLDER.glob("tl/*.xml")])
    return assess({f"{p.parent.name}/{p.name}": p.read_bytes() for p in files}, official_anchors())


def test_states_are_those_that_were_measured() -> None:
    with (FOLDER / "INDEX.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["file"]: " ".join(row.values()) for row in csv.DictReader(stream)}
    assert len(states()) == 52
    for name, state in states().items():
        sound = "XAdES FAIL" not in rows[name]
        assert state.trusted is sound, (name, state.reason)


@pytest.mark.parametrize(
    ("part", "state", "said"),
    [
        ("negative-broken-sig", "failed", "changed after signing"),
        ("negative-two-sigs", "failed", "2 signatures"),
        ("pre-eidas-v4", "not-verified", "No trusted LOTL issued by the time"),
    ],
)
def test_lists_that_are_refused(part: str, state: str, said: str) -> None:
    (found,) = (s for name, s in states().items() if part in name)
    assert found.state == state
    assert said in found.reason


def sequence(names: tuple[str, ...]) -> list[int | None]:
    return [states()[name].head.sequence for name in names]


@pytest.mark.parametrize(
    ("number", "publication", "chain"),
    [
        (248, "2019/C 276/01", []),
        (341, "2019/C 276/01", [248, 282, 300, 335]),
        (383, "2019/C 276/01", [248, 282, 300, 335, 341, 369]),
        (388, "C/2026/1944", []),  # the Official Journal begins anew
        (390, "C/2026/1944", [388]),
    ],
)
def test_lotls_and_their_pivots(number: int, publication: str, chain: list[int]) -> None:
    (found,) = (s for s in states().values() if s.head.is_lotl and s.head.sequence == number)
    assert found.anchor is not None
    assert found.anchor.publication == publication
    assert sequence(found.chain) == chain


def test_every_published_anchor_stands_in_a_lotl() -> None:
    """The codelist repeats what two LOTLs announce of themselves, certificate by certificate."""
    for number, publication in ((248, "2019/C 276/01"), (388, "C/2026/1944"), (390, "C/2026/1944")):
        (found,) = (s for s in states().values() if s.head.is_lotl and s.head.sequence == number)
        announced = {s.sha256 for p in found.pointers if p.is_lotl for s in p.signers}
        assert announced == {a.sha256 for a in official_anchors() if a.publication == publication}


def test_a_lotl_without_its_pivots_is_not_verified() -> None:
    path = next(FOLDER.glob("lotl/LOTL_seq335_*"))
    found = assess({"x": path.read_bytes()}, official_anchors())["x"]
    assert found.state == "not-verified"
    assert "282, 300" in found.reason


def test_lists_by_a_later_lotl_say_so() -> None:
    late = {name for name, state in states().items() if state.later_lotl}
    assert len(late) == 13
    for name in late:
        assert any("was issued after the time of verification" in n for n in states()[name].notes)
