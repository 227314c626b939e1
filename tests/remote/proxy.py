"""A wire to a real store that breaks when it is told to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Wire:
    """What happens to connections.

    Attributes:
        cut: numbers of connections, from 1, whose answer ends in the middle.
        drop: numbers of connections that are closed before anything is forwarded.
        count: connections so far.
    """

    cut: set[int] = field(default_factory=set)
    drop: set[int] = field(default_factory=set)
    count: int = 0


@contextmanager
def wired(url: str, wire: Wire) -> Iterator[str]:
    """The URL of a wire to a server."""
    target = urlsplit(url)
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            wire.count += 1
            threading.Thread(target=carry, args=(client, wire.count), daemon=True).start()

    def carry(client: socket.socket, number: int) -> None:
        with client:
            if number in wire.drop:
                return
            with socket.create_connection((target.hostname, target.port)) as server:
                threading.Thread(target=pump, args=(client, server), daemon=True).start()
                pump(server, client, 60 if number in wire.cut else None)
                for end in (client, server):
                    # Closing alone does nothing while the other thread waits for bytes.
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)

    def pump(source: socket.socket, sink: socket.socket, most: int | None = None) -> None:
        try:
            while block := source.recv(65536):
                sink.sendall(block[:most])
                if most is not None:
                    return
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()
