"""Markdown and plain text.

Input: bytes in UTF-8, UTF-16 with a byte order mark, or a Western code page. Output:
`DocumentText`. Binary data under the name of a text are refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clausegraph.artefacts.documents.assemble import assemble
from clausegraph.artefacts.documents.model import MAX_TEXT, DocumentText, Line
from clausegraph.artefacts.text import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", ""),  # UTF-32, which nobody uses for documents
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ATX = re.compile(r"(#{1,6})(?:[ \t]+(.*?))?[ \t]*#*[ \t]*")
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_RULE = re.compile(r"\s{0,3}(=+|-{2,})\s*")
_MARKUP = re.compile(r"[*_`]{1,3}")


def decode(data: bytes) -> str:
    """The text of some bytes.

    Raises:
        UnreadableError: they are no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark) and encoding:
            text = data[len(mark) :].decode(encoding, "replace")
            break
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    if len(_CONTROLS.findall(text[:65536])) > len(text[:65536]) / 100:
        raise UnreadableError("The file is no text: it holds binary data.")
    return text


def read_markdown(data: bytes) -> DocumentText:
    """Read a Markdown text.

    Raises:
        UnreadableError: the bytes are no text.
    """
    return assemble("Markdown", _markdown(_split(decode(data))))


def read_text(data: bytes) -> DocumentText:
    """Read a plain text; a line that is underlined is a heading.

    Raises:
        UnreadableError: the bytes are no text.
    """
    lines = _split(decode(data))
    underlined = {
        place
        for place in range(len(lines) - 1)
        if lines[place].strip() and _RULE.fullmatch(lines[place + 1])
    }
    rules = {place + 1 for place in underlined}
    return assemble(
        "text",
        (
            Line(line.strip(), 0, 1 if place in underlined else 0)
            for place, line in enumerate(lines)
            if place not in rules
        ),
    )


def _split(text: str) -> list[str]:
    # One more than is kept, so that what is left out is noticed.
    return text[: MAX_TEXT + 1000].splitlines()


def _markdown(lines: Sequence[str]) -> Iterator[Line]:
    fence = ""
    for place, line in enumerate(lines):
        if (match := _FENCE.match(line)) is not None:
            if not fence:
                fence = match[1][0]
            elif fence == match[1][0]:
                fence = ""
            continue
        if fence:
            yield Line(line.strip())
            continue
        if (match := _ATX.fullmatch(line)) is not None:
            yield Line(_plain(match[2] or ""), 0, len(match[1]))
            continue
        following = lines[place + 1] if place + 1 < len(lines) else ""
        if line.strip() and not line.startswith((" ", "\t", "-", "|", ">")):
            under = _RULE.fullmatch(following)
            if under is not None and len(line) < 200:
                yield Line(_plain(line), 0, 1 if under[1][0] == "=" else 2)
                continue
        if _RULE.fullmatch(line):
            continue
        yield Line(_plain(line))


def _plain(line: str) -> str:
    return _MARKUP.sub("", line).strip()
