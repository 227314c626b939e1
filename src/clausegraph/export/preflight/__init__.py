"""What a target would refuse or skip, said before anyone uploads.

Input: the files that an export made, and the name of a target. Output: one `Remark` per thing that
the target would refuse, leave out or read differently, most serious first. Which checks a target
needs is data (``targets.yaml``); the checks themselves are functions by name, one module per family
of formats. Facts about the targets: their documentation, named as the source of each target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from clausegraph.errors import AssetError, InputError
from clausegraph.export.package import Part
from clausegraph.export.preflight import ciso_checks, oscal_checks

LEVELS = ("refuse", "skip", "notice")
_FILE = Path(__file__).resolve().parent / "targets.yaml"

# A check: parts and parameters of the rule in, place and message of each hit out.
Check = Callable[[Sequence[Part], Mapping[str, Any]], Iterator[tuple[str, str]]]
CHECKS: dict[str, Check] = {**oscal_checks.CHECKS, **ciso_checks.CHECKS}


@dataclass(frozen=True, slots=True)
class Target:
    """A platform that takes an export.

    Attributes:
        name: as on the command line.
        title: for people.
        formats: what it takes, names of `clausegraph.export.FORMATS`.
        source: where its rules are from.
        rules: checks with their level and parameters.
    """

    name: str
    title: str
    formats: tuple[str, ...]
    source: str
    rules: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that the target would not take as it is.

    Attributes:
        level: ``refuse``, ``skip`` or ``notice``.
        check: name of the check.
        where: file and place in it.
        message: one sentence.
    """

    level: str
    check: str
    where: str
    message: str


@cache
def targets() -> dict[str, Target]:
    """The targets by name.

    Raises:
        AssetError: the table is broken.
    """
    raw = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    found = {}
    for name, entry in raw.items():
        for rule in entry["rules"]:
            if rule["check"] not in CHECKS or rule["level"] not in LEVELS:
                raise AssetError(f"{_FILE.name}: {name} has a rule with unknown check or level")
        found[name] = Target(
            name, entry["title"], tuple(entry["formats"]), entry["source"], tuple(entry["rules"])
        )
    return found


def target(name: str) -> Target:
    """The target of a name.

    Raises:
        InputError: no such target.
    """
    if name not in targets():
        raise InputError(
            "no such target",
            field="--preflight",
            expected="one of " + ", ".join(targets()),
            seen=name,
        )
    return targets()[name]


def preflight(name: str, parts: Sequence[Part]) -> list[Remark]:
    """What a target would refuse or skip of the files of an export.

    Args:
        name: of the target.
        parts: files of the formats that the target takes; others are not looked at.

    Raises:
        InputError: no such target.
    """
    wanted = target(name)
    taken = [part for part in parts if part.format in wanted.formats]
    found = [
        Remark(
            str(rule["level"]),
            str(rule["check"]),
            where,
            message + (" (not verified at the target)" if rule.get("unverified") else ""),
        )
        for rule in wanted.rules
        for where, message in CHECKS[rule["check"]](taken, rule)
    ]
    return sorted(set(found), key=lambda r: (LEVELS.index(r.level), r.where, r.check, r.message))
