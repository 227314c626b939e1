"""Names of CISO Assistant: URNs that stay the same for the same requirement.

Input: names of standards, clauses, requirements and provisions. Output: URNs of the form
``urn:clausegraph:risk:<object>:<id>``, in lower case, of letters, digits, dot, hyphen and
underscore only. Source: the library format of CISO Assistant (``tools/README.md`` of its
repository), read and not copied.
"""

from __future__ import annotations

import re

PACKAGER = "clausegraph"
_ROOT = f"urn:{PACKAGER}:risk"
_OTHER = re.compile(r"[^a-z0-9._-]+")


def slug(name: str) -> str:
    """A name as a part of a URN: ``EN 319 411-2`` becomes ``en-319-411-2``."""
    return _OTHER.sub("-", name.lower()).strip("-")


def library(name: str) -> str:
    """URN of a library."""
    return f"{_ROOT}:library:{slug(name)}"


def framework(name: str) -> str:
    """URN of a framework."""
    return f"{_ROOT}:framework:{slug(name)}"


def nodes(name: str) -> str:
    """What the URNs of all nodes of a framework begin with."""
    return f"{_ROOT}:req_node:{slug(name)}"


def node(name: str, identifier: str) -> str:
    """URN of a clause, requirement or provision of a framework."""
    return f"{nodes(name)}:{slug(identifier)}"


def mapping_set(source: str, target: str) -> str:
    """URN of the mappings from one framework to another."""
    return f"{_ROOT}:req_mapping_set:{slug(source)}-to-{slug(target)}"
