"""Applicability, inheritance, conditions and dates of many packs in one store.

Input: datasets of packs. Output: one dataset that holds the catalogue, what the packs state and
what follows, pack beside pack, for SPARQL over all of them.

The rules are those of `clausegraph.infer`. What follows from the claim of a service alone (policy,
device, web branch: rules with ``scope: claim``) is derived once for each distinct claim and
written for every pack that makes it, with the pack's base IRI in place of a stand-in. The other
rules run once, over all packs together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from clausegraph import catalog
from clausegraph.cache import Cache, default, digest, digest_of_folder, program, settled
from clausegraph.claims import CLAIM, OWN, SHARED, Claim, claim_names, claim_of, stand_in
from clausegraph.errors import InputError
from clausegraph.infer import run_rules
from clausegraph.shipped import CATALOGUE_IRI, catalogue
from clausegraph.store import Dataset

_CG = "https://w3id.org/clausegraph/core#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_BASE = "https://w3id.org/clausegraph/id/together/"
_GRAPHS = ("run", "declared", "cases", "collected")

_DETAIL = frozenset(_CG + name for name in ("admits", "carries", "takesOut"))


class Together(Dataset):
    """Many packs in one store, which keeps each triple once and does not tell graphs apart.

    Args:
        shipped: what `clausegraph.shipped.catalogue` gives, when it is there already.

    Attributes:
        shipped: the triples of the catalogue.
        claims: base IRI of each pack → what its service claims.
    """

    def __init__(self, shipped: Dataset | None = None) -> None:
        super().__init__(_BASE)
        self.shipped = tuple((shipped or catalogue()).triples("catalogue"))
        self.claims: dict[str, Claim] = {}
        self.add(self.shipped, "catalogue")

    def add_pack(self, pack: Dataset) -> None:
        """Add the graphs ``run``, ``declared``, ``cases`` and ``collected`` of a pack.

        Raises:
            InputError: a pack with this base IRI is there already, its service stands under
                another base IRI, or it claims a policy that the catalogue does not know.
        """
        if pack.base in self.claims:
            raise InputError("two packs have the same base IRI", field="@base", seen=pack.base)
        triples = list(pack.triples(*_GRAPHS))
        self.claims[pack.base] = frozenset(claim_of(triples, pack.base))
        self.add(triples, "declared")

    def _add(self, quads: Iterable[ox.Quad], graph: str) -> int:  # noqa: ARG002
        fresh = [quad for quad in dict.fromkeys(quads) if quad not in self._store]
        self._store.extend(fresh)
        return len(fresh)

    def extend(self, text: bytes) -> None:
        """Add triples, given as N-Triples of our own."""
        self._store.load(text, format=ox.RdfFormat.N_TRIPLES)

    def clear(self, graph: str) -> None:
        """Nothing: what rules write here is written once."""

    def triples(self, *graphs: str) -> Iterator[ox.Triple]:  # noqa: ARG002
        """All triples, whatever graphs are asked for."""
        for quad in self._store:
            yield quad.triple

    def merged(self, graphs: Iterable[str]) -> ox.Store:  # noqa: ARG002
        """The one store."""
        return self._store

    def restricted(self, graphs: Iterable[str]) -> ox.Store:  # noqa: ARG002
        """Refused.

        Raises:
            InputError: always.
        """
        raise InputError(
            "the graphs of several packs in one store are not told apart",
            expected="a query without GRAPH and FROM",
            mend="ask one pack",
        )

    named = restricted


def close(together: Together, *, whole: bool = False, kept: Cache | None = None) -> dict[str, int]:
    """Derive what applies to each pack, and write it beside the packs.

    Args:
        together: all packs are in it.
        whole: whether each hop of each chain stands in the store too. Without it there are who is
            reached, who leads to whom, and the shortest chain in words.
        kept: where what follows from a claim is kept for the next time; the cache of this user
            when None.

    Returns:
        rule id → number of triples that it added, for the rules that ran over all packs.

    Raises:
        InputError: packs that differ in whether bridges are read, or a pack that states what only
            the catalogue or a rule may state.
    """
    _refuse_foreign(together)
    claims = sorted(
        {stand_in(claim, base, _BASE): None for base, claim in together.claims.items()},
        key=lambda claim: sorted(map(str, claim)),
    )
    ways = {str(t.object) for c in claims for t in c if t.predicate.value == _CG + "bridging"}
    if len(ways) > 1:
        raise InputError(
            "some packs read references through edition bridges and others do not",
            mend="load all packs alike",
        )
    templates = _templates(together.shipped, claims, whole=whole, kept=kept or default())
    for base, claim in sorted(together.claims.items()):
        together.extend(base.encode().join(templates[stand_in(claim, base, _BASE)]))
    return run_rules(together, "inferred", ("catalogue", "pack"))


def _templates(
    shipped: Iterable[ox.Triple], claims: list[Claim], *, whole: bool, kept: Cache
) -> dict[Claim, list[bytes]]:
    """What follows from each claim, as N-Triples cut where the base IRI of the pack belongs."""
    assets = [catalog.root() / name for name in ("ontology", "queries")]
    common = (program(), *map(digest_of_folder, assets))
    keys = {c: digest(*common, str(whole), *sorted(map(str, c))) for c in claims}
    texts = {claim: kept.get("claim", key) for claim, key in keys.items()}
    missing = [claim for claim in claims if texts[claim] is None]
    for claim, text in zip(missing, _derive(shipped, missing, whole=whole), strict=True):
        texts[claim] = text
        if settled(*assets):
            kept.put("claim", keys[claim], text)
    return {claim: (text or b"").split(_BASE.encode()) for claim, text in texts.items()}


def _derive(shipped: Iterable[ox.Triple], claims: list[Claim], *, whole: bool) -> Iterator[bytes]:
    """N-Triples for each claim: all of them are derived as packs in one dataset."""
    dataset = Dataset(_BASE)
    dataset.add(shipped, "catalogue")
    bases = [f"{_BASE}{number}/" for number in range(len(claims))]
    for base, claim in zip(bases, claims, strict=True):
        dataset.add(stand_in(claim, _BASE, base), "declared")
    if claims:
        run_rules(dataset, "inferred", ("catalogue", "claim"))
    hop = ox.NamedNode(_CG + "Hop")
    derived = list(dataset.triples("inferred"))
    left_out = set() if whole else {t.subject for t in derived if t.object == hop}
    parts: dict[str, list[ox.Triple]] = {base: [] for base in bases}
    for t in derived:
        subject = getattr(t.subject, "value", "")
        number = subject.removeprefix(_BASE).partition("/")[0]
        if (
            subject.startswith(_BASE)
            and t.subject not in left_out
            and (whole or t.predicate.value not in _DETAIL)
        ):
            parts[f"{_BASE}{number}/"].append(t)
    for base, part in parts.items():
        text = ox.serialize(part, format=ox.RdfFormat.N_TRIPLES) or b""
        yield text.replace(base.encode(), _BASE.encode())


def _refuse_foreign(together: Together) -> None:
    """Refuse packs that state what the rules of a claim take from the catalogue or from a rule."""
    held = set(together.shipped)
    for name in sorted(claim_names() - CLAIM):
        node = ox.NamedNode(name)
        found = [(node, None)] if name not in OWN else [(_TYPE, node)]
        for predicate, object_ in found:
            for quad in together.merged(()).quads_for_pattern(None, predicate, object_, None):
                subject = getattr(quad.subject, "value", "")
                owned = name not in SHARED or subject.startswith(CATALOGUE_IRI)
                if owned and quad.triple not in held:
                    raise InputError(
                        "a pack states what only the catalogue states or a rule derives",
                        expected=f"no {name.removeprefix(_CG)} in a pack",
                        seen=f"{subject}",
                    )
