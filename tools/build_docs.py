"""Build the documentation into ``site/``: pages, reference of rules and keys, ontology.

The pages on pack keys and rules are written from the table of keys and from the shapes, so that
they cannot differ from what runs. ``--strict`` makes warnings errors.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from clausegraph import pipeline, views
from clausegraph.pack import pack_format

ROOT = Path(__file__).resolve().parent.parent


def pack_page() -> str:
    """The pack format, block by block."""
    lines = [
        "# The pack format",
        "",
        "Every key that a pack may use, and the property it becomes.",
        "",
    ]
    for block in pack_format().blocks.values():
        lines += [f"## {block.name}", "", f"Class `{block.cls}`.", "",
                  "| key | type | property | meaning |", "|---|---|---|---|"]  # fmt: skip
        for key in block.keys.values():
            many = " (list)" if key.many else ""
            lines.append(f"| `{key.name}` | {key.type}{many} | `{key.path}` | {key.definition} |")
        lines.append("")
    return "\n".join(lines)


def rules_page() -> str:
    """All rules, gate by gate."""
    rows = views.rows(pipeline.catalogue(), "rule-book")
    lines = ["# Rules", "", f"{len(rows)} rules. A stop condition keeps its gate blocked.", ""]
    for gate in ("intake", "triage", "incident", "assurance", "closure"):
        lines += [f"## Gate {gate}", ""]
        for row in rows:
            if row["gate"] == gate:
                stop = ", **stop condition**" if row["stop"] else ""
                lines += [
                    f"### {row['code']}",
                    "",
                    f"{row['definition']}",
                    "",
                    f"{row['severity']}{stop}; owner {row['owner']}; enforces {row['requirements']}.",
                    "",
                ]
    return "\n".join(lines)


def build(target: Path, *, strict: bool) -> None:
    """Write the site.

    Raises:
        subprocess.CalledProcessError: mkdocs or pyLODE failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copytree(ROOT / "docs", work / "docs")
        shutil.copy(ROOT / "mkdocs.yml", work / "mkdocs.yml")
        (work / "docs" / "pack-format.md").write_text(pack_page(), encoding="utf-8")
        (work / "docs" / "rules.md").write_text(rules_page(), encoding="utf-8")
        command = [sys.executable, "-m", "mkdocs", "build", "-q", "-d", str(work / "site")]
        subprocess.run([*command, *(["--strict"] if strict else [])], cwd=work, check=True)
        from pylode.profiles.ontpub import OntPub  # type: ignore[import-untyped]

        page = OntPub(ontology=str(ROOT / "ontology" / "core.ttl"))
        page.make_html(destination=work / "site" / "core.html")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(work / "site", target)


if __name__ == "__main__":
    build(ROOT / "site", strict="--strict" in sys.argv[1:])
