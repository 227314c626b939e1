"""The small words of trusted lists: texts in several languages, URIs of ETSI, policy identifiers.

Input: elements and texts of a list. Output: plain values.
Clause: TS 119 612 5.1.4 (languages), 5.5.1.1, 5.5.4, 5.5.9 (URIs).
"""

from __future__ import annotations

import re
from typing import Any

from clausegraph.artefacts.text import clean
from clausegraph.artefacts.trusted_lists.heads import TSL
from clausegraph.artefacts.trusted_lists.model import Coded

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_OID = re.compile(r"(?:urn:oid:)?([0-2](?:\.[0-9]{1,40}){1,40})", re.IGNORECASE)


def child_text(parent: Any, name: str) -> str:
    """The text of a child element of the namespace of lists, trimmed."""
    return str(parent.findtext(TSL + name) or "").strip()


def preferred(names: Any) -> str:
    """The English name of several, else the first; an empty text when there is none."""
    if names is None:
        return ""
    first = ""
    for name in names.iterfind(f"{TSL}Name"):
        value = clean(" ".join((name.text or "").split()))
        if value and (name.get(_LANG) or "").lower().startswith("en"):
            return value
        first = first or value
    return first


def coded(uri: str, values: frozenset[str]) -> Coded:
    """A URI with its last part as code when ETSI defines it so.

    The part in between has changed over the versions, the last part has not.
    """
    head, _, last = uri.strip().rstrip("/").rpartition("/")
    known = last in values and head.startswith(("http://uri.etsi.org/", "https://uri.etsi.org/"))
    return Coded(clean(uri, 500), last if known else "")


def object_identifier(value: str) -> str:
    """The dotted form of an OID written plainly or as URN, an empty text for anything else."""
    match = _OID.fullmatch(value.strip())
    return match[1] if match else ""
