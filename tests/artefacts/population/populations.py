"""Populations that the tests make themselves."""

from __future__ import annotations

import base64
import io
import os
import tarfile
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from benchmarks import synthetic
from clausegraph.artefacts.population import Population, Source, Task, profile_source
from clausegraph.artefacts.population.documents import to_document

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TASK = Task(NOW)


@cache
def templates() -> list[synthetic.Template]:
    return synthetic.templates(8)


@cache
def ders(count: int = 40) -> tuple[bytes, ...]:
    return tuple(synthetic.certificates(count, templates()))


def b64(der: bytes) -> str:
    return base64.b64encode(der).decode()


def pem(der: bytes) -> str:
    return synthetic.pem(der).decode()


def profiled(path: Path, column: str | None = None, task: Task = TASK) -> Population:
    return profile_source(Source(path, column), task)


def shown(found: Population) -> dict[str, object]:
    """Everything that a population says, as plain values."""
    counts = (found.distinct, found.repeated, found.serial_groups, found.key_groups)
    return {"profile": to_document(found.profile), "counts": counts}


def kinds(found: Population) -> dict[str, int]:
    return {kind: e.count for kind, e in found.profile.exceptions.items()}


def places(found: Population, kind: str) -> list[str]:
    return sorted(e.locator for e in found.profile.exceptions[kind].examples)


def archive(path: Path, members: Sequence[tuple[str, bytes]]) -> Path:
    """A tar, tar.gz or zip by its suffix."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, data in members:
                packed.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        return path
    with tarfile.open(path, "w:gz" if path.suffix == ".gz" else "w") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def folder(path: Path, members: Sequence[tuple[str, bytes]]) -> Path:
    for name, data in members:
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return path


class Killer:
    """A concluder on which a process dies when it meets one certificate."""

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256

    def digest(self) -> str:
        return "killer"

    def prepare(self):  # type: ignore[no-untyped-def]
        def conclude(certificate) -> str:  # type: ignore[no-untyped-def]
            if certificate.sha256 == self.sha256:
                os._exit(3)
            return ""

        return conclude


class Failing:
    """A concluder that fails on every certificate, or as soon as it is made."""

    def __init__(self, at_once: bool) -> None:
        self.at_once = at_once

    def digest(self) -> str:
        return "failing"

    def prepare(self):  # type: ignore[no-untyped-def]
        if self.at_once:
            raise ValueError("no lists")

        def conclude(certificate) -> str:  # type: ignore[no-untyped-def]
            raise ValueError("no conclusion")

        return conclude
