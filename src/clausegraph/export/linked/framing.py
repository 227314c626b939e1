"""Triples as JSON-LD nodes, nested as in a pack file where the pack format has a key for them.

Input: triples in order. Output: nodes that give exactly these triples again. A value takes a key of
its block only when the context would read it back as the same term; everything else stands under
its property with datatype or language written out. Source: ``ontology/pack-format.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from clausegraph.pack import pack_format
from clausegraph.pack.format import CASE_BLOCKS, Block, Key, vocabulary

Json = dict[str, Any]
_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_STRING = "http://www.w3.org/2001/XMLSchema#string"


class Framer:
    """Makes nodes of triples.

    Args:
        base: base IRI of the pack.
        prefixes: those of the context; of the pack format when None.
    """

    def __init__(self, base: str, prefixes: Mapping[str, str] | None = None) -> None:
        self.base = base
        self.format = pack_format()
        self.prefixes = self.format.prefixes if prefixes is None else prefixes
        self.blocks = {self.format.expand(b.cls): b for b in self.format.blocks.values()}
        self.cases = {self.format.expand(self.format.blocks[n].cls): n for n in CASE_BLOCKS}

    def flat(self, triples: Sequence[ox.Triple]) -> list[Json]:
        """One node per subject, in order, nothing nested."""
        return [self._plain(s, po) for s, po in _by_subject(triples).items()]

    def tree(self, triples: Sequence[ox.Triple]) -> list[Json]:
        """Nodes nested under the pack, or under the case; what hangs nowhere stands beside."""
        subjects = _by_subject(triples)
        walk = _Tree(self, subjects)
        roots = [s for s in subjects if walk.kind(s) in self.cases or s == f"<{self.base}>"]
        found = [walk.root(s) for s in roots]
        # Subjects that no key reached, a ring of nodes for example, are written flat.
        return [*found, *(self._plain(s, po) for s, po in subjects.items() if s not in walk.done)]

    def _plain(self, subject: str, pairs: Iterable[tuple[str, _Term]]) -> Json:
        node: Json = {"id": self.reference(subject)}
        for predicate, value in pairs:
            self.add_plain(node, predicate, value)
        return node

    def add_plain(self, node: Json, predicate: str, value: _Term) -> None:
        """Add a value under its property, with everything written out."""
        if predicate == _TYPE and isinstance(value, ox.NamedNode):
            node.setdefault("type", []).append(self.compact(value.value))
            return
        node.setdefault(self.compact(predicate), []).append(self.value(value))

    def value(self, term: _Term) -> Any:
        """A term as a JSON-LD value that no context changes."""
        if isinstance(term, ox.Literal):
            if term.language:
                return {"@value": term.value, "@language": term.language}
            if term.datatype.value == _STRING:
                return {"@value": term.value}
            return {"@value": term.value, "@type": term.datatype.value}
        return {"id": self.reference(str(term))}

    def reference(self, term: str) -> str:
        """A subject or object as an identifier: absolute IRI or blank node."""
        return term[1:-1] if term.startswith("<") else term

    def compact(self, iri: str) -> str:
        """An IRI with a prefix of the context, or as it is."""
        for prefix, namespace in self.prefixes.items():
            local = iri.removeprefix(namespace)
            if local != iri and local and not local.startswith("//"):
                return f"{prefix}:{local}"
        return iri


def _by_subject(triples: Iterable[ox.Triple]) -> dict[str, list[tuple[str, _Term]]]:
    found: dict[str, list[tuple[str, _Term]]] = {}
    for t in triples:
        found.setdefault(str(t.subject), []).append((t.predicate.value, t.object))
    return found


class _Tree:
    def __init__(self, framer: Framer, subjects: Mapping[str, Sequence[tuple[str, _Term]]]) -> None:
        self.framer = framer
        self.subjects = subjects
        self.done: set[str] = set()

    def kind(self, subject: str) -> str:
        """The one class of a subject, empty when it has none or several."""
        types = [str(v) for p, v in self.subjects.get(subject, ()) if p == _TYPE]
        return types[0][1:-1] if len(types) == 1 else ""

    def root(self, subject: str) -> Json:
        """The pack, or a case with the keys of its kind."""
        kind = self.kind(subject)
        case = self.framer.cases.get(kind)
        block = self.framer.format.blocks[case or "pack"]
        if case is None:
            return self.node(subject, block)
        node = self.node(subject, block)
        node["type"] = case
        return node

    def node(self, subject: str, block: Block) -> Json:
        """A node with the keys of its block."""
        self.done.add(subject)
        node: Json = {"id": self.framer.reference(subject)}
        for predicate, value in self.subjects[subject]:
            if predicate == _TYPE:
                self.framer.add_plain(node, predicate, value)
                continue
            for key in block.keys.values():
                if self.framer.format.expand(key.path) == predicate:
                    written = self._keyed(key, value)
                    if written is not None:
                        node.setdefault(key.name, []).append(written)
                        break
            else:
                self.framer.add_plain(node, predicate, value)
        return {k: v[0] if isinstance(v, list) and len(v) == 1 else v for k, v in node.items()}

    def _keyed(self, key: Key, value: _Term) -> Any:
        """A value as a pack file writes it under a key, None where it would read differently."""
        fmt = self.framer.format
        if isinstance(value, ox.Literal):
            if key.scheme or key.is_block or key.type in {"ref", "target", "file", "url"}:
                return None
            expected = fmt.expand(key.datatype) if key.datatype else _STRING
            return value.value if value.datatype.value == expected and not value.language else None
        if not isinstance(value, ox.NamedNode):
            return None
        if key.scheme:
            code = value.value.removeprefix(vocabulary(key.scheme))
            return code if code != value.value and code and ":" not in code else None
        if key.is_block:
            block = fmt.blocks[key.type]
            subject = str(value)
            if self.kind(subject) != fmt.expand(block.cls) or subject in self.done:
                return None
            return self.node(subject, block)
        if key.type in {"ref", "target", "file", "url"}:
            return value.value
        return None
