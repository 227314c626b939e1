"""The process that checks packs, one after the other.

Input: on standard input, `Work` as lines of JSON. Output: on standard output, for each line one
with the `PackRow`. Run as a module; it ends when its input ends.
"""

from __future__ import annotations

import gc
import os
import sys

from clausegraph.portfolio.rows import Work, check_one


def main() -> None:
    """Answer until there are no more questions."""
    answers = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 1)  # what a library prints must not stand among the answers
    for number, line in enumerate(sys.stdin.buffer):
        answers.write(check_one(Work.of_json(line)).as_json().encode() + b"\n")
        answers.flush()
        if number == 0:
            # The catalogue and the shapes stay: to look through them for garbage again and again
            # costs a tenth of the time.
            gc.collect()
            gc.freeze()


if __name__ == "__main__":
    main()
