"""Write all generated files, or with ``--check`` say which are stale."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from clausegraph import catalog
from clausegraph.pack.format import context
from tools import build_catalogue, build_terms


def files() -> dict[Path, str]:
    """File → text of everything that is generated."""
    text = json.dumps({"@context": context()}, indent=1, sort_keys=True) + "\n"
    return {
        catalog.context_file(): text,
        build_terms.TARGET: build_terms.render(),
        **build_catalogue.render(),
    }


def main() -> int:
    """Write, or check when the first argument is ``--check``."""
    stale = [p for p, text in files().items() if not p.is_file() or p.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"stale: {path.name}: run `make generate`", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.write_text(files()[path], encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
