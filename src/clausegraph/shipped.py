"""What every dataset begins with: the shipped graphs, and the run that says when and how.

Input: nothing, or the base IRI of a dataset. Output: a dataset with the graphs ``catalogue`` and
``rules``; the graph ``run``; and what the catalogue knows by which name.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from clausegraph import catalog
from clausegraph.errors import InputError
from clausegraph.store import Dataset

CATALOGUE_IRI = "https://w3id.org/clausegraph/catalogue/"
_CG = "https://w3id.org/clausegraph/core#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def catalogue(base: str = "https://w3id.org/clausegraph/") -> Dataset:
    """A dataset with the shipped graphs only: ``catalogue`` and ``rules``.

    Args:
        base: base IRI of the other graphs that will stand in it.
    """
    files = [*catalog.ontology_files(), *catalog.shape_files()]
    return _read(tuple((file, *_state(file)) for file in files)).copy(base)


def _state(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:  # reading it says what is wrong
        return 0, 0
    return found.st_ctime_ns, found.st_size


@lru_cache(maxsize=1)
def _read(_states: tuple[tuple[Path, int, int], ...]) -> Dataset:
    """Read once for all packs of a process, and anew when a file was written since."""
    dataset = Dataset("https://w3id.org/clausegraph/")
    dataset.load_turtle(catalog.ontology_files(), "catalogue")
    dataset.load_turtle(catalog.shape_files(), "rules")
    return dataset


def known_iris(dataset: Dataset) -> frozenset[str]:
    """IRIs of the catalogue that a pack may name, and the EARL outcomes."""
    earl = {
        f"http://www.w3.org/ns/earl#{code}"
        for code in ("passed", "failed", "cantTell", "inapplicable", "untested")
    }
    subjects = {s.value for s in dataset.subjects("catalogue") if isinstance(s, ox.NamedNode)}
    return frozenset({s for s in subjects if s.startswith(CATALOGUE_IRI)} | earl)


def add_run(dataset: Dataset, as_of: datetime, *, bridging: bool = True) -> None:
    """Write the graph ``run``: the as-of time, whether bridges are read, the declared services.

    Args:
        dataset: holds the graph ``declared`` already.
        as_of: time that counts as now; must have a time zone.
        bridging: whether references that do not resolve are read through edition bridges.
    """
    run = ox.NamedNode(dataset.base + "run")
    stamp = as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    service = ox.NamedNode(_CG + "service")
    triples = [
        ox.Triple(run, _TYPE, ox.NamedNode(_CG + "Run")),
        ox.Triple(run, ox.NamedNode(_CG + "asOf"), literal(stamp, "dateTime")),
        ox.Triple(run, ox.NamedNode(_CG + "bridging"), literal(str(bridging).lower(), "boolean")),
    ]
    base = ox.NamedNode(dataset.base)
    triples.extend(
        ox.Triple(run, service, t.object)
        for t in dataset.triples("declared")
        if t.subject == base and t.predicate == service
    )
    dataset.add(triples, "run")


def literal(value: str, datatype: str) -> ox.Literal:
    """A literal of an XML Schema datatype, by its local name."""
    return ox.Literal(value, datatype=ox.NamedNode(_XSD + datatype))


_STANDARDS = {"401": "en-319-401/", "411-1": "en-319-411-1/", "411-2": "en-319-411-2/"}


def requirement_iri(dataset: Dataset, name: str) -> str:
    """The IRI of a requirement by ``411-2:OVR-6.3.5-12``, its bare identifier or its IRI.

    Raises:
        InputError: unknown, or the bare identifier stands in several standards.
    """
    prefix, _, identifier = name.rpartition(":")
    if name.startswith("http"):
        prefix, identifier = "", name.rpartition("/")[2]
    part = _STANDARDS.get(prefix.removeprefix("EN 319 "), "")
    requirement = ox.NamedNode(_CG + "Requirement")
    found = sorted(
        t.subject.value
        for t in dataset.triples("catalogue")
        if t.predicate == _TYPE
        and t.object == requirement
        and isinstance(t.subject, ox.NamedNode)
        and t.subject.value.endswith(f"/{identifier}")
        and f"/catalogue/{part}" in t.subject.value
    )
    if len(found) == 1:
        return found[0]
    raise InputError(
        f"no requirement is called {name!r}"
        if not found
        else f"{name!r} stands in several standards",
        expected="standard:identifier, for example 411-2:OVR-6.3.5-12",
        seen=", ".join(f.removeprefix(CATALOGUE_IRI) for f in found) or name,
        mend="clausegraph catalogue WORD finds identifiers",
    )
