"""The certificate populations of the example packs.

Purpose: every certificate that a fictional CA issued, as an archive (complete pack) and as a table
with planted defects (blocked pack).
Inputs: certificates. Outputs: a zip archive, a CSV table; the same certificates give the same bytes.
Clause: EN 319 411-2 clause 5.5 (which certificates a policy covers).
"""

from __future__ import annotations

import base64
import csv
import io
import zipfile
from collections.abc import Iterable

from tools.make_packs.pki import Holder

_FIXED = (2026, 11, 20, 0, 0, 0)


def archive(holders: Iterable[Holder]) -> bytes:
    """A zip archive with one DER file per certificate."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for number, holder in enumerate(holders, start=1):
            member = zipfile.ZipInfo(f"certificate-{number:04}.cer", _FIXED)
            member.external_attr = 0o644 << 16
            target.writestr(member, holder.der)
    return stream.getvalue()


def table(holders: Iterable[Holder], broken: str) -> bytes:
    """A CSV table of serial number and certificate in base64.

    Args:
        holders: the certificates, in order; one that stands twice makes two rows.
        broken: the cell of a last row that is no certificate.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(["serial", "certificate"])
    for holder in holders:
        serial = format(holder.certificate.serial_number, "x")
        writer.writerow([serial, base64.b64encode(holder.der).decode()])
    writer.writerow(["", broken])
    return stream.getvalue().encode()
