"""Signatures of a pack's lists as facts, and what a pack adds to the anchors."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from clausegraph.collect import Question, collect
from tests.artefacts.signed_lists import holder, lotl, pointer, signed, unsigned
from tests.collect.samples import CG, Graph

BASE = "https://w3id.org/clausegraph/id/test/"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SCHEME, NATION = holder("Scheme"), holder("Nation")
FILES = {
    "lotl.xml": lotl(SCHEME, pointer("XA", NATION), announced=(SCHEME,)),
    "tl.xml": signed(unsigned("XA"), NATION),
}


def gather(folder: Path, files: dict[str, bytes], *anchors: str, limit: int = 10**6) -> Graph:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    question = Question(BASE, NOW, anchors=anchors)
    return Graph(collect(folder, sorted(files), question, limit=limit))


def of(graph: Graph, file: str, prop: str) -> list[str]:
    """Values of a property of the list in a file, in full."""
    return [
        t.object.value
        for t in graph.triples
        if t.subject.value == f"{BASE}{file}#list" and t.predicate.value == CG + prop
    ]


def test_facts_of_a_verified_list(tmp_path: Path) -> None:
    graph = gather(tmp_path, FILES, SCHEME.sha256.upper())
    assert of(graph, "tl.xml", "signatureState")[0].endswith("/verified")
    assert of(graph, "tl.xml", "announcedBy") == [f"{BASE}lotl.xml#list"]
    assert of(graph, "tl.xml", "trustAnchor") == [SCHEME.sha256]
    assert of(graph, "tl.xml", "signedBy")[0].endswith(f"certificate/{NATION.sha256}")
    assert of(graph, "tl.xml", "verifiedAt") == ["2026-03-01T00:00:00Z"]
    assert of(graph, "tl.xml", "because") == []
    assert of(graph, "lotl.xml", "announcedBy") == []
    assert f"{CG}ListOfTrustedLists" in {
        t.object.value for t in graph.triples if t.subject.value == f"{BASE}lotl.xml#list"
    }


def test_without_the_anchor_nothing_is_verified(tmp_path: Path) -> None:
    graph = gather(tmp_path, FILES)
    for file in FILES:
        assert of(graph, file, "signatureState")[0].endswith("/not-verified")
        assert of(graph, file, "because")
        assert of(graph, file, "trustAnchor") == []


def test_a_broken_signature(tmp_path: Path) -> None:
    broken = FILES["tl.xml"].replace(b">Operator<", b">Other<")
    graph = gather(tmp_path, FILES | {"tl.xml": broken}, SCHEME.sha256)
    assert of(graph, "tl.xml", "signatureState")[0].endswith("/failed")
    assert "changed after signing" in of(graph, "tl.xml", "because")[0]
    assert of(graph, "tl.xml", "signedBy") == of(graph, "tl.xml", "verifiedAt") == []


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"<html><body>Not found</body></html>", "unreadable"), (b"", "unreadable")],
)
def test_what_is_no_list_yields_no_state(data: bytes, status: str, tmp_path: Path) -> None:
    graph = gather(tmp_path, FILES | {"page.xml": data}, SCHEME.sha256)
    assert graph.problem() == status
    assert of(graph, "page.xml", "signatureState") == []
    assert of(graph, "tl.xml", "signatureState")[0].endswith("/verified")


def test_a_list_beyond_the_limit_is_hashed_only(tmp_path: Path) -> None:
    graph = gather(tmp_path, FILES, SCHEME.sha256, limit=100)
    assert graph.values("signatureState") == []
    assert graph.values("status") == ["artefact-status/too-large"] * 2
    assert len(graph.values("sha256")) == 2


def test_the_same_triples_every_time(tmp_path: Path) -> None:
    one, two = (gather(tmp_path, FILES, SCHEME.sha256).triples for _ in range(2))
    assert one == two
