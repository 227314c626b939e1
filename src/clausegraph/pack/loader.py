"""A pack folder as the triples of its ``declared`` and ``cases/…`` graphs.

Input: the folder and the IRIs that the catalogue knows. Output: ``LoadedPack``. Everything that
is wrong is reported at once as ``InputErrors`` with file, line and field; a pack that has any
input error yields nothing, so that no partial graph is taken for the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox

from clausegraph.errors import InputError, InputErrors
from clausegraph.pack import rdf
from clausegraph.pack.format import CASE_BLOCKS, CONTEXT_IRI, Block, pack_format
from clausegraph.pack.nodes import Json, NodeBuilder, Where
from clausegraph.pack.reading import Item, read_yaml
from clausegraph.pack.tables import read_rows
from clausegraph.pack.triples import in_pack, node_triples

DEFAULT_BASE = "https://w3id.org/clausegraph/id/"
YAML_SUFFIXES = frozenset({".yaml", ".yml"})
TABLE_SUFFIXES = frozenset({".csv", ".xlsx"})
_ARTEFACT = "https://w3id.org/clausegraph/core#artefact"
_SOURCE = "http://www.w3.org/ns/dcat#distribution"
MAX_FILES = 20_000
# What a YAML file under evidence/ may hold: key and block of its items.
EVIDENCE_BLOCKS = {"evidence": "evidence", "assessor-results": "assertion"}


@dataclass(frozen=True, slots=True)
class LoadedPack:
    """What a pack declares.

    Attributes:
        folder: the pack folder.
        base: base IRI, ends with ``/``.
        graphs: short graph name (``declared``, ``cases/…``) to its triples.
        artefacts: relative paths of all files that the pack names or holds under ``artefacts/``,
            without those in a folder that is the source of a population.
        sources: IRIs of the files and folders that hold a population, each with the IRIs of the
            populations that name it.
    """

    folder: Path
    base: str
    graphs: Mapping[str, tuple[ox.Triple, ...]]
    artefacts: tuple[str, ...]
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Document:
    graph: str
    block: Block
    nodes: list[Json]


def load_pack(folder: Path, known: Collection[str]) -> LoadedPack:
    """Read a pack.

    Args:
        folder: the pack folder, with ``pack.yaml`` or ``pack.ttl``, ``.trig``, ``.jsonld``.
        known: IRIs of catalogue and codelists.

    Raises:
        InputErrors: all problems found.
    """
    if folder.is_file():
        raise InputError(
            "this is a file, and a pack is a folder",
            file=str(folder),
            expected="the folder that holds pack.yaml",
            mend=f"name the folder: {folder.parent}",
        )
    if not folder.is_dir():
        raise InputError(
            "there is no such pack folder", file=str(folder), mend="create one: clausegraph init"
        )
    roots = root_files(folder)
    if len(roots) != 1:
        raise InputError(
            "a pack has exactly one root file",
            file=str(folder),
            expected="pack.yaml (or pack.ttl, pack.trig, pack.jsonld)",
            seen=", ".join(p.name for p in roots) or "none",
            mend="clausegraph init writes one",
        )
    return _Loader(folder, roots[0], known).load()


def root_files(folder: Path) -> list[Path]:
    """The files of a folder that make it a pack; one that is whole has exactly one."""
    suffixes = YAML_SUFFIXES | rdf.SUFFIXES
    return [p for p in sorted(folder.iterdir()) if p.stem == "pack" and p.suffix in suffixes]


class _Loader:
    def __init__(self, folder: Path, root: Path, known: Collection[str]) -> None:
        self.folder = folder
        self.root = root
        self.known = known
        self.errors: list[InputError] = []

    def load(self) -> LoadedPack:
        documents: list[_Document] = []
        plain: dict[str, list[ox.Triple]] = {}
        if self.root.suffix in YAML_SUFFIXES:
            tree = read_yaml(self.root, self.root.name)
            self.base = self._base(tree)
            self.builder = NodeBuilder(pack_format(), self.base, self.known, self.errors)
            self._root(tree, documents)
        else:
            self.base = rdf.find_base(self.root, self.root.name)
            self.builder = NodeBuilder(pack_format(), self.base, self.known, self.errors)
            plain["declared"] = list(rdf.read_triples(self.root, self.root.name, self.base))
        for path in self._files():
            self._guard(path, documents, plain)
        if not any(g == "declared" for g in plain):
            self.builder.check_references()
        if self.errors:
            raise InputErrors(self.errors)
        graphs: dict[str, list[ox.Triple]] = {}
        for document in documents:
            graphs.setdefault(document.graph, []).extend(
                t
                for node in document.nodes
                for t in node_triples(node, document.block, self.builder.format, self.base)
            )
        for graph, triples in plain.items():
            graphs.setdefault(graph, []).extend([*triples, *in_pack(triples, self.base)])
        return LoadedPack(
            self.folder,
            self.base,
            {name: tuple(triples) for name, triples in sorted(graphs.items())},
            tuple(self._artefacts(graphs)),
            self._sources(graphs),
        )

    def _base(self, tree: Item) -> str:
        """The base IRI that the file's own context states."""
        contexts = tree.value.get("@context") if isinstance(tree.value, dict) else None
        found = None
        if contexts is not None:
            parts = contexts.value if isinstance(contexts.value, list) else [contexts]
            for part in parts:
                if isinstance(part.value, dict) and "@base" in part.value:
                    found = part.value["@base"]
                elif part.value != CONTEXT_IRI:
                    raise InputError(
                        "no other JSON-LD context is loaded",
                        file=self.root.name,
                        line=part.line,
                        expected=CONTEXT_IRI,
                        seen=str(part.value)[:80],
                    )
        if found is None or not isinstance(found.value, str):
            raise InputError(
                "the pack states no base IRI",
                file=self.root.name,
                line=tree.line,
                field="@context",
                expected=f'"@context": [{CONTEXT_IRI}, {{"@base": {DEFAULT_BASE}<pack>/}}]',
                mend="clausegraph init writes one",
            )
        return rdf.check_base(found.value, self.root.name, found.line)

    def _root(self, tree: Item, documents: list[_Document]) -> None:
        if not isinstance(tree.value, dict):
            raise InputError("a pack is written as keys with values", file=self.root.name, line=1)
        block = self.builder.format.blocks["pack"]
        node = self.builder.node(tree, block, Where(self.root.name), "./")
        if node is not None:
            node["id"] = "./"
            documents.append(_Document("declared", block, [node]))

    def _files(self) -> Iterator[Path]:
        """All input files beside the root, in a stable order; folders are not followed by link."""
        for name in ("evidence", "cases", "graph"):
            part = self.folder / name
            if part.is_symlink():
                self.errors.append(InputError("symbolic links are not followed", file=name))
            elif part.is_dir():
                yield from (p for p in sorted(part.rglob("*")) if p.is_file())

    def _guard(
        self, path: Path, documents: list[_Document], plain: dict[str, list[ox.Triple]]
    ) -> None:
        name = path.relative_to(self.folder).as_posix()
        try:
            if path.is_symlink():
                raise InputError("symbolic links are not followed", file=name)
            self._file(path, name, documents, plain)
        except InputErrors as errors:
            self.errors.extend(errors.errors)
        except InputError as error:
            self.errors.append(error)

    def _file(
        self, path: Path, name: str, documents: list[_Document], plain: dict[str, list[ox.Triple]]
    ) -> None:
        area = name.split("/", 1)[0]
        graph = f"cases/{path.stem}" if area == "cases" else "declared"
        suffix = path.suffix.lower()
        if suffix in rdf.SUFFIXES:
            plain.setdefault(graph, []).extend(rdf.read_triples(path, name, self.base))
        elif suffix in YAML_SUFFIXES and area == "cases":
            documents.append(self._case(read_yaml(path, name), name, path.stem, graph))
        elif area == "evidence" and suffix in YAML_SUFFIXES | TABLE_SUFFIXES:
            documents.append(self._evidence(path, name, graph))
        else:
            raise InputError(
                "this kind of file is not read here",
                file=name,
                expected="evidence/*.yaml|.csv|.xlsx, cases/*.yaml, or .ttl, .trig, .jsonld",
                seen=suffix or "no suffix",
                mend="move artefacts to artefacts/",
            )

    def _case(self, tree: Item, name: str, stem: str, graph: str) -> _Document:
        kind = tree.value.get("type") if isinstance(tree.value, dict) else None
        if kind is None or kind.value not in CASE_BLOCKS:
            raise InputError(
                "a case file states its type",
                file=name,
                line=kind.line if kind else tree.line,
                field="type",
                expected="one of " + ", ".join(CASE_BLOCKS),
                seen=str(kind.value)[:80] if kind else "none",
            )
        block = self.builder.format.blocks[str(kind.value)]
        node = self.builder.node(tree, block, Where(name), f"cases/{stem}")
        return _Document(graph, block, [] if node is None else [node])

    def _evidence(self, path: Path, name: str, graph: str) -> _Document:
        """Evidence items, or statements of assessors that an import brought in."""
        key = "evidence"
        if path.suffix.lower() in TABLE_SUFFIXES:
            rows = read_rows(path, name)
        else:
            tree = read_yaml(path, name)
            keys = tree.value if isinstance(tree.value, dict) else {}
            stated = [k for k in keys if k != "@context"]
            if len(stated) != 1 or stated[0] not in EVIDENCE_BLOCKS:
                wrong = [k for k in stated if k not in EVIDENCE_BLOCKS]
                raise InputError(
                    "an evidence file holds the key `evidence` and nothing else",
                    file=name,
                    line=keys[wrong[0]].line if wrong else tree.line,
                    field=wrong[0] if wrong else None,
                    expected="one of " + ", ".join(EVIDENCE_BLOCKS),
                )
            key = stated[0]
            rows = keys[key]
        if not isinstance(rows.value, list):
            raise InputError(f"{key} is a list of items", file=name, line=rows.line)
        block = self.builder.format.blocks[EVIDENCE_BLOCKS[key]]
        stem = path.relative_to(self.folder).with_suffix("").as_posix()
        nodes = (
            self.builder.node(row, block, Where(name, (key,)), f"{stem}/{number}")
            for number, row in enumerate(rows.value, 1)
        )
        items = [node for node in nodes if node is not None]
        pack = self.builder.format.blocks["pack"]
        return _Document(graph, pack, [{"id": "./", key: items}])

    def _named(
        self, graphs: Mapping[str, list[ox.Triple]], predicate: str
    ) -> Iterator[tuple[str, str]]:
        """IRIs of nodes and of the files that they name by a predicate."""
        wanted = ox.NamedNode(predicate)
        for triples in graphs.values():
            for t in triples:
                if t.predicate == wanted and isinstance(t.object, ox.NamedNode):
                    yield str(getattr(t.subject, "value", "")), t.object.value

    def _sources(self, graphs: Mapping[str, list[ox.Triple]]) -> dict[str, tuple[str, ...]]:
        found: dict[str, set[str]] = {}
        for node, file in self._named(graphs, _SOURCE):
            found.setdefault(file, set()).add(node)
        return {file: tuple(sorted(nodes)) for file, nodes in sorted(found.items())}

    def _artefacts(self, graphs: Mapping[str, list[ox.Triple]]) -> list[str]:
        sources = {file.removeprefix(self.base) for _, file in self._named(graphs, _SOURCE)}
        named = {file.removeprefix(self.base) for _, file in self._named(graphs, _ARTEFACT)}
        folders = tuple(f"{source.rstrip('/')}/" for source in sources)
        held = rdf.files_under(
            self.folder, "artefacts", MAX_FILES, frozenset(unquote(f) for f in folders)
        )
        return sorted(named | sources | set(held))
