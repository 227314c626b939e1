"""Applicability, inheritance, conditions and dates of many packs in one store.

Input: datasets of packs. Output: one dataset that holds the catalogue, what the packs state and
what follows, pack beside pack, for SPARQL over all of them.

The rules are those of `clausegraph.infer`. What follows from the claim of a service alone (policy,
device, web branch: rules with ``scope: claim``) is derived once for each distinct claim and
written for every pack that makes it, with the pack's base IRI in place of a stand-in. The other
rules run once, over all packs together.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pyoxigraph as ox

from clausegraph import catalog
from clausegraph.cache import Cache, default, digest, digest_of_folder, program, settled
from clausegraph.claims import (
    CLAIM,
    OWN,
    SHARED,
    Claim,
    claim_names,
    claim_of,
    stand_in,
    without_hops,
)
from clausegraph.errors import InputError
from clausegraph.infer import STAGES, run_rules
from clausegraph.one_store import OneStore
from clausegraph.shipped import CATALOGUE_IRI, catalogue
from clausegraph.store import Dataset

_CG = "https://w3id.org/clausegraph/core#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_BASE = "https://w3id.org/clausegraph/id/together/"
_GRAPHS = ("run", "declared", "cases", "collected")

# Rules of conditions read no applicability; those of evidence, clocks and revocations read neither
# conditions nor standing, and no rule before them reads what they write.
CONDITIONS, BETWEEN, DATES = range(20), range(20, 60), range(60, STAGES.stop)


class Together(OneStore):
    """Many packs in one store.

    Args:
        shipped: what `clausegraph.shipped.catalogue` gives, when it is there already.

    Attributes:
        shipped: the triples of the catalogue.
        claims: base IRI of each pack → what its service claims.
        closed: whether `close` was called since the last pack came.
    """

    def __init__(self, shipped: Dataset | None = None) -> None:
        super().__init__(_BASE)
        self.shipped = tuple((shipped or catalogue()).triples("catalogue"))
        self.claims: dict[str, Claim] = {}
        self.closed = False
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
        self.closed = False


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
    with ThreadPoolExecutor(2) as threads:
        conditions = threads.submit(_run, together, ("pack",), CONDITIONS)
        for base, claim in sorted(together.claims.items()):
            together.extend(base.encode().join(templates[stand_in(claim, base, _BASE)]))
        added = _run(together, ("catalogue",), STAGES) | conditions.result()
        dates = threads.submit(_run, together, ("pack",), DATES)
        added |= _run(together, ("pack",), BETWEEN)
        added |= dates.result()
    together.closed = True
    return added


def _run(together: Together, scopes: tuple[str, ...], stages: range) -> dict[str, int]:
    return run_rules(together, "inferred", scopes, stages=stages)


def _templates(
    shipped: Iterable[ox.Triple], claims: list[Claim], *, whole: bool, kept: Cache
) -> dict[Claim, list[bytes]]:
    """What follows from each claim, as N-Triples cut where the base IRI of the pack belongs."""
    assets = [catalog.root() / name for name in ("ontology", "queries")]
    common = (program(), *map(digest_of_folder, assets))
    keys = {c: digest(*common, str(whole), *sorted(map(str, c))) for c in claims}
    texts = {claim: kept.get("claim", key) for claim, key in keys.items()}
    missing = [claim for claim in claims if texts[claim] is None]
    # Two halves at once: a store is asked without holding up the other thread.
    halves = [half for half in (missing[::2], missing[1::2]) if half]
    with ThreadPoolExecutor(2) as threads:
        derived = list(threads.map(lambda half: _derive(shipped, half, whole=whole), halves))
    for half, parts in zip(halves, derived, strict=True):
        for claim, text in zip(half, parts, strict=True):
            texts[claim] = text
            if settled(*assets):
                kept.put("claim", keys[claim], text)
    return {claim: (text or b"").split(_BASE.encode()) for claim, text in texts.items()}


def _derive(shipped: Iterable[ox.Triple], claims: list[Claim], *, whole: bool) -> list[bytes]:
    """N-Triples for each claim, with the claim: all are derived as packs in one store."""
    store = OneStore(_BASE)
    store.add(shipped, "catalogue")
    bases = [f"{_BASE}{number}/" for number in range(len(claims))]
    for base, claim in zip(bases, claims, strict=True):
        store.add(stand_in(claim, _BASE, base), "declared")
    run_rules(store, "inferred", ("catalogue", "claim"))
    start = f"<{_BASE}".encode()
    lines = [line for line in store.written().splitlines() if line.startswith(start)]
    parts: dict[bytes, list[bytes]] = {f"<{base}".encode(): [] for base in bases}
    for line in lines if whole else without_hops(lines):
        subject = line[: line.index(b" ")]
        parts[subject[: subject.index(b"/", len(start)) + 1]].append(line)
    return [(b"\n".join(sorted(part)) + b"\n").replace(base, start) for base, part in parts.items()]


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
