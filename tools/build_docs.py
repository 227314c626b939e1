"""Build the documentation into ``site/``: pages, reference of commands, keys and rules, ontology.

The pages on commands, pack keys and rules are written from the command line itself, the table of
keys and the shapes, so that they cannot differ from what runs. ``docs/views.md`` is kept in the
repository and written from the headers of the views. ``--strict`` makes warnings errors, and a
stale ``docs/views.md`` too.
"""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

from typer.models import ArgumentInfo, OptionInfo

from clausegraph import catalog, shipped, views
from clausegraph.cli.app import app
from clausegraph.pack import pack_format

GATES = ("intake", "triage", "incident", "assurance", "closure")
ROOT = Path(__file__).resolve().parent.parent
VIEWS_PAGE = ROOT / "docs" / "views.md"


_VIEWS = """\
# Views

Each view is one file `queries/views/<name>.rq` with a strict header; `clausegraph query <name> PACK`
runs it (`--param NAME=VALUE` for parameters), `clausegraph.views.rows(dataset, name, **params)` gives
typed rows. Graph model: `model.md`. This page is written from the headers (`make docs`).

A column `x?` may be empty. Lists inside a column are joined with `; ` in sorted order. `iri` is text;
instants carry their time zone. Rows come in a total order, so that the same pack gives the same bytes.

Codes in the columns:

- `gate`: intake, triage, incident, assurance, closure.
- `verdict`, `state` of a gate: ready, open, blocked.
- `severity`: violation, warning, info.
- `outcome` of a rule: passed, failed, untested.
- `outcome` of a requirement: met, inherited, stale, disputed, missing, undecided, not-applicable.
- `standing`: applies, undecided, not-applicable, excluded, superseded.
- `state` of evidence: sound, stale, disputed, unusable.
- `state` of a clock: met, late, running, overdue, no-start.
- `state` of a condition: holds, fails, undeclared.
- `kind` of drift: unresolved, misprint, pin, adaptation, unreached.
- `result` of a conclusion: qualified, not-qualified, unlisted, conflict, undetermined; of a leg: holds, fails, undetermined, not-applicable.
- `state` of a chain: sound, open, expired, not-yet-valid, unfit, untold.
- `how` of document coverage: declared, cited, suggested (by the outline alone; no evidence).
- `clause` of coverage: a clause of the first two levels, empty for the whole standard.
- `location`: file:line in the pack.

| view | question | parameters | columns, in order |
|---|---|---|---|
"""


def views_page() -> str:
    """The views with question, parameters and columns."""
    return _VIEWS + "".join(
        f"| `{query.id}` | {query.question} | {_columns(query.params)} "
        f"| {_columns(query.returns)} |\n"
        for query in catalog.queries("views")
    )


def _columns(columns: Iterable[catalog.Column]) -> str:
    return ", ".join(f"{c.name}{'?' * c.optional} {c.type}" for c in columns)


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
    """All rules as one table, then gate by gate with what must be so."""
    rows = views.rows(shipped.catalogue(), "rule-book")
    stops = sum(bool(row["stop"]) for row in rows)
    lines = [
        "# Rules", "",
        f"{len(rows)} rules, {stops} of them stop conditions: such a one keeps its gate blocked. A "
        "rule that finds nothing to look at is untested, and nothing to check is not a pass.", "",
        "| code | gate | severity | stop | source |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for row in rows:
        stop = "stop" if row["stop"] else ""
        lines.append(
            f"| [`{row['code']}`](#{_anchor(str(row['code']))}) | {row['gate']} | {row['severity']} "
            f"| {stop} | {row['requirements']} |"
        )
    lines.append("")
    for gate in GATES:
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


def _anchor(heading: str) -> str:
    """The fragment that the site gives to a heading."""
    return re.sub(r"[^\w-]", "", heading.lower())


def commands_page() -> str:
    """The commands with their arguments and options."""
    commands = {str(c.name): c.callback for c in app.registered_commands if c.callback}
    said = {name: inspect.cleandoc(call.__doc__ or "") for name, call in commands.items()}
    lines = [
        "# Commands", "",
        "Exit codes: 0 ready, 1 blocked or findings at the threshold, 2 input or usage, 3 internal "
        "error. In a pipe the text is plain and stable; `--format json` and `csv` are for programs.", "",
        "| command | what it does |", "|---|---|",
        *(f"| [`{name}`](#clausegraph-{name}) | {_text(said[name].split(chr(10) * 2)[0])} |"
          for name in commands), "",
    ]  # fmt: skip
    for name, call in commands.items():
        parameters = _parameters(call)
        usage = [f"clausegraph {name}", *(n for n, _, _ in parameters if not n.startswith("-"))]
        lines += [f"## clausegraph {name}", "", f"`{' '.join(usage)} [options]`", ""]
        for paragraph in map(_text, said[name].split("\n\n")):
            example = paragraph.removeprefix("Example: ")
            lines += [paragraph if example == paragraph else f"Example: `{example}`", ""]
        lines += ["| argument or option | meaning | default |", "|---|---|---|"]
        lines += [f"| `{n}` | {meaning} | {default} |" for n, meaning, default in parameters]
        lines.append("")
    return "\n".join(lines)


def _parameters(call: Callable[..., object]) -> list[tuple[str, str, str]]:
    """Name, meaning and default of each argument and option of a command."""
    hints = get_type_hints(call, include_extras=True)
    found = []
    for name, parameter in inspect.signature(call).parameters.items():
        kind, info = get_args(hints[name])[:2]
        members = get_args(kind) or (kind,)
        written = name.replace("_", "-").rstrip("-")
        if isinstance(info, ArgumentInfo):
            shown = written.upper() + ("..." if any(get_origin(m) is list for m in members) else "")
            shown = shown if parameter.default is parameter.empty else f"[{shown}]"
        elif names := _names(info):
            shown = ", ".join(names)
        else:
            shown = f"--{written}/--no-{written}" if bool in members else f"--{written}"
        enum = next((m for m in members if inspect.isclass(m) and issubclass(m, StrEnum)), None)
        meaning = _text(info.help) + (f" One of {', '.join(enum)}." if enum else "")
        default = parameter.default
        unsaid = default in (parameter.empty, None, False)
        found.append(
            (shown, meaning, "" if unsaid else "yes" if default is True else f"`{default}`")
        )
    return found


def _names(info: OptionInfo) -> list[str]:
    """Written names of an option; typer keeps the first where a default would stand."""
    declared = (info.default, *(info.param_decls or ()))
    return [name for name in declared if isinstance(name, str) and name.startswith("-")]


def _text(said: str | None) -> str:
    return " ".join((said or "").split()).replace("|", "\\|")


def build(target: Path, *, strict: bool) -> None:
    """Write the site.

    Raises:
        subprocess.CalledProcessError: mkdocs or pyLODE failed.
        SystemExit: strict, and the page of views is stale.
    """
    if VIEWS_PAGE.read_text(encoding="utf-8") != views_page():
        if strict:
            sys.exit("stale: docs/views.md: run `make docs`")
        VIEWS_PAGE.write_text(views_page(), encoding="utf-8", newline="\n")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copytree(ROOT / "docs", work / "docs")
        shutil.copy(ROOT / "mkdocs.yml", work / "mkdocs.yml")
        (work / "docs" / "pack-format.md").write_text(pack_page(), encoding="utf-8")
        (work / "docs" / "commands.md").write_text(commands_page(), encoding="utf-8")
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
