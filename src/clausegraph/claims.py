"""What follows from the claim of a service alone, derived once for each distinct claim.

Input: the graphs of a pack. Output: its graph ``inferred``. Rules whose header says ``scope:
catalogue`` or ``scope: claim`` read nothing of a pack but the claim (policy, device, web branch),
so what they give is the same for every pack that makes it, with the pack's base IRI in place of a
stand-in. A pack that itself states what those rules take from the catalogue gets all rules
for itself.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from clausegraph import catalog
from clausegraph.cache import Cache, digest, program, settled
from clausegraph.errors import InputError
from clausegraph.infer import run_rules
from clausegraph.shipped import CATALOGUE_IRI
from clausegraph.store import Dataset, Term

_CG = "https://w3id.org/clausegraph/core#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_BASE = "https://w3id.org/clausegraph/id/claim/"
_PLACE = b"<" + _BASE.encode()
_STATED = ("run", "declared", "cases", "collected")
_ABOVE = ("catalogue", "claim")
_DETAIL = frozenset(f"<{_CG}{name}>".encode() for name in ("admits", "carries", "takesOut"))
_NT = ox.RdfFormat.N_TRIPLES
_MOST = 16  # texts in memory: 5 MB each, and few claims are possible
_known: dict[str, bytes] = {}
"""Triples that follow from a claim, with a stand-in for the base IRI of the pack."""

CLAIM = frozenset(
    _CG + name for name in ("policy", "basePolicy", "secureDeviceRequired", "webBranch")
)
"""What a service claims: all that rules with ``scope: claim`` read of it."""

SHARED = frozenset(
    {_CG + name for name in ("service", "requirement", "chain", "bridging")}
    | {f"http://purl.org/dc/terms/{name}" for name in ("identifier", "isPartOf", "isVersionOf")}
    | {"http://www.w3.org/2004/02/skos/core#notation"}
)
"""Properties in those rules that packs use of nodes of their own, which the rules do not reach."""

Claim = frozenset[ox.Triple]
OWN = frozenset(_CG + name for name in ("Applicability", "Hop", "Requirement", "Clause"))
_NAME = re.compile(r"\b([a-z]+):(\w+)")
_PREFIX = re.compile(r"PREFIX ([a-z-]+): <([^>]*)>")


def infer_by_claim(dataset: Dataset, kept: Cache, *, many: bool = False) -> None:
    """Derive the graph ``inferred`` of a pack, as `clausegraph.infer.infer` does.

    What follows from a claim is the same until the program or its assets change: it is kept for
    the next pack that makes it. For one pack alone without a cache all rules run.

    Args:
        dataset: the graphs of one pack.
        kept: where it is kept for other processes.
        many: whether this process is asked for many packs: then it is kept in memory, too, and
            packs that take it over from there do without each hop of the chains.
    """
    claim = _own_claim(dataset) if many or kept.folder is not None else None
    if claim is None:
        run_rules(dataset, "inferred")
        return
    told = sorted(map(str, stand_in(claim, dataset.base, _BASE)))
    key = digest(program(), catalog.fingerprint(), *told)
    text = _known.get(key)
    if text is None and (found := kept.get("template", key)) is not None:
        text = zlib.decompress(found)
    if text is None:
        run_rules(dataset, "inferred", _ABOVE)
        written = ox.serialize(dataset.triples("inferred"), format=_NT) or b""
        text = written.replace(b"<" + dataset.base.encode(), _PLACE)
        if kept.folder is not None and settled(*catalog.asset_folders()):
            kept.put("template", key, zlib.compress(text, 1))
    else:
        dataset.clear("inferred")
        own = text.replace(_PLACE, b"<" + dataset.base.encode())
        dataset.add_quads(ox.parse(own, format=_NT), "inferred")
    if many and key not in _known:
        if len(_known) >= _MOST:
            _known.clear()
        _known[key] = b"\n".join((*without_hops(text.splitlines()), b""))
    run_rules(dataset, "inferred", ("pack",), fresh=False)


def without_hops(lines: Sequence[bytes]) -> list[bytes]:
    """N-Triples without what only tells each hop of each chain: no rule of a pack reads that."""
    hop = f" {_TYPE} <{_CG}Hop> .".encode()
    hops = {line.partition(b" ")[0] for line in lines if line.endswith(hop)}
    return [
        line
        for line, (subject, predicate, _) in ((line, line.split(b" ", 2)) for line in lines)
        if subject not in hops and predicate not in _DETAIL
    ]


def _own_claim(dataset: Dataset) -> list[ox.Triple] | None:
    """The claim of a pack, or None when rules about claims could read more of it."""
    base = dataset.base
    if any(one.startswith(base) for one in (CATALOGUE_IRI, _CG)) or base.startswith(CATALOGUE_IRI):
        return None  # what stands under the base would not all be the pack's
    own = claim_names() - CLAIM - SHARED
    read = {*SHARED, *CLAIM, _TYPE.value}
    few: list[ox.Triple] = []
    for quad in dataset.quads(*_STATED):
        name = quad.predicate.value
        if name in own:
            return None
        if name in read:
            few.append(quad.triple)
    for t in few:
        if t.predicate == _TYPE:
            if getattr(t.object, "value", "") in OWN:
                return None
        elif t.predicate.value in SHARED and _in_catalogue(t.subject):
            return None
    try:
        return list(claim_of(few, base))
    except InputError:  # the rules say what comes of it
        return None


def _in_catalogue(term: object) -> bool:
    return str(getattr(term, "value", "")).startswith(CATALOGUE_IRI)


def claim_of(triples: Sequence[ox.Triple], base: str) -> Iterator[ox.Triple]:
    """The triples of a pack that rules with the scope ``claim`` read.

    Args:
        triples: those of its graphs ``run``, ``declared`` …
        base: its base IRI.

    Raises:
        InputError: a service under another base IRI, or a policy that is not in the catalogue.
    """
    roots = {base, base + "run"}
    links = {_TYPE.value, _CG + "service", _CG + "bridging"}
    services = {
        t.object
        for t in triples
        if t.predicate.value == _CG + "service" and getattr(t.subject, "value", "") in roots
    }
    for service in services:
        if not (isinstance(service, ox.NamedNode) and service.value.startswith(base)):
            raise InputError("a service stands under another base IRI", seen=str(service))
    for t in triples:
        name = t.predicate.value
        if (name in links and getattr(t.subject, "value", "") in roots) or (
            t.subject in services and (name in CLAIM or name == _TYPE.value)
        ):
            claimed = t.object.value if isinstance(t.object, ox.NamedNode) else ""
            if name in CLAIM and claimed and not claimed.startswith(CATALOGUE_IRI):
                raise InputError("a service claims an unknown policy", seen=claimed)
            yield t


def stand_in(claim: Iterable[ox.Triple], base: str, other: str) -> Claim:
    """A claim as a pack with another base IRI would make it."""

    def moved(term: Term) -> Term:
        if isinstance(term, ox.NamedNode) and term.value.startswith(base):
            return ox.NamedNode(other + term.value.removeprefix(base))
        return term

    return frozenset(ox.Triple(moved(t.subject), t.predicate, moved(t.object)) for t in claim)  # type: ignore[arg-type]


def claim_names() -> frozenset[str]:
    """IRIs of properties and classes that rules with a scope above the pack name."""
    names: set[str] = set()
    for rule in catalog.queries("rules"):
        if rule.writes == "inferred" and rule.scope != "pack":
            prefixes = dict(_PREFIX.findall(rule.text))
            body = rule.text.partition("CONSTRUCT")[2]
            names |= {prefixes[p] + local for p, local in _NAME.findall(body) if p in prefixes}
    return frozenset(name for name in names if not name.startswith(CATALOGUE_IRI))
