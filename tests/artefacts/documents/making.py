"""Documents that the tests make themselves: PDF, DOCX, HTML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def assemble(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of numbered objects, the first of which is the catalog."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), more, content)


def empty_pdf(pages: int = 1, trailer: bytes = b"") -> bytes:
    """Pages without text, as a scanner makes them; they are all one object."""
    kids = b" ".join([b"3 0 R"] * pages)
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
        ],
        trailer,
    )


def page_pdf(content: bytes, *more: bytes, resources: bytes = b"") -> bytes:
    """One page with this content; ``more`` are objects from number 6."""
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> %s >> >>" % resources,
            stream(content),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            *more,
        ]
    )


def encrypted_pdf() -> bytes:
    """A PDF whose user password is not the empty one."""
    wrong = b"<" + b"5a" * 32 + b">"
    handler = b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O %s /U %s >>" % (wrong, wrong)
    return empty_pdf(1, b"/Encrypt %s /ID [<00> <00>]" % handler)


def signed_pdf(cms: bytes, when: bytes = b"D:20260902101500+02'00'", *, tail: bytes = b"") -> bytes:
    """A PDF with one signature field; the signature covers all but ``tail``."""
    room = cms.hex().encode()
    mark = b"0 0000000000 0000000000 0000000000"
    data = assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 /Fields [4 0 R] >> >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Annots [4 0 R] >>",
            b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /V 5 0 R /Rect [0 0 0 0] >>",
            b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (%s) "
            b"/ByteRange [%s] /Contents <%s> >>" % (when, mark, room),
        ]
    )
    first = data.index(b"/Contents <") + len(b"/Contents ")
    second = first + len(room) + 2
    span = b"0 %010d %010d %010d" % (first, second, len(data) - second)
    return data.replace(mark, span) + tail


def docx(**members: str) -> bytes:
    """A DOCX archive; ``word__document`` names ``word/document.xml``."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", "/") + ".xml"), content)
    return target.getvalue()


def paragraphs(*texts: tuple[str, str]) -> str:
    """The body of a DOCX document: pairs of style and text."""
    made = (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in texts
    )
    return f"<w:document {W}><w:body>{''.join(made)}</w:body></w:document>"
