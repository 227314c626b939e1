"""HTML pages.

Input: bytes. Output: `DocumentText`. Scripts, styles and hidden templates are left out, nothing is
executed and nothing is fetched; the parser's own bounds on depth and size stay on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from clausegraph.artefacts.documents.assemble import assemble
from clausegraph.artefacts.documents.model import DocumentText, Line
from clausegraph.artefacts.documents.plain import decode
from clausegraph.artefacts.text import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ELEMENTS = 500_000
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,5}=\s{0,5}[\"']?([\w-]{1,40})", re.IGNORECASE)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SILENT = frozenset({"script", "style", "template", "noscript", "head", "svg", "object", "iframe"})
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "font", "i", "kbd",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
})  # fmt: skip


def read_html(data: bytes) -> DocumentText:
    """Read an HTML page.

    Raises:
        UnreadableError: the bytes are no text, or no page is found in them.
    """
    from lxml import etree

    text = _decoded(data)
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError("The HTML page cannot be read.") from error
    if root is None:
        raise UnreadableError("The HTML page is empty.")
    notes: list[str] = []
    lines = list(_lines(root, notes))
    title = root.findtext(".//title") or ""
    return assemble("HTML", lines, title=title, language=str(root.get("lang") or ""), notes=notes)


def _decoded(data: bytes) -> str:
    match = _CHARSET.search(data[:4096])
    if match:
        try:
            return data.decode(match[1].decode("ascii", "replace"), "replace")
        except (LookupError, ValueError):  # an encoding that Python does not know, or a codec
            pass
    return decode(data)


def _lines(root: Any, notes: list[str]) -> Iterator[Line]:
    """The text, one line per block; the walk is flat, so that depth costs nothing."""
    from lxml import etree

    parts: list[str] = []
    level = 0
    silent: Any = None

    def flush() -> Iterator[Line]:
        words = " ".join("".join(parts).split())
        parts.clear()
        if words:
            yield Line(words, 0, level)

    for count, (event, element) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        if count > 2 * MAX_ELEMENTS:
            notes.append(f"Only the first {MAX_ELEMENTS} elements of the page were read.")
            break
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if silent is None and tag in _SILENT:
                silent = element
            if silent is not None:
                continue
            if tag not in _INLINE:
                yield from flush()
                level = _HEADINGS.get(tag, level)
            parts.append(element.text or "")
            continue
        if silent is not None:
            if element is silent:
                silent = None
                parts.append(element.tail or "")
            continue
        if tag not in _INLINE:
            yield from flush()
            if tag in _HEADINGS:
                level = 0
        parts.append(element.tail or "")
    yield from flush()
