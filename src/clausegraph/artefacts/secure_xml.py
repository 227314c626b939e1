"""XML of unknown origin, parsed without anything that it could ask for.

Input: bytes. Output: an lxml element tree. RefusedError are a DOCTYPE (and with it every entity),
other encodings than UTF-8, too many elements and attributes, and deep nesting; the network and
the relaxed limits of libxml2 are off.
Clause: TS 119 612 5.1 (trusted lists are UTF-8 and need no DTD).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from clausegraph.artefacts.text import UnreadableError, clean

MAX_DEPTH = 60
MAX_NODES = 2_000_000
# White space, processing instructions and comments; possessive, so that it takes linear time.
_PROLOG = re.compile(
    rb"(?:\xef\xbb\xbf)?"
    rb"(?:[ \t\r\n]++|<\?(?:(?!\?>).)*+\?>|<!--(?:(?!-->).)*+-->)*+",
    re.DOTALL,
)

_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*+<(?:!doctype\s++)?html\b", re.IGNORECASE)
_PLACE = re.compile(r" \(<string>, line \d+\)$")  # libxml2 has named line and column before


def parse_xml(data: bytes) -> Any:
    """The root element.

    Raises:
        UnreadableError: the bytes are refused or are not well-formed XML.
    """
    from lxml import etree

    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:64]:
        raise UnreadableError("The XML is not UTF-8.")
    if not data.strip():
        raise UnreadableError("The file is empty.")
    if _HTML.match(data):
        raise UnreadableError("The file is an HTML page and no XML document.")
    prolog = _PROLOG.match(data)
    if prolog and data[prolog.end() : prolog.end() + 2] == b"<!":
        raise UnreadableError("The XML has a DOCTYPE, which is refused.")
    if data.count(b"<") + data.count(b"=") > MAX_NODES:
        raise UnreadableError(f"The XML has more than {MAX_NODES} elements and attributes.")
    parser = etree.XMLParser(
        # The declared encoding is ignored, so that none can hide a DOCTYPE from the check above.
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        why = clean(_PLACE.sub("", str(error)), 200)
        raise UnreadableError(f"The XML is not well-formed: {why}.") from error
    information: Any = root.getroottree().docinfo
    if information.doctype:
        raise UnreadableError("The XML has a DOCTYPE, which is refused.")
    if _too_deep()(root):
        raise UnreadableError(f"The XML is nested more than {MAX_DEPTH} levels deep.")
    return root


@cache
def _too_deep() -> Any:
    from lxml import etree

    return etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
