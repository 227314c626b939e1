"""Modules of this package that run as processes of their own.

Input: the name of a module. Output: its process, with pipes to its standard input and output. What
such a module prints as error goes nowhere: what it has to say is its answer.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from contextlib import suppress

_PATIENCE = 10.0
"""Seconds that a process which was left may take to end, when this one does."""
_left: list[subprocess.Popen[bytes]] = []


def start(module: str) -> subprocess.Popen[bytes]:
    """Start a module with the interpreter that runs this one.

    Raises:
        OSError: the system starts no further process.
    """
    if not sys.executable:
        raise OSError("it is not known which interpreter runs this")
    # The module is found where this process found it, whatever the environment says, and never in
    # the working directory, which may be a pack (-P).
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
        [sys.executable, "-P", "-W", "ignore", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process at once, whatever it does."""
    process.kill()
    _close(process)
    process.wait()


def leave(process: subprocess.Popen[bytes]) -> None:
    """Let a process that has answered tidy up and end by itself, at the latest when this one ends.

    Its pipes are closed.
    """
    _close(process)
    _left[:] = [other for other in (*_left, process) if other.poll() is None]


@atexit.register
def see_off() -> None:
    """Wait for the processes that were left; who ends without the exit handlers calls it."""
    for process in _left:
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            end(process)


def _close(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
