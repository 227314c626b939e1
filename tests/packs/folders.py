"""Where the example packs stand, and how the tests read them."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
PACKS = ROOT / "data" / "packs"
AURORA = PACKS / "aurora-esign"
BOREALIS = PACKS / "borealis-eseal"
BOTH = (AURORA, BOREALIS)
LISTS = {"kind", "scope", "supports"}


@cache
def load(path: Path) -> Any:
    """A YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def evidence(folder: Path) -> list[dict[str, Any]]:
    """All evidence items of a pack, from YAML and CSV files."""
    items: list[dict[str, Any]] = []
    for path in sorted((folder / "evidence").iterdir()):
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as stream:
                items += [
                    {k: v.split("|") if k in LISTS else v for k, v in row.items() if v}
                    for row in csv.DictReader(stream)
                ]
        else:
            items += load(path)["evidence"]
    return items


def cases(folder: Path) -> list[dict[str, Any]]:
    """All cases of a pack."""
    return [load(path) for path in sorted((folder / "cases").iterdir())]


def files(folder: Path) -> list[Path]:
    """All files below a folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def name(path: Path) -> str:
    """A test id: path below the packs."""
    return path.relative_to(PACKS).as_posix()
