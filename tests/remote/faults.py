"""A server in this process that answers as it is told, mostly badly."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Handler = Callable[["Reply"], None]
JSON = "application/sparql-results+json"
ONE = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"1"}}]}}'


class Reply(BaseHTTPRequestHandler):
    """One request, answered by the next handler of the script; the last one is repeated."""

    protocol_version = "HTTP/1.1"
    seen: Seen

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size)
        seen = self.server.seen  # type: ignore[attr-defined]
        seen.requests.append((self.command, self.path, dict(self.headers), body))
        self.close_connection = True
        seen.script[min(len(seen.requests), len(seen.script)) - 1](self)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - names of the base class

    def version_string(self) -> str:
        return self.server.seen.name  # type: ignore[attr-defined, no-any-return]

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def head(self, status: int, kind: str | None, **headers: str) -> None:
        """Status and headers; ``_`` in a name is a hyphen."""
        self.send_response(status)
        if kind is not None:
            self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()


@dataclass
class Seen:
    """What a faulty server is told, and what it was asked."""

    script: list[Handler]
    name: str = "Faulty/1"
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


def answer(
    body: bytes = ONE, kind: str | None = JSON, status: int = 200, **headers: str
) -> Handler:
    """A whole answer."""

    def handler(reply: Reply) -> None:
        reply.head(status, kind, Content_Length=str(len(body)), **headers)
        reply.wfile.write(body)

    return handler


def short(body: bytes = ONE, missing: int = 20) -> Handler:
    """An answer that ends before the length that it announced."""

    def handler(reply: Reply) -> None:
        reply.head(200, JSON, Content_Length=str(len(body)))
        reply.wfile.write(body[:-missing])

    return handler


def cut_chunks(body: bytes = ONE) -> Handler:
    """Chunks without the last one."""

    def handler(reply: Reply) -> None:
        reply.head(200, JSON, Transfer_Encoding="chunked")
        reply.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))

    return handler


def unframed(body: bytes, kind: str) -> Handler:
    """An answer whose end is the end of the connection."""

    def handler(reply: Reply) -> None:
        reply.head(200, kind, Connection="close")
        reply.wfile.write(body)

    return handler


def half_headers(reply: Reply) -> None:
    """A status line that says yes, one header, and the end of the connection."""
    reply.wfile.write(b"HTTP/1.1 200 OK\r\nServer: Faulty/1\r\n")


def endless(block: bytes = b" " * 65536) -> Handler:
    """An answer without end."""

    def handler(reply: Reply) -> None:
        reply.head(200, JSON, Connection="close")
        try:
            while True:
                reply.wfile.write(block)
        except OSError:
            return

    return handler


def silent(reply: Reply) -> None:
    """Nothing, until the other side hangs up."""
    reply.connection.settimeout(30)
    reply.connection.recv(1)


@contextmanager
def serving(*script: Handler, name: str = "Faulty/1") -> Iterator[tuple[str, Seen]]:
    """A server with a script: its URL, and what it saw."""
    seen = Seen(list(script), name)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Reply)
    server.daemon_threads = True
    server.seen = seen  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/sparql", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
