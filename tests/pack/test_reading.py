"""YAML is read event by event to what PyYAML would compose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from clausegraph.pack.reading import Item, read_yaml
from tests.conftest import ROOT

TEXTS = (
    "a: 1\nb: [x, 'y', \"z\", {c: ~}]\n",
    "- yes\n- 'yes'\n- 1.5\n- 2026-01-01\n- |\n  several\n  lines\n- >-\n  folded\n  text\n",
    "a:\nb: !!str 1\n? c\n: - - - deep\n",
    "--- just text\n...\n",
    "<<: 1\n~: nothing\n1: one\n",
    "[]",
    "{}",
)


def composed(node: Any) -> Any:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return node.value, node.tag.rpartition(":")[2], line
    if isinstance(node, yaml.SequenceNode):
        return [composed(each) for each in node.value], "seq", line
    return {key.value: composed(value) for key, value in node.value}, "map", line


def plain(item: Item) -> Any:
    value: Any = item.value
    if isinstance(value, list):
        value = [plain(each) for each in value]
    elif isinstance(value, dict):
        value = {key: plain(each) for key, each in value.items()}
    return value, item.tag, item.line


@pytest.mark.parametrize("text", TEXTS)
def test_small_texts(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    expected = composed(yaml.compose(text, Loader=yaml.SafeLoader))
    assert plain(read_yaml(tmp_path / "a.yaml", "a.yaml")) == expected


@pytest.mark.parametrize(
    "path", sorted((ROOT / "data" / "packs").rglob("*.yaml")), ids=lambda p: p.parent.name + p.stem
)
def test_example_packs(path: Path) -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    expected = composed(yaml.compose(path.read_text(encoding="utf-8"), Loader=loader))
    assert plain(read_yaml(path, path.name)) == expected
