"""Collectors: the bytes of a pack's artefacts become facts of the ``collected`` graph.

Input: a pack folder, paths inside it, what is asked of them. Output: triples as described in
``docs/model.md``, section "collected". One module per kind of artefact, each with a function
``facts(data, artefact, gathered)`` that never raises for what the bytes say, and one per relation
between artefacts, with a function ``facts(gathered, question)``; nothing heavy is imported before
the first file is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clausegraph.artefacts.files import DEFAULT_LIMIT
from clausegraph.collect.question import Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import Triple

    from clausegraph.collect.between import Between
    from clausegraph.collect.files import Located
    from clausegraph.collect.remembered import Remembered

__all__ = ["DEFAULT_LIMIT", "Question", "collect"]


def collect(
    pack_dir: Path,
    paths: Iterable[str],
    question: Question,
    *,
    limit: int = DEFAULT_LIMIT,
    remembered: Remembered | None = None,
    many: bool = False,
) -> Iterator[Triple]:
    """Collect the facts of some artefacts of a pack.

    Args:
        pack_dir: the pack folder.
        paths: paths relative to it, percent-encoded as in the artefact's IRI or plain.
        question: base IRI of the pack, as-of time and what else is asked of the artefacts.
        limit: greatest size of a file that is parsed; a larger one is only hashed.
        remembered: outcomes of earlier times, which the caller saves afterwards; None for those
            in the cache that the environment names, which are saved with the last triple.
        many: whether this process collects from many packs: it keeps what it worked out of the
            bytes of artefacts, see `clausegraph.collect.between`.

    Returns:
        the triples, file by file in the order given, then those of relations between files; the
        same input gives the same triples.

    Raises:
        InputError: a path is absolute or leaves the pack (raised before any file is read).
    """
    from clausegraph.collect.artefacts import collect_all
    from clausegraph.collect.files import locate_all

    files = locate_all(pack_dir, paths)
    kept = None
    if many:
        from clausegraph.collect.between import between

        kept = between()
    if remembered is not None:
        return collect_all(files, question, limit, remembered, kept)
    return _remembering(files, question, limit, kept)


def _remembering(
    files: list[Located], question: Question, limit: int, kept: Between | None
) -> Iterator[Triple]:
    from clausegraph.cache import default
    from clausegraph.collect.artefacts import collect_all
    from clausegraph.collect.remembered import Remembered

    remembered = Remembered(default(), question.base)
    yield from collect_all(files, question, limit, remembered, kept)
    remembered.save()
