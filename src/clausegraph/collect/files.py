"""Files of a pack: paths that stay inside it.

Input: the pack folder and relative paths. Output: located files. Paths that are absolute or leave
the pack, also through a symbolic link, are refused: a pack must be complete and portable.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from clausegraph.errors import InputError, InputErrors

if TYPE_CHECKING:
    from collections.abc import Iterable

_MEND = "copy the file into the folder artefacts/ of the pack and name it from there"
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")  # of a URL, or a drive letter


@dataclass(frozen=True, slots=True)
class Located:
    """A path inside the pack: as it is named, and where it is."""

    name: str
    file: Path

    @property
    def local_iri(self) -> str:
        """The part of the artefact's IRI that follows the base of the pack."""
        return quote(self.name, safe="/")


def locate_all(pack_dir: Path, paths: Iterable[str]) -> list[Located]:
    """Locate each path once, in the order given.

    Raises:
        InputError: one path cannot be used; several are reported together as InputErrors.
    """
    found: dict[str, Located] = {}
    errors: list[InputError] = []
    followed: dict[Path, Path] = {}
    for path in dict.fromkeys(paths):
        try:
            located = _locate(pack_dir, path, followed)
        except InputError as error:
            errors.append(error)
        else:
            found.setdefault(located.name, located)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise InputErrors(errors)
    return list(found.values())


def _locate(pack_dir: Path, path: str, followed: dict[Path, Path]) -> Located:
    """Find a file of the pack, which need not exist.

    Args:
        pack_dir: the pack folder.
        path: its relative path, percent-encoded as in its IRI or plain.
        followed: where folders really lie, found out once for all files in them.

    Raises:
        InputError: the path is absolute, leaves the pack or cannot be a portable file name.
    """

    def really(folder: Path) -> Path:
        if folder not in followed:
            followed[folder] = folder.resolve()
        return followed[folder]

    path = unquote(path)
    if _UNPRINTABLE.search(path) or "\\" in path:
        raise _refusal(path, "holds a character that is not portable", "only / between folders")
    plain = PurePosixPath(path)
    if plain.is_absolute() or _SCHEME.match(path):
        raise _refusal(path, "is absolute or a URL", "a path relative to the pack folder")
    if ".." in plain.parts or not plain.parts:
        raise _refusal(path, "leaves the pack or names its folder", "a file inside the pack folder")
    try:
        root = really(pack_dir)
        target = really(root / plain.parent) / plain.name
        if os.path.islink(target):  # noqa: PTH114 - a name too long is no link, and no error here
            target = target.resolve()
    except (OSError, RuntimeError) as error:  # a loop of symbolic links, a name too long
        raise _refusal(path, "cannot be followed", "an ordinary file") from error
    if not target.is_relative_to(root):
        raise _refusal(path, "is a link that leaves the pack", "a file inside the pack folder")
    return Located(plain.as_posix(), target)


def _refusal(path: str, what: str, expected: str) -> InputError:
    shown = _UNPRINTABLE.sub("\ufffd", path)[:200]
    return InputError(f"the path {what}", file=shown, expected=expected, seen=shown, mend=_MEND)
