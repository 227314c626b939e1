"""What is kept between many packs: the same facts as without, whatever was checked before."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Triple

from clausegraph import pipeline
from clausegraph.artefacts.documents import pdf
from clausegraph.artefacts.trusted_lists import lotl
from clausegraph.artefacts.x509 import lint
from clausegraph.artefacts.x509.lint import Lint
from clausegraph.cache import Cache, accident
from clausegraph.collect import Question, between, collect, documents, populations, trusted_lists
from clausegraph.collect.between import Between
from clausegraph.collect.remembered import Outcome, Remembered
from tests.collect.counting import count_calls
from tests.collect.samples import CA, certificate, pem
from tests.conftest import ROOT

NOW = datetime(2026, 11, 23, tzinfo=UTC)
EXAMPLE = ROOT / "data" / "packs" / "aurora-esign"


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Between]:
    """What is kept in this test alone."""
    own = Between()
    monkeypatch.setattr(between, "between", lambda: own)
    with own.pdfs:
        yield own


@pytest.fixture
def works(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often documents and lists were read, signatures checked and populations profiled."""
    return count_calls(
        monkeypatch,
        document=(documents, "read"),
        population=(populations, "profile_source"),
        list=(trusted_lists, "parse_list"),
        signature=(lotl, "check"),
    )


def _facts(folder: Path, paths: tuple[str, ...], question: Question, *, many: bool) -> list[Triple]:
    nothing = Remembered(Cache(None), question.base)
    return list(collect(folder, paths, question, remembered=nothing, many=many))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "ca.pem").write_bytes(pem(certificate(CA, ca=True)))
    (folder / "people.pem").write_bytes(b"".join(pem(certificate(serial=n)) for n in range(1, 4)))
    (folder / "plan.md").write_text(
        "# 1 Termination plan\n\nVersion 1.2 of 2026-01-31. Aurora CA, 1 ends.\n"
        "## 1.1 Requirements\n\nREV-6.2.4-03A is met.\n"
    )
    return folder


PATHS = ("ca.pem", "people.pem", "plan.md")


def _asked(base: str = "https://example.org/pack/", now: datetime = NOW, **more: bool) -> Question:
    return Question(base, now, sources={f"{base}people.pem": (f"{base}people",)}, **more)


def _authority(pack: Path) -> None:
    (pack / "ca.pem").write_bytes(pem(certificate(CA, ca=True, serial=77)))


def _people(pack: Path) -> None:
    with (pack / "people.pem").open("ab") as stream:
        stream.write(pem(certificate(serial=9)))


def _plan(pack: Path) -> None:
    (pack / "plan.md").write_text("# 1 Termination plan\n\nVersion 1.3 of 2026-01-31.\n")


def _nothing(_pack: Path) -> None:
    return None


@pytest.mark.parametrize(
    ("change", "question", "worked"),
    [
        (_nothing, _asked(), {}),
        (_nothing, _asked("https://example.org/other/"), {}),
        (_nothing, _asked("urn:clausegraph:artefact"), {}),
        (_nothing, _asked(keep_subjects=True), {}),
        (_nothing, _asked(now=NOW + timedelta(days=900)), {"population": 1}),
        (_authority, _asked(), {"population": 1}),
        (_people, _asked(), {"population": 1}),
        (_plan, _asked(), {"document": 1}),
    ],
)
def test_whatever_changes_the_facts_are_those_of_a_single_pack(
    pack: Path,
    works: Counter[str],
    change: Callable[[Path], None],
    question: Question,
    worked: dict[str, int],
) -> None:
    _facts(pack, PATHS, _asked(), many=True)
    change(pack)
    works.clear()
    many = _facts(pack, PATHS, question, many=True)
    assert works == worked
    assert many == _facts(pack, PATHS, question, many=False)


def test_a_file_of_another_name_is_another_artefact(pack: Path, works: Counter[str]) -> None:
    _facts(pack, PATHS, _asked(), many=True)
    (pack / "plan.md").rename(pack / "a plan.md")
    paths = ("ca.pem", "people.pem", "a%20plan.md")
    works.clear()
    many = _facts(pack, paths, _asked(), many=True)
    assert not works
    assert many == _facts(pack, paths, _asked(), many=False)


def test_the_example_pack_under_another_base_is_not_read_again(
    tmp_path: Path, works: Counter[str]
) -> None:
    folder = tmp_path / "other"
    shutil.copytree(EXAMPLE, folder)
    root = folder / "pack.yaml"
    root.write_text(root.read_text().replace("/id/aurora-esign/", "/id/another/"))
    found, first = [], Counter[str]()
    for place in (EXAMPLE, folder):
        loaded = pipeline.load(place, NOW).pack
        question = pipeline._question(loaded, NOW, keep_subjects=False, lint=False)
        works.clear()
        found.append(_facts(place, loaded.artefacts, question, many=True))
        first = first or works.copy()
    assert first.keys() == {"document", "population", "list", "signature"}
    assert not works
    assert found[1] == _facts(folder, loaded.artefacts, question, many=False)
    assert set(found[0]) != set(found[1])


