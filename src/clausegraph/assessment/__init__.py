"""The assessment of a pack: done by the pipeline, or remembered when nothing has changed.

Input: a pack folder and what is asked. Output: the views of the checked pack, and its graphs when
somebody needs them. The name under which results are kept is a digest of this program, the
shipped assets, everything in the pack folder and every parameter; so the answer is the same with
and without the cache, and after it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from clausegraph import catalog
from clausegraph.assessment.rows import pack_rows, unpack_rows
from clausegraph.cache import (
    Cache,
    accidents,
    default,
    digest,
    digest_of_folder,
    program,
    settled,
)

if TYPE_CHECKING:
    from clausegraph.pack import LoadedPack
    from clausegraph.pipeline import Checked
    from clausegraph.store import Dataset
    from clausegraph.views import Row

__all__ = ["Assessment", "assess"]


def _silent(_stage: str) -> None:
    return None


class Assessment:
    """A pack after all stages.

    Args:
        folder: the pack folder.
        kept: where results are remembered.
        name: the digest of all that this assessment depends on; empty when nothing is to be kept.
        checked: the graphs, when the stages have just run.
        stored: the graphs as they were remembered, otherwise.
    """

    def __init__(
        self, folder: Path, kept: Cache, name: str, checked: Checked | None, stored: bytes = b""
    ) -> None:
        self._folder = folder
        self._kept = kept
        self._name = name
        self._checked = checked
        self._stored = stored

    @property
    def checked(self) -> Checked:
        """The graphs and what the pack declares; read back when nobody has asked before."""
        if self._checked is None:
            from clausegraph.assessment.snapshot import read_snapshot

            self._checked = read_snapshot(self._stored, self._folder)
            self._stored = b""
        return self._checked

    @property
    def dataset(self) -> Dataset:
        """All named graphs."""
        return self.checked.dataset

    @property
    def pack(self) -> LoadedPack:
        """What was loaded."""
        return self.checked.pack

    @property
    def as_of(self) -> datetime:
        """The as-of time, UTC."""
        return self.checked.as_of

    def rows(self, view: str, **params: str) -> list[Row]:
        """The rows of a view, see `clausegraph.views.rows`."""
        name = digest(self._name, view, json.dumps(params, sort_keys=True))
        if self._name and (found := self._kept.get("rows", name)) is not None:
            return unpack_rows(found, catalog.view(view))
        from clausegraph import views

        rows = views.rows(self.dataset, view, **params)
        if self._name and settled(*catalog.asset_folders()):
            self._kept.put("rows", name, pack_rows(rows))
        return rows

    def remembered(self, what: str, work: Callable[[Assessment], bytes]) -> bytes:
        """What was made of this assessment, made only once.

        Args:
            what: names it.
            work: makes it of nothing but the assessment.
        """
        name = digest(self._name, what)
        if self._name and (found := self._kept.get("made", name)) is not None:
            return found
        made = work(self)
        if self._name and settled(*catalog.asset_folders()):
            self._kept.put("made", name, made)
        return made


def assess(
    folder: Path,
    as_of: datetime,
    *,
    bridging: bool = True,
    engine: str = "fast",
    keep_subjects: bool = False,
    lint: bool = False,
    beside: bool = False,
    progress: Callable[[str], None] = _silent,
    kept: Cache | None = None,
) -> Assessment:
    """Assess a pack, or remember what was found when everything was the same.

    Args:
        folder: the pack folder.
        as_of: time that counts as now; must have a time zone.
        bridging: whether references that do not resolve are read through edition bridges.
        engine: who evaluates the shapes, see `clausegraph.validate.Engine`.
        keep_subjects: whether names of natural persons in certificates may stay in the graph.
        lint: whether certificates are linted as well, which needs the extra ``lint``.
        beside: whether artefacts are read in a process of its own, see `pipeline.check`.
        progress: told the name of each stage before it starts.
        kept: the cache; the one that the environment names without it.

    Raises:
        InputError: the pack cannot be used, or ``as_of`` has no time zone.
    """
    kept = default() if kept is None else kept

    def name() -> str:
        asked = (as_of.isoformat(), engine, *(str(b) for b in (bridging, keep_subjects, lint)))
        return digest(program(), catalog.fingerprint(), digest_of_folder(folder), *asked)

    known = name() if kept.folder is not None else ""
    if known and (stored := kept.get("pack", known)) is not None:
        return Assessment(folder, kept, known, None, stored)
    from clausegraph import pipeline

    before = accidents()
    checked = pipeline.check(
        folder, as_of, bridging=bridging, engine=engine, keep_subjects=keep_subjects, lint=lint,
        beside=beside, progress=progress,
    )  # fmt: skip
    if known and accidents() == before and settled(*catalog.asset_folders()) and name() == known:
        from clausegraph.assessment.snapshot import write_snapshot

        kept.put("pack", known, write_snapshot(checked))
    else:
        known = ""
    return Assessment(folder, kept, known, checked)
