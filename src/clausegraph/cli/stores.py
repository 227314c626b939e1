"""``push`` and ``pull``: packs go into a store on the network and come back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausegraph.cli.options import (
    AsOf,
    DialectOption,
    Format,
    FormatOption,
    KeepSubjects,
    Lint,
    NoCache,
    PackArgument,
    PlainHttp,
    StoreOption,
    cache_for,
    instant,
)
from clausegraph.cli.output import emit, write_file
from clausegraph.errors import InputError

if TYPE_CHECKING:
    from clausegraph.remote.endpoint import Endpoint
    from clausegraph.remote.manifest import Manifest
    from clausegraph.remote.pull import Pulled

_FORMATS = (".nq", ".trig")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("push")(push)
    app.command("pull")(pull)


def connect(url: str | None, dialect: str | None, plain_http: bool) -> Endpoint:
    """The store of the options.

    Raises:
        InputError: no URL, or one that cannot be used.
        StoreError: no answer.
    """
    if url is None:
        raise InputError("no store is named", field="--store", expected="the URL of a store")
    from clausegraph.remote import endpoint

    return endpoint.connect(url, dialect, plain=plain_http)


def push(
    pack: PackArgument,
    store: StoreOption = None,
    as_of: AsOf = None,
    dialect: DialectOption = None,
    plain_http: PlainHttp = False,
    keep_subjects: KeepSubjects = False,
    lint: Lint = False,
    no_cache: NoCache = False,
    format_: FormatOption = Format.text,
) -> None:
    """Check a pack and bring all its graphs into a store: what it declares up to the verdict.

    Unchanged graphs are not sent again. The store holds the old state until everything has
    arrived and was counted; a push that was interrupted can be repeated.

    Example: clausegraph push my-service --store https://store.example/sparql --as-of 2026-11-23
    """
    from clausegraph.assessment import Asked, assess

    to = connect(store, dialect, plain_http)
    from clausegraph.remote import push as transfer

    asked = Asked(instant(as_of), keep_subjects=keep_subjects, lint=lint)
    checked = assess(pack, asked, kept=cache_for(as_of, no_cache=no_cache))
    name = _identifier(checked.dataset.base)
    with _bar("pushing") as progress:
        done = transfer.push(to, checked.dataset, name, checked.as_of, progress)
    row = {
        "pack": name,
        "as_of": done.manifest.as_of,
        "graphs_sent": len(done.sent),
        "graphs_kept": len(done.kept),
        "triples_sent": done.triples,
        "requests": done.requests,
    }
    emit([row], list(row), format_)


def _identifier(base: str) -> str:
    return base.rstrip("/").rpartition("/")[2]


def pull(
    store: StoreOption = None,
    pack: Annotated[
        list[str] | None,
        typer.Option(help="Name or IRI of a pack; all packs without it.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="File (.nq or .trig) for all graphs, or a folder for one file by pack.",
            show_default=False,
        ),
    ] = None,
    list_: Annotated[
        bool, typer.Option("--list", help="Only show which packs the store holds.")
    ] = False,
    dialect: DialectOption = None,
    plain_http: PlainHttp = False,
    format_: FormatOption = Format.text,
) -> None:
    """Bring packs back from a store as N-Quads or TriG, whole or not at all.

    Every graph has to have the number of triples and the digest of its manifest; otherwise
    nothing is written.

    Example: clausegraph pull --store https://store.example/sparql --pack my-service --out my.nq
    """
    if out is not None and out.suffix not in {"", *_FORMATS} and not out.is_dir():
        raise InputError(
            "the format is not known by the name of the file", field="--out",
            expected=".nq, .trig, or a folder", seen=str(out),
        )  # fmt: skip
    source = connect(store, dialect, plain_http)
    if not list_ and out is None:
        raise InputError(
            "no place is named for what comes back", field="--out",
            expected="a file .nq or .trig, or a folder", mend="--list only shows what is there",
        )  # fmt: skip
    from clausegraph.remote import manifest
    from clausegraph.remote import pull as transfer

    chosen = manifest.chosen(manifest.read_all(source), pack or [])
    if out is not None and not list_:
        with _bar("pulling") as progress:
            pulled = transfer.pull(source, chosen, progress)
        _write(out, pulled)
    emit([_row(m) for m in chosen], ["pack", "as_of", "graphs", "triples", "iri"], format_)


def _row(found: Manifest) -> dict[str, object]:
    return {
        "pack": found.identifier,
        "as_of": found.as_of,
        "graphs": len(found.graphs),
        "triples": sum(e.count for e in found.graphs),
        "iri": found.pack,
    }


def _write(out: Path, pulled: list[Pulled]) -> None:
    """One file, or a file by manifest in a folder; each whole or not at all."""
    import pyoxigraph as ox

    formats = {name: ox.RdfFormat.from_extension(name[1:]) for name in _FORMATS}
    if out.suffix in formats and not out.is_dir():
        quads = [quad for each in pulled for quad in each.quads()]
        write_file(out, (ox.serialize(quads, format=formats[out.suffix]) or b"").decode())
        return
    files = {f"{_file_name(each.manifest.identifier)}.nq": each for each in pulled}
    if len(files) != len(pulled):
        raise InputError(
            "two packs of one name have no two files", field="--out", expected="a file .nq or .trig"
        )
    texts = {
        n: (ox.serialize(p.quads(), format=formats[".nq"]) or b"").decode()
        for n, p in files.items()
    }
    for name, text in texts.items():
        write_file(out / name, text)


def _file_name(identifier: str) -> str:
    """A name from a store as the name of a file: no separators, no leading dot."""
    kept = "".join(c if c.isalnum() or c in "-_." else "_" for c in identifier)
    return kept.lstrip(".")[:100] or "_"


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
