"""``clausegraph``: the commands and what an error looks like.

Exit codes: 0 ready, 1 blocked or findings at the threshold, 2 input or usage, 3 internal error.
"""

from __future__ import annotations

import gc
import os
import sys
from copy import copy
from typing import NoReturn

import typer

from clausegraph import __version__
from clausegraph.artefacts.processes import see_off
from clausegraph.cli import (
    assess,
    caching,
    evidence,
    explore,
    handover,
    lists,
    many,
    population,
    shapes,
    start,
    stores,
)
from clausegraph.errors import EXIT_INTERNAL, ClausegraphError

app = typer.Typer(
    name="clausegraph",
    help=(
        "Run the evidence of a qualified certificate service through five gates: intake, triage, "
        "incident, assurance, closure.\n\n"
        "Start with [bold]clausegraph init my-service[/bold], fill in pack.yaml, then "
        "[bold]clausegraph check my-service[/bold]. Every finding names its rule, the requirement "
        "it enforces, the owner and how to mend it.\n\n"
        "Exit codes: 0 ready · 1 blocked or findings at the threshold · 2 input or usage · "
        "3 internal error.\n\n"
        "Operational guidance, not legal advice, and never proof of qualified status."
    ),
    rich_markup_mode="rich",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


_SELDOM = 100_000  # new objects between two looks for garbage


def _version(value: bool) -> None:
    if value:
        typer.echo(f"clausegraph {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", help="Show the version and leave.", callback=_version, is_eager=True
    ),
) -> None:
    pass


for module in (
    start, assess, evidence, lists, population, many, explore, shapes, handover, caching, stores,
):  # fmt: skip
    module.register(app)


def _only(first: str = "") -> typer.Typer:
    """The commands, without the others when the first argument is one: to build all takes time."""
    chosen = copy(app)
    named = [each for each in app.registered_commands if each.name == first]
    chosen.registered_commands = named or app.registered_commands
    return chosen


def main() -> NoReturn:
    """The command of the installation: `run`, and an end at once.

    To take apart the graphs of a pack, object by object, costs a tenth of a second; the system
    takes the memory back anyway. For the same reason garbage is seldom looked for: graphs are many
    objects and none of them stands in a cycle.
    """
    gc.set_threshold(_SELDOM)
    try:
        run()
        code: object = 0
    except SystemExit as end:
        code = end.code
        # While this is handled nothing of what the command built is taken apart.
        leave(code)
    leave(code)


def leave(code: object) -> NoReturn:
    """End the process with what `sys.exit` would make of a code."""
    if code is not None and not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        code = 1
    try:
        see_off()
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # nobody reads any more
        code = code or 1
    os._exit(code or 0)


def run() -> None:
    """Run the command line and turn our own errors into messages and exit codes."""
    try:
        _only(*sys.argv[1:2])()
    except ClausegraphError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("stopped", err=True)
        sys.exit(130)
    except Exception as error:
        if os.environ.get("CLAUSEGRAPH_DEBUG"):
            raise
        typer.echo(
            f"internal error: {type(error).__name__}: {error}\n"
            "  this is a fault of clausegraph, not of your pack; set CLAUSEGRAPH_DEBUG=1 to see "
            "where, and report it",
            err=True,
        )
        sys.exit(EXIT_INTERNAL)


if __name__ == "__main__":
    main()
