"""A worker of the portfolio that a pack kills when its name says so, as a fault in a library would."""

from __future__ import annotations

import os
import signal
import sys

from clausegraph.portfolio import worker
from clausegraph.portfolio.rows import PackRow, Work


def _check(work: Work) -> PackRow:
    if work.name.startswith("killed"):
        os.kill(os.getpid(), signal.SIGKILL)
    if work.name.startswith("exits"):
        os._exit(5)
    if work.name.startswith("half"):
        os.write(int(os.environ["ANSWERS"]), b'{"pack": "ha')
        os._exit(5)
    if work.name.startswith("prints"):
        print("a library says something")
        sys.stdout.flush()
        os.system("echo so does a program")  # noqa: S605
    return PackRow(work.name, "ready", error=str(os.getpid()))


if __name__ == "__main__":
    # The answers go to the first copy of standard output.
    os.environ["ANSWERS"] = str(os.dup(1))
    worker.check_one = _check  # type: ignore[attr-defined]
    worker.main()
