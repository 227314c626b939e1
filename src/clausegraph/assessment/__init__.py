"""The assessment of a pack: done by the pipeline, or remembered when nothing has changed.

Input: a pack folder and what is asked. Output: the views of the checked pack, and its graphs when
somebody needs them. The name under which results are kept is a digest of this program, the
shipped assets, everything in the pack folder and every parameter; so the answer is the same with
and without the cache, and after it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
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

__all__ = ["Asked", "Assessment", "assess", "remembered"]


def _silent(_stage: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a pack; every field has a part in the name of the results.

    Attributes:
        as_of: time that counts as now; must have a time zone.
        bridging: whether references that do not resolve are read through edition bridges.
        engine: who evaluates the shapes, see `clausegraph.validate.Engine`.
        keep_subjects: whether names of natural persons in certificates may stay in the graph.
        lint: whether certificates are linted as well, which needs the extra ``lint``.
    """

    as_of: datetime
    bridging: bool = True
    engine: str = "fast"
    keep_subjects: bool = False
    lint: bool = False


class Assessment:
    """A pack after all stages.

    Args:
        folder: the pack folder.
        kept: where rows of views are remembered.
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
        name = self._name_of(view, params)
        found = self._found(view, name)
        if found is None:
            from clausegraph import views

            found = views.rows(self.dataset, view, **params)
            self._put(name, found)
        return found

    def several(self, names: Iterable[str]) -> dict[str, list[Row]]:
        """The rows of views without parameters, by their names; those to be run side by side."""
        found, missing = {}, []
        for view in names:
            kept = self._found(view, self._name_of(view, {}))
            if kept is None:
                missing.append(view)
            else:
                found[view] = kept
        if missing:
            from clausegraph import views

            for view, rows in zip(missing, views.several(self.dataset, missing), strict=True):
                self._put(self._name_of(view, {}), rows)
                found[view] = rows
        return found

    def _name_of(self, view: str, params: Mapping[str, str]) -> str:
        return digest(self._name, view, json.dumps(params, sort_keys=True)) if self._name else ""

    def _found(self, view: str, name: str) -> list[Row] | None:
        found = self._kept.get("rows", name) if name else None
        return unpack_rows(found, catalog.view(view)) if found is not None else None

    def _put(self, name: str, rows: list[Row]) -> None:
        if name and settled(*catalog.asset_folders()):
            self._kept.put("rows", name, pack_rows(rows))


def assess(
    folder: Path,
    asked: Asked,
    *,
    beside: bool = False,
    progress: Callable[[str], None] = _silent,
    kept: Cache | None = None,
) -> Assessment:
    """Assess a pack, or remember what was found when everything was the same.

    Args:
        folder: the pack folder.
        asked: what is asked of it.
        beside: whether artefacts are read in a process of its own, see `pipeline.check`.
        progress: told the name of each stage before it starts.
        kept: the cache; the one that the environment names without it.

    Raises:
        InputError: the pack cannot be used, or the as-of time has no time zone.
    """
    kept = default() if kept is None else kept
    name = "" if kept.folder is None else _name(folder, asked)
    if name and (stored := kept.get("pack", name)) is not None:
        return Assessment(folder, kept, name, None, stored)
    checked, sound = _run(folder, asked, name, progress, beside=beside)
    if not sound:
        return Assessment(folder, kept, "", checked)
    from clausegraph.assessment.snapshot import write_snapshot

    kept.put("pack", name, write_snapshot(checked))
    return Assessment(folder, kept, name, checked)


def remembered(
    folder: Path,
    asked: Asked,
    what: str,
    make: Callable[[Assessment], bytes],
    *,
    kept: Cache | None = None,
) -> bytes:
    """What is made of the assessment of one of many packs; of itself nothing is kept.

    Args:
        folder: the pack folder.
        asked: what is asked of it.
        what: names what is made.
        make: makes it of nothing but the assessment.
        kept: the cache; the one that the environment names without it.

    Raises:
        InputError: see `assess`.
    """
    kept = default() if kept is None else kept
    name = "" if kept.folder is None else _name(folder, asked)
    if name and (found := kept.get("made", digest(name, what))) is not None:
        return found
    if name and (stored := kept.get("pack", name)) is not None:
        sound, assessment = True, Assessment(folder, kept, name, None, stored)
    else:
        checked, sound = _run(folder, asked, name, _silent, many=True)
        assessment = Assessment(folder, kept, "", checked)
    made = make(assessment)
    if sound and settled(*catalog.asset_folders()):
        kept.put("made", digest(name, what), made)
    return made


def _name(folder: Path, asked: Asked) -> str:
    """A digest of all that a result depends on."""
    options = (asked.engine, str(asked.bridging), str(asked.keep_subjects), str(asked.lint))
    return digest(
        program(), catalog.fingerprint(), digest_of_folder(folder), asked.as_of.isoformat(),
        *options,
    )  # fmt: skip


def _run(
    folder: Path,
    asked: Asked,
    name: str,
    progress: Callable[[str], None],
    **how: bool,
) -> tuple[Checked, bool]:
    """All stages, and whether the result may be kept under its name."""
    from clausegraph import pipeline

    before = accidents()
    checked = pipeline.check(
        folder, asked.as_of, bridging=asked.bridging, engine=asked.engine,
        keep_subjects=asked.keep_subjects, lint=asked.lint, progress=progress, **how,
    )  # fmt: skip
    sound = bool(name) and accidents() == before and settled(*catalog.asset_folders())
    return checked, sound and _name(folder, asked) == name  # edited meanwhile, it is another pack
