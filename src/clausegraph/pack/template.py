"""``clausegraph init``: a commented pack made from the table of pack keys.

Input: folder, policy, base. Output: ``pack.yaml`` in which every key stands with its meaning and
the codes that it takes, ready to be filled in; folders for evidence, artefacts and cases.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

from clausegraph import catalog
from clausegraph.errors import InputError
from clausegraph.pack.format import CONTEXT_IRI, Block, Key, pack_format
from clausegraph.pack.loader import DEFAULT_BASE
from clausegraph.pack.rdf import check_base
from clausegraph.pack.values import LOCAL_ID

_PROFILE = {
    # policy: service type, subject type, purpose, OID, secure device
    "QCP-n": ("natural-person", "natural-person", "signature", "0.4.0.194112.1.0", None),
    "QCP-l": ("legal-person", "legal-person", "seal", "0.4.0.194112.1.1", None),
    "QCP-n-qscd": ("qscd-backed", "natural-person", "signature", "0.4.0.194112.1.2", True),
    "QCP-l-qscd": ("qscd-backed", "legal-person", "seal", "0.4.0.194112.1.3", True),
    "QEVCP-w": ("website", "website", "website", "0.4.0.194112.1.4", None),
    "QNCP-w": ("website", "website", "website", "0.4.0.194112.1.5", None),
    "QNCP-w-gen": ("website", "website", "website", "0.4.0.194112.1.6", None),
}
_WIDTH = 96


def write_template(folder: Path, policy: str, base: str | None) -> list[str]:
    """Write a pack to fill in.

    Args:
        folder: must not exist or be empty.
        policy: one of the seven policies of EN 319 411-2.
        base: base IRI; by default derived from the folder's name.

    Returns:
        the relative paths written.

    Raises:
        InputError: unknown policy, unusable base, or a folder that is not empty.
    """
    if policy not in _PROFILE:
        raise InputError(
            f"no policy is called {policy!r}",
            field="--policy",
            expected="one of " + ", ".join(_PROFILE),
            seen=policy,
        )
    name = folder.resolve().name
    if base is None and not LOCAL_ID.fullmatch(name):
        raise InputError(
            f"no base IRI can be made from the folder name {name!r}",
            field="--base",
            mend="give one: --base https://your-domain.example/packs/name/",
        )
    base = check_base(base or f"{DEFAULT_BASE}{name}/", "--base")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            "the folder is not empty",
            file=str(folder),
            expected="a new or empty folder",
            mend="choose another name; nothing was written",
        )
    files = {
        "pack.yaml": render(policy, base),
        "evidence/evidence.yaml": _evidence(),
    }
    try:
        for relative, content in files.items():
            path = folder / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="\n")
        for part in ("artefacts", "cases"):
            (folder / part).mkdir()
    except OSError as error:
        raise InputError(
            f"cannot be written: {error.strerror or error}", file=str(folder)
        ) from error
    return sorted(files)


def render(policy: str, base: str) -> str:
    """The text of a commented ``pack.yaml``."""
    fmt = pack_format()
    service_type, subject, purpose, oid, device = _PROFILE[policy]
    lines = [
        "# A pack: one provider, one qualified certificate service, one population.",
        "# It is YAML-LD: with the context below every key is a term of linked data.",
        "# Uncomment and fill in; `clausegraph check` says what is missing, and why it is needed.",
        "# Instants carry a time zone: 2026-11-23T09:30:00Z. Name functions, never persons.",
        '"@context":',
        f"  - {CONTEXT_IRI}",
        f'  - "@base": {base}',
        "id: ./",
        "title: My qualified certificate service",
        "",
        f"# {fmt.blocks['pack'].keys['service'].definition}",
        "service:",
        "  id: service",
        f"  service-type: {service_type}",
        f"  policy: {policy}",
        f'  policy-oid: "{oid}"',
        f"  subject-type: {subject}",
        f"  purpose: {purpose}",
    ]
    given = {"service-type", "policy", "policy-oid", "subject-type", "purpose"}
    if device:
        lines.append("  secure-device-required: true")
        given.add("secure-device-required")
    lines += _keys(fmt.blocks["service"], 2, given, seen=())
    for key in fmt.blocks["pack"].keys.values():
        if key.name in {"title", "service", "evidence"}:
            continue
        lines += ["", *_comment(key, 0)]
        if key.is_block:
            lines.append(f"# {key.name}:")
            block = fmt.blocks[key.type]
            lead = "#   - " if key.many else "#   "
            lines.append(f"{lead}id: {key.type}-1")
            lines += _keys(block, 4 if key.many else 2, set(), seen=(key.type,))
        else:
            lines.append(f"# {key.name}: …")
    return "\n".join(lines) + "\n"


def _keys(block: Block, indent: int, given: set[str], seen: tuple[str, ...]) -> list[str]:
    lines = []
    for key in block.keys.values():
        if key.name in given:
            continue
        hint = _hint(key)
        lines.append(f"#{' ' * indent} {key.name}: {hint}".ljust(48) + f"  # {key.definition}")
        if key.is_block and key.type not in seen:
            nested = pack_format().blocks[key.type]
            lines += _keys(nested, indent + 2, set(), (*seen, key.type))
    return lines


def _hint(key: Key) -> str:
    if key.scheme:
        codes = _codes(key.scheme)
        hint = "|".join(codes) if 0 < len(codes) <= 5 else f"<{key.scheme}>"
    elif key.is_block:
        return "(a list of maps)" if key.many else "(a map)"
    else:
        hint = {
            "text": "…",
            "bool": "true|false",
            "datetime": "2026-01-31T00:00:00Z",
            "duration": "P12M",
            "oid": '"0.4.0.…"',
            "file": "artefacts/…",
            "target": "411-2:…",
            "ref": "<id>",
        }.get(key.type, f"<{key.type}>")
    return f"[{hint}]" if key.many else hint


def _codes(scheme: str) -> list[str]:
    """Codes of a short codelist, from its shipped file."""
    path = catalog.codelist_file(scheme)
    if path is None:
        return []
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return [line.partition(",")[0] for line in lines if line]


def _comment(key: Key, indent: int) -> list[str]:
    return textwrap.wrap(
        key.definition, _WIDTH, initial_indent=" " * indent + "# ", subsequent_indent="# "
    )


def _evidence() -> str:
    block = pack_format().blocks["evidence"]
    lines = [
        "# Evidence items. The same keys work as columns of evidence/*.csv or *.xlsx",
        "# (several values in a cell are separated by |).",
        "evidence: []",
        "# evidence:",
        "#   - id: ev-cps-2026",
        *_keys(block, 4, set(), ()),
    ]
    return "\n".join(lines) + "\n"
