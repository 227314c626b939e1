"""Trusted lists: which are verified, which are refused and why, in what time; and pyHanko's word.

python benchmarks/trusted_lists.py FOLDER [--compare]

FOLDER holds lists and lists of lists as downloaded (``*.xml``, in subfolders too). ``--compare``
asks pyHanko (extra ``compare``) the same: bootstrap of each LOTL from the Official Journal, each
national list with the signers that the LOTL announces, at the issue of the list and now.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path
from typing import Any

from clausegraph.artefacts.trusted_lists.anchors import official_anchors
from clausegraph.artefacts.trusted_lists.lotl import TrustState, assess
from clausegraph.artefacts.trusted_lists.parse import parse_list
from clausegraph.artefacts.trusted_lists.registry import Registry, Source


def measure(files: dict[str, bytes]) -> dict[str, TrustState]:
    """Verify, parse and index all lists, with the times of each step."""
    steps = [time.process_time()]
    states = assess(files, official_anchors())
    steps.append(time.process_time())
    contents = {name: parse_list(data) for name, data in files.items()}
    steps.append(time.process_time())
    Registry(
        [
            Source(name, content, states[name].state, states[name].reason)
            for name, content in contents.items()
            if not states[name].head.is_lotl
        ]
    )
    steps.append(time.process_time())
    size = sum(map(len, files.values())) / 1e6
    print(f"\n{len(files)} lists, {size:.1f} MB; seconds of one core:")
    for what, before, after in zip(("verify", "parse", "index"), steps, steps[1:], strict=False):
        print(f"  {what:8}{after - before:8.2f}")
    print(f"  {'all':8}{steps[-1] - steps[0]:8.2f}")
    return states


def table(states: dict[str, TrustState]) -> None:
    """One line per list."""
    for name, state in states.items():
        by = ""
        if state.anchor is not None:
            chain = [str(states[link].head.sequence) for link in state.chain]
            by = " < ".join([*reversed(chain), state.anchor.publication])
        late = " (later LOTL)" if state.later_lotl else ""
        print(f"{name:58}{state.state:14}{by}{late}{state.reason}")
    print(Counter(state.state for state in states.values()))


def compare(files: dict[str, bytes], states: dict[str, TrustState]) -> None:
    """What pyHanko says where it can answer, and every difference."""
    from pyhanko.sign.validation.qualified import eutl_parse as other

    lotls: dict[str, Any] = {}
    differences = []
    for name, state in states.items():
        if state.head.is_lotl:
            text = files[name].decode()
            found, why = "refused", ""
            try:
                lotls[name] = other.validate_and_parse_lotl(
                    text, _bootstrap(name, files, states), state.at
                )
                found = "verified"
            except Exception as error:  # noqa: BLE001  # whatever it raises is its answer
                why = str(error).splitlines()[0]
            if (found == "verified") != state.trusted:
                differences.append((name, state.state, found, why))
    counts: Counter[tuple[str, str]] = Counter()
    for name, state in states.items():
        if state.head.is_lotl:
            continue
        announcing = lotls.get(state.announced_by)
        if announcing is None:  # ask with the newest, as its own registry would
            announcing = lotls[max(lotls, key=lambda n: states[n].head.sequence or 0)]
        signers = [
            certificate
            for reference in announcing.references
            if reference.territory == state.head.territory
            for certificate in reference.tlso_certs
        ]
        for when, moment in (("at issue", state.head.issued), ("now", None)):
            found, why = "refused", ""
            try:
                other._validate_and_extract_tl_data_multiple_certs(
                    files[name].decode(), signers, moment
                )
                found = "verified"
            except Exception as error:  # noqa: BLE001
                # Behind the name of the signer, who is a person at times.
                why = str(error).splitlines()[-1].rpartition("> ")[2].partition("(subject=")[0]
            counts[when, found] += 1
            if (found == "verified") != state.trusted:
                differences.append((name, state.state, f"{found} {when}", why))
    print("\npyHanko, national lists:", dict(counts))
    for difference in differences:
        print("  differs:", *(part[:150] for part in difference), sep="  ")


def _bootstrap(name: str, files: dict[str, bytes], states: dict[str, TrustState]) -> list[Any]:
    """Signers of a LOTL as pyHanko finds them: anchors, then every pivot that it names."""
    from pyhanko.sign.validation.qualified import eutl_parse as other

    anchor = 1 if states[name].anchor and "2026" in states[name].anchor.publication else 0
    signers = other.ojeu_bootstrap_lotl_tlso_certs(anchor=anchor)
    for pivot in sorted(other.parse_lotl_unsafe(files[name].decode()).pivot_urls):
        number = int(pivot.rpartition("-")[2].removesuffix(".xml"))
        at_hand = [n for n, s in states.items() if s.head.is_lotl and s.head.sequence == number]
        if not at_hand:
            raise LookupError(f"pivot {number} is not at hand")
        found = other.validate_and_parse_lotl(
            files[at_hand[0]].decode(), signers, states[at_hand[0]].at
        )
        signers = next(r.tlso_certs for r in found.references if other.LOTL_RULE in r.scheme_rules)
        if at_hand[0] == name:
            break
    return list(signers)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--compare", action="store_true")
    arguments = parser.parse_args()
    files = {p.name: p.read_bytes() for p in sorted(arguments.folder.rglob("*.xml"))}
    states = measure(files)
    table(states)
    if arguments.compare:
        compare(files, states)


if __name__ == "__main__":
    main()
