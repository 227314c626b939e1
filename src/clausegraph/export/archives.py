"""Office files as the same bytes for the same content: fixed times inside the container.

Input: a ZIP container as a library wrote it. Output: the same members with the time stamp that
ZIP can say at the earliest, and core properties that name the as-of time instead of the moment of
writing. Source: ECMA-376-2 (Open Packaging Conventions), part on core properties.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

_EPOCH = (1980, 1, 1, 0, 0, 0)
CORE = "docProps/core.xml"


def fixed(data: bytes, replaced: Mapping[str, bytes]) -> bytes:
    """The container with fixed times.

    Args:
        data: a ZIP file.
        replaced: members whose content is replaced; others stay as they are.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            archive.writestr(info, replaced.get(name, source.read(name)))
    return target.getvalue()


def core_properties(title: str, subject: str, version: str, stamp: str) -> bytes:
    """``docProps/core.xml``: made and changed at the as-of time.

    Args:
        title: title of the document.
        subject: what it is about, for example the IRI of the pack.
        version: version of this software.
        stamp: the as-of time, ``2026-11-23T00:00:00Z``.
    """
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    time = f'xsi:type="dcterms:W3CDTF">{stamp}<'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<cp:coreProperties xmlns:cp="{core}" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:subject>{escape(subject)}</dc:subject>"
        f"<dc:creator>clausegraph {escape(version)}</dc:creator>"
        f"<dcterms:created {time}/dcterms:created>"
        f"<dcterms:modified {time}/dcterms:modified></cp:coreProperties>"
    ).encode()
