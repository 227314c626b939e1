"""One row of a population as it was found, before anything is decoded.

Input: nothing. Output: the values that travel from the reader of a source to the processes that
parse, and the codes of what can be wrong with a row or a certificate.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

MAX_ROW = 1024 * 1024
"""Greatest size, in bytes, of one line, cell, member or small file."""

Form = Literal["file", "pem", "text", "json", "fault", "key"]


class Row(NamedTuple):
    """One row.

    Attributes:
        locator: where it stands: ``population.csv:17``, ``folder/a.pem``, ``all.tar!a.der``.
        form: ``file`` (bytes of a certificate file, one or several), ``pem`` (the base64 text of
            one PEM block), ``text`` (a cell: PEM, base64 or hexadecimal), ``json`` (one line of
            JSON Lines), ``fault`` (it could not be read), ``key`` (it holds a private key).
        raw: the content; for ``fault`` and ``key`` the reason.
    """

    locator: str
    form: Form
    raw: bytes


def fault(locator: str, why: str) -> Row:
    """A row that could not be read, and why."""
    return Row(locator, "fault", why.encode("utf-8", "replace"))


class RowError(Exception):
    """A row that holds no certificate.

    Attributes:
        kind: a code of the codelist population-exception.
    """

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind
