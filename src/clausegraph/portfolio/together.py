"""The packs of a folder in one store, with what applies to each.

Input: a folder that holds pack folders. Output: one dataset for SPARQL over all of them. Artefacts
are not collected and rules of ``shapes/`` are not run: it holds what is declared and what follows.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from clausegraph.cache import Cache
from clausegraph.closure import Together, close
from clausegraph.errors import InputError
from clausegraph.pack import load_pack
from clausegraph.portfolio import pack_folders
from clausegraph.shipped import add_run, catalogue, known_iris
from clausegraph.store import Dataset


def bring_together(
    folder: Path, as_of: datetime, *, whole: bool = False, kept: Cache | None = None
) -> Together:
    """Load all packs below a folder into one store and derive what applies to each.

    Args:
        folder: holds the pack folders.
        as_of: time that counts as now; must have a time zone.
        whole: see `clausegraph.closure.close`.
        kept: see there.

    Raises:
        InputError: the folder holds no pack, or a pack in it cannot be used: an answer over all
            packs never leaves one out.
    """
    shipped = catalogue()
    known = known_iris(shipped)
    together = Together(shipped)
    for path in pack_folders(folder):
        try:
            pack = load_pack(path, known)
            dataset = Dataset(pack.base)
            for graph, triples in pack.graphs.items():
                dataset.add(triples, graph)
            add_run(dataset, as_of)
            together.add_pack(dataset)
        except InputError as error:
            raise InputError(
                " ".join(str(error).split()),
                file=path.name,
                mend=f"see clausegraph check {path.name}, or take the pack out of the folder",
            ) from error
    close(together, whole=whole, kept=kept)
    return together
