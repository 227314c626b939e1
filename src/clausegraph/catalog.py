"""Finds the shipped ontology, shapes, queries and data: the only room that knows the folders.

Input: a name. Output: paths and parsed query headers. In a checkout the folders stand at the
top of the repository; in an installed wheel under ``clausegraph/_assets``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from clausegraph.cache import digest, digest_of_folder
from clausegraph.errors import AssetError, InputError

_HEADER_KEYS = frozenset(
    {
        "id", "kind", "question", "source", "rules", "graphs", "params", "returns", "order",
        "since", "stage", "repeat", "writes", "title", "restricted", "scope",
    }
)  # fmt: skip
_ASSETS = ("ontology", "shapes", "queries", "data/codelists", "data/documents")
_KINDS = frozenset({"view", "check", "rule"})
_PARAM = re.compile(r"\?(\w+) (iri|string|decimal|dateTime|boolean|integer)(\?)?$")
_COLUMN = re.compile(r"\?(\w+) (iri|string|integer|decimal|dateTime|boolean|term)(\?)?$")


@cache
def root() -> Path:
    """The folder that holds ``ontology/``, ``shapes/``, ``queries/`` and ``data/``."""
    package = Path(__file__).resolve().parent
    for candidate in (package / "_assets", package.parent.parent):
        if (candidate / "ontology" / "pack-format.yaml").is_file():
            return candidate
    raise AssetError("the ontology is missing from this installation; reinstall clausegraph")


def asset_folders() -> tuple[Path, ...]:
    """The folders whose files a result may depend on."""
    return tuple(root() / name for name in _ASSETS)


def fingerprint() -> str:
    """A digest of the files in `asset_folders`, read anew each time, since people edit them."""
    return digest(*(digest_of_folder(folder) for folder in asset_folders()))


def ontology_files() -> list[Path]:
    """Ontology, alignment and generated catalogue, in a stable order."""
    folder = root() / "ontology"
    return [folder / "core.ttl", folder / "alignment.ttl", *sorted(folder.glob("catalogue/*.ttl"))]


def shape_files() -> list[Path]:
    """All SHACL files, in a stable order."""
    return sorted((root() / "shapes").glob("*.ttl"))


def pack_format_file() -> Path:
    """The table of pack keys."""
    return root() / "ontology" / "pack-format.yaml"


def context_file() -> Path:
    """The JSON-LD context of packs."""
    return root() / "ontology" / "pack.context.jsonld"


def codelist_file(scheme: str) -> Path | None:
    """The CSV file of a codelist, or None when the scheme is no codelist of its own."""
    path = root() / "data" / "codelists" / f"{scheme}.csv"
    return path if path.is_file() else None


def document_tables() -> Path:
    """The folder with the tables of what is looked for in documents."""
    return root() / "data" / "documents"


def document_table(name: str) -> Path:
    """A table of what is looked for in documents: headings, wording, languages."""
    return document_tables() / f"{name}.csv"


@dataclass(frozen=True, slots=True)
class Column:
    """One typed parameter or result column of a query."""

    name: str
    type: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A query file: its header and its text."""

    id: str
    kind: str
    question: str
    graphs: tuple[str, ...]
    params: tuple[Column, ...]
    returns: tuple[Column, ...]
    text: str
    path: Path
    stage: int = 0
    repeat: bool = False
    writes: str = ""
    restricted: bool = False
    scope: str = "pack"
    order: tuple[str, ...] = ()


def _columns(value: str, pattern: re.Pattern[str], path: Path) -> tuple[Column, ...]:
    columns = []
    for part in filter(None, (p.strip() for p in value.split(","))):
        match = pattern.match(part)
        if not match:
            raise AssetError(f"{path.name}: header column {part!r} is not '?name type'")
        columns.append(Column(match[1], match[2], bool(match[3])))
    return tuple(columns)


def parse_query(path: Path) -> Query:
    """Read one query file with its strict header.

    Raises:
        AssetError: unknown header key, missing key, or id that is not the file name.
    """
    text = path.read_text(encoding="utf-8")
    header: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        match = re.match(r"# (\w+): ?(.*)$", line)
        if match and match[1] in _HEADER_KEYS:
            key = match[1]
            if key in header:
                raise AssetError(f"{path.name}: header key {key} stands twice")
            header[key] = match[2].strip()
        elif key and line.startswith("#   "):
            header[key] += " " + line[1:].strip()
        else:
            raise AssetError(f"{path.name}: header line {line!r} has no known key")
    missing = {"id", "kind", "question", "source", "graphs", "since"} - header.keys()
    if missing:
        raise AssetError(f"{path.name}: header lacks {', '.join(sorted(missing))}")
    if header["id"] != path.stem or header["kind"] not in _KINDS:
        raise AssetError(f"{path.name}: header id or kind does not fit the file")
    return Query(
        id=header["id"],
        kind=header["kind"],
        question=header["question"],
        graphs=tuple(header["graphs"].split()),
        params=_columns(header.get("params", ""), _PARAM, path),
        returns=_columns(header.get("returns", ""), _COLUMN, path),
        text=text,
        path=path,
        stage=int(header.get("stage", "0")),
        repeat=header.get("repeat", "no") == "yes",
        writes=header.get("writes", ""),
        restricted=header.get("restricted", "no") == "yes",
        scope=header.get("scope", "pack"),
        order=tuple(v.lstrip("?") for v in header.get("order", "").split()),
    )


def queries(kind: str) -> list[Query]:
    """All queries of a folder: ``views``, ``checks`` or ``rules``, ordered by stage and id."""
    found = [_current(p) for p in (root() / "queries" / kind).glob("*.rq")]
    return sorted(found, key=lambda q: (q.stage, q.id))


def _current(path: Path) -> Query:
    """A query file, read again when it was written since."""
    state = path.stat()
    return _parsed(path, state.st_ctime_ns, state.st_size)


@lru_cache(maxsize=512)
def _parsed(path: Path, _written: int, _size: int) -> Query:
    return parse_query(path)


def view(name: str) -> Query:
    """The view with this name.

    Raises:
        InputError: no such view; names the ones that exist.
    """
    path = root() / "queries" / "views" / f"{name}.rq"
    if re.fullmatch(r"[a-z0-9-]+", name) is None or not path.is_file():
        names = ", ".join(sorted(p.stem for p in (root() / "queries" / "views").glob("*.rq")))
        raise InputError(f"no view is called {name!r}", expected=f"one of {names}", seen=name)
    return _current(path)
