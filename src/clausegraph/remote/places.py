"""Where the three protocols of a store are: from its URL and dialect.

Input: the URL that the user gave. Output: one URL each for queries, updates and graphs.
"""

from __future__ import annotations

from dataclasses import dataclass

from clausegraph.remote.credentials import checked_url
from clausegraph.remote.dialects import Dialect


@dataclass(frozen=True, slots=True)
class Places:
    """URLs of a store.

    Attributes:
        query: of the query protocol.
        update: of the update protocol.
        graphs: of the Graph Store Protocol.
    """

    query: str
    update: str
    graphs: str


def places(url: str, dialect: Dialect, *, secured: bool) -> Places:
    """The URLs of a store.

    Args:
        url: the root of a server, one of its known paths, or any endpoint's URL.
        dialect: of the server.
        secured: whether requests carry credentials.

    Raises:
        InputError: no usable URL.
    """
    parts = checked_url(url)
    base = url.rstrip("/")
    ours = (
        (dialect.secured_query, dialect.secured_update, dialect.secured_graphs)
        if secured and dialect.secured_query
        else (dialect.query, dialect.update, dialect.graphs)
    )
    if not any(ours):
        return Places(url, url, url)
    known = {
        path
        for path in (
            dialect.query, dialect.update, dialect.graphs, dialect.secured_query,
            dialect.secured_update, dialect.secured_graphs,
        )
        if path
    }  # fmt: skip
    for path in sorted(known, key=len, reverse=True):
        ending = "/" + path.lstrip("/")
        if parts.path.rstrip("/").endswith(ending):
            base = base.removesuffix(ending)
            break
    else:
        if parts.path not in {"", "/"} and dialect.query.startswith("/"):
            # A path that is none of the known ones, for example behind a proxy: taken literally.
            return Places(url, url, url)
    query, update, graphs = (f"{base}/{p.lstrip('/')}" if p else base for p in ours)
    return Places(query, update, graphs)
