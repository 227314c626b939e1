"""The command that is named is built alone, and all of them otherwise."""

from __future__ import annotations

import pytest

from clausegraph.cli.app import _only, app


def test_the_named_command_is_built_alone() -> None:
    assert [each.name for each in _only("check").registered_commands] == ["check"]
    assert len(app.registered_commands) > 10, "the application itself is left as it is"


@pytest.mark.parametrize("first", ["", "--help", "chekc"])
def test_otherwise_all_are(first: str) -> None:
    assert _only(first).registered_commands == app.registered_commands
