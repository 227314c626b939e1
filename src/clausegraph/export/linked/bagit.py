"""BagIt 1.0: the crate as a bag, for archives (RFC 8493).

Input: the parts of the RO-Crate. Output: the crate under ``data/``, its manifest of SHA-256 sums,
the declaration and ``bag-info.txt``, and the tag manifest over them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from clausegraph.export.linked import ro_crate
from clausegraph.export.package import Part
from clausegraph.export.projection import Request


def parts(request: Request) -> Iterator[Part]:
    """The bag."""
    payload = [part.under("data", "") for part in ro_crate.parts(request)]
    digests = {part.path: part.digest() for part in payload}
    octets = sum(size for size, _ in digests.values())
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": (
            f"Bagging-Date: {request.projection.stamp[:10]}\n"
            f"Bag-Software-Agent: clausegraph {request.projection.version}\n"
            f"External-Identifier: {request.projection.base}\n"
            f"Payload-Oxum: {octets}.{len(payload)}\n"
        ),
        "manifest-sha256.txt": "".join(
            f"{sha256}  {_encoded(path)}\n" for path, (_, sha256) in sorted(digests.items())
        ),
    }
    for name, text in tags.items():
        yield Part(name, "text/plain", text.encode())
    sums = "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in tags.items()
    )
    yield Part("tagmanifest-sha256.txt", "text/plain", sums.encode())
    yield from payload


def _encoded(path: str) -> str:
    """A path as a manifest writes it: only ``%``, CR and LF are encoded."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
