"""The documents of a pack: hand-written texts, records made from the evidence plan.

Purpose: give every evidence item a place in a real document, found by its heading.
Inputs: ``source/<pack>``, the plan, the binary artefacts already in the pack.
Outputs: path to bytes, and the date of each document; the same inputs give the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tools.make_packs import pdf
from tools.make_packs.catalogue import Catalogue
from tools.make_packs.plan import SOURCE, Item, read
from tools.make_packs.xades import carried

_HASH = re.compile(r"\$\{sha256:([^}]+)\}")
_SIGNER = re.compile(r"\$\{signer:([^}]+)\}")
_BINARY = {".cer", ".crl", ".ocsp", ".xml"}


@dataclass(frozen=True)
class Document:
    """A document of a pack.

    Attributes:
        path: where it stands.
        reviewed: the bytes that were reviewed, signed and hashed.
        date: date of the signature.
        delivered: the bytes in the pack; None when the file is left out on purpose.
    """

    path: str
    reviewed: bytes
    date: str
    delivered: bytes | None


def fill(text: str, folder: Path, extra: dict[str, str] | None = None) -> str:
    """Replace ``${sha256:path}`` by hashes of files of the pack, and further named places.

    ``${signer:path}`` is the hash of the certificate that a signed list carries.
    """
    for name, value in (extra or {}).items():
        text = text.replace(f"${{{name}}}", value)
    text = _SIGNER.sub(lambda m: hashlib.sha256(carried(folder / m[1])).hexdigest(), text)
    return _HASH.sub(lambda m: hashlib.sha256((folder / m[1]).read_bytes()).hexdigest(), text)


def _sections(items: list[Item], catalogue: Catalogue) -> list[str]:
    lines: list[str] = []
    for item in items:
        lines += ["", f"## {item.section}", ""]
        also: list[str] = []
        for standard, name in item.requirements:
            row = catalogue.requirements[(standard, name)]
            # The first kind of evidence is the leading one: there the content is told.
            if row["evidence"].split("|")[0] == item.kind.code:
                lines.append(f"- {standard} {name}: {row['summary']}")
            else:
                also.append(f"{standard} {name}")
        if also:
            lines.append(f"- Also shown here: {', '.join(also)}.")
    return lines


def _render(path: str, title: str, text: str) -> bytes:
    return pdf.write(title, text) if path.endswith(".pdf") else text.encode()


def planned(pack: str, folder: Path, items: list[Item], catalogue: Catalogue) -> list[Document]:
    """The documents that carry the planned evidence items."""
    by_path: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if Path(item.path).suffix not in _BINARY:
            by_path[item.path].append(item)
    result = []
    for path, group in sorted(by_path.items()):
        kind = group[0].kind
        source = SOURCE / pack / "documents" / f"{Path(path).stem}.md"
        body = fill(source.read_text(encoding="utf-8"), folder) if source.exists() else kind.text
        head = [] if body.startswith("# ") else [f"# {kind.title}", ""]
        about = f"Owner: {kind.owner}. Date: {kind.date[:10]}. Fictional record of an example."
        lines = [*head, body.rstrip(), "", about, *_sections(group, catalogue), ""]
        content = _render(path, kind.title, "\n".join(lines))
        result.append(Document(path, content, kind.date, content))
    return result


def written(pack: str, folder: Path, known: set[str]) -> list[Document]:
    """Hand-written documents of ``source/<pack>/documents`` that no planned item carries."""
    text = (SOURCE / pack / "pack.yaml").read_text(encoding="utf-8")
    told = yaml.safe_load(text.replace("${conditions}", ""))
    plan = {"title": "Termination plan", "issued": told["termination"]["reviewed"]}
    named = {entry["path"]: entry for entry in told["documents"]}
    named.setdefault(told["termination"]["path"], plan)
    result = []
    for path, entry in named.items():
        if path in known:
            continue
        source = SOURCE / pack / "documents" / f"{Path(path).stem}.md"
        body = fill(source.read_text(encoding="utf-8"), folder)
        head = "" if body.startswith("# ") else f"# {entry['title']}\n\n"
        content = _render(path, entry["title"], head + body)
        result.append(Document(path, content, entry["issued"], content))
    return result


def records(pack: str) -> list[Document]:
    """Records with a text of their own in ``source/<pack>/evidence/records.yaml``."""
    result = []
    for entry in read(f"{pack}/evidence/records.yaml")["evidence"]:
        if "body" not in entry:
            continue
        date = str(entry.get("date", "2026-01-01T00:00:00Z"))
        reviewed = _record(entry, entry["body"], date)
        delivered = _record(entry, entry["tampered"], date) if "tampered" in entry else reviewed
        result.append(
            Document(entry["path"], reviewed, date, None if entry.get("absent") else delivered)
        )
    return result


def _record(entry: dict[str, Any], body: str, date: str) -> bytes:
    owner = entry.get("owner", "not stated")
    about = f"Owner: {owner}. Date: {date[:10]}. Fictional record of an example."
    return f"# {entry['title']}\n\n{body.rstrip()}\n\n{about}\n".encode()
