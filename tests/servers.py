"""Real stores for tests: started on free ports of this machine, in folders of their own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROWS = 3_000
"""How many rows the Virtuoso of the tests gives at most, so that they see it cut."""

_INI = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
DirsAllowed = .
ServerThreads = 8
ThreadsPerQuery = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 6
[SPARQL]
ResultSetMaxRows = {rows}
"""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def oxigraph_program() -> str | None:
    """The ``oxigraph`` server of the extra ``test``."""
    beside = Path(sys.executable).parent / "oxigraph"
    return str(beside) if beside.is_file() else shutil.which("oxigraph")


def virtuoso_program() -> str | None:
    """``virtuoso-t`` of Debian's virtuoso-opensource-7-bin."""
    return shutil.which("virtuoso-t")


@contextmanager
def running(command: list[str], folder: Path, url: str) -> Iterator[str]:
    """A server until the end of the block; it is stopped whatever happens."""
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            _wait(process, url, folder)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def _wait(process: subprocess.Popen[bytes], url: str, folder: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own server
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    log = (folder / "output.log").read_text(errors="replace")[-2000:]
    raise RuntimeError(f"{process.args} does not answer at {url}:\n{log}")


def virtuoso(folder: Path, rows: int = ROWS) -> list[str]:
    """The command of a new Virtuoso in a folder, and its URL as the last word."""
    program = virtuoso_program()
    assert program is not None
    http = free_port()
    (folder / "virtuoso.ini").write_text(
        _INI.format(sql=free_port(), http=http, rows=rows), encoding="utf-8"
    )
    return [program, "+configfile", "virtuoso.ini", "+foreground", f"http://127.0.0.1:{http}/"]


def oxigraph() -> list[str]:
    """The command of a new Oxigraph in memory, and its URL as the last word."""
    program = oxigraph_program()
    assert program is not None
    port = free_port()
    return [program, "serve", "--bind", f"127.0.0.1:{port}", f"http://127.0.0.1:{port}/"]
