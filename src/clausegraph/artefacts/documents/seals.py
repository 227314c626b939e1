"""Signatures and seals inside documents: who made them, noted and not validated.

Input: the raw signature of a PDF as the PDF process found it. Output: `Seal`. The name of the
signer is kept only when the certificate is certainly not that of a natural person.
Clause: EN 319 142-1 (PAdES); EN 319 412-3 (certificates of legal persons).
"""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from clausegraph.artefacts.documents.model import Seal
from clausegraph.artefacts.text import UnreadableError, clean

_TIME = re.compile(r"(?:D:)?(\d{14})(?:Z|([+-])(\d\d)'?(\d\d)?'?)?")
_NAMES = ("2.5.4.10", "2.5.4.3")


def pdf_seal(size: int, found: dict[str, Any]) -> Seal:
    """One signature of a PDF.

    Args:
        size: size of the file in bytes.
        found: form, time, byte range and CMS (Base64) of the signature.
    """
    span = found["range"]
    whole = len(span) == 4 and span[0] == 0 and span[2] >= span[1] > 0 and span[2] + span[3] == size
    signer, digest = _signer(base64.b64decode(found["cms"]))
    return Seal(
        form=clean(found["form"], 80),
        whole=whole,
        signer=signer,
        certificate=digest,
        stated=_time(found["time"]),
    )


def _time(text: str) -> datetime | None:
    match = _TIME.match(text)
    if not match:
        return None
    try:
        moment = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        if match[2]:
            offset = timedelta(hours=int(match[3]), minutes=int(match[4] or 0))
            zone = timezone(offset if match[2] == "+" else -offset)
            moment = moment.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment


def _signer(cms: bytes) -> tuple[str, str]:
    """Name (legal persons only) and SHA-256 of the certificate that the signature names."""
    from asn1crypto import cms as forms

    from clausegraph.artefacts.x509 import parse

    try:
        signed = forms.ContentInfo.load(cms)["content"]
        number = signed["signer_infos"][0]["sid"].chosen["serial_number"].native
        for choice in signed["certificates"]:
            certificate = parse(choice.chosen.dump())
            if certificate.serial == number:
                break
        else:
            return "", ""
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, UnreadableError):
        return "", ""
    name = ""
    if certificate.keeps_subject and certificate.subject is not None:
        pairs = [pair for rdn in certificate.subject for pair in rdn]
        values = [value for wanted in _NAMES for oid, value in pairs if oid == wanted]
        name = clean(", ".join(dict.fromkeys(values)), 200)
    return name, certificate.sha256
