"""What messages of rules promise: keys that exist, and both sides of a contradiction."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from clausegraph.pack.format import pack_format
from clausegraph.store import Dataset

SH = "http://www.w3.org/ns/shacl#"
CG = "https://w3id.org/clausegraph/core#"
SHAPES = "https://w3id.org/clausegraph/shapes#"
_QUOTED = re.compile(r"`([^`]+)`")
_KEY = re.compile(r"([a-z][a-z-]*):(?![A-Za-z0-9/])")
_SLOT = re.compile(r"\{[?$](\w+)\}")
# The declared side is a yes or no, or the absence of something, and stands in the words.
SAID_IN_WORDS = frozenset({
    "en-319-411-2.css-6-3-10-02.beyond-expiry-unproven",
    "en-319-411-2.css-6-3-10-05.extension-absent-from-list",
    "en-319-411-2.css-6-3-10-06.extension-on-list",
    "en-319-411-2.css-6-3-10-06.extension-unfounded",
    "en-319-411-2.css-6-3-10-10.cutoff-absent-from-response",
    "en-319-411-2.css-6-3-10-12.text-denies-status",
    "en-319-411-2.gen-6-6-1-03.qscd-statement-missing",
    "en-319-411-2.ovr-6-3-5-12.identity-unprinted",
    "en-319-411-2.ovr-6-3-5-12.statements-disagree",
    "en-319-411-2.ovr-6-3-5-12.text-denies-anchor",
    "en-319-411-2.sdp-6-5-1-02.device-not-certified",
    "workflow.assurance.authority-not-granted",
    "workflow.assurance.list-additional-differs",
    "workflow.assurance.list-additional-disagrees",
    "workflow.assurance.list-identity-foreign",
    "workflow.assurance.list-identity-not-listed",
    "workflow.assurance.list-qualifier-denies",
    "workflow.assurance.list-qualifier-denies-device",
    "workflow.assurance.list-qualifier-differs",
    "workflow.assurance.list-qualifier-purpose-disagrees",
    "workflow.assurance.list-signature-contradicted",
    "workflow.assurance.sample-device-added-by-list",
    "workflow.assurance.sample-device-denied-by-list",
    "workflow.assurance.sample-disclaims-qualified",
    "workflow.assurance.sample-issued-after-withdrawal",
    "workflow.assurance.sample-qualifier-denies",
    "workflow.assurance.sample-service-lapsed",
    "workflow.assurance.sample-service-not-granted",
    "workflow.assurance.sample-services-disagree",
    "workflow.assurance.sample-type-open",
    "workflow.assurance.sample-unlisted",
})  # fmt: skip


@pytest.fixture(scope="module")
def messages(catalogue: Dataset) -> dict[str, list[str]]:
    """The messages by the code of their rule."""
    found: dict[str, list[str]] = {}
    triples = list(catalogue.triples("rules"))
    owner = {
        t.object: t.subject
        for t in triples
        if t.predicate.value in (SH + "sparql", SH + "property")
    }
    for t in triples:
        if t.predicate.value == SH + "message" and isinstance(t.object, ox.Literal):
            node = t.subject
            while node in owner:
                node = owner[node]
            assert isinstance(node, ox.NamedNode)
            found.setdefault(node.value.removeprefix(SHAPES), []).append(t.object.value)
    return found


def _unknown(message: str) -> Iterator[str]:
    """Paths of keys in the message that no pack file can hold."""
    blocks = pack_format().blocks
    for quoted in _QUOTED.findall(message):
        places = list(blocks.values())
        for name in _KEY.findall(quoted):
            if name == "type":  # of a case file: it chooses the block
                break
            keys = [block.keys[name] for block in places if name in block.keys]
            if not keys:
                yield quoted
                break
            places = [blocks[key.type] for key in keys if key.is_block]


def test_messages_name_keys_that_exist(messages: dict[str, list[str]]) -> None:
    wrong = {
        (code, path) for code, each in messages.items() for text in each for path in _unknown(text)
    }
    assert not wrong


@pytest.mark.parametrize(
    "message",
    ["Mend `service: polisy:`.", "Mend `provider: policy:`.", "Mend `name: policy:`."],
)
def test_a_key_that_does_not_exist_is_found(message: str) -> None:
    assert list(_unknown(message))
    assert not list(_unknown("Mend `service: policy:` or set `holds: false` under `conditions:`."))


def test_a_contradiction_names_both_sides(
    catalogue: Dataset, messages: dict[str, list[str]]
) -> None:
    rules = {
        t.subject.value.removeprefix(SHAPES)
        for t in catalogue.triples("rules")
        if t.predicate.value == CG + "contradiction" and isinstance(t.subject, ox.NamedNode)
    }
    one_sided = {
        code for code in rules if any(len(set(_SLOT.findall(m))) < 2 for m in messages[code])
    }
    assert one_sided == SAID_IN_WORDS
