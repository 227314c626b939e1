"""The command that is named is built alone, and all of them otherwise; how the process ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clausegraph.cli.app import _only, app


def test_the_named_command_is_built_alone() -> None:
    assert [each.name for each in _only("check").registered_commands] == ["check"]
    assert len(app.registered_commands) > 10, "the application itself is left as it is"


@pytest.mark.parametrize("first", ["", "--help", "chekc"])
def test_otherwise_all_are(first: str) -> None:
    assert _only(first).registered_commands == app.registered_commands


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--version"], 0, "clausegraph "),
        (["check", "no-such-pack"], 2, "no-such-pack"),
        (["check", "--no-such-option"], 2, "No such option"),
    ],
)
def test_the_process_ends_with_the_code_and_all_that_was_said(
    words: list[str], code: int, said: str, tmp_path: Path
) -> None:
    start = "from clausegraph.cli.app import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", start, *words], capture_output=True, cwd=tmp_path, check=False
    )
    assert done.returncode == code
    assert said in (done.stdout + done.stderr).decode()
