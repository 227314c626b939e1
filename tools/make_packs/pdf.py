"""A minimal PDF writer: plain text on A4 pages, nothing else.

Purpose: give the main documents of the example packs the form in which they are published.
Inputs: a text with headings marked by ``#``. Outputs: PDF 1.4 bytes, the same for the same text.
"""

from __future__ import annotations

import re
import textwrap

_LINES = 52
_WIDTH = 92


def _lines(text: str) -> list[tuple[str, bool]]:
    lines: list[tuple[str, bool]] = []
    for paragraph in text.splitlines():
        heading = paragraph.startswith("#")
        plain = paragraph.lstrip("# ").replace("`", "")
        indent = "  " if plain.startswith("- ") else ""
        wrapped = textwrap.wrap(
            plain, _WIDTH, subsequent_indent=indent, break_on_hyphens=False
        ) or [""]
        lines += [(line, heading) for line in wrapped]
    return lines


def _escape(line: str) -> str:
    return re.sub(r"([\\()])", r"\\\1", line)


def _page(lines: list[tuple[str, bool]]) -> bytes:
    parts = ["BT", "14 TL", "56 790 Td"]
    for line, heading in lines:
        parts += ["/F2 11 Tf" if heading else "/F1 10 Tf", f"({_escape(line)}) Tj", "T*"]
    return "\n".join([*parts, "ET"]).encode("cp1252")


def write(title: str, text: str) -> bytes:
    """Set ``text`` as a PDF with the given title.

    Args:
        title: title in the document information.
        text: the text; lines that begin with ``#`` are headings.

    Returns:
        The bytes of the file.
    """
    lines = _lines(text)
    pages = [lines[start : start + _LINES] for start in range(0, len(lines), _LINES)]
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(len(pages)))
    fonts = "/Type /Font /Subtype /Type1 /Encoding /WinAnsiEncoding /BaseFont"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        f"<< {fonts} /Helvetica >>".encode(),
        f"<< {fonts} /Helvetica-Bold >>".encode(),
        f"<< /Title ({_escape(title)}) >>".encode("cp1252"),
    ]
    for number, page in enumerate(pages):
        stream = _page(page)
        objects += [
            (
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources "
                f"<< /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {7 + 2 * number} 0 R >>"
            ).encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    return _assemble(objects)


def _assemble(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\n" % (len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