@pytest.mark.parametrize("change", ["anchors", "crl", "lists", "authorities", "lint"])
def test_other_questions_and_other_files_of_the_example_have_their_own_answers(
    change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = pipeline.load(EXAMPLE, NOW).pack
    question = pipeline._question(loaded, NOW, keep_subjects=False, lint=False)
    first = _facts(EXAMPLE, loaded.artefacts, question, many=True)
    monkeypatch.setattr(lint, "lint", lambda _der: Lint("a profile", "a linter"))
    left_out = {"crl": ".crl", "lists": ".xml", "authorities": "-ca.cer"}.get(change, "none")
    paths = tuple(path for path in loaded.artefacts if not path.endswith(left_out))
    other = {"anchors": ("00" * 32,), "lint": True}
    question = replace(question, **{k: v for k, v in other.items() if k == change})
    many = _facts(EXAMPLE, paths, question, many=True)
    assert many == _facts(EXAMPLE, paths, question, many=False)
    assert set(many) != set(first)


def test_a_pdf_that_breaks_the_process_changes_nothing_for_the_next(
    pack: Path, kept: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process is killed while it reads, once after others and once when it is new."""
    good = (EXAMPLE / "artefacts/documents/cp.pdf").read_bytes()
    (pack / "a.pdf").write_bytes(good)
    (pack / "b.pdf").write_bytes(b"%PDF-1.4\nnothing follows")
    (pack / "c.pdf").write_bytes(good + b"\n")
    paths = ("a.pdf", "b.pdf", "c.pdf")
    plain = _facts(pack, paths, _asked(), many=False)
    send = pdf._send
    tried = []

    def deadly(pipe: object, data: bytes) -> None:
        if data.endswith(b"follows"):
            process = kept.pdfs._process
            assert process is not None
            tried.append(process.pid)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        send(pipe, data)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(pdf, "_send", deadly)
        broken = _facts(pack, paths, _asked(), many=True)
    assert len(set(tried)) == len(tried) == 2, "tried again where nothing was read before"
    about = [[t for t in found if f"/{name}" in str(t.subject)] for found in (plain, broken)
             for name in ("a.pdf", "c.pdf")]  # fmt: skip
    assert about[:2] == about[2:]
    assert broken != plain
    assert _facts(pack, paths, _asked(), many=True) == plain, "what came of it was not kept"


def test_one_process_reads_the_pdfs_of_many_packs_up_to_a_bound(
    pack: Path, kept: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "MOST_FILES", 2)
    good = (EXAMPLE / "artefacts/documents/cp.pdf").read_bytes()
    seen = []
    for number in range(4):
        (pack / "a.pdf").write_bytes(good + b"\n" * number)
        _facts(pack, ("a.pdf",), _asked(), many=True)
        assert kept.pdfs._process is not None
        seen.append(kept.pdfs._process.pid)
    assert seen[0] == seen[1] != seen[2] == seen[3]


def test_what_is_kept_is_bounded_and_what_was_unused_longest_goes() -> None:
    count: Counter[str] = Counter()
    small = Between(room=10)

    def ask(name: str) -> None:
        def work() -> str:
            count[name] += 1
            return name

        assert small.outcome((name,), work, lambda _: 4) == name

    for name in "ababcab":
        ask(name)
    assert count == {"a": 2, "b": 2, "c": 1}
    small.outcome(("large",), lambda: "large", lambda _: 11)
    ask("b")
    assert count["b"] == 3, "what is larger than the room leaves nothing"


def test_what_came_of_an_accident_is_not_kept() -> None:
    def work() -> str:
        accident()
        return "by chance"

    own = Between()
    assert own.outcome(("a",), work, len) == "by chance"
    assert own.outcome(("a",), lambda: "for sure", len) == "for sure"


@pytest.mark.parametrize("iri", ["https://example.org/a#b", "urn:clausegraph:artefacts", "urn:x:y"])
def test_only_the_artefact_and_its_fragments_move(iri: str) -> None:
    artefact, other, term = NamedNode("https://example.org/a"), NamedNode(iri), NamedNode("urn:p")

    def work(node: NamedNode) -> Outcome:
        return Outcome(
            (Triple(node, term, other), Triple(NamedNode(node.value + "#s"), term, node))
        )

    part = NamedNode("https://example.org/a#s")
    found = Between().facts(("n",), work, artefact)
    assert found.triples == (Triple(artefact, term, other), Triple(part, term, artefact))
