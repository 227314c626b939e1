"""Assemble the example packs.

Purpose: first the binary artefacts (new keys each time), then documents, signatures and pack
files. What needs no key is derived from what is in the folder, so a test can derive it again and
compare bytes.
Inputs: ``source/`` and the catalogue. Outputs: the two folders under ``data/packs``.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from pathlib import Path

from tools.make_packs import catalogue as tables
from tools.make_packs import documents, hierarchy, plan, signing
from tools.make_packs.documents import Document
from tools.make_packs.hierarchy import Files, Hierarchy
from tools.make_packs.pki import instant
from tools.make_packs.plan import SOURCE, Item

AURORA, BOREALIS = "aurora-esign", "borealis-eseal"
POLICY = {AURORA: "QCP-n-qscd", BOREALIS: "QCP-l"}
COLUMNS = (
    "id", "kind", "title", "path", "sha256", "document", "owner", "date", "max-age", "scope",
    "supports", "description",
)  # fmt: skip
# Evidence files by subject: which owners stand in which file. The last one is a table.
SUBJECTS = {
    "documents.yaml": (
        "certificate-policy-owner", "legal-compliance", "relying-party-communications",
    ),
    "operations.yaml": (
        "ca-operations", "registration-authority", "revocation-operations", "qscd-owner",
    ),
    "security.yaml": ("security-operations", "incident-manager", "risk-owner"),
    "organisation.csv": (
        "management", "internal-auditor", "supplier-management", "termination-owner",
        "data-protection-officer", "assessment-lead", "supervisory-liaison",
    ),
}  # fmt: skip
_GENERATOR_KEYS = ("body", "tampered", "absent")


def _row(item: Item, digest: str) -> dict[str, str | list[str]]:
    where = f"Section '{item.section}'" if item.path.endswith((".md", ".pdf")) else "Whole file"
    return {
        "id": item.id,
        "kind": [item.kind.code],
        "title": item.title,
        "path": item.path,
        "sha256": digest,
        "document": item.kind.document,
        "owner": item.kind.owner,
        "date": item.kind.date,
        "max-age": item.kind.max_age,
        "scope": ["service"],
        "supports": list(item.targets),
        "description": where,
    }


def _yaml(rows: list[dict[str, str | list[str]]], subject: str) -> str:
    # JSON strings are YAML strings; flow lists keep one item readable on a screen.
    lines = [f"# Evidence by subject: {subject}.", "evidence:"]
    for row in rows:
        lead = "  - "
        for key, value in row.items():
            if value:
                plain = json.dumps(value, ensure_ascii=False)
                lines.append(f"{lead}{key}: {plain}")
                lead = "    "
    return "\n".join(lines) + "\n"


def _csv(rows: list[dict[str, str | list[str]]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = (row[column] for column in COLUMNS)
        writer.writerow("|".join(cell) if isinstance(cell, list) else cell for cell in cells)
    return out.getvalue()


def _records(pack: str, digests: dict[str, str]) -> str:
    """The hand-written evidence file without the generator's own keys, with hashes."""
    lines: list[str] = []
    skipping = False
    source = (SOURCE / pack / "evidence" / "records.yaml").read_text(encoding="utf-8")
    for line in source.splitlines():
        key = line.strip().partition(":")[0] if line.startswith("    ") else ""
        if skipping and line.startswith("      "):
            continue
        skipping = line[4:5] != " " and key in _GENERATOR_KEYS
        if skipping or (line.startswith("# ") and not lines) or line.startswith("# `absent"):
            continue
        lines.append(line)
        if key == "path":
            lines.append(f"    sha256: {digests[line.strip().partition(': ')[2]]}")
    return "\n".join(["# Main records with an artefact of their own.", *lines]) + "\n"


def _conditions(catalogue: tables.Catalogue, pack: str) -> str:
    lines = ["# Which conditions of conditional requirements hold, and why.", "conditions:"]
    for code, (holds, because) in plan.declarations(catalogue, POLICY[pack]).items():
        lines.append(
            f"  - {{condition: {code}, holds: {json.dumps(holds)}, because: {json.dumps(because)}, "
            'role: certificate-policy-owner, date: "2026-11-02T09:00:00Z"}'
        )
    return "\n".join(lines)


def derive(pack: str, folder: Path) -> tuple[list[Document], Files]:
    """Everything of a pack that needs no key.

    Args:
        pack: name of the pack.
        folder: where its binary artefacts stand.

    Returns:
        the documents, and the pack files by path.
    """
    catalogue = tables.load()
    items = plan.items(catalogue, POLICY[pack]) if pack == AURORA else []
    texts = documents.planned(pack, folder, items, catalogue)
    texts += documents.written(pack, folder, {text.path for text in texts})
    texts += documents.records(pack)
    digests = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
    digests |= {text.path: hashlib.sha256(text.reviewed).hexdigest() for text in texts}
    extra = {"conditions": _conditions(catalogue, pack)} if pack == AURORA else {}
    files: dict[str, str] = {"evidence/records.yaml": _records(pack, digests)}
    for source in (SOURCE / pack / "pack.yaml", *sorted((SOURCE / pack / "cases").iterdir())):
        name = source.relative_to(SOURCE / pack).as_posix()
        files[name] = documents.fill(source.read_text(encoding="utf-8"), folder, extra)
    for name, owners in SUBJECTS.items() if items else ():
        rows = [_row(item, digests[item.path]) for item in items if item.kind.owner in owners]
        subject = name.partition(".")[0]
        files[f"evidence/{name}"] = _csv(rows) if name.endswith(".csv") else _yaml(rows, subject)
    return texts, {name: text.encode() for name, text in files.items()}


def _write(folder: Path, files: Files) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _sign(folder: Path, texts: list[Document], holders: Hierarchy) -> None:
    for text in texts:
        if text.delivered is None:
            continue
        when = max(text.date[:10], hierarchy.SIGNER_START)
        signature = signing.detached(
            text.reviewed, holders.signer, [holders.internal], instant(when)
        )
        _write(folder, {text.path: text.delivered, f"{text.path}.p7s": signature})


def build(out: Path) -> None:
    """Make both packs anew, with new keys.

    Args:
        out: the folder that holds the packs; what stands in theirs is replaced.
    """
    holders = hierarchy.create()
    lists = hierarchy.trusted_lists(holders)
    for pack, make in ((AURORA, hierarchy.aurora), (BOREALIS, hierarchy.borealis)):
        folder = out / pack
        shutil.rmtree(folder, ignore_errors=True)
        _write(folder, make(holders, lists))
        texts, files = derive(pack, folder)
        _sign(folder, texts, holders)
        _write(folder, files)


def refresh(out: Path) -> None:
    """Derive the pack files again without new keys; documents must not have changed.

    Raises:
        SystemExit: a document differs, so that its signature would no longer hold.
    """
    for pack in (AURORA, BOREALIS):
        folder = out / pack
        texts, files = derive(pack, folder)
        for text in texts:
            if text.delivered is not None and (folder / text.path).read_bytes() != text.delivered:
                raise SystemExit(f"{pack}: {text.path} has changed, run without --refresh")
        _write(folder, files)
