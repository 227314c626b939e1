"""The table of pack keys (``ontology/pack-format.yaml``) and the JSON-LD context made from it.

One table serves the context, the check of keys and types, the documentation of the format and
the comments of ``clausegraph init``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from clausegraph import catalog
from clausegraph.errors import AssetError

CONTEXT_IRI = "https://w3id.org/clausegraph/context/pack.jsonld"
CATALOGUE = "https://w3id.org/clausegraph/catalogue/"
EARL = "http://www.w3.org/ns/earl#"
CASE_BLOCKS = ("change", "incident", "review", "closure")

_LITERALS = {
    "text": None,
    "oid": None,
    "sha256": None,
    "bool": "xsd:boolean",
    "int": "xsd:integer",
    "decimal": "xsd:decimal",
    "datetime": "xsd:dateTime",
    "duration": "xsd:duration",
}
_REFERENCES = frozenset({"ref", "target", "file", "url"})


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a block.

    Attributes:
        name: the key.
        path: its property, a compact IRI.
        type: as in the table, without the star.
        many: whether it may have several values.
        definition: what it means.
        scheme: the codelist of a coded value, otherwise None.
        is_block: whether the value is a nested node.
    """

    name: str
    path: str
    type: str
    many: bool
    definition: str
    scheme: str | None = field(init=False)
    is_block: bool = field(init=False)

    def __post_init__(self) -> None:
        scheme = self.type[:-1] if self.type.endswith("!") else None
        plain = scheme is not None or self.type in _LITERALS or self.type in _REFERENCES
        object.__setattr__(self, "scheme", scheme)
        object.__setattr__(self, "is_block", not plain)

    @property
    def datatype(self) -> str | None:
        """The datatype of a literal as prefixed name; None for plain text."""
        return _LITERALS[self.type]


@dataclass(frozen=True, slots=True)
class Block:
    """The keys that a node of one kind may have."""

    name: str
    cls: str
    keys: Mapping[str, Key]


@dataclass(frozen=True, slots=True)
class PackFormat:
    """All blocks and the prefixes that pack files may use."""

    prefixes: Mapping[str, str]
    blocks: Mapping[str, Block]

    def expand(self, curie: str) -> str:
        """A compact IRI of the table as a full IRI."""
        prefix, _, local = curie.partition(":")
        return self.prefixes[prefix] + local


@cache
def pack_format() -> PackFormat:
    """Read the table.

    Raises:
        AssetError: the table is broken.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    path = catalog.pack_format_file()
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    blocks = {}
    for name, block in raw["blocks"].items():
        keys = {}
        for key, (prop, type_, definition) in block["keys"].items():
            many = type_.endswith("*")
            keys[key] = Key(key, prop, type_.removesuffix("*"), many, definition)
        blocks[name] = Block(name, block["class"], keys)
    for block in blocks.values():
        for key in block.keys.values():
            if key.is_block and key.type not in blocks:
                raise AssetError(f"{path.name}: {block.name}.{key.name} has no block {key.type}")
    return PackFormat({str(k): v for k, v in raw["prefixes"].items()}, blocks)


def vocabulary(scheme: str) -> str:
    """The IRI prefix of the codes of a codelist."""
    return EARL if scheme == "earl" else f"{CATALOGUE}{scheme}/"


def _term(fmt: PackFormat, key: Key, seen: tuple[str, ...]) -> dict[str, Any]:
    prop = fmt.expand(key.path)
    term: dict[str, Any] = {"@id": prop}
    if key.scheme:
        term["@type"] = "@vocab"
        # The null drops all keys, so that a code such as `certificate` is never read as a key.
        term["@context"] = [
            None,
            {"@vocab": vocabulary(key.scheme), key.name: {"@id": prop, "@type": "@vocab"}},
        ]
    elif key.is_block:
        if key.type not in seen:
            term["@context"] = _terms(fmt, fmt.blocks[key.type], (*seen, key.type))
    elif key.type in _REFERENCES:
        term["@type"] = "@id"
    elif (datatype := key.datatype) is not None:
        term["@type"] = fmt.expand(datatype)
    return term


def _terms(fmt: PackFormat, block: Block, seen: tuple[str, ...]) -> dict[str, Any]:
    return {name: _term(fmt, key, seen) for name, key in sorted(block.keys.items())}


@cache
def context() -> dict[str, Any]:
    """The JSON-LD 1.1 context of pack files, without a base."""
    fmt = pack_format()
    terms: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type"}
    terms.update(sorted(fmt.prefixes.items()))
    terms.update(_terms(fmt, fmt.blocks["pack"], ("pack",)))
    for name in CASE_BLOCKS:
        block = fmt.blocks[name]
        terms[name] = {"@id": fmt.expand(block.cls), "@context": _terms(fmt, block, (name,))}
    return terms
