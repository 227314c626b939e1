"""Messages of rules in three parts, with IRIs as people name them.

Input: the message of a finding, as ``shapes/`` word it: "Expected …, found …. Mend …" or
"Declared …, but …. Mend …". Output: its parts. An IRI of the catalogue becomes the name of the
requirement, an IRI of the pack its local part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from clausegraph.report import Value
from clausegraph.report.words import capital

_EXPECTED = re.compile(
    r"Expected (?P<first>.+?), (?:found|but) (?P<seen>.+?)\.(?:\s+(?P<mend>.+))?", re.DOTALL
)
_DECLARED = re.compile(
    r"Declared (?P<first>.+?)(?:, but| contradicted:| (?=contradicted by)) (?P<seen>.+?)\."
    r"(?:\s+(?P<mend>.+))?",
    re.DOTALL,
)
_SENTENCES = re.compile(r"(?P<seen>.+?)\.\s+(?P<mend>[A-Z].+)", re.DOTALL)
_IRI = re.compile(r"<?https://w3id\.org/clausegraph/(?P<room>catalogue|id)/(?P<rest>[^\s<>\"]+)>?")
_STANDARD = re.compile(r"en-(\d+)-(\d+(?:-\d)?)/[^/]+/(clause/)?(.+)")
_TAIL = re.compile(r"[.,:;)\]]+$")
_HASH = 12


@dataclass(frozen=True, slots=True)
class Message:
    """A finding in parts; ``plain`` instead of them when it is worded otherwise.

    Attributes:
        label: what ``first`` is: expected or declared.
    """

    label: str = ""
    first: str = ""
    seen: str = ""
    mend: str = ""
    plain: str = ""


def message(text: str) -> Message:
    """Take a rule's message apart: what was expected, what was seen, how to mend it."""
    said = named(text).strip()
    for label, pattern in (("Expected", _EXPECTED), ("Declared", _DECLARED)):
        if hit := pattern.fullmatch(said):
            return Message(
                label, capital(hit["first"]), capital(hit["seen"]), capital(hit["mend"] or "")
            )
    if hit := _SENTENCES.fullmatch(said):
        return Message(seen=capital(hit["seen"]), mend=hit["mend"])
    return Message(plain=said)


def named(value: Value) -> str:
    """Text in which our own IRIs stand as people name what they identify."""
    return _IRI.sub(_name, "" if value is None else str(value))


def _name(hit: re.Match[str]) -> str:
    rest = hit["rest"]
    after = tail[0] if (tail := _TAIL.search(rest)) else ""
    rest = rest.removesuffix(after)
    if hit["room"] == "catalogue":
        if found := _STANDARD.fullmatch(rest):
            number = found[2]
            return f"EN {found[1]} {number} {'clause ' if found[3] else ''}{found[4]}{after}"
        return " ".join(rest.split("/")[1:] or [rest]) + after
    kind, _, own = rest.partition("/")
    if kind == "certificate":
        return f"certificate {own[:_HASH]}…{after}"
    return (own or kind) + after
