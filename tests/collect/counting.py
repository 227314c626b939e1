"""How often functions were called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from types import ModuleType

import pytest


def count_calls(
    monkeypatch: pytest.MonkeyPatch, **functions: tuple[ModuleType, str]
) -> Counter[str]:
    """Count calls from now on.

    Args:
        monkeypatch: takes the counting back after the test.
        functions: by what a call counts as, a module and the name of a function in it.
    """
    count: Counter[str] = Counter()

    def counting(what: str, work: Callable[..., object]) -> Callable[..., object]:
        def called(*args: object, **more: object) -> object:
            count[what] += 1
            return work(*args, **more)

        return called

    for what, (module, name) in functions.items():
        monkeypatch.setattr(module, name, counting(what, getattr(module, name)))
    return count
