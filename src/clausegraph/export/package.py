"""A package of exported files: written whole or not at all, with a manifest of hashes.

Input: parts (relative path, media type, bytes or a file to copy). Output: a folder. It is written
beside the target and renamed into place. A folder that this module did not write, or in which
somebody has since changed or added a file, is never overwritten: a workbook filled in by an
assessor would be lost.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from clausegraph.errors import AssetError, InputError

MANIFEST = "manifest.json"
GENERATOR = "clausegraph export"
_BLOCK = 1 << 20
_SAFE = re.compile(r"[^\x00-\x1f\x7f\\:*?\"<>|]+\Z")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a package.

    Attributes:
        path: relative, with ``/``.
        media_type: for example ``application/json``.
        content: its bytes, or the file that is copied.
        format: name of the format that made it.
    """

    path: str
    media_type: str
    content: bytes | Path
    format: str = ""

    def under(self, folder: str, name: str) -> Part:
        """The same part in a folder, with the format that made it."""
        return replace(self, path=f"{folder}/{self.path}" if folder else self.path, format=name)

    def digest(self) -> tuple[int, str]:
        """Size in bytes and SHA-256."""
        if isinstance(self.content, bytes):
            return len(self.content), hashlib.sha256(self.content).hexdigest()
        return _digest(self.content)


def json_part(path: str, document: object, media_type: str = "application/json") -> Part:
    """A JSON file: keys in the order given, UTF-8, one trailing newline."""
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    return Part(path, media_type, text.encode())


def manifest(parts: Sequence[Part], about: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest of a package.

    Args:
        parts: its files.
        about: what stands before the files: version, as-of time, pack, hash of the graph.
    """
    files = []
    for part in sorted(parts, key=lambda p: p.path):
        size, sha256 = part.digest()
        files.append(
            {
                "path": part.path,
                "media_type": part.media_type,
                "bytes": size,
                "sha256": sha256,
                "format": part.format,
            }
        )
    return {"generator": GENERATOR, **about, "files": files}


def write(target: Path, parts: Sequence[Part], about: Mapping[str, Any]) -> dict[str, Any]:
    """Write a package.

    Args:
        target: the folder; its parent is made when absent.
        parts: the files; their paths must be relative, safe and different.
        about: see `manifest`.

    Returns:
        the manifest.

    Raises:
        InputError: the target exists and is not an untouched package of ours, or cannot be
            written.
        AssetError: a format gave a path that may not stand in a package.
    """
    _check_paths([part.path for part in parts])
    _check_target(target)
    record = manifest(parts, about)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        try:
            for part in (*parts, json_part(MANIFEST, record)):
                _write_part(work / part.path, part)
            _open_folders(work)
            _swap(work, target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise InputError(
            f"cannot be written: {error.strerror or error}", file=str(target)
        ) from error
    return record


def _check_paths(paths: Iterable[str]) -> None:
    seen: set[str] = set()
    for path in paths:
        names = PurePosixPath(path).parts
        wrong = path.startswith("/") or ".." in names or not all(map(_SAFE.match, names))
        if wrong or not names or path.casefold() in seen or path == MANIFEST:
            raise AssetError(f"a format gave the path {path!r}, which cannot stand in a package")
        seen.add(path.casefold())


def _check_target(target: Path) -> None:
    """Only an absent or empty folder, or an untouched package of ours, may be written to."""
    if not target.exists() and not target.is_symlink():
        return
    mend = "name a folder that does not exist yet, or move this one away"
    if target.is_symlink() or not target.is_dir():
        raise InputError("is no folder of its own", file=str(target), mend=mend)
    present = {
        p.relative_to(target).as_posix(): p
        for p in target.rglob("*")
        if p.is_symlink() or not p.is_dir()
    }
    if not present:
        return
    known = _listed(target)
    if known is None:
        raise InputError(
            "the folder was not written by this command and is not overwritten",
            file=str(target),
            expected=f"no folder, an empty one, or one whose {MANIFEST} says {GENERATOR!r}",
            mend=mend,
        )
    for name, path in sorted(present.items()):
        if name == MANIFEST:
            continue
        if path.is_symlink() or name not in known or _digest(path)[1] != known[name]:
            raise InputError(
                "a file was added or changed since the package was written; it is not overwritten",
                file=f"{target}/{name}",
                mend="bring it in with clausegraph import, then move the folder away",
            )


def _listed(target: Path) -> dict[str, str] | None:
    """Path → SHA-256 of a manifest of ours, None when there is none."""
    try:
        record = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        if record["generator"] != GENERATOR:
            return None
        return {str(f["path"]): str(f["sha256"]) for f in record["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _digest(path: Path) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            size += len(block)
            digest.update(block)
    return size, digest.hexdigest()


def _write_part(path: Path, part: Part) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(part.content, bytes):
        path.write_bytes(part.content)
    else:
        shutil.copyfile(part.content, path)


def _open_folders(work: Path) -> None:
    """``mkdtemp`` keeps others out; a package is as readable as any folder that one makes."""
    mask = os.umask(0)
    os.umask(mask)
    work.chmod(0o777 & ~mask)


def _swap(work: Path, target: Path) -> None:
    """Put the finished folder in the place of an older one, or leave the older one."""
    if not target.exists():
        work.rename(target)
        return
    old = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.old."))
    target.rename(old / "package")
    try:
        work.rename(target)
    except OSError:
        (old / "package").rename(target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
