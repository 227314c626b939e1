"""The process that opens PDF files: nothing of it can stop or crash the one that asks.

Input: on standard input, one length (decimal, newline) and that many bytes per file. Output: on
standard output, the same frame with one JSON object per file: title, outline, lines with page and
weight of type, raw signatures, notes. It imports pypdfium2 and nothing of the graph.
Run by `clausegraph.artefacts.documents.pdf` as a module; it reads until its input ends.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import json
import sys
from typing import Any

MAX_PAGES = 2000
MAX_TEXT = 4_000_000
MAX_OUTLINE = 5000
MAX_SIGNATURES = 50
_MEMORY = 2 * 1024**3
_BOLD = 700
_FORCE_BOLD = 1 << 18


def main() -> None:
    """Answer one file after the other."""
    _limit_memory()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while length := source.readline().strip():
        answer = json.dumps(read(source.read(int(length)))).encode()
        target.write(b"%d\n%s" % (len(answer), answer))
        target.flush()


def read(data: bytes) -> dict[str, Any]:
    """What is found in one file; ``error`` says why nothing is."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return {"error": _why(error)}
    with contextlib.closing(document):
        found: dict[str, Any] = {
            "pages": len(document),
            "title": document.get_metadata_dict(skip_empty=True).get("Title", ""),
            "outline": _outline(document),
            "signatures": _signatures(document.raw),
            "notes": [],
        }
        found["lines"] = list(_lines(document, found["notes"]))
    return found


def _why(error: Exception) -> str:
    return "encrypted" if "password" in str(error).lower() else "damaged"


def _outline(document: Any) -> list[list[Any]]:
    import pypdfium2

    entries: list[list[Any]] = []
    try:
        for mark in document.get_toc(max_depth=8):
            target = mark.get_dest()
            page = target.get_index() if target is not None else None
            entries.append([mark.level + 1, mark.get_title(), -1 if page is None else page + 1])
            if len(entries) >= MAX_OUTLINE:
                break
    except (pypdfium2.PdfiumError, ValueError):
        pass  # a broken outline is no loss: headings are found without it
    return entries


def _lines(document: Any, notes: list[str]) -> Any:
    import pypdfium2

    budget = MAX_TEXT
    for number in range(len(document)):
        if number >= MAX_PAGES or budget <= 0:
            notes.append(f"Only the first {number} of {len(document)} pages were read.")
            return
        try:
            page = document[number]
            text = page.get_textpage()
            content = text.get_text_range()
        except pypdfium2.PdfiumError:
            notes.append(f"Page {number + 1} cannot be read.")
            continue
        budget -= len(content)
        place = 0
        for line in content.split("\n"):
            stripped = line.strip()
            start = place + len(line) - len(line.lstrip())
            place += len(line) + 1
            weight = _weight(text.raw, start, stripped) if stripped else 0.0
            yield [stripped[:2000], number + 1, weight]
        text.close()
        page.close()


def _weight(text: Any, index: int, line: str) -> float:
    """Size of type, a little more when it is bold; 0 when the place in the page is uncertain."""
    from pypdfium2 import raw

    if raw.FPDFText_GetUnicode(text, index) != ord(line[0]):
        return 0.0
    size = float(raw.FPDFText_GetFontSize(text, index))
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(text, index, name, 128, flags)
    bold = (
        b"bold" in name.value.lower()
        or flags.value & _FORCE_BOLD
        or raw.FPDFText_GetFontWeight(text, index) >= _BOLD
    )
    return round(size, 1) + (0.5 if bold else 0.0)


def _signatures(document: Any) -> list[dict[str, Any]]:
    from pypdfium2 import raw

    found = []
    for number in range(min(raw.FPDF_GetSignatureCount(document), MAX_SIGNATURES)):
        signature = raw.FPDF_GetSignatureObject(document, number)
        spans = raw.FPDFSignatureObj_GetByteRange(signature, None, 0)
        values = (ctypes.c_int * max(spans, 1))()
        raw.FPDFSignatureObj_GetByteRange(signature, values, spans)
        found.append(
            {
                "form": _text(raw.FPDFSignatureObj_GetSubFilter, signature),
                "time": _text(raw.FPDFSignatureObj_GetTime, signature),
                "range": list(values[:spans]),
                "cms": base64.b64encode(
                    _bytes(raw.FPDFSignatureObj_GetContents, signature)
                ).decode(),
            }
        )
    return found


def _bytes(call: Any, signature: Any) -> bytes:
    length = call(signature, None, 0)
    buffer = ctypes.create_string_buffer(max(length, 1))
    call(signature, buffer, length)
    return buffer.raw[:length]


def _text(call: Any, signature: Any) -> str:
    return _bytes(call, signature).partition(b"\0")[0].decode("ascii", "replace")


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    main()
