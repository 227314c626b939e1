"""A small pack to break in many ways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

HEAD = """\
"@context":
  - https://w3id.org/clausegraph/context/pack.jsonld
  - "@base": https://w3id.org/clausegraph/id/tiny/
id: ./
"""
SMALL = (
    HEAD
    + """\
title: Tiny
service:
  id: service
  name: Signing
  policy: QCP-n-qscd
  policy-oid: "0.4.0.194112.1.2"
  secure-device-required: true
  authorities: [ca]
authorities:
  - {id: ca, name: Issuing CA, level: issuing, certificate: artefacts/ca.pem}
sign-offs:
  - {gate: intake, role: legal-compliance, approval: approved, date: 2026-01-01T01:00:00+01:00}
evidence:
  - {id: ev, kind: [cps, procedure], supports: ["411-2:OVR-6.3.5-12", "401:clause/7.8"]}
"""
)

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files into a fresh pack folder and return the folder."""

    def _write(text: str = SMALL, **files: str | bytes) -> Path:
        folder = tmp_path / "tiny"
        for name, content in {"pack.yaml": text, **files}.items():
            path = folder / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return _write
